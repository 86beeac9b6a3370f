//! Node pool: machines with places for instances. What finds no place waits until there is a node for it.
//!
//! It is scaled as Kubernetes' cluster autoscaler does, by [`crate::policy::scaling::cluster`]. Its own instances are the nodes.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::context::{Answer, Ctx, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews, Life};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, Shape};
use crate::policy::scaling::Bounds;
use crate::policy::scaling::cluster::{self, Node, Observation, Pending, Size};
use crate::prices::Machine;
use crate::units::{SimTime, Span};

/// Settings of a node pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Fewest nodes, and as many as there are at first.
    pub min: u32,
    /// Most nodes.
    pub max: u32,
    /// The server that a node is.
    pub machine: Machine,
    /// Instances that a node has room for.
    pub places: u32,
    /// From asking for a node to its being ready.
    pub provision: Span,
    /// How often it looks.
    pub scan: Span,
    /// Share of its places below which a node may go.
    pub threshold: f64,
    /// How long a node must have been used less than that.
    pub unneeded: Span,
    /// How long after nodes were added none goes.
    pub after_add: Span,
    /// US dollars per node and hour; `None` takes the price book's.
    pub usd_per_hour: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            min: 1,
            max: 10,
            machine: Machine::General4,
            places: 2,
            provision: Span::from_secs(180),
            scan: Span::from_secs(10),
            threshold: 0.5,
            unneeded: Span::from_secs(600),
            after_add: Span::from_secs(600),
            usd_per_hour: None,
        }
    }
}

/// A node pool while it runs.
#[derive(Debug, Clone)]
pub(crate) struct NodePool {
    config: Config,
    settings: cluster::Settings,
    history: cluster::History,
    timer: Option<u32>,
    said: String,
    /// Instances that found no place, at the last look.
    pending: usize,
    used: f64,
}

/// What an instance takes of a node.
const PLACE: Size = Size { cpu: 1000, memory: 0 };

impl NodePool {
    fn look(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let fleet = &ctx.core.fleets[usize::from(ctx.me)];
        let most = fleet.instances.iter().map(|node| node.in_flight as usize).max().unwrap_or(0);
        let full = vec![PLACE; most];
        let ready = fleet.ready.iter().map(|at| (*at, &fleet.instances[*at as usize]));
        let nodes: Vec<Node<'_>> = ready
            .map(|(at, node)| Node {
                id: u64::from(at),
                pods: &full[..node.in_flight as usize],
                pinned: false,
            })
            .collect();
        let starting = fleet.instances.iter().filter(|node| node.life == Life::Starting);
        let starting: Vec<SimTime> = starting.map(|node| node.started).collect();
        let hosted = ctx.wires_out().iter().map(|wire| ctx.core.wires[*wire as usize].to);
        let mut pending = Vec::new();
        for component in hosted {
            let waits = ctx.core.fleets[usize::from(component)]
                .instances
                .iter()
                .filter(|one| one.life == Life::Pending);
            pending.extend(waits.map(|one| Pending { size: PLACE, since: one.started }));
        }
        let places = nodes.len() as f64 * f64::from(self.config.places);
        self.used = nodes.iter().map(|node| node.pods.len() as f64).sum::<f64>() / places;
        self.pending = pending.len();
        let seen = Observation { now, nodes: &nodes, starting: &starting, pending: &pending };
        let before = (nodes.len() + starting.len()) as u32;
        let decision = cluster::decide(&seen, &self.settings, &mut self.history);
        let words = format!("{before} → {} nodes: {decision}", decision.desired);
        match decision.reason {
            cluster::Reason::Unneeded { leaving, .. } => {
                leaving.ids().iter().for_each(|node| ctx.leave_node(*node as u32));
                self.say(words, ctx);
            }
            _ if decision.desired > before => {
                ctx.set_desired(decision.desired, self.config.provision);
                self.say(words, ctx);
            }
            cluster::Reason::AtMax { .. } => self.say(decision.to_string(), ctx),
            _ if before < self.config.min => ctx.set_desired(self.config.min, self.config.provision),
            _ => {}
        }
    }

    /// Says what it does, unless it has just said that.
    fn say(&mut self, words: String, ctx: &mut Ctx<'_>) {
        if words != self.said {
            let id = ctx.core.ids[usize::from(ctx.me)].clone();
            ctx.core.notice(&id, words.clone());
            self.said = words;
        }
    }

