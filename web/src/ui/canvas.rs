//! The canvas: cards, links and the overlays. What moves is placed by [`live`](super::live).

use super::card::{Card, CardProps};
use super::el::{El, el, keyed};
use super::icons::icon;
use super::live::LiveHandle;
use super::{Dispatch, on};
use crate::state::{Action, Carries, Hit, Pointer, Press, Shared, Target, Wiring};
use tenfold::components::Kind;
use tenfold::model::{Link, Model, Point};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent, PointerEvent};
use yew::{Callback, Component, Context, Html, Properties, TargetCast};

/// Whether somebody sets how many instances a component has.
fn scaled(model: &Model, id: &str) -> bool {
    let mut links = model.links.iter().filter(|link| link.to == id);
    links.any(|link| {
        let nodes = model.component(&link.from).is_some_and(|from| from.settings.kind() == Kind::NodePool);
        Carries::of(model, link) == Carries::Control && !nodes
    })
}

#[derive(Properties, PartialEq)]
pub(crate) struct CanvasProps {
    pub(crate) model: Shared<Model>,
    pub(crate) selection: Vec<Target>,
    pub(crate) focus: Option<String>,
    pub(crate) renaming: Option<String>,
    pub(crate) wiring: Option<Wiring>,
    pub(crate) live: LiveHandle,
    pub(crate) dispatch: Dispatch,
}

/// The canvas.
pub(crate) struct Canvas {
    /// The model whose elements the live figures are bound to.
    bound: Option<Shared<Model>>,
}

impl Component for Canvas {
    type Message = ();
    type Properties = CanvasProps;

    fn create(_: &Context<Self>) -> Self {
        Canvas { bound: None }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (model, dispatch) = (&props.model, &props.dispatch);
        let empty = el("div").class("empty").flag("hidden", !model.components.is_empty());
        el("div")
            .class(if props.wiring.is_some() { "stage wiring" } else { "stage" })
            .id("stage")
            .testid("canvas")
            .attr("role", "application")
            .label("Canvas")
            .attr("aria-roledescription", "diagram")
            .attr("tabindex", "-1")
            .on("pointerdown", down(dispatch))
            .on("pointermove", moved(dispatch))
            .on("pointerup", up(dispatch))
            .on("pointercancel", on(dispatch, Action::Pointer(Pointer::Cancel)))
            .on("dblclick", twice(dispatch))
            .child(links(props))
            .child(el("canvas").id("dots").attr("aria-hidden", true))
            .child(cards(props))
            .child(el("div").id("marquee"))
            .child(empty.child(empty_hint(dispatch)))
            .into()
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let CanvasProps { model, live, .. } = ctx.props();
        if self.bound.as_ref() != Some(model) {
            live.bind(model);
            self.bound = Some(model.clone());
        }
    }
}

/// The arrowhead of links that run upright.
const ARROW: &str = "<defs><marker id='arrow' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='9' markerHeight='9' \
    markerUnits='userSpaceOnUse' orient='auto'><path d='M1 1l6 3-6 3' fill='none' stroke='context-stroke' \
    stroke-width='1.6' stroke-linecap='round' stroke-linejoin='round'/></marker></defs>";

/// What flows over a link, and how long its calls take: for the link that is pointed at or selected.
fn figures() -> El {
    el("text").class("rate").child(el("tspan").class("flow")).child(el("tspan").class("latency"))
}

fn links(props: &CanvasProps) -> El {
    let link = |link: &Link| {
        let selected = props.selection.contains(&Target::Link(link.id.clone()));
        let name = format!("link-{}", link.id);
        el("g")
            .key(link.id.as_str())
            .id(&name)
            .attr("data-link", &link.id)
            .testid(name)
            .class(if selected { "link selected" } else { "link" })
            .attr("data-carries", Carries::of(&props.model, link).word())
            .child(el("path").class("hit"))
            .child(el("path").class("line"))
            .child(el("g").class("tag").child(figures()))
    };
    let world = el("g").id("link-world").children(props.model.links.iter().map(link));
    el("svg")
        .class("links")
        .attr("aria-hidden", true)
        .child(Html::from_html_unchecked(ARROW.into()))
        .child(world.child(el("path").key("the wire").id("wire")))
}

