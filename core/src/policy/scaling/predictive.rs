//! AWS predictive scaling: instances for the load that the coming hour had on earlier days, before it comes.
//!
//! 1. The load of each hour is noted, in total. There is no forecast until there are 24 hours.
//! 2. The forecast of an hour is the mean of the same hour of the day over the last days, 14 at most.
//! 3. `ceil(forecast / target)` instances, the target being the load an instance should have in an hour.
//! 4. At the beginning of an hour, or `buffer` before it, it scales out to that; it never scales in. Beside other policies the larger number counts: what they
//!    ask for never goes below the forecast.
//! 5. The bounds; where that is allowed, the upper one gives way to the forecast and so many per cent of it on top.
//!
//! The forecast of AWS itself is a trained model that is not published; it also sees weeks. The mean of the same hours is ours, and right for
//! a load that repeats by the day.
//!
//! The load has any unit that adds up, such as requests; it is whole, so that nothing drifts. Nothing fails: without a forecast others decide.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Predictive scaling", copy of June 2023; API reference, `PredictiveScalingConfiguration`.
//!
//! ```
//! use tenfold::policy::scaling::predictive::{History, Observation, Settings, decide};
//! use tenfold::units::{SimTime, Span};
//! let settings = Settings { target: 1_000.0, ..Settings::default() };
//! let mut history = History::default();
//! // A day: 2,000 an hour, and 8,500 from nine to ten.
//! for hour in 0..24 {
//!     history.note(hour, if hour == 9 { 8_500 } else { 2_000 });
//! }
//! let at = |minutes: u64| SimTime::ZERO + Span::from_secs(60 * minutes);
//! let seen = |minutes| Observation { now: at(minutes), desired: 2, others: None };
//! // On the second day at 8:54 nothing happens, five minutes before nine it does.
//! assert_eq!(decide(&seen(1_440 + 534), &settings, &history).desired, 2);
//! let early = decide(&seen(1_440 + 535), &settings, &history);
//! assert_eq!(early.to_string(), "up to 9: 8500 expected in hour 33, 1000 an instance");
//! ```

use super::fault::Faults;
use super::{Bounds, Decision, Fault, ceil, lead};
use crate::units::{SimTime, Span};
use std::collections::VecDeque;
use std::fmt;

const HOUR: Span = Span::from_secs(3_600);

/// How it decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Fewest and most instances. The group has them; ours are 1 and 10.
    pub bounds: Bounds,
    /// Load an instance should have in an hour. There is no default; ours is 1,000.
    pub target: f64,
    /// How long before the hour it acts. Default 5 min (`SchedulingBufferTime`).
    pub buffer: Span,
    /// Days that are looked back at. Default 14.
    pub days: u32,
    /// Hours there must be. Default 24.
    pub min_hours: u32,
    /// Whether the most may be passed, and by how many per cent of the forecast then. Default no (`MaxCapacityBreachBehavior`:
    /// `HonorMaxCapacity`).
    pub beyond_max: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bounds: Bounds { min: 1, max: 10 },
            target: 1_000.0,
            buffer: Span::from_secs(300),
            days: 14,
            min_hours: 24,
            beyond_max: None,
        }
    }
}

impl Settings {
    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.bounds.check(&mut faults);
        faults.positive("target", self.target);
        faults.unless(self.buffer <= HOUR, "buffer", || {
            format!("{} is longer than the hour itself", self.buffer)
        });
        faults.at_least_one("days", self.days);
        faults.unless(self.min_hours >= 24, "min_hours", || {
            format!("{} hours leave hours of the day without any; 24 is the least", self.min_hours)
        });
        faults.unless(self.min_hours <= self.days.saturating_mul(24), "min_hours", || {
            format!("{} are never kept: {} days are", self.min_hours, self.days)
        });
        faults.0
    }
}

/// What is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// Now.
    pub now: SimTime,
    /// Instances asked for.
    pub desired: u32,
    /// What other policies ask for now, if there are any.
    pub others: Option<u32>,
}

/// What it remembers: the load of each hour, the last one at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    loads: VecDeque<u64>,
    /// Hours since the start of time when the last one of them began, plus one: the one that runs.
    next: u64,
}

/// No more hours are kept: a leap year.
const HOURS_MAX: usize = 366 * 24;