    fn set_timer(&mut self, ctx: &mut Ctx<'_>) {
        let at = ctx.now() + self.config.scan;
        self.timer = Some(ctx.timer(at, TimerTag::ONLY));
    }
}

impl Component for NodePool {
    type Config = Config;

    const INFO: Info = Info {
        word: "node-pool",
        label: "Node pool",
        summary: "Machines that instances run on; more come when there is no place.",
        category: Category::Control,
        ports: Ports { calls_in: false, out: Out::Control, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "pending", label: "without a place", unit: FigureUnit::Count },
        Figure { key: "places_used", label: "places used", unit: FigureUnit::Share },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        min: Shape::count(0, 10_000, "nodes"), "At least", "Fewest nodes, and as many as there are at first.";
        max: Shape::count(1, 10_000, "nodes"), "At most", "Most nodes.";
        machine: Shape::Choice(Machine::CHOICES), "Machine", "The server that a node is; sets its price.";
        places: Shape::count(1, 250, "instances"), "Places", "Instances that a node has room for. They cost nothing themselves.";
        provision: Shape::span(Span::ZERO, Span::from_secs(3600)), "Takes", "From asking for a node to its being ready.",
            "3 min: three to four minutes (Cluster Autoscaler FAQ, service level objectives)";
        "Scaling" =>
        scan: Shape::span(Span::from_secs(1), Span::from_secs(3600)), "Looks every", "How often it looks for instances without a place.", "10 s (Cluster Autoscaler, --scan-interval)";
        threshold: Shape::Number { min: 0.0, max: 1.0, unit: "" }, "Goes below", "Share of its places below which a node may go.",
            "0.5 (Cluster Autoscaler, --scale-down-utilization-threshold)";
        unneeded: Shape::span(Span::ZERO, Span::from_secs(86_400)), "Unneeded for", "How long a node must have been used less than that.",
            "10 min (Cluster Autoscaler, --scale-down-unneeded-time)";
        after_add: Shape::span(Span::ZERO, Span::from_secs(86_400)), "After adding", "How long after nodes were added none goes.",
            "10 min (Cluster Autoscaler, --scale-down-delay-after-add)";
        usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price each", "US dollars per node and hour.", "Price book: the machine";
    ];

    fn describe(config: &Config) -> String {
        let (min, max, places) = (config.min, config.max, config.places);
        if min == max {
            format!("{max} nodes of {places}")
        } else {
            format!("{min} to {max} nodes of {places}")
        }
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        if config.min > config.max {
            check.together(
                at,
                &["min", "max"],
                &format!(
                    "at least {} and at most {} nodes contradict each other; lower the one or raise the other",
                    config.min, config.max
                ),
            );
        }
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = NodePool {
            config: config.clone(),
            settings: cluster::Settings::default(),
            history: cluster::History::default(),
            timer: None,
            said: String::new(),
            pending: 0,
            used: 0.0,
        };
        ctx.set_desired(config.min, Span::ZERO);
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.settings = cluster::Settings {
            bounds: Bounds { min: config.min, max: config.max },
            node: Size { cpu: u64::from(config.places) * PLACE.cpu, memory: 1 },
            scan: config.scan,
            threshold: config.threshold,
            unneeded: config.unneeded,
            after_add: config.after_add,
            ..cluster::Settings::default()
        };
        self.config = config.clone();
        let usd = config.usd_per_hour.unwrap_or(ctx.prices().machine(config.machine).usd);
        ctx.set_rates(Rates { instance_hour: usd, ..Rates::default() });
        ctx.set_places(config.places);
        if self.timer.is_none() {
            self.set_timer(ctx);
        }
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.fail(call, Reason::NoInstance);
    }

    fn on_served(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_reply(&mut self, _: Answer, _: &mut Ctx<'_>) {}

    fn on_timer(&mut self, _: TimerTag, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        self.set_timer(ctx);
    }

    fn on_cancel(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_instance(&mut self, _: u32, _: InstanceNews, _: &mut Ctx<'_>) {}

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        0
    }

    fn figures(&self, _: &ComponentTotals, _: f64) -> Figures {
        figures([self.pending as f64, self.used])
    }
}
