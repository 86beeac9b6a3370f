//! The canvas as a list: every component and link with its figures, for those who do not see the picture, and for thumbs.

use super::el::{El, el};
use super::look::{card_figures, instances};
use super::{Dispatch, on, say};
use crate::state::{Action, Carries, Health, State, Target};
use tenfold::components::Out;
use tenfold::measure::ComponentRow;
use tenfold::model::Component;

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let model = &state.model;
    let name = |id: &str| model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
    let components = model.components.iter().map(|c| {
        let words = state.run.component(&c.id).map_or(String::new(), |row| component_words(c, row));
        let kind = c.settings.kind().info().label;
        let target = Target::Component(c.id.clone());
        el("li").key(c.id.as_str()).child(item(state, dispatch, target, c.name.clone(), kind, words))
    });
    let links = model.links.iter().map(|l| {
        let words = match Carries::of(model, l) {
            Carries::Control => state.run.component(&l.to).map_or(String::new(), instances),
            _ => state.run.link(&l.id).map_or(String::new(), link_words),
        };
        let label = format!("{} → {}", name(&l.from), name(&l.to));
        el("li").key(l.id.as_str()).child(item(state, dispatch, Target::Link(l.id.clone()), label, "", words))
    });
    let none = el("p").key("none").class("muted").flag("hidden", !model.components.is_empty());
    el("div")
        .class("outline")
        .child(el("h2").key("h components").child("Components"))
        .child(el("ul").key("components").testid("outline-components").children(components))
        .child(el("h2").key("h links").child("Links"))
        .child(el("ul").key("links").testid("outline-links").children(links))
        .child(none.child("Nothing is on the canvas yet."))
}

/// A component's figures in a few words.
fn component_words(component: &Component, row: &ComponentRow) -> String {
    if matches!(component.settings.kind().info().ports.out, Out::Messages | Out::Control) {
        let (left, right) = card_figures(component, row);
        return format!("{left}, {right}");
    }
    let health = Health::of(row);
    let busy = if row.utilisation.is_finite() {
        format!("{} busy, ", say::share(row.utilisation))
    } else {
        String::new()
    };
    match health {
        Health::Saturated => {
            format!("saturated, {} waiting, {}", say::count(row.queue), say::rate(row.arrivals_per_s))
        }
        Health::Down => "down".to_owned(),
        _ => format!("{busy}{}", say::rate(row.arrivals_per_s)),
    }
}

/// A link's.
fn link_words(row: &tenfold::measure::LinkRow) -> String {
    if row.cut > 0.5 {
        "cut".to_owned()
    } else {
        format!("{}, {}", say::rate(row.calls_per_s), say::secs(row.mean_s))
    }
}

fn item(
    state: &State,
    dispatch: &Dispatch,
    target: Target,
    name: String,
    kind: &'static str,
    words: String,
) -> El {
    let chosen = state.view.selection.contains(&target);
    let testid = format!("outline-{}", target.id());
    el("button")
        .class(if chosen { "outline-item chosen" } else { "outline-item" })
        .attr("aria-pressed", chosen)
        .testid(testid)
        .on("click", on(dispatch, Action::Select { target: Some(target), add: false }))
        .child(el("span").class("outline-name").child(name))
        .child(el("span").class("muted").child(kind))
        .child(el("span").class("outline-words").child(words))
}
