//! The result of a run: figures of its measured part, in a fixed order, the same bytes on every platform.

use super::certainty::{Statistics, TimesIntervals};
use super::histogram::Histogram;
use super::reason::Reason;
use super::totals::Reasons;
use crate::model::Objective;
use crate::statistics::Interval;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A list of named things that is written as an object, in this order.
type Named<T> = Vec<(String, T)>;

fn as_object<T: Serialize, S: Serializer>(items: &Named<T>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(items.len()))?;
    for (name, item) in items {
        map.serialize_entry(name, item)?;
    }
    map.end()
}

/// The figures of a run, or of several pooled. Counts are whole; times are in seconds, rates per second, money in US dollars.
///
/// Beside a figure stands its interval, where [`Statistics`] could find one: the truth lies within it as often as
/// [`Statistics::confidence`] says. What was not measured is `None`, never zero.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Report {
    /// The program's version.
    pub tenfold: &'static str,
    /// The model's title.
    pub title: String,
    /// The run's seed.
    pub seed: u64,
    /// Names of the random generators.
    pub generator: &'static str,
    /// Simulated time, seconds.
    pub simulated_s: f64,
    /// How much of it was left out at the start, seconds.
    pub warm_up_s: f64,
    /// How much of it was measured, seconds.
    pub measured_s: f64,
    /// Model events of the whole run.
    pub events: u64,
    /// How sure the figures are, and what is to be thought of the run.
    pub statistics: Statistics,
    /// Client requests of the measured part.
    pub requests: Requests,
    /// Client requests of the whole run.
    pub whole_run: WholeRun,
    /// Failed requests by reason.
    #[serde(serialize_with = "as_object")]
    pub failures: Named<u64>,
    /// Failed requests over those that ended; `None` when none ended.
    pub failed_share: Option<f64>,
    /// Its interval.
    pub failed_share_interval: Option<Interval>,
    /// Requests answered ok, per second.
    pub throughput_per_s: Option<f64>,
    /// Its interval.
    pub throughput_interval_per_s: Option<Interval>,
    /// Requests answered ok inside their deadline, per second.
    pub goodput_per_s: Option<f64>,
    /// Its interval.
    pub goodput_interval_per_s: Option<Interval>,
    /// From the intended start to the answer, of successes.
    pub latency_s: Times,
    /// Their intervals.
    pub latency_interval_s: TimesIntervals,
    /// From the intended start to the failure, of failures.
    pub failure_latency_s: Times,
    /// What it cost.
    pub cost: Cost,
    /// The model's objectives, met or missed.
    pub objectives: Vec<Verdict>,
    /// By component id, in the model's order.
    #[serde(serialize_with = "as_object")]
    pub components: Named<Component>,
    /// By link id, in the model's order.
    #[serde(serialize_with = "as_object")]
    pub links: Named<Link>,
    /// By class id.
    #[serde(serialize_with = "as_object")]
    pub classes: Named<Class>,
}

/// Client requests: `carried_in + offered = finished + failed + in_flight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Requests {
    /// In flight when measuring began.
    pub carried_in: u64,
    /// Meant to be sent while measuring.
    pub offered: u64,
    /// Answered ok, late ones included.
    pub finished: u64,
    /// Answered ok inside the deadline.
    pub good: u64,
    /// Answered ok after the deadline.
    pub late: u64,
    /// Failed.
    pub failed: u64,
    /// In flight at the end.
    pub in_flight: u64,
}

/// Client requests since the run began, warm-up included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct WholeRun {
    /// Meant to be sent.
    pub offered: u64,
    /// Answered ok.
    pub finished: u64,
    /// Failed.
    pub failed: u64,
}

/// Durations in seconds; `None` where there was none to measure. Percentiles are within 1 % of the truth.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Times {
    /// The mean, exact.
    pub mean: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// 99th percentile.
    pub p99: Option<f64>,
    /// 99.9th percentile.
    pub p999: Option<f64>,
    /// The longest, exact.
    pub max: Option<f64>,
}

impl Times {
    pub(crate) fn of(histogram: &Histogram) -> Times {
        Times {
            mean: histogram.mean_s(),
            p50: histogram.quantile_s(0.5),
            p95: histogram.quantile_s(0.95),
            p99: histogram.quantile_s(0.99),
            p999: histogram.quantile_s(0.999),
            max: histogram.max_s(),
        }
    }
}

/// What the measured part cost.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Cost {
    /// US dollars per hour.
    pub per_hour_usd: Option<f64>,
    /// Its interval.
    pub per_hour_interval_usd: Option<Interval>,
    /// US dollars per million good requests; `None` when none was good.
    pub per_million_good_usd: Option<f64>,
    /// Its interval.
    pub per_million_good_interval_usd: Option<Interval>,
}

/// An objective and whether it was met.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// In words: `p99 within 300ms`.
    pub objective: String,
    /// What was measured, in the objective's unit; `None` when there was nothing to measure.
    pub measured: Option<f64>,
    /// Whether it was met; nothing measured is not met.
    pub met: bool,
}

