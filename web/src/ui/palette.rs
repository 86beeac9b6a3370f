//! The list of components to add, and the list of those that are there.

use super::icons::icon;
use super::live::LiveHandle;
use super::look::{icon_of, tint};
use super::{Dispatch, on, outline};
use crate::shell::page::element;
use crate::state::{Action, State};
use tenfold::components::{Category, Kind};
use web_sys::{Element, HtmlInputElement, InputEvent, PointerEvent};
use yew::{Callback, Html, Properties, TargetCast, classes, component, html, use_mut_ref};

const CATEGORIES: [Category; 6] = [
    Category::Traffic,
    Category::Edge,
    Category::Compute,
    Category::Data,
    Category::Messaging,
    Category::Control,
];

/// How far a press must move to be a drag.
const SLACK: f64 = 6.0;

pub(super) fn view(state: &State, dispatch: &Dispatch, live: &LiveHandle) -> Html {
    let outline = state.view.outline;
    let tab = |label: &'static str, testid: &'static str, shown: bool, action: Action| {
        html! {
            <button role="tab" class={classes!("tab", shown.then_some("chosen"))} aria-selected={shown.to_string()} data-testid={testid}
                aria-controls="palette-body" onclick={on(dispatch, action)}>{ label }</button>
        }
    };
    html! {
        <aside class="palette" aria-label="Components">
            <div class="tabs">
                <div class="tab-list" role="tablist" aria-label="What the list shows">
                    { tab("Add", "tab-add", !outline, Action::Outline(false)) }
                    { tab("Outline", "tab-outline", outline, Action::Outline(true)) }
                </div>
                <button class="icon-button shut" aria-label="Close" onclick={on(dispatch, Action::Palette(false))}>{ icon("close") }</button>
            </div>
            <div id="palette-body" role="tabpanel" aria-label="List" class="palette-body">
                if outline {
                    <div key="outline">{ outline::view(state, dispatch) }</div>
                } else {
                    <div key="add" class="kinds">{ kinds(state, dispatch, live) }</div>
                }
            </div>
        </aside>
    }
}

fn kinds(state: &State, dispatch: &Dispatch, live: &LiveHandle) -> Html {
    let wanted = state.view.search.trim().to_ascii_lowercase();
    let fits = |kind: &Kind| {
        let info = kind.info();
        wanted.is_empty()
            || info.label.to_ascii_lowercase().contains(&wanted)
            || info.summary.to_ascii_lowercase().contains(&wanted)
    };
    let found: Vec<Kind> = Kind::ALL.iter().copied().filter(fits).collect();
    let oninput = dispatch.reform(|event: InputEvent| {
        Action::Search(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <>
            <div key="search" class="search">
                { icon("search") }
                <input type="search" placeholder="Search components" aria-label="Search components" data-testid="palette-search" value={state.view.search.clone()} {oninput} />
            </div>
            { for CATEGORIES.into_iter().filter(|c| found.iter().any(|k| k.info().category == *c)).map(|category| html! {
                <section key={category.word()} class="category" aria-label={category.label()}>
                    <h2>{ category.label() }</h2>
                    { for found.iter().filter(|k| k.info().category == category).map(|kind| html! {
                        <Item key={kind.info().word} kind={*kind} dispatch={dispatch.clone()} live={live.clone()} />
                    }) }
                </section>
            }) }
            <p key="none" class="muted none" hidden={!found.is_empty()}>{ "Nothing is called that." }</p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ItemProps {
    kind: Kind,
    dispatch: Dispatch,
    live: LiveHandle,
}

/// Where a press on the list began, and whether it has become a drag.
#[derive(Default)]
struct Drag {
    start: Option<(f64, f64)>,
    moved: bool,
}

/// A component kind: click or Enter adds it, dragging puts it where it is dropped.
#[component]
fn Item(props: &ItemProps) -> Html {
    let info = props.kind.info();
    let drag = use_mut_ref(Drag::default);
    let onpointerdown = {
        let drag = drag.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                *drag.borrow_mut() = Drag { start: Some(client(&event)), moved: false };
                // At once: a quick hand is beyond the button with its first movement.
                if let Some(button) = event.target_dyn_into::<Element>() {
                    let _ = button.set_pointer_capture(event.pointer_id());
                }
            }
        })
    };
    let onpointermove = {
        let (drag, live, dispatch, kind) =
            (drag.clone(), props.live.clone(), props.dispatch.clone(), props.kind);
        Callback::from(move |event: PointerEvent| {
            let mut drag = drag.borrow_mut();
            let Some((x0, y0)) = drag.start else { return };
            let (x, y) = client(&event);
            if !drag.moved && (x - x0).abs().max((y - y0).abs()) > SLACK {
                drag.moved = true;
            }
            if drag.moved {
                ghost(Some((info.label, x, y)));
                dispatch.emit(Action::DragOver(live.world_at(x, y).map(|at| (kind, at))));
            }
        })
    };
    let onpointerup = {
        let (drag, live, dispatch, kind) =
            (drag.clone(), props.live.clone(), props.dispatch.clone(), props.kind);
        Callback::from(move |event: PointerEvent| {
            drag.borrow_mut().start = None;
            if drag.borrow().moved {
                ghost(None);
                let (x, y) = client(&event);
                dispatch.emit(Action::DragOver(None));
                if let Some(at) = live.world_at(x, y).filter(|_| !over_a_panel(x, y)) {
                    dispatch.emit(Action::Add { kind, at: Some(at) });
                }
            }
        })
    };
    let onpointercancel = {
        let (drag, dispatch) = (drag.clone(), props.dispatch.clone());
        Callback::from(move |_: PointerEvent| {
            *drag.borrow_mut() = Drag::default();
            ghost(None);
            dispatch.emit(Action::DragOver(None));
        })
    };
    let onclick = {
        let (dispatch, kind) = (props.dispatch.clone(), props.kind);
        Callback::from(move |_| {
            // The click that ends a drag is none.
            if !std::mem::take(&mut drag.borrow_mut().moved) {
                dispatch.emit(Action::Add { kind, at: None });
            }
        })
    };
    html! {
        <button class="kind" data-testid={format!("palette-{}", info.word)} title={info.summary}
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onclick}>
            <span class={classes!("tile", tint(info.category))}>{ icon(icon_of(props.kind)) }</span>
            <span class="kind-words"><span class="kind-label">{ info.label }</span><span class="kind-summary">{ info.summary }</span></span>
        </button>
    }
}

