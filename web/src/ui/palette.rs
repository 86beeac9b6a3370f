//! The list of components to add, and the list of those that are there.

use super::el::{El, el, icon_button, keyed};
use super::icons::icon;
use super::live::LiveHandle;
use super::look::tile;
use super::{Dispatch, on, outline};
use crate::shell::page::element;
use crate::state::{Action, State};
use tenfold::components::{Category, Kind};
use web_sys::{Element, Event, HtmlInputElement, InputEvent, PointerEvent};
use yew::{Callback, Component, Context, Html, Properties, TargetCast};

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

pub(super) fn view(state: &State, dispatch: &Dispatch, live: &LiveHandle) -> El {
    let outline = state.view.outline;
    let tab = |label: &'static str, testid: &'static str, shown: bool, action: Action| {
        el("button")
            .attr("role", "tab")
            .class(if shown { "tab chosen" } else { "tab" })
            .attr("aria-selected", shown)
            .testid(testid)
            .attr("aria-controls", "palette-body")
            .on("click", on(dispatch, action))
            .child(label)
    };
    let tabs = el("div").class("tab-list").attr("role", "tablist").label("What the list shows");
    let shut = el("button").class("icon-button shut").label("Close");
    let body = el("div").id("palette-body").attr("role", "tabpanel").label("List").class("palette-body");
    el("aside")
        .class("palette")
        .label("Components")
        .child(
            el("div")
                .class("tabs")
                .child(tabs.child(tab("Add", "tab-add", !outline, Action::Outline(false))).child(tab(
                    "Outline",
                    "tab-outline",
                    outline,
                    Action::Outline(true),
                )))
                .child(shut.on("click", on(dispatch, Action::Palette(false))).child(icon("close"))),
        )
        .child(body.child(if outline {
            el("div").key("outline").child(outline::view(state, dispatch))
        } else {
            kinds(state, dispatch, live).key("add").class("kinds")
        }))
}

fn kinds(state: &State, dispatch: &Dispatch, live: &LiveHandle) -> El {
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
    let search = el("input").attr("type", "search").attr("placeholder", "Search components");
    let search = search.label("Search components").testid("palette-search");
    let search = search.value(&state.view.search).on("input", oninput);
    let none = el("p").key("none").class("muted none").flag("hidden", !found.is_empty());
    let mut all =
        el("div").child(el("div").key("search").class("search").child(icon("search")).child(search));
    for category in CATEGORIES {
        let kinds: Vec<Kind> = found.iter().copied().filter(|k| k.info().category == category).collect();
        if kinds.is_empty() {
            continue;
        }
        let item = |kind: Kind| {
            let props = ItemProps { kind, dispatch: dispatch.clone(), live: live.clone() };
            keyed::<Item>(kind.info().word, props)
        };
        all = all.child(
            el("section")
                .key(category.word())
                .class("category")
                .label(category.label())
                .child(el("h2").child(category.label()))
                .children(kinds.into_iter().map(item)),
        );
    }
    all.child(none.child("Nothing is called that."))
}

#[derive(Properties, PartialEq)]
pub(crate) struct ItemProps {
    kind: Kind,
    dispatch: Dispatch,
    live: LiveHandle,
}

/// A component kind: click or Enter adds it, dragging puts it where it is dropped.
pub(crate) struct Item {
    /// Where a press began, while it lasts.
    start: Option<(f64, f64)>,
    /// Whether it has become a drag.
    moved: bool,
}

/// What the pointer does with a kind.
pub(crate) enum Press {
    Down(f64, f64),
    Move(f64, f64),
    Up(f64, f64),
    Cancel,
    Click,
}

impl Component for Item {
    type Message = Press;
    type Properties = ItemProps;

    fn create(_: &Context<Self>) -> Self {
        Item { start: None, moved: false }
    }

    fn update(&mut self, ctx: &Context<Self>, press: Press) -> bool {
        let ItemProps { kind, dispatch, live } = ctx.props();
        match press {
            Press::Down(x, y) => *self = Item { start: Some((x, y)), moved: false },
            Press::Move(x, y) => {
                let Some((x0, y0)) = self.start else { return false };
                self.moved |= (x - x0).abs().max((y - y0).abs()) > SLACK;
                if self.moved {
                    ghost(Some((kind.info().label, x, y)));
                    dispatch.emit(Action::DragOver(live.world_at(x, y).map(|at| (*kind, at))));
                }
            }
            Press::Up(x, y) => {
                self.start = None;
                if self.moved {
                    ghost(None);
                    dispatch.emit(Action::DragOver(None));
                    if let Some(at) = live.world_at(x, y).filter(|_| !over_a_panel(x, y)) {
                        dispatch.emit(Action::Add { kind: *kind, at: Some(at) });
                    }
                }
            }
            Press::Cancel => {
                *self = Item { start: None, moved: false };
                ghost(None);
                dispatch.emit(Action::DragOver(None));
            }
            // The click that ends a drag is none.
            Press::Click if std::mem::take(&mut self.moved) => {}
            Press::Click => dispatch.emit(Action::Add { kind: *kind, at: None }),
        }
        false
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (kind, link) = (ctx.props().kind, ctx.link());
        let info = kind.info();
        let at = |press: fn(f64, f64) -> Press| {
            link.callback(move |event: PointerEvent| {
                press(f64::from(event.client_x()), f64::from(event.client_y()))
            })
        };
        let tell = at(Press::Down);
        let down = Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                // At once: a quick hand is beyond the button with its first movement.
                if let Some(button) = event.target_dyn_into::<Element>() {
                    let _ = button.set_pointer_capture(event.pointer_id());
                }
                tell.emit(event);
            }
        });
        let words = el("span").class("kind-words");
        el("button")
            .class("kind")
            .testid(format!("palette-{}", info.word))
            .title(info.summary)
            .on("pointerdown", down)
            .on("pointermove", at(Press::Move))
            .on("pointerup", at(Press::Up))
            .on("pointercancel", link.callback(|_: Event| Press::Cancel))
            .on("click", link.callback(|_: Event| Press::Click))
            .child(tile("tile", kind))
            .child(
                words
                    .child(el("span").class("kind-label").child(info.label))
                    .child(el("span").class("kind-summary").child(info.summary)),
            )
            .into()
    }
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
pub(super) fn canvas_buttons(state: &State, dispatch: &Dispatch) -> El {
    let button = |name: &'static str, label: &'static str, testid: &'static str, action: Action| {
        icon_button(name, label, testid, on(dispatch, action))
    };
    let view = &state.view;
    let add = el("button").class("float-add").testid("add").attr("aria-expanded", view.palette_open);
    let add = add.on("click", on(dispatch, Action::Palette(!view.palette_open)));
    let delete = || button("trash", "Delete", "float-delete", Action::Delete);
    el("div")
        .class("canvas-buttons")
        .child(
            el("div")
                .class("float only-narrow")
                .child(add.child(icon("plus")).child(el("span").child("Add")))
                .child(button("sliders", "Settings", "settings", Action::Inspector(!view.inspector_open)))
                .child((!view.selection.is_empty()).then(delete)),
        )
        .child(
            el("div")
                .class("float zoom")
                .attr("role", "group")
                .label("Zoom")
                .child(button("minus", "Zoom out (-)", "zoom-out", Action::Zoom(1.0 / 1.25)))
                .child(button("fit", "Fit all (1)", "fit", Action::Fit))
                .child(button("plus", "Zoom in (+)", "zoom-in", Action::Zoom(1.25))),
        )
}
