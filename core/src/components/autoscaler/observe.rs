//! What an autoscaler sees of a component: counters that are read now and then, and what they come to in between.

use super::settings::Metric;
use crate::components::info::Out;
use crate::engine::context::Ctx;
use crate::units::{SimTime, Span};

/// What the counters of a component stood at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counters {
    at: SimTime,
    arrivals: u64,
    completions: u64,
    in_flight_ns: u128,
    /// With those that somebody in front holds for it.
    asked_ns: u128,
    busy_ns: u128,
    cores_ns: u128,
}

/// What a component was like over some time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) at: SimTime,
    pub(super) over: Span,
    /// Busy cores over cores; `None` where there were none.
    pub(super) cpu: Option<f64>,
    /// Calls that came, a second.
    pub(super) rate: f64,
    /// Calls inside on average, those that are held in front of it included.
    pub(super) concurrency: f64,
    /// Mean time inside, seconds; `None` when nothing ended.
    pub(super) latency_s: Option<f64>,
    /// Messages for it at the end, those in its hands included.
    pub(super) backlog: f64,
    /// How long the oldest message had waited then, seconds.
    pub(super) age_s: f64,
    /// Instances ready at the end, and the cores of all of them.
    pub(super) ready: u32,
    pub(super) cores: u64,
    /// Calls that came in it.
    pub(super) arrivals: u64,
}

impl Counters {
    pub(super) fn of(component: u16, ctx: &Ctx<'_>) -> Self {
        let now = ctx.now();
        let (fleet, gauge) =
            (&ctx.core.fleets[usize::from(component)], &ctx.core.gauges[usize::from(component)]);
        // Of what scales, the last station is the cores.
        let (busy_ns, cores_ns) =
            gauge.stations.last().map_or((0, 0), |cores| cores.busy_and_servers_ns(now));
        let in_flight_ns = gauge.in_flight_ns(now);
        let in_front = fleet.givers.iter().map(|wire| &ctx.core.wires[*wire as usize]);
        let mut in_front = in_front.filter(|wire| wire.carries == Out::Calls).peekable();
        let asked_ns = match in_front.peek() {
            None => in_flight_ns,
            Some(_) => in_front.map(|wire| ctx.core.gauges[usize::from(wire.from)].in_flight_ns(now)).sum(),
        };
        let all = &gauge.totals.all;
        Counters {
            at: now,
            arrivals: all.arrivals,
            completions: all.completions,
            in_flight_ns,
            asked_ns,
            busy_ns,
            cores_ns,
        }
    }

    /// What happened since then.
    pub(super) fn since(&self, before: &Counters, component: u16, ctx: &Ctx<'_>) -> Sample {
        let over = self.at.since(before.at);
        let ns = over.nanos().max(1) as f64;
        let cores_ns = self.cores_ns - before.cores_ns;
        let completions = self.completions - before.completions;
        let in_flight_ns = (self.in_flight_ns - before.in_flight_ns) as f64;
        let (backlog, oldest) = waiting(component, ctx);
        let arrivals = self.arrivals - before.arrivals;
        Sample {
            at: self.at,
            over,
            cpu: (cores_ns > 0).then(|| (self.busy_ns - before.busy_ns) as f64 / cores_ns as f64),
            rate: arrivals as f64 / ns * 1e9,
            concurrency: (self.asked_ns - before.asked_ns) as f64 / ns,
            // By Little's law: what was inside over what went through.
            latency_s: (completions > 0).then(|| in_flight_ns / completions as f64 / 1e9),
            backlog: backlog as f64,
            age_s: oldest.map_or(0.0, |oldest| self.at.since(oldest).secs()),
            ready: ctx.core.fleets[usize::from(component)].ready.len() as u32,
            cores: ctx.core.gauges[usize::from(component)].stations.last().map_or(0, |cores| cores.servers),
            arrivals,
        }
    }
}

/// Messages for a component, and when the oldest of those that wait came.
fn waiting(component: u16, ctx: &Ctx<'_>) -> (u64, Option<SimTime>) {
    let (mut messages, mut oldest) = (0, None);
    for wire in &ctx.core.fleets[usize::from(component)].givers {
        let wire = &ctx.core.wires[*wire as usize];
        if wire.carries == Out::Messages {
            let gauge = &ctx.core.gauges[usize::from(wire.from)];
            // Of what gives messages, the last station is its consumers.
            messages += gauge.stations.last().map_or(0, |consumers| consumers.queue + consumers.busy);
            oldest = oldest.into_iter().chain(gauge.oldest).min();
        }
    }
    (messages, oldest)
}

impl Sample {
    /// A metric, for each instance where it is one of those; `None` where it could not be had.
    pub(super) fn metric(&self, metric: Metric) -> Option<f64> {
        let each = |total: f64| (self.ready > 0).then(|| total / f64::from(self.ready));
        match metric {
            Metric::Cpu => self.cpu.map(|share| share * 100.0),
            Metric::Rate => each(self.rate),
            Metric::Concurrency => each(self.concurrency),
            Metric::Backlog => each(self.backlog),
            Metric::Age => Some(self.age_s),
            Metric::Latency => self.latency_s,
        }
    }
}
