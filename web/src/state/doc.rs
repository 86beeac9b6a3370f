//! Changes of the model: every one is an [`Edit`], applied here and sent to the running engine.

use super::{Action, Effect, State, Target, Tone, problems, run, tool, update};
use crate::geometry::{Area, curve, distance_to, free_place};
use tenfold::components::Kind;
use tenfold::edit::{Edit, new_component};
use tenfold::model::{Component, FieldPath, Link, Model, ModelError, Point};

/// How near to a link a dropped component must be to go into it, in world units.
const SPLICE: f64 = 26.0;

/// Applies an edit; `at` is the field it comes from, where a refusal is shown.
pub(super) fn edit(state: &mut State, edit: Edit, gesture: Option<u64>, at: Option<FieldPath>) -> Vec<Effect> {
    let before = state.model.clone();
    match edit.apply(state.model.change()) {
        Ok(inverse) => {
            if let Some(at) = &at {
                problems::solved(state, at);
            }
            if matches!(&edit, Edit::Happen { .. }) {
                state.model = before;
                return run::apply(state, &edit);
            }
            // The same value again, perhaps written in another way, is no step that could be taken back.
            if *before == *state.model {
                state.model = before;
                return Vec::new();
            }
            let new_step = state.history.record(inverse, gesture);
            changed(state, &edit, new_step)
        }
        Err(errors) => {
            state.model = before;
            refused(state, errors, at)
        }
    }
}

/// What follows from an edit that was applied to the model.
fn changed(state: &mut State, edit: &Edit, new_step: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    if new_step && moves_the_curves(edit) {
        effects.push(Effect::MarkEdit);
    }
    if restarts(edit) {
        effects.extend(run::start(state));
    } else {
        effects.extend(run::apply(state, edit));
    }
    if matches!(edit, Edit::Set { field, .. } if field == "title") {
        effects.push(Effect::Title(state.model.head.title.clone()));
    }
    let model = state.model.clone();
    state.view.selection.retain(|target| match target {
        Target::Component(id) => model.component(id).is_some(),
        Target::Link(id) => model.link(id).is_some(),
    });
    if state.doc.is_none() {
        state.doc = Some(format!("{:x}", state.fresh()));
    }
    effects.push(Effect::Save);
    effects
}

/// Whether the figures of the run will change by this.
fn moves_the_curves(edit: &Edit) -> bool {
    match edit {
        Edit::Move { .. } | Edit::Rename { .. } => false,
        Edit::Set { field, .. } => matches!(field.as_str(), "load" | "provider"),
        Edit::Batch { edits } => edits.iter().any(moves_the_curves),
        _ => true,
    }
}

/// Whether the run must begin anew: its chance, its grid or its past is another.
fn restarts(edit: &Edit) -> bool {
    match edit {
        Edit::Set { field, .. } => matches!(field.as_str(), "seed" | "window"),
        Edit::Batch { edits } => edits.iter().any(restarts),
        _ => false,
    }
}

