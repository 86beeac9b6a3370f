//! Counts and time integrals, kept so that every span of a run is a difference of two snapshots.
//!
//! Everything that adds up over a run is a whole number: counts, nanoseconds × count, billionths of a cent. So a figure does not
//! depend on how the run was sliced.

use super::histogram::Histogram;
use super::reason::Reason;
use crate::units::{SimTime, Span};
use std::ops::Sub;

/// Declares a struct of whole numbers that can be subtracted.
macro_rules! totals {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct $name { $($(#[$field_meta])* pub(crate) $field: $type,)* }
        impl Sub for $name {
            type Output = $name;
            fn sub(self, before: $name) -> $name {
                $name { $($field: self.$field - before.$field,)* }
            }
        }
    };
}

/// Counters that a component may use for figures of its own.
pub(crate) const TALLIES: usize = 5;

/// A component's own counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tallies(pub(crate) [u64; TALLIES]);

impl Sub for Tallies {
    type Output = Tallies;
    fn sub(self, before: Tallies) -> Tallies {
        Tallies(std::array::from_fn(|i| self.0[i] - before.0[i]))
    }
}

totals! {
    /// What a station has seen.
    StationTotals {
        arrivals: u64,
        started: u64,
        refused: u64,
        /// Servers busy × nanoseconds.
        busy_ns: u128,
        /// Servers there × nanoseconds.
        servers_ns: u128,
        /// Calls waiting × nanoseconds.
        queue_ns: u128,
    }
}

totals! {
    /// What a component has seen.
    ComponentTotals {
        arrivals: u64,
        completions: u64,
        failures: u64,
        /// Work that ended after its caller had given up.
        wasted: u64,
        /// Calls inside × nanoseconds.
        in_flight_ns: u128,
        /// Sum of the times inside of those that left.
        sojourn_ns: u128,
        /// Instances billed × nanoseconds.
        instance_ns: u128,
        /// Spent, in 1e-12 US dollars.
        cost_pico_usd: u128,
        requests_billed: u64,
        bytes_billed: u64,
        tallies: Tallies,
    }
}

totals! {
    /// What a link has seen.
    WireTotals {
        sent: u64,
        answered: u64,
        failed: u64,
        /// Sum of the times from sending to the answer.
        latency_ns: u128,
    }
}

totals! {
    /// What a class of requests has seen.
    ClassTotals {
        offered: u64,
        finished: u64,
        late: u64,
        failed: u64,
        reasons: Reasons,
    }
}

/// Failures by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reasons(pub(crate) [u64; Reason::ALL.len()]);

impl Sub for Reasons {
    type Output = Reasons;
    fn sub(self, before: Reasons) -> Reasons {
        Reasons(std::array::from_fn(|i| self.0[i] - before.0[i]))
    }
}

/// Totals with the snapshots from which windows and the measured part are told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted<T> {
    /// Since the run began.
    pub(crate) all: T,
    at_window: T,
    at_warm_up: T,
}

impl<T: Copy + Sub<Output = T>> Counted<T> {
    /// Since the last window was closed.
    pub(crate) fn window(&self) -> T {
        self.all - self.at_window
    }
    /// Since the end of the warm-up.
    pub(crate) fn measured(&self) -> T {
        self.all - self.at_warm_up
    }
    /// Before the end of the warm-up.
    pub(crate) fn warm_up(&self) -> T {
        self.at_warm_up
    }
    pub(crate) fn close_window(&mut self) {
        self.at_window = self.all;
    }
    pub(crate) fn begin_measuring(&mut self) {
        self.at_warm_up = self.all;
    }
}

/// Durations of the current window and of the measured part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder {
    window: Histogram,
    measured: Histogram,
}

impl Recorder {
    pub(crate) fn record(&mut self, value: Span) {
        self.window.record(value);
    }
    pub(crate) fn window(&self) -> &Histogram {
        &self.window
    }
    /// What the measured part holds, the current window included.
    pub(crate) fn measured(&self) -> Histogram {
        let mut all = self.measured.clone();
        all.merge(&self.window);
        all
    }
    pub(crate) fn close_window(&mut self) {
        self.measured.merge(&self.window);
        self.window.clear();
    }
    /// Forgets all, at the end of the warm-up, which is also the end of a window.
    pub(crate) fn begin_measuring(&mut self) {
        self.measured.clear();
    }
}

/// A station's counts and how many are busy and waiting now, over all instances.
#[derive(Debug, Clone, Default)]
pub(crate) struct StationGauge {
    pub(crate) totals: Counted<StationTotals>,
    pub(crate) busy: u64,
    pub(crate) queue: u64,
    /// Servers there now, at the stations that have a limit.
    pub(crate) servers: u64,
    /// Stations, one per instance, that have no limit.
    pub(crate) unlimited: u64,
    pub(crate) wait: Recorder,
    changed_at: SimTime,
}