fn client(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Whether something lies over the canvas there: a drawer, for one.
fn over_a_panel(x: f64, y: f64) -> bool {
    let document = crate::shell::page::document();
    let top = document.and_then(|d| d.element_from_point(x as f32, y as f32));
    top.is_some_and(|e| e.closest("aside").ok().flatten().is_some())
}

/// Shows what is dragged under the pointer.
fn ghost(at: Option<(&str, f64, f64)>) {
    let Some(ghost) = element("ghost") else { return };
    let style = ghost.style();
    let _ = style.set_property("display", if at.is_some() { "block" } else { "none" });
    if let Some((label, x, y)) = at {
        ghost.set_text_content(Some(label));
        let _ = style.set_property("transform", &format!("translate({}px,{}px)", x - 60.0, y - 24.0));
    }
}

/// What floats over the canvas: zoom, and on small screens the doors to the panels.
pub(super) fn canvas_buttons(state: &State, dispatch: &Dispatch) -> Html {
    let button = |name: &'static str, label: &'static str, testid: &'static str, action: Action| {
        html! { <button class="icon-button" data-testid={testid} aria-label={label} title={label} onclick={on(dispatch, action)}>{ icon(name) }</button> }
    };
    let selected = !state.view.selection.is_empty();
    html! {
        <div class="canvas-buttons">
            <div class="float only-narrow">
                <button class="float-add" data-testid="add" aria-expanded={state.view.palette_open.to_string()} onclick={on(dispatch, Action::Palette(!state.view.palette_open))}>{ icon("plus") }<span>{ "Add" }</span></button>
                { button("sliders", "Settings", "settings", Action::Inspector(!state.view.inspector_open)) }
                if selected { { button("trash", "Delete", "float-delete", Action::Delete) } }
            </div>
            <div class="float zoom" role="group" aria-label="Zoom">
                { button("minus", "Zoom out (-)", "zoom-out", Action::Zoom(1.0 / 1.25)) }
                { button("fit", "Fit all (1)", "fit", Action::Fit) }
                { button("plus", "Zoom in (+)", "zoom-in", Action::Zoom(1.25)) }
            </div>
        </div>
    }
}
