//! Watching: windows on a fixed grid of simulated time, and frames.

use super::simulation::Simulation;
use crate::components::State;
use crate::measure::cells::{Cells, Gauges};
use crate::measure::gauge::{ClassGauge, ComponentGauge, StationGauge, WireGauge};
use crate::measure::totals::ClassTotals;
use crate::measure::{ComponentRow, Frame, Histogram, LinkRow, Topology, WindowRow};
use crate::model::{Model, by_name};
use crate::statistics::{MSER_MIN, mser5};
use crate::units::SimTime;

/// What the engine remembers for those who watch.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    /// Closed windows that no frame has told yet.
    pub(super) windows: Vec<WindowRow>,
    /// The last one closed.
    last: Option<WindowRow>,
    components: Vec<ComponentRow>,
    links: Vec<LinkRow>,
    pub(super) window_begin: SimTime,
    /// The end of the warm-up, on the grid; [`SimTime::MAX`] while it is still to be found.
    pub(super) warm_up: SimTime,
    pub(super) measuring: bool,
    /// The measured part begins again with the next window.
    pub(super) afresh: bool,
    pub(super) afresh_after_edits: bool,
    /// Windows closed so far, and after how many the course is next looked at for the end of the warm-up.
    closed: u64,
    look_at: u64,
    /// What intervals come from.
    pub(super) cells: Cells,
    /// Whether an edit has changed what happens, after the run had begun.
    pub(super) edited: bool,
    pub(super) topology_changed: bool,
    /// Indices of the model's components and links, in its order.
    pub(super) shown: Vec<usize>,
    pub(super) shown_links: Vec<usize>,
    carried_in: u64,
    events_before: u64,
}

impl Watch {
    /// See [`Simulation::held_bytes`].
    pub(super) fn held_bytes(&self, other: &Watch) -> usize {
        let rows = size_of_val(&*self.windows) + size_of_val(&*self.components) + size_of_val(&*self.links);
        rows + size_of_val(&*self.shown)
            + size_of_val(&*self.shown_links)
            + self.cells.held_bytes(&other.cells)
    }

    pub(super) fn new(model: &Model) -> Self {
        let window = model.head.window.nanos().max(1);
        let given = model.head.warm_up.map(|given| given.nanos().div_ceil(window).saturating_mul(window));
        let warm_up = given.unwrap_or(u64::MAX);
        Watch {
            windows: Vec::new(),
            last: None,
            components: Vec::new(),
            links: Vec::new(),
            window_begin: SimTime::ZERO,
            warm_up: SimTime::from_nanos(warm_up),
            measuring: warm_up == 0,
            afresh: false,
            afresh_after_edits: false,
            closed: 0,
            look_at: MSER_MIN as u64,
            cells: Cells::default(),
            edited: false,
            topology_changed: true,
            shown: Vec::new(),
            shown_links: Vec::new(),
            carried_in: 0,
            events_before: 0,
        }
    }
}

/// As many windows as are kept for a frame that nobody asks for.
const WINDOWS_MAX: usize = 100_000;
/// A station whose servers are busy this share of the time while calls wait is saturated.
pub(super) const SATURATED: f64 = 0.98;

/// What all classes have seen together.
pub(super) fn sum_classes(gauges: &[ClassGauge], part: impl Fn(&ClassGauge) -> ClassTotals) -> ClassTotals {
    let mut sum = ClassTotals::default();
    for seen in gauges.iter().map(part) {
        sum.offered += seen.offered;
        sum.finished += seen.finished;
        sum.late += seen.late;
        sum.failed += seen.failed;
        for (all, one) in sum.reasons.0.iter_mut().zip(seen.reasons.0) {
            *all += one;
        }
    }
    sum
}

pub(super) fn merged<'a>(histograms: impl Iterator<Item = &'a Histogram>) -> Histogram {
    let mut all = Histogram::default();
    histograms.for_each(|one| all.merge(one));
    all
}

impl Simulation {
    /// Closes the window that ends now.
    pub(super) fn close_window(&mut self) {
        let now = self.now();
        for (gauge, state) in self.core.gauges.iter_mut().zip(&mut self.components) {
            gauge.settle_all(now);
            gauge.totals.all.windows += 1;
            gauge.totals.all.full_windows += u64::from(state.has_full_server(now));
        }
        self.core.wire_gauges.iter_mut().for_each(|gauge| gauge.settle(now));
        debug_assert_eq!(self.conservation(), Ok(()));
        let secs = now.since(self.watch.window_begin).secs();
        let row = self.window_row(now, secs);
        self.watch.last = Some(row);
        if self.watch.windows.len() < WINDOWS_MAX {
            self.watch.windows.push(row);
        }
        self.watch.components = self.watch.shown.iter().map(|ix| self.component_row(*ix, secs)).collect();
        self.watch.links = self.watch.shown_links.iter().map(|ix| self.link_row(*ix, secs)).collect();
        self.note_course(now);
        self.watch.window_begin = now;
        self.core.gauges.iter_mut().for_each(ComponentGauge::close_window);
        self.core.wire_gauges.iter_mut().for_each(WireGauge::close_window);
        for gauge in &mut self.core.class_gauges {
            gauge.totals.close_window();
            gauge.latency.close_window();
            gauge.failure_latency.close_window();
        }
        if std::mem::take(&mut self.watch.afresh) {
            self.watch.warm_up = now;
            self.begin_measuring();
        } else if !self.watch.measuring && (now >= self.watch.warm_up || self.has_settled()) {
            self.begin_measuring();
        }
    }

