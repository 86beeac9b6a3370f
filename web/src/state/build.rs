//! Adding components and connecting them.

use super::{Carries, Effect, State, Target, Tone, doc, tool};
use crate::geometry::{curve, distance_to, free_place, on_curve};
use tenfold::components::{Kind, Out, Ports};
use tenfold::edit::{Edit, new_component};
use tenfold::model::{Component, Link, Model, Point};

/// How near to a link a dropped component must be to go into it, in world units.
const SPLICE: f64 = 26.0;

/// Adds a component, into a link when it was dropped on one or when one is selected.
pub(super) fn add(state: &mut State, kind: Kind, at: Option<Point>) {
    let taken: Vec<Point> = state.model.components.iter().filter_map(|c| c.at).collect();
    let into = match at {
        Some(at) => splice_at(state, kind, at),
        None => selected_link(state)
            .filter(|link| goes_into_links(kind) && can_be_split(&state.model, link))
            .map(|link| link.id.clone()),
    };
    let partner = if at.is_none() && into.is_none() { partner(state, kind) } else { None };
    let place = at.map_or_else(|| free_place(beside(state, kind), &taken), tool::drop_place);
    let component = new_component(&state.model, kind, place);
    let mut edits = vec![Edit::add_component(&component)];
    if let Some(link) = into.as_ref().and_then(|id| state.model.link(id)) {
        edits.extend(splice(&state.model, link, &component));
    }
    if let Some(partner) = &partner {
        let ends = (partner.id.as_str(), component.id.as_str());
        let (from, to) = if is_control(kind) { (ends.1, ends.0) } else { ends };
        let link = Link { id: state.model.free_link_id(from, to), ..Link::between(from, to) };
        edits.push(Edit::add_link(&link));
    }
    let words = match &partner {
        Some(partner) => format!("added and connected to {}", partner.name),
        None if into.is_some() => "added into the link".to_owned(),
        None => "added".to_owned(),
    };
    let edit = if edits.len() == 1 { edits.remove(0) } else { Edit::Batch { edits } };
    doc::edit(state, edit, None, None);
    if state.model.component(&component.id).is_some() {
        state.view.select(Some(Target::Component(component.id.clone())));
        state.view.palette_open = false;
        state.announce(format!("{} {words}.", component.name));
        super::navigate::reveal(state, place);
        if at.is_none() && !state.view.screen.is_narrow() {
            state.ask(Effect::Focus(format!("node-{}", component.id)));
        }
    }
    state.ask(Effect::Splice(None));
}

fn is_control(kind: Kind) -> bool {
    kind.info().ports.out == Out::Control
}

/// The selected component, where there is only one thing that a new one of `kind` could be there for: to scale it, to keep its messages, or to work
/// on those it keeps.
fn partner(state: &State, kind: Kind) -> Option<&Component> {
    let [Target::Component(id)] = state.view.selection.as_slice() else { return None };
    let selected = state.model.component(id)?;
    let (here, new) = (selected.settings.kind().info().ports, kind.info().ports);
    let works = |ports: Ports| ports.scales && ports.calls_in;
    let fits = match new.out {
        Out::Control => here.scales && state.controller_of(id, kind == Kind::NodePool).is_none(),
        Out::Messages => works(here),
        _ => here.out == Out::Messages && works(new),
    };
    fits.then_some(selected)
}

/// The one link that is selected.
fn selected_link(state: &State) -> Option<&Link> {
    let mut selected = state.view.links();
    selected.next().filter(|_| selected.next().is_none()).and_then(|id| state.model.link(id))
}

/// Where a component added without a place goes: to the middle of the selected link, right of the selected component,
/// or above it if it shall scale it, or into the middle of what is seen.
fn beside(state: &State, kind: Kind) -> Point {
    let ends = selected_link(state).and_then(|l| state.place_of(&l.from).zip(state.place_of(&l.to)));
    if let Some((from, to)) = ends {
        return tool::drop_place(on_curve(&curve(from, to), 0.5));
    }
    let selected = state.view.components().filter_map(|id| state.place_of(id)).last();
    if let Some(place) = selected.filter(|_| is_control(kind)) {
        return Point { x: place.x, y: place.y - 160.0 };
    }
    if let Some(place) = selected {
        return Point { x: place.x + 236.0, y: place.y };
    }
    if state.model.components.is_empty() {
        return Point { x: 0.0, y: 0.0 };
    }
    let (w, h) = state.view.size;
    tool::drop_place(state.view.camera.to_world(Point { x: w / 2.0, y: h / 2.0 }))
}

fn goes_into_links(kind: Kind) -> bool {
    let ports = kind.info().ports;
    ports.calls_in && matches!(ports.out, Out::Calls | Out::Messages)
}

