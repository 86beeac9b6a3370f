//! Settings of a quorum store.

use super::super::service::Discipline;
use crate::engine::backlog::QueuePlan;
use crate::engine::cpu::CpuPlan;
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::quorum::is_majority;
use crate::prices::Machine;
use crate::units::{Bytes, Span};
use crate::{choices, fields};

choices! {
    /// What a quorum store gives up when nodes cannot reach one another.
    Mode {
        /// Any node that reaches enough replicas goes on; what was written on two sides is settled later.
        Available = "available", "Available";
        /// Only the side with a majority goes on, after an election; nothing is ever stale.
        Consistent = "consistent", "Consistent";
    }
}

/// Settings of a quorum store.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Nodes that keep data; each also takes requests in.
    pub nodes: u32,
    /// Copies of each key, each on a node of its own.
    pub replicas: u32,
    /// Replicas that must answer a read.
    pub read_quorum: u32,
    /// Replicas that must have a write before it is answered.
    pub write_quorum: u32,
    /// What happens when nodes cannot reach one another.
    pub mode: Mode,
    /// Whether another node takes a write for a replica that cannot be reached, and hands it back later.
    pub sloppy: bool,
    /// Whether a read brings replicas that lag behind up to date.
    pub read_repair: bool,
    /// How often hints are handed back and replicas compared.
    pub hint_replay: Span,
    /// Time from the loss of a key's leader until another leads.
    pub election: Span,
    /// The server each node runs on.
    pub machine: Machine,
    /// Cores of each node; `None` for all of the machine.
    pub cores: Option<u32>,
    /// How work shares the cores.
    pub discipline: Discipline,
    /// CPU time of a read at one replica.
    pub read_work: Law,
    /// CPU time of a write at one replica.
    pub write_work: Law,
    /// Round trip between the node that takes a request in and a replica on another.
    pub node_rtt: Law,
    /// Bytes stored, one copy of them.
    pub storage: Bytes,
    /// US dollars per node and hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            nodes: 3,
            replicas: 3,
            read_quorum: 2,
            write_quorum: 2,
            mode: Mode::Available,
            sloppy: false,
            read_repair: true,
            hint_replay: Span::from_secs(10),
            election: Span::from_secs(1),
            machine: Machine::General4,
            cores: None,
            discipline: Discipline::Fifo,
            read_work: Law::exponential(Span::from_millis(1)),
            write_work: Law::exponential(Span::from_millis(1)),
            node_rtt: Law::constant(Span::from_micros(500)),
            storage: Bytes::new(100_000_000_000),
            usd_per_hour: None,
        }
    }
}

impl Config {
    pub(super) fn cpu(&self) -> CpuPlan {
        let cores = self.cores.unwrap_or(self.machine.cores());
        let queue = QueuePlan { order: self.discipline.order(), ..QueuePlan::PLAIN };
        CpuPlan { cores, discipline: self.discipline, queue }
    }

    /// How many replicas must answer.
    pub fn quorum(&self, writes: bool) -> u32 {
        if writes { self.write_quorum } else { self.read_quorum }
    }

    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        let (copies, nodes) = (self.replicas, self.nodes);
        if copies > nodes {
            check.together(
                at,
                &["replicas", "nodes"],
                &format!("{copies} replicas need as many nodes and there are {nodes}; add `nodes`"),
            );
        }
        for (field, quorum) in [("read_quorum", self.read_quorum), ("write_quorum", self.write_quorum)] {
            if quorum > copies {
                check.together(
                    at,
                    &[field, "replicas"],
                    &format!("{quorum} of {copies} replicas can never answer; at most {copies} can"),
                );
            } else if self.mode == Mode::Consistent && !is_majority(copies, quorum) {
                check.together(
                    at,
                    &[field, "replicas", "mode"],
                    &format!(
                        "{quorum} of {copies} replicas are no majority, and two sides might both go on; at least {} are",
                        copies / 2 + 1
                    ),
                );
            }
        }
        if self.mode == Mode::Consistent && self.sloppy {
            check.together(
                at,
                &["sloppy", "mode"],
                "a consistent store takes no writes for replicas it cannot reach; leave it out, or be available",
            );
        }
    }
}

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    "Copies and quorums" =>
    nodes: Shape::count(1, 64, "nodes"), "Nodes", "Servers that keep data and take requests in.";
    replicas: Shape::count(1, 15, "replicas"), "Replicas", "Copies of each key (N), each on a node of its own.",
        "3: Dynamo's usual (N, R, W) is (3, 2, 2) (Dynamo, SOSP 2007)";
    read_quorum: Shape::count(1, 15, "replicas"), "Read quorum", "Replicas that must answer a read (R).";
    write_quorum: Shape::count(1, 15, "replicas"), "Write quorum", "Replicas that must have a write before it is answered (W).";
    "When nodes are lost" =>
    mode: Shape::Choice(Mode::CHOICES), "When cut off", "What it gives up when nodes cannot reach one another.";
    sloppy: Shape::Flag, "Sloppy quorum", "Whether other nodes stand in for replicas that cannot be reached, and hand writes back later.";
    read_repair: Shape::Flag, "Read repair", "Whether a read brings replicas that lag behind up to date.";
    hint_replay: Shape::span(Span::from_millis(10), Span::from_secs(86_400)), "Settles every",
        "How often hints are handed back and replicas that differ are compared.",
        "10 s: how often Cassandra looks for hints to hand back (common knowledge, not verified)";
    election: Shape::span(Span::ZERO, Span::from_secs(3600)), "Election", "From the loss of a key's leader until another leads; consistent stores only.",
        "1 s: etcd's election timeout; 1 to 30 s are usual (common knowledge, not verified)";
    "Machines and work" =>
    machine: Shape::Choice(Machine::CHOICES), "Machine", "The server each node runs on; sets cores and price.";
    cores: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "cores" }, "all of the machine"), "Cores", "Cores of each node.";
    discipline: Shape::Choice(Discipline::CHOICES), "Discipline", "How work shares the cores.";
    read_work: LAW, "Work per read", "CPU time of a read at one replica.";
    write_work: LAW, "Work per write", "CPU time of a write at one replica.";
    node_rtt: LAW, "Between nodes", "Round trip from the node that takes a request in to a replica on another.",
        "0.5 ms: between the 0.1–0.25 ms of one zone (napkin-math) and the 1 ms across zones";
    "Storage and price" =>
    storage: Shape::Bytes { min: 0, max: 1 << 50 }, "Storage", "Bytes stored, one copy of them; every replica is billed.";
    usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
        "Price each", "US dollars per node and hour, without storage.", "Price book: the machine";
];
