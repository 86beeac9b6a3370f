//! Search index: shards with their copies on nodes; a query asks every shard and waits for the slowest.

mod settings;

pub use settings::Config;

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::calls::INSIDE;
use crate::engine::chance::{Purpose, Stream};
use crate::engine::context::{Answer, Ctx, Place, TimerTag, Work};
use crate::engine::cpu::{Cpu, Next};
use crate::engine::fleet::{Callees, InstanceNews, Life};
use crate::engine::station::{Entered, Station};
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath};
use crate::policy::capacity::part_of;
use crate::units::SimTime;

/// A search index while it runs.
#[derive(Debug, Clone)]
pub(crate) struct SearchIndex {
    config: Config,
    work: Works,
    /// Draws which copies a query begins with.
    picks: Stream,
    /// By instance; `None` while it is down.
    nodes: Vec<Option<Node>>,
    /// The nodes that shards are on, in order, those that have crashed included: they have their data still.
    homes: Vec<u32>,
}

/// What takes time on a core.
#[derive(Debug, Clone)]
struct Works {
    /// By operation, of a part: a query on a shard, a document on a copy.
    part: [Work; 2],
    merge: Work,
}

/// A part of a request holds one of the node's threads for its kind, and a core while it runs.
#[derive(Debug, Clone)]
struct Node {
    threads: [Station; 2],
    cpu: Cpu,
}

const CORES: usize = 2;
/// The component's own counters.
const REJECTED: usize = 0;
const INDEXED: usize = 1;
const HIDDEN_NS: usize = 2;

impl Works {
    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let part = [Work::new(&config.query_work, ctx), Work::new(&config.index_work, ctx)];
        Works { part, merge: Work::new(&config.merge_work, ctx) }
    }

    fn of(&self, call: u32, ctx: &Ctx<'_>) -> &Work {
        if is_part(call, ctx) { &self.part[op(call, ctx)] } else { &self.merge }
    }
}

/// 0 for a query, 1 for a write; also the station of its threads.
fn op(call: u32, ctx: &Ctx<'_>) -> usize {
    usize::from(ctx.writes(call))
}

/// Whether it is a part of a request, not the request itself.
fn is_part(call: u32, ctx: &Ctx<'_>) -> bool {
    ctx.core.calls[call].wire == INSIDE
}

impl SearchIndex {
    fn at(&mut self, instance: u32) -> Option<&mut Node> {
        self.nodes.get_mut(instance as usize)?.as_mut()
    }

    /// Forgets nodes that were taken out for good.
    fn look(&mut self, ctx: &Ctx<'_>) {
        let fleet = &ctx.core.fleets[usize::from(ctx.me)].instances;
        self.homes.retain(|node| !matches!(fleet[*node as usize].life, Life::Stopped | Life::Draining));
    }

    /// The first copy of a shard that is up, from the copy `first` on.
    fn copy_of(&self, shard: u32, first: u32) -> Option<u32> {
        let copies = self.copies();
        let home = |copy: u32| self.homes[(shard as usize + copy as usize) % self.homes.len()];
        let nodes = (0..copies).map(|i| home((first + i) % copies));
        nodes.into_iter().find(|node| self.is_up(*node))
    }

    /// Copies of a shard, each on a node of its own.
    fn copies(&self) -> u32 {
        (self.config.replicas + 1).min(self.homes.len() as u32)
    }

    fn is_up(&self, node: u32) -> bool {
        self.nodes.get(node as usize).is_some_and(Option::is_some)
    }

    /// A query goes to one copy of every shard.
    fn scatter(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let first = (ctx.draw(self.picks, call).bits() >> 40) as u32;
        let shards = self.config.shards;
        // Who misses a shard is not answered, so nobody is asked in vain.
        if self.homes.is_empty() || (0..shards).any(|shard| self.copy_of(shard, first).is_none()) {
            return ctx.fail(call, Reason::NoInstance);
        }
        for shard in 0..shards {
            if let Some(node) = self.copy_of(shard, (first + shard) % self.copies()) {
                self.begin_part(call, node, shard as u16, ctx);
            }
        }
    }

