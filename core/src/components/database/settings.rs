//! What can be set of a database.

use crate::components::service::Discipline;
use crate::engine::backlog::QueuePlan;
use crate::engine::cpu::CpuPlan;
use crate::model::{Field, LAW, Law, Shape};
use crate::prices::Machine;
use crate::units::{Bytes, Span};
use crate::{choices, fields};

choices! {
    /// Which shard keeps a key.
    Sharding {
        /// By a consistent hash of the key: an added shard takes an even part from each of the others.
        Hash = "hash", "Hash";
        /// By the key's place in the order of popularity, as where keys grow with time and the newest are asked for most.
        Range = "range", "Range";
        /// By a directory that deals keys out in turn, the popular ones first.
        Directory = "directory", "Directory";
    }
}

choices! {
    /// Who answers reads.
    ReadFrom {
        /// The primary, like writes.
        Primary = "primary", "Primary";
        /// The replicas in turn; the primary while there is none.
        Replicas = "replicas", "Replicas";
        /// The primary and the replicas in turn.
        Any = "any", "Any";
    }
}

choices! {
    /// When a write is answered.
    Replication {
        /// When the primary has it; what no replica has yet is lost with the primary.
        Async = "async", "Asynchronous";
        /// When a replica has received it as well.
        Sync = "sync", "Synchronous";
    }
}

choices! {
    /// How a read finds its row.
    Lookup {
        /// By an index.
        Index = "index", "Index";
        /// By reading all that the shard stores.
        Scan = "scan", "Full scan";
    }
}

/// Settings of a database.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Queries that may run at once on a server.
    pub connections: u32,
    /// How long a query waits for a connection before it fails.
    pub connection_wait: Span,
    /// The machine of each server.
    pub machine: Machine,
    /// Cores; `None` for all of its machine.
    pub cores: Option<u32>,
    /// How the cores are shared.
    pub discipline: Discipline,
    /// CPU time of a read.
    pub read_work: Law,
    /// CPU time of a write.
    pub write_work: Law,
    /// How a read finds its row.
    pub lookup: Lookup,
    /// Bytes a second that a full scan reads.
    pub scan_rate: Bytes,
    /// Whether each write adds a row.
    pub inserts: bool,
    /// Whether a write locks its row.
    pub row_locks: bool,
    /// Time a write's transaction stays open besides its work, holding connection and lock.
    pub transaction: Law,
    /// How long a write waits for a lock before it fails.
    pub lock_wait: Span,
    /// Bytes of pages that a server keeps in memory; `None` for all there are.
    pub memory: Option<Bytes>,
    /// Time to read a page from the disk.
    pub disk_time: Law,
    /// Pages a second that the disk of a server reads and writes; `None` for no limit.
    pub iops: Option<u32>,
    /// How often changed pages are written to the disk; `None` for never.
    pub checkpoint: Option<Span>,
    /// Whether an update leaves the old version of its row behind.
    pub dead_rows: bool,
    /// Dead rows over live ones from which on vacuum removes them; `None` for never.
    pub vacuum: Option<f64>,
    /// What vacuum may cost in 2 ms.
    pub vacuum_limit: u32,
    /// How long the transactions last of which one is open at all times; `None` for no such.
    pub long_transaction: Option<Span>,
    /// Parts that the data is split into, each on servers of its own.
    pub shards: u32,
    /// Which shard keeps a key.
    pub sharding: Sharding,
    /// The classes whose queries must ask every shard.
    pub scatter: Vec<String>,
    /// Bytes a second that a shard gives away while the number of shards changes.
    pub move_rate: Bytes,
    /// CPU time for each page that a server gives or receives.
    pub move_work: Span,
    /// Copies of each shard besides its primary.
    pub replicas: u32,
    /// Who answers reads.
    pub read_from: ReadFrom,
    /// Whether a read of a key whose last write has not reached a replica goes to the primary.
    pub read_your_writes: bool,
    /// When a write is answered.
    pub replication: Replication,
    /// Time from a write's commit until a replica has received it.
    pub replica_delay: Law,
    /// CPU time in which a replica applies a write; one at a time.
    pub apply_work: Law,
    /// Time from the loss of a primary until a replica takes over.
    pub failover: Span,
    /// Bytes stored.
    pub storage: Bytes,
    /// US dollars per server and hour; `None` takes the price book's.
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
            lookup: Lookup::Index,
            scan_rate: Bytes::new(8 << 30),
            inserts: false,
            row_locks: false,
            transaction: Law::constant(Span::ZERO),
            lock_wait: Span::from_secs(50),
            memory: None,
            disk_time: Law::exponential(Span::from_micros(100)),
            iops: None,
            checkpoint: None,
            dead_rows: false,
            vacuum: Some(0.2),
            vacuum_limit: 200,
            long_transaction: None,
            shards: 1,
            sharding: Sharding::Hash,
            scatter: Vec::new(),
            move_rate: Bytes::new(20_000_000),
            move_work: Span::ZERO,
            replicas: 0,
            read_from: ReadFrom::Primary,
            read_your_writes: false,
            replication: Replication::Async,
            replica_delay: Law::exponential(Span::from_millis(10)),
            apply_work: Law::exponential(Span::from_millis(2)),
            failover: Span::from_secs(60),
            storage: Bytes::new(100_000_000_000),
            usd_per_hour: None,
        }
    }
}

