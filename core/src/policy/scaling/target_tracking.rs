//! AWS target tracking: two alarms around a target, and as many instances as the metric is too high by.
//!
//! Once a minute ([`Settings::period`]), with the metric's mean over instances that have warmed up:
//!
//! 1. Above the target for `high_periods` in a row: the high alarm. Below `low` of the target for `low_periods`: the low alarm. An alarm acts every
//!    minute as long as it lasts. A minute without data ends both.
//! 2. High: `ceil(warm instances · metric / target)`. Those that warm up are not counted in, but what was asked for already is not asked for again.
//! 3. Low: the same of the instances asked for, rounded up as well, so that one fewer is removed rather than one more; and nothing while any warms up.
//! 4. The bounds.
//!
//! The alarms' figures are not documented. Those of the defaults are what the service sets up: 3 minutes and 15 minutes; the low one at 70 % of the
//! target in EC2 Auto Scaling (50 → 35, 40 → 28), at 90 % in Application Auto Scaling (30 → 27), as consoles show in many public records. The
//! documentation says that it scales in "more gradually" than it scales out; how is not said, and here the low alarm's delay is all of it.
//!
//! The metric has whatever unit the target has; it must fall as instances are added. Nothing fails: without data nothing changes.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Target tracking scaling policies", copy of June 2023.
//!
//! ```
//! use tenfold::policy::scaling::target_tracking::{History, Observation, Settings, decide};
//! let settings = Settings { target: 50.0, ..Settings::default() };
//! let mut history = History::default();
//! // Two instances at 87.5 %: the guide's "adding 1.5 instances" becomes two.
//! let seen = Observation { desired: 2, warm: 2, warming: 0, value: Some(87.5) };
//! let decisions = [(); 3].map(|()| decide(&seen, &settings, &mut history));
//! assert_eq!(decisions.map(|decision| decision.desired), [2, 2, 4]);
//! assert_eq!(decisions[2].to_string(), "up to 4: 87.5 of a target of 50 over 2 warm, above it for 3 periods");
//! ```

use super::fault::Faults;
use super::{Bounds, Decision, Fault, ceil, lead, short};
use crate::units::{SimTime, Span};
use std::fmt;

/// How it decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Fewest and most instances. The group has them; ours are 1 and 10.
    pub bounds: Bounds,
    /// What the metric should be. There is no default; ours is 50.
    pub target: f64,
    /// The low alarm is below so many of the target. Default 0.7.
    pub low: f64,
    /// Periods above the target before it scales out. Default 3.
    pub high_periods: u32,
    /// Periods below the low alarm before it scales in. Default 15.
    pub low_periods: u32,
    /// How often there is a value. Default 1 min, which needs detailed monitoring; 5 min without.
    pub period: Span,
    /// How long an instance warms up after it is in service. Default 300 s: where no warm-up is set, the default cooldown counts.
    pub warm_up: Span,
    /// Whether it removes instances at all (`DisableScaleIn`). Default yes.
    pub scale_in: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bounds: Bounds { min: 1, max: 10 },
            target: 50.0,
            low: 0.7,
            high_periods: 3,
            low_periods: 15,
            period: Span::from_secs(60),
            warm_up: Span::from_secs(300),
            scale_in: true,
        }
    }
}

impl Settings {
    /// The defaults of Application Auto Scaling, which ECS services and DynamoDB tables use: the low alarm is at 90 % of the target.
    pub fn application() -> Self {
        Settings { low: 0.9, ..Settings::default() }
    }

    /// Whether an instance that came into service then counts as warm.
    pub fn is_warm(&self, in_service: SimTime, now: SimTime) -> bool {
        now.since(in_service) >= self.warm_up
    }

    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.bounds.check(&mut faults);
        faults.positive("target", self.target);
        let low = self.low;
        faults.unless((0.0..=1.0).contains(&low), "low", || {
            format!("{low} is not between 0 and 1: the alarms would cross")
        });
        faults.at_least_one("high_periods", self.high_periods);
        faults.at_least_one("low_periods", self.low_periods);
        faults.some_time("period", self.period);
        faults.0
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

/// What it remembers: for how many periods in a row each alarm's condition has held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    high: u32,
    low: u32,
}

