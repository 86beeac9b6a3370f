//! The canvas: cards, links and the overlays. What moves is placed by [`live`](super::live).

use super::card::Card;
use super::icons::icon;
use super::live::LiveHandle;
use super::{Dispatch, on};
use crate::state::{Action, Hit, Pointer, Press, Shared, Target, Wiring};
use tenfold::model::{Model, Point};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::{Callback, Html, Properties, TargetCast, classes, component, html, use_effect_with};

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
#[component]
pub(crate) fn Canvas(props: &CanvasProps) -> Html {
    use_effect_with(props.model.clone(), {
        let live = props.live.clone();
        move |model: &Shared<Model>| live.bind(model)
    });
    let model = &props.model;
    let known = |id: &&String| model.component(id).is_some();
    let first = || model.components.first().map(|c| &c.id);
    let stop = props.focus.as_ref().filter(known).or_else(first).cloned();
    let over = props.wiring.as_ref().and_then(|w| w.over.clone());
    let class = classes!("stage", props.wiring.is_some().then_some("wiring"));
    html! {
        <div {class} id="stage" data-testid="canvas" role="application" aria-label="Canvas" aria-roledescription="diagram" tabindex="-1"
            onpointerdown={down(&props.dispatch)} onpointermove={moved(&props.dispatch)} onpointerup={up(&props.dispatch)}
            onpointercancel={on(&props.dispatch, Action::Pointer(Pointer::Cancel))}>
            <svg class="links" aria-hidden="true">
                <defs>
                    <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
                        <path d="M1 1l6 3-6 3" fill="none" stroke="context-stroke" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
                    </marker>
                </defs>
                <g id="link-world">
                    { for model.links.iter().map(|link| {
                        let selected = props.selection.contains(&Target::Link(link.id.clone()));
                        html! {
                            <g key={link.id.clone()} id={format!("link-{}", link.id)} data-link={link.id.clone()} data-testid={format!("link-{}", link.id)}
                                class={classes!("link", selected.then_some("selected"))}>
                                <path class="hit" /><path class="line" />
                                <g class="tag"><text class="rate" /></g>
                            </g>
                        }
                    }) }
                    <path key="the wire" id="wire" />
                </g>
            </svg>
            <canvas id="dots" aria-hidden="true"></canvas>
            <div id="node-world" class="world">
                <div key="guide x" id="guide-x" class="guide"></div>
                <div key="guide y" id="guide-y" class="guide"></div>
                { for model.components.iter().map(|c| html! {
                    <Card key={format!("c {}", c.id)} component={c.clone()} selected={props.selection.contains(&Target::Component(c.id.clone()))}
                        tab_stop={stop.as_ref() == Some(&c.id)} renaming={props.renaming.as_ref() == Some(&c.id)}
                        proposed={over.as_ref() == Some(&c.id)} dispatch={props.dispatch.clone()} />
                }) }
            </div>
            <div id="marquee"></div>
            <div class="empty" hidden={!model.components.is_empty()}>{ empty_hint(&props.dispatch) }</div>
        </div>
    }
}

fn empty_hint(dispatch: &Dispatch) -> Html {
    let examples = on(dispatch, Action::Open(crate::state::Dialog::Examples));
    html! {
        <div class="hint">
            { icon("plus") }
            <p><strong>{ "Start with where requests come from." }</strong></p>
            <p>{ "Drag Clients onto the canvas, or press Enter on it in the list. Then a Service, and draw a line from one dot to the next." }</p>
            <button class="button" onclick={examples}>{ "Or open an example" }</button>
        </div>
    }
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