impl StationGauge {
    /// Adds the time since the last change to the integrals; call before any change.
    pub(crate) fn settle(&mut self, now: SimTime) {
        let ns = u128::from(now.since(self.changed_at).nanos());
        if ns > 0 {
            let all = &mut self.totals.all;
            all.busy_ns += ns * u128::from(self.busy);
            all.queue_ns += ns * u128::from(self.queue);
            all.servers_ns += ns * u128::from(self.servers);
            self.changed_at = now;
        }
    }
    pub(crate) fn close_window(&mut self) {
        self.totals.close_window();
        self.wait.close_window();
    }
    pub(crate) fn begin_measuring(&mut self) {
        self.totals.begin_measuring();
        self.wait.begin_measuring();
    }
}

/// What a component costs, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Rates {
    pub(crate) instance_hour: f64,
    pub(crate) hour: f64,
    pub(crate) request: f64,
    pub(crate) byte: f64,
}

const NS_PER_HOUR: f64 = 3600e9;
const PICO: f64 = 1e12;

/// A component's counts, integrals, times and bill.
#[derive(Debug, Clone, Default)]
pub(crate) struct ComponentGauge {
    pub(crate) totals: Counted<ComponentTotals>,
    pub(crate) in_flight: u64,
    /// Instances billed now.
    pub(crate) billed: u64,
    pub(crate) sojourn: Recorder,
    pub(crate) own: Recorder,
    pub(crate) stations: Vec<StationGauge>,
    rates: Rates,
    changed_at: SimTime,
    paid_at: SimTime,
    paid: ComponentTotals,
}

impl ComponentGauge {
    pub(crate) fn new(stations: usize, now: SimTime) -> Self {
        let mut gauge = ComponentGauge { changed_at: now, paid_at: now, ..ComponentGauge::default() };
        gauge.stations = vec![StationGauge { changed_at: now, ..StationGauge::default() }; stations];
        gauge
    }

    /// Adds the time since the last change to the integrals; call before any change.
    pub(crate) fn settle(&mut self, now: SimTime) {
        let ns = u128::from(now.since(self.changed_at).nanos());
        if ns > 0 {
            self.totals.all.in_flight_ns += ns * u128::from(self.in_flight);
            self.totals.all.instance_ns += ns * u128::from(self.billed);
            self.changed_at = now;
        }
    }

    /// Other prices from now on.
    pub(crate) fn set_rates(&mut self, now: SimTime, rates: Rates) {
        self.pay(now);
        self.rates = rates;
    }

    /// Bills what was used since the last time.
    pub(crate) fn pay(&mut self, now: SimTime) {
        self.settle(now);
        let used = self.totals.all - self.paid;
        let hours = now.since(self.paid_at).nanos() as f64 / NS_PER_HOUR;
        let usd = self.rates.instance_hour * (used.instance_ns as f64 / NS_PER_HOUR)
            + self.rates.hour * hours
            + self.rates.request * used.requests_billed as f64
            + self.rates.byte * used.bytes_billed as f64;
        self.totals.all.cost_pico_usd += (usd * PICO + 0.5) as u128;
        self.paid = self.totals.all;
        self.paid_at = now;
    }

    /// Brings everything up to `now`.
    pub(crate) fn settle_all(&mut self, now: SimTime) {
        self.pay(now);
        self.stations.iter_mut().for_each(|station| station.settle(now));
    }

    pub(crate) fn close_window(&mut self) {
        self.totals.close_window();
        self.sojourn.close_window();
        self.own.close_window();
        self.stations.iter_mut().for_each(StationGauge::close_window);
    }

    pub(crate) fn begin_measuring(&mut self) {
        self.totals.begin_measuring();
        self.sojourn.begin_measuring();
        self.own.begin_measuring();
        self.stations.iter_mut().for_each(StationGauge::begin_measuring);
    }
}

impl ComponentTotals {
    /// US dollars per hour over `secs` seconds.
    pub(crate) fn usd_per_hour(&self, secs: f64) -> f64 {
        if secs > 0.0 { self.cost_pico_usd as f64 / PICO / secs * 3600.0 } else { 0.0 }
    }
}

/// A link's counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct WireGauge {
    pub(crate) totals: Counted<WireTotals>,
    pub(crate) latency: Recorder,
}

/// A class's counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClassGauge {
    pub(crate) totals: Counted<ClassTotals>,
    pub(crate) latency: Recorder,
    pub(crate) failure_latency: Recorder,
}
