//! Everything that draws: three charts, their legends, and the one animation frame they share.
//!
//! Nothing is drawn unless something changed: the history, a size, the theme, the view. Whoever changes
//! something calls [`Stage::schedule`]; the next animation frame then draws once, however many changes there were. Where only the
//! history has grown and frames take long, the charts take turns, one a frame: drawing curves is most of what a frame costs.

use super::gestures::Press;
use super::handle::StoreHandle;
use super::legend::{Clock, Legend};
use super::pace::Pace;
use super::paint::Brush;
use super::palette::Palette;
use super::plan::{Plan, Request};
use super::series::Chart;
use super::store::Store;
use super::surface::Surface;
use super::table;
use super::view::View;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use tenfold::measure::WindowRow;
use tenfold::model::Objective;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlCanvasElement};
use yew::Callback;

/// The charts on the page.
pub(crate) struct Stage {
    /// What is drawn; never borrowed while calling out.
    pub(crate) state: RefCell<State>,
    /// Told when the buttons around the charts must change.
    changed: Callback<()>,
    tick: Closure<dyn FnMut(f64)>,
    frame: Cell<Option<i32>>,
    alarm: Closure<dyn FnMut()>,
    timeout: Cell<Option<i32>>,
}

/// What is drawn.
pub(crate) struct State {
    /// The numbers.
    pub(crate) store: StoreHandle,
    /// What the reader looks at.
    pub(crate) view: View,
    /// What the model is expected to do.
    pub(crate) objectives: Vec<Objective>,
    /// The charts; empty before the page is there.
    pub(crate) faces: Vec<Face>,
    /// Where the pointer is: over which chart, and how far from its left edge.
    pub(crate) pointer: Option<(Chart, f64)>,
    /// The button or finger that is down.
    pub(crate) press: Option<Press>,
    palette: Option<Palette>,
    legend: Legend,
    pace: Pace,
    told: (bool, bool),
}

/// One chart on the page.
pub(crate) struct Face {
    /// Which chart.
    pub(crate) chart: Chart,
    /// What it looks like.
    pub(crate) plan: Option<Plan>,
    /// The canvas of the curves.
    pub(crate) plot: Surface,
    /// The canvas of the crosshair, above it.
    pub(crate) over: Surface,
    /// The version of the history and the view that `plot` shows; `None` when it must be drawn whatever they are.
    drawn: Option<(u64, View)>,
    /// Whether nothing is on `over`.
    is_bare: bool,
}

impl Stage {
    /// A stage without a page yet; `changed` is called when the buttons around the charts must change.
    pub(crate) fn new(store: StoreHandle, objectives: Vec<Objective>, changed: Callback<()>) -> Rc<Stage> {
        let state = State {
            store,
            view: View::default(),
            objectives,
            faces: Vec::new(),
            pointer: None,
            press: None,
            palette: None,
            legend: Legend::default(),
            pace: Pace::default(),
            told: (false, false),
        };
        Rc::new_cyclic(|stage: &Weak<Stage>| {
            let (on_tick, on_alarm) = (stage.clone(), stage.clone());
            let tick = Closure::new(move |now_ms: f64| {
                if let Some(stage) = on_tick.upgrade() {
                    stage.draw(now_ms);
                }
            });
            let alarm = Closure::new(move || {
                if let Some(stage) = on_alarm.upgrade() {
                    stage.timeout.set(None);
                    stage.schedule();
                }
            });
            let state = RefCell::new(state);
            Stage { state, changed, tick, frame: Cell::new(None), alarm, timeout: Cell::new(None) }
        })
    }

    /// Finds the canvases and legends inside an element.
    pub(crate) fn attach(&self, root: &Element) {
        let canvas = |chart: Chart, class: &str| {
            let found = root.query_selector(&format!("[data-chart={}] canvas.{class}", chart.key()));
            found.ok().flatten()?.dyn_into::<HtmlCanvasElement>().ok().and_then(Surface::of)
        };
        let faces = Chart::ALL.into_iter().filter_map(|chart| {
            let (plot, over) = (canvas(chart, "plot")?, canvas(chart, "over")?);
            Some(Face { chart, plan: None, plot, over, drawn: None, is_bare: false })
        });
        let mut state = self.state.borrow_mut();
        state.faces = faces.collect();
        state.legend = Legend::inside(root);
        drop(state);
        self.schedule();
    }

    /// Lets go of the page.
    pub(crate) fn detach(&self) {
        self.state.borrow_mut().faces.clear();
    }

    /// The rows of the table.
    pub(crate) fn rows(&self) -> Vec<WindowRow> {
        let state = self.state.borrow();
        let store = state.store.borrow();
        table::rows(&store, state.view.range(&store))
    }

    /// The colours or sizes may have changed: read them again and draw.
    pub(crate) fn refresh(&self) {
        let mut state = self.state.borrow_mut();
        state.palette = None;
        for face in &mut state.faces {
            face.drawn = None;
            face.plot.measure_again();
            face.over.measure_again();
        }
        drop(state);
        self.schedule();
    }

    /// Draws at the next animation frame.
    pub(crate) fn schedule(&self) {
        if self.frame.get().is_none() {
            let function = self.tick.as_ref().unchecked_ref();
            self.frame
                .set(web_sys::window().and_then(|window| window.request_animation_frame(function).ok()));
        }
    }

