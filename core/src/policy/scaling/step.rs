//! AWS step scaling: the further the metric is beyond the threshold, the larger the step.
//!
//! A policy belongs to one alarm and goes one way; out and in are two policies. Once a period, with the metric's mean over instances that have warmed up:
//!
//! 1. The alarm is on when the metric has been beyond the threshold for `periods` in a row, the threshold itself included. A period without data ends it.
//! 2. The step whose bounds, counted from the threshold, hold the metric says the [`Change`]. Above the threshold the lower bound belongs to a step, below it
//!    the upper one.
//! 3. Out: the change is of the instances that have warmed up, and what is on its way counts as done, so that one step is not made twice.
//! 4. In: the change is of the instances asked for, and nothing is removed while any warms up.
//! 5. The bounds.
//!
//! It reacts to every alarm, also while instances start; that is what it has over [`simple`](super::simple). Nothing fails.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Step and simple scaling policies", copies of 2020 and of June 2023.
//!
//! ```
//! use tenfold::policy::scaling::step::{History, Observation, Settings, Step, decide};
//! use tenfold::policy::scaling::{Bounds, Change};
//! // The guide's example: ten per cent more from 60 on, thirty from 70 on.
//! let percent = |percent| Change::Percent { percent, at_least: 0 };
//! let step = |from, to, percent_more| Step { from, to, change: percent(percent_more) };
//! let settings = Settings {
//!     threshold: 50.0,
//!     steps: vec![step(Some(0.0), Some(10.0), 0), step(Some(10.0), Some(20.0), 10), step(Some(20.0), None, 30)],
//!     bounds: Bounds { min: 1, max: 100 },
//!     ..Settings::default()
//! };
//! assert!(settings.check().is_empty());
//! let mut history = History::default();
//! let mut decide_at = |desired, warm, value| {
//!     let seen = Observation { desired, warm, warming: desired - warm, value: Some(value) };
//!     decide(&seen, &settings, &mut history)
//! };
//! assert_eq!(decide_at(10, 10, 60.0).desired, 11);
//! // While the new one warms up: the same step again changes nothing, a larger one adds what is missing.
//! assert_eq!(decide_at(11, 10, 62.0).to_string(), "held at 11: +10 % of 10 is 11, 1 still warms up");
//! assert_eq!(decide_at(11, 10, 70.0).to_string(), "up to 13: +30 % of 10, 20 above the threshold of 50");
//! ```

use super::fault::Faults;
use super::{Bounds, Change, Decision, Fault, lead, short};
use std::fmt;

/// A step. Its bounds are counted from the threshold; `None` is without end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// From there on.
    pub from: Option<f64>,
    /// Up to there.
    pub to: Option<f64>,
    /// What it does.
    pub change: Change,
}

/// How it decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Fewest and most instances. The group has them; ours are 1 and 10.
    pub bounds: Bounds,
    /// Where the alarm begins. There is no default; ours is 60.
    pub threshold: f64,
    /// Whether the alarm is on above the threshold, else below it.
    pub above: bool,
    /// Periods in a row before the alarm is on; the alarm has them. Ours is 1.
    pub periods: u32,
    /// The steps, from the lowest to the highest, without gaps.
    pub steps: Vec<Step>,
}

impl Default for Settings {
    fn default() -> Self {
        let step = |from, to, percent| Step { from, to, change: Change::Percent { percent, at_least: 0 } };
        Settings {
            bounds: Bounds { min: 1, max: 10 },
            threshold: 60.0,
            above: true,
            periods: 1,
            steps: vec![step(Some(0.0), Some(10.0), 10), step(Some(10.0), None, 30)],
        }
    }
}

impl Settings {
    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.bounds.check(&mut faults);
        faults.unless(self.threshold.is_finite(), "threshold", || format!("{} is no number", self.threshold));
        faults.at_least_one("periods", self.periods);
        faults.unless(!self.steps.is_empty(), "steps", || "there is none; at least one must be given".into());
        for step in &self.steps {
            let bounds = step.from.unwrap_or(f64::NEG_INFINITY)..step.to.unwrap_or(f64::INFINITY);
            faults.unless(bounds.start < bounds.end, "steps", || {
                format!("a step from {} to {} holds nothing", bounds.start, bounds.end)
            });
            let apart = if self.above { bounds.start >= 0.0 } else { bounds.end <= 0.0 };
            faults.unless(apart, "steps", || {
                format!("{} to {} is on the other side of the threshold", bounds.start, bounds.end)
            });
            step.change.check(&mut faults, "steps");
        }
        for pair in self.steps.windows(2) {
            // Bounds are written down, not reckoned: they are equal or they are not.
            faults.unless(pair[0].to.is_some() && pair[0].to == pair[1].from, "steps", || {
                "one does not begin where the one before ends: bounds must neither overlap nor leave a gap".into()
            });
        }
        let open = if self.above {
            self.steps.last().map(|step| step.to)
        } else {
            self.steps.first().map(|step| step.from)
        };
        faults.unless(open.is_none_or(|end| end.is_none()), "steps", || {
            "the outermost must be without end, or the largest breach is in none".into()
        });
        faults.0
    }

    fn step_at(&self, value: f64) -> Option<&Step> {
        let distance = value - self.threshold;
        self.steps.iter().find(|step| {
            let (from, to) = (step.from.unwrap_or(f64::NEG_INFINITY), step.to.unwrap_or(f64::INFINITY));
            if self.above { from <= distance && distance < to } else { from < distance && distance <= to }
        })
    }
}

