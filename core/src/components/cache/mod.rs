//! Cache: nodes that keep recent replies in memory; misses go on to what it points at.
//!
//! A call goes to the node of its key (`place`) and takes a thread there; what then becomes of it is in `read` and `write`. With plain settings it
//! is a look-up and no more.

mod dirty;
mod loads;
mod node;
mod place;
mod read;
mod settings;
mod write;

pub use settings::{Config, Early, Misses, Pattern, Placement, TtlMode, Writes};

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use super::kept::{Kept, Soft, Times};
use crate::engine::calls::{FORGET, INSIDE, NONE, STORE};
use crate::engine::chance::Purpose;
use crate::engine::context::{Answer, Ctx, Flow, Place, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::station::Entered;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath};
use crate::units::{Bytes, SimTime, Span};
use node::Node;
use place::Places;

/// A cache while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    config: Config,
    /// Whether a call is a look-up and no more.
    plain: bool,
    work: Work,
    times: Times,
    /// By instance; `None` while the node is down or gone.
    nodes: Vec<Option<Node>>,
    places: Places,
}

const THREADS: usize = 0;

/// Stands in a call's tag while it is at no station.
mod at {
    /// It waits for another's load.
    pub(super) const JOINED: u8 = 8;
    /// It has no lease and waits to ask again.
    pub(super) const WAITING: u8 = 9;
}

/// Stands in the step of a call that has asked before. It counts no steps until it makes calls of its own.
const AGAIN: u8 = 1;

/// What timers are for.
mod due {
    pub(super) const WRITES: u8 = 1;
}

/// The component's own counters, after those of what it keeps.
const JOINED: usize = 5;
const STALE: usize = 6;
const LOST: usize = 7;

fn times(config: &Config, ctx: &Ctx<'_>) -> Times {
    let soft = config.has_soft_times().then(|| Soft {
        sliding: config.ttl_mode == TtlMode::Sliding,
        jitter: config.ttl_jitter,
        stale_for: config.stale_for.unwrap_or(Span::ZERO),
        refresh_early: config.refresh_early,
        written_is_stale: config.misses == Misses::Leased && config.stale_for.is_some(),
        jitters: ctx.stream(Purpose::Jitter),
        refreshes: ctx.stream(Purpose::Refresh),
    });
    Times { ttl: config.ttl, absent_ttl: config.absent_ttl, soft }
}

fn end(call: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
    match outcome {
        Ok(()) => ctx.reply(call),
        Err(reason) => ctx.fail(call, reason),
    }
}

fn follow(call: u32, flow: Flow, ctx: &mut Ctx<'_>) {
    match flow {
        Flow::Waiting => {}
        Flow::Done => ctx.reply(call),
        Flow::Failed(reason) => ctx.fail(call, reason),
    }
}

impl Cache {
    fn node(&mut self, instance: u32) -> Option<&mut Node> {
        self.nodes.get_mut(instance as usize)?.as_mut()
    }

    /// A call comes to its node.
    fn enter(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let Some(Some(node)) = self.nodes.get_mut(instance as usize) else {
            return ctx.fail(call, Reason::Reset);
        };
        if node.threads.enter(call, ctx) == Entered::Started {
            ctx.serve(call, &self.work);
        }
    }

    /// A thread became free for the next call.
    fn next(&mut self, instance: u32, ctx: &mut Ctx<'_>) -> bool {
        let next = self.node(instance).and_then(|node| node.threads.next(ctx));
        if let Some(next) = next {
            ctx.serve(next, &self.work);
        }
        next.is_some()
    }

    fn sum(&self, of: impl Fn(&Node) -> f64) -> f64 {
        self.nodes.iter().flatten().map(of).sum()
    }
}

impl Component for Cache {
    type Config = Config;

    const INFO: Info = Info {
        word: "cache",
        label: "Cache",
        summary: "Keeps recent replies in memory; misses go on.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Calls, scales: false },
    };

    const STATIONS: &[&str] = &["threads"];

    const FIGURES: &[Figure] = &[
        Figure { key: "hit_ratio", label: "hits", unit: FigureUnit::Share },
        Figure { key: "entries", label: "entries", unit: FigureUnit::Count },
        Figure { key: "evictions_per_s", label: "evicted/s", unit: FigureUnit::PerSecond },
        Figure { key: "bytes_kept", label: "kept", unit: FigureUnit::Bytes },
        Figure { key: "joined_per_s", label: "joined/s", unit: FigureUnit::PerSecond },
        Figure { key: "stale_share", label: "stale", unit: FigureUnit::Share },
        Figure { key: "dirty", label: "to be written", unit: FigureUnit::Count },
        Figure { key: "lost_writes", label: "lost writes", unit: FigureUnit::Count },
    ];

    const FIELDS: &[Field<Config>] = settings::FIELDS;

