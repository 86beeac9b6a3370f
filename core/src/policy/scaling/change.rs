//! A change of capacity as AWS' step and simple scaling policies write it.

use super::fault::Faults;
use std::fmt;

/// By how much, or to what.
///
/// Source: Amazon EC2 Auto Scaling user guide, "Scaling adjustment types".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// So many more, or fewer where it is negative (`ChangeInCapacity`).
    By(i32),
    /// So many per cent of what is there (`PercentChangeInCapacity`), but no fewer than `at_least` instances (`MinAdjustmentMagnitude`).
    Percent {
        /// Per cent; negative for fewer.
        percent: i32,
        /// Instances it moves at least; 0 for no such rule.
        at_least: u32,
    },
    /// To exactly so many (`ExactCapacity`).
    To(u32),
}

impl Change {
    /// What `base` instances become. Parts of an instance are cut off, but for the first: less than one becomes one.
    ///
    /// ```
    /// use tenfold::policy::scaling::Change;
    /// let percent = |percent| Change::Percent { percent, at_least: 0 };
    /// // 3.3 become 3, 0.4 becomes 1, −3.9 become −3.
    /// assert_eq!(percent(30).of(11), 14);
    /// assert_eq!(percent(10).of(4), 5);
    /// assert_eq!(percent(-30).of(13), 10);
    /// assert_eq!(Change::Percent { percent: 25, at_least: 2 }.of(4), 6);
    /// ```
    pub fn of(self, base: u32) -> u32 {
        let by = match self {
            Change::By(by) => i64::from(by),
            Change::Percent { percent, at_least } => {
                let hundredths = i64::from(base) * i64::from(percent);
                let whole = (hundredths / 100).abs().max(i64::from(hundredths != 0)).max(i64::from(at_least));
                whole * i64::from(percent.signum())
            }
            Change::To(count) => i64::from(count) - i64::from(base),
        };
        (i64::from(base) + by).clamp(0, i64::from(u32::MAX)) as u32
    }

    pub(super) fn check(self, faults: &mut Faults, field: &'static str) {
        let at_least = matches!(self, Change::Percent { percent: 0, at_least: 1.. });
        faults.unless(!at_least, field, || "0 % has no direction in which to move instances at least".into());
        let too_much = matches!(self, Change::Percent { percent, .. } if percent < -100);
        faults.unless(!too_much, field, || "takes away more than there is; -100 % is the most".into());
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::By(by) => write!(f, "{by:+}"),
            Change::Percent { percent, .. } => write!(f, "{percent:+} %"),
            Change::To(count) => write!(f, "to {count}"),
        }
    }
}
