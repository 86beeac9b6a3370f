//! Looking around: selection, focus, camera, what is open.

use super::view::Wiring;
use super::{Action, Dialog, Effect, State, Target, Tone, doc, examples, tool};
use crate::geometry::{Area, CARD_H, CARD_W, Camera, next_in};
use tenfold::model::{Point, in_line};

pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Select { target: Some(target), add: true } => state.view.toggle(target),
        Action::Select { target, .. } => state.view.select(target),
        Action::SelectAll => {
            let all = state.model.components.iter().map(|c| Target::Component(c.id.clone()));
            state.view.selection = all.collect();
            state.announce(format!("{} components selected.", state.model.components.len()));
        }
        Action::Focused(id) => state.view.focus = id,
        Action::Walk(heading) => walk(state, heading),
        Action::StartWire(from) => start_wire(state, from),
        Action::Confirm => confirm(state),
        Action::Escape => escape(state),
        Action::Space(held) => {
            let tapped = std::mem::replace(&mut state.view.space, held) && !held && !state.view.space_used;
            state.view.space_used = false;
            if tapped {
                super::act(state, Action::ToggleRun);
            }
        }
        Action::Wheel { .. } | Action::Zoom(_) | Action::ZoomReset | Action::Fit | Action::Resized(..) => {
            look(state, action);
        }
        Action::Screen(screen) => {
            state.view.screen = screen;
            state.view.palette_open = false;
            state.view.inspector_open = false;
        }
        Action::Open(dialog) => open(state, dialog),
        Action::CloseDialog => {
            state.dialog = None;
            state.link = None;
        }
        Action::Theme(theme) => {
            state.theme = theme;
            state.ask(Effect::Theme(theme));
        }
        Action::Palette(open) => {
            state.view.palette_open = open;
            state.view.inspector_open &= !open;
        }
        Action::Inspector(open) => {
            state.view.inspector_open = open;
            state.view.palette_open &= !open;
        }
        Action::Theory(open) => state.view.theory_open = open,
        Action::Outline(shown) => state.view.outline = shown,
        Action::Search(text) => state.view.search = text,
        _ => {}
    }
}

fn open(state: &mut State, dialog: Dialog) {
    match dialog {
        Dialog::Examples => examples::ask(state),
        Dialog::MyModels => state.ask(Effect::List),
        Dialog::Share => {
            state.link = None;
            state.ask(Effect::Pack(in_line(&state.model.to_value())));
        }
        _ => {}
    }
    state.dialog = Some(dialog);
}

/// Where the keyboard is: the focused component, or the selected one, or the first.
fn here(state: &State) -> Option<String> {
    let first = || state.model.components.first().map(|c| c.id.clone());
    let known = |id: &&str| state.model.component(id).is_some();
    let focused = state.view.focus.as_deref().filter(known).map(str::to_owned);
    focused.or_else(|| state.view.components().next().map(str::to_owned)).or_else(first)
}

fn walk(state: &mut State, heading: crate::geometry::Heading) {
    let Some(here) = here(state) else { return };
    let wiring = state.view.wiring.clone().filter(|w| w.by_keyboard);
    let from = wiring.as_ref().and_then(|w| w.over.clone()).unwrap_or_else(|| here.clone());
    let Some(place) = state.place_of(&from) else { return };
    let places = state.model.components.iter().filter_map(|c| Some((c.id.as_str(), c.at?)));
    let Some(next) = next_in(place, heading, places).map(str::to_owned) else { return };
    if let Some(wiring) = wiring {
        return propose(state, Wiring { over: Some(next), ..wiring });
    }
    state.ask(Effect::Focus(format!("node-{next}")));
    if let Some(place) = state.place_of(&next) {
        reveal(state, place);
    }
    state.view.select(Some(Target::Component(next.clone())));
    state.view.focus = Some(next);
}

fn start_wire(state: &mut State, from: Option<String>) {
    let Some(from) = from.or_else(|| here(state)) else { return };
    let name = state.model.component(&from).map(|c| c.name.clone()).unwrap_or_default();
    let able = |c: &&tenfold::model::Component| state.could_connect(&from, &c.id).is_ok();
    let right = |c: &tenfold::model::Component| {
        let (a, b) = (state.place_of(&from).unwrap_or_default(), c.at.unwrap_or_default());
        crate::geometry::distance(a, b) + if b.x > a.x { 0.0 } else { 2000.0 }
    };
    let nearest = state.model.components.iter().filter(able).min_by(|a, b| right(a).total_cmp(&right(b)));
    let Some(over) = nearest.map(|c| c.id.clone()) else {
        let is_connected = state.model.links.iter().any(|link| link.from == from);
        let more = if is_connected { "nothing more" } else { "nothing" };
        return state.say(Tone::Bad, format!("There is {more} that {name} could be connected to."));
    };
    if state.view.screen.is_narrow() {
        // The sheet would hide what is to be chosen.
        state.view.inspector_open = false;
    }
    state.announce(format!(
        "Connecting from {name}. Arrows choose the other end, Enter connects, Escape leaves."
    ));
    propose(state, Wiring { from, out: true, over: Some(over), by_keyboard: true });
}

