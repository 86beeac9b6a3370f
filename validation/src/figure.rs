//! A figure of a model whose value is known.

use tenfold::measure::Report;
use tenfold::measure::report::{Component, Station, Times};
use tenfold::theory::NoAnswer;

/// What a figure is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A time, in seconds.
    Seconds,
    /// A share, from 0 to 1.
    Share,
    /// A rate a second.
    PerSecond,
    /// A mean number of requests.
    Number,
}

type Measure = Box<dyn Fn(&Report) -> Option<f64> + Send + Sync>;

/// A figure of a report, with its true value.
pub struct Figure {
    /// What it is.
    pub what: String,
    /// What it is a number of.
    pub unit: Unit,
    /// Its true value; an error where the formula does not apply, which no case should have.
    pub truth: Result<f64, NoAnswer>,
    /// How far the truth itself may be off, relative to it: the width of a histogram's cell for percentiles, more for approximations.
    pub slack: f64,
    /// Why the truth is only approximate.
    pub approximate: Option<&'static str>,
    measure: Measure,
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?}", self.what, self.truth)
    }
}

/// Percentiles are the middles of cells that are at most 1/64 of their value wide.
const CELL: f64 = 1.0 / 128.0;

impl Figure {
    fn new(
        what: impl Into<String>,
        unit: Unit,
        truth: Result<f64, NoAnswer>,
        measure: impl Fn(&Report) -> Option<f64> + Send + Sync + 'static,
    ) -> Self {
        Figure { what: what.into(), unit, truth, slack: 0.0, approximate: None, measure: Box::new(measure) }
    }

    /// The same, of which the truth is known only so well, relative to it.
    pub fn approximately(mut self, slack: f64, why: &'static str) -> Self {
        (self.slack, self.approximate) = (self.slack + slack, Some(why));
        self
    }

    /// What a report says of it; `None` when it says nothing.
    pub fn of(&self, report: &Report) -> Option<f64> {
        (self.measure)(report)
    }
}

fn station<'a>(report: &'a Report, id: &str, name: &str) -> Option<&'a Station> {
    let stations = &report.component(id)?.stations;
    stations.iter().find(|(known, _)| known == name).map(|(_, station)| station)
}

fn class<'a>(report: &'a Report, id: &str) -> Option<&'a tenfold::measure::report::Class> {
    report.classes.iter().find(|(known, _)| known == id).map(|(_, class)| class)
}

fn component(
    what: String,
    unit: Unit,
    id: &'static str,
    truth: Result<f64, NoAnswer>,
    part: impl Fn(&Component) -> Option<f64> + Send + Sync + 'static,
) -> Figure {
    Figure::new(what, unit, truth, move |report| part(report.component(id)?))
}

fn percentile(times: &Times, of: f64) -> Option<f64> {
    let known = [(0.5, times.p50), (0.95, times.p95), (0.99, times.p99), (0.999, times.p999)];
    known.iter().find(|(q, _)| (q - of).abs() < 1e-9).and_then(|(_, value)| *value)
}

fn share(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

/// Of the whole.
impl Figure {
    /// The mean latency of answered requests.
    pub fn latency(truth: Result<f64, NoAnswer>) -> Self {
        Figure::new("mean latency", Unit::Seconds, truth, |report| report.latency_s.mean)
    }
    /// A percentile of the latency: 0.5, 0.95, 0.99 or 0.999.
    pub fn percentile(q: f64, truth: Result<f64, NoAnswer>) -> Self {
        let what = format!("latency, p{}", 100.0 * q);
        let figure = Figure::new(what, Unit::Seconds, truth, move |report| percentile(&report.latency_s, q));
        Figure { slack: CELL, ..figure }
    }
    /// The share of requests that failed.
    pub fn failed(what: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(what, Unit::Share, truth, |report| {
            share(report.requests.failed, report.requests.failed + report.requests.finished)
        })
    }
    /// The share of answered requests that came after their deadline.
    pub fn late(what: impl Into<String>, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(what, Unit::Share, truth, |report| share(report.requests.late, report.requests.finished))
    }
    /// Answered requests a second.
    pub fn throughput(truth: Result<f64, NoAnswer>) -> Self {
        Figure::new("throughput", Unit::PerSecond, truth, |report| report.throughput_per_s)
    }
    /// The mean latency of a class of requests.
    pub fn class_latency(id: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        let what = format!("mean latency of {id}");
        Figure::new(what, Unit::Seconds, truth, move |report| class(report, id)?.latency_s.mean)
    }
}

/// Of a component.
impl Figure {
    /// The mean number at a service's cores, waiting or worked on.
    pub fn number(id: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(format!("mean number at the cores of {id}"), Unit::Number, truth, move |report| {
            station(report, id, "cores").map(|cores| cores.queue_mean + cores.busy_mean)
        })
    }
    /// The mean number waiting at a station.
    pub fn queue(id: &'static str, name: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(format!("mean queue for {name}"), Unit::Number, truth, move |report| {
            station(report, id, name).map(|station| station.queue_mean)
        })
    }
    /// The mean wait at a station of those who were served.
    pub fn wait(id: &'static str, name: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(format!("mean wait for {name}"), Unit::Seconds, truth, move |report| {
            station(report, id, name)?.wait_s.mean
        })
    }
    /// The mean share of a station's servers that is busy.
    pub fn utilisation(id: &'static str, name: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(format!("utilisation of {name}"), Unit::Share, truth, move |report| {
            station(report, id, name)?.utilisation
        })
    }
    /// The mean number inside a component.
    pub fn inside(id: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        component(format!("mean number inside {id}"), Unit::Number, id, truth, |c| Some(c.in_flight_mean))
    }
    /// The share of a component's arrivals whose work nobody waited for any more.
    pub fn wasted(id: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        component("share of work wasted".to_owned(), Unit::Share, id, truth, |c| {
            share(c.wasted, c.completions)
        })
    }
    /// Arrivals at a component for each request offered.
    pub fn visits(id: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        Figure::new(format!("visits to {id} by a request"), Unit::Number, truth, move |report| {
            share(report.component(id)?.arrivals, report.requests.offered)
        })
    }
    /// One of a kind's own figures that is a share.
    pub fn hit_ratio(id: &'static str, truth: Result<f64, NoAnswer>) -> Self {
        component("hit ratio".to_owned(), Unit::Share, id, truth, |c| {
            c.figures.iter().find(|(key, _)| key == "hit_ratio").and_then(|(_, value)| *value)
        })
    }
}
