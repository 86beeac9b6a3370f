//! Database: servers that keep the data, in shards and copies; a pool of connections in front of the cores of each.
//!
//! A query goes to the server of its shard that may answer it (`route`), and there through connection, lock, disk and core (`query`).
//! What was written follows to the replicas (`replication`).

mod locks;
mod log;
mod moves;
mod node;
mod query;
mod replication;
mod route;
mod settings;
mod shards;
mod vacuum;

pub use settings::{Config, Lookup, ReadFrom, Replication, Sharding};

use super::contract::{Component, Figures, figures, share};
use super::info::{Category, Info, Out, Ports};
use crate::engine::calls::INSIDE;
use crate::engine::chance::Purpose;
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit};
use crate::model::{Check, Field, FieldPath};
use crate::prices::HOURS_PER_MONTH;
use crate::units::{SimTime, Span};
use node::Node;
use shards::{Placement, Shard};

/// A database while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    config: Config,
    /// Whether a query is no more than a connection and a core.
    plain: bool,
    works: Works,
    transaction: Work,
    disk: Work,
    delay: Work,
    /// By instance; `None` while the server is down or gone.
    nodes: Vec<Option<Node>>,
    /// By instance: the shard it kept when it crashed.
    homes: Vec<Option<u32>>,
    shards: Vec<Shard>,
    placement: Placement,
    /// The timer for the end of a move.
    moving: Option<u32>,
    /// Bytes stored in all, and when so many are stored prices and scans are reckoned anew.
    stored: u64,
    stored_next: u64,
    asked: Asked,
}

/// How queries are spread over the shards, counted in blocks.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    in_block: u64,
    /// The share of the busiest shard in the last whole block; not yet known is 0.
    hottest: f64,
}

/// Queries in a block.
const BLOCK: u64 = 1000;

const CONNECTIONS: usize = 0;
const CORES: usize = 1;
const LOCKS: usize = 2;
const DISK: usize = 3;
const APPLY: usize = 4;

/// Stands in a call's tag while it is at no station.
mod at {
    /// A page is on its way from the disk.
    pub(super) const READING: u8 = 8;
    /// The transaction is open.
    pub(super) const OPEN: u8 = 9;
    /// A replica is to say that it has the write.
    pub(super) const COMMITTING: u8 = 10;
    /// The write is on its way to a replica.
    pub(super) const IN_TRANSIT: u8 = 11;
    /// Its parts are at work.
    pub(super) const IN_PARTS: u8 = 12;
}

/// What timers are for; all others are those of shared cores.
mod due {
    pub(super) const CONNECTION: u8 = 1;
    pub(super) const LOCK: u8 = 2;
    pub(super) const FAILOVER: u8 = 3;
    pub(super) const MOVED: u8 = 4;
    pub(super) const CHECKPOINT: u8 = 5;
    pub(super) const VACUUM: u8 = 6;
    pub(super) const GIVE: u8 = 7;
}

/// The component's own counters.
const WRITES: usize = 0;
const ON_REPLICAS: usize = 1;
const STALE: usize = 2;
const LOST: usize = 3;
const PAGE_HITS: usize = 4;
const PAGE_MISSES: usize = 5;

impl Database {
    fn node(&mut self, instance: u32) -> Option<&mut Node> {
        self.nodes.get_mut(instance as usize)?.as_mut()
    }

    /// How many servers there should be: while shards are being moved, those of both placements.
    fn servers(&self) -> u32 {
        self.placement.shards().saturating_mul(self.config.replicas.saturating_add(1))
    }

    /// Reckons anew what depends on the bytes stored.
    fn weigh(&mut self, ctx: &mut Ctx<'_>) {
        self.stored_next = self.stored.saturating_add((self.stored / 100).max(1));
        let copies = f64::from(self.config.replicas) + 1.0;
        let prices = ctx.prices();
        let storage = self.stored as f64 * copies / 1e9 * prices.database_storage().usd / HOURS_PER_MONTH;
        let usd = self.config.usd_per_hour.unwrap_or(prices.database(self.config.machine).usd);
        ctx.set_rates(Rates { instance_hour: usd, hour: storage, ..Rates::default() });
        let scan = match self.config.lookup {
            Lookup::Index => Span::ZERO,
            Lookup::Scan => {
                let each = self.stored / u64::from(self.placement.shards());
                node::scan_time(each, self.config.scan_rate.get())
            }
        };
        self.works.reads = Work::new(&self.config.read_work, ctx).and(scan);
        self.thin_memory();
    }
}

