//! Rules across the records of a model: names that must exist, ids that must differ, calls that must end.

use super::check::Check;
use super::happening::Happening;
use super::names::{Known, by_name};
use super::path::FieldPath;
use super::records::{Link, When};
use super::{Class, Component, Model};
use crate::components::cache::Writes;
use crate::components::service::Routing;
use crate::components::{Out, Settings};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// As many classes as a link can name, one bit for each.
const CLASSES_MAX: usize = 64;
/// As many different steps as the links of a component may have.
const STEPS_MAX: usize = 30;
/// As many calls as one request may have open at a component.
const OPEN_MAX: f64 = 60_000.0;

/// Checks `model`, which was read from `record`; its timeline's entries stood at `places` there.
pub(super) fn check(model: &Model, record: &Map<String, Json>, places: &[usize], check: &mut Check) {
    let known = if record.is_empty() { Known::of_model(model) } else { Known::of(record) };
    let scene = Scene {
        model,
        by_id: by_name(&mut model.components.iter().map(|c| c.id.as_str())),
        components: known.components.distinct("component", "components", check),
        links: known.links.distinct("link", "links", check),
        classes: known.classes.distinct("class", "classes", check),
        known: &known,
    };
    scene.links(check);
    scene.chances(check);
    scene.clients(check);
    scene.caches(check);
    classes(model, known.classes.is_lost, check);
    scene.timeline(places, check);
    super::ends::check(model, known.links.is_lost, check);
    super::cycles::check(model, check);
}

/// Checks a model that was edited in memory.
pub(crate) fn check_model(model: &Model, found: &mut Check) {
    check(model, &Map::new(), &[], found);
}

/// A model with what is needed to find things in it by name: a file may name each of thousands in each of thousands.
struct Scene<'a> {
    model: &'a Model,
    by_id: BTreeMap<&'a str, usize>,
    components: BTreeMap<&'a str, usize>,
    links: BTreeMap<&'a str, usize>,
    classes: BTreeMap<&'a str, usize>,
    known: &'a Known,
}

