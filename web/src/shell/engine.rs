//! The link to the engine's worker: orders go there, news come back.

use super::sliced::Sliced;
use crate::state::Action;
use js_sys::{Float64Array, Reflect};
use tenfold_engine::protocol::{News, Order};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, HtmlLinkElement, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// The worker's address: it loads the files that the page itself was loaded from, so the two are always of one build.
fn worker_address() -> Option<String> {
    let document = super::page::document()?;
    let file = |selector: &str| {
        let link = document.query_selector(selector).ok()??;
        Some(link.unchecked_into::<HtmlLinkElement>().href())
    };
    let module: String = file("link[rel=modulepreload]")?;
    let wasm: String = file("link[rel=preload][type='application/wasm']")?;
    let query = |text: &str| String::from(js_sys::encode_uri_component(text));
    Some(format!("./engine-worker.js?module={}&wasm={}", query(&module), query(&wasm)))
}

/// A worker with its listeners; dropping it ends the worker.
pub(crate) struct EngineLink {
    worker: Option<Worker>,
    /// Where no worker may start.
    sliced: Option<Sliced>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl EngineLink {
    /// Starts a worker; what it says comes back as actions.
    pub(crate) fn start(dispatch: &Callback<Action>) -> Self {
        let on_message = Closure::new({
            let dispatch = dispatch.clone();
            move |event: MessageEvent| match read(&event.data()) {
                Some((news, numbers)) => dispatch.emit(Action::News { news, numbers }),
                None => {
                    dispatch.emit(Action::EngineDied("it spoke in a way the page does not understand".into()))
                }
            }
        });
        let on_error = Closure::new({
            let dispatch = dispatch.clone();
            move |event: ErrorEvent| {
                let message = Reflect::get(&event, &"message".into()).ok().and_then(|m| m.as_string());
                dispatch.emit(Action::EngineDied(message.unwrap_or_else(|| "it could not be loaded".into())));
            }
        });
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = worker_address().and_then(|address| Worker::new_with_options(&address, &options).ok());
        if let Some(worker) = &worker {
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        }
        let sliced = if worker.is_none() { Some(Sliced::start(dispatch)) } else { None };
        EngineLink { worker, sliced, _on_message: on_message, _on_error: on_error }
    }

    /// Sends an order.
    pub(crate) fn post(&self, order: &Order) {
        if let Some(sliced) = &self.sliced {
            sliced.post(order);
        }
        if let (Some(worker), Ok(message)) = (&self.worker, serde_wasm_bindgen::to_value(order)) {
            // A worker that is gone says so by its error event.
            let _ = worker.post_message(&message);
        }
    }
}

impl Drop for EngineLink {
    fn drop(&mut self) {
        if let Some(worker) = &self.worker {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

fn read(data: &JsValue) -> Option<(News, Vec<f64>)> {
    let news = Reflect::get(data, &"news".into()).ok()?;
    let news = serde_wasm_bindgen::from_value(news).ok()?;
    let numbers = Reflect::get(data, &"numbers".into()).ok()?.dyn_into::<Float64Array>();
    Some((news, numbers.map(|n| n.to_vec()).unwrap_or_default()))
}