/// What sets a number of instances does so without anything in between.
fn can_be_split(model: &Model, link: &Link) -> bool {
    Carries::of(model, link) != Carries::Control
}

/// The link a component of `kind` dropped at `at` would go into.
fn splice_at(state: &State, kind: Kind, at: Point) -> Option<String> {
    if !goes_into_links(kind) {
        return None;
    }
    let distance = |link: &Link| {
        let (from, to) = (state.place_of(&link.from)?, state.place_of(&link.to)?);
        let far = distance_to(&curve(from, to), at);
        (far < SPLICE).then_some(far)
    };
    let links = state.model.links.iter().filter(|link| can_be_split(&state.model, link));
    let near = links.filter_map(|l| Some((distance(l)?, l)));
    near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, l)| l.id.clone())
}

/// Makes `link` go through `component`; its settings stay on the caller's side.
fn splice(model: &Model, link: &Link, component: &Component) -> [Edit; 3] {
    let id = model.free_link_id(&link.from, &component.id);
    let first = Link { id, to: component.id.clone(), ..link.clone() };
    let second = Link::between(&component.id, &link.to);
    [Edit::RemoveLink { id: link.id.clone() }, Edit::add_link(&first), Edit::add_link(&second)]
}

pub(super) fn drag_over(state: &mut State, over: Option<(Kind, Point)>) {
    let into = over.and_then(|(kind, at)| splice_at(state, kind, at));
    state.ask(Effect::Splice(into));
}

impl State {
    /// Who sets how many instances a component has.
    pub(crate) fn scaler_of(&self, id: &str) -> Option<&Component> {
        self.controller_of(id, false)
    }

    /// Who gives a component's instances their nodes, or who sets how many there are: it may have one of each.
    pub(crate) fn controller_of(&self, id: &str, nodes: bool) -> Option<&Component> {
        let links = self.model.links.iter().filter(|link| link.to == id);
        let controls = links.filter(|link| Carries::of(&self.model, link) == Carries::Control);
        let mut them = controls.filter_map(|link| self.model.component(&link.from));
        them.find(|one| (one.settings.kind() == Kind::NodePool) == nodes)
    }

    /// Whether a link from one to the other would be taken, or why not.
    pub(crate) fn could_connect(&self, from: &str, to: &str) -> Result<(), String> {
        let ends = self.model.component(from).zip(self.model.component(to));
        let Some((a, b)) = ends else { return Err("One of the ends is gone.".into()) };
        let (out, into) = (a.settings.kind().info(), b.settings.kind().info());
        if from == to {
            return Err("A component cannot call itself.".into());
        }
        match out.ports.out {
            Out::Nothing => return Err(format!("{} makes no calls: links can only point at it.", a.name)),
            Out::Control if !into.ports.scales => {
                let next = self.model.links.iter().filter(|link| link.from == to);
                let mut next = next.filter_map(|link| self.model.component(&link.to));
                let worker = next.find(|next| next.settings.kind().info().ports.scales);
                let instead = worker.map(|next| format!(" Connect it to {}.", next.name)).unwrap_or_default();
                return Err(format!(
                    "{} scales services and workers, {} is neither.{instead}",
                    a.name, b.name
                ));
            }
            _ if !out.ports.may_lead(into.ports) => {
                return Err(format!("{} takes no calls: links can only start there.", b.name));
            }
            Out::Control => {
                let nodes = a.settings.kind() == Kind::NodePool;
                if let Some(other) = self.controller_of(to, nodes).filter(|other| other.id != from) {
                    let how = if nodes { "runs on the nodes of" } else { "is scaled by" };
                    return Err(format!("{} {how} {} already: delete that link first.", b.name, other.name));
                }
            }
            _ => {}
        }
        if self.model.links.iter().any(|l| l.from == from && l.to == to) {
            return Err(format!("{} is connected to {} already.", a.name, b.name));
        }
        Ok(())
    }
}

pub(super) fn connect(state: &mut State, from: &str, to: &str) {
    // Drawn the wrong way round, but only one way is possible.
    let is_there = state.model.links.iter().any(|l| l.from == from && l.to == to);
    let swapped =
        !is_there && state.could_connect(from, to).is_err() && state.could_connect(to, from).is_ok();
    let (from, to) = if swapped { (to, from) } else { (from, to) };
    if let Err(words) = state.could_connect(from, to) {
        return state.say(Tone::Bad, words);
    }
    let link = Link { id: state.model.free_link_id(from, to), ..Link::between(from, to) };
    doc::edit(state, Edit::add_link(&link), None, None);
    if state.model.link(&link.id).is_some() {
        let name = |id: &str| state.model.component(id).map(|c| c.name.clone()).unwrap_or_default();
        state.announce(format!("{} is connected to {}.", name(from), name(to)));
    }
}