impl Scene<'_> {
    fn component(&self, id: &str) -> Option<&Component> {
        self.by_id.get(id).map(|place| &self.model.components[*place])
    }

    /// Whether something is called `found`; notes a problem when nothing is.
    fn names(&self, what: &str, found: &str, at: &FieldPath, check: &mut Check) -> bool {
        let (places, known) = match what {
            "component" => (&self.components, &self.known.components),
            "link" => (&self.links, &self.known.links),
            _ => (&self.classes, &self.known.classes),
        };
        let there = places.contains_key(found);
        if !there && !known.is_lost {
            check.dangling(at, what, found, &mut places.keys().copied());
        }
        there
    }

    /// A model that names no class has the default one.
    fn class_exists(&self, class: &str, at: &FieldPath, check: &mut Check) {
        if self.classes.is_empty() && !self.known.classes.is_lost {
            let default = Class::default().id;
            if class != default {
                check.dangling(at, "class", class, &mut std::iter::once(default.as_str()));
            }
        } else {
            self.names("class", class, at, check);
        }
    }

    fn links(&self, check: &mut Check) {
        // For each component its steps, with the calls that a request makes in them.
        let mut open = vec![Vec::<(u32, f64)>::new(); self.model.components.len()];
        let first = self.first_steps(check);
        for link in &self.model.links {
            let at = FieldPath::root().field("links").id(&link.id);
            for (key, end) in [("from", &link.from), ("to", &link.to)] {
                // An end that is missing or no text was told already.
                if !end.is_empty() {
                    self.names("component", end, &at.field(key), check);
                }
            }
            match self.component(&link.from).map(|c| &c.settings) {
                Some(Settings::LoadBalancer(_)) => {
                    let idle = ["calls", "parallel", "step", "optional", "when", "classes"];
                    one_of_many(link, &idle, "a load balancer", &at, check);
                }
                Some(Settings::Service(config)) if config.routing == Routing::One => {
                    one_of_many(
                        link,
                        &["parallel", "step", "when"],
                        "a service with `\"routing\": \"one\"`",
                        &at,
                        check,
                    );
                }
                _ => {}
            }
            self.pool(link, &at, check);
            self.order(link, &first, &at, check);
            if link.from == link.to && !link.from.is_empty() {
                check.rule(&at, "a component cannot call itself; point the link at another component");
            }
            for (i, class) in link.classes.iter().enumerate() {
                self.class_exists(class, &at.field("classes").index(i), check);
            }
            let Some(from) = self.by_id.get(link.from.as_str()) else { continue };
            if check.refused(&at, &["step", "calls"]) {
                continue;
            }
            if !open[*from].iter().any(|(step, _)| *step == link.step) && open[*from].len() == STEPS_MAX {
                check.rule(
                    &at.field("step"),
                    format!("the links of `{}` have more than {STEPS_MAX} different steps", link.from),
                );
                continue;
            }
            if added(&mut open[*from], link.step, link.calls + 1.0) > OPEN_MAX {
                check.rule(
                    &at,
                    format!("a request would have more than {OPEN_MAX} calls open at `{}`", link.from),
                );
            }
        }
    }

    /// A pool must have an instance of a program to live in, and its settings a pool.
    fn pool(&self, link: &Link, at: &FieldPath, check: &mut Check) {
        let nobodys = match self.component(&link.from).map(|c| &c.settings) {
            Some(Settings::Clients(_)) => "clients are many users without a pool that all of them share",
            Some(Settings::LoadBalancer(_)) => {
                "a load balancer chooses a server first, and no pool here is for one server alone"
            }
            _ => "",
        };
        if link.pool.is_none() {
            if !check.refused(at, &["pool"]) {
                needs_a_pool(link, at, check);
            }
        } else if !nobodys.is_empty() {
            check.rule(&at.field("pool"), format!("{nobodys}; leave it out"));
        }
    }

    /// Whether a component stands beside its callers; nobody knows while its file cannot be read so far.
    fn stands_beside(&self, id: &str, check: &Check) -> Option<bool> {
        let at = FieldPath::root().field("components").id(id);
        let component = self.component(id).filter(|_| !check.refused(&at, &["pattern"]))?;
        Some(component.settings.is_beside_its_callers())
    }

    fn first_steps(&self, check: &Check) -> FirstSteps {
        let may = |link: &Link, field: &str| {
            check.refused(&FieldPath::root().field("links").id(&link.id), &[field])
        };
        let asks = |link: &Link| self.stands_beside(&link.to, check) != Some(false);
        let is_optional = |link: &Link| link.optional || may(link, "optional");
        let step = |link: &Link| if may(link, "step") { 0 } else { link.step };
        FirstSteps { asks: self.earliest(&asks, &step), optional: self.earliest(&is_optional, &step) }
    }

    /// By component, the first step of its links that `counts`. A link that starts nobody knows where counts for each of them.
    fn earliest(&self, counts: &dyn Fn(&Link) -> bool, step: &dyn Fn(&Link) -> u32) -> Vec<u32> {
        let mut anybody = if self.known.links.is_lost { 0 } else { u32::MAX };
        let mut first = vec![u32::MAX; self.model.components.len()];
        for link in self.model.links.iter().filter(|link| counts(link)) {
            let first = self.by_id.get(link.from.as_str()).map_or(&mut anybody, |from| &mut first[*from]);
            *first = (*first).min(step(link));
        }
        first.iter().map(|first| *first.min(&anybody)).collect()
    }

    /// What a link waits for must be able to happen, and what it leads to must be able to be asked from there.
    fn order(&self, link: &Link, first: &FirstSteps, at: &FieldPath, check: &mut Check) {
        let beside = |id: &str| self.stands_beside(id, check) == Some(true);
        let (is_beside, to_beside) = (beside(&link.from), beside(&link.to));
        let from = self.component(&link.from).map(|c| &c.settings);
        if is_beside {
            check.rule(
                &at.field("from"),
                format!(
                    "the cache `{}` stands beside its callers, who load what it does not have; give them the link to `{}` \
                     with `\"when\": \"miss\"`, or set the cache's pattern to \"read-through\"",
                    link.from, link.to
                ),
            );
        }
        if to_beside && !matches!(from, None | Some(Settings::Service(_) | Settings::Clients(_))) {
            check.rule(
                &at.field("to"),
                format!(
                    "a {} does not load what the cache `{}` misses; only services and clients ask a cache-aside",
                    from.map_or("", |from| from.kind().info().label).to_ascii_lowercase(),
                    link.to
                ),
            );
        }
        let gives_messages = from.is_some_and(|from| from.kind().info().ports.out == Out::Messages);
        let is_unknown = check.refused(at, &["step"]);
        let earlier = |first: &[u32]| {
            is_unknown || self.by_id.get(link.from.as_str()).is_none_or(|from| first[*from] < link.step)
        };
        if link.when == When::Miss && !gives_messages && !earlier(&first.asks) {
            check.rule(
                &at.field("when"),
                format!("in no earlier step does `{}` ask a cache whose pattern is \"aside\"", link.from),
            );
        }
        if link.when == When::Failed && !gives_messages && !earlier(&first.optional) {
            check.rule(
                &at.field("when"),
                format!(
                    "no earlier step of `{}` has an optional link, so a failure there fails the request at once",
                    link.from
                ),
            );
        }
    }

    /// Where a request takes one of several ways, its chances are at most 1 in all.
    fn chances(&self, check: &mut Check) {
        let mut ways = vec![Vec::new(); self.model.components.len()];
        for link in &self.model.links {
            let at = FieldPath::root().field("links").id(&link.id);
            if let Some(from) = self.by_id.get(link.from.as_str())
                && !check.refused(&at, &["calls", "classes"])
            {
                ways[*from].push(link);
            }
        }
        let classes = self.model.classes_or_default();
        for (component, ways) in self.model.components.iter().zip(ways) {
            let Settings::Service(config) = &component.settings else { continue };
            if config.routing != Routing::One {
                continue;
            }
            for class in classes.iter().take(CLASSES_MAX) {
                let uses = |link: &&&Link| link.classes.is_empty() || link.classes.contains(&class.id);
                let chance: f64 = ways.iter().filter(uses).map(|link| link.calls).sum();
                if chance > 1.0 + 1e-9 {
                    check.rule(
                        &FieldPath::root().field("components").id(&component.id).field("routing"),
                        format!(
                            "the calls per request of its links add up to {chance:.4} for the class `{}`; as chances of one \
                             of them they must add up to at most 1",
                            class.id
                        ),
                    );
                }
            }
        }
    }

    fn clients(&self, check: &mut Check) {
        for component in &self.model.components {
            if let Settings::Job(config) = &component.settings
                && !config.class.is_empty()
            {
                let at = FieldPath::root().field("components").id(&component.id);
                self.class_exists(&config.class, &at.field("class"), check);
            }
            let (field, classes) = match &component.settings {
                Settings::Clients(config) => ("classes", &config.classes),
                Settings::Database(config) => ("scatter", &config.scatter),
                _ => continue,
            };
            let at = FieldPath::root().field("components").id(&component.id).field(field);
            for (i, class) in classes.iter().enumerate() {
                self.class_exists(class, &at.index(i), check);
            }
        }
    }

    /// What is written later must be written somewhere.
    fn caches(&self, check: &mut Check) {
        let nowhere = |link: &Link| !self.by_id.contains_key(link.from.as_str());
        if self.known.links.is_lost || self.model.links.iter().any(nowhere) {
            // One of those may be what is missed here.
            return;
        }
        let mut calls = vec![false; self.model.components.len()];
        for link in &self.model.links {
            calls[self.by_id[link.from.as_str()]] = true;
        }
        for (component, calls) in self.model.components.iter().zip(calls) {
            let Settings::Cache(config) = &component.settings else { continue };
            if config.writes == Writes::Behind && !calls {
                check.rule(
                    &FieldPath::root().field("components").id(&component.id).field("writes"),
                    format!(
                        "`{}` points at nothing that it could write to later; give it a link",
                        component.id
                    ),
                );
            }
        }
    }

    fn timeline(&self, places: &[usize], check: &mut Check) {
        for (i, entry) in self.model.timeline.iter().enumerate() {
            let at = FieldPath::root().field("timeline").index(places.get(i).copied().unwrap_or(i));
            match &entry.what {
                Happening::Load { .. } => {}
                Happening::Crash { component, .. }
                | Happening::Return { component }
                | Happening::Flush { component }
                | Happening::Partition { component, .. }
                | Happening::Heal { component } => {
                    if self.names("component", component, &at.field("component"), check)
                        && let Some(component) = self.component(component)
                    {
                        entry.what.suits(component, &at, check);
                    }
                }
                Happening::Cut { link } | Happening::Mend { link } => {
                    self.names("link", link, &at.field("link"), check);
                }
            }
        }
    }
}

