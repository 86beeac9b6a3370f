//! The worker: drives the run loop in a Web Worker.

use crate::protocol::{FromEngine, News, Order};
use crate::runner::{Parcel, Runner};
use js_sys::{Array, Float64Array, Object, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, Performance};

/// A slice of work, after which messages are looked at.
const SLICE_MS: f64 = 12.0;

/// Serves as the engine when this program was loaded into a worker; tells whether it was.
pub fn serve_if_worker() -> bool {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>();
    if let Ok(scope) = scope {
        Worker::start(scope);
        return true;
    }
    false
}

/// Milliseconds by the browser's clock, which does not go back.
pub fn clock_ms() -> f64 {
    let performance = Reflect::get(&js_sys::global(), &JsValue::from_str("performance"));
    performance.map_or(0.0, |p| p.unchecked_into::<Performance>().now())
}

/// A parcel as it travels: `{ news, numbers }`.
fn to_js(parcel: &Parcel) -> (JsValue, Option<Float64Array>) {
    let message = Object::new();
    let news = serde_wasm_bindgen::to_value(&parcel.news).unwrap_or(JsValue::NULL);
    let numbers = parcel.numbers.as_ref().map(|numbers| Float64Array::from(numbers.as_slice()));
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(&message, &JsValue::from_str("news"), &news);
    if let Some(numbers) = &numbers {
        let _ = Reflect::set(&message, &JsValue::from_str("numbers"), numbers);
    }
    (message.into(), numbers)
}

fn failed(message: String) -> Parcel {
    Parcel { news: News { run: 0, what: FromEngine::Failed(message) }, numbers: None }
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    runner: RefCell<Runner>,
    /// Comes back to the loop at once, after messages that wait; a timer would come back after 4 ms at the earliest.
    again: MessageChannel,
    tick: RefCell<Option<Closure<dyn FnMut()>>>,
    /// A call of the loop is under way already.
    scheduled: RefCell<bool>,
}

impl Worker {
    fn start(scope: DedicatedWorkerGlobalScope) {
        let Ok(again) = MessageChannel::new() else { return };
        let worker = Rc::new(Worker {
            scope,
            runner: RefCell::default(),
            again,
            tick: RefCell::new(None),
            scheduled: RefCell::new(false),
        });
        worker.report_panics();
        let me = worker.clone();
        let tick = Closure::<dyn FnMut()>::new(move || me.tick());
        worker.again.port1().set_onmessage(Some(tick.as_ref().unchecked_ref()));
        *worker.tick.borrow_mut() = Some(tick);
        let me = worker.clone();
        let listen =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| me.take(event.data()));
        worker.scope.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        listen.forget();
        worker.send(&Parcel { news: News { run: 0, what: FromEngine::Ready }, numbers: None });
    }

    /// A panic becomes a message; the page then starts a fresh worker.
    fn report_panics(&self) {
        let scope = self.scope.clone();
        std::panic::set_hook(Box::new(move |info| {
            let (message, _) = to_js(&failed(info.to_string()));
            let _ = scope.post_message(&message);
        }));
    }

    fn take(&self, data: JsValue) {
        match serde_wasm_bindgen::from_value::<Order>(data) {
            Ok(order) => self.runner.borrow_mut().take_order(order),
            Err(error) => self.send(&failed(format!("an order could not be read: {error}"))),
        }
        self.send_all();
        self.schedule(0.0);
    }

    fn tick(&self) {
        *self.scheduled.borrow_mut() = false;
        let wait_ms = self.runner.borrow_mut().work(clock_ms, clock_ms() + SLICE_MS);
        self.send_all();
        self.schedule(wait_ms);
    }

    fn schedule(&self, wait_ms: f64) {
        if self.scheduled.replace(true) {
            return;
        }
        let tick = self.tick.borrow();
        match tick.as_ref() {
            Some(tick) if wait_ms > 0.0 => {
                let _ = self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(
                    tick.as_ref().unchecked_ref(),
                    wait_ms as i32,
                );
            }
            _ => {
                let _ = self.again.port2().post_message(&JsValue::NULL);
            }
        }
    }

    fn send_all(&self) {
        let parcels = self.runner.borrow_mut().take_parcels();
        parcels.iter().for_each(|parcel| self.send(parcel));
    }

    fn send(&self, parcel: &Parcel) {
        let (message, numbers) = to_js(parcel);
        let sent = match numbers {
            Some(numbers) => self.scope.post_message_with_transfer(&message, &Array::of1(&numbers.buffer())),
            None => self.scope.post_message(&message),
        };
        // A page that is gone needs no news.
        drop(sent);
    }
}
