//! What an autoscaler makes of what it sees: its algorithm with what that remembers.

use super::observe::Sample;
use super::settings::{Algorithm, Config, Metric};
use crate::engine::fleet::{Fleet, Life};
use crate::policy::scaling::hpa::{self, Pod, Reading, Resource, Target};
use crate::policy::scaling::{Bounds, Change, Window, keda, kpa, simple, step, target_tracking, vertical};
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// As many instances as a component may have.
const INSTANCES_MAX: u32 = 10_000;

/// A number and a sentence that says why.
pub(super) type Verdict = (u32, String);

/// The algorithm of one autoscaler for one component.
#[derive(Debug, Clone)]
pub(super) enum Mind {
    Hpa(Box<Hpa>),
    Kpa {
        settings: kpa::Settings,
        history: kpa::History,
        slow: Window,
        fast: Window,
    },
    Keda {
        settings: keda::Settings,
        history: keda::History,
        hpa: Box<Hpa>,
        polled: SimTime,
    },
    Tracking {
        settings: target_tracking::Settings,
        metric: Metric,
        history: target_tracking::History,
    },
    Step {
        metric: Metric,
        warm_up: Span,
        out: (step::Settings, step::History),
        inn: (step::Settings, step::History),
    },
    Simple {
        metric: Metric,
        out: (simple::Settings, simple::History),
        inn: (simple::Settings, simple::History),
    },
    Vertical {
        settings: vertical::Settings,
        history: Box<vertical::History>,
        cores: (u32, u32),
    },
    Schedule,
}

/// The HPA, and room for what it is shown.
#[derive(Debug, Clone)]
pub(super) struct Hpa {
    settings: hpa::Settings,
    metrics: Vec<Metric>,
    history: hpa::History,
    pods: Vec<Pod>,
    samples: Vec<Vec<Option<hpa::Sample>>>,
}

/// What there is to see.
pub(super) struct View<'a> {
    pub(super) now: SimTime,
    pub(super) fleet: &'a Fleet,
    pub(super) bounds: Bounds,
    /// The newest sample that can be known by now.
    pub(super) sample: &'a Sample,
}

impl Mind {
    pub(super) fn new(config: &Config, now: SimTime, ready: u32) -> Self {
        let bounds = Bounds { min: config.min, max: config.max };
        match &config.algorithm {
            Algorithm::Hpa { .. } => Mind::Hpa(Box::new(Hpa::of(&config.algorithm, bounds))),
            Algorithm::Kpa {
                concurrency,
                stable,
                panic_percent,
                panic_threshold,
                to_zero,
                grace,
                down_delay,
            } => {
                let settings = kpa::Settings {
                    target: *concurrency,
                    capacity: *concurrency / 0.7,
                    stable: *stable,
                    panic_percent: *panic_percent,
                    panic_threshold: *panic_threshold,
                    to_zero: *to_zero,
                    grace: *grace,
                    down_delay: *down_delay,
                    ..kpa::Settings::default()
                };
                let (slow, fast) = settings.windows();
                Mind::Kpa { settings, history: kpa::History::new(now, ready), slow, fast }
            }
            Algorithm::Keda { backlog, activation, polling, cooldown } => {
                let trigger = keda::Trigger { target: milli(*backlog), activation: milli(*activation) };
                let settings = keda::Settings {
                    triggers: vec![trigger],
                    polling: *polling,
                    cooldown: *cooldown,
                    min: config.min,
                    max: config.max,
                    ..keda::Settings::default()
                };
                let hpa = Hpa { metrics: vec![Metric::Backlog], ..Hpa::with(settings.hpa()) };
                Mind::Keda { settings, history: keda::History::new(now), hpa: Box::new(hpa), polled: now }
            }
            Algorithm::TargetTracking {
                metric,
                target,
                low,
                high_periods,
                low_periods,
                period,
                warm_up,
                scale_in,
            } => Mind::Tracking {
                settings: target_tracking::Settings {
                    bounds,
                    target: *target,
                    low: *low,
                    high_periods: *high_periods,
                    low_periods: *low_periods,
                    period: *period,
                    warm_up: *warm_up,
                    scale_in: *scale_in,
                },
                metric: *metric,
                history: target_tracking::History::default(),
            },
            Algorithm::Step { metric, high, first, further, second, low, less, periods, warm_up, .. } => {
                let percent = |percent: i64| Change::Percent { percent: percent as i32, at_least: 0 };
                let one = |from, to, change| step::Step { from, to, change };
                let out = vec![
                    one(Some(0.0), Some(*further), percent(i64::from(*first))),
                    one(Some(*further), None, percent(i64::from(*second))),
                ];
                let inn = vec![one(None, Some(0.0), percent(-i64::from(*less)))];
                let settings = |threshold: f64, above, steps| step::Settings {
                    bounds,
                    threshold,
                    above,
                    periods: *periods,
                    steps,
                };
                Mind::Step {
                    metric: *metric,
                    warm_up: *warm_up,
                    out: (settings(*high, true, out), step::History::default()),
                    inn: (settings(*low, false, inn), step::History::default()),
                }
            }
            Algorithm::Simple { metric, high, more, low, less, periods, cooldown, .. } => {
                let settings = |threshold: f64, above, by: i64| simple::Settings {
                    bounds,
                    threshold,
                    above,
                    periods: *periods,
                    change: Change::By(by as i32),
                    cooldown: *cooldown,
                };
                Mind::Simple {
                    metric: *metric,
                    out: (settings(*high, true, i64::from(*more)), simple::History::default()),
                    inn: (settings(*low, false, -i64::from(*less)), simple::History::default()),
                }
            }
            Algorithm::Vertical { percentile, margin, half_life, min_cores, max_cores, .. } => {
                let mut settings = vertical::Settings {
                    margin: *margin,
                    half_life: *half_life,
                    ..vertical::Settings::default()
                };
                settings.cpu.target = *percentile;
                let history = Box::default();
                Mind::Vertical { settings, history, cores: (*min_cores, *max_cores) }
            }
            Algorithm::Schedule { .. } => Mind::Schedule,
        }
    }