/// What is seen at the end of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Instances asked for.
    pub desired: u32,
    /// Instances in service that have warmed up.
    pub warm: u32,
    /// Instances that start or warm up.
    pub warming: u32,
    /// The metric's mean over the warm ones; `None` without data.
    pub value: Option<f64>,
}

/// What it remembers: for how many periods in a row the threshold was passed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History(pub(super) u32);

impl History {
    /// Counts a period; whether the alarm is on.
    pub(super) fn count(&mut self, beyond: bool, periods: u32) -> bool {
        self.0 = if beyond { self.0.saturating_add(1) } else { 0 };
        self.0 >= periods.max(1)
    }
}

/// Why so many instances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// There is no data.
    Blind {
        /// As many as before.
        at: u32,
    },
    /// The alarm is off, or in no step.
    Quiet {
        /// As many as before.
        at: u32,
        /// The metric.
        value: f64,
    },
    /// A step is made.
    Stepped {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
        /// The step's change.
        change: Change,
        /// Of so many.
        base: u32,
        /// How far beyond the threshold.
        by: f64,
        /// The threshold.
        threshold: f64,
    },
    /// What the step makes is there already, or on its way.
    OnTheWay {
        /// As many as before.
        at: u32,
        /// What the step makes.
        wanted: u32,
        /// The step's change.
        change: Change,
        /// Of so many.
        base: u32,
        /// Instances that warm up.
        warming: u32,
    },
    /// Nothing is removed while instances warm up.
    ScaleInBlocked {
        /// As many as before.
        at: u32,
        /// What the step makes.
        wanted: u32,
        /// Instances that warm up.
        warming: u32,
    },
    /// The most or the fewest there may be.
    Bound {
        /// So many.
        at: u32,
        /// What the step makes.
        wanted: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Blind { at } => write!(f, "held at {at}: there is no data"),
            Reason::Quiet { at, value } => write!(f, "kept at {at}: {} is in no step", short(*value)),
            Reason::Stepped { from, to, change, base, by, threshold } => {
                let word = if to > from { "up" } else { "down" };
                let (by, side) = (short(by.abs()), if *by < 0.0 { "below" } else { "above" });
                lead(f, format_args!("{word} to {to}"))?;
                write!(f, "{change} of {base}, {by} {side} the threshold of {threshold}")
            }
            Reason::OnTheWay { at, wanted, change, base, warming } => {
                let verb = if *warming == 1 { "warms" } else { "warm" };
                write!(f, "held at {at}: {change} of {base} is {wanted}, {warming} still {verb} up")
            }
            Reason::ScaleInBlocked { at, wanted, warming } => {
                write!(f, "held at {at}: {wanted} wanted, nothing is removed while {warming} warm up")
            }
            Reason::Bound { at, wanted } => write!(f, "held at {at}, the bound: {wanted} wanted"),
        }
    }
}

/// How many instances there should be.
pub fn decide(seen: &Observation, settings: &Settings, history: &mut History) -> Decision<Reason> {
    let Observation { desired: from, warm, warming, value } = *seen;
    let hold = |reason| Decision { desired: from, reason };
    let Some(value) = value else {
        *history = History::default();
        return hold(Reason::Blind { at: from });
    };
    let threshold = settings.threshold;
    let beyond = if settings.above { value >= threshold } else { value <= threshold };
    let on = history.count(beyond, settings.periods);
    let Some(Step { change, .. }) = settings.step_at(value).filter(|_| on).copied() else {
        return hold(Reason::Quiet { at: from, value });
    };
    let grows = change.of(warm) > warm;
    let base = if grows { warm } else { from };
    let wanted = change.of(base);
    if (grows && wanted <= from) || wanted == from {
        return hold(Reason::OnTheWay { at: from, wanted, change, base, warming });
    }
    if wanted < from && warming > 0 {
        return hold(Reason::ScaleInBlocked { at: from, wanted, warming });
    }
    let to = settings.bounds.nearest(wanted);
    if to != wanted {
        return Decision { desired: to, reason: Reason::Bound { at: to, wanted } };
    }
    Decision {
        desired: to,
        reason: Reason::Stepped { from, to, change, base, by: value - threshold, threshold },
    }
}
