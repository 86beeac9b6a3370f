//! Worker: instances of a program that takes messages and works on them.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use super::service::{self, Service};
use crate::engine::context::{Answer, Ctx, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::fields;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::Machine;
use crate::units::{SimTime, Span};

/// Settings of a worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How many instances should run.
    pub instances: u32,
    /// The server each instance runs on.
    pub machine: Machine,
    /// Cores of an instance; `None` for all of its machine.
    pub cores: Option<u32>,
    /// Messages an instance works on at once.
    pub concurrency: u32,
    /// CPU time a message needs.
    pub work: Law,
    /// From starting an instance to its being ready.
    pub start_up: Span,
    /// US dollars per instance and hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            instances: 2,
            machine: Machine::General2,
            cores: None,
            concurrency: 5,
            work: Law::lognormal(Span::from_millis(50), 1.0),
            start_up: Span::from_secs(30),
            usd_per_hour: None,
        }
    }
}

impl Config {
    /// A worker is a service whose callers hold back what it has no hand free for.
    fn as_service(&self) -> service::Config {
        service::Config {
            instances: self.instances,
            machine: self.machine,
            cores: self.cores,
            workers: Some(self.concurrency),
            work: self.work.clone(),
            backlog: None,
            start_up: self.start_up,
            usd_per_hour: self.usd_per_hour,
            ..service::Config::default()
        }
    }
}

/// A worker while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    service: Service,
}

/// The component's own counter: messages it could not process.
const UNPROCESSABLE: usize = 0;

impl Component for Worker {
    type Config = Config;

    const INFO: Info = Info {
        word: "worker",
        label: "Worker",
        summary: "Takes messages from queues and works on them.",
        category: Category::Compute,
        ports: Ports { calls_in: true, out: Out::Calls, scales: true },
    };

    const STATIONS: &[&str] = &["tasks", "cores"];

    const FIGURES: &[Figure] = &[
        Figure { key: "tasks_in_progress", label: "at once", unit: FigureUnit::Count },
        Figure { key: "unprocessable_per_s", label: "unprocessable/s", unit: FigureUnit::PerSecond },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        instances: Shape::count(0, 10_000, "instances"), "Instances", "How many should run. Removed ones finish their messages first.";
        machine: Shape::Choice(Machine::CHOICES), "Machine", "The server each instance runs on; sets cores and price.";
        cores: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "cores" }, "all of the machine"),
            "Cores each", "Cores of an instance.";
        concurrency: Shape::count(1, 100_000, "messages"), "At once",
            "Messages an instance works on at once, those that wait for others included; what it has taken beyond waits in it.",
            "5: Sidekiq's default number of threads (Sidekiq wiki, Advanced Options)";
        work: LAW, "Work per message", "CPU time a message needs on one core.";
        start_up: Shape::span(Span::ZERO, Span::from_secs(3600)), "Start-up", "From starting an instance to its being ready.",
            "30 s: a virtual machine is reachable in about 26 s (ec2-coldboot-research)";
        usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price each", "US dollars per instance and hour.", "Price book: the machine";
    ];

    fn describe(config: &Config) -> String {
        format!("{} × {} at once", config.instances, config.concurrency)
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        Worker { service: Service::new(&config.as_service(), ctx) }
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.service.configure(&config.as_service(), ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.service.on_call(call, ctx);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if !ctx.is_poison(call) {
            return self.service.on_served(call, ctx);
        }
        // It finds out by working on it.
        ctx.tally(UNPROCESSABLE, 1);
        self.service.reject(call, Reason::Unprocessable, ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        self.service.on_reply(answer, ctx);
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        self.service.on_timer(tag, ctx);
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.service.on_cancel(call, ctx);
    }

    fn on_instance(&mut self, instance: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        self.service.on_instance(instance, news, ctx);
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, now: SimTime) -> bool {
        self.service.has_full_server(now)
    }

    fn share(&mut self) {
        self.service.share();
    }

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.service.held_bytes(other.map(|other| &other.service))
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        figures([self.service.workers_in_use(), seen.tallies.0[UNPROCESSABLE] as f64 / secs])
    }
}
