//! What pointer and keyboard do to the charts.
//!
//! A mouse hovers, clicks to pin, drags to zoom, double-clicks to reset. A finger scrubs and leaves a pin. The
//! keyboard moves the crosshair by windows, pins with Enter, zooms with + and −, steps back with Escape.

use super::series::Chart;
use super::stage::{Face, Stage, State};
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::TargetCast;

/// A press that moves less than this is a click, pixels.
const CLICK_MAX: f64 = 5.0;

/// A button or finger that is down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Press {
    x: f64,
    at_s: f64,
    finger: bool,
    moved: bool,
}

impl Stage {
    /// The pointer moved over a chart.
    pub(crate) fn pointer_move(&self, chart: Chart, event: &PointerEvent) {
        let x = event.offset_x_f64();
        self.with(|state| {
            state.pointer = Some((chart, x));
            state.view.focus = chart;
            let at = state.time_at(chart, x);
            let (Some(press), Some(at)) = (&mut state.press, at) else { return };
            press.moved |= (x - press.x).abs() > CLICK_MAX;
            let press = *press;
            if press.finger {
                state.view.pinned = state.view.pinned.and(Some(at));
            } else if press.moved {
                let store = state.store.clone();
                if state.view.drag.is_none() {
                    state.view.begin_drag(press.at_s, &store.borrow());
                }
                (state.view.drag, state.view.hover) = (Some([press.at_s, at]), Some(at));
            }
        });
    }

    /// A button or finger went down on a chart.
    pub(crate) fn pointer_down(&self, chart: Chart, event: &PointerEvent) {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        if let Some(target) = event.target_dyn_into::<Element>() {
            // Without the capture a drag that leaves the chart would end there: bearable.
            drop(target.set_pointer_capture(event.pointer_id()));
        }
        let x = event.offset_x_f64();
        let finger = event.pointer_type() == "touch";
        self.with(|state| {
            state.pointer = Some((chart, x));
            state.view.focus = chart;
            state.press = state.time_at(chart, x).map(|at_s| Press { x, at_s, finger, moved: false });
        });
    }

    /// It went up again.
    pub(crate) fn pointer_up(&self, chart: Chart, event: &PointerEvent) {
        let x = event.offset_x_f64();
        self.with(|state| {
            let Some(press) = state.press.take() else { return };
            let store = state.store.clone();
            let store = store.borrow();
            let at = state.time_at(chart, x).unwrap_or(press.at_s);
            if press.finger && press.moved {
                state.view.release();
                state.view.pin(at, &store);
            } else if press.moved {
                state.view.end_drag(&store);
            } else {
                state.view.pin(at, &store);
            }
            if press.finger {
                state.pointer = None;
            }
        });
    }

    /// The pointer left, or the browser took a finger's gesture for scrolling.
    pub(crate) fn pointer_leave(&self) {
        self.with(|state| {
            if state.press.is_none_or(|press| press.finger) {
                (state.pointer, state.press, state.view.hover) = (None, None, None);
            }
        });
    }

    /// The keyboard left a chart.
    pub(crate) fn blur(&self) {
        self.with(|state| {
            if state.view.pinned.is_none() && state.pointer.is_none() && state.view.hover.is_some() {
                state.view.release();
            }
        });
    }

    /// A double click shows everything again.
    pub(crate) fn reset_zoom(&self) {
        self.with(|state| state.view.reset_zoom());
    }

    /// A key was pressed on a chart.
    pub(crate) fn key(&self, chart: Chart, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let far = if event.shift_key() { 10 } else { 1 };
        let known = self.with(|state| {
            state.view.focus = chart;
            state.key(&event.key(), far)
        });
        if known {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

impl State {
    /// The instant under a place of a chart.
    fn time_at(&self, chart: Chart, x: f64) -> Option<f64> {
        let face: Option<&Face> = self.faces.iter().find(|face| face.chart == chart);
        face.and_then(|face| face.plan.as_ref()).map(|plan| plan.time_at(x))
    }

    /// Does what a key says; whether it says anything.
    fn key(&mut self, key: &str, far: isize) -> bool {
        let store = self.store.clone();
        let store = store.borrow();
        let view = &mut self.view;
        match key {
            "ArrowLeft" | "ArrowDown" => view.step(-far, &store),
            "ArrowRight" | "ArrowUp" => view.step(far, &store),
            "PageDown" => view.step(-60, &store),
            "PageUp" => view.step(60, &store),
            "Home" | "End" => {
                let [from, to] = view.range(&store);
                let edge = if key == "Home" { from } else { to };
                view.step(0, &store);
                if let Some(reading) = store.nearest(edge) {
                    view.move_to(reading.row.at_s, &store);
                }
            }
            "Enter" | " " => {
                let at = view.cursor().or(store.last_s());
                at.into_iter().for_each(|at| view.pin(at, &store));
            }
            "+" | "=" => view.zoom_by(0.5, &store),
            "-" | "_" => view.zoom_by(2.0, &store),
            "0" => view.reset_zoom(),
            "Escape" => return view.escape(),
            _ => return false,
        }
        self.pointer = None;
        true
    }
}

/// Where an event happened, from the left edge of its element.
trait Offset {
    /// Pixels.
    fn offset_x_f64(&self) -> f64;
}

impl Offset for PointerEvent {
    fn offset_x_f64(&self) -> f64 {
        let left =
            self.target_dyn_into::<HtmlElement>().map(|element| element.get_bounding_client_rect().left());
        left.map_or(0.0, |left| f64::from(self.client_x()) - left)
    }
}
