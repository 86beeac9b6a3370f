//! How many calls come to each component, and how they come: a walk from the clients along the links.

use super::plan::{Plan, Stage};
use super::queue::{Choice, Pattern};
use super::stream::{Inflow, Outflow, by_chance, thinned, uneven, worse};
use super::words::Words;
use crate::components::service::Routing;
use crate::components::{Kind, Out, Settings};
use crate::model::{Class, Link, Model, Operation, When, by_name};
use crate::policy::balance::Policy;

/// A model with its links by place.
pub(super) struct Scene<'a> {
    pub(super) model: &'a Model,
    pub(super) classes: Vec<Class>,
    /// By component: the links along which it calls, in the order of their steps.
    pub(super) hops: Vec<Vec<Hop<'a>>>,
    /// Components in an order in which callers come before those they call; those in a circle are not there.
    pub(super) order: Vec<usize>,
    /// By component: what a Poisson stream comes back as from a call to it, with all it calls in turn.
    back: Vec<Pattern>,
    /// By component: whether an autoscaler points at it.
    pub(super) scaled: Vec<bool>,
}

/// A link that is used.
#[derive(Debug, Clone)]
pub(super) struct Hop<'a> {
    pub(super) link: &'a Link,
    pub(super) to: usize,
    /// By class, whether it uses the link.
    uses: Vec<bool>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(model: &'a Model) -> Scene<'a> {
        let index = by_name(&mut model.components.iter().map(|c| c.id.as_str()));
        let classes = model.classes_or_default();
        let mut hops: Vec<Vec<Hop<'a>>> = model.components.iter().map(|_| Vec::new()).collect();
        let mut callers = vec![0_usize; model.components.len()];
        let mut scaled = vec![false; model.components.len()];
        for link in model.links.iter().filter(|link| link.calls > 0.0) {
            let ends = index.get(link.from.as_str()).zip(index.get(link.to.as_str()));
            let Some((from, to)) = ends.map(|(from, to)| (*from, *to)) else { continue };
            if model.components[from].settings.kind().info().ports.out == Out::Control {
                scaled[to] = true;
                continue;
            }
            let uses =
                classes.iter().map(|c| link.classes.is_empty() || link.classes.contains(&c.id)).collect();
            let at = hops[from].partition_point(|hop| hop.link.step <= link.step);
            hops[from].insert(at, Hop { link, to, uses });
            callers[to] += 1;
        }
        let mut order: Vec<usize> = (0..callers.len()).filter(|c| callers[*c] == 0).collect();
        let mut next = 0;
        while let Some(from) = order.get(next).copied() {
            next += 1;
            for hop in &hops[from] {
                callers[hop.to] -= 1;
                if callers[hop.to] == 0 {
                    order.push(hop.to);
                }
            }
        }
        let back = vec![Pattern::Poisson; model.components.len()];
        let mut scene = Scene { model, classes, hops, order, back, scaled };
        scene.settle(&[]);
        scene
    }

    pub(super) fn name(&self, component: usize) -> &'a str {
        &self.model.components[component].name
    }

    /// Words with the names of components filled in.
    pub(super) fn text(&self, words: Words) -> String {
        words.text(|who| self.name(who).to_owned())
    }

    pub(super) fn kind(&self, component: usize) -> Kind {
        self.model.components[component].settings.kind()
    }

    /// Whether a request goes on over one of the links alone.
    pub(super) fn one_way(&self, component: usize) -> bool {
        match &self.model.components[component].settings {
            Settings::LoadBalancer(_) => true,
            Settings::Service(config) => config.routing == Routing::One,
            _ => false,
        }
    }

    /// Instances a balancer sees there.
    pub(super) fn instances(&self, component: usize) -> u32 {
        match &self.model.components[component].settings {
            Settings::Service(config) => config.instances,
            Settings::SearchIndex(config) => config.nodes,
            Settings::QuorumStore(config) => config.nodes,
            _ => 1,
        }
    }

    /// Instances of all that a balancer points at.
    fn targets(&self, balancer: usize) -> u32 {
        self.hops[balancer].iter().fold(0, |sum, hop| sum.saturating_add(self.instances(hop.to)))
    }

    pub(super) fn writes(&self, class: usize) -> bool {
        self.classes[class].operation == Operation::Write
    }

    /// An inflow of nothing.
    pub(super) fn dry(&self) -> Inflow {
        Inflow {
            rates: vec![0.0; self.classes.len()],
            pattern: None,
            choice: Choice::One,
            certain: true,
            filtered: None,
            repeats: false,
            origins: 0,
            forked: false,
        }
    }

    /// What clients send: `rate` a second in `pattern`, shared out by the weights of `wanted` classes.
    pub(super) fn source(&self, client: usize, rate: f64, pattern: Pattern, wanted: &[String]) -> Inflow {
        let weight = |c: &Class| if wanted.is_empty() || wanted.contains(&c.id) { c.weight } else { 0.0 };
        let all: f64 = self.classes.iter().map(weight).sum();
        let share = |c: &Class| if all > 0.0 { rate * weight(c) / all } else { 0.0 };
        let rates = self.classes.iter().map(share).collect();
        Inflow { rates, pattern: Some(pattern), origins: 1 << (client % 64), ..self.dry() }
    }

    /// Calls a second over a link, by class.
    fn over(&self, from: usize, hop: &Hop<'_>, inflow: &Inflow, out: &Outflow) -> Vec<f64> {
        let calls = if self.kind(from) == Kind::LoadBalancer {
            f64::from(self.instances(hop.to)) / f64::from(self.targets(from).max(1))
        } else {
            hop.link.calls
        };
        let passed = inflow.rates.iter().zip(&out.passed).zip(&hop.uses);
        passed.map(|((rate, passed), uses)| if *uses { rate * passed * calls } else { 0.0 }).collect()
    }

    /// What comes over each link of `from`, in the order of its hops.
    pub(super) fn sent(&self, from: usize, inflow: &Inflow, out: &Outflow) -> Vec<Inflow> {
        let mut pattern = self.beyond(from, inflow, out);
        let mut sent = Vec::with_capacity(self.hops[from].len());
        for step in self.hops[from].chunk_by(|a, b| a.link.step == b.link.step) {
            let one_way = self.one_way(from);
            let fork = !one_way && at_once(step);
            for hop in step {
                let to = self.instances(hop.to);
                let choice = match &self.model.components[from].settings {
                    Settings::LoadBalancer(config) => Choice::By(config.policy, self.targets(from)),
                    _ if to > 1 => Choice::By(Policy::RoundRobin, to),
                    _ => Choice::One,
                };
                let rates = self.over(from, hop, inflow, out);
                let whole = rates.iter().sum::<f64>() >= (1.0 - 1e-9) * inflow.rate();
                let here = match hop.link.when {
                    _ if hop.link.pool.is_some() => POOLED,
                    When::Always if whole => pattern,
                    When::Always => thinned(pattern),
                    _ => Pattern::Unknown { why: Words::plain(AFTER_ANOTHER) },
                };
                sent.push(Inflow {
                    rates,
                    pattern: Some(self.repeated(hop, here)),
                    choice,
                    certain: inflow.certain && out.certain,
                    filtered: if out.filters { Some(from) } else { inflow.filtered },
                    repeats: inflow.repeats || hop.link.calls > 1.0,
                    origins: inflow.origins,
                    forked: inflow.forked || fork,
                });
            }
            // What later steps send has been through this one.
            for hop in step.iter().filter(|_| !one_way) {
                if self.back_over(hop) != Pattern::Poisson {
                    pattern = worse(pattern, self.back_over(hop));
                }
            }
            if fork || several_at_once(step) {
                pattern = worse(pattern, uneven(Words::plain(AFTER_AT_ONCE)));
            }
        }
        sent
    }

    /// How requests leave the component's own station.
    fn beyond(&self, from: usize, inflow: &Inflow, out: &Outflow) -> Pattern {
        if let Some(why) = out.unknown {
            return Pattern::Unknown { why };
        }
        let came = inflow.pattern.unwrap_or(Pattern::Poisson);
        let own = self.own(from);
        if out.refuses {
            return worse(came, uneven(Words::of("Arrivals are not Poisson: @ turns some away.", from)));
        }
        if own != Pattern::Poisson {
            return worse(came, own);
        }
        if !self.serves(from) {
            return came;
        }
        if !by_chance(inflow.choice) {
            return worse(came, uneven(Words::of(FROM_CHOSEN, from)));
        }
        // Nothing is known of the gaps behind a queue.
        thinned(came)
    }

    /// Several calls over one link.
    fn repeated(&self, hop: &Hop<'_>, pattern: Pattern) -> Pattern {
        if hop.link.calls <= 1.0 {
            return pattern;
        }
        if hop.link.parallel {
            return worse(
                pattern,
                uneven(Words::plain("Arrivals are not Poisson: several calls are made at once.")),
            );
        }
        match (self.back[hop.to], pattern) {
            (Pattern::Poisson, Pattern::Poisson) => Pattern::Visits,
            (Pattern::Poisson, other) => other,
            (trouble, other) => worse(other, trouble),
        }
    }

    fn plan(&self, component: usize) -> Plan {
        let mixed = self.classes.iter().any(|c| c.operation == Operation::Write);
        Plan::of(self, component, if mixed { 0.5 } else { 0.0 })
    }

    /// Whether requests can queue in it.
    fn serves(&self, component: usize) -> bool {
        matches!(self.plan(component).stage, Stage::Servers(_))
    }

    /// What a Poisson stream goes out of the component's own station as.
    fn own(&self, component: usize) -> Pattern {
        let plan = self.plan(component);
        if plan.keeps.is_some() {
            return uneven(Words::of("Arrivals are not Poisson: they come through the cache @.", component));
        }
        match plan.stage {
            Stage::Servers(queue) if !queue.keeps_poisson() => {
                let words = "Arrivals are not Poisson: they come from @, whose work is not exponential.";
                uneven(Words::of(words, component))
            }
            _ => Pattern::Poisson,
        }
    }

    /// Finds out how calls come back, where the components in `broken` do not answer all. From the last to the first, so that each knows those it calls.
    pub(super) fn settle(&mut self, broken: &[usize]) {
        for place in (0..self.order.len()).rev() {
            let component = self.order[place];
            self.back[component] = if broken.contains(&component) {
                let words = "@ does not answer all calls, so nothing is known of what follows.";
                Pattern::Unknown { why: Words::of(words, component) }
            } else {
                self.answered(component)
            };
        }
    }

    fn answered(&self, component: usize) -> Pattern {
        let own = self.own(component);
        if own != Pattern::Poisson {
            return own;
        }
        let hops = &self.hops[component];
        let by_chance = match &self.model.components[component].settings {
            Settings::LoadBalancer(config) => config.policy == Policy::Random,
            _ if self.one_way(component) => false,
            _ if at_once(hops) || several_at_once(hops) => return uneven(Words::plain(AFTER_AT_ONCE)),
            _ => false,
        };
        for hop in hops {
            if !by_chance && self.instances(hop.to) > 1 {
                return uneven(Words::of(FROM_CHOSEN, hop.to));
            }
            if self.back_over(hop) != Pattern::Poisson {
                return self.back_over(hop);
            }
        }
        Pattern::Poisson
    }

    /// What a Poisson stream of calls over a link comes back as.
    fn back_over(&self, hop: &Hop<'_>) -> Pattern {
        if hop.link.pool.is_some() { POOLED } else { self.back[hop.to] }
    }

    /// Two streams to one component together.
    pub(super) fn merged(&self, component: usize, a: Inflow, b: Inflow) -> Inflow {
        let Some(pattern) = b.pattern else { return a };
        let Some(before) = a.pattern else { return b };
        let dependent = a.origins & b.origins != 0;
        let uneasy = |p| matches!(p, Pattern::Other { .. } | Pattern::Unknown { .. });
        let pattern = match (before, pattern) {
            (one, other) | (other, one) if uneasy(one) => worse(other, thinned(one)),
            _ if dependent && (a.forked || b.forked) => {
                uneven(Words::plain("Arrivals are not Poisson: calls made at once meet here."))
            }
            (Pattern::Poisson, Pattern::Poisson) if !dependent => Pattern::Poisson,
            _ => Pattern::Visits,
        };
        let choice = match (by_chance(a.choice), by_chance(b.choice)) {
            (true, true) => a.choice,
            _ if self.instances(component) == 1 && a.choice == Choice::One => b.choice,
            _ => Choice::Mixed,
        };
        Inflow {
            rates: a.rates.iter().zip(&b.rates).map(|(a, b)| a + b).collect(),
            pattern: Some(pattern),
            choice,
            certain: a.certain && b.certain,
            filtered: a.filtered.or(b.filtered),
            repeats: a.repeats || b.repeats || dependent,
            origins: a.origins | b.origins,
            forked: a.forked || b.forked,
        }
    }
}

/// What goes over a link whose callers wait for a connection.
const POOLED: Pattern = Pattern::Unknown {
    why: Words::plain("Calls wait for a connection from a pool: no formula here knows of that."),
};
const AFTER_ANOTHER: &str = "How many calls come here depends on what became of others before.";
const AFTER_AT_ONCE: &str = "Arrivals are not Poisson: they come after calls made at once.";
const FROM_CHOSEN: &str = "Arrivals are not Poisson: they come from chosen instances of @.";

/// Whether several calls over one link are made at once.
pub(super) fn several_at_once(hops: &[Hop<'_>]) -> bool {
    hops.iter().any(|hop| hop.link.parallel && hop.link.calls > 1.0)
}

/// Whether some request uses several links of one step.
pub(super) fn at_once(hops: &[Hop<'_>]) -> bool {
    let meet = |a: &Hop<'_>, b: &Hop<'_>| {
        a.link.step == b.link.step && a.uses.iter().zip(&b.uses).any(|(a, b)| *a && *b)
    };
    hops.iter().enumerate().any(|(i, a)| hops[i + 1..].iter().any(|b| meet(a, b)))
}