impl History {
    /// An hour is over, counted since the start of time, and had so much load in total. Those that are left out had none; what is of before the last one
    /// is not taken.
    pub fn note(&mut self, hour: u64, load: u64) {
        if self.loads.is_empty() {
            self.next = hour;
        }
        let Some(left_out) = hour.checked_sub(self.next) else { return };
        for _ in 0..left_out.min(HOURS_MAX as u64) {
            self.push(0);
        }
        self.next = hour;
        self.push(load);
    }

    fn push(&mut self, load: u64) {
        if self.loads.len() == HOURS_MAX {
            self.loads.pop_front();
        }
        self.loads.push_back(load);
        self.next += 1;
    }

    /// The load expected of an hour: the mean of the same hour of the last `days` days. `None` with fewer than `min_hours`, or further ahead than a day.
    pub fn forecast(&self, hour: u64, settings: &Settings) -> Option<f64> {
        let known = self.loads.len() as u64;
        if known < u64::from(settings.min_hours) || hour < self.next || hour >= self.next + 24 {
            return None;
        }
        let (mut sum, mut days) = (0_u128, 0);
        let mut ago = self.next + 24 - hour;
        while ago <= known && days < settings.days {
            sum += u128::from(self.loads[(known - ago) as usize]);
            days += 1;
            ago += 24;
        }
        (days > 0).then(|| sum as f64 / f64::from(days))
    }
}

/// Why so many instances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// There is no forecast.
    NoForecast {
        /// As many as others ask for, or as before.
        at: u32,
        /// Hours there are.
        hours: u32,
    },
    /// The forecast asks for most.
    Forecast {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
        /// Which hour, counted since the start of time.
        hour: u64,
        /// Load expected in it.
        load: f64,
        /// Load an instance should have.
        target: f64,
    },
    /// Others ask for as many or more, or more are there already.
    Enough {
        /// So many.
        at: u32,
        /// What the forecast asks for.
        predicted: u32,
    },
    /// More than the most are expected to be needed.
    AtMax {
        /// So many.
        at: u32,
        /// What the forecast asks for.
        predicted: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoForecast { at, hours } => {
                write!(f, "kept at {at}: {hours} h are too few for a forecast")
            }
            Reason::Forecast { from, to, hour, load, target } => {
                let word = if to > from { "up to" } else { "kept at" };
                lead(f, format_args!("{word} {to}"))?;
                write!(f, "{load} expected in hour {hour}, {target} an instance")
            }
            Reason::Enough { at, predicted } => write!(f, "kept at {at}: {predicted} expected to be needed"),
            Reason::AtMax { at, predicted } => {
                write!(f, "capped at {at}, the most: {predicted} expected to be needed")
            }
        }
    }
}

/// How many instances there should be.
pub fn decide(seen: &Observation, settings: &Settings, history: &History) -> Decision<Reason> {
    let Observation { now, desired: from, others } = *seen;
    let wish = others.unwrap_or(from);
    let hour_of = |at: SimTime| at.nanos() / HOUR.nanos();
    // Shortly before the next hour both count: this one is not over.
    let (this, next) = (hour_of(now), hour_of(now + settings.buffer));
    let expected = (this..=next).filter_map(|hour| history.forecast(hour, settings).map(|load| (hour, load)));
    let Some((hour, load)) = expected.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        let (at, hours) = (settings.bounds.nearest(wish), history.loads.len() as u32);
        return Decision { desired: at, reason: Reason::NoForecast { at, hours } };
    };
    let predicted = ceil(load / settings.target);
    let max = match settings.beyond_max {
        None => settings.bounds.max,
        Some(percent) => {
            let buffered = u64::from(predicted) * (100 + u64::from(percent));
            settings.bounds.max.max(buffered.div_ceil(100).min(u64::from(u32::MAX)) as u32)
        }
    };
    let bounds = Bounds { max, ..settings.bounds };
    let to = bounds.nearest(predicted.max(wish));
    let reason = if predicted > max {
        Reason::AtMax { at: to, predicted }
    } else if predicted > wish || (predicted == wish && predicted > from) {
        Reason::Forecast { from, to, hour, load, target: settings.target }
    } else {
        Reason::Enough { at: to, predicted }
    };
    Decision { desired: to, reason }
}
