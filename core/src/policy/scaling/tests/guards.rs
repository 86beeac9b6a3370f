//! What is ours: the budget, and when work that can wait should run.

use super::{at, fields};
use crate::policy::scaling::{budget, carbon};
use crate::units::Span;

#[test]
fn a_budget_pays_for_so_many_and_says_when_it_does_not_pay_for_more() {
    use budget::{Settings, cap, micros};
    // Dollars an hour, price, wanted, fewest; expected, and how the reason begins.
    for (budget, price, wanted, min, expected, said) in [
        (1.0, 0.1, 7, 1, 7, "kept at 7: $0.7"),
        (1.0, 0.1, 10, 1, 10, "kept at 10: $1 of $1"),
        (1.0, 0.1, 11, 1, 10, "capped by budget at 10: $1 an hour, 11 wanted"),
        // In floating point 0.3 / 0.1 is less than 3.
        (0.3, 0.1, 5, 1, 3, "capped by budget at 3: $0.3 an hour, 5 wanted"),
        (0.0416, 0.0104, 9, 0, 4, "capped by budget at 4"),
        (0.05, 0.1, 5, 0, 0, "capped by budget at 0"),
        (0.15, 0.1, 5, 2, 2, "over budget at 2, the fewest: $0.2 of $0.15 an hour"),
        (1.0, 0.0, 5, 1, 5, "kept at 5: $0 of $1 an hour"),
    ] {
        let settings = Settings { budget: micros(budget), price: micros(price), min };
        let decision = cap(wanted, &settings);
        assert_eq!(decision.desired, expected, "{budget} {price} {wanted}");
        assert!(decision.to_string().starts_with(said), "{decision}");
    }
    assert_eq!([f64::NAN, -1.0, 0.000_000_4, 0.000_000_5].map(micros), [0, 0, 0, 1]);
    assert_eq!(Settings::default().check(), []);
    assert_eq!(fields(&Settings { budget: 0, price: 5, min: 1 }.check()), ["budget", "min"]);
}

const HOUR: u64 = 3_600;

/// A day in steps of an hour: 100 at noon, more to either side, 700 at the edges of the night.
fn day() -> [u32; 24] {
    std::array::from_fn(|hour| 100 + 50 * 12_u32.abs_diff(hour as u32))
}

fn curve(grams_per_kwh: &[u32]) -> carbon::Curve<'_> {
    carbon::Curve { grams_per_kwh, step: Span::from_secs(HOUR), source: "this test", as_of: "2026-11" }
}

#[test]
fn work_that_can_wait_runs_when_the_curve_is_lowest() {
    let day = day();
    let curve = curve(&day);
    // Now, deadline, length; start expected, all in seconds.
    for (now, deadline, length, expected) in [
        (0, 24 * HOUR, HOUR, 12 * HOUR),
        (0, 24 * HOUR, 3 * HOUR, 11 * HOUR),
        // Two hours: 11 and 12 are as good as 12 and 13; the earlier.
        (0, 24 * HOUR, 2 * HOUR, 11 * HOUR),
        // An hour and a half: half of 11 and all of 12, which is as good as the same at the other side.
        (0, 24 * HOUR, HOUR + HOUR / 2, 11 * HOUR + HOUR / 2),
        // The deadline comes first: as late as it can.
        (0, 9 * HOUR, 3 * HOUR, 6 * HOUR),
        (HOUR / 3, 9 * HOUR + 60, 3 * HOUR, 6 * HOUR + 60),
        // Past noon: better now than ever until the deadline.
        (13 * HOUR, 24 * HOUR, HOUR, 13 * HOUR),
        // Or tomorrow, if that is allowed.
        (13 * HOUR, 48 * HOUR, HOUR, 36 * HOUR),
        // A round of the curve later it is all the same again.
        (12 * HOUR, 480 * HOUR, HOUR, 12 * HOUR),
        (0, HOUR, 2 * HOUR, 0),
        (5, 5 + HOUR, HOUR, 5),
    ] {
        let wish = carbon::Wish { now: at(now), deadline: at(deadline), length: Span::from_secs(length) };
        let choice = carbon::choose(&wish, &curve);
        assert_eq!(choice.start, at(expected), "{wish:?}: {choice}");
        assert!(choice.grams_per_kwh <= choice.now);
    }
}

#[test]
fn no_start_of_any_minute_is_better_than_the_one_chosen() {
    // An uneven curve, and work of uneven length: all starts are tried by minute.
    let uneven: Vec<u32> = (0..24_u32).map(|hour| (hour * 7_919 + 13) % 503).collect();
    let curve = curve(&uneven);
    for (now, deadline, length) in [(17, 1_440, 95), (0, 900, 300), (700, 2_000, 61), (59, 4_000, 1_441)] {
        let [now, deadline, length] = [now, deadline, length].map(|minutes| 60 * minutes);
        let wish = carbon::Wish { now: at(now), deadline: at(deadline), length: Span::from_secs(length) };
        let choice = carbon::choose(&wish, &curve);
        let best = (now..=deadline - length).step_by(60).map(|start| curve.mean(at(start), wish.length));
        let best = best.fold(f64::INFINITY, f64::min);
        assert!(choice.grams_per_kwh <= best + 1e-9, "{wish:?}: {choice}, {best}");
        assert!(choice.start + wish.length <= wish.deadline);
    }
}

#[test]
fn a_mean_takes_parts_of_steps_and_whole_rounds() {
    let curve = curve(&[100, 200, 600]);
    for (start, length, mean) in [
        (0, HOUR, 100.0),
        (HOUR / 2, HOUR, 150.0),
        (0, 3 * HOUR, 300.0),
        (HOUR / 4, 300 * HOUR, 300.0),
        (2 * HOUR, 2 * HOUR, 350.0),
        (HOUR + HOUR / 2, 2 * HOUR, (100.0 + 600.0 + 50.0) / 2.0),
        (2 * HOUR + 60, 0, 600.0),
    ] {
        let seen = curve.mean(at(start), Span::from_secs(length));
        assert!((seen - mean).abs() < 1e-9, "{start} {length}: {seen}");
    }
    assert_eq!([at(0), at(HOUR), at(5 * HOUR)].map(|now| curve.at(now)), [100, 200, 600]);
}

#[test]
fn a_curve_says_who_says_so() {
    let empty = carbon::Curve { grams_per_kwh: &[], step: Span::ZERO, source: "", as_of: "" };
    assert_eq!(fields(&empty.check()), ["grams_per_kwh", "step", "source", "as_of"]);
    assert_eq!(curve(&[1]).check(), []);
    assert!(carbon::GRIDS.windows(2).all(|pair| pair[0].grams_per_kwh < pair[1].grams_per_kwh));
    // Nothing to go by: at once.
    let wish = carbon::Wish { now: at(9), deadline: at(900), length: Span::from_secs(60) };
    assert_eq!(carbon::choose(&wish, &empty).start, at(9));
}
