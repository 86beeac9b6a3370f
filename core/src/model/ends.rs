//! Rules on where a link may start and end, and on which of its settings mean something there.

use super::check::Check;
use super::names::by_name;
use super::path::FieldPath;
use super::records::{Link, When};
use super::rules::said;
use super::{Component, Model};
use crate::components::autoscaler::{self, Metric};
use crate::components::{Info, Kind, Out, Settings};
use std::collections::BTreeMap;

/// Checks the ends of every link of `model`; some of them `are_lost` where it could not be read as a whole.
pub(super) fn check(model: &Model, are_lost: bool, check: &mut Check) {
    let places = by_name(&mut model.components.iter().map(|c| c.id.as_str()));
    let component = |id: &str| places.get(id).map(|place| &model.components[*place]);
    let mut controlled = BTreeMap::new();
    let mut dead = BTreeMap::new();
    for link in &model.links {
        let at = FieldPath::root().field("links").id(&link.id);
        let (from, to) = (component(&link.from), component(&link.to));
        ends(from, to, &at, check);
        let Some(from) = from else { continue };
        settings(link, from, &at, check);
        if let Settings::Autoscaler(config) = &from.settings
            && to.is_some()
            && !are_lost
        {
            backlog(config, link, model, &places, &at, check);
        }
        let of_nodes = matches!(from.settings, Settings::NodePool(_));
        if to.is_some()
            && info(from).ports.out == Out::Control
            && let Some(other) = controlled.insert((link.to.as_str(), of_nodes), link.from.as_str())
        {
            check.rule(
                &at.field("to"),
                format!("`{}` is scaled by `{other}` already, and two would undo each other's decisions; remove one of the links", link.to),
            );
        }
        if info(from).ports.out == Out::Messages && link.when == When::Failed {
            dead_letters(link, to, &mut dead, &at, check);
        }
    }
    loops(&dead, check);
}

fn info(component: &Component) -> &'static Info {
    component.settings.kind().info()
}