    /// Takes a sample in, where averages are taken over many.
    pub(super) fn note(&mut self, sample: &Sample) {
        if let Mind::Kpa { slow, fast, .. } = self {
            let thousandths = milli(sample.concurrency);
            slow.record(sample.at, thousandths);
            fast.record(sample.at, thousandths);
        }
    }

    /// How many cores each instance should have, and why; `None` where that is not its business, or what they have will do.
    pub(super) fn resize(&mut self, sample: &Sample) -> Option<Verdict> {
        let Mind::Vertical { settings, history, cores: (least, most) } = self else { return None };
        let each = (sample.cores as f64 / f64::from(sample.ready)).max(1.0);
        history.cpu(sample.at, milli(sample.cpu? * each), settings);
        let advice = vertical::advise(settings, history)?.cpu;
        let has = each as u32;
        let wanted = (advice.target.div_ceil(1000) as u32).clamp(*least, *most);
        let is_wrong =
            advice.verdict(milli(each)) != vertical::Verdict::Within || !(*least..=*most).contains(&has);
        (is_wrong && wanted != has).then(|| (wanted, format!("of CPU {advice}, in thousandths of a core")))
    }

    /// How many there should be, and why.
    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        let desired = seen.fleet.desired;
        let counts = seen.fleet.counts();
        match self {
            Mind::Hpa(hpa) => hpa.decide(seen),
            Mind::Kpa { settings, history, slow, fast } => {
                (settings.min, settings.max) = (seen.bounds.min, seen.bounds.max);
                let averages = slow.average(seen.now).zip(fast.average(seen.now));
                let observation =
                    kpa::Observation { now: seen.now, ready: counts.ready, averages, reachable: true };
                let decision = kpa::decide(&observation, settings, history);
                (decision.desired, decision.to_string())
            }
            Mind::Keda { settings, history, hpa, polled } => {
                (settings.min, settings.max) = (seen.bounds.min, seen.bounds.max);
                let due = seen.now.since(*polled) >= settings.polling;
                let mut verdict = (desired, String::new());
                if due {
                    *polled = seen.now;
                    let readings = [Some(milli(seen.sample.backlog))];
                    let observation =
                        keda::Observation { now: seen.now, replicas: desired, readings: &readings };
                    let decision = keda::decide(&observation, settings, history);
                    verdict = (decision.desired, decision.to_string());
                }
                if verdict.0 == desired && desired > 0 { hpa.decide(seen) } else { verdict }
            }
            Mind::Tracking { settings, metric, history } => {
                settings.bounds = seen.bounds;
                let is_warm = |since| settings.is_warm(since, seen.now);
                let warm = ready_that(seen.fleet, is_warm);
                let observation = target_tracking::Observation {
                    desired,
                    warm,
                    warming: counts.starting + counts.ready - warm,
                    value: seen.sample.metric(*metric),
                };
                let decision = target_tracking::decide(&observation, settings, history);
                (decision.desired, decision.to_string())
            }
            Mind::Step { metric, warm_up, out, inn } => {
                let warm = ready_that(seen.fleet, |since| seen.now.since(since) >= *warm_up);
                let warming = counts.starting + counts.ready - warm;
                let observation =
                    step::Observation { desired, warm, warming, value: seen.sample.metric(*metric) };
                let mut verdict = (desired, String::new());
                for (settings, history) in [out, inn] {
                    settings.bounds = seen.bounds;
                    let decision = step::decide(&observation, settings, history);
                    if decision.desired != desired {
                        verdict = (decision.desired, decision.to_string());
                    }
                }
                verdict
            }
            Mind::Simple { metric, out, inn } => {
                let observation = simple::Observation {
                    now: seen.now,
                    desired,
                    under_way: counts.starting + counts.draining,
                    value: seen.sample.metric(*metric),
                };
                let mut verdict = (desired, String::new());
                for (settings, history) in [out, inn] {
                    settings.bounds = seen.bounds;
                    let decision = simple::decide(&observation, settings, history);
                    if decision.desired != desired {
                        verdict = (decision.desired, decision.to_string());
                    }
                }
                verdict
            }
            Mind::Schedule | Mind::Vertical { .. } => (desired, String::new()),
        }
    }
}

