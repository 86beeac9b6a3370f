//! When work that can wait should run: in the hours whose electricity makes least carbon dioxide, before its deadline; and where.
//!
//! [`choose`] takes the start, between now and `deadline − length`, from which the mean intensity over the length is lowest; of equal ones the earliest.
//! The mean is taken exactly, parts of steps included. Only starts can be best where the work or its end meets a step of the curve, and now and the latest
//! one: no others are tried.
//!
//! A [`Curve`] is data: grams of CO₂ equivalent per kWh, step by step, with its source and the date it is of. It repeats when it is over, as a day's does. There
//! is none built in, since an hour's intensity depends on day and weather; the mean of a year, for choosing the place, is in [`GRIDS`].
//!
//! The rule is ours. Nothing fails: a deadline that is too near means at once.
//!
//! ```
//! use tenfold::policy::scaling::carbon::{Curve, Wish, choose};
//! use tenfold::units::{SimTime, Span};
//! let hours = |hours: u64| Span::from_secs(3_600 * hours);
//! // Three hours each: night, morning, noon, …: the sun makes noon clean.
//! let curve = Curve {
//!     grams_per_kwh: &[400, 420, 300, 120, 110, 280, 450, 430],
//!     step: hours(3),
//!     source: "made up for this example",
//!     as_of: "2026-11",
//! };
//! let wish = Wish { now: SimTime::ZERO + hours(2), deadline: SimTime::ZERO + hours(24), length: hours(4) };
//! let choice = choose(&wish, &curve);
//! // Four hours at noon: three at 110, and the one before at 120.
//! assert_eq!(choice.start, SimTime::ZERO + hours(11));
//! assert_eq!(choice.to_string(), "wait until 11h: 112.5 instead of 415 g/kWh");
//! ```

use super::Fault;
use super::fault::Faults;
use crate::units::{SimTime, Span};
use std::fmt;

/// Carbon intensity over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Curve<'a> {
    /// Grams of CO₂ equivalent per kWh in each step, from the start of time on; then from the first again.
    pub grams_per_kwh: &'a [u32],
    /// How long a step is.
    pub step: Span,
    /// Who says so.
    pub source: &'a str,
    /// Of when it is.
    pub as_of: &'a str,
}

impl Curve<'_> {
    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.unless(!self.grams_per_kwh.is_empty(), "grams_per_kwh", || {
            "there is no value; one is the least".into()
        });
        faults.some_time("step", self.step);
        faults.unless(!self.source.is_empty(), "source", || "nobody says so; name where it is from".into());
        faults.unless(!self.as_of.is_empty(), "as_of", || "of no date; say of when it is".into());
        faults.0
    }

    fn grams(&self, step: u64) -> u64 {
        match self.grams_per_kwh {
            [] => 0,
            all => u64::from(all[(step % all.len() as u64) as usize]),
        }
    }

    /// Grams per kWh then.
    pub fn at(&self, now: SimTime) -> u32 {
        self.grams(now.nanos() / self.step.nanos().max(1)) as u32
    }

    /// Grams per kWh times nanoseconds from there on.
    fn sum(&self, start: SimTime, length: Span) -> u128 {
        let step = self.step.nanos().max(1);
        let (from, to) = (start.nanos(), (start + length).nanos());
        let (first, last) = (from / step, to / step);
        if first == last {
            return u128::from(to - from) * u128::from(self.grams(first));
        }
        let mut sum = u128::from((first + 1) * step - from) * u128::from(self.grams(first));
        // Whole rounds are added up once.
        let whole = last - first - 1;
        let round = self.grams_per_kwh.len().max(1) as u64;
        if whole >= round {
            let all: u128 = self.grams_per_kwh.iter().map(|grams| u128::from(*grams)).sum();
            sum += all * u128::from(whole / round) * u128::from(step);
        }
        for ahead in 0..whole % round {
            sum += u128::from(self.grams(first + 1 + ahead)) * u128::from(step);
        }
        sum + u128::from(to - last * step) * u128::from(self.grams(last))
    }

    /// Mean grams per kWh from there on.
    pub fn mean(&self, start: SimTime, length: Span) -> f64 {
        match length.nanos() {
            0 => f64::from(self.at(start)),
            nanos => self.sum(start, length) as f64 / nanos as f64,
        }
    }
}