    /// Changes the view and draws.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let out = change(&mut self.state.borrow_mut());
        self.schedule();
        out
    }

    fn draw(&self, now_ms: f64) {
        self.frame.set(None);
        let mut state = self.state.borrow_mut();
        let told = state.told;
        let more = state.draw(now_ms);
        let wait = state.label(now_ms);
        let now = state.told;
        drop(state);
        if more {
            self.schedule();
        }
        if let Some(wait_ms) = wait {
            self.later(wait_ms);
        }
        if told != now {
            self.changed.emit(());
        }
    }

    /// Draws once more when numbers that may only change every so often may change again.
    fn later(&self, wait_ms: f64) {
        if self.timeout.get().is_some() {
            return;
        }
        let (function, wait_ms) = (self.alarm.as_ref().unchecked_ref(), wait_ms as i32 + 1);
        self.timeout.set(web_sys::window().and_then(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(function, wait_ms).ok()
        }));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // The browser must not call back what is gone.
        let Some(window) = web_sys::window() else { return };
        if let Some(frame) = self.frame.get() {
            drop(window.cancel_animation_frame(frame));
        }
        if let Some(timeout) = self.timeout.get() {
            window.clear_timeout_with_handle(timeout);
        }
    }
}

impl State {
    /// Draws what is to be drawn in the frame that begins now; whether the next one is wanted as well.
    fn draw(&mut self, now_ms: f64) -> bool {
        let store = self.store.clone();
        let store = store.borrow();
        self.view.keep_up(&store);
        self.faces.iter_mut().for_each(Face::fit);
        if self.palette.is_none() {
            self.palette = Palette::of_page();
        }
        let Some(palette) = &self.palette else { return false };
        let seen = (store.version(), self.view.at_rest());
        let stale =
            self.faces.iter_mut().filter(|face| face.plot.is_visible() && face.drawn.as_ref() != Some(&seen));
        let (grown, mut now): (Vec<_>, Vec<_>) = stale.partition(|face| face.shows(&seen.1));
        let mut more = false;
        if self.pace.takes_turns(now_ms) {
            more = grown.len() > 1;
            let waited_longest =
                grown.into_iter().min_by_key(|face| face.drawn.as_ref().map(|drawn| drawn.0));
            now.extend(waited_longest);
        } else {
            now.extend(grown);
        }
        more |= self.pace.drew(now.len(), now_ms);
        for face in now {
            face.draw(&store, &self.view, &self.objectives, palette);
        }
        if let Some((chart, x)) = self.pointer.filter(|_| self.view.drag.is_none()) {
            let face = self.faces.iter().find(|face| face.chart == chart);
            self.view.hover = face.and_then(|face| face.plan.as_ref()).map(|plan| plan.time_at(x));
        }
        self.faces.iter_mut().for_each(|face| face.draw_over(&store, &self.view, palette));
        self.told = (self.view.stands_still(), self.view.pinned.is_some());
        more
    }

    /// Writes the legend and the names for screen readers; how long to wait when it is too early for that.
    fn label(&mut self, now_ms: f64) -> Option<f64> {
        let store = self.store.clone();
        let store = store.borrow();
        let cursor = self.view.cursor();
        let reading = cursor.map_or_else(|| store.latest(), |at| store.nearest(at));
        self.legend.write(
            reading.as_ref(),
            Clock { now_ms, last_s: store.last_s().unwrap_or(0.0), at_once: cursor.is_some() },
        )
    }
}

impl Face {
    fn fit(&mut self) {
        let plot = self.plot.fit();
        if self.over.fit() || plot {
            (self.drawn, self.is_bare) = (None, false);
        }
    }

    /// Whether it shows this view, be it of an earlier history.
    fn shows(&self, view: &View) -> bool {
        self.drawn.as_ref().is_some_and(|drawn| drawn.1 == *view)
    }

    /// Draws the curves and what is around them.
    fn draw(&mut self, store: &Store, view: &View, objectives: &[Objective], palette: &Palette) {
        let before = self.plan.as_ref();
        let plan =
            Plan::of(Request { chart: self.chart, store, view, objectives, size: self.plot.size, before });
        self.plot.begin();
        self.plot.brush(palette).chart(&plan);
        self.plan = Some(plan);
        self.drawn = Some((store.version(), view.at_rest()));
    }

    /// Draws what lies above the curves, if there is or was anything.
    fn draw_over(&mut self, store: &Store, view: &View, palette: &Palette) {
        let bare = view.drag.is_none() && view.cursor().is_none() && store.moment().is_none();
        if !self.over.is_visible() || (bare && self.is_bare) {
            return;
        }
        self.over.begin();
        if let Some(plan) = &self.plan {
            self.over.brush(palette).overlay(plan, view, store);
        }
        self.is_bare = bare;
    }
}

impl Surface {
    fn brush<'a>(&'a self, palette: &'a Palette) -> Brush<'a> {
        Brush { ctx: &self.ctx, palette, ratio: self.ratio }
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stage({:?})", self.state)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {} faces", self.view, self.faces.len())
    }
}
