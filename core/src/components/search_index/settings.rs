//! Settings of a search index.

use super::super::service::Discipline;
use crate::engine::backlog::QueuePlan;
use crate::engine::cpu::CpuPlan;
use crate::fields;
use crate::model::{Field, LAW, Law, Shape};
use crate::prices::Machine;
use crate::units::Span;

/// Settings of a search index.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Nodes that hold shards; each also takes requests in.
    pub nodes: u32,
    /// Parts of the index.
    pub shards: u32,
    /// Copies of each shard besides the primary.
    pub replicas: u32,
    /// The server each node runs on.
    pub machine: Machine,
    /// CPU time of a query on one shard.
    pub query_work: Law,
    /// CPU time to put the answers of the shards together.
    pub merge_work: Law,
    /// CPU time to index a document on one copy.
    pub index_work: Law,
    /// Queries on shards that may wait for a thread of a node.
    pub search_queue: u32,
    /// Writes on shards that may wait for a thread of a node.
    pub write_queue: u32,
    /// How often new documents become visible.
    pub refresh: Span,
    /// From starting a node to its being ready.
    pub start_up: Span,
    /// US dollars per node and hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            nodes: 3,
            shards: 3,
            replicas: 1,
            machine: Machine::General4,
            query_work: Law::lognormal(Span::from_millis(10), 1.0),
            merge_work: Law::constant(Span::from_millis(1)),
            index_work: Law::lognormal(Span::from_millis(2), 0.5),
            search_queue: 1000,
            write_queue: 10_000,
            refresh: Span::from_secs(1),
            start_up: Span::from_secs(60),
            usd_per_hour: None,
        }
    }
}

impl Config {
    /// Threads of a node for queries, and for writes, as Elasticsearch sets them.
    pub fn threads(&self) -> [u32; 2] {
        let cores = self.machine.cores();
        [cores * 3 / 2 + 1, cores]
    }

    pub(super) fn queues(&self) -> [QueuePlan; 2] {
        [self.search_queue, self.write_queue]
            .map(|bound| QueuePlan { bound: Some(bound), ..QueuePlan::PLAIN })
    }

    pub(super) fn cpu(&self) -> CpuPlan {
        CpuPlan { cores: self.machine.cores(), discipline: Discipline::Fifo, queue: QueuePlan::PLAIN }
    }
}

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    "Nodes and shards" =>
    nodes: Shape::count(0, 1000, "nodes"), "Nodes", "Servers that hold shards and take requests in.";
    shards: Shape::count(1, 256, "shards"), "Shards", "Parts of the index; a query asks all of them.";
    replicas: Shape::count(0, 10, "replicas"), "Replicas", "Copies of each shard besides the primary, on other nodes while there are any.",
        "1: index.number_of_replicas (Elasticsearch reference)";
    machine: Shape::Choice(Machine::CHOICES), "Machine", "The server each node runs on; sets cores, threads and price.";
    "Work" =>
    query_work: LAW, "Query on a shard", "CPU time of a query on one shard.";
    merge_work: LAW, "Merge", "CPU time to put the answers of the shards together.";
    index_work: LAW, "Index a document", "CPU time to index a document on one copy.";
    "Queues and refresh" =>
    search_queue: Shape::count(0, 1_000_000, "queries"), "Search queue", "Queries on shards that may wait at a node; more are rejected.",
        "1,000: thread_pool.search.queue_size (Elasticsearch reference)";
    write_queue: Shape::count(0, 1_000_000, "writes"), "Write queue", "Writes that may wait at a node; more are rejected.",
        "10,000: thread_pool.write.queue_size (Elasticsearch reference)";
    refresh: Shape::span(Span::ZERO, Span::from_secs(86_400)), "Refresh", "How often new documents become visible; 0 for at once.",
        "1 s: index.refresh_interval (Elasticsearch reference)";
    "Start and price" =>
    start_up: Shape::span(Span::ZERO, Span::from_secs(3600)), "Start-up", "From starting a node to its being ready.";
    usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
        "Price each", "US dollars per node and hour.", "Price book: the machine";
];
