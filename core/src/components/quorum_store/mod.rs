//! Quorum store: copies of each key on several nodes; a request is answered when enough of them have.
//!
//! The node that a request came to asks the replicas (`request`); `keys` knows which of them lacks what, and `cluster` who reaches whom.

mod cluster;
mod keys;
mod request;
mod settings;

pub use settings::{Config, Mode};

use super::contract::{Component, Figures, figures, share};
use super::info::{Category, Info, Out, Ports};
use crate::engine::chance::Purpose;
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::cpu::Cpu;
use crate::engine::fleet::{Callees, InstanceNews, Life};
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit};
use crate::model::{Check, Field, FieldPath};
use crate::policy::hashing::Ring;
use crate::prices::HOURS_PER_MONTH;
use crate::units::{SimTime, Span};
use cluster::Partition;
use keys::Keys;
use request::Asked;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A quorum store while it runs.
#[derive(Debug, Clone)]
pub(crate) struct QuorumStore {
    config: Config,
    works: Works,
    rtt: Work,
    /// The cores of each node, by instance; `None` while it is down or gone.
    nodes: Vec<Option<Cpu>>,
    /// The nodes that keys are on, in order; those that have crashed included.
    members: Vec<u32>,
    ring: Arc<Ring>,
    /// What the engine had counted when the fleet was last looked at.
    looked: u64,
    /// When nodes crashed that are still down.
    lost_at: BTreeMap<u32, SimTime>,
    partition: Option<Partition>,
    keys: Keys,
    /// By call, until all its parts are over.
    asked: BTreeMap<u32, Asked>,
    /// By job: the number of the write that a replica gets.
    repairs: BTreeMap<u32, u64>,
    /// The timer for the next time that nodes compare what they have.
    settling: Option<u32>,
}

/// By operation, of one replica.
#[derive(Debug, Clone)]
struct Works([Work; 2]);

const CORES: usize = 0;

/// Stands in a call's tag while it is at no station.
mod at {
    /// It travels to a replica and back.
    pub(super) const ON_THE_WAY: u8 = 8;
}

/// What timers are for; all others are those of shared cores.
mod due {
    pub(super) const SETTLE: u8 = 1;
}

/// The component's own counters.
const READS: usize = 0;
const STALE: usize = 1;
const REFUSED: usize = 2;
const CONFLICTS: usize = 3;
const LOST: usize = 4;
const REPAIRED: usize = 5;

impl QuorumStore {
    fn node(&mut self, instance: u32) -> Option<&mut Cpu> {
        self.nodes.get_mut(instance as usize)?.as_mut()
    }
}

impl Works {
    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        Works([Work::new(&config.read_work, ctx), Work::new(&config.write_work, ctx)])
    }
}

impl Component for QuorumStore {
    type Config = Config;

    const INFO: Info = Info {
        word: "quorum-store",
        label: "Quorum store",
        summary: "Copies of each key on several nodes; answers when enough of them have.",
        category: Category::Data,
        ports: Ports { calls_in: true, out: Out::Nothing, scales: false },
    };

    const STATIONS: &[&str] = &["cores"];

    const FIGURES: &[Figure] = &[
        Figure { key: "stale_reads", label: "stale", unit: FigureUnit::Share },
        Figure { key: "refused_by_partition", label: "refused, cut off", unit: FigureUnit::Count },
        Figure { key: "conflicts", label: "conflicts", unit: FigureUnit::Count },
        Figure { key: "lost_writes", label: "lost writes", unit: FigureUnit::Count },
        Figure { key: "hints_waiting", label: "hints", unit: FigureUnit::Count },
        Figure { key: "keys_apart", label: "keys apart", unit: FigureUnit::Count },
        Figure { key: "repaired_per_s", label: "repaired/s", unit: FigureUnit::PerSecond },
    ];

    const FIELDS: &[Field<Config>] = settings::FIELDS;

