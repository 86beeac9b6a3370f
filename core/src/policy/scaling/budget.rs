//! A guardrail: no more instances than an hour may cost, and never without saying so.
//!
//! The most is what the budget pays for: `budget / price`, rounded down. Fewer than `min` are never asked for, also where the budget does not pay for
//! them; then it says that it is overspent. Put it behind any other policy.
//!
//! Money is whole millionths of a dollar an hour, so that a budget of ten prices pays for ten. The rule is ours. Nothing fails.
//!
//! ```
//! use tenfold::policy::scaling::budget::{Settings, cap, micros};
//! // One dollar an hour, instances of ten cents.
//! let settings = Settings { budget: micros(1.0), price: micros(0.1), min: 1 };
//! assert_eq!(cap(7, &settings).to_string(), "kept at 7: $0.7 of $1 an hour");
//! let capped = cap(16, &settings);
//! assert_eq!((capped.desired, capped.to_string().as_str()), (10, "capped by budget at 10: $1 an hour, 16 wanted"));
//! ```

use super::fault::Faults;
use super::{Decision, Fault};
use std::fmt;

/// Dollars as whole millionths, to the nearest; what is negative or no number is none.
pub fn micros(usd: f64) -> u64 {
    libm::floor(usd * 1_000_000.0 + 0.5) as u64
}

/// What an hour may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Millionths of a dollar an hour. Default 10 dollars; it is everybody's own.
    pub budget: u64,
    /// What an instance costs, millionths of a dollar an hour. Default 10 cents.
    pub price: u64,
    /// Instances that are kept whatever they cost. Default 1.
    pub min: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { budget: 10_000_000, price: 100_000, min: 1 }
    }
}

impl Settings {
    /// Instances that the budget pays for. What costs nothing is paid for in any number.
    pub fn affordable(&self) -> u32 {
        self.budget.checked_div(self.price).map_or(u32::MAX, |count| count.min(u64::from(u32::MAX)) as u32)
    }

    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.unless(self.budget > 0, "budget", || "0 pays for nothing; it must be above $0 an hour".into());
        faults.unless(self.min <= self.affordable(), "min", || {
            format!("{} cost more than the budget, which pays for {}", self.min, self.affordable())
        });
        faults.0
    }
}

/// Why so many instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The budget pays for what is wanted.
    Affordable {
        /// So many.
        at: u32,
        /// What they cost, millionths of a dollar an hour.
        cost: u64,
        /// The budget.
        budget: u64,
    },
    /// It does not.
    Capped {
        /// So many.
        at: u32,
        /// What is wanted.
        wanted: u32,
        /// The budget, millionths of a dollar an hour.
        budget: u64,
    },
    /// It does not even pay for the fewest.
    Overspent {
        /// The fewest.
        at: u32,
        /// What they cost, millionths of a dollar an hour.
        cost: u64,
        /// The budget.
        budget: u64,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usd = |micros: &u64| *micros as f64 / 1_000_000.0;
        match self {
            Reason::Affordable { at, cost, budget } => {
                write!(f, "kept at {at}: ${} of ${} an hour", usd(cost), usd(budget))
            }
            Reason::Capped { at, wanted, budget } => {
                write!(f, "capped by budget at {at}: ${} an hour, {wanted} wanted", usd(budget))
            }
            Reason::Overspent { at, cost, budget } => {
                write!(f, "over budget at {at}, the fewest: ${} of ${} an hour", usd(cost), usd(budget))
            }
        }
    }
}

/// What is left of a wish.
pub fn cap(wanted: u32, settings: &Settings) -> Decision<Reason> {
    let Settings { budget, min, .. } = *settings;
    let affordable = settings.affordable();
    let at = wanted.min(affordable.max(min));
    let cost = settings.price.saturating_mul(u64::from(at));
    let reason = if at > affordable {
        Reason::Overspent { at, cost, budget }
    } else if at < wanted {
        Reason::Capped { at, wanted, budget }
    } else {
        Reason::Affordable { at, cost, budget }
    };
    Decision { desired: at, reason }
}
