//! Database: a connection pool in front of cores that run queries.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Ports};
use super::service::Discipline;
use crate::engine::backlog::QueuePlan;
use crate::engine::context::{Answer, Ctx, Place, TimerTag, Work};
use crate::engine::cpu::{Cpu, CpuPlan, Next};
use crate::engine::fleet::InstanceNews;
use crate::engine::station::{Entered, Station};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::{HOURS_PER_MONTH, Machine};
use crate::units::{Bytes, Span};

/// Settings of a database.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Queries that may run at once.
    pub connections: u32,
    /// How long a query waits for a connection before it fails.
    pub connection_wait: Span,
    /// The server it runs on.
    pub machine: Machine,
    /// Cores; `None` for all of its machine.
    pub cores: Option<u32>,
    /// How the cores are shared.
    pub discipline: Discipline,
    /// CPU time of a read.
    pub read_work: Law,
    /// CPU time of a write.
    pub write_work: Law,
    /// Bytes stored, for the bill.
    pub storage: Bytes,
    /// US dollars per hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            connections: 100,
            connection_wait: Span::from_secs(30),
            machine: Machine::General4,
            cores: None,
            discipline: Discipline::Fifo,
            read_work: Law::exponential(Span::from_millis(4)),
            write_work: Law::exponential(Span::from_millis(8)),
            storage: Bytes::new(100_000_000_000),
            usd_per_hour: None,
        }
    }
}

impl Config {
    /// Cores of the server.
    pub fn cores(&self) -> u32 {
        self.cores.unwrap_or(self.machine.cores())
    }
}

/// A database while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    config: Config,
    reads: Work,
    writes: Work,
    /// `None` while the server is down.
    server: Option<Server>,
    /// The timer for the query that has waited longest for a connection.
    patience: Option<u32>,
}

/// A query holds a connection until it is answered and a core while it runs.
#[derive(Debug, Clone)]
struct Server {
    connections: Station,
    cpu: Cpu,
}

const CONNECTIONS: usize = 0;
const CORES: usize = 1;
const PATIENCE: u8 = 1;
/// The component's own counter of writes.
const WRITES: usize = 0;

impl Config {
    fn cpu(&self) -> CpuPlan {
        let queue = QueuePlan { order: self.discipline.order(), ..QueuePlan::PLAIN };
        CpuPlan { cores: self.cores(), discipline: self.discipline, queue }
    }
}

/// The law of a query's work, by what it does.
fn work_of<'a>(reads: &'a Work, writes: &'a Work, call: u32, ctx: &Ctx<'_>) -> &'a Work {
    if ctx.class(call).writes { writes } else { reads }
}

impl Database {
    /// The query has a connection.
    fn begin(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let work = work_of(&self.reads, &self.writes, call, ctx);
        match &mut self.server {
            Some(server) => {
                server.cpu.enter(call, work, ctx);
            }
            None => ctx.fail(call, Reason::Reset),
        }
    }

    /// Lets the next query have the connection that became free.
    fn next(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(next) = self.server.as_mut().and_then(|server| server.connections.next(ctx)) {
            self.begin(next, ctx);
        }
    }

    fn serve_next(&mut self, next: Option<Next>, ctx: &mut Ctx<'_>) {
        if let Some(next) = next {
            next.serve(work_of(&self.reads, &self.writes, next.call, ctx), ctx);
        }
    }

    /// Waits for the patience of the query that has waited longest.
    fn watch(&mut self, ctx: &mut Ctx<'_>) {
        if self.patience.is_none()
            && let Some((_, since)) = self.server.as_ref().and_then(|server| server.connections.oldest(ctx))
        {
            let due = since + self.config.connection_wait;
            self.patience = Some(ctx.timer(due, TimerTag { what: PATIENCE, instance: 0, extra: 0 }));
        }
    }

    /// Fails the queries that have waited too long.
    fn lose_patience(&mut self, ctx: &mut Ctx<'_>) {
        self.patience = None;
        let now = ctx.now();
        while let Some(server) = &mut self.server
            && let Some((call, since)) = server.connections.oldest(ctx)
            && since + self.config.connection_wait <= now
        {
            server.connections.withdraw(call, ctx);
            ctx.fail(call, Reason::NoConnection);
        }
        self.watch(ctx);
    }
}

impl Component for Database {
    type Config = Config;

    const INFO: Info = Info {
        word: "database",
        label: "Database",
        summary: "Keeps the data; a pool of connections before its cores.",
        category: Category::Data,
        ports: Ports { calls_in: true, calls_out: false },
    };

    const STATIONS: &[&str] = &["connections", "cores"];

