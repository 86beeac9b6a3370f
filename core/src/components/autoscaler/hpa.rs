//! The HPA of an autoscaler: the pods and samples that it is shown.

use super::mind::{Verdict, View, milli};
use super::settings::{Algorithm, Metric};
use crate::engine::fleet::Life;
use crate::policy::scaling::hpa::{self, Pod, Reading, Resource, Target};
use crate::policy::scaling::{Bounds, Decision};
use crate::units::Span;

/// As many instances as a component may have.
const INSTANCES_MAX: u32 = 10_000;

/// The HPA, and room for what it is shown.
#[derive(Debug, Clone)]
pub(super) struct Hpa {
    settings: hpa::Settings,
    metrics: Vec<Metric>,
    history: hpa::History,
    pods: Vec<Pod>,
    samples: Vec<Vec<Option<hpa::Sample>>>,
}

impl Hpa {
    pub(super) fn new(settings: hpa::Settings, metrics: Vec<Metric>) -> Self {
        let samples = vec![Vec::new(); settings.targets.len()];
        Hpa { settings, metrics, history: hpa::History::default(), pods: Vec::new(), samples }
    }

    /// Takes over what another remembers.
    pub(super) fn remember(&mut self, before: Hpa) {
        self.history = before.history;
    }

    pub(super) fn of(algorithm: &Algorithm, bounds: Bounds) -> Self {
        let Algorithm::Hpa {
            cpu,
            rate,
            concurrency,
            backlog,
            age_s,
            latency_s,
            tolerance,
            settle_up,
            settle_down,
            up_percent,
            up_count,
            down_percent,
            down_count,
            rule_period,
            period,
            metrics_age: _,
        } = algorithm
        else {
            return Hpa::new(hpa::Settings { bounds, ..hpa::Settings::default() }, vec![Metric::Cpu]);
        };
        let wanted = [
            (Metric::Cpu, cpu),
            (Metric::Rate, rate),
            (Metric::Concurrency, concurrency),
            (Metric::Backlog, backlog),
            (Metric::Age, age_s),
            (Metric::Latency, latency_s),
        ];
        let wanted = wanted.into_iter().filter_map(|(metric, target)| Some((metric, (*target)?)));
        let (metrics, targets) = wanted.map(|(metric, target)| (metric, target_of(metric, target))).unzip();
        let rules = |percent: &Option<u32>, count: &Option<u32>, window: Span| {
            // Without any rule it may change by all there can be.
            let count = count.or(if percent.is_none() { Some(INSTANCES_MAX) } else { None });
            let percent = percent.map(|percent| hpa::Rule::Percent { percent, period: *rule_period });
            let count = count.map(|count| hpa::Rule::Pods { count, period: *rule_period });
            hpa::Rules { window, select: hpa::Select::Max, rules: percent.into_iter().chain(count).collect() }
        };
        let settings = hpa::Settings {
            bounds,
            targets,
            tolerance_up: *tolerance,
            tolerance_down: *tolerance,
            behaviour: hpa::Behaviour::Rules {
                up: rules(up_percent, up_count, *settle_up),
                down: rules(down_percent, down_count, *settle_down),
            },
            period: *period,
            ..hpa::Settings::default()
        };
        Hpa::new(settings, metrics)
    }

    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        self.settings.bounds = seen.bounds;
        let there = || seen.fleet.instances.iter().filter(|one| one.life != Life::Stopped);
        self.pods.clear();
        self.pods.extend(there().map(|one| Pod {
            phase: match one.life {
                Life::Draining => hpa::Phase::Gone,
                Life::Pending => hpa::Phase::Pending,
                _ => hpa::Phase::Running,
            },
            started: one.started,
            ready: one.life == Life::Ready,
            changed: one.since,
        }));
        let sample = seen.sample;
        for (samples, metric) in self.samples.iter_mut().zip(&self.metrics) {
            // Each that was ready has the mean: what is decided knows no more of them. One that starts uses nothing yet, and of one that has crashed
            // there is nothing to be had.
            let value = match metric {
                Metric::Cpu => sample.cpu.map(milli),
                _ => sample.metric(*metric).map(milli),
            };
            samples.clear();
            samples.extend(there().map(|one| {
                let changed_before = one.since < sample.at;
                let value = match one.life {
                    Life::Down if changed_before => return None,
                    Life::Ready if changed_before => value?,
                    Life::Down => value?,
                    _ => 0,
                };
                (one.started < sample.at).then_some(hpa::Sample { value, at: sample.at, over: sample.over })
            }));
        }
        let readings: Vec<Reading<'_>> = self
            .metrics
            .iter()
            .zip(&self.samples)
            .map(|(metric, samples)| match metric {
                // A whole instance is asked for: its use is the share that is busy.
                Metric::Cpu => Reading::Pods { samples, requests: &[1000] },
                Metric::Rate | Metric::Concurrency => Reading::Pods { samples, requests: &[] },
                Metric::Backlog => Reading::Total(milli(sample.backlog)),
                Metric::Age => Reading::Total(milli(sample.age_s)),
                Metric::Latency => sample.latency_s.map_or(Reading::Failed, |s| Reading::Total(milli(s))),
            })
            .collect();
        let observation = hpa::Observation {
            now: seen.now,
            desired: seen.fleet.desired,
            pods: &self.pods,
            readings: &readings,
        };
        let decision = hpa::decide(&observation, &self.settings, &mut self.history);
        (decision.desired, self.words(&decision))
    }

    /// Why it decided so. Only of CPU does the policy know what it is.
    fn words(&self, decision: &Decision<hpa::Reason>) -> String {
        let metric = match &decision.reason {
            hpa::Reason::Found { finding, .. } => {
                let of = self.settings.targets.iter().position(|target| *target == finding.target);
                of.and_then(|of| self.metrics.get(of)).filter(|metric| **metric != Metric::Cpu)
            }
            _ => None,
        };
        metric.map_or_else(|| format!("{decision:#}"), |metric| metric.told(decision))
    }
}

fn target_of(metric: Metric, target: f64) -> Target {
    match metric {
        Metric::Cpu => Target::Utilisation { resource: Resource::Cpu, percent: (target + 0.5) as u32 },
        Metric::Rate | Metric::Concurrency => {
            Target::PodsAverage { resource: Resource::Other, milli: milli(target) }
        }
        Metric::Backlog => Target::AverageValue(milli(target)),
        Metric::Age | Metric::Latency => Target::Value(milli(target)),
    }
}
