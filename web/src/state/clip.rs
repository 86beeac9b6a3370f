//! Copy, paste, duplicate: parts of a model as text.

use super::{Effect, State, Target, Tone, doc};
use serde_json::{Map, Value as Json};
use tenfold::edit::Edit;
use tenfold::model::{Component, Link, Point, in_line};

/// How far from the original a copy stands.
const STEP: f64 = 32.0;

/// The selected components and the links among them, as text.
fn selected(state: &State) -> Option<String> {
    let ids: Vec<&str> = state.view.components().collect();
    let components: Vec<Json> = state
        .model
        .components
        .iter()
        .filter(|c| ids.contains(&c.id.as_str()))
        .map(Component::to_value)
        .collect();
    let inner = |l: &&Link| ids.contains(&l.from.as_str()) && ids.contains(&l.to.as_str());
    let links: Vec<Json> = state.model.links.iter().filter(inner).map(Link::to_value).collect();
    (!components.is_empty()).then(|| {
        let mut part = Map::new();
        part.insert("tenfold".into(), "part".into());
        part.insert("components".into(), components.into());
        part.insert("links".into(), links.into());
        in_line(&part.into())
    })
}

pub(super) fn copy(state: &mut State, cut: bool) {
    let Some(text) = selected(state) else { return };
    state.clip = Some(text.clone());
    state.ask(Effect::ToClipboard(text));
    state.announce("Copied.");
    if cut {
        doc::delete(state);
    }
}

pub(super) fn duplicate(state: &mut State) {
    if let Some(text) = selected(state) {
        insert(state, &text);
    }
}

pub(super) fn paste(state: &mut State, text: &str) {
    if text.contains("\"tenfold\":\"part\"") {
        return insert(state, text);
    }
    if let Some(clip) = state.clip.clone() {
        insert(state, &clip);
    }
}

/// Adds the part of a model in `text` under new names, and selects it.
fn insert(state: &mut State, text: &str) {
    let Ok(part) = serde_json::from_str::<Json>(text) else {
        return state.say(Tone::Bad, "What was pasted is no part of a model.");
    };
    let items = |key: &str| part.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let mut grown = (*state.model).clone();
    let (mut edits, mut names) = (Vec::new(), Vec::new());
    for item in items("components") {
        let Ok(mut component) = Component::from_value(&item) else { continue };
        let stem =
            component.id.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-').to_owned();
        let id = grown.free_component_id(if stem.is_empty() { "component" } else { &stem });
        if component.name == component.id {
            component.name.clone_from(&id);
        }
        names.push((std::mem::replace(&mut component.id, id.clone()), id));
        component.at = component.at.map(|p| free_of_others(&grown, p));
        edits.push(Edit::add_component(&component));
        grown.components.push(component);
    }
    let new_name = |old: &str| names.iter().find(|(o, _)| o == old).map(|(_, new)| new.clone());
    for item in items("links") {
        let Ok(link) = Link::from_value(&item) else { continue };
        let Some((from, to)) = new_name(&link.from).zip(new_name(&link.to)) else { continue };
        let link = Link { id: grown.free_link_id(&from, &to), from, to, ..link };
        edits.push(Edit::add_link(&link));
        grown.links.push(link);
    }
    if names.is_empty() {
        return state.say(Tone::Bad, "What was pasted has no components.");
    }
    doc::edit(state, Edit::Batch { edits }, None, None);
    if names.iter().all(|(_, new)| state.model.component(new).is_some()) {
        state.view.selection = names.iter().map(|(_, new)| Target::Component(new.clone())).collect();
        state.ask(Effect::Focus(format!("node-{}", names[0].1)));
        state.announce(format!("{} added.", names.len()));
    }
}

/// `p`, or the next place down and right of it where no component stands exactly.
fn free_of_others(model: &tenfold::model::Model, mut p: Point) -> Point {
    let taken = |p: Point| {
        model.components.iter().filter_map(|c| c.at).any(|o| crate::geometry::distance(o, p) < STEP)
    };
    while taken(p) {
        p = Point { x: p.x + STEP, y: p.y + STEP };
    }
    p
}
