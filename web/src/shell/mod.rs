//! The shell: what touches the world outside the page's own state.

pub(crate) mod engine;
pub(crate) mod examples;
pub(crate) mod files;
pub(crate) mod page;
pub(crate) mod share;
pub(crate) mod shelf;
mod sliced;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// A listener that lasts as long as the page.
pub(crate) fn listen<E: JsCast + 'static>(
    on: &web_sys::EventTarget,
    event: &str,
    mut act: impl FnMut(E) + 'static,
) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        if let Ok(event) = event.dyn_into::<E>() {
            act(event);
        }
    });
    let passive = event == "wheel" || event.starts_with("drag");
    let function = closure.as_ref().unchecked_ref();
    let done = if passive {
        let options = web_sys::AddEventListenerOptions::new();
        options.set_passive(false);
        on.add_event_listener_with_callback_and_add_event_listener_options(event, function, &options)
    } else {
        on.add_event_listener_with_callback(event, function)
    };
    if done.is_ok() {
        // The page's own listeners are never taken away.
        closure.forget();
    }
}

/// Calls `act` once, after so many milliseconds.
pub(crate) fn later(ms: i32, act: impl FnOnce() + 'static) {
    let function = Closure::once_into_js(act);
    if let Some(window) = web_sys::window() {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(function.unchecked_ref(), ms);
    }
}

/// Milliseconds since the page was opened.
pub(crate) fn now_ms() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}
