//! Listeners that last as long as the page: keys, wheel, clipboard, dropped files, sizes.

use super::Dispatch;
use crate::shell::{files, listen, page, share};
use crate::state::{Action, Key};
use tenfold::model::Point;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ClipboardEvent, DragEvent, Element, Event, EventTarget, KeyboardEvent, WheelEvent};

/// Sets up all of them, once the page stands.
pub(super) fn listen_to_everything(dispatch: &Dispatch, on_key: impl Fn(&Key) -> Option<Action> + 'static) {
    let Some((window, document)) = page::window().zip(page::document()) else { return };
    keys(&window, dispatch, on_key);
    clipboard(&document, dispatch);
    dropped_files(&document, dispatch);
    if let Some(stage) = page::element("stage") {
        wheel(&stage, dispatch);
        size(&stage, dispatch);
    }
    listen(&window, "resize", {
        let dispatch = dispatch.clone();
        let mut was = page::screen();
        move |_: Event| {
            let now = page::screen();
            if now != std::mem::replace(&mut was, now) {
                dispatch.emit(Action::Screen(now));
            }
        }
    });
    listen(&window, "hashchange", {
        let dispatch = dispatch.clone();
        move |_: Event| {
            let dispatch = dispatch.clone();
            spawn_local(async move {
                if let Some(link) = share::in_address().await {
                    dispatch.emit(Action::OpenLink(link));
                }
            });
        }
    });
}

/// Calls `act` when the page is left or put aside, the last moment to keep something.
pub(super) fn on_leaving(act: impl Fn() + 'static) {
    if let Some(window) = page::window() {
        listen(&window, "pagehide", move |_: Event| act());
    }
}

fn within(target: Option<EventTarget>, selector: &str) -> bool {
    let element = target.and_then(|t| t.dyn_into::<Element>().ok());
    element.is_some_and(|e| e.closest(selector).ok().flatten().is_some())
}

const TEXT: &str = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";

fn keys(window: &EventTarget, dispatch: &Dispatch, on_key: impl Fn(&Key) -> Option<Action> + 'static) {
    listen(window, "keydown", {
        let dispatch = dispatch.clone();
        move |event: KeyboardEvent| {
            let in_popover = within(event.target(), "dialog, [popover]");
            let key = Key {
                name: event.key(),
                shift: event.shift_key(),
                ctrl: event.ctrl_key() || event.meta_key(),
                alt: event.alt_key(),
                on_canvas: within(event.target(), "#stage"),
                in_text: in_popover || within(event.target(), TEXT),
                on_control: within(event.target(), "button, a, summary, input, [role=tab]"),
            };
            if event.key() == " " && event.repeat() {
                event.prevent_default();
            } else if let Some(action) = on_key(&key) {
                event.prevent_default();
                dispatch.emit(action);
            }
        }
    });
    listen(window, "keyup", {
        let dispatch = dispatch.clone();
        move |event: KeyboardEvent| {
            if event.key() == " " {
                dispatch.emit(Action::Space(false));
            }
        }
    });
}

fn clipboard(document: &EventTarget, dispatch: &Dispatch) {
    for (name, cut) in [("copy", false), ("cut", true)] {
        let dispatch = dispatch.clone();
        listen(document, name, move |event: ClipboardEvent| {
            let on_canvas = page::document()
                .and_then(|d| d.active_element())
                .is_some_and(|e| e.closest("#stage").ok().flatten().is_some());
            if on_canvas && !within(event.target(), TEXT) {
                event.prevent_default();
                dispatch.emit(Action::Copy { cut });
            }
        });
    }
    let dispatch = dispatch.clone();
    listen(document, "paste", move |event: ClipboardEvent| {
        let text = event.clipboard_data().and_then(|d| d.get_data("text/plain").ok());
        if let Some(text) = text.filter(|_| !within(event.target(), TEXT)) {
            dispatch.emit(Action::Paste(text));
        }
    });
}

fn dropped_files(document: &EventTarget, dispatch: &Dispatch) {
    // A file that is dropped beside must not replace the page.
    listen(document, "dragover", |event: DragEvent| event.prevent_default());
    let dispatch = dispatch.clone();
    listen(document, "drop", move |event: DragEvent| {
        event.prevent_default();
        let file = event.data_transfer().and_then(|d| d.files()).and_then(|f| f.get(0));
        if let Some(file) = file {
            files::open(file, dispatch.clone());
        }
    });
}

fn wheel(stage: &Element, dispatch: &Dispatch) {
    let (dispatch, on) = (dispatch.clone(), stage.clone());
    listen(stage, "wheel", move |event: WheelEvent| {
        event.prevent_default();
        let rect = on.get_bounding_client_rect();
        let at = Point {
            x: f64::from(event.client_x()) - rect.left(),
            y: f64::from(event.client_y()) - rect.top(),
        };
        // Lines and pages, as some browsers count, in pixels.
        let unit = [1.0, 18.0, 300.0].get(event.delta_mode() as usize).copied().unwrap_or(1.0);
        let (mut dx, mut dy) = (event.delta_x() * unit, event.delta_y() * unit);
        let zoom = event.ctrl_key() || event.meta_key();
        if event.shift_key() && dx.abs() < 0.1 {
            (dx, dy) = (dy, 0.0);
        }
        if zoom {
            dy = dy.clamp(-120.0, 120.0);
        }
        dispatch.emit(Action::Wheel { at, dx, dy, zoom });
    });
}

fn size(stage: &Element, dispatch: &Dispatch) {
    let (dispatch, on) = (dispatch.clone(), stage.clone());
    let seen = Closure::<dyn FnMut()>::new(move || {
        dispatch.emit(Action::Resized(f64::from(on.client_width()), f64::from(on.client_height())));
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(seen.as_ref().unchecked_ref()) {
        observer.observe(stage);
        // Both last as long as the page.
        seen.forget();
        std::mem::forget(observer);
    }
}
