//! Autoscalers: how many instances there should be, decided from what was seen.
//!
//! Each is a function `(observation, settings, history) -> decision`. It has no clock: time comes in with the observation, and never goes back. It
//! has no engine either: who calls it observes instances, waits for the next period and carries out what was decided. Every decision says why, as
//! numbers and as a sentence.
//!
//! | module | decides like | from |
//! |---|---|---|
//! | [`hpa`] | Kubernetes' HorizontalPodAutoscaler | usage of each pod, or a total |
//! | [`kpa`] | Knative's pod autoscaler | concurrency or requests, averaged over two windows |
//! | [`keda`] | KEDA | the length of a queue and the like; none to one itself, then by [`hpa`] |
//! | [`target_tracking`] | AWS target tracking | a mean over instances, once a minute |
//! | [`step`] | AWS step scaling | by how much a threshold is exceeded |
//! | [`simple`] | AWS simple scaling | whether a threshold is exceeded, then a cooldown |
//! | [`scheduled`] | scheduled actions | the time of the day and the week |
//! | [`predictive`] | AWS predictive scaling | the load of the same hour on earlier days |
//! | [`cluster`] | Kubernetes' cluster autoscaler: nodes | pods that find no room, nodes that are half empty |
//! | [`vertical`] | Kubernetes' VerticalPodAutoscaler: size of one instance | usage over days |
//! | [`budget`] | a guardrail | what an hour may cost |
//! | [`carbon`] | when work that can wait should run | grams of CO₂ per kWh over time |
//!
//! Their settings have the defaults of the original, with the source beside each, and `check`, which gives every fault at once.
//!
//! ```
//! use tenfold::policy::scaling::hpa::{History, Observation, Pod, Reading, Sample, Settings, decide};
//! use tenfold::units::{SimTime, Span};
//! // Four pods that ask for one core each use one and a half; the target is 50 %.
//! let now = SimTime::ZERO + Span::from_secs(600);
//! let pods = [Pod::ready_since(SimTime::ZERO); 4];
//! let samples = [Some(Sample { value: 1_500, at: now, over: Span::from_secs(30) }); 4];
//! let readings = [Reading::Pods { samples: &samples, requests: &[1_000] }];
//! let mut settings = Settings::cpu(50);
//! settings.bounds.max = 100;
//! let mut history = History::default();
//! // Twelve are needed. At first no more than twice as many are allowed, or four more.
//! let first = decide(&Observation { now, desired: 4, pods: &pods, readings: &readings }, &settings, &mut history);
//! assert_eq!(first.desired, 8);
//! assert_eq!(first.to_string(), "capped at 8: at most +4 pods in 15s, 12 wanted");
//! ```

pub mod budget;
pub mod carbon;
mod change;
pub mod cluster;
mod fault;
pub mod hpa;
pub mod keda;
pub mod kpa;
pub mod predictive;
mod recent;
pub mod scheduled;
pub mod simple;
pub mod step;
pub mod target_tracking;
#[cfg(test)]
mod tests;
pub mod vertical;
mod window;

pub use change::Change;
pub use fault::Fault;
pub use window::Window;

use recent::Recent;
use std::fmt;

/// How many there should be, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision<R> {
    /// Instances that should be there: the same as before where nothing changes.
    pub desired: u32,
    /// Why so many; printed, it is a sentence. With `{:#}` it is for somebody who sees how many there were and will be: those are not said again.
    pub reason: R,
}

impl<R: fmt::Display> fmt::Display for Decision<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

/// Never fewer, never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Fewest instances.
    pub min: u32,
    /// Most instances.
    pub max: u32,
}

impl Bounds {
    /// The number within the bounds that is nearest to `count`; of bounds that contradict each other the upper one counts.
    ///
    /// ```
    /// use tenfold::policy::scaling::Bounds;
    /// assert_eq!([0, 5, 99].map(|n| Bounds { min: 2, max: 8 }.nearest(n)), [2, 5, 8]);
    /// ```
    pub fn nearest(&self, count: u32) -> u32 {
        count.max(self.min).min(self.max)
    }

    fn check(&self, faults: &mut fault::Faults) {
        faults.unless(self.min <= self.max, "min", || format!("{} is above max, {}", self.min, self.max));
        faults.unless(self.max > 0, "max", || "0 would never let anything run; 1 is the least".into());
    }
}

/// As many as `count` says, rounded up; what is no number, or too large for one, becomes the nearest that there is.
fn ceil(count: f64) -> u32 {
    libm::ceil(count) as u32
}

/// What was measured with as many digits as tell something.
fn short(x: f64) -> f64 {
    let scale = if x.abs() < 1.0 { 1e4 } else { 100.0 };
    libm::round(x * scale) / scale
}

/// The numbers that a sentence begins with, for those who do not see them beside it.
fn lead(f: &mut fmt::Formatter<'_>, numbers: fmt::Arguments<'_>) -> fmt::Result {
    if f.alternate() { Ok(()) } else { write!(f, "{numbers}: ") }
}

fn plural(count: u32) -> &'static str {
    if count == 1 { "" } else { "s" }
}
