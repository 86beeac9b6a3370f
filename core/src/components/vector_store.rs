//! Vector store: an HNSW graph of vectors, searched by cores, and by the disk where it does not fit in memory.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use super::service::Discipline;
use crate::engine::backlog::QueuePlan;
use crate::engine::context::{Answer, Ctx, Place, TimerTag, Work};
use crate::engine::cpu::{Cpu, CpuPlan, Next};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::station::{Entered, Station};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::text::short_count;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, Law, Shape};
use crate::prices::Machine;
use crate::units::{Bytes, SimTime, Span};

/// Settings of a vector store.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Vectors in the index.
    pub vectors: u64,
    /// Numbers in a vector, four bytes each.
    pub dimensions: u32,
    /// Links of a vector on each layer, M; twice as many on the lowest.
    pub links: u32,
    /// Candidates kept while searching, ef.
    pub ef_search: u32,
    /// Candidates kept while inserting.
    pub ef_construction: u32,
    /// Time to fetch a vector and compute its distance; `None` by its bytes.
    pub distance_time: Option<Span>,
    /// Coefficient of variation of the time of a query.
    pub spread: f64,
    /// The server it runs on.
    pub machine: Machine,
    /// Memory for the index; `None` for all of its machine.
    pub memory: Option<Bytes>,
    /// Time to read a vector from disk.
    pub disk_read: Span,
    /// Queries that read from disk at once.
    pub disk_queue: u32,
    /// US dollars per hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            vectors: 1_000_000,
            dimensions: 768,
            links: 16,
            ef_search: 100,
            ef_construction: 200,
            distance_time: None,
            spread: 0.3,
            machine: Machine::General4,
            memory: None,
            disk_read: Span::from_micros(100),
            disk_queue: 32,
            usd_per_hour: None,
        }
    }
}

/// Time to reach a place in memory, and bytes read from there on in a second.
const RANDOM_ACCESS_S: f64 = 50e-9;
const MEMORY_BYTES_PER_S: f64 = 10.0 * 1_073_741_824.0;
/// No operation takes longer: a mean of a law has the same limit.
const LONGEST_S: f64 = 86_400.0;

impl Config {
    /// Bytes of the index: four for each number, four for each link of the lowest layer.
    pub fn memory_needed(&self) -> Bytes {
        let each = (u64::from(self.dimensions) + 2 * u64::from(self.links)) * 4;
        Bytes::new(self.vectors.saturating_mul(each))
    }

    /// The share of the index that is in memory.
    pub fn in_memory(&self) -> f64 {
        let memory = self.memory.unwrap_or(self.machine.memory()).get() as f64;
        (memory / self.memory_needed().get().max(1) as f64).min(1.0)
    }

    /// Distances computed by a query, and by an insert.
    ///
    /// Both look for neighbours, `ef · log2(n)` distances: the number of steps grows with the logarithm of the number of vectors (Malkov and
    /// Yashunin 2016), and each candidate is as wide a step. An insert then chooses anew among the `2M` links of each of its `M` neighbours.
    pub fn distances(&self) -> [f64; 2] {
        let n = self.vectors as f64;
        let search = |ef: u32| (f64::from(ef) * libm::log2(n)).clamp(1.0, n);
        let links = f64::from(self.links);
        [search(self.ef_search), search(self.ef_construction) + 2.0 * links * links]
    }

    /// The law of the time on a core: of a query, and of an insert.
    pub fn core_time(&self) -> [Law; 2] {
        let by_bytes = RANDOM_ACCESS_S + f64::from(self.dimensions) * 4.0 / MEMORY_BYTES_PER_S;
        let each = self.distance_time.map_or(by_bytes, Span::secs);
        self.distances().map(|n| self.law(n * each))
    }

    /// The law of the time the disk takes: of a query, and of an insert.
    pub fn disk_time(&self) -> [Law; 2] {
        let missing = 1.0 - self.in_memory();
        self.distances().map(|n| self.law(n * missing * self.disk_read.secs()))
    }