/// What a component is, with its article.
fn one(component: &Component) -> String {
    let name = info(component).label.to_ascii_lowercase();
    match name.bytes().next() {
        _ if component.settings.kind() == Kind::Clients => "a group of clients".into(),
        Some(b'a' | b'e' | b'i' | b'o') => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

/// Whether a link may start and end where it does.
fn ends(from: Option<&Component>, to: Option<&Component>, at: &FieldPath, check: &mut Check) {
    if let Some(from) = from.filter(|from| !info(from).ports.out.is_open()) {
        check.rule(
            &at.field("from"),
            format!("{} makes no calls; links may only point at `{}`", one(from), from.id),
        );
    }
    let Some(to) = to else { return };
    let controls = from.is_some_and(|from| info(from).ports.out == Out::Control);
    if controls && !info(to).ports.scales {
        let scaling = Kind::ALL.iter().map(|kind| kind.info()).filter(|info| info.ports.scales);
        let words: Vec<&str> = scaling.map(|info| info.word).collect();
        check.rule(
            &at.field("to"),
            format!(
                "nobody but the model sets the number of instances of `{}`; point the link at one of these kinds: {}",
                to.id,
                words.join(", ")
            ),
        );
    } else if !controls && !info(to).ports.calls_in {
        check.rule(
            &at.field("to"),
            format!("{} takes no calls; links may only start at `{}`", one(to), to.id),
        );
    }
}

/// Which settings of a link mean nothing where it starts at a component with these settings, and why.
fn idle_and_why(from: &Settings) -> (&'static [&'static [&'static str]], &'static str) {
    const BY_CALLERS: &[&str] =
        &["timeout", "calls", "parallel", "step", "optional", "pool", "pool_wait", "pool_hold"];
    match (from.kind().info().ports.out, from) {
        (Out::Messages, Settings::Queue(_)) => {
            (&[BY_CALLERS, &["classes"]], "gives each message to one consumer that has a hand free")
        }
        (Out::Messages, Settings::Topic(_)) => {
            (&[BY_CALLERS, &["prefetch"]], "gives a copy of each message to everyone who wants its class")
        }
        (Out::Messages, _) => {
            (&[BY_CALLERS, &["prefetch", "classes"]], "is read by each group of consumers from end to end")
        }
        (Out::Control, _) => (
            &[BY_CALLERS, &["rtt", "when", "classes", "prefetch"]],
            "sends nothing over its links but a number of instances",
        ),
        _ => (&[&["prefetch"]], "keeps no messages"),
    }
}

/// The keys of the link settings that mean nothing where a link starts at a component with these settings; whoever sets one is refused.
pub fn idle_link_settings(from: &Settings) -> impl Iterator<Item = &'static str> {
    idle_and_why(from).0.iter().copied().flatten().copied()
}

/// Settings that would silently do nothing.
fn settings(link: &Link, from: &Component, at: &FieldPath, check: &mut Check) {
    let name = one(from);
    let (idle, why) = idle_and_why(&from.settings);
    for keys in idle {
        for key in said(link, keys) {
            check.rule(&at.field(key), format!("{name} {why}, so `{key}` means nothing here; leave it out"));
        }
    }
    if info(from).ports.out == Out::Messages && link.when == When::Miss {
        check.rule(
            &at.field("when"),
            format!("{name} asks no cache; choose \"always\" for who gets its messages, or \"failed\" for where dead letters go"),
        );
    }
}

/// Who scales on messages needs somebody who keeps them.
fn backlog(
    config: &autoscaler::Config,
    link: &Link,
    model: &Model,
    places: &BTreeMap<&str, usize>,
    at: &FieldPath,
    check: &mut Check,
) {
    let kept = |by_queues: bool| {
        model.links.iter().filter(|other| other.to == link.to || places.get(other.to.as_str()).is_none()).any(
            |other| {
                let from = places.get(other.from.as_str()).map(|place| &model.components[*place].settings);
                // Who cannot be read may be one who keeps them.
                from.is_none_or(|from| {
                    matches!(from, Settings::Queue(_))
                        || !by_queues && from.kind().info().ports.out == Out::Messages
                })
            },
        )
    };
    let goes_by = |metric| config.algorithm.goes_by(metric);
    if (goes_by(Metric::Backlog) || goes_by(Metric::Age)) && !kept(false) {
        check.rule(
            at,
            format!(
                "`{}` scales `{}` by the messages that wait for it, and nothing gives it any; link a queue to it first, or \
                 choose another metric",
                link.from, link.to
            ),
        );
    } else if goes_by(Metric::Age) && !kept(true) {
        check.rule(
            at,
            format!(
                "`{}` scales `{}` by the age of its oldest message, which only a queue tells; choose `backlog`",
                link.from, link.to
            ),
        );
    }
}

/// A link for dead letters: there is one, and it leads to where messages are kept.
fn dead_letters<'a>(
    link: &'a Link,
    to: Option<&Component>,
    dead: &mut BTreeMap<&'a str, &'a str>,
    at: &FieldPath,
    check: &mut Check,
) {
    if let Some(to) = to.filter(|to| info(to).ports.out != Out::Messages) {
        check.rule(
            &at.field("to"),
            format!(
                "dead letters are kept for somebody to look at; point the link at a queue instead of `{}`",
                to.id
            ),
        );
    }
    if let Some(other) = dead.insert(&link.from, &link.to) {
        check.rule(
            &at.field("when"),
            format!("the dead letters of `{}` go to `{other}` already; remove one of the links", link.from),
        );
    }
}

/// Dead letters must come to rest. `dead` leads from each component to where its dead letters go.
fn loops(dead: &BTreeMap<&str, &str>, check: &mut Check) {
    for start in dead.keys() {
        let (mut way, mut here) = (vec![*start], *start);
        while let Some(next) = dead.get(here) {
            if *next == *start {
                // Each round is told once: by the first of its names. That nothing points at itself is told elsewhere.
                if way.len() > 1 && way.iter().min() == Some(start) {
                    check.rule(
                        &FieldPath::root().field("links"),
                        format!(
                            "dead letters go round in a circle: {} → {start}; let one of these queues have none",
                            way.join(" → ")
                        ),
                    );
                }
                break;
            }
            if way.contains(next) {
                break;
            }
            way.push(*next);
            here = *next;
        }
    }
}
