//! The pointer on the canvas: a small state machine. What is dragged is shown by effects; the model changes on release.

mod release;

use super::{Effect, State, Target};
use crate::geometry::{Area, Camera, aligned, curve, distance, snapped};
use tenfold::model::Point;

/// What is under the pointer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Hit {
    Paper,
    Node(String),
    /// A port; `out` is the one calls leave from.
    Port {
        node: String,
        out: bool,
    },
    Link(String),
}

/// What the pointer does, in screen units of the canvas.
#[derive(Debug, Clone)]
pub(crate) enum Pointer {
    Down(Press),
    Move { id: i32, at: Point },
    Up { at: Point },
    Cancel,
}

/// A pointer goes down.
#[derive(Debug, Clone)]
pub(crate) struct Press {
    pub(crate) id: i32,
    pub(crate) at: Point,
    pub(crate) hit: Hit,
    /// The middle button, or the space bar is held.
    pub(crate) pans: bool,
    /// Adds to the selection, or draws a box.
    pub(crate) shift: bool,
    pub(crate) touch: bool,
}

/// What the pointer is doing.
#[derive(Debug, Clone, Default)]
pub(crate) enum Tool {
    #[default]
    Idle,
    /// Down, but not moved far enough to mean anything.
    Armed(Press, bool),
    Pan {
        last: Point,
    },
    Move {
        leader: usize,
        starts: Vec<(String, Point)>,
        from: Point,
        now: Vec<(String, Point)>,
    },
    Box {
        from: Point,
    },
    Wire {
        node: String,
        out: bool,
    },
    Pinch {
        a: (i32, Point),
        b: (i32, Point),
        camera: Camera,
    },
}

/// How far a pointer may tremble before it drags.
const fn slack(press: &Press) -> f64 {
    if press.touch { 9.0 } else { 4.0 }
}

/// Lets the pointer act on the page.
pub(crate) fn pointer(state: &mut State, event: Pointer) {
    match event {
        Pointer::Down(press) => down(state, press),
        Pointer::Move { id, at } => moved(state, id, at),
        Pointer::Up { at } => release::up(state, at),
        Pointer::Cancel => cancel(state),
    }
}

fn down(state: &mut State, press: Press) {
    if let Tool::Armed(first, _) = &state.tool
        && first.touch
        && press.touch
    {
        let (a, b) = ((first.id, first.at), (press.id, press.at));
        state.tool = Tool::Pinch { a, b, camera: state.view.camera };
        return;
    }
    if press.touch
        && let Tool::Pan { last } = state.tool
    {
        state.tool = Tool::Pinch { a: (i32::MIN, last), b: (press.id, press.at), camera: state.view.camera };
        return;
    }
    if press.pans || state.view.space {
        state.view.space_used = true;
        state.tool = Tool::Pan { last: press.at };
        return;
    }
    let mut was_selected = false;
    if let (Hit::Node(id), None) = (&press.hit, &state.view.wiring) {
        let target = Target::Component(id.clone());
        was_selected = state.view.selection.contains(&target);
        if press.shift {
            state.view.toggle(target);
        } else if !was_selected {
            state.view.select(Some(target));
        }
    }
    state.tool = Tool::Armed(press, was_selected);
}

fn moved(state: &mut State, id: i32, at: Point) {
    match std::mem::take(&mut state.tool) {
        Tool::Idle => return hover(state, at),
        Tool::Armed(press, was) => {
            if distance(press.at, at) < slack(&press) {
                state.tool = Tool::Armed(press, was);
                return;
            }
            begin(state, press);
            return moved(state, id, at);
        }
        Tool::Pan { last } => {
            state.view.camera.x += at.x - last.x;
            state.view.camera.y += at.y - last.y;
            state.tool = Tool::Pan { last: at };
        }
        Tool::Move { leader, starts, from, .. } => return drag(state, leader, starts, from, at),
        Tool::Box { from } => {
            state.tool = Tool::Box { from };
            return state.ask(Effect::Marquee(Some(Area::between(from, at))));
        }
        Tool::Wire { node, out } => {
            let wire = wire(state, &node, out, at);
            state.tool = Tool::Wire { node, out };
            return state.ask(wire);
        }
        Tool::Pinch { mut a, mut b, mut camera } => {
            let (old_a, old_b) = (a.1, b.1);
            if b.0 == id {
                b.1 = at
            } else {
                a.1 = at
            }
            let middle = |p: Point, q: Point| Point { x: (p.x + q.x) / 2.0, y: (p.y + q.y) / 2.0 };
            let (was, now) = (middle(old_a, old_b), middle(a.1, b.1));
            let factor = distance(a.1, b.1) / distance(old_a, old_b).max(1.0);
            camera = camera.zoomed(factor, was);
            camera.x += now.x - was.x;
            camera.y += now.y - was.y;
            state.view.camera = camera;
            state.tool = Tool::Pinch { a, b, camera };
        }
    }
    state.ask(Effect::Camera);
}