    fn describe(config: &Config) -> String {
        let nodes = if config.nodes > 1 { format!("{} × ", config.nodes) } else { String::new() };
        let policy = config.eviction.label();
        match (config.entries, config.bytes) {
            (Some(entries), _) => {
                format!("{nodes}{policy}, {}", crate::measure::text::short_count(entries as f64))
            }
            (None, Some(bytes)) => format!("{nodes}{policy}, {bytes}"),
            (None, None) => "no limit".to_owned(),
        }
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        config.check(at, check);
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = Cache {
            config: config.clone(),
            plain: false,
            work: Work::new(&config.hit_time, ctx),
            times: times(config, ctx),
            nodes: Vec::new(),
            places: Places::new(config),
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        self.work = Work::new(&config.hit_time, ctx);
        self.times = times(config, ctx);
        // What other settings have begun ends as it would have.
        self.plain = config.is_plain() && self.nodes.iter().flatten().all(Node::is_idle);
        self.places.configure(config);
        let usd = config.usd_per_hour.unwrap_or(ctx.prices().cache_node(config.node).usd);
        ctx.set_rates(Rates { instance_hour: usd, ..Rates::default() });
        ctx.set_desired(config.nodes, Span::ZERO);
        for instance in 0..self.nodes.len() as u32 {
            let times = self.times;
            let Some(node) = self.node(instance) else { continue };
            node.kept.set_policy(config.eviction, ctx);
            node.kept.configure(config.entries, config.bytes.map(Bytes::get), times, ctx);
            node.threads.set_servers(config.threads, ctx);
            while self.next(instance, ctx) {}
        }
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.nodes.len() == 1 {
            return self.enter(call, 0, ctx);
        }
        let key = ctx.key(call);
        let instance = self.places.of(key).unwrap_or(ctx.calls()[call].instance);
        ctx.move_to(call, instance);
        self.enter(call, instance, ctx);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let slot = &ctx.calls()[call];
        let (instance, repetition) = (slot.instance, slot.repetition);
        if slot.tag == at::WAITING {
            return self.ask_again(call, instance, ctx);
        }
        let Some(Some(node)) = self.nodes.get_mut(instance as usize) else { return };
        node.threads.leave(ctx);
        if let Some(next) = node.threads.next(ctx) {
            ctx.serve(next, &self.work);
        }
        if self.plain && repetition < STORE {
            let flow = node.kept.look_up(call, ctx);
            return follow(call, flow, ctx);
        }
        match repetition {
            STORE => self.store(call, instance, ctx),
            FORGET => self.forget(call, instance, ctx),
            _ if ctx.writes(call) && self.config.pattern != Pattern::Aside => self.write(call, instance, ctx),
            _ => self.read(call, instance, ctx),
        }
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let call = answer.call;
        let flow = ctx.proceed(&answer);
        if self.plain {
            if flow == Flow::Done
                && let Some(node) = self.node(ctx.calls()[call].instance)
            {
                node.kept.fill(call, ctx);
            }
            return follow(call, flow, ctx);
        }
        let outcome = match flow {
            Flow::Waiting => return,
            Flow::Done => Ok(()),
            Flow::Failed(reason) => Err(reason),
        };
        let slot = &ctx.calls()[call];
        let job = slot.wire == INSIDE && slot.parent == NONE;
        match (ctx.writes(call), job) {
            (false, _) => self.loaded(call, outcome, ctx),
            (true, false) => self.written(call, outcome, ctx),
            (true, true) => self.one_more(call, outcome, ctx),
        }
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        self.begin_round(tag.instance, ctx);
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (instance, tag, place) = (ctx.calls()[call].instance, ctx.calls()[call].tag, ctx.place(call));
        let Some(node) = self.node(instance) else { return };
        if tag == at::JOINED {
            let key = ctx.key(call);
            node.loads.leave(key, call);
        } else if place == Place::At(THREADS) {
            node.threads.withdraw(call, ctx);
            self.next(instance, ctx);
        }
        // Who waits for the load of this one is taken out as well: both are at the same node.
    }

    fn on_instance(&mut self, at: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => self.join(at, ctx),
            InstanceNews::Draining => self.leave(at, ctx),
            InstanceNews::Closing => self.close(at, ctx),
            // Memory is lost with the process.
            InstanceNews::Gone => {
                if let Some(node) = self.nodes.get_mut(at as usize) {
                    *node = None;
                }
            }
        }
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, ctx: &mut Ctx<'_>) {
        let mut lost = 0;
        for node in self.nodes.iter_mut().flatten() {
            node.kept.clear();
            lost += node.dirty.take_all().len() as u64;
        }
        self.lose(lost, ctx);
    }

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, now: SimTime) -> bool {
        // All are asked, so that each counts on.
        let full = |found, node: &mut Node| node.full_for.note(node.threads.is_full(), now) || found;
        self.nodes.len() > 1 && self.nodes.iter_mut().flatten().fold(false, full)
    }

    fn share(&mut self) {
        self.nodes.iter_mut().flatten().for_each(|node| node.kept.share());
    }

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        let nodes = self.nodes.iter().enumerate().filter_map(|(at, node)| {
            let node = node.as_ref()?;
            Some(node.held_bytes(other.and_then(|other| other.nodes.get(at)?.as_ref())))
        });
        let places = self.places.held_bytes(other.map(|other| &other.places));
        size_of_val(&*self.nodes) + places + nodes.sum::<usize>()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let count = |which: usize| seen.tallies.0[which];
        let some = |is: bool, x: f64| if is { x } else { f64::NAN };
        let behind = self.config.writes == Writes::Behind;
        figures([
            Kept::hit_ratio(seen),
            self.sum(|node| node.kept.entries()),
            Kept::evictions(seen) / secs,
            self.sum(|node| node.kept.bytes()),
            some(self.config.misses != Misses::Each, count(JOINED) as f64 / secs),
            some(self.config.stale_for.is_some(), Kept::share_of_reads(count(STALE), seen)),
            some(behind, self.sum(|node| node.dirty.len() as f64)),
            some(behind, count(LOST) as f64),
        ])
    }
}