/// Shows the other end that the keyboard has chosen.
fn propose(state: &mut State, wiring: Wiring) {
    let over = wiring.over.clone().unwrap_or_default();
    let fits = state.could_connect(&wiring.from, &over);
    let (a, b) =
        (state.place_of(&wiring.from).unwrap_or_default(), state.place_of(&over).unwrap_or_default());
    let line = crate::geometry::curve(a, b);
    let name = state.model.component(&over).map(|c| c.name.clone()).unwrap_or_default();
    state.ask(Effect::Wire((over != wiring.from).then_some((line[0], line[3], fits.is_ok()))));
    state.announce(match fits {
        Ok(()) => format!("to {name}"),
        Err(words) => words,
    });
    reveal(state, b);
    state.view.wiring = Some(wiring);
}

fn confirm(state: &mut State) {
    if let Some(Wiring { from, over: Some(over), by_keyboard: true, .. }) = state.view.wiring.take() {
        state.ask(Effect::Wire(None));
        return super::act(state, Action::Connect { from, to: over });
    }
    let Some(id) = here(state) else { return };
    state.view.select(Some(Target::Component(id)));
    state.view.inspector_open = true;
    state.ask(Effect::Focus("inspector".into()));
}

fn escape(state: &mut State) {
    let busy = state.view.wiring.is_some() || !matches!(state.tool, tool::Tool::Idle);
    if busy {
        return tool::cancel(state);
    }
    if state.view.screen.is_narrow() && (state.view.inspector_open || state.view.palette_open) {
        state.view.inspector_open = false;
        state.view.palette_open = false;
    } else {
        state.view.select(None);
    }
}

fn look(state: &mut State, action: Action) {
    let (w, h) = state.view.size;
    let middle = Point { x: w / 2.0, y: h / 2.0 };
    let camera = state.view.camera;
    state.view.camera = match action {
        Action::Wheel { at, dy, zoom: true, .. } => camera.zoomed(libm::exp(-dy * 0.0022), at),
        Action::Wheel { dx, dy, .. } => Camera { x: camera.x - dx, y: camera.y - dy, ..camera },
        Action::Zoom(factor) => camera.zoomed(factor, middle),
        Action::ZoomReset => camera.zoomed(1.0 / camera.zoom, middle),
        Action::Resized(w, h) => {
            let first = state.view.size.0 <= 0.0;
            state.view.size = (w, h);
            if !first && !state.view.fitted {
                return state.ask(Effect::Camera);
            }
            return fit(state);
        }
        _ => return fit(state),
    };
    state.view.fitted = false;
    state.ask(Effect::Camera);
}

/// Shows all of the model; in an empty one the paper where the first card will stand.
pub(super) fn fit(state: &mut State) {
    state.view.fitted = true;
    if state.view.size.0 > 1.0 {
        let area = doc::extent(state).unwrap_or_else(|| Area::card(Point::default()));
        state.view.camera = Camera::fitting(area, state.view.size, state.view.screen.foot());
    }
    state.ask(Effect::Camera);
}

/// Moves the camera just so far that the card at `place` is seen.
pub(super) fn reveal(state: &mut State, place: Point) {
    let (w, h) = state.view.size;
    let card = Area::card(place);
    let camera = state.view.camera;
    let a = camera.to_screen(Point { x: card.left, y: card.top });
    let b = Point { x: a.x + CARD_W * camera.zoom, y: a.y + CARD_H * camera.zoom };
    let shift = |low: f64, high: f64, size: f64| {
        let margin = 24.0;
        if low < margin { margin - low } else { (size - margin - high).min(0.0) }
    };
    let (dx, dy) = (shift(a.x, b.x, w), shift(a.y, b.y, h));
    if w < 1.0 || (dx.abs() < 1.0 && dy.abs() < 1.0) {
        return;
    }
    state.view.camera = Camera { x: camera.x + dx, y: camera.y + dy, ..camera };
    state.view.fitted = false;
    state.ask(Effect::Camera);
}