    /// Takes the window that ends now into the cells that intervals come from.
    fn note_course(&mut self, now: SimTime) {
        let ns = now.since(self.watch.window_begin).nanos();
        let clients = self.components.iter().zip(&self.core.gauges);
        let clients = clients.filter(|(state, _)| matches!(state, State::Clients(_)));
        let in_flight: u128 = clients.map(|(_, gauge)| gauge.totals.window().in_flight_ns).sum();
        self.watch.closed += 1;
        let in_flight = in_flight as f64 / ns.max(1) as f64;
        let seen = Gauges {
            components: &self.core.gauges,
            links: &self.core.wire_gauges,
            classes: &self.core.class_gauges,
        };
        self.watch.cells.close_window(ns, seen, in_flight);
    }

    /// Whether the warm-up that is to be found is over. MSER-5 looks at the run when it has lasted 50 windows, 100, 200 and so on, and
    /// finds it settled in its first half or not yet; so at least as much is left out as the rule asks for, and the same however the run is sliced.
    fn has_settled(&mut self) -> bool {
        if self.model.head.warm_up.is_some() || self.watch.closed < self.watch.look_at {
            return false;
        }
        self.watch.look_at *= 2;
        mser5(self.watch.cells.course().0).is_some()
    }

    fn begin_measuring(&mut self) {
        self.watch.warm_up = self.now();
        self.watch.cells.begin_measuring();
        let all = sum_classes(&self.core.class_gauges, |gauge| gauge.totals.all);
        self.watch.measuring = true;
        self.watch.carried_in = all.offered - all.finished - all.failed;
        self.watch.events_before = self.core.events;
        self.core.gauges.iter_mut().for_each(ComponentGauge::begin_measuring);
        self.core.wire_gauges.iter_mut().for_each(WireGauge::begin_measuring);
        for gauge in &mut self.core.class_gauges {
            gauge.totals.begin_measuring();
            gauge.latency.begin_measuring();
            gauge.failure_latency.begin_measuring();
        }
    }

    /// Remembers which components and links of the engine are part of the model, in its order.
    pub(super) fn follow_topology(&mut self) {
        let components =
            self.model.components.iter().filter_map(|c| self.index(&c.id)).map(usize::from).collect();
        let here: Vec<usize> =
            self.core.routes.iter().flat_map(|r| r.all.iter().map(|ix| *ix as usize)).collect();
        let by_id = by_name(&mut here.iter().map(|ix| self.core.wires[*ix].id.as_str()));
        let links = self
            .model
            .links
            .iter()
            .filter_map(|link| by_id.get(link.id.as_str()).map(|place| here[*place]))
            .collect();
        self.watch.shown = components;
        self.watch.shown_links = links;
        self.watch.topology_changed = true;
    }

    fn window_row(&self, now: SimTime, secs: f64) -> WindowRow {
        let seen = sum_classes(&self.core.class_gauges, |gauge| gauge.totals.window());
        let all = sum_classes(&self.core.class_gauges, |gauge| gauge.totals.all);
        let latency = merged(self.core.class_gauges.iter().map(|gauge| gauge.latency.window()));
        let good = seen.finished - seen.late;
        let pico: u128 = self.core.gauges.iter().map(|gauge| gauge.totals.window().cost_pico_usd).sum();
        let usd = pico as f64 / 1e12;
        let quantile = |q| latency.quantile_s(q).unwrap_or(f64::NAN);
        WindowRow {
            at_s: now.secs(),
            offered_per_s: seen.offered as f64 / secs,
            finished_per_s: seen.finished as f64 / secs,
            good_per_s: good as f64 / secs,
            failed_per_s: seen.failed as f64 / secs,
            in_flight: (all.offered - all.finished - all.failed) as f64,
            mean_s: latency.mean_s().unwrap_or(f64::NAN),
            p50_s: quantile(0.5),
            p95_s: quantile(0.95),
            p99_s: quantile(0.99),
            p999_s: quantile(0.999),
            cost_per_hour_usd: usd / secs * 3600.0,
            cost_per_million_good_usd: if good > 0 { usd / good as f64 * 1e6 } else { f64::NAN },
        }
    }