fn refused(state: &mut State, errors: Vec<ModelError>, at: Option<FieldPath>) -> Vec<Effect> {
    let words = errors.first().map(|e| e.problem.to_string()).unwrap_or_default();
    match at {
        Some(at) => {
            problems::refused(state, &at, errors);
            vec![Effect::Announce(words)]
        }
        None => state.say(Tone::Bad, capital(&words)),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

pub(super) fn undo(state: &mut State) -> Vec<Effect> {
    let done = state.history.undo(state.model.change());
    taken_back(state, done, "Undone.")
}

pub(super) fn redo(state: &mut State) -> Vec<Effect> {
    let done = state.history.redo(state.model.change());
    taken_back(state, done, "Done again.")
}

fn taken_back(state: &mut State, done: Option<Result<Edit, Vec<ModelError>>>, words: &str) -> Vec<Effect> {
    let mut effects = tool::cancel(state);
    match done {
        None => {}
        Some(Ok(edit)) => {
            effects.extend(changed(state, &edit, true));
            effects.push(Effect::Announce(words.into()));
        }
        Some(Err(errors)) => effects.extend(refused(state, errors, None)),
    }
    effects
}

/// Adds a component, into a link when it was dropped on one.
pub(super) fn add(state: &mut State, kind: Kind, at: Option<Point>) -> Vec<Effect> {
    let taken: Vec<Point> = state.model.components.iter().filter_map(|c| c.at).collect();
    let place = at.map_or_else(|| free_place(beside(state), &taken), tool::drop_place);
    let component = new_component(&state.model, kind, place);
    let mut edits = vec![Edit::add_component(&component)];
    let into = at.and_then(|at| splice_at(state, kind, at));
    if let Some(link) = into.as_ref().and_then(|id| state.model.link(id)) {
        edits.extend(splice(&state.model, link, &component));
    }
    let edit = if edits.len() == 1 { edits.remove(0) } else { Edit::Batch { edits } };
    let mut effects = self::edit(state, edit, None, None);
    if state.model.component(&component.id).is_some() {
        state.view.select(Some(Target::Component(component.id.clone())));
        state.view.palette_open = false;
        let words = if into.is_some() { "added into the link" } else { "added" };
        effects.push(Effect::Announce(format!("{} {words}.", component.name)));
        effects.extend(super::navigate::reveal(state, place));
        if at.is_none() && !state.view.screen.is_narrow() {
            effects.push(Effect::Focus(format!("node-{}", component.id)));
        }
    }
    effects.push(Effect::Splice(None));
    effects
}

/// Where a component added without a place goes: right of the selected one, or into the middle of what is seen.
fn beside(state: &State) -> Point {
    let selected = state.view.components().filter_map(|id| state.place_of(id)).last();
    if let Some(place) = selected {
        return Point { x: place.x + 236.0, y: place.y };
    }
    if state.model.components.is_empty() {
        return Point { x: 0.0, y: 0.0 };
    }
    let (w, h) = state.view.size;
    tool::drop_place(state.view.camera.to_world(Point { x: w / 2.0, y: h / 2.0 }))
}

/// The link a component of `kind` dropped at `at` would go into.
fn splice_at(state: &State, kind: Kind, at: Point) -> Option<String> {
    let ports = kind.info().ports;
    if !(ports.calls_in && ports.calls_out) {
        return None;
    }
    let distance = |link: &Link| {
        let (from, to) = (state.place_of(&link.from)?, state.place_of(&link.to)?);
        let far = distance_to(&curve(from, to), at);
        (far < SPLICE).then_some(far)
    };
    let near = state.model.links.iter().filter_map(|l| Some((distance(l)?, l)));
    near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, l)| l.id.clone())
}

/// Makes `link` go through `component`; its settings stay on the caller's side.
fn splice(model: &Model, link: &Link, component: &Component) -> [Edit; 3] {
    let id = model.free_link_id(&link.from, &component.id);
    let first = Link { id, to: component.id.clone(), ..link.clone() };
    let second = Link::between(&component.id, &link.to);
    [Edit::RemoveLink { id: link.id.clone() }, Edit::add_link(&first), Edit::add_link(&second)]
}

pub(super) fn drag_over(state: &mut State, over: Option<(Kind, Point)>) -> Vec<Effect> {
    let into = over.and_then(|(kind, at)| splice_at(state, kind, at));
    vec![Effect::Splice(into)]
}

impl State {
    /// Whether a link from one to the other would be taken, or why not.
    pub(crate) fn could_connect(&self, from: &str, to: &str) -> Result<(), String> {
        let ends = self.model.component(from).zip(self.model.component(to));
        let Some((a, b)) = ends else { return Err("One of the ends is gone.".into()) };
        let (out, into) = (a.settings.kind().info(), b.settings.kind().info());
        if from == to {
            return Err("A component cannot call itself.".into());
        }
        if !out.ports.calls_out {
            return Err(format!("{} makes no calls: links can only point at it.", a.name));
        }
        if !into.ports.calls_in {
            return Err(format!("{} takes no calls: links can only start there.", b.name));
        }
        if self.model.links.iter().any(|l| l.from == from && l.to == to) {
            return Err(format!("{} is connected to {} already.", a.name, b.name));
        }
        Ok(())
    }
}

