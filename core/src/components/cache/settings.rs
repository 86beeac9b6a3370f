//! What can be set of a cache.

use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::eviction::Policy;
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

choices! {
    /// Where writes go.
    Writes {
        /// Past the cache: it passes them on, and forgets the key.
        Around = "around", "Around";
        /// To what it points at, and the cache keeps what was written.
        Through = "through", "Through";
        /// Into the cache, which answers at once and writes later.
        Behind = "behind", "Behind";
    }
}

choices! {
    /// When an entry is past its time.
    TtlMode {
        /// So long after it was loaded.
        Fixed = "fixed", "After its load";
        /// So long after it was last asked for.
        Sliding = "sliding", "After its last use";
    }
}

choices! {
    /// What becomes of several misses of one key.
    Misses {
        /// Each is loaded.
        Each = "each", "Each is loaded";
        /// The first is loaded; the others wait for it and share its result, or its failure.
        Joined = "joined", "One load for all";
        /// One may load in a lease time; the others get what is stale, or wait and ask again.
        Leased = "leased", "Leases";
    }
}

choices! {
    /// Who refreshes an entry before its time.
    Early {
        /// A load beside the reads, one at a time: whoever begins it is answered with what is fresh still.
        Beside = "beside", "A load beside the reads";
        /// The read whose turn it is loads and waits, as in the paper; the others are answered meanwhile.
        Reader = "reader", "The read itself";
    }
}

choices! {
    /// Which node keeps a key.
    Placement {
        /// The next on a ring of hashes: a node more takes its part from all others.
        Ring = "ring", "Ring";
        /// The key's hash modulo the number of nodes: a node more moves nearly every key.
        Modulo = "modulo", "Modulo";
    }
}

/// Settings of a cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Who loads what is missing.
    pub pattern: Pattern,
    /// Where writes go.
    pub writes: Writes,
    /// Which entry goes when one has to.
    pub eviction: Policy,
    /// Entries that a node keeps before one is evicted; `None` for no limit.
    pub entries: Option<u64>,
    /// Bytes that a node keeps before entries are evicted; `None` for no limit.
    pub bytes: Option<Bytes>,
    /// How long an entry is fresh; `None` for ever.
    pub ttl: Option<Span>,
    /// From when on that is reckoned.
    pub ttl_mode: TtlMode,
    /// By which share it varies up and down.
    pub ttl_jitter: f64,
    /// How long an entry past its time is still served while it is loaded anew; `None` for not at all.
    pub stale_for: Option<Span>,
    /// How eagerly entries are loaded anew before their time: the beta of XFetch, 0 for not.
    pub refresh_early: f64,
    /// Who does that.
    pub early_by: Early,
    /// How long it is kept that a key does not exist; `None` for not at all.
    pub absent_ttl: Option<Span>,
    /// What becomes of several misses of one key.
    pub misses: Misses,
    /// For how long no other may load the same key.
    pub lease: Span,
    /// How long those without a lease wait before they ask again.
    pub lease_retry: Span,
    /// How often what was written is passed on.
    pub flush_every: Span,
    /// Writes that a node passes on at once.
    pub flush_at_once: u32,
    /// Keys that may wait at a node to be passed on; `None` for no limit.
    pub dirty_max: Option<u64>,
    /// Nodes that share the keys.
    pub nodes: u32,
    /// Which node keeps a key.
    pub placement: Placement,
    /// Places of a node on the ring.
    pub vnodes: u32,
    /// Time a node works on each operation.
    pub hit_time: Law,
    /// Operations that a node works on at once; `None` for no limit.
    pub threads: Option<u32>,
    /// The machine of each node.
    pub node: CacheNode,
    /// US dollars per node and hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            pattern: Pattern::ReadThrough,
            writes: Writes::Around,
            eviction: Policy::Lru,
            entries: Some(100_000),
            bytes: None,
            ttl: None,
            ttl_mode: TtlMode::Fixed,
            ttl_jitter: 0.0,
            stale_for: None,
            refresh_early: 0.0,
            early_by: Early::Beside,
            absent_ttl: None,
            misses: Misses::Each,
            lease: Span::from_secs(10),
            lease_retry: Span::from_millis(10),
            flush_every: Span::from_secs(1),
            flush_at_once: 8,
            dirty_max: Some(100_000),
            nodes: 1,
            placement: Placement::Ring,
            vnodes: 160,
            hit_time: Law::constant(Span::from_micros(10)),
            threads: Some(1),
            node: CacheNode::Medium,
            usd_per_hour: None,
        }
    }
}

impl Config {
    /// Whether nothing but keys, limits and a fixed time to live decides on its answers.
    pub(crate) fn is_plain(&self) -> bool {
        self.pattern == Pattern::ReadThrough && self.keeps_plainly()
    }

    /// The same, whoever loads what is missing.
    pub(crate) fn keeps_plainly(&self) -> bool {
        self.misses == Misses::Each && self.writes == Writes::Around && !self.has_soft_times()
    }