    fn law(&self, mean_s: f64) -> Law {
        let mean = Span::from_secs_f64(mean_s.min(LONGEST_S));
        if self.spread < 0.01 { Law::constant(mean) } else { Law::lognormal(mean, self.spread) }
    }

    fn cpu(&self) -> CpuPlan {
        CpuPlan { cores: self.machine.cores(), discipline: Discipline::Fifo, queue: QueuePlan::PLAIN }
    }
}

/// A vector store while it runs.
#[derive(Debug, Clone)]
pub(crate) struct VectorStore {
    config: Config,
    /// By operation: queries, inserts. A query that goes a long way on a core goes a long way on disk.
    on_core: [Work; 2],
    on_disk: [Work; 2],
    /// `None` while it is down.
    server: Option<Server>,
}

#[derive(Debug, Clone)]
struct Server {
    cpu: Cpu,
    disk: Station,
}

const CORES: usize = 0;
const DISK: usize = 1;
/// The component's own counters.
const INSERTS: usize = 0;
const DISK_READS: usize = 1;

fn op(call: u32, ctx: &Ctx<'_>) -> usize {
    usize::from(ctx.writes(call))
}

impl VectorStore {
    fn serve_next(&mut self, next: Option<Next>, ctx: &mut Ctx<'_>) {
        if let Some(next) = next {
            next.serve(&self.on_core[op(next.call, ctx)], ctx);
        }
    }

    /// The disk is free for the next query.
    fn next_on_disk(&mut self, ctx: &mut Ctx<'_>) {
        while let Some(next) = self.server.as_mut().and_then(|server| server.disk.next(ctx)) {
            ctx.serve(next, &self.on_disk[op(next, ctx)]);
        }
    }

    /// A query has had its time on a core: what is not in memory is read.
    fn read(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let misses = self.config.distances()[op(call, ctx)] * (1.0 - self.config.in_memory());
        if misses <= 0.0 {
            return ctx.reply(call);
        }
        ctx.tally(DISK_READS, libm::round(misses) as u64);
        let Some(server) = &mut self.server else { return ctx.fail(call, Reason::Reset) };
        if server.disk.enter(call, ctx) == Entered::Started {
            ctx.serve(call, &self.on_disk[op(call, ctx)]);
        }
    }
}

impl Component for VectorStore {
    type Config = Config;

    const INFO: Info = Info {
        word: "vector-store",
        label: "Vector store",
        summary: "Finds the nearest vectors; slow when memory is short.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Nothing, scales: false },
    };

    const STATIONS: &[&str] = &["cores", "disk"];

    const FIGURES: &[Figure] = &[
        Figure { key: "in_memory", label: "in memory", unit: FigureUnit::Share },
        Figure { key: "memory_needed", label: "index", unit: FigureUnit::Bytes },
        Figure { key: "disk_reads_per_s", label: "disk reads/s", unit: FigureUnit::PerSecond },
        Figure { key: "inserts_per_s", label: "inserts/s", unit: FigureUnit::PerSecond },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        "Index" =>
        vectors: Shape::count(1, 100_000_000_000, "vectors"), "Vectors", "Vectors in the index. Inserts do not add to them.";
        dimensions: Shape::count(1, 65_536, ""), "Dimensions", "Numbers in a vector, four bytes each.";
        links: Shape::count(2, 512, "links"), "Links (M)", "Links of a vector on each layer, twice as many on the lowest.",
            "16: hnswlib's default";
        "Search" =>
        ef_search: Shape::count(1, 100_000, "candidates"), "Candidates (ef)", "Kept while searching: more find better and take longer.";
        ef_construction: Shape::count(1, 100_000, "candidates"), "Candidates, insert", "Kept while inserting.", "200: hnswlib's default";
        distance_time: Shape::optional(&Shape::Span { min: Span::ZERO, max: Span::from_secs(1) }, "by the vector's bytes"), "Time per distance",
            "To fetch a vector and compute its distance.", "50 ns and 10 GiB/s: random access and reading on (napkin-math, 2026-03)";
        spread: Shape::Number { min: 0.0, max: 5.0, unit: "" }, "Spread", "Coefficient of variation of the time of a query.";
        "Machine and disk" =>
        machine: Shape::Choice(Machine::CHOICES), "Machine", "The server it runs on; sets cores, memory and price.";
        memory: Shape::optional(&Shape::Bytes { min: 0, max: 1 << 50 }, "all of the machine"), "Memory", "What the index may take; the rest is read from disk.";
        disk_read: Shape::span(Span::ZERO, Span::from_secs(1)), "Disk read", "To read one vector.", "100 µs: a random read from SSD (napkin-math, 2026-03)";
        disk_queue: Shape::count(1, 4096, "queries"), "Disk queue", "Queries that read from disk at once; each reads one vector after the other.";
        usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price", "US dollars per hour.", "Price book: the machine";
    ];

