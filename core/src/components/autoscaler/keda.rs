//! The KEDA of an autoscaler, and the HPA that it sets up.

use super::hpa::Hpa;
use super::mind::{Verdict, View, milli};
use super::settings::{Algorithm, Config, Metric};
use crate::policy::scaling::{Bounds, hpa, keda};
use crate::units::SimTime;

#[derive(Debug, Clone)]
pub(super) struct Keda {
    settings: keda::Settings,
    history: keda::History,
    hpa: Hpa,
    polled: SimTime,
    synced: SimTime,
}

impl Keda {
    pub(super) fn of(config: &Config, now: SimTime) -> Self {
        let mut settings = keda::Settings { min: config.min, max: config.max, ..keda::Settings::default() };
        if let Algorithm::Keda { backlog, activation, polling, cooldown } = &config.algorithm {
            settings.triggers =
                vec![keda::Trigger { target: milli(*backlog), activation: milli(*activation) }];
            (settings.polling, settings.cooldown) = (*polling, *cooldown);
        }
        let hpa = Hpa::new(settings.hpa(), vec![Metric::Backlog]);
        Keda { settings, history: keda::History::new(now), hpa, polled: now, synced: now }
    }

    pub(super) fn remember(&mut self, before: Keda) {
        self.history = before.history;
        self.hpa.remember(before.hpa);
    }

    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        let replicas = seen.fleet.desired;
        (self.settings.min, self.settings.max) = (seen.bounds.min, seen.bounds.max);
        let mut verdict = (replicas, String::new());
        if seen.now.since(self.polled) >= self.settings.polling {
            self.polled = seen.now;
            let readings = [Some(milli(seen.sample.backlog))];
            let observation = keda::Observation { now: seen.now, replicas, readings: &readings };
            let decision = keda::decide(&observation, &self.settings, &mut self.history);
            verdict = (decision.desired, format!("{decision:#}"));
        }
        if seen.now.since(self.synced) >= hpa::Settings::default().period {
            self.synced = seen.now;
            if verdict.0 == replicas && replicas > 0 {
                // The last one goes by KEDA's word alone.
                let bounds = Bounds { min: seen.bounds.min.max(1), ..seen.bounds };
                verdict = self.hpa.decide(&View { bounds, ..*seen });
            }
        }
        verdict
    }
}