/// How many are ready since a time that will do.
fn ready_that(fleet: &Fleet, will_do: impl Fn(SimTime) -> bool) -> u32 {
    let ready = fleet.instances.iter().filter(|one| one.life == Life::Ready);
    ready.filter(|one| will_do(one.since)).count() as u32
}

/// Thousandths, rounded.
fn milli(x: f64) -> u64 {
    (x * 1000.0 + 0.5) as u64
}

impl Hpa {
    fn with(settings: hpa::Settings) -> Self {
        let samples = vec![Vec::new(); settings.targets.len()];
        Hpa { settings, metrics: Vec::new(), history: hpa::History::default(), pods: Vec::new(), samples }
    }

    fn of(algorithm: &Algorithm, bounds: Bounds) -> Self {
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
            return Hpa::with(hpa::Settings { bounds, ..hpa::Settings::default() });
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
        Hpa { metrics, ..Hpa::with(settings) }
    }

    fn decide(&mut self, seen: &View<'_>) -> Verdict {
        self.settings.bounds = seen.bounds;
        let there = seen.fleet.instances.iter().filter(|one| one.life != Life::Stopped);
        self.pods.clear();
        self.pods.extend(there.map(|one| Pod {
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
            // Each that is ready has the mean: what is decided knows no more of them. One that starts uses nothing yet.
            let value = match metric {
                Metric::Cpu => sample.cpu.map(|share| milli(share)),
                _ => sample.metric(*metric).map(milli),
            };
            samples.clear();
            samples.extend(self.pods.iter().map(|pod| {
                let value = if pod.ready && pod.changed < sample.at { value? } else { 0 };
                (pod.started < sample.at).then_some(hpa::Sample { value, at: sample.at, over: sample.over })
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
        (decision.desired, decision.to_string())
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

/// Samples as far back as anybody may look.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples(VecDeque<Sample>);

impl Samples {
    pub(super) fn note(&mut self, sample: Sample, keep: Span) {
        self.0.push_back(sample);
        // One that is older than asked for stays, so that there always is one.
        while self.0.get(1).is_some_and(|next| sample.at.since(next.at) >= keep) {
            self.0.pop_front();
        }
    }

    /// The newest that is at least so old.
    pub(super) fn aged(&self, now: SimTime, age: Span) -> Option<&Sample> {
        self.0.iter().rev().find(|sample| now.since(sample.at) >= age)
    }
}
