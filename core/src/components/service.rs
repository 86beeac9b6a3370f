//! Service: instances of a program, each with cores and workers.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
pub use super::waiting::{Discipline, Routing, WhenFull};
use crate::engine::backlog::{Overflow, QueuePlan};
use crate::engine::chance::{Purpose, Stream};
use crate::engine::context::{Answer, Ctx, Flow, Place, TimerTag, Work};
use crate::engine::cpu::{Cpu, CpuPlan};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::patience::GIVE_UP;
use crate::engine::station::{Entered, Station};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::prices::Machine;
use crate::units::{SimTime, Span};

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
    /// What happens to a request that finds the backlog full.
    pub when_full: WhenFull,
    /// How long a request waits in the backlog before it gives up; `None` for ever.
    pub patience: Option<Law>,
    /// Over which of its links a request goes on.
    pub routing: Routing,
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
            workers: Some(200),
            discipline: Discipline::Fifo,
            work: Law::lognormal(Span::from_millis(10), 1.0),
            backlog: Some(4096),
            when_full: WhenFull::DropNewest,
            patience: None,
            routing: Routing::All,
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

/// A service while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    config: Config,
    work: Work,
    /// Draws the way of a request that takes one of several.
    ways: Stream,
    /// By instance; a stopped one keeps its place until another takes it.
    instances: Vec<Option<Instance>>,
}

/// One instance: calls hold a worker from accept to reply, and a core for their CPU phase alone.
#[derive(Debug, Clone)]
struct Instance {
    workers: Station,
    cpu: Cpu,
}

const WORKERS: usize = 0;
const CORES: usize = 1;

impl Config {
    /// The queue in front of the workers, and that in front of the cores. The backlog is in front of the workers; with unlimited workers,
    /// of the cores.
    fn queues(&self) -> (QueuePlan, QueuePlan) {
        let order = self.discipline.order();
        let overflow = match self.when_full {
            WhenFull::DropNewest => Overflow::DropNewest,
            WhenFull::DropOldest => Overflow::DropOldest,
            WhenFull::Block => Overflow::Block,
        };
        let backlog = QueuePlan { order, bound: self.backlog, overflow, patience: self.patience.clone() };
        let inner = QueuePlan { order, ..QueuePlan::PLAIN };
        if self.workers.is_none() { (inner, backlog) } else { (backlog, inner) }
    }

    fn cpu(&self) -> CpuPlan {
        CpuPlan { cores: self.cores(), discipline: self.discipline, queue: self.queues().1 }
    }
}

impl Service {
    fn at(&mut self, instance: u32) -> Option<&mut Instance> {
        self.instances.get_mut(instance as usize)?.as_mut()
    }

    /// The call has a worker.
    fn begin(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let work = &self.work;
        let Some(Some(instance)) = self.instances.get_mut(ctx.calls()[call].instance as usize) else {
            return ctx.fail(call, Reason::Reset);
        };
        let entered = instance.cpu.enter(call, work, ctx);
        self.begun(call, entered, ctx);
    }

    /// What became of a call that came to the cores.
    #[inline(always)]
    fn begun(&mut self, call: u32, entered: Entered, ctx: &mut Ctx<'_>) {
        match entered {
            Entered::Refused => self.finish(call, Err(Reason::QueueFull), ctx),
            Entered::Displaced(other) => self.finish(other, Err(Reason::QueueFull), ctx),
            Entered::Started | Entered::Waiting => {}
        }
    }

    /// The call gives its worker back and is answered; the next one may begin.
    fn finish(&mut self, call: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        let at = ctx.calls()[call].instance;
        match outcome {
            Ok(()) => ctx.reply(call),
            Err(reason) => ctx.fail(call, reason),
        }
        if let Some(instance) = self.at(at) {
            instance.workers.leave(ctx);
            if let Some(next) = instance.workers.next(ctx) {
                self.begin(next, ctx);
            }
        }
    }