    /// Whether an entry's time is more than one fixed span after its load.
    pub(super) fn has_soft_times(&self) -> bool {
        self.ttl_mode == TtlMode::Sliding
            || self.ttl_jitter > 0.0
            || self.stale_for.is_some()
            || self.refresh_early > 0.0
    }

    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        if self.entries.is_none() && self.bytes.is_none() {
            let what = "a cache needs a limit: give `entries`, `bytes` or both";
            check.together(at, &["entries", "bytes"], what);
        }
        let mut idle = |is: bool, fields: &[&str], what: &str| {
            if is {
                check.together(at, fields, what);
            }
        };
        if self.ttl.is_none() {
            let what = "without a `ttl` no entry is ever past its time; give one, or leave this out";
            idle(self.ttl_mode == TtlMode::Sliding, &["ttl_mode", "ttl"], what);
            idle(self.ttl_jitter > 0.0, &["ttl_jitter", "ttl"], what);
            idle(self.stale_for.is_some(), &["stale_for", "ttl"], what);
            idle(self.refresh_early > 0.0, &["refresh_early", "ttl"], what);
        }
        let what = "nothing is refreshed early; give `refresh_early`, or leave this out";
        idle(
            self.early_by != Early::Beside && self.refresh_early <= 0.0,
            &["early_by", "refresh_early"],
            what,
        );
        if self.pattern == Pattern::Aside {
            let what = "callers of a cache-aside write by themselves; set `writes` to \"around\", or the pattern to \
                        \"read-through\"";
            idle(self.writes != Writes::Around, &["writes", "pattern"], what);
            let what = "callers of a cache-aside load by themselves, so there is no load to join; set `misses` to \
                        \"leased\", or the pattern to \"read-through\"";
            idle(self.misses == Misses::Joined, &["misses", "pattern"], what);
            let what =
                "a cache-aside loads nothing itself and cannot refresh; set the pattern to \"read-through\"";
            idle(self.refresh_early > 0.0, &["refresh_early", "pattern"], what);
            let what = "a cache-aside serves what is stale only to those without a lease; set `misses` to \"leased\", \
                        or leave it out";
            idle(
                self.stale_for.is_some() && self.misses != Misses::Leased,
                &["stale_for", "misses", "pattern"],
                what,
            );
        }
    }
}

const YEAR: Span = Span::from_secs(365 * 86_400);
const MILLI: Span = Span::from_millis(1);
const HOUR: Span = Span::from_secs(3600);

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    "What it keeps" =>
    pattern: Shape::Choice(Pattern::CHOICES), "Pattern", "Who loads what the cache does not have.";
    writes: Shape::Choice(Writes::CHOICES), "Writes go", "Where writes go.";
    eviction: Shape::Choice(Policy::CHOICES), "Eviction", "Which entry goes when one has to.",
        "LRU: near to memcached's; Redis has its own two, Caffeine W-TinyLFU (memcached new_lru.txt, Redis evict.c, Caffeine)";
    entries: Shape::optional(&Shape::Count { min: 0, max: 50_000_000, unit: "entries" }, "no limit"),
        "Entries", "Entries that a node keeps before one is evicted.";
    bytes: Shape::optional(&Shape::Bytes { min: 0, max: 1 << 50 }, "no limit"),
        "Bytes", "Bytes of values that a node keeps before some are evicted.";
    "Freshness" =>
    ttl: Shape::optional(&Shape::span(Span::ZERO, YEAR), "for ever"),
        "Fresh for", "How long an entry may be served before it is loaded again.";
    ttl_mode needs ttl: Shape::Choice(TtlMode::CHOICES), "Counted from", "When that time begins.";
    ttl_jitter needs ttl: Shape::Number { min: 0.0, max: 1.0, unit: "" }, "Jitter",
        "By which share each entry's time varies, up and down; 0.1 is ±10 %.";
    stale_for needs ttl: Shape::optional(&Shape::span(MILLI, YEAR), "never"),
        "Stale for", "How long an entry past its time is served while one load refreshes it (stale-while-revalidate).";
    refresh_early needs ttl: Shape::Number { min: 0.0, max: 100.0, unit: "" }, "Refresh early",
        "Beta of XFetch: how eagerly an entry is refreshed before its time; 0 is never.", "1 is the paper's (Vattani et al., VLDB 2015)";
    early_by: Shape::Choice(Early::CHOICES), "Refreshed by", "Who loads an entry before its time.";
    absent_ttl: Shape::optional(&Shape::span(MILLI, YEAR), "not at all"),
        "Keeps absence", "How long it is kept that a key does not exist.";
    "Misses" =>
    misses: Shape::Choice(Misses::CHOICES), "Misses of a key", "What becomes of several at a time.";
    lease: Shape::span(MILLI, HOUR), "Lease", "With leases: for how long no other may load the key.",
        "10 s (Scaling Memcache at Facebook, NSDI 2013)";
    lease_retry: Shape::span(MILLI, HOUR), "Asks again after", "With leases: how long the others wait before they ask again.";
    "Write-behind" =>
    flush_every: Shape::span(MILLI, HOUR), "Writes every", "Behind: how long writes are gathered before they are passed on.";
    flush_at_once: Shape::count(1, 10_000, "writes"), "Writes at once", "Behind: writes that a node passes on at the same time.";
    dirty_max: Shape::optional(&Shape::Count { min: 0, max: 50_000_000, unit: "keys" }, "no limit"),
        "Waiting at most", "Behind: keys that may wait at a node; beyond, writes go through.";
    "Nodes" =>
    nodes: Shape::count(1, 100, "nodes"), "Nodes", "Nodes that share the keys. Limits are for each.";
    placement: Shape::Choice(Placement::CHOICES), "Placed by", "Which node keeps a key.";
    vnodes: Shape::count(1, 1000, "places"), "Places", "Places of a node on the ring: more make the nodes more even.",
        "160: ketama (libmemcached)";
    hit_time: LAW, "Time per operation", "Time a node works on each operation.",
        "10 µs: 72,000 to 180,000 operations a second on one thread (Redis benchmarks page)";
    threads: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "threads" }, "no limit"),
        "Threads", "Operations that a node works on at once.", "1: Redis runs commands on one thread (Redis benchmarks page)";
    node: Shape::Choice(CacheNode::CHOICES), "Node", "The machine of each node; sets the price.";
    usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
        "Price", "US dollars per node and hour.", "Price book: ElastiCache";
];
