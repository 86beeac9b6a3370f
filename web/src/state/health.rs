//! How a component is doing, in a word.

use tenfold::components::Settings;
use tenfold::components::queue::WhenFull;
use tenfold::measure::ComponentRow;
use tenfold::model::Component;

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

/// Senders that a full queue makes wait; `None` where it makes nobody.
pub(crate) fn held(component: &Component, row: &ComponentRow) -> Option<f64> {
    let Settings::Queue(config) = &component.settings else { return None };
    // All that wait there are messages or who would send one.
    (config.when_full == WhenFull::Block).then(|| (row.queue - row.figure_0).max(0.0))
}

/// Who waits at a component, in words; `count` writes the numbers.
pub(crate) fn who_waits(
    component: Option<&Component>,
    row: &ComponentRow,
    count: fn(f64) -> String,
) -> String {
    match component.and_then(|component| held(component, row)) {
        Some(held) => format!("{} waiting, {} held", count(row.queue - held), count(held)),
        None => format!("{} waiting", count(row.queue)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::components::queue;

    #[test]
    fn a_queue_that_holds_its_senders_tells_them_from_its_messages() {
        let of = |when_full| Component {
            id: "q".to_owned(),
            name: "Q".to_owned(),
            settings: queue::Config { capacity: Some(250), when_full, ..queue::Config::default() }.into(),
            at: None,
        };
        let row = ComponentRow { queue: 262.0, figure_0: 250.0, ..ComponentRow::default() };
        let words = |component: &Component| who_waits(Some(component), &row, |n| n.to_string());
        assert_eq!(words(&of(WhenFull::Block)), "250 waiting, 12 held");
        assert_eq!(words(&of(WhenFull::DropNewest)), "262 waiting");
    }

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
