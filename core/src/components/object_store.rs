//! Object store: as much as you like, but for the rate of requests on a prefix.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::capacity::{Bucket, MICRO, part_of};
use crate::prices::HOURS_PER_MONTH;
use crate::units::{Bytes, SimTime, Span};

/// Settings of an object store.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Prefixes that the keys are spread over.
    pub prefixes: u32,
    /// Reads a second on one prefix.
    pub prefix_reads: u64,
    /// Writes a second on one prefix.
    pub prefix_writes: u64,
    /// From a request to the first byte of its answer.
    pub first_byte: Law,
    /// Bytes a second over one connection.
    pub throughput: Bytes,
    /// Bytes stored.
    pub storage: Bytes,
    /// US dollars per GB read; `None` where readers are in the same region.
    pub egress_usd_per_gb: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            prefixes: 1,
            prefix_reads: 5500,
            prefix_writes: 3500,
            first_byte: Law::lognormal(Span::from_millis(60), 1.0),
            throughput: Bytes::new(85_000_000),
            storage: Bytes::new(1_000_000_000_000),
            egress_usd_per_gb: None,
        }
    }
}

/// An object store while it runs.
#[derive(Debug, Clone)]
pub(crate) struct ObjectStore {
    first_byte: Work,
    bytes_per_s: f64,
    /// What each prefix may still do in this second: reads, writes.
    prefixes: Vec<[Bucket; 2]>,
    /// Of a request, in 1e-12 US dollars: reads, writes.
    pico_usd: [u64; 2],
}

/// The component's own counters.
const THROTTLED: usize = 0;
const READ_BYTES: usize = 1;
const WRITTEN_BYTES: usize = 2;

impl Component for ObjectStore {
    type Config = Config;

    const INFO: Info = Info {
        word: "object-store",
        label: "Object store",
        summary: "Whole objects: cheap to keep, slow to begin.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Nothing, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "throttled_per_s", label: "throttled/s", unit: FigureUnit::PerSecond },
        Figure { key: "read_bytes_per_s", label: "read/s", unit: FigureUnit::Bytes },
        Figure { key: "written_bytes_per_s", label: "written/s", unit: FigureUnit::Bytes },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        prefixes: Shape::count(1, 10_000, "prefixes"), "Prefixes", "Parts that keys are spread over; each has limits of its own.";
        prefix_reads: Shape::count(1, 1_000_000, "requests/s"), "Reads per prefix", "Reads a second on one prefix; more are told to slow down.",
            "5,500 (Amazon S3 user guide, performance guidelines)";
        prefix_writes: Shape::count(1, 1_000_000, "requests/s"), "Writes per prefix", "Writes a second on one prefix; more are told to slow down.",
            "3,500 (Amazon S3 user guide, performance guidelines)";
        first_byte: LAW, "First byte", "From a request to the first byte of its answer.",
            "Median in tens of milliseconds, small objects in 100 to 200 ms (AWS whitepaper on S3 performance, 2019)";
        throughput: Shape::Bytes { min: 1, max: 1 << 40 }, "Bytes a second", "How fast a body goes over one connection.",
            "85 MB: one request for each 85 to 90 MB/s (AWS whitepaper on S3 performance, 2019)";
        storage: Shape::Bytes { min: 0, max: 1 << 60 }, "Storage", "Bytes stored, for the bill.";
        egress_usd_per_gb: Shape::optional(&Shape::Number { min: 0.0, max: 10.0, unit: "USD/GB" }, "nothing: readers are in its region"),
            "Egress price", "US dollars per GB read.", "0.09 to the Internet, first 10 TB (AWS price list, 2024-09-25)";
    ];

    fn describe(config: &Config) -> String {
        match config.prefixes {
            1 => "1 prefix".to_owned(),
            n => format!("{n} prefixes"),
        }
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = ObjectStore {
            first_byte: Work::new(&config.first_byte, ctx),
            bytes_per_s: 1.0,
            prefixes: Vec::new(),
            pico_usd: [0; 2],
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.first_byte = Work::new(&config.first_byte, ctx);
        self.bytes_per_s = config.throughput.get() as f64;
        let (rates, now) =
            ([config.prefix_reads, config.prefix_writes].map(|n| n * MICRO), ctx.now().nanos());
        self.prefixes.resize(config.prefixes as usize, rates.map(|rate| Bucket::full(rate, 1, now)));
        for prefix in &mut self.prefixes {
            prefix.iter_mut().zip(rates).for_each(|(bucket, rate)| bucket.set_rate(rate, 1, now));
        }
        let prices = ctx.prices();
        // A dollar per thousand is 1e9 · 1e-12 for one.
        self.pico_usd = prices.object_requests().map(|price| (price.usd * 1e9 + 0.5) as u64);
        ctx.set_rates(Rates {
            hour: config.storage.get() as f64 / 1e9 * prices.object_storage().usd / HOURS_PER_MONTH,
            byte: config.egress_usd_per_gb.unwrap_or(0.0) / 1e9,
            ..Rates::default()
        });
        ctx.set_desired(1, Span::ZERO);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (key, now) = (ctx.key(call), ctx.now().nanos());
        let writes = ctx.writes(call);
        let prefix = part_of(key, self.prefixes.len() as u32) as usize;
        if !self.prefixes[prefix][usize::from(writes)].admit(MICRO, now) {
            ctx.tally(THROTTLED, 1);
            return ctx.fail(call, Reason::Throttled);
        }
        ctx.bill(u128::from(self.pico_usd[usize::from(writes)]));
        let bytes = if writes {
            let bytes = ctx.class(call).request_bytes;
            ctx.tally(WRITTEN_BYTES, bytes);
            bytes
        } else {
            let bytes = ctx.reply_bytes(call);
            ctx.tally(READ_BYTES, bytes);
            ctx.bill_bytes(bytes);
            bytes
        };
        let body = Span::from_secs_f64(bytes as f64 / self.bytes_per_s);
        let first = self.first_byte.of(call, ctx);
        ctx.serve_for(call, first + body);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.reply(call);
    }

    fn on_reply(&mut self, _: Answer, _: &mut Ctx<'_>) {}

    fn on_timer(&mut self, _: TimerTag, _: &mut Ctx<'_>) {}

    fn on_cancel(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_instance(&mut self, _: u32, _: InstanceNews, _: &mut Ctx<'_>) {}

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        size_of_val(&*self.prefixes)
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let per_s = |which: usize| seen.tallies.0[which] as f64 / secs;
        figures([per_s(THROTTLED), per_s(READ_BYTES), per_s(WRITTEN_BYTES)])
    }
}
