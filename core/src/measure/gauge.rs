//! What is counted while a run goes on: who is inside, busy and waiting, for how long, and what it costs.

use super::carried::{Carried, Carrier, carried};
use super::histogram::Histogram;
use super::totals::{ClassTotals, ComponentTotals, Counted, PICO, StationTotals, WireTotals};
use crate::units::{SimTime, Span};

/// Durations of the current window and of the measured part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder {
    window: Histogram,
    measured: Histogram,
}

impl Recorder {
    #[inline]
    pub(crate) fn record(&mut self, value: Span) {
        self.window.record(value);
    }
    #[inline]
    pub(crate) fn record_zero(&mut self) {
        self.window.record_zero();
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
    pub(crate) fn held_bytes(&self) -> usize {
        self.window.held_bytes() + self.measured.held_bytes()
    }
    /// Adds what another run has measured.
    pub(crate) fn pool(&mut self, other: &Recorder) {
        self.measured.merge(&other.measured);
        self.measured.merge(&other.window);
    }
    /// Forgets all, at the end of the warm-up, which is also the end of a window.
    pub(crate) fn begin_measuring(&mut self) {
        self.measured.clear();
    }
}

impl Carried for Recorder {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        self.close_window();
        self.measured.carry(by)
    }
}

/// The integral over time of a number that changes in steps, brought up to date only when it is read: n·now less the sum of every
/// step times its instant. A step costs one addition.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Integral {
    /// Whole and wrapping: what is read fits again.
    steps: u128,
}

