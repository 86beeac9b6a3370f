//! Service: instances of a program, each with cores and workers.

use super::info::{Category, Info, Ports};
use crate::measure::{Figure, FigureUnit};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::Machine;
use crate::units::Span;
use crate::{choices, fields};

/// Settings of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How many instances should run.
    pub instances: u32,
    /// The server each instance runs on.
    pub machine: Machine,
    /// Cores of an instance; `None` for all of its machine.
    pub cores: Option<u32>,
    /// Requests an instance works on at once; `None` for no limit.
    pub workers: Option<u32>,
    /// How the cores are shared.
    pub discipline: Discipline,
    /// CPU time a request needs.
    pub work: Law,
    /// Requests that may wait at an instance; `None` for no limit.
    pub backlog: Option<u32>,
    /// From starting an instance to its being ready.
    pub start_up: Span,
    /// US dollars per instance and hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

choices! {
    /// How requests share the cores of an instance.
    Discipline {
        /// First in, first out: a core works on one request until it is done.
        Fifo = "fifo", "FIFO";
        /// Processor sharing: all requests progress at once, each at an equal share.
        Shared = "shared", "Shared";
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            instances: 2,
            machine: Machine::General2,
            cores: None,
            workers: Some(200),
            discipline: Discipline::Fifo,
            work: Law::lognormal(Span::from_millis(10), 1.0),
            backlog: Some(4096),
            start_up: Span::from_secs(30),
            usd_per_hour: None,
        }
    }
}

impl Config {
    /// Cores of an instance.
    pub fn cores(&self) -> u32 {
        self.cores.unwrap_or(self.machine.cores())
    }
}

pub(super) const INFO: Info = Info {
    word: "service",
    label: "Service",
    summary: "Your program: instances with cores, workers and a backlog.",
    category: Category::Compute,
    ports: Ports { calls_in: true, calls_out: true },
};

pub(super) const STATIONS: &[&str] = &["workers", "cores"];

pub(super) const FIGURES: &[Figure] = &[
    Figure { key: "workers_in_use", label: "workers busy", unit: FigureUnit::Count },
];

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    instances: Shape::count(0, 10_000, "instances"), "Instances", "How many should run. Removed ones finish their work first.";
    machine: Shape::Choice(Machine::CHOICES), "Machine", "The server each instance runs on; sets cores and price.";
    cores: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "cores" }, "all of the machine"),
        "Cores each", "Cores of an instance.";
    workers: Shape::optional(&Shape::Count { min: 1, max: 1_000_000, unit: "workers" }, "no limit"),
        "Workers each", "Requests an instance works on at once, waiting for others included.",
        "200: Tomcat's default number of threads (common knowledge, not verified)";
    discipline: Shape::Choice(Discipline::CHOICES), "Discipline", "How requests share the cores.";
    work: LAW, "Work per request", "CPU time a request needs on one core.";
    backlog: Shape::optional(&Shape::Count { min: 0, max: 100_000_000, unit: "requests" }, "no limit"),
        "Backlog", "Requests that may wait at an instance; more are refused.",
        "4096: Linux somaxconn since kernel 5.4 (common knowledge, not verified)";
    start_up: Shape::span(Span::ZERO, Span::from_secs(3600)), "Start-up", "From starting an instance to its being ready.",
        "30 s: a virtual machine is reachable in about 26 s (ec2-coldboot-research)";
    usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
        "Price each", "US dollars per instance and hour.", "Price book: the machine";
];

pub(super) fn describe(config: &Config) -> String {
    let cores = config.cores();
    format!("{} × {cores} {}", config.instances, if cores == 1 { "core" } else { "cores" })
}

pub(super) fn check(_: &Config, _: &FieldPath, _: &mut Check) {}
