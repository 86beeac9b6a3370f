//! From a model's clients to all of its components: what comes to each, and what theory says of it.

use super::answers;
use super::flow::Scene;
use super::kept;
use super::plan::{Plan, Stage};
use super::queue::{Pattern, Said, said};
use super::stream::{Inflow, Outflow};
use super::users;
use super::work::Work;
use super::{Prediction, Quantity, Standing};
use crate::components::clients::{self, Load, Spacing};
use crate::components::{Kind, Settings};
use crate::model::{Component, Model};

/// What was found at a component.
pub(super) struct Visited {
    pub(super) prediction: Prediction,
    pub(super) plan: Plan,
    pub(super) rate: f64,
    /// Calls a second over each of its links, in the order of its hops.
    pub(super) sent: Vec<f64>,
    /// Mean time at its own station.
    pub(super) here_s: Option<f64>,
    /// It turns some away, or cannot keep up.
    broken: bool,
}

/// What is asked about hit ratios that no formula gives.
pub(super) type Seen<'a> = &'a dyn Fn(&str) -> Option<f64>;

pub(super) fn predictions(model: &Model, seen: Seen<'_>) -> Vec<Prediction> {
    let mut scene = Scene::new(model);
    if !model.timeline.is_empty() {
        let why = "The timeline changes the system while it runs, so there is no steady state.";
        return nothing(model, why);
    }
    let mut all = match users::group(&scene) {
        Some(group) => users::predictions(&scene, &group, seen),
        None => open(&mut scene, seen),
    };
    let mut reached = vec![false; all.len()];
    scene.order.iter().for_each(|place| reached[*place] = true);
    for (place, prediction) in all.iter_mut().enumerate() {
        prediction.component.clone_from(&model.components[place].id);
        if !reached[place] {
            prediction.say("Calls come here in a circle, for which there is no formula.");
        }
    }
    all
}

/// The same for every component: why there is nothing to predict.
fn nothing(model: &Model, why: &str) -> Vec<Prediction> {
    let one = |c: &Component| Prediction {
        component: c.id.clone(),
        remarks: vec![why.to_owned()],
        ..Prediction::default()
    };
    model.components.iter().map(one).collect()
}

fn open(scene: &mut Scene<'_>, seen: Seen<'_>) -> Vec<Prediction> {
    let mut visited = walk(scene, seen, &|scene, client, config| source(scene, client, config));
    let broken: Vec<usize> = (0..visited.len()).filter(|c| visited[*c].broken).collect();
    if !broken.is_empty() {
        // What follows a call that is not answered never comes.
        scene.settle(&broken);
        visited = walk(scene, seen, &|scene, client, config| source(scene, client, config));
    }
    answers::add(scene, &mut visited);
    visited.into_iter().map(|v| v.prediction).collect()
}

/// What an open group of clients sends.
fn source(scene: &Scene<'_>, client: usize, config: &clients::Config) -> Inflow {
    let pattern = match (&config.load, config.spacing) {
        (Load::Steady { .. }, Spacing::Poisson) => Pattern::Poisson,
        (Load::Steady { .. }, Spacing::Even) => {
            Pattern::Other { cv: Some(0.0), why: "they are evenly spaced".to_owned() }
        }
        (Load::Closed { .. }, _) => Pattern::Unknown {
            why: "Users who wait for answers are computed only where they alone make the load.".to_owned(),
        },
        _ => Pattern::Unknown { why: "The load changes over time, so there is no steady state.".to_owned() },
    };
    let rate = if let Load::Steady { rate } = &config.load { rate.get() } else { 1.0 };
    scene.source(client, rate * scene.model.head.load, pattern, &config.classes)
}

