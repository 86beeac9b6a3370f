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

/// What a worker says: news and their numbers, or in words why it does not.
type Said = Result<(News, Vec<f64>), String>;

/// A worker with its listeners; dropping it ends the worker.
struct WorkerLink {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl WorkerLink {
    /// Starts a worker; `None` where none may start.
    fn start(told: &Callback<Said>) -> Option<Self> {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let told = told.clone();
            move |event: MessageEvent| {
                let read = read(&event.data());
                told.emit(read.ok_or_else(|| "it spoke in a way the page does not understand".into()));
            }
        });
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new({
            let told = told.clone();
            move |event: ErrorEvent| {
                let message = Reflect::get(&event, &"message".into()).ok().and_then(|m| m.as_string());
                told.emit(Err(message.unwrap_or_else(|| "it could not be loaded".into())));
            }
        });
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&worker_address()?, &options).ok()?;
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(WorkerLink { worker, _on_message: on_message, _on_error: on_error })
    }

    fn post(&self, order: &Order) {
        if let Ok(message) = serde_wasm_bindgen::to_value(order) {
            // A worker that is gone says so by its error event.
            let _ = self.worker.post_message(&message);
        }
    }
}

impl Drop for WorkerLink {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The engine of the live run.
pub(crate) struct EngineLink {
    worker: Option<WorkerLink>,
    /// Where no worker may start.
    sliced: Option<Sliced>,
}

impl EngineLink {
    /// Starts it; what it says comes back as actions.
    pub(crate) fn start(dispatch: &Callback<Action>) -> Self {
        let worker = WorkerLink::start(&dispatch.reform(|said: Said| match said {
            Ok((news, numbers)) => Action::News { news, numbers },
            Err(words) => Action::EngineDied(words),
        }));
        let sliced = if worker.is_none() { Some(Sliced::start(dispatch)) } else { None };
        EngineLink { worker, sliced }
    }

    pub(crate) fn is_worker(&self) -> bool {
        self.worker.is_some()
    }

    /// Sends an order.
    pub(crate) fn post(&self, order: &Order) {
        if let Some(sliced) = &self.sliced {
            sliced.post(order);
        }
        if let Some(worker) = &self.worker {
            worker.post(order);
        }
    }
}

/// Engines that help with a report, numbered from 1.
#[derive(Default)]
pub(crate) struct Helpers(Vec<WorkerLink>);

impl Helpers {
    /// As many as there are processors beside that of the live run's engine, at least one and at most eight: each takes memory of its own.
    pub(crate) fn start(most: u32, dispatch: &Callback<Action>) -> Self {
        let processors = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
        let count = (processors - 1.0).clamp(1.0, 8.0).min(f64::from(most)) as usize;
        let start = |helper| {
            let told = dispatch
                .reform(move |said: Said| Action::HelperNews { helper, said: said.map(|(news, _)| news) });
            WorkerLink::start(&told)
        };
        Helpers((1..=count).map_while(start).collect())
    }

    pub(crate) fn post(&self, helper: usize, order: &Order) {
        if let Some(worker) = self.0.get(helper - 1) {
            worker.post(order);
        }
    }
}

fn read(data: &JsValue) -> Option<(News, Vec<f64>)> {
    let news = Reflect::get(data, &"news".into()).ok()?;
    let news = serde_wasm_bindgen::from_value(news).ok()?;
    let numbers = Reflect::get(data, &"numbers".into()).ok()?.dyn_into::<Float64Array>();
    Some((news, numbers.map(|n| n.to_vec()).unwrap_or_default()))
}