/// By component, the first step in which it asks a cache beside it, and the first with an optional link.
struct FirstSteps {
    asks: Vec<u32>,
    optional: Vec<u32>,
}

/// Adds calls to the step of that number and gives all of its calls so far.
fn added(steps: &mut Vec<(u32, f64)>, number: u32, calls: f64) -> f64 {
    match steps.iter_mut().find(|step| step.0 == number) {
        Some(step) => {
            step.1 += calls;
            step.1
        }
        None => {
            steps.push((number, calls));
            calls
        }
    }
}

/// Some components send each call over one of their links; settings that say otherwise would silently do nothing.
fn one_of_many(link: &Link, idle: &[&str], who: &str, at: &FieldPath, check: &mut Check) {
    for key in said(link, idle) {
        check.rule(
            &at.field(key),
            format!(
                "{who} sends each call over one of its links, so `{key}` means nothing here; leave it out"
            ),
        );
    }
}

fn needs_a_pool(link: &Link, at: &FieldPath, check: &mut Check) {
    for key in said(link, &["pool_wait", "pool_hold"]) {
        check.rule(
            &at.field(key),
            format!(
                "without a `pool` of connections `{key}` means nothing; leave it out, or give the link a pool"
            ),
        );
    }
}

/// Those of `keys` that a link sets to something else than what they are when left out.
pub(super) fn said(link: &Link, keys: &[&str]) -> impl Iterator<Item = &'static str> {
    let plain = Link::between(&link.from, &link.to);
    let says = move |field: &&super::Field<Link>| {
        keys.contains(&field.info.key) && (field.get)(link) != (field.get)(&plain)
    };
    Link::FIELDS.iter().filter(says).map(|field| field.info.key)
}

fn classes(model: &Model, is_lost: bool, check: &mut Check) {
    let list = FieldPath::root().field("classes");
    if model.classes.len() > CLASSES_MAX {
        return check.rule(
            &list,
            format!("{} classes are too many; at most {CLASSES_MAX} are told apart", model.classes.len()),
        );
    }
    let given: Vec<&Class> = model
        .classes
        .iter()
        .filter(|class| !check.refused(&list.id(&class.id), &["catalogue", "keys"]))
        .collect();
    for (i, class) in given.iter().enumerate() {
        let other = given[..i].iter().find(|c| c.catalogue == class.catalogue && c.keys != class.keys);
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
    if !is_lost && !model.classes.is_empty() && model.classes.iter().all(|c| c.weight <= 0.0) {
        check.rule(
            &list,
            "every class has weight 0, so no request could be drawn; give at least one a weight",
        );
    }
}
