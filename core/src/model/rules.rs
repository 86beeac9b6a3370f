//! Rules across the records of a model: names that must exist, ids that must differ, calls that must end.

use super::check::Check;
use super::path::{FieldPath, Problem};
use super::records::Happening;
use super::{Component, Model};
use crate::components::{Kind, Settings};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// Checks `model`, which was read from `record`.
pub(super) fn check(model: &Model, record: &Map<String, Json>, check: &mut Check) {
    let mut known = Known::of(record);
    if record.is_empty() {
        known = Known::of_model(model);
    }
    distinct(&known.components, "component", "components", check);
    distinct(&known.links, "link", "links", check);
    distinct(&known.classes, "class", "classes", check);
    links(model, &known, check);
    classes(model, check);
    timeline(model, &known, check);
    cycles(model, check);
}

/// Checks a model that was built or edited in memory.
pub(crate) fn check_model(model: &Model, found: &mut Check) {
    check(model, &Map::new(), found);
}

/// Every id in the file, also of items that are broken in another way, so that one fault is told once.
struct Known {
    components: Vec<String>,
    links: Vec<String>,
    classes: Vec<String>,
}

impl Known {
    fn of(record: &Map<String, Json>) -> Self {
        let items =
            |key: &str| record.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let text = |item: &Json, key: &str| item.get(key).and_then(Json::as_str).map(str::to_owned);
        let ids = |key: &str| items(key).iter().filter_map(|item| text(item, "id")).collect();
        let link = |item: &Json| {
            text(item, "id").or_else(|| Some(format!("{}-{}", text(item, "from")?, text(item, "to")?)))
        };
        Known {
            components: ids("components"),
            links: items("links").iter().filter_map(link).collect(),
            classes: ids("classes"),
        }
    }

    fn of_model(model: &Model) -> Self {
        Known {
            components: model.components.iter().map(|c| c.id.clone()).collect(),
            links: model.links.iter().map(|l| l.id.clone()).collect(),
            classes: model.classes.iter().map(|c| c.id.clone()).collect(),
        }
    }
}

fn distinct(ids: &[String], what: &str, list: &str, check: &mut Check) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            let at = FieldPath::root().field(list).id(id);
            check.problem(&at, Problem::Duplicate { what: what.to_owned(), id: id.clone() });
        }
    }
}

fn names(found: &str, what: &str, known: &[String], at: &FieldPath, check: &mut Check) -> bool {
    let there = known.iter().any(|id| id == found);
    if !there {
        check.dangling(at, what, found, known.iter().map(String::as_str));
    }
    there
}

fn links(model: &Model, known: &Known, check: &mut Check) {
    for link in &model.links {
        let at = FieldPath::root().field("links").id(&link.id);
        for (key, end) in [("from", &link.from), ("to", &link.to)] {
            // An end that is missing or no text was told already.
            if !end.is_empty() && names(end, "component", &known.components, &at.field(key), check) {
                port(model.component(end), key, &at, check);
            }
        }
        if link.from == link.to && !link.from.is_empty() {
            check.rule(&at, "a component cannot call itself; point the link at another component");
        }
        for (i, class) in link.classes.iter().enumerate() {
            class_exists(model, class, &at.field("classes").index(i), check);
        }
    }
}

fn port(component: Option<&Component>, key: &str, at: &FieldPath, check: &mut Check) {
    let Some(component) = component else { return };
    let info = component.settings.kind().info();
    if key == "from" && !info.ports.calls_out {
        let name = info.label.to_lowercase();
        check.rule(
            &at.field(key),
            format!("a {name} makes no calls; links may only point at `{}`", component.id),
        );
    }
    if key == "to" && !info.ports.calls_in {
        check.rule(
            &at.field(key),
            format!("{} take no calls; links may only start at `{}`", info.label, component.id),
        );
    }
}

fn class_exists(model: &Model, class: &str, at: &FieldPath, check: &mut Check) {
    let classes = model.classes_or_default();
    if !classes.iter().any(|c| c.id == class) {
        check.dangling(at, "class", class, classes.iter().map(|c| c.id.as_str()));
    }
}

