//! The figures that are set side by side.

use crate::measure::report::Component;
use crate::measure::text::{short_count, short_secs};
use serde::Serialize;

/// A figure that theory predicts and a run measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Calls that arrive, per second.
    Arrivals,
    /// Share of the cores, or of a cache's threads, that is busy.
    Utilisation,
    /// Share of reads that are hits.
    HitRatio,
    /// Mean wait for a server, in seconds; all queues of the component together.
    Wait,
    /// Mean number waiting, over all instances.
    Waiting,
    /// Mean time here in seconds, waiting included, but not the time that calls to others take.
    Here,
    /// 95th percentile of the time here, in seconds.
    HereP95,
    /// 99th percentile of the time here, in seconds.
    HereP99,
    /// Mean time until the answer in seconds, calls to others included.
    Answer,
    /// Share of calls that find the queue full and are turned away.
    Refused,
}

impl Quantity {
    /// All of them, in the order they are shown, which is that of their declaration.
    pub const ALL: &'static [Quantity] = &[
        Quantity::Arrivals,
        Quantity::Utilisation,
        Quantity::HitRatio,
        Quantity::Wait,
        Quantity::Waiting,
        Quantity::Here,
        Quantity::HereP95,
        Quantity::HereP99,
        Quantity::Answer,
        Quantity::Refused,
    ];

    /// Its name on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Quantity::Arrivals => "Arrivals",
            Quantity::Utilisation => "Utilisation",
            Quantity::Wait => "Wait, mean",
            Quantity::Waiting => "Waiting, mean",
            Quantity::Here => "Time here, mean",
            Quantity::HereP95 => "Time here, p95",
            Quantity::HereP99 => "Time here, p99",
            Quantity::Answer => "Answer after, mean",
            Quantity::Refused => "Turned away",
            Quantity::HitRatio => "Hits",
        }
    }

    /// A value of it as people read it; what is not a number is a dash.
    pub fn text(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => "–".to_owned(),
            Quantity::Arrivals => format!("{}/s", short_count(value)),
            Quantity::Waiting => short_count(value),
            Quantity::Utilisation | Quantity::HitRatio | Quantity::Refused => {
                format!("{} %", short_count(value * 100.0))
            }
            _ => short_secs(value),
        }
    }

    /// What a run measured of it; not-a-number where there is nothing to measure.
    pub fn measured(self, of: &Component, measured_s: f64) -> f64 {
        let found = match self {
            Quantity::Arrivals => (measured_s > 0.0).then(|| of.arrivals as f64 / measured_s),
            // The last station is where the work is done.
            Quantity::Utilisation => of.stations.last().and_then(|(_, station)| station.utilisation),
            Quantity::Wait => of.stations.iter().map(|(_, station)| station.wait_s.mean).sum(),
            Quantity::Waiting => Some(of.queue_mean),
            Quantity::Here => of.own_s.mean,
            Quantity::HereP95 => of.own_s.p95,
            Quantity::HereP99 => of.own_s.p99,
            Quantity::Answer => of.sojourn_s.mean,
            Quantity::Refused => {
                let refused: u64 = of.stations.iter().map(|(_, station)| station.refused).sum();
                (of.arrivals > 0).then(|| refused as f64 / of.arrivals as f64)
            }
            Quantity::HitRatio => of.figures.iter().find(|(key, _)| key == HIT_RATIO).and_then(|(_, x)| *x),
        };
        found.unwrap_or(f64::NAN)
    }
}

/// The figure of caches and CDNs.
const HIT_RATIO: &str = "hit_ratio";