impl Integral {
    /// The number has grown by one.
    pub(crate) fn up(&mut self, now: SimTime) {
        self.steps = self.steps.wrapping_sub(u128::from(now.nanos()));
    }
    /// The number has fallen by one.
    pub(crate) fn down(&mut self, now: SimTime) {
        self.steps = self.steps.wrapping_add(u128::from(now.nanos()));
    }
    /// The number has changed from `before` to `after`.
    fn step(&mut self, before: u64, after: u64, now: SimTime) {
        let change = u128::from(after).wrapping_sub(u128::from(before));
        self.steps = self.steps.wrapping_sub(change.wrapping_mul(u128::from(now.nanos())));
    }
    /// The integral from the start of time to `now` of a number that is `n` now, in units × nanoseconds.
    fn upto(self, n: u64, now: SimTime) -> u128 {
        (u128::from(n) * u128::from(now.nanos())).wrapping_add(self.steps)
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
    busy_steps: Integral,
    queue_steps: Integral,
    server_steps: Integral,
    unlimited_steps: Integral,
}

impl StationGauge {
    /// A call came and was started at once.
    #[inline]
    pub(crate) fn came_and_started(&mut self, now: SimTime) {
        self.came_and_began(now);
        self.wait.record_zero();
    }
    /// The same where its wait is not over yet: it may be interrupted.
    #[inline]
    pub(crate) fn came_and_began(&mut self, now: SimTime) {
        self.totals.all.arrivals += 1;
        self.totals.all.started += 1;
        self.busy += 1;
        self.busy_steps.up(now);
    }
    /// A call came and waits.
    #[inline]
    pub(crate) fn came_and_waits(&mut self, now: SimTime) {
        self.totals.all.arrivals += 1;
        self.queue += 1;
        self.queue_steps.up(now);
    }
    /// A call came and was turned away.
    pub(crate) fn came_and_was_refused(&mut self) {
        self.totals.all.arrivals += 1;
        self.totals.all.refused += 1;
    }
    /// A call came to shared servers; who is busy and who waits is told by [`StationGauge::set_shared`].
    pub(crate) fn came_to_share(&mut self) {
        self.totals.all.arrivals += 1;
        self.totals.all.started += 1;
        self.wait.record_zero();
    }
    /// A call has waited long enough and is started.
    #[inline]
    pub(crate) fn started(&mut self, waited: Span, now: SimTime) {
        self.began(true, now);
        self.wait.record(waited);
    }
    /// A waiting call has a server, `first` or again.
    #[inline]
    pub(crate) fn began(&mut self, first: bool, now: SimTime) {
        self.totals.all.started += u64::from(first);
        self.queue -= 1;
        self.queue_steps.down(now);
        self.busy += 1;
        self.busy_steps.up(now);
    }
    /// A call lost its server to a more important one and waits again.
    pub(crate) fn interrupted(&mut self, now: SimTime) {
        self.freed(now);
        self.queue += 1;
        self.queue_steps.up(now);
    }
    /// A waiting call was taken out.
    pub(crate) fn gave_up(&mut self, now: SimTime) {
        self.queue -= 1;
        self.queue_steps.down(now);
    }
    /// So many waiting calls were taken out.
    pub(crate) fn gave_up_many(&mut self, n: u64, now: SimTime) {
        self.queue_steps.step(self.queue, self.queue - n, now);
        self.queue -= n;
    }
    /// So many came back to wait again.
    pub(crate) fn wait_again(&mut self, n: u64, now: SimTime) {
        self.totals.all.arrivals += n;
        self.queue_steps.step(self.queue, self.queue + n, now);
        self.queue += n;
    }
    /// A server is free.
    #[inline]
    pub(crate) fn freed(&mut self, now: SimTime) {
        self.busy -= 1;
        self.busy_steps.down(now);
    }
    /// One station's shared servers went from `had` to `has`, each as (busy, waiting).
    pub(crate) fn set_shared(&mut self, had: (u32, u32), has: (u32, u32), now: SimTime) {
        let busy = self.busy + u64::from(has.0) - u64::from(had.0);
        let queue = self.queue + u64::from(has.1) - u64::from(had.1);
        self.busy_steps.step(self.busy, busy, now);
        self.queue_steps.step(self.queue, queue, now);
        (self.busy, self.queue) = (busy, queue);
    }
    /// One station went from `had` servers to `has`; `u32::MAX` is no limit.
    #[inline(never)]
    pub(crate) fn set_servers(&mut self, had: u32, has: u32, now: SimTime) {
        let limit = |servers: u32| if servers == u32::MAX { (0, 1) } else { (u64::from(servers), 0) };
        let ((had, had_none), (has, has_none)) = (limit(had), limit(has));
        let servers = self.servers + has - had;
        self.server_steps.step(self.servers, servers, now);
        self.servers = servers;
        let unlimited = self.unlimited + has_none - had_none;
        self.unlimited_steps.step(self.unlimited, unlimited, now);
        self.unlimited = unlimited;
    }
    /// Whether there was a limit all the time in which `seen` was seen: otherwise the busy are not those of the servers.
    pub(crate) fn had_limit(&self, seen: &StationTotals) -> bool {
        self.unlimited == 0 && seen.unlimited_ns == 0
    }
    /// The integrals up to `now` of the busy servers and of the servers there, in servers × nanoseconds.
    pub(crate) fn busy_and_servers_ns(&self, now: SimTime) -> (u128, u128) {
        (self.busy_steps.upto(self.busy, now), self.server_steps.upto(self.servers, now))
    }
    /// Brings the integrals among the totals up to `now`.
    fn settle(&mut self, now: SimTime) {
        let all = &mut self.totals.all;
        all.busy_ns = self.busy_steps.upto(self.busy, now);
        all.queue_ns = self.queue_steps.upto(self.queue, now);
        all.servers_ns = self.server_steps.upto(self.servers, now);
        all.unlimited_ns = self.unlimited_steps.upto(self.unlimited, now);
    }
    pub(crate) fn pool(&mut self, other: &StationGauge) {
        self.totals.pool(other.totals);
        self.wait.pool(&other.wait);
        self.unlimited += other.unlimited;
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

/// A component's counts, integrals, times and bill.
#[derive(Debug, Clone, Default)]
pub(crate) struct ComponentGauge {
    pub(crate) totals: Counted<ComponentTotals>,
    pub(crate) in_flight: u64,
    in_flight_steps: Integral,
    /// Instances billed now.
    billed: u64,
    billed_steps: Integral,
    pub(crate) sojourn: Recorder,
    pub(crate) own: Recorder,
    pub(crate) stations: Vec<StationGauge>,
    /// When the message that has waited longest came, where messages wait.
    pub(crate) oldest: Option<SimTime>,
    rates: Rates,
    paid_at: SimTime,
    paid: ComponentTotals,
}

impl ComponentGauge {
    pub(crate) fn new(stations: usize, now: SimTime) -> Self {
        let mut gauge = ComponentGauge { paid_at: now, ..ComponentGauge::default() };
        gauge.stations = vec![StationGauge::default(); stations];
        gauge
    }

    /// A call comes in.
    pub(crate) fn came(&mut self, now: SimTime) {
        self.totals.all.arrivals += 1;
        self.in_flight += 1;
        self.in_flight_steps.up(now);
    }

    /// A call is done.
    pub(crate) fn left(&mut self, now: SimTime) {
        self.in_flight -= 1;
        self.in_flight_steps.down(now);
    }

    /// What an instance costs in an hour, US dollars.
    pub(crate) fn instance_hour_usd(&self) -> f64 {
        self.rates.instance_hour
    }

    /// The integral of the calls inside up to `now`, in calls × nanoseconds.
    pub(crate) fn in_flight_ns(&self, now: SimTime) -> u128 {
        self.in_flight_steps.upto(self.in_flight, now)
    }

    /// So many instances are billed from now on.
    pub(crate) fn bill_instances(&mut self, billed: u64, now: SimTime) {
        self.billed_steps.step(self.billed, billed, now);
        self.billed = billed;
    }

    /// Brings the integrals among the totals up to `now`.
    fn settle(&mut self, now: SimTime) {
        let all = &mut self.totals.all;
        all.in_flight_ns = self.in_flight_steps.upto(self.in_flight, now);
        all.instance_ns = self.billed_steps.upto(self.billed, now);
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

    pub(crate) fn held_bytes(&self) -> usize {
        let waits: usize = self.stations.iter().map(|station| station.wait.held_bytes()).sum();
        size_of_val(&*self.stations) + waits + self.sojourn.held_bytes() + self.own.held_bytes()
    }

    /// Adds what the same component has seen in another run.
    pub(crate) fn pool(&mut self, other: &ComponentGauge) {
        self.totals.pool(other.totals);
        self.sojourn.pool(&other.sojourn);
        self.own.pool(&other.own);
        self.stations.iter_mut().zip(&other.stations).for_each(|(mine, one)| mine.pool(one));
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

/// A link's counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct WireGauge {
    pub(crate) totals: Counted<WireTotals>,
    pub(crate) latency: Recorder,
    /// Its callers' connections, if it has or had pools of them.
    pub(crate) pool: Option<Box<StationGauge>>,
}

impl WireGauge {
    /// Adds what the same link has seen in another run.
    pub(crate) fn pool(&mut self, other: &WireGauge) {
        self.totals.pool(other.totals);
        self.latency.pool(&other.latency);
        if let Some((mine, one)) = self.pool.as_mut().zip(other.pool.as_ref()) {
            mine.pool(one);
        }
    }

    /// Brings the integrals among the totals up to `now`.
    pub(crate) fn settle(&mut self, now: SimTime) {
        if let Some(pool) = &mut self.pool {
            pool.settle(now);
        }
    }

    pub(crate) fn close_window(&mut self) {
        self.totals.close_window();
        self.latency.close_window();
        if let Some(pool) = &mut self.pool {
            pool.close_window();
        }
    }

    pub(crate) fn begin_measuring(&mut self) {
        self.totals.begin_measuring();
        self.latency.begin_measuring();
        if let Some(pool) = &mut self.pool {
            pool.begin_measuring();
        }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        let pool = self.pool.as_ref().map_or(0, |pool| size_of::<StationGauge>() + pool.wait.held_bytes());
        self.latency.held_bytes() + pool
    }
}

impl ClassGauge {
    /// Adds what the same class has seen in another run.
    pub(crate) fn pool(&mut self, other: &ClassGauge) {
        self.totals.pool(other.totals);
        self.latency.pool(&other.latency);
        self.failure_latency.pool(&other.failure_latency);
    }
}

/// A class's counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClassGauge {
    pub(crate) totals: Counted<ClassTotals>,
    pub(crate) latency: Recorder,
    pub(crate) failure_latency: Recorder,
}

// What pooling adds up.
carried! {
    StationGauge { totals, wait, unlimited }
    ComponentGauge { totals, sojourn, own, stations }
    WireGauge { totals, latency, pool }
    ClassGauge { totals, latency, failure_latency }
}