/// The press has become a drag: of what?
fn begin(state: &mut State, press: Press) {
    state.tool = match press.hit {
        Hit::Paper | Hit::Link(_) if press.shift => Tool::Box { from: press.at },
        Hit::Paper | Hit::Link(_) => Tool::Pan { last: press.at },
        Hit::Port { node, out } => Tool::Wire { node, out },
        Hit::Node(id) => {
            let picked = |c: &&tenfold::model::Component| {
                c.id == id || state.view.selection.contains(&Target::Component(c.id.clone()))
            };
            let starts: Vec<(String, Point)> = state
                .model
                .components
                .iter()
                .filter(picked)
                .map(|c| (c.id.clone(), c.at.unwrap_or_default()))
                .collect();
            let leader = starts.iter().position(|(s, _)| *s == id).unwrap_or_default();
            Tool::Move { leader, now: starts.clone(), starts, from: state.view.camera.to_world(press.at) }
        }
    };
}

fn drag(state: &mut State, leader: usize, starts: Vec<(String, Point)>, from: Point, at: Point) {
    let at = state.view.camera.to_world(at);
    let Some((_, start)) = starts.get(leader) else { return };
    let wish = Point { x: start.x + at.x - from.x, y: start.y + at.y - from.y };
    let others: Vec<Point> = state
        .model
        .components
        .iter()
        .filter(|c| !starts.iter().any(|(id, _)| *id == c.id))
        .filter_map(|c| c.at)
        .collect();
    let (place, x, y) = aligned(wish, &others, 5.0 / state.view.camera.zoom);
    let (dx, dy) = (place.x - start.x, place.y - start.y);
    let now: Vec<(String, Point)> =
        starts.iter().map(|(id, p)| (id.clone(), Point { x: p.x + dx, y: p.y + dy })).collect();
    state.tool = Tool::Move { leader, starts, from, now: now.clone() };
    state.ask(Effect::Drag { places: now, guides: (x, y) });
}

fn hover(state: &mut State, at: Point) {
    if let Some(wiring) = state.view.wiring.as_ref().filter(|w| !w.by_keyboard) {
        let wire = wire(state, &wiring.from, wiring.out, at);
        state.ask(wire);
    }
}

/// The line from a port to the pointer, or to the card under it.
fn wire(state: &State, node: &str, out: bool, at: Point) -> Effect {
    let at = state.view.camera.to_world(at);
    let Some(place) = state.place_of(node) else { return Effect::Wire(None) };
    let over = state.component_at(at).filter(|id| *id != node);
    let ends = curve(place, place);
    let port = if out { ends[0] } else { ends[3] };
    match over {
        Some(id) => {
            let (from, to) = if out { (node, id) } else { (id, node) };
            let fits = state.could_connect(from, to).is_ok();
            let there = state.place_of(id).unwrap_or_default();
            let line = if out { curve(place, there) } else { curve(there, place) };
            let (a, b) = if out { (line[0], line[3]) } else { (line[3], line[0]) };
            Effect::Wire(Some((a, b, fits)))
        }
        None => Effect::Wire(Some((port, at, true))),
    }
}

/// Puts back what was being dragged.
pub(crate) fn cancel(state: &mut State) {
    let wiring = state.view.wiring.take().is_some();
    match std::mem::take(&mut state.tool) {
        Tool::Move { .. } => state.ask(Effect::Settle),
        Tool::Box { .. } => state.ask(Effect::Marquee(None)),
        Tool::Wire { .. } => state.ask(Effect::Wire(None)),
        _ if wiring => state.ask(Effect::Wire(None)),
        _ => {}
    }
}

/// Where a component dropped at `at` (its middle, world) stands.
pub(crate) fn drop_place(at: Point) -> Point {
    snapped(Point { x: at.x - crate::geometry::CARD_W / 2.0, y: at.y - crate::geometry::CARD_H / 2.0 })
}
