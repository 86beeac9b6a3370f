//! What a pointer has done when it comes up.

use super::{Hit, Press, Tool, wire};
use crate::geometry::Area;
use crate::state::view::Wiring;
use crate::state::{Action, Effect, State, Target, act};
use tenfold::edit::Edit;
use tenfold::model::Point;

pub(super) fn up(state: &mut State, at: Point) {
    match std::mem::take(&mut state.tool) {
        Tool::Idle | Tool::Pan { .. } | Tool::Pinch { .. } => {}
        Tool::Armed(press, was_selected) => click(state, press, was_selected),
        Tool::Move { starts, now, .. } => {
            state.ask(Effect::Drag { places: now.clone(), guides: (None, None) });
            if now != starts {
                let places = now.into_iter().map(|(id, p)| (id, Some(p))).collect();
                act(state, Action::Edit { edit: Edit::Move { places }, gesture: None });
            }
        }
        Tool::Box { from } => {
            let (a, b) = (state.view.camera.to_world(from), state.view.camera.to_world(at));
            let area = Area::between(a, b);
            let inside = |c: &&tenfold::model::Component| c.at.is_some_and(|p| Area::card(p).touches(&area));
            let found: Vec<Target> = state
                .model
                .components
                .iter()
                .filter(inside)
                .map(|c| Target::Component(c.id.clone()))
                .collect();
            let new: Vec<Target> = found.into_iter().filter(|t| !state.view.selection.contains(t)).collect();
            state.view.selection.extend(new);
            state.ask(Effect::Marquee(None));
        }
        Tool::Wire { node, out } => {
            let over = state
                .component_at(state.view.camera.to_world(at))
                .filter(|id| *id != node)
                .map(str::to_owned);
            state.ask(Effect::Wire(None));
            if let Some(other) = over {
                let (from, to) = if out { (node, other) } else { (other, node) };
                act(state, Action::Connect { from, to });
            }
        }
    }
}

/// Pressed and released in one place.
fn click(state: &mut State, press: Press, was_selected: bool) {
    if let Some(Wiring { from, out, .. }) = state.view.wiring.clone() {
        state.view.wiring = None;
        state.ask(Effect::Wire(None));
        if let Hit::Node(other) | Hit::Port { node: other, .. } = press.hit
            && other != from
        {
            let (from, to) = if out { (from, other) } else { (other, from) };
            act(state, Action::Connect { from, to });
        }
        return;
    }
    match press.hit {
        Hit::Node(id) => {
            if was_selected && !press.shift {
                state.view.select(Some(Target::Component(id)));
            }
            state.view.inspector_open = true;
        }
        Hit::Port { node, out } => {
            state.view.wiring = Some(Wiring { from: node.clone(), out, over: None, by_keyboard: false });
            let wire = wire(state, &node, out, press.at);
            state.ask(wire);
            state.announce("Choose what to connect to.");
        }
        Hit::Link(id) => {
            state.view.inspector_open = true;
            let target = Target::Link(id);
            if press.shift { state.view.toggle(target) } else { state.view.select(Some(target)) }
        }
        Hit::Paper => {
            state.view.select(None);
            if state.view.screen.is_narrow() {
                state.view.inspector_open = false;
                state.view.palette_open = false;
            }
        }
    }
}
