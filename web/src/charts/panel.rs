//! The charts as a component: what is around the canvases, and who hears what.

use super::handle::{StoreHandle, Watch};
use super::series::{Chart, Series};
use super::stage::Stage;
use super::view::Span;
use super::watch::PageWatch;
use super::{export, markup};
use std::rc::Rc;
use tenfold::measure::WindowRow;
use tenfold::model::Objective;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Element;
use yew::{Callback, Component, Context, Html, NodeRef, Properties};

/// How often the table changes while the run goes on, ms.
const TABLE_MS: i32 = 1000;

/// What the charts show.
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct Props {
    /// The history of the run.
    pub(crate) store: StoreHandle,
    /// What the model is expected to do: lines in the charts.
    pub(crate) objectives: Vec<Objective>,
    /// What is shown of a run until the reader chooses: as much as suits how long it lasts.
    pub(crate) usual: Span,
    /// The theme's name; a change makes the charts read their colours again.
    pub(crate) theme: &'static str,
    /// Whether only one chart is shown at a time, chosen by tabs: for phones and embeds.
    pub(crate) compact: bool,
}

/// What a reader can do with the buttons around the charts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Msg {
    /// Show so much of the run.
    Span(Span),
    /// Show or hide a curve.
    Toggle(Series),
    /// Linear or logarithmic latency.
    Log,
    /// Charts or table.
    Table,
    /// Follow the run again.
    Live,
    /// Open or close the menu.
    Menu(bool),
    /// Save a chart as a picture.
    Png(Chart),
    /// Save a chart's numbers.
    Csv(Chart),
    /// Show this chart, where only one is shown.
    Tab(Chart),
    /// The drawing says that the buttons must change.
    Changed,
    /// It is time to read the table again.
    Reread,
}

/// The live charts.
#[derive(Debug)]
pub(crate) struct Panel {
    /// What draws.
    pub(crate) stage: Rc<Stage>,
    /// The element around it all.
    pub(crate) root: NodeRef,
    /// The chart shown where only one is.
    pub(crate) tab: Chart,
    /// Whether the menu is open.
    pub(crate) menu: bool,
    /// The rows of the table while it is shown.
    pub(crate) table: Option<Vec<WindowRow>>,
    timer: Option<Timer>,
    _store: Watch,
    page: Option<PageWatch>,
}

impl Component for Panel {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        let changed = ctx.link().callback(|()| Msg::Changed);
        let stage = Stage::new(props.store.clone(), props.objectives.clone(), changed);
        let watch = watch(&props.store, &stage);
        stage.with(|state| state.view.span = props.usual);
        Panel {
            stage,
            root: NodeRef::default(),
            tab: Chart::Throughput,
            menu: false,
            table: None,
            timer: None,
            _store: watch,
            page: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Span(span) => self.stage.with(|state| {
                state.view.go_live();
                state.view.span = span;
            }),
            Msg::Toggle(series) => self.stage.with(|state| state.view.toggle(series)),
            Msg::Log => self.stage.with(|state| state.view.log = !state.view.log),
            Msg::Live => self.stage.with(|state| state.view.go_live()),
            Msg::Menu(menu) => self.menu = menu,
            Msg::Png(chart) => {
                self.menu = false;
                // Without a picture nothing is saved, and the browser has said why.
                let _ = self.stage.with(|state| export::save_png(state, chart));
            }
            Msg::Csv(chart) => {
                self.menu = false;
                self.stage.with(|state| export::save_csv(state, chart));
            }
            Msg::Tab(chart) => {
                self.tab = chart;
                self.stage.schedule();
            }
            Msg::Table if self.table.is_some() => {
                (self.table, self.timer) = (None, None);
                self.stage.schedule();
            }
            Msg::Table => {
                self.reread();
                self.timer = Timer::every(TABLE_MS, ctx.link().callback(|()| Msg::Reread));
            }
            Msg::Reread => return self.reread(),
            Msg::Changed => {
                if self.table.is_some() {
                    self.reread();
                }
            }
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &Props) -> bool {
        let props = ctx.props();
        if props.store != before.store {
            self._store = watch(&props.store, &self.stage);
        }
        self.stage.with(|state| {
            state.store = props.store.clone();
            state.objectives.clone_from(&props.objectives);
            if props.usual != before.usual {
                state.view.span = props.usual;
            }
        });
        self.stage.refresh();
        props.compact != before.compact || props.usual != before.usual
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        markup::panel(self, ctx).into()
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        let Some(root) = self.root.cast::<Element>().filter(|_| first) else { return };
        self.stage.attach(&root);
        let stage = Rc::downgrade(&self.stage);
        let plots = Chart::ALL.into_iter().filter_map(|chart| {
            root.query_selector(&format!("[data-chart={}] .chart-plot", chart.key())).ok().flatten()
        });
        self.page = Some(PageWatch::new(plots, move || {
            if let Some(stage) = stage.upgrade() {
                stage.refresh();
            }
        }));
    }

    fn destroy(&mut self, _ctx: &Context<Self>) {
        self.stage.detach();
    }
}

impl Panel {
    /// Reads the table's rows again; whether they changed.
    fn reread(&mut self) -> bool {
        let rows = self.stage.rows();
        let same = self.table.as_ref().is_some_and(|before| {
            let ends = |rows: &[WindowRow]| (rows.len(), rows.first().map(|row| row.at_s.to_bits()));
            ends(before) == ends(&rows)
        });
        self.table = Some(rows);
        !same
    }
}

fn watch(store: &StoreHandle, stage: &Rc<Stage>) -> Watch {
    let stage = Rc::downgrade(stage);
    store.watch(move || {
        if let Some(stage) = stage.upgrade() {
            stage.schedule();
        }
    })
}

/// Calls back again and again until it is dropped.
#[derive(Debug)]
struct Timer {
    id: i32,
    _call: Closure<dyn FnMut()>,
}

impl Timer {
    fn every(ms: i32, call: Callback<()>) -> Option<Timer> {
        let call = Closure::<dyn FnMut()>::new(move || call.emit(()));
        let function = call.as_ref().unchecked_ref();
        let id =
            web_sys::window()?.set_interval_with_callback_and_timeout_and_arguments_0(function, ms).ok()?;
        Some(Timer { id, _call: call })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.id);
        }
    }
}