    fn describe(config: &Config) -> String {
        let Config { nodes, replicas, read_quorum, write_quorum, mode, .. } = config;
        let mode = mode.word();
        format!("{nodes} nodes, N {replicas} R {read_quorum} W {write_quorum}, {mode}")
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        config.check(at, check);
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = QuorumStore {
            config: config.clone(),
            works: Works::new(config, ctx),
            rtt: Work::of_purpose(&config.node_rtt, Purpose::Replica, ctx),
            nodes: Vec::new(),
            members: Vec::new(),
            ring: Arc::new(Ring::new(cluster::PLACES)),
            looked: 0,
            lost_at: BTreeMap::new(),
            partition: None,
            keys: Keys::default(),
            asked: BTreeMap::new(),
            repairs: BTreeMap::new(),
            settling: None,
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let before = std::mem::replace(&mut self.config, config.clone());
        if before.replicas != config.replicas {
            self.keys.forget();
        }
        self.works = Works::new(config, ctx);
        self.rtt = Work::of_purpose(&config.node_rtt, Purpose::Replica, ctx);
        let prices = ctx.prices();
        let usd = config.usd_per_hour.unwrap_or(prices.machine(config.machine).usd);
        let gb = config.storage.get() as f64 * f64::from(config.replicas) / 1e9;
        let storage = gb * prices.database_storage().usd / HOURS_PER_MONTH;
        ctx.set_rates(Rates { instance_hour: usd, hour: storage, ..Rates::default() });
        ctx.set_desired(config.nodes, Span::ZERO);
        let works = &self.works;
        for cpu in self.nodes.iter_mut().flatten() {
            cpu.configure(&config.cpu(), |call, ctx| works.of(call, ctx).clone(), ctx);
        }
        // Another interval counts at once.
        if let Some(timer) = self.settling.take() {
            ctx.cancel_timer(timer);
        }
        self.watch_settling(ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.ask(call, ctx);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if ctx.calls()[call].tag == at::ON_THE_WAY {
            self.enter(call, ctx.core.calls[call].instance, ctx);
        } else {
            self.has_worked(call, ctx);
        }
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        self.hear(answer, ctx);
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        if tag.what == due::SETTLE {
            self.settle(ctx);
        } else if let Some(cpu) = self.node(tag.instance) {
            cpu.tick(ctx);
        }
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.take_out(call, ctx);
    }

    fn on_instance(&mut self, instance: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        match news {
            InstanceNews::Ready => {
                let at = instance as usize;
                self.nodes.resize(self.nodes.len().max(at + 1), None);
                self.nodes[at] = Some(Cpu::new(CORES, instance, &self.config.cpu(), ctx));
                self.lost_at.remove(&instance);
            }
            InstanceNews::Draining => {}
            InstanceNews::Closing => {
                if let Some(cpu) = self.node(instance) {
                    cpu.close(ctx);
                }
            }
            InstanceNews::Gone => {
                if let Some(node) = self.nodes.get_mut(instance as usize) {
                    *node = None;
                }
                if ctx.core.fleets[usize::from(ctx.me)].instances[instance as usize].life == Life::Down {
                    self.lost_at.insert(instance, ctx.now());
                }
            }
        }
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, minority: u32, ctx: &mut Ctx<'_>) {
        self.part_ways(minority, ctx);
    }

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        let ring = match other {
            Some(other) if Arc::ptr_eq(&self.ring, &other.ring) => 0,
            _ => self.ring.len() * cluster::PLACES as usize * size_of::<(u64, u32)>(),
        };
        let cores: usize = self.nodes.iter().flatten().map(Cpu::held_bytes).sum();
        let asked = self.asked.len() * size_of::<(u32, Asked)>();
        size_of_val(&*self.nodes)
            + cores
            + ring
            + asked
            + self.keys.held_bytes(other.map(|other| &other.keys))
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let count = |which: usize| seen.tallies.0[which];
        figures([
            share(count(STALE), count(READS) - count(STALE)),
            count(REFUSED) as f64,
            count(CONFLICTS) as f64,
            count(LOST) as f64,
            self.keys.hints as f64,
            self.keys.len() as f64,
            count(REPAIRED) as f64 / secs,
        ])
    }
}