/// What calls do on the cores.
#[derive(Debug, Clone)]
struct Works {
    reads: Work,
    writes: Work,
    applies: Work,
    moves: Work,
}

impl Works {
    /// The law of a call's work, by what it does.
    fn of(&self, call: u32, ctx: &mut Ctx<'_>) -> &Work {
        if is_job(call, ctx) {
            if ctx.calls()[call].repetition == query::APPLYING { &self.applies } else { &self.moves }
        } else if ctx.writes(call) {
            &self.writes
        } else {
            &self.reads
        }
    }
}

/// Whether a call is work that nobody waits for: a write on its way to a replica, or a checkpoint.
fn is_job(call: u32, ctx: &mut Ctx<'_>) -> bool {
    let slot = &ctx.calls()[call];
    slot.wire == INSIDE && slot.parent == crate::engine::calls::NONE
}

impl Component for Database {
    type Config = Config;

    const INFO: Info = Info {
        word: "database",
        label: "Database",
        summary: "Keeps the data: shards, replicas, locks, a disk.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Nothing, scales: false },
    };

    const STATIONS: &[&str] = &["connections", "cores", "locks", "disk", "apply"];

    const FIGURES: &[Figure] = &[
        Figure { key: "connections_in_use", label: "connections", unit: FigureUnit::Count },
        Figure { key: "writes_per_s", label: "writes/s", unit: FigureUnit::PerSecond },
        Figure { key: "replica_lag_s", label: "lag", unit: FigureUnit::Seconds },
        Figure { key: "stale_reads", label: "stale", unit: FigureUnit::Share },
        Figure { key: "page_hit_ratio", label: "in memory", unit: FigureUnit::Share },
        Figure { key: "hottest_shard", label: "hottest shard", unit: FigureUnit::Share },
        Figure { key: "lost_writes", label: "lost writes", unit: FigureUnit::Count },
        Figure { key: "dead_rows", label: "dead rows", unit: FigureUnit::Share },
        Figure { key: "bytes_stored", label: "stored", unit: FigureUnit::Bytes },
    ];

    const FIELDS: &[Field<Config>] = settings::FIELDS;

