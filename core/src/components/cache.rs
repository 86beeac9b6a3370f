//! Cache: keeps recent replies; misses go on to what it points at.

use super::info::{Category, Info, Ports};
use crate::measure::{Figure, FigureUnit};
use crate::fields;
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::CacheNode;
use crate::units::{Bytes, Span};

/// Settings of a cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
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

pub(super) const INFO: Info = Info {
    word: "cache",
    label: "Cache",
    summary: "Keeps recent replies in memory; misses go on.",
    category: Category::Data,
    ports: Ports { calls_in: true, calls_out: true },
};

pub(super) const STATIONS: &[&str] = &["threads"];

pub(super) const FIGURES: &[Figure] = &[
    Figure { key: "hit_ratio", label: "hits", unit: FigureUnit::Share },
    Figure { key: "entries", label: "entries", unit: FigureUnit::Count },
    Figure { key: "evictions_per_s", label: "evicted/s", unit: FigureUnit::PerSecond },
    Figure { key: "bytes_kept", label: "kept", unit: FigureUnit::Bytes },
];

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
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

pub(super) fn describe(config: &Config) -> String {
    match (config.entries, config.bytes) {
        (Some(entries), _) => format!("LRU, {}", crate::measure::text::short_count(entries as f64)),
        (None, Some(bytes)) => format!("LRU, {bytes}"),
        (None, None) => "no limit".to_owned(),
    }
}

pub(super) fn check(config: &Config, at: &FieldPath, check: &mut Check) {
    if config.entries.is_none() && config.bytes.is_none() {
        check.rule(&at.field("entries"), "a cache needs a limit: give `entries`, `bytes` or both");
    }
}
