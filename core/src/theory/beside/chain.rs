//! From a model's clients to all of its components: what comes to each, and what theory says of it.

use super::answers;
use super::flow::Scene;
use super::kept;
use super::plan::{Plan, Stage};
use super::queue::{Pattern, Queue, Said, said};
use super::stream::{Inflow, Outflow};
use super::users;
use super::words::Words;
use super::work::Work;
use super::{Prediction, Quantity, Standing};
use crate::components::clients::{self, Load, Spacing};
use crate::components::{Kind, Settings};
use crate::model::{Component, Model};
use crate::theory::catalogue::Limits;

/// What was found at a component.
pub(super) struct Visited {
    pub(super) prediction: Prediction,
    pub(super) plan: Plan,
    pub(super) rate: f64,
    /// Calls a second over each of its links, in the order of its hops.
    pub(super) sent: Vec<f64>,
    /// Mean time at its own station; not-a-number where nobody knows.
    pub(super) here_s: f64,
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
    let mut visited = walk(scene, seen, &source);
    let broken: Vec<usize> = (0..visited.len()).filter(|c| visited[*c].broken).collect();
    if !broken.is_empty() {
        // What follows a call that is not answered never comes.
        scene.settle(&broken);
        visited = walk(scene, seen, &source);
    }
    answers::add(scene, &mut visited);
    visited.into_iter().map(|v| v.prediction).collect()
}

/// What an open group of clients sends.
fn source(scene: &Scene<'_>, client: usize, config: &clients::Config) -> Inflow {
    let pattern = match (&config.load, config.spacing) {
        (Load::Steady { .. }, Spacing::Poisson) => Pattern::Poisson,
        (Load::Steady { .. }, Spacing::Even) => {
            Pattern::Other { cv: 0.0, why: Words::plain("Arrivals are not Poisson: they are evenly spaced.") }
        }
        (Load::Closed { .. }, _) => Pattern::Unknown {
            why: Words::plain("Users who wait for answers are computed only where they alone make the load."),
        },
        (Load::Steady { .. }, Spacing::Gamma) => {
            let why = Words::plain("Arrivals are not Poisson: their gaps follow a gamma law.");
            Pattern::Other { cv: config.spacing_cv, why }
        }
        _ => {
            Pattern::Unknown { why: Words::plain("The load changes over time, so there is no steady state.") }
        }
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
        for (hop, more) in scene.hops[at].iter().zip(sent) {
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
            here_s: f64::NAN,
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
    let filters = v.plan.keeps.is_some();
    let mut out = Outflow { passed, certain: true, filters, refuses: false, unknown: None };
    let pattern = inflow.pattern.unwrap_or(Pattern::Poisson);
    if v.plan.beyond.is_some() {
        out.unknown = Some(Words::of("@ does what no formula here knows of.", at));
        v.broken = true;
    }
    let nothing = match pattern {
        Pattern::Unknown { why } => Some(why),
        _ if rate <= 0.0 => Some(Words::plain("No requests come here.")),
        _ => v.plan.beyond.map(Words::plain),
    };
    if let Some(why) = nothing {
        v.prediction.say(scene.text(why));
        return (v, out);
    }
    v.prediction.put(Quantity::Arrivals, rate, Standing::unless(inflow.certain));
    match v.plan.stage {
        Stage::Delay(work) => {
            v.here_s = work.mean_s;
            if scene.kind(at) != Kind::Clients {
                "M/G/∞".clone_into(&mut v.prediction.formula);
                v.prediction.put(Quantity::Here, work.mean_s, Standing::Exact);
            }
        }
        Stage::Servers(queue) => serve(scene, at, inflow, pattern, &queue, &mut v, &mut out),
    }
    if let Some(limits) = v.plan.keeps {
        keeps(scene, at, inflow, limits, seen, &mut v.prediction, &mut out);
    }
    (v, out)
}

/// What the component's servers make of what comes.
fn serve(
    scene: &Scene<'_>,
    at: usize,
    inflow: &Inflow,
    pattern: Pattern,
    queue: &Queue,
    v: &mut Visited,
    out: &mut Outflow,
) {
    let (rate, instances) = (v.rate, f64::from(v.plan.instances));
    let said = if v.plan.instances > 0 {
        said(rate / instances, pattern, inflow.choice, queue)
    } else {
        Said { overload: true, ..Said::default() }
    };
    if said.overload {
        let capacity = instances * f64::from(queue.servers) / queue.work.mean_s;
        let (rate, capacity) = (Quantity::Arrivals.text(rate), Quantity::Arrivals.text(capacity));
        v.prediction = Prediction::default();
        v.prediction.say(format!(
            "Overload: {rate} come and {capacity} can be served, so the queue grows without end."
        ));
        v.broken = true;
        out.unknown = Some(Words::of("@ cannot keep up, so nobody knows how much comes here.", at));
        return;
    }
    let refused = if said.refused.is_nan() { 0.0 } else { said.refused };
    // Where the queue runs full and nobody knows how often, nobody knows how busy the servers are, nor what goes on.
    if said.formula.is_none() && queue.places.is_some() {
        out.unknown = Some(Words::of("@ turns some away, and nobody knows how many.", at));
    } else {
        let busy = rate * (1.0 - refused) * queue.work.mean_s / instances / f64::from(queue.cores);
        let certain = inflow.certain && (said.standing == Standing::Exact || refused <= 0.0);
        v.prediction.put(Quantity::Utilisation, busy, Standing::unless(certain));
    }
    out.refuses = refused > 0.0;
    v.broken = out.refuses || out.unknown.is_some();
    out.passed.iter_mut().for_each(|share| *share *= 1.0 - refused);
    tell(scene, v, &said, inflow.certain);
}

/// Puts down what a formula says of one instance for all of them.
fn tell(scene: &Scene<'_>, v: &mut Visited, said: &Said, certain: bool) {
    let standing = said.standing.max(Standing::unless(certain));
    let [p95_s, p99_s] = said.tail_s;
    for (quantity, value) in [
        (Quantity::Wait, said.wait_s),
        (Quantity::Waiting, said.waiting * f64::from(v.plan.instances)),
        (Quantity::Here, said.here_s),
        (Quantity::HereP95, p95_s),
        (Quantity::HereP99, p99_s),
        (Quantity::Refused, said.refused),
    ] {
        v.prediction.put(quantity, value, standing);
    }
    v.prediction.formula = said.formula.text();
    said.remarks.iter().for_each(|remark| v.prediction.say(scene.text(*remark)));
    v.here_s = said.here_s;
    // Fourteen mean times are more than all but one in a million take, where times are exponential.
    if v.plan.patience_s < 14.0 * said.here_s {
        let patience = Quantity::Wait.text(v.plan.patience_s);
        v.prediction
            .doubt(format!("Who waits {patience} for a connection gives up, which the formula leaves out."));
    }
}

/// Hits of a cache, and what goes on.
fn keeps(
    scene: &Scene<'_>,
    at: usize,
    inflow: &Inflow,
    limits: Limits,
    seen: Seen<'_>,
    prediction: &mut Prediction,
    out: &mut Outflow,
) {
    if (0..inflow.rates.len()).all(|c| scene.writes(c) || inflow.rates[c] <= 0.0) {
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
            prediction.say(scene.text(why));
            out.certain = false;
            let Some(all) = seen(&scene.model.components[at].id) else {
                out.unknown = Some(Words::of("Only a run can tell how many hits @ has.", at));
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