/// Work that can wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Now.
    pub now: SimTime,
    /// It must be done by then.
    pub deadline: SimTime,
    /// How long it takes.
    pub length: Span,
}

/// Why it should start then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Now is as good as any time.
    BestNow,
    /// A later start is cleaner.
    Wait,
    /// There is no time to wait.
    Deadline,
}

/// When work should start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Then.
    pub start: SimTime,
    /// Mean grams per kWh over the work.
    pub grams_per_kwh: f64,
    /// The same if it started now.
    pub now: f64,
    /// Why.
    pub reason: Reason,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::BestNow => write!(f, "start now: {} g/kWh, no later start is better", self.now),
            Reason::Wait => {
                write!(f, "wait until {}: {} instead of {} g/kWh", self.start, self.grams_per_kwh, self.now)
            }
            Reason::Deadline => write!(f, "start now: {} g/kWh, the deadline leaves no choice", self.now),
        }
    }
}

/// When work should start. No more than one round of the curve ahead is looked at: then it is all the same again.
pub fn choose(wish: &Wish, curve: &Curve<'_>) -> Choice {
    let Wish { now, deadline, length } = *wish;
    let mean_now = curve.mean(now, length);
    let latest = SimTime::from_nanos(deadline.nanos().saturating_sub(length.nanos()));
    if latest <= now {
        return Choice { start: now, grams_per_kwh: mean_now, now: mean_now, reason: Reason::Deadline };
    }
    let step = curve.step.nanos().max(1);
    let round = step.saturating_mul(curve.grams_per_kwh.len().max(1) as u64);
    let latest = latest.min(now + Span::from_nanos(round));
    let mut best = (curve.sum(now, length), now);
    let mut look = |start: u64| {
        let start = SimTime::from_nanos(start);
        if start > now && start <= latest {
            // Sums over the same length are in the order of their means.
            best = best.min((curve.sum(start, length), start));
        }
    };
    // Starts at a step, and starts whose ends are at one.
    for (from, to, less) in [(now, latest, 0), (now + length, latest + length, length.nanos())] {
        for edge in from.nanos() / step + 1..=to.nanos() / step {
            look((edge * step).saturating_sub(less));
        }
    }
    look(latest.nanos());
    let start = best.1;
    let reason = if start == now { Reason::BestNow } else { Reason::Wait };
    Choice { start, grams_per_kwh: curve.mean(start, length), now: mean_now, reason }
}

/// The mean of a grid over a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Google Cloud's name of the region.
    pub region: &'static str,
    /// Where it is.
    pub place: &'static str,
    /// Grams of CO₂ equivalent per kWh.
    pub grams_per_kwh: f64,
}

/// Where [`GRIDS`] is from.
pub const GRIDS_SOURCE: &str =
    "GoogleCloudPlatform/region-carbon-info data/yearly/2024.csv, \"Grid carbon intensity\"";
/// Of when [`GRIDS`] is.
pub const GRIDS_AS_OF: &str = "2024";

const fn grid(region: &'static str, place: &'static str, grams_per_kwh: f64) -> Grid {
    Grid { region, place, grams_per_kwh }
}

/// Means of the year 2024, from the cleanest on.
pub const GRIDS: [Grid; 16] = [
    grid("europe-north2", "Stockholm", 2.73),
    grid("northamerica-northeast1", "Montréal", 5.48),
    grid("europe-west6", "Zürich", 15.05),
    grid("europe-west9", "Paris", 16.30),
    grid("europe-north1", "Finland", 39.32),
    grid("southamerica-east1", "São Paulo", 67.32),
    grid("us-west1", "Oregon", 79.23),
    grid("europe-west1", "Belgium", 103.37),
    grid("europe-west2", "London", 105.94),
    grid("europe-west3", "Frankfurt", 275.82),
    grid("us-east4", "Northern Virginia", 323.05),
    grid("asia-southeast1", "Singapore", 366.85),
    grid("us-central1", "Iowa", 412.72),
    grid("asia-northeast1", "Tokyo", 452.85),
    grid("europe-central2", "Warsaw", 642.88),
    grid("asia-south1", "Mumbai", 678.76),
];