pub(super) fn connect(state: &mut State, from: &str, to: &str) -> Vec<Effect> {
    // Drawn the wrong way round, but only one way is possible.
    let swapped = state.could_connect(from, to).is_err() && state.could_connect(to, from).is_ok();
    let (from, to) = if swapped { (to, from) } else { (from, to) };
    if let Err(words) = state.could_connect(from, to) {
        return state.say(Tone::Bad, words);
    }
    let link = Link { id: state.model.free_link_id(from, to), ..Link::between(from, to) };
    let mut effects = edit(state, Edit::add_link(&link), None, None);
    if state.model.link(&link.id).is_some() {
        let name = |id: &str| state.model.component(id).map(|c| c.name.clone()).unwrap_or_default();
        effects.push(Effect::Announce(format!("{} is connected to {}.", name(from), name(to))));
    }
    effects
}

pub(super) fn delete(state: &mut State) -> Vec<Effect> {
    let gone: Vec<&str> = state.view.components().collect();
    let loose = |id: &&str| state.model.link(id).is_some_and(|l| !gone.contains(&l.from.as_str()) && !gone.contains(&l.to.as_str()));
    let mut edits: Vec<Edit> =
        state.view.links().filter(loose).map(|id| Edit::RemoveLink { id: id.to_owned() }).collect();
    edits.extend(gone.iter().map(|id| Edit::RemoveComponent { id: (*id).to_owned() }));
    let count = edits.len();
    let next = state.view.focus.clone().and_then(|id| state.place_of(&id));
    let edit = match count {
        0 => return Vec::new(),
        1 => edits.remove(0),
        _ => Edit::Batch { edits },
    };
    let mut effects = self::edit(state, edit, None, None);
    if let Some(p) = next {
        let away = |c: &Component| c.at.map_or(f64::INFINITY, |at| crate::geometry::distance(at, p));
        let nearest = state.model.components.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
        effects.extend(nearest.map(|c| Effect::Focus(format!("node-{}", c.id))));
    }
    effects.push(Effect::Announce(if count == 1 { "Deleted.".into() } else { format!("{count} deleted.") }));
    effects
}

pub(super) fn lay_out(state: &mut State) -> Vec<Effect> {
    let mut model = (*state.model).clone();
    model.lay_out();
    let places = model.components.iter().map(|c| (c.id.clone(), c.at)).collect();
    let mut effects = edit(state, Edit::Move { places }, None, None);
    effects.extend(update(state, Action::Fit));
    effects
}

pub(super) fn nudge(state: &mut State, by: Point) -> Vec<Effect> {
    let focused = state.view.focus.iter().map(String::as_str);
    let ids: Vec<&str> = if state.view.selection.is_empty() { focused.collect() } else { state.view.components().collect() };
    let there = |p: Point| Point { x: p.x + by.x, y: p.y + by.y };
    let places: Vec<(String, Option<Point>)> =
        ids.iter().filter_map(|id| Some(((*id).to_owned(), Some(there(state.place_of(id)?))))).collect();
    if places.is_empty() {
        return Vec::new();
    }
    edit(state, Edit::Move { places }, None, None)
}

/// Opens the name of a component for writing, or closes it.
pub(super) fn rename(state: &mut State, id: Option<String>) -> Vec<Effect> {
    let was = state.view.renaming.take();
    state.view.renaming = id;
    match (was, &state.view.renaming) {
        (Some(was), None) => vec![Effect::Focus(format!("node-{was}"))],
        _ => Vec::new(),
    }
}

/// The box around all components.
pub(super) fn extent(state: &State) -> Option<Area> {
    Area::around(state.model.components.iter().filter_map(|c| c.at))
}