    /// A document goes to the primary of its shard.
    fn index(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        match self.primary_of(call, ctx) {
            Some(node) => self.begin_part(call, node, PRIMARY, ctx),
            None => ctx.fail(call, Reason::NoInstance),
        }
    }

    fn shard_of(&self, call: u32, ctx: &mut Ctx<'_>) -> u32 {
        part_of(ctx.key(call), self.config.shards)
    }

    fn primary_of(&self, call: u32, ctx: &mut Ctx<'_>) -> Option<u32> {
        let shard = self.shard_of(call, ctx);
        if self.homes.is_empty() { None } else { self.copy_of(shard, 0) }
    }

    /// The primary has it: now the other copies get it, all at once.
    fn replicate(&mut self, call: u32, primary: u32, ctx: &mut Ctx<'_>) {
        let shard = self.shard_of(call, ctx);
        for copy in 0..self.copies() {
            let node = self.homes[(shard as usize + copy as usize) % self.homes.len()];
            if node != primary && self.is_up(node) {
                self.begin_part(call, node, PRIMARY + 1 + copy as u16, ctx);
            }
        }
    }

    fn begin_part(&mut self, call: u32, node: u32, which: u16, ctx: &mut Ctx<'_>) {
        let part = ctx.part(call, node, which);
        let op = op(part, ctx);
        let Some(Some(there)) = self.nodes.get_mut(node as usize) else {
            return ctx.fail(part, Reason::Reset);
        };
        match there.threads[op].enter(part, ctx) {
            Entered::Started => {
                there.cpu.enter(part, &self.work.part[op], ctx);
            }
            Entered::Waiting => {}
            Entered::Refused | Entered::Displaced(_) => {
                ctx.tally(REJECTED, 1);
                ctx.fail(part, Reason::QueueFull);
            }
        }
    }

    /// A thread of a node is free for the next part.
    fn next(&mut self, node: u32, op: usize, ctx: &mut Ctx<'_>) {
        while let Some(Some(there)) = self.nodes.get_mut(node as usize)
            && let Some(next) = there.threads[op].next(ctx)
        {
            there.cpu.enter(next, &self.work.part[op], ctx);
        }
    }

    fn serve_next(&mut self, next: Option<Next>, ctx: &mut Ctx<'_>) {
        if let Some(next) = next {
            next.serve(self.work.of(next.call, ctx), ctx);
        }
    }

    /// All copies have the document: it is there, and is found from the next refresh on.
    fn indexed(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let refresh = self.config.refresh.nanos();
        let since = ctx.now().nanos() % refresh.max(1);
        ctx.tally(INDEXED, 1);
        ctx.tally(HIDDEN_NS, if refresh == 0 { 0 } else { refresh - since });
        ctx.reply(call);
    }
}

/// Which part of a write is that of the primary; those of replicas follow.
const PRIMARY: u16 = 0;

impl Component for SearchIndex {
    type Config = Config;

    const INFO: Info = Info {
        word: "search-index",
        label: "Search index",
        summary: "A query asks every shard and waits for the slowest.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Nothing, scales: false },
    };

    const STATIONS: &[&str] = &["search threads", "write threads", "cores"];

    const FIGURES: &[Figure] = &[
        Figure { key: "rejected_per_s", label: "rejected/s", unit: FigureUnit::PerSecond },
        Figure { key: "indexed_per_s", label: "indexed/s", unit: FigureUnit::PerSecond },
        Figure { key: "visible_after_s", label: "visible after", unit: FigureUnit::Seconds },
    ];

    const FIELDS: &[Field<Config>] = settings::FIELDS;

