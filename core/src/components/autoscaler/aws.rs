//! The policies of AWS in an autoscaler: a target, or an alarm for each direction.

use super::mind::{Verdict, View};
use super::settings::{Algorithm, Metric};
use crate::engine::fleet::Life;
use crate::policy::scaling::{Bounds, Change, simple, step, target_tracking};
use crate::units::{SimTime, Span};

#[derive(Debug, Clone)]
pub(super) struct Tracking {
    settings: target_tracking::Settings,
    metric: Metric,
    history: target_tracking::History,
}

impl Tracking {
    pub(super) fn of(algorithm: &Algorithm, bounds: Bounds) -> Self {
        let mut settings = target_tracking::Settings { bounds, ..target_tracking::Settings::application() };
        let mut by = Metric::Cpu;
        if let Algorithm::TargetTracking {
            metric,
            target,
            low,
            high_periods,
            low_periods,
            period,
            warm_up,
            scale_in,
        } = algorithm
        {
            by = *metric;
            settings = target_tracking::Settings {
                bounds,
                target: *target,
                low: *low,
                high_periods: *high_periods,
                low_periods: *low_periods,
                period: *period,
                warm_up: *warm_up,
                scale_in: *scale_in,
            };
        }
        Tracking { settings, metric: by, history: target_tracking::History::default() }
    }

    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        self.settings.bounds = seen.bounds;
        let (warm, warming) = warmth(seen, |since| self.settings.is_warm(since, seen.now));
        let value = seen.sample.metric(self.metric);
        let observation = target_tracking::Observation { desired: seen.fleet.desired, warm, warming, value };
        let decision = target_tracking::decide(&observation, &self.settings, &mut self.history);
        (decision.desired, self.metric.told(decision))
    }
}

/// How many have warmed up since the time they are ready, and how many start or warm up.
fn warmth(seen: &View<'_>, is_warm: impl Fn(SimTime) -> bool) -> (u32, u32) {
    let ready = seen.fleet.instances.iter().filter(|one| one.life == Life::Ready);
    // What is there as the run begins has been there for long.
    let warm = ready.filter(|one| one.since == SimTime::ZERO || is_warm(one.since)).count() as u32;
    let counts = seen.fleet.counts();
    (warm, counts.starting + counts.ready - warm)
}

/// Two policies, out and in.
#[derive(Debug, Clone)]
pub(super) struct Step {
    metric: Metric,
    warm_up: Span,
    policies: Vec<(step::Settings, step::History)>,
}

impl Step {
    pub(super) fn of(algorithm: &Algorithm, bounds: Bounds) -> Self {
        let mut made = Step { metric: Metric::Cpu, warm_up: Span::ZERO, policies: Vec::new() };
        if let Algorithm::Step { metric, high, first, further, second, low, less, periods, warm_up, .. } =
            algorithm
        {
            let percent = |percent: i64| Change::Percent { percent: percent as i32, at_least: 0 };
            let one = |from, to, change| step::Step { from, to, change };
            let out = vec![
                one(Some(0.0), Some(*further), percent(i64::from(*first))),
                one(Some(*further), None, percent(i64::from(*second))),
            ];
            let inn = vec![one(None, Some(0.0), percent(-i64::from(*less)))];
            (made.metric, made.warm_up) = (*metric, *warm_up);
            made.policies = [(*high, true, out), (*low, false, inn)]
                .map(|(threshold, above, steps)| {
                    let settings = step::Settings { bounds, threshold, above, periods: *periods, steps };
                    (settings, step::History::default())
                })
                .into();
        }
        made
    }

    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        let desired = seen.fleet.desired;
        let (warm, warming) = warmth(seen, |since| seen.now.since(since) >= self.warm_up);
        let value = seen.sample.metric(self.metric);
        let observation = step::Observation { desired, warm, warming, value };
        let mut verdict = (desired, String::new());
        for (settings, history) in &mut self.policies {
            settings.bounds = seen.bounds;
            let decision = step::decide(&observation, settings, history);
            if decision.desired != desired {
                verdict = (decision.desired, self.metric.told(decision));
            }
        }
        verdict
    }
}

/// Two policies, out and in, with one cooldown.
#[derive(Debug, Clone)]
pub(super) struct Simple {
    metric: Metric,
    policies: Vec<(simple::Settings, simple::History)>,
}

impl Simple {
    pub(super) fn of(algorithm: &Algorithm, bounds: Bounds) -> Self {
        let mut made = Simple { metric: Metric::Cpu, policies: Vec::new() };
        if let Algorithm::Simple { metric, high, more, low, less, periods, cooldown, .. } = algorithm {
            made.metric = *metric;
            made.policies = [(*high, true, i64::from(*more)), (*low, false, -i64::from(*less))]
                .map(|(threshold, above, by)| {
                    let (change, periods, cooldown) = (Change::By(by as i32), *periods, *cooldown);
                    let settings = simple::Settings { bounds, threshold, above, periods, change, cooldown };
                    (settings, simple::History::default())
                })
                .into();
        }
        made
    }

    pub(super) fn remember(&mut self, before: Simple) {
        for ((_, mine), (_, one)) in self.policies.iter_mut().zip(before.policies) {
            *mine = one;
        }
    }

    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        let desired = seen.fleet.desired;
        let counts = seen.fleet.counts();
        let under_way = counts.starting + counts.draining;
        let value = seen.sample.metric(self.metric);
        let observation = simple::Observation { now: seen.now, desired, under_way, value };
        let mut verdict = (desired, String::new());
        for (settings, history) in &mut self.policies {
            settings.bounds = seen.bounds;
            let decision = simple::decide(&observation, settings, history);
            if decision.desired != desired {
                verdict = (decision.desired, self.metric.told(decision));
            }
        }
        if verdict.0 != desired {
            self.policies.iter_mut().for_each(|(_, history)| history.note_change());
        }
        verdict
    }
}
