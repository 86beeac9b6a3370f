//! Writes what moves straight into the elements: figures of the running system, places of what is dragged, the camera.
//!
//! Twenty frames a second and two hundred cards are too much for a virtual DOM. Yew draws the cards and links; this finds
//! their elements once per change of the model and writes texts and attributes that Yew never touches again.

use super::dots::{DotLink, Dots};
use super::live_card::CardParts;
use super::live_link::LinkParts;
use super::live_parts::{FAR, VERY_FAR, aim, guide, svg};
use crate::geometry::{Area, Camera};
use crate::shell::page::element;
use crate::state::{Run, Shared};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use tenfold::measure::{Frame, LinkRow};
use tenfold::model::{Model, Point};
use wasm_bindgen::JsCast;

/// Texts are written at most this often, in milliseconds: nobody reads faster.
const PAINT_MS: f64 = 120.0;
/// At most so many cards are written at once; more take turns, so that no frame of the page waits for all of them.
const CARDS_A_TURN: usize = 32;
/// Sparklines are drawn again in every so many rounds of turns.
const ROUNDS_A_SPARK: u32 = 3;
/// Above so many cards the rings jump: gliding, each would be painted anew in every frame.
const GLIDING_MAX: usize = 40;

/// The painter, shared.
#[derive(Clone, Default)]
pub(crate) struct LiveHandle(Rc<RefCell<Live>>);

impl PartialEq for LiveHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Default)]
struct Live {
    model: Option<Shared<Model>>,
    cards: Vec<CardParts>,
    links: Vec<LinkParts>,
    camera: Option<Camera>,
    dots: Option<Dots>,
    painted_ms: f64,
    /// Whose turn it is to be written.
    turn: usize,
    round: u32,
}

impl LiveHandle {
    /// Finds the elements of `model` and puts everything in its place.
    pub(crate) fn bind(&self, model: &Shared<Model>) {
        let mut live = self.0.borrow_mut();
        let mut before = std::mem::take(&mut live.cards);
        let mut past = |id: &str| {
            let at = before.iter().position(|c| c.id == id)?;
            Some(before.swap_remove(at).into_past())
        };
        let find = |c| CardParts::find(c, past(&c.id).unwrap_or_default());
        live.cards = model.components.iter().filter_map(find).collect();
        live.links = model.links.iter().filter_map(|link| LinkParts::find(model, link)).collect();
        live.model = Some(model.clone());
        live.all_anew();
        if let Some(stage) = element("stage") {
            let many = live.cards.len() > GLIDING_MAX;
            let _ = stage.set_attribute("data-many", if many { "yes" } else { "no" });
        }
        if live.dots.is_none() {
            let canvas = element("dots").and_then(|e| e.dyn_into().ok());
            live.dots = canvas.map(Dots::attach);
        }
        live.settle();
    }

    /// Puts everything where the model says.
    pub(crate) fn settle(&self) {
        self.0.borrow_mut().settle();
    }

    /// Puts some cards elsewhere for now.
    pub(crate) fn drag(&self, places: &[(String, Point)], guides: (Option<f64>, Option<f64>)) {
        let mut live = self.0.borrow_mut();
        for (id, at) in places {
            if let Some(card) = live.cards.iter_mut().find(|c| c.id == *id) {
                card.place(*at);
                card.lift(true);
            }
        }
        live.route(|link| places.iter().any(|(id, _)| *id == link.from || *id == link.to));
        guide("guide-x", guides.0, true);
        guide("guide-y", guides.1, false);
    }

    pub(crate) fn aim(&self, camera: Camera) {
        let mut live = self.0.borrow_mut();
        live.camera = Some(camera);
        aim(camera);
        if let Some(dots) = &live.dots {
            dots.set_camera(camera.x, camera.y, camera.zoom);
        }
    }