    const FIGURES: &[Figure] = &[
        Figure { key: "connections_in_use", label: "connections", unit: FigureUnit::Count },
        Figure { key: "writes_per_s", label: "writes/s", unit: FigureUnit::PerSecond },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        connections: Shape::count(1, 1_000_000, "connections"), "Connections", "Queries that may run at once; more wait for a connection.",
            "100: PostgreSQL's max_connections (common knowledge, not verified)";
        connection_wait: Shape::span(Span::ZERO, Span::from_secs(3600)), "Waits at most",
            "How long a query waits for a connection before it fails.", "30 s: HikariCP connectionTimeout (HikariConfig.java)";
        machine: Shape::Choice(Machine::CHOICES), "Machine", "The server it runs on; sets cores and price.";
        cores: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "cores" }, "all of the machine"), "Cores", "Cores that run queries.";
        discipline: Shape::Choice(Discipline::CHOICES), "Discipline", "How queries share the cores.";
        read_work: LAW, "Work per read", "CPU time of a query that reads.";
        write_work: LAW, "Work per write", "CPU time of a query that writes.";
        storage: Shape::Bytes { min: 0, max: 1 << 50 }, "Storage", "Bytes stored, for the bill.";
        usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price", "US dollars per hour, without storage.", "Price book: the managed database of this size";
    ];

    fn describe(config: &Config) -> String {
        format!("{} cores, pool {}", config.cores(), config.connections)
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let (reads, writes) = (Work::new(&config.read_work, ctx), Work::new(&config.write_work, ctx));
        let mut me = Database { config: config.clone(), reads, writes, server: None, patience: None };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        (self.reads, self.writes) = (Work::new(&config.read_work, ctx), Work::new(&config.write_work, ctx));
        let prices = ctx.prices();
        let storage = config.storage.get() as f64 / 1e9 * prices.database_storage().usd / HOURS_PER_MONTH;
        let usd = config.usd_per_hour.unwrap_or(prices.database(config.machine).usd);
        ctx.set_rates(Rates { instance_hour: usd, hour: storage, ..Rates::default() });
        ctx.set_desired(1, Span::ZERO);
        if let Some(server) = &mut self.server {
            server.connections.set_servers(Some(config.connections), ctx);
            let (reads, writes) = (&self.reads, &self.writes);
            server.cpu.configure(&config.cpu(), |call, ctx| work_of(reads, writes, call, ctx).clone(), ctx);
        }
        while let Some(next) = self.server.as_mut().and_then(|server| server.connections.next(ctx)) {
            self.begin(next, ctx);
        }
        // Another patience counts at once.
        if let Some(timer) = self.patience.take() {
            ctx.cancel_timer(timer);
        }
        self.watch(ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.tally(WRITES, u64::from(ctx.class(call).writes));
        let Some(server) = &mut self.server else { return ctx.fail(call, Reason::Reset) };
        match server.connections.enter(call, ctx) {
            Entered::Started => self.begin(call, ctx),
            Entered::Waiting => self.watch(ctx),
            Entered::Refused | Entered::Displaced(_) => ctx.fail(call, Reason::QueueFull),
        }
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let next = self.server.as_mut().and_then(|server| server.cpu.leave(call, ctx));
        self.serve_next(next, ctx);
        ctx.reply(call);
        if let Some(server) = &mut self.server {
            server.connections.leave(ctx);
        }
        self.next(ctx);
    }

    fn on_reply(&mut self, _: Answer, _: &mut Ctx<'_>) {}

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        if tag.what == PATIENCE {
            self.lose_patience(ctx);
        } else if let Some(server) = &mut self.server {
            server.cpu.tick(ctx);
        }
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let place = ctx.place(call);
        let Some(server) = &mut self.server else { return };
        if place == Place::At(CONNECTIONS) {
            return server.connections.withdraw(call, ctx);
        }
        let next = server.cpu.withdraw(call, ctx);
        server.connections.leave(ctx);
        self.serve_next(next, ctx);
        self.next(ctx);
    }

    fn on_instance(&mut self, _: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => {
                let connections = Some(self.config.connections);
                let connections = Station::new(CONNECTIONS, 0, connections, &QueuePlan::PLAIN, ctx);
                let cpu = Cpu::new(CORES, 0, &self.config.cpu(), ctx);
                self.server = Some(Server { connections, cpu });
            }
            InstanceNews::Draining => {}
            InstanceNews::Closing => {
                if let Some(server) = &mut self.server {
                    server.connections.close(ctx);
                    server.cpu.close(ctx);
                }
            }
            InstanceNews::Gone => self.server = None,
        }
    }

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.server.as_ref().map_or(0, |server| server.cpu.held_bytes())
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let in_use = self.server.as_ref().map_or(0.0, |server| f64::from(server.connections.busy()));
        figures([in_use, seen.tallies.0[WRITES] as f64 / secs])
    }
}
