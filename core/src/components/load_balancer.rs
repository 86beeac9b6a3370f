//! Load balancer: chooses an instance of what it points at.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::calls::NONE;
use crate::engine::chance::{Purpose, Stream};
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::fields;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::balance::{Balancer, Policy};
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, VecDeque};

/// Settings of a load balancer.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How the instance is chosen.
    pub policy: Policy,
    /// Time the balancer adds to each request.
    pub proxy_time: Law,
    /// How long a request is held while no instance is ready; `None` fails it at once.
    pub hold: Option<Span>,
}

impl Default for Config {
    fn default() -> Self {
        Config { policy: Policy::RoundRobin, proxy_time: Law::constant(Span::from_micros(50)), hold: None }
    }
}

/// A load balancer while it runs.
#[derive(Debug, Clone)]
pub(crate) struct LoadBalancer {
    proxy: Work,
    picks: Stream,
    balancer: Balancer,
    /// What a server's number stands for, link and instance; a pair keeps its number, so that counts survive changes.
    servers: Vec<(u32, u32)>,
    /// The numbers in the order of what they stand for.
    numbers: Vec<u32>,
    hold: Option<Span>,
    held: Held,
    /// Ready instances behind it, whether it has chosen among them yet or not.
    up: u32,
    /// What [`Core::changes`](crate::engine::core::Core::changes) was at the last look.
    seen: u64,
}

/// Calls that wait for an instance to be ready.
#[derive(Debug, Clone, Default)]
struct Held {
    /// With the time they give up, the first to come first; [`NONE`] stands where one was called off.
    line: VecDeque<(SimTime, u32)>,
    /// How many went before the first in the line.
    gone: u64,
    /// By call, how many came before it: so one of many is found without looking through the line.
    places: BTreeMap<u32, u64>,
}

impl Held {
    fn add(&mut self, call: u32, until: SimTime) {
        self.places.insert(call, self.gone + self.line.len() as u64);
        self.line.push_back((until, call));
    }

    fn remove(&mut self, call: u32) {
        if let Some(place) = self.places.remove(&call) {
            self.line[(place - self.gone) as usize].1 = NONE;
        }
        if self.places.is_empty() {
            self.gone += self.line.len() as u64;
            self.line.clear();
        }
    }

    /// The first, if it gives up now.
    fn give_up(&mut self, now: SimTime) -> Option<u32> {
        while let Some(&(until, call)) = self.line.front()
            && (until <= now || call == NONE)
        {
            self.line.pop_front();
            self.gone += 1;
            if self.places.remove(&call).is_some() {
                return Some(call);
            }
        }
        None
    }

    /// All of them, in the order in which they came.
    fn calls(&self) -> impl Iterator<Item = u32> {
        self.line.iter().map(|held| held.1).filter(|call| *call != NONE)
    }

    fn len(&self) -> usize {
        self.places.len()
    }
}

impl LoadBalancer {
    /// Looks at the fleets behind and takes their ready instances as servers, if anything has changed.
    fn look(&mut self, ctx: &mut Ctx<'_>) {
        if self.seen != ctx.core.changes {
            self.seen = ctx.core.changes;
            self.look_again(ctx);
        }
    }

    #[cold]
    fn look_again(&mut self, ctx: &mut Ctx<'_>) {
        let core = &ctx.core;
        let mut numbers = Vec::new();
        for wire in ctx.wires_out() {
            for instance in &core.fleets[usize::from(core.wires[*wire as usize].to)].ready {
                let server = (*wire, *instance);
                numbers.push(self.number_of(server).unwrap_or_else(|place| {
                    let number = self.servers.len() as u32;
                    self.servers.push(server);
                    self.numbers.insert(place, number);
                    number
                }));
            }
        }
        // What changed may be elsewhere, and must not move who is chosen here.
        if self.balancer.servers() != numbers {
            self.balancer.set_servers(&numbers);
        }
    }

    /// The number of a server, or its place among the numbers when it has none.
    fn number_of(&self, server: (u32, u32)) -> Result<u32, usize> {
        // Behind one link the instances have had their numbers in order, unless some came late.
        if self.servers.get(server.1 as usize) == Some(&server) {
            return Ok(server.1);
        }
        let place = self.numbers.binary_search_by_key(&server, |number| self.servers[*number as usize])?;
        Ok(self.numbers[place])
    }

    fn pass_on(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        let bits = ctx.draw(self.picks, call).bits();
        let Some(server) = self.balancer.choose(bits) else {
            return self.keep(call, ctx);
        };
        self.balancer.sent(server);
        let (wire, instance) = self.servers[server as usize];
        ctx.send(call, wire, Some(instance));
    }
}

/// While nobody is ready.
impl LoadBalancer {
    fn keep(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let Some(hold) = self.hold else { return ctx.fail(call, Reason::NoInstance) };
        let until = ctx.now() + hold;
        self.held.add(call, until);
        ctx.set_held(self.held.len());
        ctx.timer(until, TimerTag::ONLY);
    }