/// A component's figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Component {
    /// Its kind.
    pub kind: &'static str,
    /// Calls that arrived.
    pub arrivals: u64,
    /// Calls answered ok.
    pub completions: u64,
    /// Calls that failed here or further down.
    pub failures: u64,
    /// Calls that ended after their caller had given up.
    pub wasted: u64,
    /// The station with the highest utilisation.
    pub busiest: Option<String>,
    /// That station's utilisation, 0 to 1.
    pub utilisation: Option<f64>,
    /// Its interval.
    pub utilisation_interval: Option<Interval>,
    /// Calls inside, on average over time.
    pub in_flight_mean: f64,
    /// Calls waiting at any station, on average over time.
    pub queue_mean: f64,
    /// Waiting at the busiest station.
    pub wait_s: Times,
    /// From arrival to answer, of successes.
    pub sojourn_s: Times,
    /// Their intervals; of a very large model's components that of the mean alone.
    pub sojourn_interval_s: TimesIntervals,
    /// The same without the time spent waiting for other components.
    pub own_s: Times,
    /// By name.
    #[serde(serialize_with = "as_object")]
    pub stations: Named<Station>,
    /// Instances paid for, on average over time.
    pub instances_mean: f64,
    /// US dollars per hour.
    pub cost_per_hour_usd: f64,
    /// The figures only this kind has, such as `hit_ratio`.
    #[serde(flatten, serialize_with = "as_object")]
    pub figures: Named<Option<f64>>,
}

/// A station's figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Station {
    /// Servers there, on average over time; `None` when there is no limit.
    pub servers_mean: Option<f64>,
    /// Busy servers over servers there.
    pub utilisation: Option<f64>,
    /// Servers busy, on average over time.
    pub busy_mean: f64,
    /// Calls waiting, on average over time.
    pub queue_mean: f64,
    /// Calls that came.
    pub arrivals: u64,
    /// Calls turned away.
    pub refused: u64,
    /// From coming to being served.
    pub wait_s: Times,
}

/// A link's figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Link {
    /// Calls sent.
    pub sent: u64,
    /// Calls answered ok in time.
    pub answered: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Calls sent and not yet answered at the end.
    pub in_flight: u64,
    /// From sending to the answer, of successes; without the wait for a connection.
    pub latency_s: Times,
    /// Their intervals; none in a very large model.
    pub latency_interval_s: TimesIntervals,
    /// The pools of connections of all its callers' instances together; absent when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<Station>,
}

/// A class's figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Class {
    /// `read` or `write`.
    pub operation: &'static str,
    /// Meant to be sent.
    pub offered: u64,
    /// Answered ok, late ones included.
    pub finished: u64,
    /// Answered ok inside the deadline.
    pub good: u64,
    /// Answered ok after the deadline.
    pub late: u64,
    /// Failed.
    pub failed: u64,
    /// Failures by reason.
    #[serde(serialize_with = "as_object")]
    pub failures: Named<u64>,
    /// From the intended start to the answer, of successes.
    pub latency_s: Times,
    /// Their intervals.
    pub latency_interval_s: TimesIntervals,
}

/// The reasons that occurred, with their counts.
pub(crate) fn reasons(seen: &Reasons) -> Named<u64> {
    let all = Reason::ALL.iter().map(|reason| (reason.word().to_owned(), seen.0[usize::from(reason.code())]));
    all.filter(|(_, count)| *count > 0).collect()
}

impl Report {
    /// Judges the objectives.
    pub(crate) fn judged(mut self, objectives: &[Objective], latency: &Histogram) -> Report {
        let ended = self.requests.finished + self.requests.failed;
        self.objectives = objectives
            .iter()
            .map(|objective| match objective {
                Objective::Latency { percentile, within } => {
                    let measured = latency.quantile_s(percentile / 100.0);
                    let met = measured.is_some_and(|seen| seen <= within.secs());
                    Verdict { objective: format!("p{percentile} within {within}"), measured, met }
                }
                Objective::Availability { at_least } => {
                    let measured = (ended > 0).then(|| self.requests.good as f64 / ended as f64);
                    let met = measured.is_some_and(|seen| seen >= *at_least);
                    Verdict { objective: format!("at least {} % good", at_least * 100.0), measured, met }
                }
                Objective::Budget { usd_per_hour } => {
                    let measured = self.cost.per_hour_usd;
                    let met = measured.is_some_and(|seen| seen <= *usd_per_hour);
                    Verdict { objective: format!("at most ${usd_per_hour} per hour"), measured, met }
                }
            })
            .collect();
        self
    }

    /// The report as indented JSON with a newline at the end.
    pub fn to_json(&self) -> String {
        // Nothing in a report can fail to be written: keys are strings, and absent numbers are null.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The figures of a component.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|(known, _)| known == id).map(|(_, component)| component)
    }

    /// One line per component as CSV, with a header.
    pub fn to_csv(&self) -> String {
        let mut text = String::from(
            "component,kind,arrivals,completions,failures,utilisation,queue_mean,sojourn_mean_s,sojourn_p50_s,\
             sojourn_p95_s,sojourn_p99_s,own_mean_s,instances_mean,cost_per_hour_usd\n",
        );
        let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
        for (id, c) in &self.components {
            let fields = [
                csv_text(id),
                c.kind.to_owned(),
                c.arrivals.to_string(),
                c.completions.to_string(),
                c.failures.to_string(),
                number(c.utilisation),
                c.queue_mean.to_string(),
                number(c.sojourn_s.mean),
                number(c.sojourn_s.p50),
                number(c.sojourn_s.p95),
                number(c.sojourn_s.p99),
                number(c.own_s.mean),
                c.instances_mean.to_string(),
                c.cost_per_hour_usd.to_string(),
            ];
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

/// A text as a CSV field; one that a spreadsheet would take for a formula is made plain.
fn csv_text(text: &str) -> String {
    let plain = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if plain.contains([',', '"', '\n', '\r']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}
