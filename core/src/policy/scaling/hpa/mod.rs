//! The HorizontalPodAutoscaler of Kubernetes, `autoscaling/v2`, step by step.
//!
//! Once a period ([`Settings::period`]), with the pods and a [`Reading`] for each [`Target`]:
//!
//! 1. Nothing was asked for and the minimum is not 0: it is switched off. More than the maximum or fewer than the minimum: there at once.
//! 2. Each target proposes a number (below). The largest counts. If one has nothing to say and the others say fewer, nothing is done.
//! 3. Stabilisation: never above the least of what was proposed within the window for going up, never below the most of the window for going down.
//! 4. Rates: so many pods, or per cent of those there were when the period of the rule began.
//! 5. The bounds.
//!
//! A target of the pods' means proposes `ceil(ratio · ready pods)`, where ratio is mean / target, and keeps what is there while the ratio is within
//! the tolerance. Pods whose samples are missing, and pods that are not ready yet, are set aside first; then it is reckoned again with those without
//! samples at all of their request (or of the target, where that is not per cent of a request) if fewer were needed and at nothing if more were, and those not ready at
//! nothing if more were. Whatever then lies within the tolerance, or points the other way, changes nothing. [`Target::Value`] is a ratio of a total and
//! multiplies the ready pods as well; [`Target::AverageValue`] is `ceil(total / target)`.
//!
//! Values, requests and targets are whole thousandths of their unit, as in Kubernetes. A mean is rounded down to a whole thousandth and a
//! utilisation to a whole per cent before it is compared: so does the original, and it shows.
//!
//! Source: kubernetes/kubernetes `pkg/controller/podautoscaler/{horizontal.go, replica_calculator.go, metrics/utilization.go}`; kubernetes.io
//! "Horizontal Pod Autoscaling", section "Algorithm details". Nothing here fails: what cannot be reckoned is a [`Failure`] inside the reason.

mod behaviour;
mod proposal;
mod reason;

pub use behaviour::{Behaviour, Rule, Rules, Select};
pub use reason::{Failure, Finding, Limit, Reason};

use super::fault::Faults;
use super::{Bounds, Decision, Fault, Recent};
use crate::units::{SimTime, Span};

/// What one target saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Thousandths of a core, of a request a second, of whatever is measured.
    pub value: u64,
    /// When the time it was measured over ended.
    pub at: SimTime,
    /// Over how long it was measured.
    pub over: Span,
}

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It has no node yet, or its containers have not started.
    Pending,
    /// It runs, ready or not.
    Running,
    /// It has failed, has ended or is being removed; nobody counts it.
    Gone,
}

/// What is known of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pod {
    /// Where it is in its life.
    pub phase: Phase,
    /// When it started.
    pub started: SimTime,
    /// Whether it is ready for requests.
    pub ready: bool,
    /// Since when it is ready, or not.
    pub changed: SimTime,
}

impl Pod {
    /// A pod that runs, and was ready as soon as it had started.
    pub const fn ready_since(started: SimTime) -> Self {
        Pod { phase: Phase::Running, started, ready: true, changed: started }
    }
}

/// What is measured of pods. CPU has rules of its own for pods that have just started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Processor time, in thousandths of a core.
    Cpu,
    /// Anything else: memory, requests a second.
    Other,
}

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Usage over all pods, as per cent of what they request.
    Utilisation {
        /// Of what.
        resource: Resource,
        /// Whole per cent.
        percent: u32,
    },
    /// The mean over pods, thousandths.
    PodsAverage {
        /// Of what.
        resource: Resource,
        /// Thousandths.
        milli: u64,
    },
    /// A total outside the pods, such as a latency: it falls as pods are added. Thousandths.
    Value(u64),
    /// A total outside the pods divided by their number, such as a queue's length. Thousandths.
    AverageValue(u64),
}

/// What was measured for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    /// It could not be had.
    Failed,
    /// Of each pod, in the order of [`Observation::pods`].
    Pods {
        /// What was measured; `None`, or none at that place, where nothing came.
        samples: &'a [Option<Sample>],
        /// What each pod requests, thousandths; the last stands for those that follow. Only utilisation asks for it.
        requests: &'a [u64],
    },
    /// In total, thousandths.
    Total(u64),
}

/// What is seen at the end of a period.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// Now.
    pub now: SimTime,
    /// Pods asked for.
    pub desired: u32,
    /// Pods there are, in any order that stays.
    pub pods: &'a [Pod],
    /// A reading for each of [`Settings::targets`], in their order.
    pub readings: &'a [Reading<'a>],
}