/// Visits all components in order, each with all that comes to it.
pub(super) fn walk(
    scene: &Scene<'_>,
    seen: Seen<'_>,
    source: &dyn Fn(&Scene<'_>, usize, &clients::Config) -> Inflow,
) -> Vec<Visited> {
    let mut inflows: Vec<Inflow> = scene.model.components.iter().map(|_| scene.dry()).collect();
    let mut visited: Vec<Visited> = inflows.iter().map(|_| Visited::nobody()).collect();
    for at in scene.order.iter().copied() {
        let settings = &scene.model.components[at].settings;
        if let Settings::Clients(config) = settings {
            inflows[at] = source(scene, at, config);
        }
        let inflow = std::mem::replace(&mut inflows[at], scene.dry());
        let (mut found, out) = visit(scene, at, &inflow, seen);
        let sent = scene.sent(at, &inflow, &out);
        found.sent = sent.iter().map(Inflow::rate).collect();
        for (hop, more) in scene.hops[at].iter().zip(&sent) {
            let before = std::mem::replace(&mut inflows[hop.to], scene.dry());
            inflows[hop.to] = scene.merged(hop.to, before, more);
        }
        visited[at] = found;
    }
    visited
}

impl Visited {
    fn nobody() -> Visited {
        Visited {
            prediction: Prediction::default(),
            plan: Plan::delay(Work::NONE),
            rate: 0.0,
            sent: Vec::new(),
            here_s: None,
            broken: false,
        }
    }
}

fn visit(scene: &Scene<'_>, at: usize, inflow: &Inflow, seen: Seen<'_>) -> (Visited, Outflow) {
    let rate = inflow.rate();
    let writes: f64 = (0..inflow.rates.len()).filter(|c| scene.writes(*c)).map(|c| inflow.rates[c]).sum();
    let plan = Plan::of(scene, at, if rate > 0.0 { writes / rate } else { 0.0 });
    let mut v = Visited { rate, plan, ..Visited::nobody() };
    let passed = vec![1.0; inflow.rates.len()];
    let mut out = Outflow { passed, certain: true, filtered: None, refuses: false, unknown: None };
    let pattern = inflow.pattern.clone().unwrap_or(Pattern::Poisson);
    if let Pattern::Unknown { why } = &pattern {
        v.prediction.say(why.clone());
        return (v, out);
    }
    if rate <= 0.0 {
        v.prediction.say("No requests come here.");
        return (v, out);
    }
    v.prediction.put(Quantity::Arrivals, rate, Standing::unless(inflow.certain));
    match v.plan.stage {
        Stage::Delay(work) if scene.kind(at) == Kind::Clients => v.here_s = Some(work.mean_s),
        Stage::Delay(work) => {
            v.prediction.formula = "M/G/∞".to_owned();
            v.here_s = Some(work.mean_s);
            v.prediction.put(Quantity::Here, work.mean_s, Standing::Exact);
        }
        Stage::Servers(queue) => {
            let instances = f64::from(v.plan.instances);
            if v.plan.instances == 0 {
                v.prediction = Prediction::default();
                v.prediction.say("No instance runs.");
                v.broken = true;
                out.unknown = Some(beyond_nobody(scene, at));
                return (v, out);
            }
            let words = said(rate / instances, &pattern, inflow.choice, &queue);
            let capacity = instances * f64::from(queue.servers) / queue.work.mean_s;
            if words.overload {
                v.prediction = Prediction::default();
                v.prediction.say(overload(rate, capacity));
                v.broken = true;
                out.unknown = Some(beyond_nobody(scene, at));
                return (v, out);
            }
            let served = 1.0 - words.refused.unwrap_or(0.0);
            let busy = rate * served * queue.work.mean_s / instances / f64::from(queue.cores);
            // Where the queue runs full and nobody knows how often, nobody knows how busy the servers are.
            if words.refused.is_some() || busy < 1.0 && !words.formula.is_empty() || queue.places.is_none() {
                let certain =
                    inflow.certain && (words.standing == Standing::Exact || words.refused.is_none());
                v.prediction.put(Quantity::Utilisation, busy, Standing::unless(certain));
            }
            out.refuses = words.refused.is_some();
            v.broken = out.refuses;
            out.passed.iter_mut().for_each(|share| *share *= served);
            tell(&mut v, &words, inflow.certain);
        }
    }
    if let Some(limits) = v.plan.keeps {
        keeps(scene, at, inflow, limits, seen, &mut v.prediction, &mut out);
    }
    (v, out)
}

fn overload(rate: f64, capacity: f64) -> String {
    let (rate, capacity) = (Quantity::Arrivals.text(rate), Quantity::Arrivals.text(capacity));
    format!("Overload: {rate} come and {capacity} can be served, so the queue grows without end.")
}

fn beyond_nobody(scene: &Scene<'_>, at: usize) -> String {
    format!("{} cannot keep up, so nobody knows how much comes here.", scene.name(at))
}

/// Puts down what a formula says of one instance for all of them.
fn tell(v: &mut Visited, words: &Said, certain: bool) {
    let standing = words.standing.max(Standing::unless(certain));
    let instances = f64::from(v.plan.instances);
    let figures = [
        (Quantity::Wait, words.wait_s),
        (Quantity::Waiting, words.waiting.map(|n| n * instances)),
        (Quantity::Here, words.here_s),
        (Quantity::HereP95, words.p95_s),
        (Quantity::HereP99, words.p99_s),
        (Quantity::Refused, words.refused),
    ];
    for (quantity, value) in figures {
        if let Some(value) = value {
            v.prediction.put(quantity, value, standing);
        }
    }
    v.prediction.formula.clone_from(&words.formula);
    words.remarks.iter().for_each(|remark| v.prediction.say(remark.clone()));
    v.here_s = words.here_s;
    // Fourteen mean times are more than all but one in a million take, where times are exponential.
    if let (Some(patience_s), Some(here_s)) = (v.plan.patience_s, words.here_s)
        && patience_s < 14.0 * here_s
    {
        let patience = Quantity::Wait.text(patience_s);
        v.prediction
            .doubt(format!("Who waits {patience} for a connection gives up, which the formula leaves out."));
    }
}

/// Hits of a cache, and what goes on.
fn keeps(
    scene: &Scene<'_>,
    at: usize,
    inflow: &Inflow,
    limits: crate::theory::catalogue::Limits,
    seen: Seen<'_>,
    prediction: &mut Prediction,
    out: &mut Outflow,
) {
    out.filtered = Some(scene.name(at).to_owned());
    let reads = (0..inflow.rates.len()).any(|c| !scene.writes(c) && inflow.rates[c] > 0.0);
    if !reads {
        return;
    }
    let by_class = match kept::hits(scene, inflow, limits, !scene.hops[at].is_empty()) {
        Ok(hits) => {
            prediction.put(Quantity::HitRatio, hits.all, Standing::unless(hits.exact));
            out.certain = hits.exact;
            if let Some(remark) = hits.remark {
                prediction.say(remark);
            }
            hits.by_class
        }
        Err(why) => {
            prediction.say(why);
            out.certain = false;
            let Some(all) = seen(&scene.model.components[at].id) else {
                out.unknown = Some(format!("Only a run can tell how many hits {} has.", scene.name(at)));
                return;
            };
            prediction.from_run = true;
            prediction.say("What goes on is reckoned with the hits that were measured.");
            vec![all; inflow.rates.len()]
        }
    };
    for (class, hit) in by_class.into_iter().enumerate() {
        if !scene.writes(class) {
            out.passed[class] *= 1.0 - hit;
        }
    }
}