    /// The place in the world at a place on the screen, when that is on the canvas.
    pub(crate) fn world_at(&self, client_x: f64, client_y: f64) -> Option<Point> {
        let rect = element("stage")?.get_bounding_client_rect();
        let on = (rect.left()..rect.right()).contains(&client_x)
            && (rect.top()..rect.bottom()).contains(&client_y);
        let camera = self.0.borrow().camera?;
        on.then(|| camera.to_world(Point { x: client_x - rect.left(), y: client_y - rect.top() }))
    }

    pub(crate) fn reduce_motion(&self, reduced: bool) {
        if let Some(dots) = &self.0.borrow().dots {
            dots.set_reduced(reduced);
        }
    }

    /// A new run: the past is forgotten.
    pub(crate) fn clear(&self) {
        let mut live = self.0.borrow_mut();
        live.cards.iter_mut().for_each(CardParts::forget);
        live.all_anew();
        if let Some(dots) = &live.dots {
            dots.set_rates(&[], 0.0);
        }
    }

    /// Writes the figures of a frame: those of the cards and links whose turn it is, when it is time again; of a run that
    /// stands still all and at once, since no other frame may follow.
    pub(crate) fn paint(&self, run: &Run, frame: &Frame, now_ms: f64) {
        let mut live = self.0.borrow_mut();
        let live = &mut *live;
        if !frame.windows.is_empty() {
            live.remember(run, frame);
        }
        let turns = if run.playing { live.cards.len().div_ceil(CARDS_A_TURN).max(1) } else { 1 };
        if run.playing && now_ms - live.painted_ms < PAINT_MS / turns as f64 {
            return;
        }
        live.painted_ms = now_ms;
        let turn = live.turn % turns;
        let due = |count: usize| count * turn / turns..count * (turn + 1) / turns;
        live.paint_cards(run, frame, due(run.topology.components.len()));
        live.paint_links(run, frame, due(run.topology.links.len()));
        live.turn = turn + 1;
        if live.turn == turns {
            live.round = live.round.wrapping_add(1);
        }
        if turn == 0
            && let Some(dots) = &live.dots
        {
            dots.set_rates(&live.rates(run, frame), run.achieved);
            dots.set_running(run.playing);
        }
    }

    /// Stops the dots where the run stands still.
    pub(crate) fn hold(&self) {
        if let Some(dots) = &self.0.borrow().dots {
            dots.set_running(false);
        }
    }

    pub(crate) fn marquee(&self, area: Option<Area>) {
        let Some(marquee) = element("marquee") else { return };
        let style = marquee.style();
        let _ = style.set_property("display", if area.is_some() { "block" } else { "none" });
        if let Some(a) = area {
            let _ = style.set_property("transform", &format!("translate({}px,{}px)", a.left, a.top));
            let _ = style.set_property("width", &format!("{}px", a.right - a.left));
            let _ = style.set_property("height", &format!("{}px", a.bottom - a.top));
        }
    }

    pub(crate) fn wire(&self, line: Option<(Point, Point, bool)>) {
        let Some(wire) = svg("wire") else { return };
        let d = line.map_or(String::new(), |(a, b, _)| {
            let reach = ((b.x - a.x).abs() / 2.0).clamp(12.0, 120.0) * if b.x >= a.x { 1.0 } else { -1.0 };
            format!(
                "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
                a.x,
                a.y,
                a.x + reach,
                a.y,
                b.x - reach,
                b.y,
                b.x,
                b.y
            )
        });
        let _ = wire.set_attribute("d", &d);
        let _ = wire.set_attribute("data-fits", if line.is_none_or(|l| l.2) { "yes" } else { "no" });
    }

    /// Marks the link that what is dragged would go into.
    pub(crate) fn splice(&self, id: Option<&str>) {
        for link in &self.0.borrow().links {
            if let Some(root) = svg(&format!("link-{}", link.id)) {
                let _ = root
                    .set_attribute("data-splice", if id == Some(link.id.as_str()) { "yes" } else { "no" });
            }
        }
    }
}