fn classes(model: &Model, check: &mut Check) {
    let list = FieldPath::root().field("classes");
    for (i, class) in model.classes.iter().enumerate() {
        let other =
            model.classes[..i].iter().find(|c| c.catalogue == class.catalogue && c.keys != class.keys);
        if let Some(other) = other {
            let (here, there) = (class.keys, other.keys);
            check.rule(
                &list.id(&class.id).field("keys"),
                format!(
                    "the catalogue `{}` has {there} keys in class `{}` and {here} here; give both the same number, \
                     or another catalogue",
                    class.catalogue, other.id
                ),
            );
        }
    }
    if !model.classes.is_empty() && model.classes.iter().all(|c| c.weight <= 0.0) {
        check.rule(
            &list,
            "every class has weight 0, so no request could be drawn; give at least one a weight",
        );
    }
    for component in &model.components {
        if let Settings::Clients(config) = &component.settings {
            let at = FieldPath::root().field("components").id(&component.id).field("classes");
            for (i, class) in config.classes.iter().enumerate() {
                class_exists(model, class, &at.index(i), check);
            }
        }
    }
}

fn timeline(model: &Model, known: &Known, check: &mut Check) {
    for (i, entry) in model.timeline.iter().enumerate() {
        let at = FieldPath::root().field("timeline").index(i);
        match &entry.what {
            Happening::Load { .. } => {}
            Happening::Crash { component, .. }
            | Happening::Return { component }
            | Happening::Flush { component } => {
                let at = at.field("component");
                if names(component, "component", &known.components, &at, check) {
                    suits(model, component, &entry.what, &at, check);
                }
            }
            Happening::Cut { link } | Happening::Mend { link } => {
                names(link, "link", &known.links, &at.field("link"), check);
            }
        }
    }
}

/// A happening must be able to do something to its target, rather than silently do nothing.
fn suits(model: &Model, id: &str, what: &Happening, at: &FieldPath, check: &mut Check) {
    let Some(component) = model.component(id) else { return };
    let kind = component.settings.kind();
    let flushes = matches!(kind, Kind::Cache | Kind::Cdn);
    match what {
        Happening::Flush { .. } if !flushes => {
            check.rule(at, format!("only a cache or CDN can be flushed; `{id}` is a {}", kind.info().word));
        }
        Happening::Crash { .. } | Happening::Return { .. } if kind == Kind::Clients => {
            check.rule(at, format!("clients have no instances that could crash; `{id}` is one"));
        }
        _ => {}
    }
}

/// Refuses cycles in which calls would multiply without end: the matrix of mean calls must have a spectral radius below 1.
fn cycles(model: &Model, check: &mut Check) {
    let index = |id: &str| model.components.iter().position(|c| c.id == id);
    let links: Vec<(usize, usize, f64)> = model
        .links
        .iter()
        .filter_map(|l| Some((index(&l.from)?, index(&l.to)?, l.calls)))
        .filter(|(from, to, _)| from != to)
        .collect();
    let on_cycle = |from: usize, to: usize| reaches(&links, to, from);
    let mut looped: Vec<_> = links.iter().copied().filter(|(from, to, _)| on_cycle(*from, *to)).collect();
    if looped.is_empty() {
        return;
    }
    // A balancer or cache passes a call on at most once in all; several links share it.
    for (from, _, calls) in &mut looped {
        if model.components[*from].settings.kind() == Kind::LoadBalancer {
            *calls /= links.iter().filter(|l| l.0 == *from).count() as f64;
        }
    }
    if spectral_radius(&looped, model.components.len()) >= 1.0 - 1e-9 {
        let mut ids: Vec<&str> = looped.iter().map(|l| model.components[l.0].id.as_str()).collect();
        ids.dedup();
        check.rule(
            &FieldPath::root().field("links"),
            format!(
                "calls go round in a circle without end: {}; remove a link, or lower its calls per request \
                 until a round makes less than one call on average",
                ids.join(" → ")
            ),
        );
    }
}

fn reaches(links: &[(usize, usize, f64)], start: usize, goal: usize) -> bool {
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        if at == goal {
            return true;
        }
        open.extend(links.iter().filter(|l| l.0 == at && seen.insert(l.1)).map(|l| l.1));
    }
    false
}

/// Growth per step of the flow over `links`, by repeated steps from one unit everywhere (geometric mean of many steps).
fn spectral_radius(links: &[(usize, usize, f64)], nodes: usize) -> f64 {
    const STEPS: u32 = 400;
    let mut flow = vec![1.0_f64; nodes];
    let mut log_growth = 0.0;
    for step in 0..STEPS {
        let mut next = vec![0.0_f64; nodes];
        for (from, to, calls) in links {
            next[*to] += flow[*from] * calls;
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
