//! The engine without a worker, where the host forbids one: it works in short slices between the page's own doings.

use crate::state::{Action, Tone};
use std::cell::RefCell;
use std::rc::Rc;
use tenfold_engine::protocol::{FromEngine, News, Order};
use tenfold_engine::runner::Runner;
use tenfold_engine::worker::clock_ms;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use yew::Callback;

/// Milliseconds from one slice to the next: one for every picture that the screen shows.
const EVERY_MS: i32 = 16;
/// Milliseconds of work in a slice, so that the rest is the page's.
const SLICE_MS: f64 = 6.0;

/// A run loop on the page's own thread; dropping it ends it.
pub(crate) struct Sliced {
    runner: Rc<RefCell<Runner>>,
    timer: Option<i32>,
    _slice: Closure<dyn FnMut()>,
}

impl Sliced {
    /// Starts the loop and says that it is not a worker; what the engine says comes back as actions.
    pub(crate) fn start(dispatch: &Callback<Action>) -> Self {
        let runner = Rc::new(RefCell::new(Runner::default()));
        let slice = Closure::<dyn FnMut()>::new({
            let (runner, dispatch) = (Rc::clone(&runner), dispatch.clone());
            move || {
                let parcels = {
                    let mut runner = runner.borrow_mut();
                    runner.work(clock_ms, clock_ms() + SLICE_MS);
                    runner.take_parcels()
                };
                for parcel in parcels {
                    let numbers = parcel.numbers.unwrap_or_default();
                    dispatch.emit(Action::News { news: parcel.news, numbers });
                }
            }
        });
        let timer = web_sys::window().and_then(|window| {
            let callback = slice.as_ref().unchecked_ref();
            window.set_interval_with_callback_and_timeout_and_arguments_0(callback, EVERY_MS).ok()
        });
        let ready = News { run: 0, what: FromEngine::Ready };
        dispatch.emit(Action::News { news: ready, numbers: Vec::new() });
        let words = "This place allows no background worker, so the simulation shares the page's own thread and runs slower.";
        dispatch.emit(Action::Say(Tone::Plain, words.into()));
        Sliced { runner, timer, _slice: slice }
    }

    /// Takes an order; the answer comes with the next slice.
    pub(crate) fn post(&self, order: &Order) {
        // A slice that is under way has the loop; it cannot be, since orders come from the same thread between slices.
        if let Ok(mut runner) = self.runner.try_borrow_mut() {
            runner.take_order(order.clone());
        }
    }
}

impl Drop for Sliced {
    fn drop(&mut self) {
        if let (Some(timer), Some(window)) = (self.timer, web_sys::window()) {
            window.clear_interval_with_handle(timer);
        }
    }
}