    fn describe(config: &Config) -> String {
        let shape = match (config.shards, config.replicas) {
            (1, 0) => format!("{} cores", config.cores()),
            (1, replicas) => format!("1 + {replicas} × {} cores", config.cores()),
            (shards, 0) => format!("{shards} shards × {} cores", config.cores()),
            (shards, replicas) => format!("{shards} × (1 + {replicas}), {} cores", config.cores()),
        };
        format!("{shape}, pool {}", config.connections)
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        let mut idle = |fields: &[&str], what: &str| check.together(at, fields, what);
        if config.replicas == 0 {
            if config.read_from != ReadFrom::Primary {
                idle(
                    &["read_from", "replicas"],
                    "there are no replicas to read from; add `replicas` or read from the primary",
                );
            }
            if config.replication == Replication::Sync {
                idle(
                    &["replication", "replicas"],
                    "there is no replica that could have received a write; add `replicas`",
                );
            }
        }
        if config.read_from == ReadFrom::Primary && config.read_your_writes {
            idle(
                &["read_your_writes", "read_from"],
                "the primary always has your writes; leave it out, or read from replicas",
            );
        }
        if config.shards == 1 && !config.scatter.is_empty() {
            idle(
                &["scatter", "shards"],
                "with one shard there are no others to ask; add `shards` or leave it out",
            );
        }
        if config.dead_rows && config.inserts {
            idle(
                &["dead_rows", "inserts"],
                "each write adds a row, and nothing old is left behind; turn off `inserts`, or leave it out",
            );
        }
        if config.long_transaction.is_some() && !config.dead_rows {
            idle(
                &["long_transaction", "dead_rows"],
                "there are no dead rows to hold back; add `dead_rows` or leave it out",
            );
        }
        for (field, is_set) in [("iops", config.iops.is_some()), ("checkpoint", config.checkpoint.is_some())]
        {
            if is_set && config.memory.is_none() {
                idle(
                    &[field, "memory"],
                    "with all pages in memory the disk is never asked; give `memory` as well, or leave it out",
                );
            }
        }
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let work = Work::new(&config.read_work, ctx);
        let mut me = Database {
            config: config.clone(),
            plain: false,
            works: Works {
                reads: work.clone(),
                writes: work.clone(),
                applies: work.clone(),
                moves: work.clone(),
            },
            transaction: work.clone(),
            disk: work.clone(),
            delay: work,
            nodes: Vec::new(),
            homes: Vec::new(),
            shards: Vec::new(),
            placement: Placement::new(config.sharding, config.shards),
            moving: None,
            stored: config.storage.get(),
            stored_next: 0,
            asked: Asked::default(),
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let before = std::mem::replace(&mut self.config, config.clone());
        if before.storage != config.storage || (before.dead_rows && !config.dead_rows) {
            self.forget_bloat();
        }
        if before.storage != config.storage {
            self.stored = config.storage.get();
        }
        self.plain = config.is_plain();
        self.works.writes = Work::new(&config.write_work, ctx);
        self.works.applies = Work::of_purpose(&config.apply_work, Purpose::Apply, ctx);
        self.transaction = Work::of_purpose(&config.transaction, Purpose::Transaction, ctx);
        self.disk = Work::of_purpose(&config.disk_time, Purpose::Disk, ctx);
        self.delay = Work::of_purpose(&config.replica_delay, Purpose::Replica, ctx);
        self.place_anew(ctx);
        self.weigh_moves(ctx);
        self.weigh(ctx);
        self.settle_servers(ctx);
        for instance in 0..self.nodes.len() as u32 {
            self.reconfigure(instance, ctx);
        }
        self.thin_memory();
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let writes = ctx.writes(call);
        ctx.tally(WRITES, u64::from(writes));
        if self.nodes.len() == 1 {
            return self.enter(call, 0, ctx);
        }
        self.route(call, writes, ctx);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        match ctx.calls()[call].tag {
            at::READING => self.has_read(call, ctx),
            at::OPEN => self.commit(call, ctx),
            at::COMMITTING => self.committed(call, ctx),
            at::IN_TRANSIT => self.received(call, ctx),
            tag if usize::from(tag) == DISK => self.disk_is_free(call, ctx),
            _ => self.has_worked(call, ctx),
        }
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        self.part_is_done(answer, ctx);
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        match tag.what {
            due::CONNECTION => self.lose_patience(tag.instance, ctx),
            due::LOCK => self.give_up_locks(tag.instance, ctx),
            due::FAILOVER => self.fail_over(tag.extra, ctx),
            due::MOVED => self.end_move(ctx),
            due::CHECKPOINT => self.begin_checkpoint(tag.instance, ctx),
            due::GIVE => self.give(tag.extra, ctx),
            due::VACUUM => self.vacuum_is_due(tag.instance, ctx),
            _ => {
                if let Some(node) = self.node(tag.instance) {
                    node.cpu.tick(ctx);
                }
            }
        }
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.take_out(call, ctx);
    }

    fn on_instance(&mut self, instance: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => self.join(instance, ctx),
            InstanceNews::Draining => self.leave_shard(instance, false, ctx),
            InstanceNews::Closing => {
                if let Some(node) = self.node(instance) {
                    node.close(ctx);
                }
            }
            InstanceNews::Gone => self.lose(instance, ctx),
        }
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, now: SimTime) -> bool {
        // All are asked, so that each counts on.
        let full = |found, node: &mut Node| node.full_for.note(node.is_full(), now) || found;
        self.nodes.len() > 1 && self.nodes.iter_mut().flatten().fold(false, full)
    }

    fn share(&mut self) {
        self.nodes.iter_mut().flatten().for_each(Node::share);
    }

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        let nodes = self.nodes.iter().enumerate().filter_map(|(at, node)| {
            let node = node.as_ref()?;
            Some(node.held_bytes(other.and_then(|other| other.nodes.get(at)?.as_ref())))
        });
        let logs = self.shards.iter().enumerate().map(|(at, shard)| {
            let other = other.and_then(|other| other.shards.get(at));
            shard.log.held_bytes(other.map(|other| &other.log))
        });
        size_of_val(&*self.nodes) + size_of_val(&*self.shards) + logs.sum::<usize>() + nodes.sum::<usize>()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let in_use = self.nodes.iter().flatten().map(|node| f64::from(node.connections.busy())).sum();
        let count = |which: usize| seen.tallies.0[which];
        let some = |is: bool, x: f64| if is { x } else { f64::NAN };
        let copies = self.config.replicas > 0;
        figures([
            in_use,
            count(WRITES) as f64 / secs,
            some(copies, self.worst_lag_s()),
            share(count(STALE), count(ON_REPLICAS) - count(STALE)),
            share(count(PAGE_HITS), count(PAGE_MISSES)),
            some(self.config.shards > 1 && self.asked.hottest > 0.0, self.asked.hottest),
            some(copies, count(LOST) as f64),
            self.dead_share(),
            self.stored as f64,
        ])
    }
}
