//! Scheduled actions: at a time of the day, on days of the week, new bounds and a new number.
//!
//! An action acts once each time it is due, at its instant, and sets what it has: the fewest, the most, the number. What it leaves out stays. The number is then
//! brought within the bounds. Between actions nothing is held: other policies and hands may change it. Actions that were due since the last look act
//! in the order of time, and of equal times in that of the list.
//!
//! Simulated time starts at 00:00 of [`Settings::first_day`]. There are no time zones and no summer time. Nothing fails.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Scheduled scaling", copy of June 2023.
//!
//! ```
//! use tenfold::policy::scaling::Bounds;
//! use tenfold::policy::scaling::scheduled::{Action, Day, Days, History, Observation, Settings, decide};
//! use tenfold::units::{SimTime, Span};
//! let hour = Span::from_secs(3_600);
//! let settings = Settings {
//!     first_day: Day::Monday,
//!     actions: vec![
//!         Action { days: Days::WEEKDAYS, at: hour * 8, min: Some(6), max: None, desired: None },
//!         Action { days: Days::ALL, at: hour * 20, min: Some(1), max: None, desired: Some(2) },
//!     ],
//! };
//! let mut history = History::default();
//! let mut decide_at = |hours: u64, desired, bounds| {
//!     let now = SimTime::ZERO + hour * hours;
//!     decide(&Observation { now, desired, bounds }, &settings, &mut history)
//! };
//! let night = Bounds { min: 1, max: 10 };
//! assert_eq!(decide_at(7, 2, night).decision.to_string(), "kept at 2: no action was due");
//! let morning = decide_at(8, 2, night);
//! assert_eq!((morning.decision.desired, morning.bounds.min), (6, 6));
//! assert_eq!(decide_at(20, 9, morning.bounds).decision.to_string(), "down to 2: the action of Monday 20:00");
//! ```

use super::fault::Faults;
use super::{Bounds, Decision, Fault, lead};
use crate::units::{SimTime, Span};
use std::fmt;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "they are the days of the week")]
pub enum Day {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// All, in order.
    pub const ALL: [Day; 7] =
        [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday, Day::Saturday, Day::Sunday];

    fn after(self, days: u64) -> Day {
        Day::ALL[((self as u64 + days % 7) % 7) as usize]
    }
}

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Every day.
    pub const ALL: Days = Days(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Days = Days(0b001_1111);

    /// These days.
    pub fn of(days: &[Day]) -> Self {
        Days(days.iter().fold(0, |set, day| set | 1 << *day as u8))
    }

    /// Whether a day is among them.
    pub fn has(self, day: Day) -> bool {
        self.0 & 1 << day as u8 != 0
    }
}

const DAY: Span = Span::from_secs(86_400);

/// What is set, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// On these days.
    pub days: Days,
    /// So long after midnight.
    pub at: Span,
    /// The fewest from then on.
    pub min: Option<u32>,
    /// The most from then on.
    pub max: Option<u32>,
    /// The number then.
    pub desired: Option<u32>,
}

impl Action {
    /// Whether both are due at one time of one day.
    pub fn meets(&self, other: &Action) -> bool {
        other.at == self.at && other.days.0 & self.days.0 != 0
    }
}

/// How it decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The day time starts on. Default Monday.
    pub first_day: Day,
    /// What is set, and when. Default nothing.
    pub actions: Vec<Action>,
}

impl Settings {
    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        for (index, action) in self.actions.iter().enumerate() {
            faults.unless(action.days.0 != 0, "actions", || "one has no day to act on".into());
            faults.unless(action.at < DAY, "actions", || {
                format!("{} after midnight is on another day", action.at)
            });
            let sets = [action.min, action.max, action.desired];
            faults.unless(sets.iter().any(Option::is_some), "actions", || "one sets nothing".into());
            if let (Some(min), Some(max)) = (action.min, action.max) {
                faults.unless(min <= max, "actions", || format!("min {min} is above max {max}"));
                let within = action.desired.is_none_or(|desired| (min..=max).contains(&desired));
                faults.unless(within, "actions", || format!("desired is not in {min}..={max}"));
            }
            // AWS refuses two actions with one start time.
            faults.unless(!self.actions[..index].iter().any(|other| other.meets(action)), "actions", || {
                format!("two are due at {} of one day", action.at)
            });
        }
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
    /// The bounds that are in force.
    pub bounds: Bounds,
}

/// What it remembers: up to when actions have acted, that instant included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    until: Option<SimTime>,
}

/// Why so many instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was due since the last look.
    NotDue {
        /// As many as before.
        at: u32,
    },
    /// An action acted; of several, the last is named.
    Acted {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
        /// On which day.
        day: Day,
        /// How long after midnight.
        at: Span,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NotDue { at } => write!(f, "kept at {at}: no action was due"),
            Reason::Acted { from, to, day, at } => {
                let word = match to.cmp(from) {
                    std::cmp::Ordering::Greater => "up to",
                    std::cmp::Ordering::Less => "down to",
                    std::cmp::Ordering::Equal => "kept at",
                };
                lead(f, format_args!("{word} {to}"))?;
                let minutes = at.nanos() / 60_000_000_000;
                write!(f, "the action of {day:?} {:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// What is in force after a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scheduled {
    /// How many instances, and why.
    pub decision: Decision<Reason>,
    /// The bounds from now on.
    pub bounds: Bounds,
}

/// What actions that are due make of the number and the bounds. The first look sees what is due at its own instant alone.
pub fn decide(seen: &Observation, settings: &Settings, history: &mut History) -> Scheduled {
    let Observation { now, desired: from, mut bounds } = *seen;
    let first = history.until.map_or(now.nanos(), |until| until.nanos().saturating_add(1));
    history.until = Some(now);
    let mut desired = from;
    let mut acted = None;
    // Instants are walked through by day; a day that was acted on a year ago is acted on once, not 365 times.
    let (first_day, last_day) = (first / DAY.nanos(), now.nanos() / DAY.nanos());
    for day in first_day.max(last_day.saturating_sub(7))..=last_day {
        let mut from_nanos = first.saturating_sub(day * DAY.nanos());
        let to_nanos = (now.nanos() - day * DAY.nanos()).min(DAY.nanos() - 1);
        let weekday = settings.first_day.after(day);
        // The next action of the day, again and again: there are few, and nothing is put in order.
        while let Some(at) = next_due(settings, weekday, from_nanos, to_nanos) {
            for action in settings.actions.iter().filter(|a| a.days.has(weekday) && a.at.nanos() == at) {
                bounds.min = action.min.unwrap_or(bounds.min);
                bounds.max = action.max.unwrap_or(bounds.max);
                desired = bounds.nearest(action.desired.unwrap_or(desired));
            }
            acted = Some((weekday, Span::from_nanos(at)));
            from_nanos = at + 1;
        }
    }
    let reason = match acted {
        None => Reason::NotDue { at: from },
        Some((day, at)) => Reason::Acted { from, to: desired, day, at },
    };
    Scheduled { decision: Decision { desired, reason }, bounds }
}

fn next_due(settings: &Settings, day: Day, from: u64, to: u64) -> Option<u64> {
    let due = settings.actions.iter().filter(|action| action.days.has(day)).map(|action| action.at.nanos());
    due.filter(|at| (from..=to).contains(at)).min()
}