    /// Some have waited as long as their patience.
    fn give_up(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        while let Some(instance) = self.at(tag.instance) {
            if tag.extra == WORKERS as u32 {
                let Some(call) = instance.workers.give_up(ctx) else { return };
                ctx.fail(call, Reason::GaveUp);
            } else {
                let Some(call) = instance.cpu.give_up(ctx) else { return };
                self.finish(call, Err(Reason::GaveUp), ctx);
            }
        }
    }

    /// The call gives its core back; the next one may have it.
    #[inline(always)]
    fn leave_core(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let at = ctx.calls()[call].instance as usize;
        let work = &self.work;
        if let Some(Some(instance)) = self.instances.get_mut(at)
            && let Some(next) = instance.cpu.leave(call, ctx)
        {
            next.serve(work, ctx);
        }
    }

    /// A call has had its work and comes to nothing.
    pub(super) fn reject(&mut self, call: u32, reason: Reason, ctx: &mut Ctx<'_>) {
        self.leave_core(call, ctx);
        self.finish(call, Err(reason), ctx);
    }

    /// Workers that have a call.
    pub(super) fn workers_in_use(&self) -> f64 {
        self.instances.iter().flatten().map(|i| f64::from(i.workers.busy())).sum()
    }

    fn follow(&mut self, call: u32, flow: Flow, ctx: &mut Ctx<'_>) {
        match flow {
            Flow::Waiting => {}
            Flow::Done => self.finish(call, Ok(()), ctx),
            Flow::Failed(reason) => self.finish(call, Err(reason), ctx),
        }
    }
}

impl Component for Service {
    type Config = Config;

    const INFO: Info = Info {
        word: "service",
        label: "Service",
        summary: "Your program: instances with cores, workers and a backlog.",
        category: Category::Compute,
        ports: Ports { calls_in: true, out: Out::Calls, scales: true },
    };

    const STATIONS: &[&str] = &["workers", "cores"];

    const FIGURES: &[Figure] =
        &[Figure { key: "workers_in_use", label: "workers busy", unit: FigureUnit::Count }];

    const FIELDS: &[Field<Config>] = fields![Config;
        "Instances and work" =>
        instances: Shape::count(0, 10_000, "instances"), "Instances", "How many should run. Removed ones finish their work first.";
        machine: Shape::Choice(Machine::CHOICES), "Machine", "The server each instance runs on; sets cores and price.";
        cores: Shape::optional(&Shape::Count { min: 1, max: 1024, unit: "cores" }, "all of the machine"),
            "Cores each", "Cores of an instance.";
        workers: Shape::optional(&Shape::Count { min: 1, max: 1_000_000, unit: "workers" }, "no limit"),
            "Workers each", "Requests an instance works on at once, waiting for others included.",
            "200: Tomcat's default number of threads (common knowledge, not verified)";
        discipline: Shape::Choice(Discipline::CHOICES), "Discipline", "How requests share the cores, and in which order they wait.";
        work: LAW, "Work per request", "CPU time a request needs on one core.";
        "Waiting" =>
        backlog: Shape::optional(&Shape::Count { min: 0, max: 100_000_000, unit: "requests" }, "no limit"),
            "Backlog", "Requests that may wait at an instance; more are refused.",
            "4096: Linux somaxconn since kernel 5.4 (common knowledge, not verified)";
        when_full: Shape::Choice(WhenFull::CHOICES), "When full", "What happens to a request that finds the backlog full.";
        patience: Shape::optional(&LAW, "for ever"), "Patience", "How long a request waits in the backlog before it gives up and leaves.";
        "Calls, start and price" =>
        routing: Shape::Choice(Routing::CHOICES), "Goes on over",
            "All links, or one of them: their calls per request are then the chances, and what is missing to 1 goes nowhere.";
        start_up: Shape::span(Span::ZERO, Span::from_secs(3600)), "Start-up", "From starting an instance to its being ready.",
            "30 s: a virtual machine is reachable in about 26 s (ec2-coldboot-research)";
        usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price each", "US dollars per instance and hour.", "Price book: the machine";
    ];