    fn describe(config: &Config) -> String {
        format!("{} nodes, {} × {}", config.nodes, config.shards, config.replicas + 1)
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let (work, picks) = (Works::new(config, ctx), ctx.stream(Purpose::Pick));
        let mut me =
            SearchIndex { config: config.clone(), work, picks, nodes: Vec::new(), homes: Vec::new() };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        self.work = Works::new(config, ctx);
        let usd = config.usd_per_hour.unwrap_or(ctx.prices().machine(config.machine).usd);
        ctx.set_rates(Rates { instance_hour: usd, ..Rates::default() });
        ctx.set_desired(config.nodes, config.start_up);
        for at in 0..self.nodes.len() {
            let Some(node) = &mut self.nodes[at] else { continue };
            for ((station, servers), plan) in
                node.threads.iter_mut().zip(config.threads()).zip(config.queues())
            {
                station.set_queue(&plan, ctx);
                station.set_servers(Some(servers), ctx);
            }
            let work = &self.work;
            node.cpu.configure(&config.cpu(), |call, ctx| work.of(call, ctx).clone(), ctx);
            self.next(at as u32, 0, ctx);
            self.next(at as u32, 1, ctx);
        }
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        if ctx.writes(call) { self.index(call, ctx) } else { self.scatter(call, ctx) }
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let at = ctx.calls()[call].instance;
        let next = self.at(at).and_then(|node| node.cpu.leave(call, ctx));
        self.serve_next(next, ctx);
        let (part, op) = (is_part(call, ctx), op(call, ctx));
        ctx.reply(call);
        if part {
            if let Some(node) = self.at(at) {
                node.threads[op].leave(ctx);
            }
            self.next(at, op, ctx);
        }
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let call = answer.call;
        if ctx.is_over(call) {
            return;
        }
        // Whoever misses a shard or a copy is not answered; the other parts go on for nobody.
        if let Err(reason) = answer.outcome {
            return ctx.fail(call, reason);
        }
        if op(call, ctx) == 1 {
            if u16::from(answer.repetition) == PRIMARY {
                self.look(ctx);
                self.replicate(call, answer.instance, ctx);
            }
            if ctx.calls()[call].open == 0 {
                self.indexed(call, ctx);
            }
        } else if ctx.calls()[call].open == 0 {
            let at = ctx.calls()[call].instance;
            match self.nodes.get_mut(at as usize) {
                Some(Some(node)) => {
                    node.cpu.enter(call, &self.work.merge, ctx);
                }
                _ => ctx.fail(call, Reason::Reset),
            }
        }
    }

    fn on_timer(&mut self, _: TimerTag, _: &mut Ctx<'_>) {}

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (at, place, part, op) =
            (ctx.calls()[call].instance, ctx.place(call), is_part(call, ctx), op(call, ctx));
        let Some(node) = self.at(at) else { return };
        match place {
            Place::At(CORES) => {
                let next = node.cpu.withdraw(call, ctx);
                if part {
                    node.threads[op].leave(ctx);
                }
                self.serve_next(next, ctx);
                self.next(at, op, ctx);
            }
            Place::At(_) => node.threads[op].withdraw(call, ctx),
            // It waits for its parts.
            Place::Elsewhere => {}
        }
    }

    fn on_instance(&mut self, at: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => {
                let ([search, write], [queries, writes]) = (self.config.threads(), self.config.queues());
                let threads = [
                    Station::new(0, at, Some(search), &queries, ctx),
                    Station::new(1, at, Some(write), &writes, ctx),
                ];
                let cpu = Cpu::new(CORES, at, &self.config.cpu(), ctx);
                if self.nodes.len() <= at as usize {
                    self.nodes.resize(at as usize + 1, None);
                }
                self.nodes[at as usize] = Some(Node { threads, cpu });
                if let Err(place) = self.homes.binary_search(&at) {
                    self.homes.insert(place, at);
                }
            }
            InstanceNews::Draining => {}
            InstanceNews::Closing => {
                if let Some(node) = self.at(at) {
                    node.threads.iter_mut().for_each(|station| station.close(ctx));
                    node.cpu.close(ctx);
                }
            }
            InstanceNews::Gone => {
                if let Some(node) = self.nodes.get_mut(at as usize) {
                    *node = None;
                }
            }
        }
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        // A query asks every shard, so nodes are about as busy as one another.
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        let stations =
            |node: &Node| node.cpu.held_bytes() + node.threads.iter().map(Station::held_bytes).sum::<usize>();
        size_of_val(&*self.nodes)
            + size_of_val(&*self.homes)
            + self.nodes.iter().flatten().map(stations).sum::<usize>()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let [rejected, indexed, hidden_ns] =
            [REJECTED, INDEXED, HIDDEN_NS].map(|which| seen.tallies.0[which] as f64);
        // Nothing was indexed: no figure.
        figures([rejected / secs, indexed / secs, hidden_ns / 1e9 / indexed])
    }
}
