//! Knative's pod autoscaler: two averages of the same load, a slow one to go by and a fast one for panic.
//!
//! Every two seconds ([`TICK`]), with the load in all pods averaged over the stable window and over the panic window (see [`Settings::windows`]):
//!
//! 1. Each average asks for `ceil(average / target)` pods, held between `ready / max_down` (rounded down) and `ready · max_up` (rounded up). No pod
//!    at all counts as one.
//! 2. If the fast one asks for `panic_threshold` times the ready pods or more, it panics, or goes on to. It stops when that has not been so for a
//!    stable window.
//! 3. In panic the larger of the two counts, and never fewer than at any time since the panic began.
//! 4. Fewer only when as few were enough for `down_delay`. Then the bounds.
//! 5. None at all only after it was active for a stable window, and then as long again as the activator needs to be in the path of requests: at once
//!    if it was there for `grace` already, else for that long; and not before `retention`.
//!
//! The activator holds requests while there are no pods, and takes part while there is less room than `burst`. With the autoscaler's own start it
//! panics if there is more than one pod, so that nothing is removed before there are averages to judge by.
//!
//! The load is concurrent requests or requests a second. Shapes are plain numbers; time is ours. Nothing fails: without averages nothing changes.
//!
//! Source: knative/serving `pkg/autoscaler/scaling/autoscaler.go`, `pkg/reconciler/autoscaling/kpa/scaler.go`, defaults of
//! `config/core/configmaps/autoscaler.yaml`.
//!
//! ```
//! use tenfold::policy::scaling::kpa::{History, Observation, Settings, decide};
//! use tenfold::units::{SimTime, Span};
//! let settings = Settings::default();
//! let (mut stable, mut panic) = settings.windows();
//! let mut history = History::new(SimTime::ZERO, 1);
//! // A minute of nothing, then 350 requests at once.
//! let mut decide_at = |secs: u64| {
//!     let now = SimTime::ZERO + Span::from_secs(secs);
//!     let load = if secs <= 60 { 0 } else { 350_000 };
//!     stable.record(now, load);
//!     panic.record(now, load);
//!     let averages = stable.average(now).zip(panic.average(now));
//!     decide(&Observation { now, ready: 1, averages, reachable: true }, &settings, &mut history)
//! };
//! let decisions: Vec<_> = (0..=66).map(&mut decide_at).collect();
//! // Six seconds of the window fill with 350: 117, 233, 350 concurrent requests for 70 in a pod.
//! assert_eq!([62, 64, 66].map(|secs| decisions[secs].desired), [2, 4, 5]);
//! assert_eq!(decisions[66].to_string(), "up to 5: 350 of a target of 70 a pod, 1 ready, in panic");
//! assert_eq!(format!("{:#}", decisions[66]), "350 of a target of 70 a pod, 1 ready, in panic");
//! ```

use super::fault::Faults;
use super::{Decision, Fault, Recent, Window, ceil, lead, short};
use crate::units::{SimTime, Span};
use std::fmt;

/// How often it decides. (`tickInterval` in `pkg/autoscaler/scaling/multiscaler.go`)
pub const TICK: Span = Span::from_secs(2);

/// How much room for sudden requests there should be, or else the activator takes part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Burst {
    /// It takes part only while there are no pods (`target-burst-capacity: 0`).
    Never,
    /// It takes part while pods have room for fewer requests than so many.
    Below(f64),
    /// It always takes part (`-1`).
    Always,
}