    fn component_row(&self, ix: usize, secs: f64) -> ComponentRow {
        let gauge = &self.core.gauges[ix];
        let seen = gauge.totals.window();
        let lives = self.core.fleets[ix].counts();
        let busiest = busiest(&gauge.stations, |station| utilisation(station, false));
        let queue: u64 = gauge.stations.iter().map(|station| station.queue).sum();
        let quantile = |q| gauge.sojourn.window().quantile_s(q).unwrap_or(f64::NAN);
        let figures = self.components[ix].figures(&seen, secs);
        let (at, used) = busiest.unwrap_or((0, f64::NAN));
        ComponentRow {
            arrivals_per_s: seen.arrivals as f64 / secs,
            completions_per_s: seen.completions as f64 / secs,
            failures_per_s: seen.failures as f64 / secs,
            in_flight: gauge.in_flight as f64,
            queue: queue as f64,
            utilisation: used,
            busiest: at as f64,
            saturated: f64::from(queue > 0 && (used >= SATURATED || seen.full_windows > 0)),
            p50_s: quantile(0.5),
            p95_s: quantile(0.95),
            p99_s: quantile(0.99),
            cost_per_hour_usd: seen.usd_per_hour(secs),
            starting: f64::from(lives.starting),
            ready: f64::from(lives.ready),
            draining: f64::from(lives.draining),
            down: f64::from(lives.down),
            figure_0: figures[0],
            figure_1: figures[1],
            figure_2: figures[2],
            figure_3: figures[3],
            figure_4: figures[4],
            figure_5: figures[5],
            figure_6: figures[6],
            figure_7: figures[7],
            figure_8: figures[8],
        }
    }

    fn link_row(&self, ix: usize, secs: f64) -> LinkRow {
        let gauge = &self.core.wire_gauges[ix];
        let seen = gauge.totals.window();
        let wire = &self.core.wires[ix];
        let pool = self.core.pool_gauge(ix, gauge);
        LinkRow {
            calls_per_s: seen.sent as f64 / secs,
            failures_per_s: seen.failed as f64 / secs,
            in_flight: wire.in_flight as f64,
            mean_s: gauge.latency.window().mean_s().unwrap_or(f64::NAN),
            cut: f64::from(u8::from(wire.cut)),
            connections: pool.map_or(f64::NAN, |pool| pool.busy as f64),
            waiting: pool.map_or(f64::NAN, |pool| pool.queue as f64),
        }
    }

    /// What has happened since the last frame and how things stood at the end of the last window.
    pub fn frame(&mut self) -> Frame {
        Frame {
            at_s: self.watch.window_begin.secs(),
            windows: std::mem::take(&mut self.watch.windows),
            components: self.watch.components.clone(),
            links: self.watch.links.clone(),
            notices: std::mem::take(&mut self.core.notices),
        }
    }

    /// Leaves what has happened so far out of the next frame, but for the last window; the frame names its rows again.
    pub(super) fn forget_news(&mut self) {
        self.watch.windows = self.watch.last.into_iter().collect();
        self.core.notices = Vec::new();
        self.watch.topology_changed = true;
    }

    /// The ids of the rows of a frame, when they have changed since this was asked last.
    pub fn changed_topology(&mut self) -> Option<Topology> {
        std::mem::take(&mut self.watch.topology_changed).then(|| self.topology())
    }

    /// The ids of the rows of the frame that the next closed window will give.
    pub fn topology(&self) -> Topology {
        Topology {
            components: self.watch.shown.iter().map(|ix| self.core.ids[*ix].clone()).collect(),
            links: self.watch.shown_links.iter().map(|ix| self.core.wires[*ix].id.clone()).collect(),
        }
    }

    /// Whether every request and every call is accounted for at this instant.
    ///
    /// # Errors
    /// Says what does not add up; that would be a fault of the engine.
    pub fn conservation(&self) -> Result<(), String> {
        for (ix, gauge) in self.core.gauges.iter().enumerate() {
            let all = gauge.totals.all;
            if all.arrivals != all.completions + all.failures + gauge.in_flight {
                return Err(format!(
                    "{}: {} calls came, {all:?} left or are inside",
                    self.core.ids[ix], all.arrivals
                ));
            }
            let state = &self.components[ix];
            state.adds_up(&all).map_err(|error| format!("{}: {error}", self.core.ids[ix]))?;
        }
        for (ix, gauge) in self.core.wire_gauges.iter().enumerate() {
            let all = gauge.totals.all;
            if all.sent != all.answered + all.failed + self.core.wires[ix].in_flight {
                return Err(format!("{}: {all:?} do not add up", self.core.wires[ix].id));
            }
        }
        self.core.pools_add_up()
    }
}

/// Busy servers over servers there; `None` where there is no limit, or was none for a while, or was no server.
pub(super) fn utilisation(station: &StationGauge, measured: bool) -> Option<f64> {
    let seen = if measured { station.totals.measured() } else { station.totals.window() };
    (station.had_limit(&seen) && seen.servers_ns > 0).then(|| seen.busy_ns as f64 / seen.servers_ns as f64)
}

/// The station with the highest utilisation and its index; the later one among equals, since it is the deeper one.
pub(super) fn busiest(
    stations: &[StationGauge],
    of: impl Fn(&StationGauge) -> Option<f64>,
) -> Option<(usize, f64)> {
    let used = stations.iter().enumerate().filter_map(|(at, station)| Some((at, of(station)?)));
    used.max_by(|a, b| a.1.total_cmp(&b.1))
}