/// Where `id` is in a list that is nearly always in the same order: the model's, except for a moment after an edit.
fn find<T>(list: &[T], expected: usize, is: impl Fn(&T) -> bool) -> Option<usize> {
    if list.get(expected).is_some_and(&is) { Some(expected) } else { list.iter().position(is) }
}

impl Live {
    /// Everything is written at the next frame.
    fn all_anew(&mut self) {
        (self.painted_ms, self.turn, self.round) = (0.0, 0, 0);
    }

    fn card(&mut self, expected: usize, id: &str) -> Option<&mut CardParts> {
        find(&self.cards, expected, |card| card.id == id).map(|at| &mut self.cards[at])
    }

    fn remember(&mut self, run: &Run, frame: &Frame) {
        for (index, (id, row)) in run.topology.components.iter().zip(&frame.components).enumerate() {
            if let Some(card) = self.card(index, id) {
                card.remember(row);
            }
        }
    }

    fn paint_cards(&mut self, run: &Run, frame: &Frame, due: Range<usize>) {
        let Some(model) = self.model.clone() else { return };
        let far = self.camera.is_some_and(|c| c.zoom < FAR);
        let sparks = !far && self.round.is_multiple_of(ROUNDS_A_SPARK);
        for index in due {
            let Some((id, row)) = run.topology.components.get(index).zip(frame.components.get(index)) else {
                continue;
            };
            let component = find(&model.components, index, |c| c.id == *id).map(|at| &model.components[at]);
            if let Some((card, component)) = self.card(index, id).zip(component) {
                card.paint(component, row, far);
                if sparks {
                    card.paint_spark();
                }
            }
        }
    }

    fn paint_links(&mut self, run: &Run, frame: &Frame, due: Range<usize>) {
        let readable = self.camera.is_none_or(|c| c.zoom >= VERY_FAR);
        for index in due {
            let Some((id, row)) = run.topology.links.get(index).zip(frame.links.get(index)) else { continue };
            if let Some(at) = find(&self.links, index, |link| link.id == *id) {
                let link = &mut self.links[at];
                let to = || run.topology.components.iter().position(|id| *id == link.to);
                let scaled = if link.is_control { to() } else { None };
                link.paint(row, scaled.and_then(|to| frame.components.get(to)), readable);
            }
        }
    }

    /// What flows over each link, in the order of the links on the canvas.
    fn rates(&self, run: &Run, frame: &Frame) -> Vec<LinkRow> {
        let rate = |(index, link): (usize, &LinkParts)| {
            let at = find(&run.topology.links, index, |id| *id == link.id);
            at.and_then(|at| frame.links.get(at)).copied().unwrap_or_default()
        };
        self.links.iter().enumerate().map(rate).collect()
    }

    fn settle(&mut self) {
        let Some(model) = self.model.clone() else { return };
        for card in &mut self.cards {
            card.lift(false);
            if let Some(at) = model.component(&card.id).and_then(|c| c.at) {
                card.place(at);
            }
        }
        self.route(|_| true);
        guide("guide-x", None, true);
        guide("guide-y", None, false);
    }

    /// Draws the links that `which` picks along where their cards stand now.
    fn route(&mut self, which: impl Fn(&LinkParts) -> bool) {
        let cards = &self.cards;
        let place = |id: &str| cards.iter().find(|c| c.id == id).map(|c| c.at);
        let mut taken: Vec<Area> = cards.iter().map(|c| Area::card(c.at)).collect();
        for link in self.links.iter_mut().filter(|l| which(l)) {
            if let Some((from, to)) = place(&link.from).zip(place(&link.to)) {
                link.place(from, to, &mut taken);
            }
        }
        let curves: Vec<DotLink> =
            self.links.iter().map(|l| DotLink { id: l.id.clone(), curve: l.curve }).collect();
        if let Some(dots) = &self.dots {
            dots.set_links(&curves);
        }
    }
}