/// How it decides. Each default is that of the config map.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Load a pod should have. Default 70: `container-concurrency-target-default` 100 at `container-concurrency-target-percentage` 70. For
    /// requests a second the defaults are 200 at 70 %.
    pub target: f64,
    /// Load a pod can take, for the room that is left. Default 100.
    pub capacity: f64,
    /// Time of the slow average. Default 60 s (`stable-window`).
    pub stable: Span,
    /// Share of it that the fast average covers, per cent; rounded to whole seconds, at least one. Default 10 (`panic-window-percentage`).
    pub panic_percent: f64,
    /// Panic begins when the fast average asks for so many times the ready pods. Default 2 (`panic-threshold-percentage` 200).
    pub panic_threshold: f64,
    /// At most so many times the ready pods in a tick. Default 1,000 (`max-scale-up-rate`).
    pub max_up: f64,
    /// At least one in so many of the ready pods after a tick. Default 2 (`max-scale-down-rate`).
    pub max_down: f64,
    /// Fewest pods. Default 0 (`min-scale`).
    pub min: u32,
    /// Most pods; 0 for no limit. Default 0 (`max-scale`).
    pub max: u32,
    /// Pods there are at least while there is any load; below 2 it has no effect. Default 1 (annotation `activation-scale`).
    pub activation: u32,
    /// Whether the last pod goes as well. Default yes (`enable-scale-to-zero`).
    pub to_zero: bool,
    /// How long the activator needs to be in the path. Default 30 s (`scale-to-zero-grace-period`).
    pub grace: Span,
    /// How long the last pod stays at least. Default 0 s (`scale-to-zero-pod-retention-period`).
    pub retention: Span,
    /// How long fewer must have been enough. Default 0 s (`scale-down-delay`).
    pub down_delay: Span,
    /// Room for sudden requests. Default 211 (`target-burst-capacity`).
    pub burst: Burst,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            target: 70.0,
            capacity: 100.0,
            stable: Span::from_secs(60),
            panic_percent: 10.0,
            panic_threshold: 2.0,
            max_up: 1_000.0,
            max_down: 2.0,
            min: 0,
            max: 0,
            activation: 1,
            to_zero: true,
            grace: Span::from_secs(30),
            retention: Span::ZERO,
            down_delay: Span::ZERO,
            burst: Burst::Below(211.0),
        }
    }
}

impl Settings {
    /// Empty windows for the slow and the fast average, in slots of a second: record the load of all pods in them once a second.
    pub fn windows(&self) -> (Window, Window) {
        let second = Span::from_secs(1);
        let panic = libm::round(self.stable.secs() * self.panic_percent / 100.0).max(1.0);
        (Window::new(self.stable, second), Window::new(Span::from_secs(panic as u64), second))
    }

    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.positive("target", self.target);
        faults.unless(self.capacity >= self.target, "capacity", || {
            format!("{} is below the target, {}", self.capacity, self.target)
        });
        faults.unless(self.stable >= Span::from_secs(6), "stable", || {
            format!("{} is shorter than 6s, too short for an average", self.stable)
        });
        let percent = self.panic_percent;
        faults.unless((1.0..=100.0).contains(&percent), "panic_percent", || {
            format!("{percent} is not in 1..=100")
        });
        for (field, rate) in
            [("panic_threshold", self.panic_threshold), ("max_up", self.max_up), ("max_down", self.max_down)]
        {
            faults.unless(rate > 1.0 && rate.is_finite(), field, || format!("{rate} is not above 1"));
        }
        faults.unless(self.max == 0 || self.min <= self.max, "min", || {
            format!("{} is above max, {}", self.min, self.max)
        });
        if let Burst::Below(room) = self.burst {
            faults.positive("burst", room);
        }
        faults.0
    }
}

/// What is seen at a tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Now.
    pub now: SimTime,
    /// Pods that are ready.
    pub ready: u32,
    /// Load of all pods, averaged over the slow and the fast window; `None` where nothing was heard.
    pub averages: Option<(f64, f64)>,
    /// Whether requests are routed here at all; what nobody can reach may shrink at once.
    pub reachable: bool,
}

/// What it remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Since when it panics, counted anew as long as there is reason to.
    panic: Option<SimTime>,
    /// The most it has asked for in this panic.
    panic_pods: u32,
    delayed: Recent<u32>,
    active: Option<SimTime>,
    inactive: Option<SimTime>,
    /// Since when the activator is in the path.
    proxied: Option<SimTime>,
}

impl History {
    /// That of an autoscaler that starts beside so many ready pods.
    pub fn new(now: SimTime, ready: u32) -> Self {
        History {
            panic: (ready > 1).then_some(now),
            panic_pods: ready,
            delayed: Recent::default(),
            active: None,
            inactive: None,
            proxied: None,
        }
    }

