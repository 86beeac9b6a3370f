//! How a component is doing, in a word.

use tenfold::measure::ComponentRow;

/// Busy enough to be worth a look.
pub(crate) const WARM: f64 = 0.7;

/// The state of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Idle,
    Working,
    Warm,
    Saturated,
    Down,
}

impl Health {
    /// From its figures.
    pub(crate) fn of(row: &ComponentRow) -> Self {
        let nothing_serves = row.ready < 0.5 && row.draining < 0.5;
        if row.down > 0.5 && nothing_serves {
            Health::Down
        } else if row.saturated > 0.5 {
            Health::Saturated
        } else if row.utilisation >= WARM {
            Health::Warm
        } else if row.arrivals_per_s > 0.0 || row.in_flight > 0.0 {
            Health::Working
        } else {
            Health::Idle
        }
    }

    /// The word for tests, styles and people.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Health::Idle => "idle",
            Health::Working => "working",
            Health::Warm => "warm",
            Health::Saturated => "saturated",
            Health::Down => "down",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturation_is_told_before_warmth_and_an_outage_before_both() {
        let row =
            ComponentRow { utilisation: 0.99, ready: 2.0, arrivals_per_s: 5.0, ..ComponentRow::default() };
        assert_eq!(Health::of(&row), Health::Warm);
        let row = ComponentRow { saturated: 1.0, ..row };
        assert_eq!(Health::of(&row), Health::Saturated);
        let row = ComponentRow { ready: 0.0, down: 2.0, ..row };
        assert_eq!(Health::of(&row), Health::Down);
        let pure_delay =
            ComponentRow { utilisation: f64::NAN, arrivals_per_s: 9.0, ..ComponentRow::default() };
        assert_eq!(Health::of(&pure_delay), Health::Working);
    }
}
