//! Cache: keeps recent replies; misses go on to what it points at.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Ports};
use super::kept::Kept;
use crate::engine::backlog::QueuePlan;
use crate::engine::calls::{FORGET, STORE};
use crate::engine::context::{Answer, Ctx, Flow, Place, TimerTag, Work};
use crate::engine::fleet::InstanceNews;
use crate::engine::station::{Entered, Station};
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::CacheNode;
use crate::units::{Bytes, Span};
use crate::{choices, fields};

choices! {
    /// Who loads what the cache does not have.
    Pattern {
        /// The cache: it stands before what it points at, and calls go through it.
        ReadThrough = "read-through", "Read-through";
        /// The caller: it asks, loads what is missing over its own links, and then keeps it here (cache-aside).
        Aside = "aside", "Cache-aside";
    }
}

/// Settings of a cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Who loads what is missing.
    pub pattern: Pattern,
    /// Entries kept before one is evicted; `None` for no limit.
    pub entries: Option<u64>,
    /// Bytes kept before entries are evicted; `None` for no limit.
    pub bytes: Option<Bytes>,
    /// How long an entry is fresh; `None` for ever.
    pub ttl: Option<Span>,
    /// Time the cache works on each operation.
    pub hit_time: Law,
    /// Operations worked on at once; `None` for no limit.
    pub threads: Option<u32>,
    /// The node it runs on.
    pub node: CacheNode,
    /// US dollars per hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            pattern: Pattern::ReadThrough,
            entries: Some(100_000),
            bytes: None,
            ttl: None,
            hit_time: Law::constant(Span::from_micros(10)),
            threads: Some(1),
            node: CacheNode::Medium,
            usd_per_hour: None,
        }
    }
}

/// A cache while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    config: Config,
    work: Work,
    kept: Kept,
    /// `None` while the node is down.
    threads: Option<Station>,
}

const THREADS: usize = 0;

impl Cache {
    fn follow(&mut self, call: u32, flow: Flow, ctx: &mut Ctx<'_>) {
        match flow {
            Flow::Waiting => {}
            Flow::Done => ctx.reply(call),
            Flow::Failed(reason) => ctx.fail(call, reason),
        }
    }

    /// A thread became free for the next call.
    fn next(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(next) = self.threads.as_mut().and_then(|threads| threads.next(ctx)) {
            ctx.serve(next, &self.work);
        }
    }
}

impl Component for Cache {
    type Config = Config;

    const INFO: Info = Info {
        word: "cache",
        label: "Cache",
        summary: "Keeps recent replies in memory; misses go on.",
        category: Category::Data,
        ports: Ports { calls_in: true, calls_out: true },
    };

    const STATIONS: &[&str] = &["threads"];