    /// Whether it panics.
    pub fn panics(&self) -> bool {
        self.panic.is_some()
    }

    /// Whether requests go through the activator.
    pub fn is_proxied(&self) -> bool {
        self.proxied.is_some()
    }
}

/// Why so many pods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// Nothing was heard of the load.
    Blind {
        /// As many as are ready.
        at: u32,
    },
    /// As an average asks for, within rates.
    Average {
        /// Ready pods.
        ready: u32,
        /// Pods it comes to.
        pods: u32,
        /// Load.
        load: f64,
        /// Load a pod should have.
        target: f64,
        /// Whether it panics.
        panic: bool,
    },
    /// In panic it never goes down.
    NotInPanic {
        /// The most of this panic.
        at: u32,
        /// What averages ask for.
        wanted: u32,
    },
    /// Fewer are not enough for long yet.
    Delayed {
        /// So many.
        at: u32,
        /// What averages ask for.
        wanted: u32,
        /// How long it must have been so.
        delay: Span,
    },
    /// The most or the fewest there may be.
    Bound {
        /// So many.
        at: u32,
        /// What averages ask for.
        wanted: u32,
    },
    /// None are needed, but the last stays for now.
    LastStays {
        /// So many.
        at: u32,
        /// Until then at least; `None` when it always stays.
        until: Option<SimTime>,
    },
    /// None are needed.
    ToZero,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Blind { at } => write!(f, "held at {at}: nothing was heard of the load"),
            Reason::Average { ready, pods, load, target, panic } => {
                let word = match pods.cmp(ready) {
                    std::cmp::Ordering::Greater => "up to",
                    std::cmp::Ordering::Less => "down to",
                    std::cmp::Ordering::Equal => "kept at",
                };
                lead(f, format_args!("{word} {pods}"))?;
                let panic = if *panic { ", in panic" } else { "" };
                write!(f, "{} of a target of {target} a pod, {ready} ready{panic}", short(*load))
            }
            Reason::NotInPanic { at, wanted } => {
                write!(f, "held at {at}: it never goes down in panic, {wanted} wanted")
            }
            Reason::Delayed { at, wanted, delay } => {
                write!(f, "held at {at}: {wanted} must have been enough for {delay}")
            }
            Reason::Bound { at, wanted } => write!(f, "at {at}, the bound: {wanted} wanted"),
            Reason::LastStays { at, until: Some(until) } => {
                write!(f, "held at {at}: the last stays until {until}")
            }
            Reason::LastStays { at, until: None } => write!(f, "held at {at}: the last always stays"),
            Reason::ToZero => f.write_str("down to 0: there is no load"),
        }
    }
}

/// How many pods there should be.
pub fn decide(seen: &Observation, settings: &Settings, history: &mut History) -> Decision<Reason> {
    let Observation { now, ready, reachable, .. } = *seen;
    let Some((slow, fast)) = seen.averages else {
        return Decision { desired: ready, reason: Reason::Blind { at: ready } };
    };
    let mut decision = by_averages(seen, slow, fast, settings, history);
    if reachable && settings.down_delay > Span::ZERO {
        let wanted = decision.desired;
        let at = delayed(now, wanted, settings.down_delay, &mut history.delayed);
        if at != wanted {
            decision =
                Decision { desired: at, reason: Reason::Delayed { at, wanted, delay: settings.down_delay } };
        }
    }
    let wanted = decision.desired;
    let most = if settings.max == 0 { u32::MAX } else { settings.max };
    let at = wanted.max(settings.min).min(most);
    if at != wanted {
        decision = Decision { desired: at, reason: Reason::Bound { at, wanted } };
    }
    let short_of_room = match settings.burst {
        Burst::Always => true,
        Burst::Never => false,
        Burst::Below(_) => excess_burst(ready, fast, settings) < 0.0,
    };
    decision = to_zero(now, seen, decision, settings, history);
    let proxied = short_of_room || history.inactive.is_some() || decision.desired == 0;
    history.proxied = proxied.then(|| history.proxied.unwrap_or(now));
    decision
}

