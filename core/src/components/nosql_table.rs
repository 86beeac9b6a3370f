//! NoSQL table: partitions with capacity units, bursts and adaptive capacity, as DynamoDB has them.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::choices;
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::text::short_count;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::capacity::{
    MICRO, Operation, PARTITION_CAP, PARTITIONS_MAX, Plan, Table, Verdict, partitions_for, read_cost,
    write_cost,
};
use crate::prices::HOURS_PER_MONTH;
use crate::units::{Bytes, SimTime, Span};

choices! {
    /// How a table's capacity is bought.
    Mode {
        /// So many units a second, paid for by the hour, used or not.
        Provisioned = "provisioned", "Provisioned";
        /// What is used, up to twice the highest use so far.
        OnDemand = "on-demand", "On demand";
    }
}

choices! {
    /// What a read may return.
    Consistency {
        /// What was written last: a whole read unit for every 4 KiB.
        Strong = "strong", "Strong";
        /// Perhaps what was written a moment earlier: half as many units.
        Eventual = "eventual", "Eventual";
    }
}

/// Settings of a NoSQL table.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How its capacity is bought.
    pub mode: Mode,
    /// Read units a second.
    pub read_units: u64,
    /// Write units a second.
    pub write_units: u64,
    /// What a read may return.
    pub consistency: Consistency,
    /// Partitions; `None` for as many as units and bytes need.
    pub partitions: Option<u32>,
    /// Whether a hot partition may use what others leave.
    pub adaptive: bool,
    /// For how long a partition is at its cap before its most used item gets one of its own; `None` for never.
    pub isolate_after: Option<Span>,
    /// Time of a read.
    pub read_time: Law,
    /// Time of a write.
    pub write_time: Law,
    /// Bytes stored.
    pub storage: Bytes,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            mode: Mode::Provisioned,
            read_units: 4000,
            write_units: 1000,
            consistency: Consistency::Eventual,
            partitions: None,
            adaptive: true,
            isolate_after: Some(Span::from_secs(300)),
            read_time: Law::lognormal(Span::from_millis(3), 0.5),
            write_time: Law::lognormal(Span::from_millis(5), 0.5),
            storage: Bytes::new(20_000_000_000),
        }
    }
}

impl Config {
    /// How it is laid out.
    pub fn plan(&self) -> Plan {
        let units = [self.read_units, self.write_units];
        let partitions = self.partitions.unwrap_or_else(|| partitions_for(units, self.storage.get()));
        Plan {
            partitions,
            units,
            on_demand: self.mode == Mode::OnDemand,
            adaptive: self.adaptive,
            isolate_after_ns: self.isolate_after.filter(|_| self.adaptive).map(Span::nanos),
        }
    }
}

/// A NoSQL table while it runs. Requests do not wait for each other: they are refused or served.
#[derive(Debug, Clone)]
pub(crate) struct NosqlTable {
    table: Table,
    strong: bool,
    /// By operation.
    work: [Work; 2],
    /// Of a unit on demand, by operation, in 1e-12 US dollars; zero when the table is paid for by the hour.
    pico_usd: [u64; 2],
}

/// The component's own counters: throttled requests, and half units used, by operation.
const THROTTLED: usize = 0;
const USED: [usize; 2] = [1, 2];

impl Component for NosqlTable {
    type Config = Config;

