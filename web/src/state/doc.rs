//! Changes of the model: every one is an [`Edit`], applied here and sent to the running engine.

use super::{Action, Effect, State, Target, Tone, act, dependants, problems, run, tool, travel};
use crate::geometry::Area;
use tenfold::edit::Edit;
use tenfold::model::{Component, FieldPath, ModelError, Point};

/// Applies an edit; `at` is the field it comes from, where a refusal is shown.
pub(super) fn edit(state: &mut State, edit: Edit, gesture: Option<u64>, at: Option<FieldPath>) {
    if travel::is_on_the_way(state) {
        return;
    }
    let before = state.model.clone();
    match edit.apply(state.model.change()) {
        Ok(inverse) => {
            if let Some(at) = &at {
                problems::solved(state, at);
            }
            if matches!(&edit, Edit::Happen { .. }) {
                state.model = before;
                travel::forget_future(state);
                return run::apply(state, &edit, false);
            }
            // The same value again, perhaps written in another way, is no step that could be taken back.
            if *before == *state.model {
                state.model = before;
                return;
            }
            let new_step = state.history.record(inverse, gesture);
            changed(state, &edit, new_step);
        }
        Err(errors) => {
            state.model = before;
            refused(state, errors, at);
        }
    }
}

/// What follows from an edit that was applied to the model.
fn changed(state: &mut State, edit: &Edit, new_step: bool) {
    travel::forget_future(state);
    if new_step && moves_the_curves(edit) {
        state.ask(Effect::MarkEdit);
    }
    if restarts(edit) {
        run::start(state);
    } else {
        run::apply(state, edit, new_step);
    }
    if matches!(edit, Edit::Set { field, .. } if field == "title") {
        state.ask(Effect::Title(state.model.head.title.clone()));
    }
    let model = state.model.clone();
    state.view.selection.retain(|target| match target {
        Target::Component(id) => model.component(id).is_some(),
        Target::Link(id) => model.link(id).is_some(),
    });
    if state.doc.is_none() {
        state.doc = Some(format!("{:x}", state.fresh()));
    }
    state.ask(Effect::Save);
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

fn refused(state: &mut State, errors: Vec<ModelError>, at: Option<FieldPath>) {
    let words = errors.first().map(|e| problems::named(&state.model, &e.problem)).unwrap_or_default();
    match at {
        Some(at) => {
            problems::refused(state, &at, errors);
            state.announce(words);
        }
        None => state.say(Tone::Bad, capital(&words)),
    }
}

/// A sentence of ours with a capital at its beginning; a name in another alphabet stays as it is.
pub(crate) fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

pub(super) fn undo(state: &mut State) {
    if travel::is_on_the_way(state) {
        return;
    }
    let done = state.history.undo(state.model.change());
    taken_back(state, done, "Undone.");
}

pub(super) fn redo(state: &mut State) {
    if travel::is_on_the_way(state) {
        return;
    }
    let done = state.history.redo(state.model.change());
    taken_back(state, done, "Done again.");
}

fn taken_back(state: &mut State, done: Option<Result<Edit, Vec<ModelError>>>, words: &str) {
    tool::cancel(state);
    match done {
        None => {}
        Some(Ok(edit)) => {
            changed(state, &edit, true);
            state.announce(words);
        }
        Some(Err(errors)) => refused(state, errors, None),
    }
}

pub(super) fn delete(state: &mut State) {
    let gone: Vec<&str> = state.view.components().collect();
    let loose = |id: &&str| {
        state
            .model
            .link(id)
            .is_some_and(|l| !gone.contains(&l.from.as_str()) && !gone.contains(&l.to.as_str()))
    };
    let mut edits: Vec<Edit> =
        state.view.links().filter(loose).map(|id| Edit::RemoveLink { id: id.to_owned() }).collect();
    edits.extend(gone.iter().map(|id| Edit::RemoveComponent { id: (*id).to_owned() }));
    let count = edits.len();
    let told = dependants::loosen(&state.model, &mut edits);
    let next = state.view.focus.clone().and_then(|id| state.place_of(&id));
    let edit = match edits.len() {
        0 => return,
        1 => edits.remove(0),
        _ => Edit::Batch { edits },
    };
    let before = (state.model.components.len(), state.model.links.len());
    self::edit(state, edit, None, None);
    if before == (state.model.components.len(), state.model.links.len()) {
        return; // The refusal has been told.
    }
    if let Some(p) = next {
        let away = |c: &Component| c.at.map_or(f64::INFINITY, |at| crate::geometry::distance(at, p));
        let nearest = state.model.components.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
        if let Some(id) = nearest.map(|c| format!("node-{}", c.id)) {
            state.ask(Effect::Focus(id));
        }
    }
    let words = if count == 1 { "Deleted.".to_owned() } else { format!("{count} deleted.") };
    match told {
        None => state.announce(words),
        Some(more) => state.say(Tone::Plain, words + &more),
    }
}

pub(super) fn lay_out(state: &mut State) {
    let mut model = (*state.model).clone();
    model.lay_out();
    let places = model.components.iter().map(|c| (c.id.clone(), c.at)).collect();
    edit(state, Edit::Move { places }, None, None);
    act(state, Action::Fit);
}

pub(super) fn nudge(state: &mut State, by: Point) {
    let focused = state.view.focus.iter().map(String::as_str);
    let ids: Vec<&str> =
        if state.view.selection.is_empty() { focused.collect() } else { state.view.components().collect() };
    let there = |p: Point| Point { x: p.x + by.x, y: p.y + by.y };
    let places: Vec<(String, Option<Point>)> =
        ids.iter().filter_map(|id| Some(((*id).to_owned(), Some(there(state.place_of(id)?))))).collect();
    if places.is_empty() {
        return;
    }
    edit(state, Edit::Move { places }, None, None);
}

/// Opens the name of a component for writing, or closes it.
pub(super) fn rename(state: &mut State, id: Option<String>) {
    let was = std::mem::replace(&mut state.view.renaming, id);
    match (was, &state.view.renaming) {
        (_, Some(_)) => state.ask(Effect::Focus("rename".into())),
        (Some(was), None) => state.ask(Effect::Focus(format!("node-{was}"))),
        (None, None) => {}
    }
}

/// The box around all components.
pub(super) fn extent(state: &State) -> Option<Area> {
    Area::around(state.model.components.iter().filter_map(|c| c.at))
}