/// How it decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Fewest and most pods. Default 1 (API reference, `minReplicas`); there is no default for the most, ours is 10.
    pub bounds: Bounds,
    /// What is wanted; of several, the one that asks for most counts. Default CPU at 80 % of the request (`DefaultCPUUtilization` in
    /// `pkg/apis/autoscaling`).
    pub targets: Vec<Target>,
    /// A ratio no further above 1 changes nothing. Default 0.1 (kube-controller-manager `--horizontal-pod-autoscaler-tolerance`).
    pub tolerance_up: f64,
    /// The same below 1.
    pub tolerance_down: f64,
    /// How long after its start a pod's first CPU samples are doubted. Default 5 min (`--horizontal-pod-autoscaler-cpu-initialization-period`).
    pub cpu_initialization: Span,
    /// A pod that has not been ready since so shortly after its start was never ready. Default 30 s
    /// (`--horizontal-pod-autoscaler-initial-readiness-delay`).
    pub initial_readiness: Span,
    /// How fast it may change.
    pub behaviour: Behaviour,
    /// How often it should be asked. Default 15 s (`--horizontal-pod-autoscaler-sync-period`).
    pub period: Span,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bounds: Bounds { min: 1, max: 10 },
            targets: vec![Target::Utilisation { resource: Resource::Cpu, percent: 80 }],
            tolerance_up: 0.1,
            tolerance_down: 0.1,
            cpu_initialization: Span::from_secs(300),
            initial_readiness: Span::from_secs(30),
            behaviour: Behaviour::default(),
            period: Span::from_secs(15),
        }
    }
}

impl Settings {
    /// The defaults with CPU at another share of the request, in per cent.
    pub fn cpu(percent: u32) -> Self {
        Settings {
            targets: vec![Target::Utilisation { resource: Resource::Cpu, percent }],
            ..Settings::default()
        }
    }

    /// Every fault; none when the list is empty.
    ///
    /// ```
    /// use tenfold::policy::scaling::hpa::Settings;
    /// let mut settings = Settings { targets: vec![], ..Settings::default() };
    /// settings.bounds.min = 20;
    /// let faults: Vec<String> = settings.check().iter().map(ToString::to_string).collect();
    /// assert_eq!(faults, ["min: 20 is above max, 10", "targets: there is none; at least one must be wanted"]);
    /// ```
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.bounds.check(&mut faults);
        faults.unless(!self.targets.is_empty(), "targets", || {
            "there is none; at least one must be wanted".into()
        });
        for target in &self.targets {
            let wanted = match *target {
                Target::Utilisation { percent, .. } => u64::from(percent),
                Target::PodsAverage { milli, .. } | Target::Value(milli) | Target::AverageValue(milli) => {
                    milli
                }
            };
            faults.unless(wanted > 0, "targets", || {
                "0 would need endlessly many pods; it must be above 0".into()
            });
        }
        faults.not_negative("tolerance_up", self.tolerance_up);
        faults.not_negative("tolerance_down", self.tolerance_down);
        faults.some_time("period", self.period);
        self.behaviour.check(&mut faults);
        faults.0
    }

    fn within_tolerance(&self, ratio: f64) -> bool {
        (1.0 - self.tolerance_down) <= ratio && ratio <= (1.0 + self.tolerance_up)
    }
}

/// What it remembers: what was recommended and by how much it has changed the number, as far back as the rules look.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    pub(super) recommended: Recent<u32>,
    pub(super) added: Recent<u32>,
    pub(super) removed: Recent<u32>,
}

/// How many pods there should be. What is decided is taken for done: the history has it as a change.
pub fn decide(seen: &Observation<'_>, settings: &Settings, history: &mut History) -> Decision<Reason> {
    let Observation { now, desired: from, .. } = *seen;
    let Bounds { min, max } = settings.bounds;
    if history.recommended.is_empty() {
        // So that nothing is removed before there is a window to judge by.
        history.recommended.note(now, from, Span::ZERO);
    }
    let decision = if from == 0 && min > 0 {
        Decision { desired: 0, reason: Reason::Off }
    } else if from > max {
        Decision { desired: max, reason: Reason::AboveMax { from, max } }
    } else if from < min {
        Decision { desired: min, reason: Reason::BelowMin { from, min } }
    } else {
        match proposal::of_all(seen, settings) {
            Err(reason) => Decision { desired: from, reason },
            Ok(finding) => settings.behaviour.apply(now, from, finding, settings.bounds, history),
        }
    };
    settings.behaviour.note(now, from, decision.desired, history);
    decision
}
