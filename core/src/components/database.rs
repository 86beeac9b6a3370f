//! Database: a connection pool in front of cores that run queries.

use super::info::{Category, Info, Ports};
use crate::measure::{Figure, FigureUnit};
use super::service::Discipline;
use crate::fields;
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::Machine;
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

pub(super) const INFO: Info = Info {
    word: "database",
    label: "Database",
    summary: "Keeps the data; a pool of connections before its cores.",
    category: Category::Data,
    ports: Ports { calls_in: true, calls_out: false },
};

pub(super) const STATIONS: &[&str] = &["connections", "cores"];

pub(super) const FIGURES: &[Figure] = &[
    Figure { key: "connections_in_use", label: "connections", unit: FigureUnit::Count },
    Figure { key: "writes_per_s", label: "writes/s", unit: FigureUnit::PerSecond },
];

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
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

pub(super) fn describe(config: &Config) -> String {
    format!("{} cores, pool {}", config.cores(), config.connections)
}

pub(super) fn check(_: &Config, _: &FieldPath, _: &mut Check) {}