impl Config {
    /// Cores of each server.
    pub fn cores(&self) -> u32 {
        self.cores.unwrap_or(self.machine.cores())
    }

    /// Servers in all, when no shards are being moved.
    pub fn servers(&self) -> u32 {
        self.shards.saturating_mul(self.replicas.saturating_add(1))
    }

    pub(super) fn cpu(&self) -> CpuPlan {
        let queue = QueuePlan { order: self.discipline.order(), ..QueuePlan::PLAIN };
        CpuPlan { cores: self.cores(), discipline: self.discipline, queue }
    }

    /// Whether a query is more than a connection and a core.
    pub(crate) fn is_plain(&self) -> bool {
        self.servers() == 1
            && !self.row_locks
            && !self.inserts
            && !self.dead_rows
            && self.memory.is_none()
            && self.lookup == Lookup::Index
            && self.transaction.mean() == Span::ZERO
    }
}

const DAY: Span = Span::from_secs(86_400);

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    "Servers and work" =>
    connections: Shape::count(1, 1_000_000, "connections"), "Connections", "Queries that may run at once on a server; more wait for a connection.",
        "100: PostgreSQL's max_connections (common knowledge, not verified)";
    connection_wait: Shape::span(Span::ZERO, Span::from_secs(3600)), "Waits at most",
        "How long a query waits for a connection before it fails.", "30 s: HikariCP connectionTimeout (HikariConfig.java)";
    machine: Shape::Choice(Machine::CHOICES), "Machine", "The machine of each server; sets cores and price.";
    cores: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "cores" }, "all of the machine"), "Cores", "Cores that run queries.";
    discipline: Shape::Choice(Discipline::CHOICES), "Discipline", "How queries share the cores.";
    read_work: LAW, "Work per read", "CPU time of a query that reads.";
    write_work: LAW, "Work per write", "CPU time of a query that writes.";
    "Reads and growth" =>
    lookup: Shape::Choice(Lookup::CHOICES), "Reads by", "How a read finds its row.";
    scan_rate: Shape::Bytes { min: 1, max: 1 << 50 }, "Scan rate", "Bytes a second that a full scan reads, on one core.",
        "8 GiB/s: sequential reads from an SSD (napkin-math, 2026-03)";
    inserts: Shape::Flag, "Grows", "Whether each write adds a row, of the size of its request.";
    "Locks" =>
    row_locks: Shape::Flag, "Row locks", "Whether a write locks its row until it is committed.";
    transaction: LAW, "Transaction", "Time a write's transaction stays open besides its work, holding connection and lock.";
    lock_wait: Shape::span(Span::ZERO, Span::from_secs(3600)), "Lock wait", "How long a write waits for a lock before it fails.",
        "50 s: InnoDB's innodb_lock_wait_timeout (common knowledge, not verified)";
    "Memory and disk" =>
    memory: Shape::optional(&Shape::Bytes { min: 8192, max: 1 << 50 }, "all there is"), "Memory for pages",
        "Bytes of pages that a server keeps in memory; others are read from the disk.";
    disk_time: LAW, "Disk time", "Time to read a page from the disk.", "100 µs: random read from an SSD (napkin-math, 2026-03)";
    iops: Shape::optional(&Shape::Count { min: 1, max: 10_000_000, unit: "pages/s" }, "no limit"), "Disk limit",
        "Pages a second that the disk of a server reads and writes.";
    checkpoint: Shape::optional(&Shape::span(Span::from_secs(1), DAY), "never"), "Checkpoint",
        "How often the pages changed since the last time are written to the disk.";
    "Vacuum" =>
    dead_rows: Shape::Flag, "Dead rows", "Whether an update leaves the old version of its row behind until vacuum removes it, as in PostgreSQL.";
    vacuum: Shape::optional(&Shape::Number { min: 0.0, max: 100.0, unit: "" }, "never"), "Vacuum from",
        "Dead rows over live ones from which on vacuum removes them.",
        "0.2: autovacuum_vacuum_scale_factor, and 50 rows more (postgresql.conf.sample, PostgreSQL 16)";
    vacuum_limit: Shape::count(1, 10_000, ""), "Vacuum's budget",
        "What vacuum may cost before it pauses for 2 ms: a page costs 1 in memory, 2 on the disk, and 20 more where a row is removed from it.",
        "200: vacuum_cost_limit, with autovacuum_vacuum_cost_delay and vacuum_cost_page_* (postgresql.conf.sample, PostgreSQL 16)";
    long_transaction: Shape::optional(&Shape::span(Span::from_secs(1), DAY), "none"), "Long transaction",
        "How long transactions last of which one is open at all times, as reports; what was written since its start stays for it to read.";
    "Shards" =>
    shards: Shape::count(1, 256, "shards"), "Shards", "Parts that the data is split into, each on servers of its own.";
    sharding: Shape::Choice(Sharding::CHOICES), "Sharded by", "Which shard keeps a key.";
    scatter: Shape::List(&Shape::Text { max_chars: 80 }), "Ask every shard", "The classes whose queries cannot tell their shard and ask all of them.";
    move_rate: Shape::Bytes { min: 1, max: 1 << 50 }, "Moves at", "Bytes a second that a shard gives away while the number of shards changes.",
        "20 MB/s: moves are held to 10 to 50 MB/s a shard so as not to hurt (common knowledge, not verified)";
    move_work: Shape::span(Span::ZERO, Span::from_secs(60)), "Work per page moved", "CPU time for each page (8 KiB) that a server gives or receives.";
    "Replicas" =>
    replicas: Shape::count(0, 15, "replicas"), "Replicas", "Copies of each shard besides its primary.";
    read_from: Shape::Choice(ReadFrom::CHOICES), "Reads from", "Who answers reads.";
    read_your_writes: Shape::Flag, "Read your writes", "Whether a read goes to the primary while the key's last write has not reached the replica.";
    replication: Shape::Choice(Replication::CHOICES), "Replication", "When a write is answered.";
    replica_delay: LAW, "Replica delay", "Time from a write's commit until a replica has received it.",
        "10 ms: the lag of Aurora replicas is usually well under 100 ms (Aurora user guide)";
    apply_work: LAW, "Apply work", "CPU time in which a replica applies a write; one at a time.";
    failover: Shape::span(Span::ZERO, Span::from_secs(3600)), "Failover", "Time from the loss of a primary until a replica takes over.",
        "60 s: RDS Multi-AZ takes 60 to 120 s (RDS user guide)";
    "Storage and price" =>
    storage: Shape::Bytes { min: 0, max: 1 << 50 }, "Storage", "Bytes stored at the start, all shards together; for the bill, scans and moves.";
    usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
        "Price", "US dollars per server and hour, without storage.", "Price book: the managed database of this size";
];