    fn describe(config: &Config) -> String {
        let cores = config.cores();
        format!("{} × {cores} {}", config.instances, if cores == 1 { "core" } else { "cores" })
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = Service {
            config: config.clone(),
            work: Work::new(&config.work, ctx),
            ways: ctx.stream(Purpose::Pick),
            instances: Vec::new(),
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        self.work = Work::new(&config.work, ctx);
        let usd = config.usd_per_hour.unwrap_or(ctx.prices().machine(config.machine).usd);
        ctx.set_rates(Rates { instance_hour: usd, ..Rates::default() });
        ctx.set_desired(config.instances, config.start_up);
        for at in 0..self.instances.len() {
            let work = self.work.clone();
            let Some(instance) = &mut self.instances[at] else { continue };
            instance.workers.set_queue(&config.queues().0, ctx);
            instance.workers.set_servers(config.workers, ctx);
            instance.cpu.configure(&config.cpu(), |_, _| work.clone(), ctx);
            while let Some(next) = self.at(at as u32).and_then(|instance| instance.workers.next(ctx)) {
                self.begin(next, ctx);
            }
        }
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let Some(Some(instance)) = self.instances.get_mut(ctx.calls()[call].instance as usize) else {
            return ctx.fail(call, Reason::Reset);
        };
        match instance.workers.enter(call, ctx) {
            Entered::Started => {
                let entered = instance.cpu.enter(call, &self.work, ctx);
                self.begun(call, entered, ctx);
            }
            Entered::Waiting => {}
            Entered::Refused => ctx.fail(call, Reason::QueueFull),
            Entered::Displaced(other) => ctx.fail(other, Reason::QueueFull),
        }
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.leave_core(call, ctx);
        let flow = match self.config.routing {
            Routing::All => ctx.descend(call),
            Routing::One => ctx.descend_one_way(call, self.ways),
        };
        self.follow(call, flow, ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let flow = ctx.proceed(&answer);
        self.follow(answer.call, flow, ctx);
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        if tag.what == GIVE_UP {
            return self.give_up(tag, ctx);
        }
        if let Some(instance) = self.at(tag.instance) {
            instance.cpu.tick(ctx);
        }
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (at, place) = (ctx.calls()[call].instance, ctx.place(call));
        let work = self.work.clone();
        let Some(instance) = self.at(at) else { return };
        match place {
            Place::At(WORKERS) => return instance.workers.withdraw(call, ctx),
            Place::At(_) => {
                if let Some(next) = instance.cpu.withdraw(call, ctx) {
                    next.serve(&work, ctx);
                }
            }
            Place::Elsewhere => {}
        }
        instance.workers.leave(ctx);
        if let Some(next) = instance.workers.next(ctx) {
            self.begin(next, ctx);
        }
    }

    fn on_instance(&mut self, at: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => {
                let workers = Station::new(WORKERS, at, self.config.workers, &self.config.queues().0, ctx);
                let cpu = Cpu::new(CORES, at, &self.config.cpu(), ctx);
                if self.instances.len() <= at as usize {
                    self.instances.resize(at as usize + 1, None);
                }
                self.instances[at as usize] = Some(Instance { workers, cpu });
            }
            InstanceNews::Draining => {}
            InstanceNews::Closing => {
                if let Some(instance) = self.at(at) {
                    instance.workers.close(ctx);
                    instance.cpu.close(ctx);
                }
            }
            InstanceNews::Gone => {
                if let Some(slot) = self.instances.get_mut(at as usize) {
                    *slot = None;
                }
            }
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
        let stations = |instance: &Instance| instance.workers.held_bytes() + instance.cpu.held_bytes();
        size_of_val(&*self.instances) + self.instances.iter().flatten().map(stations).sum::<usize>()
    }

    fn figures(&self, _: &ComponentTotals, _: f64) -> Figures {
        figures([self.workers_in_use()])
    }
}
