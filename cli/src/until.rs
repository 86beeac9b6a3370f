//! `--until`: which figure is to be known how well.

use std::str::FromStr;
use tenfold::measure::Report;
use tenfold::measure::certainty::{Method, Word};
use tenfold::measure::text::{short_secs, two_digits};
use tenfold::statistics::Interval;
use tenfold::units::Span;

/// A figure and how far off it may be, as a share of it.
#[derive(Debug, Clone)]
pub(crate) struct Until {
    /// As it was typed.
    name: String,
    metric: fn(&Report) -> (Option<f64>, Option<Interval>),
    precision: f64,
}

/// Whether a report is as sure as was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reached {
    /// It is.
    Met,
    /// It is not; about so many times as much should be run.
    Not {
        /// More than 1.
        times: f64,
    },
    /// It never will be, and why.
    Never(String),
}

type Metric = (&'static str, fn(&Report) -> (Option<f64>, Option<Interval>));

const METRICS: [Metric; 10] = [
    ("latency:mean", |r| (r.latency_s.mean, r.latency_interval_s.mean)),
    ("latency:p50", |r| (r.latency_s.p50, r.latency_interval_s.p50)),
    ("latency:p95", |r| (r.latency_s.p95, r.latency_interval_s.p95)),
    ("latency:p99", |r| (r.latency_s.p99, r.latency_interval_s.p99)),
    ("latency:p99.9", |r| (r.latency_s.p999, r.latency_interval_s.p999)),
    ("throughput", |r| (r.throughput_per_s, r.throughput_interval_per_s)),
    ("goodput", |r| (r.goodput_per_s, r.goodput_interval_per_s)),
    ("errors", |r| (r.failed_share, r.failed_share_interval)),
    ("cost", |r| (r.cost.per_hour_usd, r.cost.per_hour_interval_usd)),
    ("cost:million", |r| (r.cost.per_million_good_usd, r.cost.per_million_good_interval_usd)),
];

/// Percentiles are exact to 1 %, and the ends of their intervals lie a bucket of the histogram further out.
const FINEST_OF_PERCENTILES: f64 = 0.02;
const FINEST: f64 = 0.000_1;

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = METRICS.map(|(name, _)| name).join(", ");
        let (name, precision) = text.split_once('=').ok_or_else(|| {
            format!("expected METRIC=PRECISION, such as latency:p99=2%; metrics are {names}")
        })?;
        let (_, metric) = METRICS
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no metric `{name}`; metrics are {names}"))?;
        let percent = precision.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
        let finest = if name.starts_with("latency:p") { FINEST_OF_PERCENTILES } else { FINEST };
        match percent.map(|percent| percent / 100.0) {
            Some(precision) if (finest..=1.0).contains(&precision) => {
                Ok(Until { name: name.to_owned(), metric, precision })
            }
            Some(_) => Err(format!("{precision} is outside {}% to 100% for {name}", finest * 100.0)),
            None => Err(format!("`{precision}` is no precision such as 2%")),
        }
    }
}

impl Until {
    /// How far off the figure may be to its worse side, as a share of it.
    fn reached(&self, report: &Report) -> Option<f64> {
        let (Some(figure), Some(ends)) = (self.metric)(report) else { return None };
        let worse = (ends.high - figure).max(figure - ends.low);
        if worse <= 0.0 { Some(0.0) } else { Some(worse / figure).filter(|share| share.is_finite()) }
    }

    /// Whether `report` is sure enough.
    pub(crate) fn judge(&self, report: &Report) -> Reached {
        let verdict = |word| report.statistics.verdict(word).map(|judgement| judgement.text.clone());
        if report.statistics.method != Method::Replications {
            if let Some(why) = verdict(Word::Unstable) {
                return Reached::Never(format!("{} has no value to come near to: {why}", self.name));
            }
            if verdict(Word::Transient).is_some() {
                return Reached::Never(format!(
                    "{} has an interval only across replications, because the run is transient; add --replications",
                    self.name
                ));
            }
        }
        match self.reached(report) {
            Some(share) if share <= self.precision => Reached::Met,
            // A little more than the rule of the square asks for; a wild guess is not followed far.
            Some(share) => {
                let ratio = share / self.precision;
                Reached::Not { times: (1.1 * ratio * ratio).clamp(1.25, 4.0) }
            }
            None => Reached::Not { times: 2.0 },
        }
    }

    /// What was reached when `limit` was simulated in all.
    pub(crate) fn unmet(&self, report: &Report, limit: Span) -> String {
        let wanted = self.precision * 100.0;
        let reached = match self.reached(report) {
            Some(share) => format!("is known to ± {} % instead of ± {wanted} %", two_digits(share * 100.0)),
            None => format!("has no interval, and ± {wanted} % was asked for"),
        };
        let simulated = short_secs(report.simulated_s);
        format!(
            "not reached: {} {reached} after {simulated} of simulated time; more than {limit} was not allowed (--at-most)",
            self.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_can_be_asked_for_and_what_is_none_is_refused_with_what_is_legal() {
        for (name, _) in METRICS {
            assert_eq!(format!("{name}=2.5%").parse::<Until>().map(|until| until.precision), Ok(0.025));
        }
        for (text, words) in [
            ("latency:p99", "expected METRIC=PRECISION, such as latency:p99=2%"),
            ("latency=2%", "there is no metric `latency`; metrics are latency:mean, latency:p50"),
            ("throughput=2", "`2` is no precision such as 2%"),
            ("latency:p99=1%", "1% is outside 2% to 100% for latency:p99"),
            ("throughput=NaN%", "outside 0.01% to 100%"),
            ("cost=0%", "outside 0.01% to 100%"),
        ] {
            let refused = text.parse::<Until>().expect_err("it is refused");
            assert!(refused.contains(words), "{text}: {refused}");
        }
    }
}