    /// Passes on what is held, as soon as somebody is ready.
    fn let_go(&mut self, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        if !self.balancer.servers().is_empty() {
            let held = std::mem::take(&mut self.held);
            ctx.set_held(0);
            for call in held.calls() {
                self.pass_on(call, ctx);
            }
        }
    }
}

impl Component for LoadBalancer {
    type Config = Config;

    const INFO: Info = Info {
        word: "load-balancer",
        label: "Load balancer",
        summary: "Spreads calls over the instances of what it points at.",
        category: Category::Edge,
        ports: Ports { calls_in: true, out: Out::Calls, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "targets", label: "up", unit: FigureUnit::Count },
        Figure { key: "outstanding", label: "outstanding", unit: FigureUnit::Count },
        Figure { key: "held", label: "held", unit: FigureUnit::Count },
    ];

    const FIELDS: &[Field<Config>] = fields![Config;
        policy: Shape::Choice(Policy::CHOICES), "Policy", "How the instance is chosen.",
            "Round robin: default of an AWS Application Load Balancer (ELB user guide)";
        proxy_time: LAW, "Proxy time", "Time the balancer adds to each request on its way in.",
            "50 µs: a proxy hop on one host (napkin-math, 2026-03)";
        hold: Shape::optional(&Shape::Span { min: Span::from_millis(1), max: Span::from_secs(3600) }, "fails at once"), "Hold",
            "How long a request is held while no instance is ready, as before a service that is scaled to none.";
    ];

    fn describe(config: &Config) -> String {
        config.policy.label().to_ascii_lowercase()
    }

    fn check(_: &Config, _: &FieldPath, _: &mut Check) {}

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let picks = ctx.stream(Purpose::Pick);
        let balancer = Balancer::new(config.policy);
        let mut me = LoadBalancer {
            proxy: Work::new(&config.proxy_time, ctx),
            picks,
            balancer,
            servers: Vec::new(),
            numbers: Vec::new(),
            hold: None,
            held: Held::default(),
            up: 0,
            seen: 0,
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.proxy = Work::new(&config.proxy_time, ctx);
        self.balancer.set_policy(config.policy);
        self.hold = config.hold;
        let prices = ctx.prices();
        ctx.set_rates(Rates {
            hour: prices.balancer_hour().usd,
            byte: prices.balancer_gb().usd / 1e9,
            ..Rates::default()
        });
        ctx.set_desired(1, Span::ZERO);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.bill_bytes(ctx.class(call).request_bytes);
        if self.proxy.takes_no_time() {
            self.pass_on(call, ctx);
        } else {
            ctx.serve(call, &self.proxy);
        }
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.pass_on(call, ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        if let Ok(server) = self.number_of((answer.wire, answer.instance)) {
            self.balancer.ended(server);
        }
        if ctx.is_over(answer.call) {
            return;
        }
        match answer.outcome {
            Ok(()) => {
                let bytes = ctx.reply_bytes(answer.call);
                ctx.bill_bytes(bytes);
                ctx.reply(answer.call);
            }
            Err(reason) => ctx.fail(answer.call, reason),
        }
    }

    fn on_timer(&mut self, _: TimerTag, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        while let Some(call) = self.held.give_up(now) {
            ctx.fail(call, Reason::NoInstance);
        }
        ctx.set_held(self.held.len());
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.held.remove(call);
        ctx.set_held(self.held.len());
    }

    fn on_instance(&mut self, _: u32, _: InstanceNews, _: &mut Ctx<'_>) {}

    fn on_callees(&mut self, _: Callees, ctx: &mut Ctx<'_>) {
        let core = &ctx.core;
        let ready = |wire: &u32| core.fleets[usize::from(core.wires[*wire as usize].to)].ready.len() as u32;
        self.up = ctx.wires_out().iter().map(ready).sum();
        if self.held.len() > 0 {
            self.let_go(ctx);
        }
    }

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        let held = size_of::<(SimTime, u32)>() * self.held.line.len() + 12 * self.held.len();
        size_of_val(&*self.servers) + size_of_val(&*self.numbers) + held + self.balancer.held_bytes()
    }

    fn figures(&self, _: &ComponentTotals, _: f64) -> Figures {
        figures([f64::from(self.up), self.balancer.outstanding() as f64, self.held.len() as f64])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_called_off_leaves_the_others_in_their_order() {
        let mut held = Held::default();
        let at = |secs| SimTime::ZERO + Span::from_secs(secs);
        for call in [7, 3, 5, 9] {
            held.add(call, at(u64::from(call)));
        }
        held.remove(3);
        held.remove(4);
        assert_eq!(held.calls().collect::<Vec<_>>(), [7, 5, 9]);
        // Only the first is looked at: who came later with less patience goes after it.
        assert_eq!((held.give_up(at(6)), held.give_up(at(7)), held.give_up(at(7))), (None, Some(7), Some(5)));
        assert_eq!((held.give_up(at(8)), held.len()), (None, 1));
        held.remove(9);
        held.add(3, at(9));
        assert_eq!((held.line.len(), held.give_up(at(9)), held.len()), (1, Some(3), 0));
    }
}
