//! The KPA of an autoscaler, with its two averages.

use super::mind::{Verdict, View, milli};
use super::observe::Sample;
use super::settings::{Algorithm, Metric};
use crate::policy::scaling::{Window, kpa};
use crate::units::SimTime;

#[derive(Debug, Clone)]
pub(super) struct Kpa {
    settings: kpa::Settings,
    history: kpa::History,
    slow: Window,
    fast: Window,
}

impl Kpa {
    pub(super) fn of(algorithm: &Algorithm, now: SimTime, ready: u32) -> Self {
        let mut settings = kpa::Settings::default();
        if let Algorithm::Kpa {
            concurrency,
            stable,
            panic_percent,
            panic_threshold,
            to_zero,
            grace,
            down_delay,
        } = algorithm
        {
            settings = kpa::Settings {
                target: *concurrency,
                capacity: *concurrency / 0.7,
                stable: *stable,
                panic_percent: *panic_percent,
                panic_threshold: *panic_threshold,
                to_zero: *to_zero,
                grace: *grace,
                down_delay: *down_delay,
                ..settings
            };
        }
        let (slow, fast) = settings.windows();
        Kpa { settings, history: kpa::History::new(now, ready), slow, fast }
    }

    /// Takes over what another remembers: averages where they are over the same time.
    pub(super) fn remember(&mut self, before: Kpa) {
        if self.settings.windows() == before.settings.windows() {
            (self.slow, self.fast) = (before.slow, before.fast);
        }
        self.history = before.history;
    }

    pub(super) fn note(&mut self, sample: &Sample) {
        let thousandths = milli(sample.concurrency);
        self.slow.record(sample.at, thousandths);
        self.fast.record(sample.at, thousandths);
    }

    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        (self.settings.min, self.settings.max) = (seen.bounds.min, seen.bounds.max);
        let averages = self.slow.average(seen.now).zip(self.fast.average(seen.now));
        let ready = seen.fleet.counts().ready;
        let observation = kpa::Observation { now: seen.now, ready, averages, reachable: true };
        let decision = kpa::decide(&observation, &self.settings, &mut self.history);
        let words = match decision.reason {
            kpa::Reason::Average { .. } => Metric::Concurrency.told(decision),
            _ => format!("{decision:#}"),
        };
        (decision.desired, words)
    }
}