    fn describe(config: &Config) -> String {
        format!("{} × {}", short_count(config.vectors as f64), config.dimensions)
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let [on_core, on_disk] =
            [config.core_time(), config.disk_time()].map(|laws| laws.map(|law| Work::new(&law, ctx)));
        let mut me = VectorStore { config: config.clone(), on_core, on_disk, server: None };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        self.on_core = config.core_time().map(|law| Work::new(&law, ctx));
        self.on_disk = config.disk_time().map(|law| Work::new(&law, ctx));
        let usd = config.usd_per_hour.unwrap_or(ctx.prices().machine(config.machine).usd);
        ctx.set_rates(Rates { instance_hour: usd, ..Rates::default() });
        ctx.set_desired(1, Span::ZERO);
        if let Some(server) = &mut self.server {
            let work = &self.on_core;
            server.cpu.configure(&config.cpu(), |call, ctx| work[op(call, ctx)].clone(), ctx);
            server.disk.set_servers(Some(config.disk_queue), ctx);
        }
        self.next_on_disk(ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let op = op(call, ctx);
        ctx.tally(INSERTS, op as u64);
        match &mut self.server {
            Some(server) => {
                server.cpu.enter(call, &self.on_core[op], ctx);
            }
            None => ctx.fail(call, Reason::Reset),
        }
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let place = ctx.place(call);
        let Some(server) = &mut self.server else { return ctx.fail(call, Reason::Reset) };
        if place == Place::At(DISK) {
            server.disk.leave(ctx);
            ctx.reply(call);
            return self.next_on_disk(ctx);
        }
        let next = server.cpu.leave(call, ctx);
        self.serve_next(next, ctx);
        self.read(call, ctx);
    }

    fn on_reply(&mut self, _: Answer, _: &mut Ctx<'_>) {}

    fn on_timer(&mut self, _: TimerTag, _: &mut Ctx<'_>) {}

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let place = ctx.place(call);
        let Some(server) = &mut self.server else { return };
        match place {
            Place::At(DISK) => {
                server.disk.withdraw(call, ctx);
                self.next_on_disk(ctx);
            }
            Place::At(_) => {
                let next = server.cpu.withdraw(call, ctx);
                self.serve_next(next, ctx);
            }
            Place::Elsewhere => {}
        }
    }

    fn on_instance(&mut self, at: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => {
                let cpu = Cpu::new(CORES, at, &self.config.cpu(), ctx);
                let disk = Station::new(DISK, at, Some(self.config.disk_queue), &QueuePlan::PLAIN, ctx);
                self.server = Some(Server { cpu, disk });
            }
            InstanceNews::Draining => {}
            InstanceNews::Closing => {
                if let Some(server) = &mut self.server {
                    server.cpu.close(ctx);
                    server.disk.close(ctx);
                }
            }
            InstanceNews::Gone => self.server = None,
        }
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.server.as_ref().map_or(0, |server| server.cpu.held_bytes() + server.disk.held_bytes())
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let per_s = |which: usize| seen.tallies.0[which] as f64 / secs;
        let needed = self.config.memory_needed().get() as f64;
        figures([self.config.in_memory(), needed, per_s(DISK_READS), per_s(INSERTS)])
    }
}
