//! CDN: an edge cache between the users and the origin.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use super::kept::{Kept, Times};
use crate::engine::context::{Answer, Ctx, Flow, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::eviction::Policy;
use crate::units::{Bytes, SimTime, Span};

/// Settings of a CDN.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Bytes of objects kept at the edge.
    pub capacity: Bytes,
    /// How long an object is fresh; `None` for ever.
    pub ttl: Option<Span>,
    /// Time at the edge before a hit is answered or a miss goes on.
    pub hit_time: Law,
    /// US dollars per GB sent to users; `None` takes the price book's.
    pub egress_usd_per_gb: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            capacity: Bytes::new(10_000_000_000),
            ttl: Some(Span::from_secs(86_400)),
            hit_time: Law::constant(Span::from_millis(1)),
            egress_usd_per_gb: None,
        }
    }
}

/// A CDN while it runs. The edge has capacity for any number of requests at once; what it keeps is bounded.
#[derive(Debug, Clone)]
pub(crate) struct Cdn {
    work: Work,
    kept: Kept,
}

/// That there is none is kept for at least 10 s (CloudFront developer guide).
fn times(config: &Config) -> Times {
    Times { ttl: config.ttl, absent_ttl: Some(Span::from_secs(10)), soft: None }
}

impl Cdn {
    fn follow(&mut self, call: u32, flow: Flow, ctx: &mut Ctx<'_>) {
        match flow {
            Flow::Waiting => {}
            Flow::Done => {
                let bytes = ctx.reply_bytes(call);
                ctx.bill_bytes(bytes);
                ctx.reply(call);
            }
            Flow::Failed(reason) => ctx.fail(call, reason),
        }
    }
}

impl Component for Cdn {
    type Config = Config;

    const INFO: Info = Info {
        word: "cdn",
        label: "CDN",
        summary: "An edge cache near the users; misses go to the origin.",
        category: Category::Edge,
        ports: Ports { calls_in: true, out: Out::Calls, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "hit_ratio", label: "hits", unit: FigureUnit::Share },
        Figure { key: "byte_hit_ratio", label: "of bytes", unit: FigureUnit::Share },
        Figure { key: "bytes_kept", label: "kept", unit: FigureUnit::Bytes },
        Figure { key: "egress_bytes_per_s", label: "egress/s", unit: FigureUnit::Bytes },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        capacity: Shape::Bytes { min: 0, max: 1 << 50 }, "Capacity", "Bytes of objects kept at the edge; the least recently used leave first.";
        ttl: Shape::optional(&Shape::Span { min: Span::ZERO, max: Span::from_secs(365 * 86_400) }, "for ever"),
            "Fresh for", "How long an object may be served from the edge before it is fetched again.",
            "24 h: CloudFront's default TTL (CloudFront developer guide)";
        hit_time: LAW, "Edge time", "Time at the edge before a hit is answered or a miss goes on.";
        egress_usd_per_gb: Shape::optional(&Shape::Number { min: 0.0, max: 10.0, unit: "USD/GB" }, "the price book's"),
            "Egress price", "US dollars per GB sent to users.", "Price book: CloudFront, first tier";
    ];

    fn describe(config: &Config) -> String {
        match config.ttl {
            Some(ttl) => format!("{}, fresh {ttl}", config.capacity),
            None => format!("{}, fresh for ever", config.capacity),
        }
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let kept = Kept::new(Policy::Lru, None, Some(config.capacity.get()), times(config), 0);
        let mut me = Cdn { work: Work::new(&config.hit_time, ctx), kept };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.work = Work::new(&config.hit_time, ctx);
        self.kept.configure(None, Some(config.capacity.get()), times(config), ctx);
        let prices = ctx.prices();
        let per_gb = config.egress_usd_per_gb.unwrap_or(prices.cdn_egress().usd);
        ctx.set_rates(Rates {
            byte: per_gb / 1e9,
            request: prices.cdn_requests().usd / 10_000.0,
            ..Rates::default()
        });
        ctx.set_desired(1, Span::ZERO);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.bill_request();
        ctx.serve(call, &self.work);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let flow = self.kept.look_up(call, ctx);
        self.follow(call, flow, ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let flow = ctx.proceed(&answer);
        if flow == Flow::Done {
            self.kept.fill(answer.call, ctx);
        }
        self.follow(answer.call, flow, ctx);
    }

    fn on_timer(&mut self, _: TimerTag, _: &mut Ctx<'_>) {}

    fn on_cancel(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_instance(&mut self, _: u32, _: InstanceNews, _: &mut Ctx<'_>) {}

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {
        self.kept.clear();
    }

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {
        self.kept.share();
    }

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.kept.held_bytes(other.map(|other| &other.kept))
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        figures([
            Kept::hit_ratio(seen),
            Kept::byte_hit_ratio(seen),
            self.kept.bytes(),
            seen.bytes_billed as f64 / secs,
        ])
    }
}