fn cards(props: &CanvasProps) -> El {
    let model = &props.model;
    let known = |id: &&String| model.component(id).is_some();
    let first = || model.components.first().map(|c| &c.id);
    let stop = props.focus.as_ref().filter(known).or_else(first);
    let over = props.wiring.as_ref().and_then(|w| w.over.as_ref());
    let guide = |key: &'static str, id: &'static str| el("div").key(key).id(id).class("guide");
    let card = |c: &tenfold::model::Component| {
        let id = Some(&c.id);
        let card = CardProps {
            component: c.clone(),
            selected: props.selection.contains(&Target::Component(c.id.clone())),
            scaled: scaled(&props.model, &c.id),
            tab_stop: stop == id,
            renaming: props.renaming.as_ref() == id,
            proposed: over == id,
            dispatch: props.dispatch.clone(),
        };
        keyed::<Card>(format!("c {}", c.id), card)
    };
    el("div")
        .id("node-world")
        .class("world")
        .child(guide("guide x", "guide-x"))
        .child(guide("guide y", "guide-y"))
        .children(model.components.iter().map(card))
}

fn empty_hint(dispatch: &Dispatch) -> El {
    let examples = on(dispatch, Action::Open(crate::state::Dialog::Examples));
    let start = "Start with where requests come from.";
    let drag = "Drag Clients onto the canvas, or press Enter on it in the list. Then a Service, and draw a line from one dot to the next.";
    el("div")
        .class("hint")
        .child(icon("plus"))
        .child(el("p").child(el("strong").child(start)))
        .child(el("p").child(drag))
        .child(el("button").class("button").on("click", examples).child("Or open an example"))
}

/// Where an event is on the canvas.
fn place(event: &PointerEvent) -> Option<(HtmlElement, Point)> {
    let stage: HtmlElement = event.target_dyn_into::<Element>()?.closest("#stage").ok()??.unchecked_into();
    let rect = stage.get_bounding_client_rect();
    let at =
        Point { x: f64::from(event.client_x()) - rect.left(), y: f64::from(event.client_y()) - rect.top() };
    Some((stage, at))
}

fn hit(target: &Element) -> Hit {
    let near = |selector: &str| target.closest(selector).ok().flatten();
    let node = near("[data-node]").and_then(|e| e.get_attribute("data-node"));
    let port = near("[data-port]").and_then(|e| e.get_attribute("data-port"));
    let link = near("[data-link]").and_then(|e| e.get_attribute("data-link"));
    match (node, port, link) {
        (Some(node), Some(side), _) => Hit::Port { node, out: side == "out" },
        (Some(node), None, _) => Hit::Node(node),
        (None, _, Some(link)) => Hit::Link(link),
        _ => Hit::Paper,
    }
}

fn down(dispatch: &Dispatch) -> Callback<PointerEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: PointerEvent| {
        let Some(target) = event.target_dyn_into::<Element>() else { return };
        if event.button() > 1 || target.closest("input, button").ok().flatten().is_some() {
            return;
        }
        let Some((stage, at)) = place(&event) else { return };
        // A pointer that is gone already cannot be captured; nothing is lost then.
        let _ = stage.set_pointer_capture(event.pointer_id());
        let press = Press {
            id: event.pointer_id(),
            at,
            hit: hit(&target),
            pans: event.button() == 1,
            shift: event.shift_key() || event.ctrl_key() || event.meta_key(),
            touch: event.pointer_type() == "touch",
        };
        dispatch.emit(Action::Pointer(Pointer::Down(press)));
    })
}

fn moved(dispatch: &Dispatch) -> Callback<PointerEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: PointerEvent| {
        if let Some((_, at)) = place(&event) {
            dispatch.emit(Action::Pointer(Pointer::Move { id: event.pointer_id(), at }));
        }
    })
}

fn up(dispatch: &Dispatch) -> Callback<PointerEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: PointerEvent| {
        if let Some((_, at)) = place(&event) {
            dispatch.emit(Action::Pointer(Pointer::Up { at }));
        }
    })
}

/// Two clicks on a card write its name. They come to the canvas, which has captured the pointer; so it asks what is there.
fn twice(dispatch: &Dispatch) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: MouseEvent| {
        let document = crate::shell::page::document();
        let (x, y) = (event.client_x() as f32, event.client_y() as f32);
        if let Some(Hit::Node(id)) = document.and_then(|d| d.element_from_point(x, y)).map(|e| hit(&e)) {
            dispatch.emit(Action::Rename(Some(id)));
        }
    })
}