/// Why so many instances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// There is no data.
    Blind {
        /// As many as before.
        at: u32,
    },
    /// No alarm.
    Quiet {
        /// As many as before.
        at: u32,
        /// The metric.
        value: f64,
        /// What it should be.
        target: f64,
    },
    /// Above the target, or below the low alarm, but not for long enough.
    Waiting {
        /// As many as before.
        at: u32,
        /// The metric.
        value: f64,
        /// Periods so far.
        periods: u32,
        /// Periods that it takes.
        of: u32,
    },
    /// An alarm.
    Alarm {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
        /// The metric.
        value: f64,
        /// What it should be.
        target: f64,
        /// Instances that it was multiplied with.
        base: u32,
        /// Periods the alarm has been on for.
        periods: u32,
    },
    /// What it asks for is there or on its way already.
    OnTheWay {
        /// As many as before.
        at: u32,
        /// What it asks for.
        wanted: u32,
        /// Instances that warm up.
        warming: u32,
    },
    /// Nothing is removed while instances warm up, or at all.
    ScaleInBlocked {
        /// As many as before.
        at: u32,
        /// What it asks for.
        wanted: u32,
        /// Instances that warm up; 0 where scaling in is disabled.
        warming: u32,
    },
    /// The most or the fewest there may be.
    Bound {
        /// So many.
        at: u32,
        /// What it asks for.
        wanted: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Blind { at } => write!(f, "held at {at}: there is no data"),
            Reason::Quiet { at, value, target } => {
                write!(f, "kept at {at}: {} of a target of {target}", short(*value))
            }
            Reason::Waiting { at, value, periods, of } => {
                let value = short(*value);
                write!(f, "held at {at}: {value} for {periods} of {of} periods")
            }
            Reason::Alarm { from, to, value, target, base, periods } => {
                let (word, side) = if to > from { ("up", "above it") } else { ("down", "far below it") };
                lead(f, format_args!("{word} to {to}"))?;
                let value = short(*value);
                write!(f, "{value} of a target of {target} over {base} warm, {side} for {periods} periods")
            }
            Reason::OnTheWay { at, wanted, warming } => {
                write!(f, "held at {at}: {wanted} wanted, {warming} still warm up")
            }
            Reason::ScaleInBlocked { at, wanted, warming: 0 } => {
                write!(f, "held at {at}: {wanted} wanted, scaling in is disabled")
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
    let target = settings.target;
    let hold = |reason| Decision { desired: from, reason };
    let Some(value) = value else {
        *history = History::default();
        return hold(Reason::Blind { at: from });
    };
    let (high, low) = (value > target, value < settings.low * target);
    history.high = if high { history.high.saturating_add(1) } else { 0 };
    history.low = if low { history.low.saturating_add(1) } else { 0 };
    let (periods, of) =
        if high { (history.high, settings.high_periods) } else { (history.low, settings.low_periods) };
    if !high && !low {
        return hold(Reason::Quiet { at: from, value, target });
    }
    if periods < of {
        return hold(Reason::Waiting { at: from, value, periods, of });
    }
    let base = if high { warm } else { from };
    let wanted = ceil(f64::from(base) * value / target);
    if high && wanted <= from {
        return hold(Reason::OnTheWay { at: from, wanted, warming });
    }
    if low && wanted < from && (warming > 0 || !settings.scale_in) {
        let warming = if settings.scale_in { warming } else { 0 };
        return hold(Reason::ScaleInBlocked { at: from, wanted, warming });
    }
    let to = settings.bounds.nearest(wanted);
    let reason = if to == wanted && to != from {
        Reason::Alarm { from, to, value, target, base, periods }
    } else if to == wanted {
        Reason::Quiet { at: from, value, target }
    } else {
        Reason::Bound { at: to, wanted }
    };
    Decision { desired: to, reason }
}