    const INFO: Info = Info {
        word: "nosql-table",
        label: "NoSQL table",
        summary: "Items by key on partitions, within capacity units.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Nothing, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "throttled_per_s", label: "throttled/s", unit: FigureUnit::PerSecond },
        Figure { key: "capacity_used", label: "used", unit: FigureUnit::Share },
        Figure { key: "hottest_partition", label: "hottest", unit: FigureUnit::Share },
        Figure { key: "partitions", label: "partitions", unit: FigureUnit::Count },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        "Capacity" =>
        mode: Shape::Choice(Mode::CHOICES), "Capacity", "How its capacity is bought.";
        read_units: Shape::count(1, 5_000_000, "units/s"), "Read units", "Provisioned: what may be read in a second. On demand: the highest use so far.",
            "A unit reads 4 KiB, or twice 4 KiB that may be stale (DynamoDB developer guide)";
        write_units: Shape::count(1, 5_000_000, "units/s"), "Write units", "Provisioned: what may be written in a second. On demand: the highest use so far.",
            "A unit writes 1 KiB (DynamoDB developer guide)";
        consistency: Shape::Choice(Consistency::CHOICES), "Reads", "What a read may return.",
            "Eventual: the default of GetItem (DynamoDB developer guide)";
        "Partitions" =>
        partitions: Shape::optional(&Shape::Count { min: 1, max: PARTITIONS_MAX as u64, unit: "partitions" }, "as many as units and bytes need"),
            "Partitions", "Parts that keys are spread over; each does 3,000 read units and 1,000 write units a second at most.",
            "One for 3,000 read and 1,000 write units together, or for 10 GB (DynamoDB developer guide)";
        adaptive: Shape::Flag, "Adaptive capacity", "Whether a hot partition may use what the others leave.";
        isolate_after: Shape::optional(&Shape::Span { min: Span::ZERO, max: Span::from_secs(86_400) }, "never"), "Isolates after",
            "How long a partition is at its cap until its most used item gets one of its own; needs adaptive capacity.",
            "5 min: not documented; minutes (common knowledge, not verified)";
        "Times and storage" =>
        read_time: LAW, "Time of a read", "From taking a read on to answering it.", "Single-digit milliseconds (DynamoDB developer guide)";
        write_time: LAW, "Time of a write", "From taking a write on to answering it.", "Single-digit milliseconds (DynamoDB developer guide)";
        storage: Shape::Bytes { min: 0, max: 1 << 46 }, "Storage", "Bytes stored, for partitions and the bill.";
    ];

    fn describe(config: &Config) -> String {
        match config.mode {
            Mode::Provisioned => {
                let [reads, writes] = config.plan().units.map(|units| short_count(units as f64));
                format!("{reads} R, {writes} W")
            }
            Mode::OnDemand => "on demand".to_owned(),
        }
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        let (Some(partitions), Mode::Provisioned) = (config.partitions, config.mode) else { return };
        for (op, what, field) in
            [(Operation::Read, "read", "read_units"), (Operation::Write, "write", "write_units")]
        {
            let (units, cap) = (config.plan().units[op as usize], PARTITION_CAP[op as usize]);
            let needed = units.div_ceil(cap);
            if needed > u64::from(partitions) {
                let words =
                    format!("{units} {what} units a second need at least {needed} partitions of {cap}");
                check.together(at, &["partitions", "mode", field], &words);
            }
        }
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let work = [Work::new(&config.read_time, ctx), Work::new(&config.write_time, ctx)];
        let table = Table::new(&config.plan(), ctx.now().nanos());
        let mut me = NosqlTable { table, strong: false, work, pico_usd: [0; 2] };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.strong = config.consistency == Consistency::Strong;
        self.work = [Work::new(&config.read_time, ctx), Work::new(&config.write_time, ctx)];
        self.table.set_plan(&config.plan(), ctx.now().nanos());
        let prices = ctx.prices();
        let mut hour = config.storage.get() as f64 / 1e9 * prices.table_storage().usd / HOURS_PER_MONTH;
        self.pico_usd = [0; 2];
        match config.mode {
            Mode::Provisioned => {
                let [read, write] = prices.table_units();
                hour += config.read_units as f64 * read.usd + config.write_units as f64 * write.usd;
            }
            // A dollar per million is 1e6 · 1e-12 for one.
            Mode::OnDemand => {
                self.pico_usd = prices.table_requests().map(|price| (price.usd * 1e6 + 0.5) as u64)
            }
        }
        ctx.set_rates(Rates { hour, ..Rates::default() });
        ctx.set_desired(1, Span::ZERO);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (op, cost) = if ctx.writes(call) {
            (Operation::Write, write_cost(ctx.class(call).request_bytes))
        } else {
            (Operation::Read, read_cost(ctx.reply_bytes(call), self.strong))
        };
        let (key, now) = (ctx.key(call), ctx.now().nanos());
        if self.table.ask(op, key, cost, now) != Verdict::Granted {
            ctx.tally(THROTTLED, 1);
            return ctx.fail(call, Reason::Throttled);
        }
        ctx.tally(USED[op as usize], cost / (MICRO / 2));
        ctx.bill(u128::from(cost) * u128::from(self.pico_usd[op as usize]) / u128::from(MICRO));
        ctx.serve(call, &self.work[op as usize]);
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
        self.table.held_bytes()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let limits = self.table.limits();
        let used = |op: usize| seen.tallies.0[USED[op]] as f64 / 2.0 / secs / limits[op] as f64;
        let hottest = self.table.hottest_share().unwrap_or(f64::NAN);
        let throttled = seen.tallies.0[THROTTLED] as f64 / secs;
        figures([throttled, used(0).max(used(1)), hottest, self.table.partitions() as f64])
    }
}