    const FIGURES: &[Figure] = &[
        Figure { key: "hit_ratio", label: "hits", unit: FigureUnit::Share },
        Figure { key: "entries", label: "entries", unit: FigureUnit::Count },
        Figure { key: "evictions_per_s", label: "evicted/s", unit: FigureUnit::PerSecond },
        Figure { key: "bytes_kept", label: "kept", unit: FigureUnit::Bytes },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        pattern: Shape::Choice(Pattern::CHOICES), "Pattern", "Who loads what the cache does not have.";
        entries: Shape::optional(&Shape::Count { min: 0, max: 50_000_000, unit: "entries" }, "no limit"),
            "Entries", "Entries kept before the least recently used is evicted.";
        bytes: Shape::optional(&Shape::Bytes { min: 0, max: 1 << 50 }, "no limit"),
            "Bytes", "Bytes of values kept before the least recently used are evicted.";
        ttl: Shape::optional(&Shape::Span { min: Span::ZERO, max: Span::from_secs(365 * 86_400) }, "for ever"),
            "Fresh for", "How long an entry may be served before it is loaded again.";
        hit_time: LAW, "Time per operation", "Time the cache works on each look-up.",
            "10 µs: 72,000 to 180,000 operations a second on one thread (Redis benchmarks page)";
        threads: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "threads" }, "no limit"),
            "Threads", "Operations worked on at once.", "1: Redis runs commands on one thread (Redis benchmarks page)";
        node: Shape::Choice(CacheNode::CHOICES), "Node", "The server it runs on; sets the price.";
        usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price", "US dollars per hour.", "Price book: ElastiCache";
    ];

    fn describe(config: &Config) -> String {
        match (config.entries, config.bytes) {
            (Some(entries), _) => format!("LRU, {}", crate::measure::text::short_count(entries as f64)),
            (None, Some(bytes)) => format!("LRU, {bytes}"),
            (None, None) => "no limit".to_owned(),
        }
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        if config.entries.is_none() && config.bytes.is_none() {
            check.rule(&at.field("entries"), "a cache needs a limit: give `entries`, `bytes` or both");
        }
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let kept = Kept::new(config.entries, config.bytes.map(Bytes::get), config.ttl);
        let mut me =
            Cache { config: config.clone(), work: Work::new(&config.hit_time, ctx), kept, threads: None };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        self.work = Work::new(&config.hit_time, ctx);
        self.kept.configure(config.entries, config.bytes.map(Bytes::get), config.ttl, ctx);
        let usd = config.usd_per_hour.unwrap_or(ctx.prices().cache_node(config.node).usd);
        ctx.set_rates(Rates { instance_hour: usd, ..Rates::default() });
        ctx.set_desired(1, Span::ZERO);
        if let Some(threads) = &mut self.threads {
            threads.set_servers(config.threads, ctx);
        }
        while let Some(next) = self.threads.as_mut().and_then(|threads| threads.next(ctx)) {
            ctx.serve(next, &self.work);
        }
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let Some(threads) = &mut self.threads else { return ctx.fail(call, Reason::Reset) };
        if threads.enter(call, ctx) == Entered::Started {
            ctx.serve(call, &self.work);
        }
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if let Some(threads) = &mut self.threads {
            threads.leave(ctx);
        }
        self.next(ctx);
        match (ctx.calls()[call].repetition, self.config.pattern) {
            (STORE, _) => {
                self.kept.fill(call, ctx);
                ctx.reply(call);
            }
            (FORGET, _) => {
                self.kept.forget(call, ctx);
                ctx.reply(call);
            }
            (_, Pattern::Aside) => self.kept.answer(call, ctx),
            (_, Pattern::ReadThrough) => {
                let flow = self.kept.look_up(call, ctx);
                self.follow(call, flow, ctx);
            }
        }
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let flow = ctx.proceed(&answer);
        if flow == Flow::Done {
            self.kept.fill(answer.call, ctx);
        }
        self.follow(answer.call, flow, ctx);
    }

    fn on_timer(&mut self, _: TimerTag, _: &mut Ctx<'_>) {}

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let place = ctx.place(call);
        if let Some(threads) = &mut self.threads
            && place == Place::At(THREADS)
        {
            threads.withdraw(call, ctx);
            self.next(ctx);
        }
    }

    fn on_instance(&mut self, at: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => {
                self.threads = Some(Station::new(THREADS, at, self.config.threads, &QueuePlan::PLAIN, ctx))
            }
            InstanceNews::Draining => {}
            InstanceNews::Closing => {
                if let Some(threads) = &mut self.threads {
                    threads.close(ctx);
                }
            }
            // Memory is lost with the process.
            InstanceNews::Gone => {
                self.threads = None;
                self.kept.clear();
            }
        }
    }

    fn on_flush(&mut self, _: &mut Ctx<'_>) {
        self.kept.clear();
    }

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&self) -> bool {
        false
    }

    fn share(&mut self) {
        self.kept.share();
    }

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.kept.held_bytes(other.map(|other| &other.kept))
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        figures([Kept::hit_ratio(seen), self.kept.entries(), Kept::evictions(seen) / secs, self.kept.bytes()])
    }
}
