//! AWS simple scaling: one change when an alarm is on, and then nothing until it is done and a cooldown is over.
//!
//! Once a period, with the metric's mean: the alarm is on when the metric was beyond the threshold for `periods` in a row, the threshold itself included. Then
//! the [`Change`] is made of the instances asked for, within the bounds. The cooldown begins when the last instance has started or gone; until its
//! end no alarm is answered.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Scaling cooldowns" and "Step and simple scaling policies", copy of June 2023. Nothing fails.
//!
//! ```
//! use tenfold::policy::scaling::simple::{History, Observation, Settings, decide};
//! use tenfold::units::{SimTime, Span};
//! let settings = Settings::default();
//! let mut history = History::default();
//! let mut decide_at = |secs, desired, under_way| {
//!     let now = SimTime::ZERO + Span::from_secs(secs);
//!     decide(&Observation { now, desired, under_way, value: Some(90.0) }, &settings, &mut history)
//! };
//! assert_eq!(decide_at(60, 2, 0).to_string(), "up to 3: +1 of 2, 90 at a threshold of 60");
//! // The new instance takes two minutes to start, and 300 s begin then.
//! assert_eq!(decide_at(120, 3, 1).to_string(), "held at 3: 1 change under way");
//! assert_eq!(decide_at(180, 3, 1).desired, 3);
//! assert_eq!(decide_at(240, 3, 0).to_string(), "held at 3: cooling down until 9m");
//! assert_eq!(decide_at(540, 3, 0).desired, 4);
//! ```

use super::fault::Faults;
use super::step::History as Alarm;
use super::{Bounds, Change, Decision, Fault, lead, plural, short};
use crate::units::{SimTime, Span};
use std::fmt;

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
    /// What is changed. There is no default; ours is one more.
    pub change: Change,
    /// How long it waits after a change. Default 300 s ("Change the default cooldown period").
    pub cooldown: Span,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bounds: Bounds { min: 1, max: 10 },
            threshold: 60.0,
            above: true,
            periods: 1,
            change: Change::By(1),
            cooldown: Span::from_secs(300),
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
        let something = !matches!(self.change, Change::By(0) | Change::Percent { percent: 0, at_least: 0 });
        faults.unless(something, "change", || format!("{} changes nothing", self.change));
        self.change.check(&mut faults, "change");
        faults.0
    }
}

/// What is seen at the end of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Now.
    pub now: SimTime,
    /// Instances asked for.
    pub desired: u32,
    /// Instances that start or go.
    pub under_way: u32,
    /// The metric; `None` without data.
    pub value: Option<f64>,
}

/// What it remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    alarm: Alarm,
    /// A change was asked for, and has not been seen to be over.
    changing: bool,
    /// When the last change was over.
    over: Option<SimTime>,
}

impl History {
    /// Another policy of the same group has changed the number: it is under way, and the cooldown holds for this policy as well.
    pub fn note_change(&mut self) {
        self.changing = true;
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
    /// The alarm is off, or what it asks for is there.
    Quiet {
        /// As many as before.
        at: u32,
        /// The metric.
        value: f64,
    },
    /// A change is under way.
    UnderWay {
        /// As many as before.
        at: u32,
        /// Instances that start or go.
        instances: u32,
    },
    /// The cooldown is not over.
    CoolingDown {
        /// As many as before.
        at: u32,
        /// Until then.
        until: SimTime,
    },
    /// A change.
    Changed {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
        /// As the policy has it.
        change: Change,
        /// The metric.
        value: f64,
        /// The threshold.
        threshold: f64,
    },
    /// The most or the fewest there may be.
    Bound {
        /// So many.
        at: u32,
        /// What the change makes.
        wanted: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Blind { at } => write!(f, "held at {at}: there is no data"),
            Reason::Quiet { at, value } => write!(f, "kept at {at}: no alarm at {}", short(*value)),
            Reason::UnderWay { at, instances } => {
                write!(f, "held at {at}: {instances} change{} under way", plural(*instances))
            }
            Reason::CoolingDown { at, until } => write!(f, "held at {at}: cooling down until {until}"),
            Reason::Changed { from, to, change, value, threshold } => {
                lead(f, format_args!("{} to {to}", if to > from { "up" } else { "down" }))?;
                write!(f, "{change} of {from}, {} at a threshold of {threshold}", short(*value))
            }
            Reason::Bound { at, wanted } => write!(f, "held at {at}, the bound: {wanted} wanted"),
        }
    }
}

/// How many instances there should be.
pub fn decide(seen: &Observation, settings: &Settings, history: &mut History) -> Decision<Reason> {
    let Observation { now, desired: from, under_way, value } = *seen;
    let hold = |reason| Decision { desired: from, reason };
    let beyond =
        value.is_some_and(|v| if settings.above { v >= settings.threshold } else { v <= settings.threshold });
    let on = history.alarm.count(beyond, settings.periods);
    if under_way > 0 {
        history.changing = true;
        return hold(Reason::UnderWay { at: from, instances: under_way });
    }
    // A change is over at the first look that sees nothing under way.
    if std::mem::take(&mut history.changing) {
        history.over = Some(now);
    }
    if let Some(until) = history.over.map(|over| over + settings.cooldown).filter(|until| now < *until) {
        return hold(Reason::CoolingDown { at: from, until });
    }
    let Some(value) = value else { return hold(Reason::Blind { at: from }) };
    if !on {
        return hold(Reason::Quiet { at: from, value });
    }
    let wanted = settings.change.of(from);
    let to = settings.bounds.nearest(wanted);
    if to == from {
        return hold(if wanted == from {
            Reason::Quiet { at: from, value }
        } else {
            Reason::Bound { at: to, wanted }
        });
    }
    history.changing = true;
    Decision {
        desired: to,
        reason: Reason::Changed { from, to, change: settings.change, value, threshold: settings.threshold },
    }
}