/// Requests that ready pods have room for beyond the burst that is prepared for, rounded down; −1 with [`Burst::Always`].
///
/// Source: `pkg/autoscaler/scaling/autoscaler.go`, "excess burst capacity".
pub fn excess_burst(ready: u32, fast: f64, settings: &Settings) -> f64 {
    match settings.burst {
        Burst::Never => 0.0,
        Burst::Always => -1.0,
        Burst::Below(room) => libm::floor(f64::from(ready) * settings.capacity - room - fast),
    }
}

fn by_averages(
    seen: &Observation,
    slow: f64,
    fast: f64,
    settings: &Settings,
    history: &mut History,
) -> Decision<Reason> {
    let Observation { now, ready, reachable, .. } = *seen;
    let there = f64::from(ready.max(1));
    let most = libm::ceil(settings.max_up * there);
    let least = if reachable { libm::floor(there / settings.max_down) } else { 0.0 };
    let pods = |average: f64| {
        let asked = libm::ceil(average / settings.target);
        let pods = ceil(asked.max(least).min(most));
        let raised = settings.activation > 1 && asked > 0.0;
        (asked, if raised { pods.max(settings.activation) } else { pods })
    };
    let ((_, stable_pods), (panic_asked, panic_pods)) = (pods(slow), pods(fast));
    if panic_asked / there >= settings.panic_threshold {
        history.panic = Some(now);
    } else if history.panic.is_some_and(|since| since + settings.stable < now) {
        (history.panic, history.panic_pods) = (None, 0);
    }
    let panic = history.panic.is_some();
    let by_fast = panic && panic_pods > stable_pods;
    let (load, pods) = if by_fast { (fast, panic_pods) } else { (slow, stable_pods) };
    if panic {
        if pods < history.panic_pods {
            let at = history.panic_pods;
            return Decision { desired: at, reason: Reason::NotInPanic { at, wanted: pods } };
        }
        history.panic_pods = pods;
    }
    Decision { desired: pods, reason: Reason::Average { ready, pods, load, target: settings.target, panic } }
}

/// The most that was asked for within the delay, which is counted in ticks.
fn delayed(now: SimTime, wanted: u32, delay: Span, recent: &mut Recent<u32>) -> u32 {
    let tick = TICK.nanos();
    let begun = SimTime::from_nanos(now.nanos() / tick * tick);
    recent.note(begun, wanted, delay);
    let ticks = delay.nanos().div_ceil(tick);
    recent.within(begun, TICK * ticks).fold(wanted, u32::max)
}

fn to_zero(
    now: SimTime,
    seen: &Observation,
    decision: Decision<Reason>,
    settings: &Settings,
    history: &mut History,
) -> Decision<Reason> {
    if decision.desired > 0 {
        if history.active.is_none() || history.inactive.is_some() {
            (history.active, history.inactive) = (Some(now), None);
        }
        return decision;
    }
    let stays = |at, until| Decision { desired: at, reason: Reason::LastStays { at, until } };
    if !settings.to_zero {
        return stays(1, None);
    }
    if seen.ready == 0 && history.active.is_none() {
        return Decision { desired: 0, reason: Reason::ToZero };
    }
    let active = *history.active.get_or_insert(now);
    let Some(inactive) = history.inactive else {
        let until = active + settings.stable;
        if now < until {
            return stays(1, Some(until));
        }
        history.inactive = Some(now);
        return stays(seen.ready.max(1), Some(now + settings.retention));
    };
    let retention = if seen.reachable { settings.retention } else { Span::ZERO };
    let proxied = history.proxied.unwrap_or(now);
    let until =
        (inactive + settings.grace.max(retention)).min((inactive + retention).max(proxied + settings.grace));
    if now < until {
        return stays(seen.ready.max(1), Some(until));
    }
    (history.active, history.inactive) = (None, None);
    Decision { desired: 0, reason: Reason::ToZero }
}
