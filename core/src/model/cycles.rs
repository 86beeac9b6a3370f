//! Cycles of calls: legal only when a round makes less than one call on average, so that calls end.

use super::Model;
use super::check::Check;
use super::names::by_name;
use super::path::FieldPath;
use super::records::When;
use crate::components::{Kind, Out};

/// A link between two components by index, with the mean number of calls over it.
#[derive(Debug, Clone, Copy)]
struct Flow {
    from: usize,
    to: usize,
    calls: f64,
}

/// The links by index, and those of the model's links that lead nowhere left out.
fn flows(model: &Model) -> Vec<(usize, Flow)> {
    let index = by_name(&mut model.components.iter().map(|c| c.id.as_str()));
    let flow = |link: &super::Link| {
        let (from, to) = (*index.get(link.from.as_str())?, *index.get(link.to.as_str())?);
        Some(Flow { from, to, calls: link.calls })
    };
    let links = model.links.iter().enumerate();
    links.filter_map(|(at, link)| Some((at, flow(link)?))).filter(|(_, f)| f.from != f.to).collect()
}

/// Whether each of the model's links is part of a cycle, so that a request may come over it again and again.
pub(crate) fn on_a_cycle(model: &Model) -> Vec<bool> {
    let flows = flows(model);
    let circle = circles(model.components.len(), &flows);
    let mut round = vec![false; model.links.len()];
    for (at, f) in flows {
        round[at] = circle[f.from] == circle[f.to];
    }
    round
}

/// Refuses cycles in which calls would multiply without end: the matrix of mean calls must have a spectral radius below 1.
pub(super) fn check(model: &Model, check: &mut Check) {
    let mut flows = flows(model);
    let links = FieldPath::root().field("links");
    flows.retain(|(at, _)| !check.refused(&links.id(&model.links[*at].id), &["calls", "when"]));
    share_balancers(model, &mut flows);
    let circle = circles(model.components.len(), &flows);
    flows.retain(|(_, f)| circle[f.from] == circle[f.to]);
    let looped: Vec<Flow> = flows.iter().map(|(_, f)| *f).collect();
    if looped.is_empty() || spectral_radius(&looped, model.components.len()) < 1.0 - 1e-9 {
        return;
    }
    let keeps = |f: &Flow| model.components[f.from].settings.kind().info().ports.out == Out::Messages;
    let of_messages = looped.iter().all(keeps);
    if of_messages && flows.iter().all(|(at, _)| model.links[*at].when == When::Failed) {
        // A round of dead letters is told where those are looked at.
        return;
    }
    const NAMED_MAX: usize = 8;
    let mut ids: Vec<&str> = looped.iter().map(|f| model.components[f.from].id.as_str()).collect();
    ids.dedup();
    let more = if ids.len() > NAMED_MAX { " → …" } else { "" };
    ids.truncate(NAMED_MAX);
    let ids = ids.join(" → ");
    let words = if of_messages {
        format!("messages go round in a circle without end: {ids}{more}; remove a link")
    } else {
        format!(
            "calls go round in a circle without end: {ids}{more}; remove a link, or lower its calls per request until a \
             round makes less than one call on average"
        )
    };
    check.rule(&links, words);
}

/// A balancer passes a call on once in all; its links share it.
fn share_balancers(model: &Model, flows: &mut [(usize, Flow)]) {
    let mut fan_out = vec![0.0_f64; model.components.len()];
    flows.iter().for_each(|(_, f)| fan_out[f.from] += 1.0);
    for (_, f) in flows {
        if model.components[f.from].settings.kind() == Kind::LoadBalancer {
            f.calls = 1.0 / fan_out[f.from];
        }
    }
}

/// A number for each component, the same for those that reach each other (Kosaraju's two walks, without recursion).
fn circles(nodes: usize, flows: &[(usize, Flow)]) -> Vec<usize> {
    let (mut ahead, mut back) = (vec![Vec::new(); nodes], vec![Vec::new(); nodes]);
    for (_, f) in flows {
        ahead[f.from].push(f.to);
        back[f.to].push(f.from);
    }
    let mut finished = Vec::with_capacity(nodes);
    let mut seen = vec![false; nodes];
    for start in 0..nodes {
        walk(start, &ahead, &mut seen, |node| finished.push(node));
    }
    let mut circle = vec![0; nodes];
    let mut seen = vec![false; nodes];
    for start in finished.into_iter().rev() {
        walk(start, &back, &mut seen, |node| circle[node] = start);
    }
    circle
}

/// Visits everything that `start` reaches and that was not seen before; `done` is told each when all it reaches is done.
fn walk(start: usize, ways: &[Vec<usize>], seen: &mut [bool], mut done: impl FnMut(usize)) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut path = vec![(start, 0)];
    while let Some((node, next)) = path.last_mut() {
        match ways[*node].get(*next) {
            Some(to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[*to], true) {
                    path.push((*to, 0));
                }
            }
            None => {
                done(*node);
                path.pop();
            }
        }
    }
}

/// Growth per step of the flow over `flows`, by repeated steps from one unit everywhere (geometric mean of many steps).
fn spectral_radius(flows: &[Flow], nodes: usize) -> f64 {
    const STEPS: u32 = 400;
    let mut flow = vec![1.0_f64; nodes];
    let mut log_growth = 0.0;
    for step in 0..STEPS {
        let mut next = vec![0.0_f64; nodes];
        for f in flows {
            next[f.to] += flow[f.from] * f.calls;
        }
        let total: f64 = next.iter().sum();
        if total <= 0.0 {
            return 0.0;
        }
        // The first half only forgets the starting point.
        if step >= STEPS / 2 {
            log_growth += libm::log(total);
        }
        flow = next.iter().map(|x| x / total).collect();
    }
    libm::exp(log_growth / f64::from(STEPS - STEPS / 2))
}

#[cfg(test)]
mod tests {
    use crate::components::{Kind, Settings};
    use crate::model::{Check, Link, Model};

    fn problems(links: &[(&str, &str, f64)]) -> usize {
        let mut model = Model::new("circle");
        for id in ["a", "b", "c"] {
            let settings: Settings = Kind::Service.defaults();
            model = model.with(id, settings);
        }
        for (from, to, calls) in links {
            model.links.push(Link { calls: *calls, ..Link::between(from, to) });
        }
        let mut check = Check::default();
        super::check(&model, &mut check);
        check.count()
    }

    #[test]
    fn a_circle_is_legal_only_when_a_round_makes_less_than_one_call() {
        assert_eq!(problems(&[("a", "b", 1.0), ("b", "c", 2.0)]), 0);
        assert_eq!(problems(&[("a", "b", 1.0), ("b", "a", 1.0)]), 1);
        assert_eq!(problems(&[("a", "b", 2.0), ("b", "a", 0.4)]), 0);
        assert_eq!(problems(&[("a", "b", 2.0), ("b", "c", 1.0), ("c", "a", 0.6)]), 1);
        // A split of which each half ends.
        assert_eq!(problems(&[("a", "b", 0.6), ("a", "c", 0.6), ("b", "a", 0.6), ("c", "a", 0.6)]), 0);
    }
}
