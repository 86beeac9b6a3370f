//! AWS' policies, by the worked examples of the Amazon EC2 Auto Scaling user guide.

use super::{at, fields};
use crate::policy::scaling::{Bounds, Change, predictive, scheduled, simple, step, target_tracking};
use crate::units::{SimTime, Span};

const WIDE: Bounds = Bounds { min: 0, max: 1_000 };

fn percent(percent: i32) -> Change {
    Change::Percent { percent, at_least: 0 }
}

#[test]
fn changes_are_rounded_as_the_guide_says() {
    // "Values greater than 1 are rounded down … between 0 and 1 are rounded to 1 …": 12.7, 0.67, −0.58, −6.67.
    for (change, base, expected) in [
        (percent(10), 127, 139),
        (percent(67), 1, 2),
        (percent(-58), 1, 0),
        (percent(-10), 6, 5),
        (percent(-1), 667, 661),
        (percent(10), 10, 11),
        (percent(0), 10, 10),
        (percent(50), 0, 0),
        (Change::By(5), 3, 8),
        (Change::By(-5), 3, 0),
        (Change::To(5), 3, 5),
        (Change::Percent { percent: 25, at_least: 2 }, 4, 6),
        (Change::Percent { percent: -25, at_least: 2 }, 4, 2),
    ] {
        assert_eq!(change.of(base), expected, "{change} of {base}");
    }
}

/// The guide's two policies around 50 %.
fn guide(above: bool) -> step::Settings {
    let step = |from, to, by| step::Step { from, to, change: percent(by) };
    let steps = if above {
        vec![step(Some(0.0), Some(10.0), 0), step(Some(10.0), Some(20.0), 10), step(Some(20.0), None, 30)]
    } else {
        vec![
            step(None, Some(-20.0), -30),
            step(Some(-20.0), Some(-10.0), -10),
            step(Some(-10.0), Some(0.0), 0),
        ]
    };
    let settings = step::Settings { threshold: 50.0, above, steps, bounds: WIDE, ..Default::default() };
    assert_eq!(settings.check(), []);
    settings
}

#[test]
fn step_scaling_is_the_guide_s_example() {
    let (out, inward) = (guide(true), guide(false));
    // Asked for, warm, value, expected by the policy that goes its way.
    for (desired, warm, value, expected) in [
        (10, 10, 59.9, 10),
        (10, 10, 60.0, 11),
        (11, 11, 70.0, 14),
        (14, 14, 40.0, 13),
        (13, 13, 30.0, 10),
        (13, 13, 40.1, 13),
        // While one warms up: the same step changes nothing, and the larger one adds two.
        (11, 10, 62.0, 11),
        (11, 10, 70.0, 13),
        // Nothing is removed while any warms up.
        (11, 10, 30.0, 11),
    ] {
        let seen = step::Observation { desired, warm, warming: desired - warm, value: Some(value) };
        let settings = if value >= 50.0 { &out } else { &inward };
        let decision = step::decide(&seen, settings, &mut step::History::default());
        assert_eq!(decision.desired, expected, "{value} over {warm} of {desired}: {decision}");
    }
}

#[test]
fn a_step_waits_for_its_alarm_and_stays_within_bounds() {
    let settings = step::Settings { periods: 3, bounds: Bounds { min: 1, max: 11 }, ..guide(true) };
    let mut history = step::History::default();
    let mut decide = |value: f64| {
        let value = (value > 0.0).then_some(value);
        let seen = step::Observation { desired: 10, warm: 10, warming: 0, value };
        step::decide(&seen, &settings, &mut history).to_string()
    };
    // Two in a row are too few, data that is missing ends the row.
    let said = [75.0, 75.0, 0.0, 75.0, 75.0, 75.0, 65.0, 55.0].map(&mut decide);
    assert_eq!(
        said,
        [
            "kept at 10: 75 is in no step",
            "kept at 10: 75 is in no step",
            "held at 10: there is no data",
            "kept at 10: 75 is in no step",
            "kept at 10: 75 is in no step",
            "held at 11, the bound: 13 wanted",
            "up to 11: +10 % of 10, 15 above the threshold of 50",
            "held at 10: +0 % of 10 is 10, 0 still warm up",
        ]
    );
}

#[test]
fn target_tracking_rounds_to_the_safe_side_and_waits_for_its_alarms() {
    use target_tracking::{History, Observation, Settings, decide};
    let settings = Settings { bounds: Bounds { min: 1, max: 12 }, ..Settings::default() };
    // Asked for, warm, warming, value; periods of it; expected.
    for (desired, warm, warming, value, periods, expected) in [
        // "adding 1.5 instances" becomes two, "removing 1.5" one: 2·87.5/50 = 3.5, 5·35/50 = 3.5 (below 35, so 34).
        (2, 2, 0, 87.5, 3, 4),
        (5, 5, 0, 34.0, 15, 4),
        (2, 2, 0, 87.5, 2, 2),
        (5, 5, 0, 34.0, 14, 5),
        // The low alarm is below 70 % of 50, not at it; above the target, not at it.
        (5, 5, 0, 35.0, 20, 5),
        (5, 5, 0, 50.0, 20, 5),
        // Those that warm up count as asked for, not as there: two at 87.5 want four, and four are asked for.
        (4, 2, 2, 87.5, 3, 4),
        (4, 2, 2, 110.0, 3, 5),
        // Nothing is removed while any warms up.
        (5, 4, 1, 10.0, 15, 5),
        (10, 10, 0, 100.0, 3, 12),
        (2, 2, 0, 1.0, 15, 1),
    ] {
        let seen = Observation { desired, warm, warming, value: Some(value) };
        let mut history = History::default();
        let mut decision = decide(&seen, &settings, &mut history);
        for _ in 1..periods {
            decision = decide(&seen, &settings, &mut history);
        }
        assert_eq!(decision.desired, expected, "{value} over {warm} for {periods}: {decision}");
    }
    // What Application Auto Scaling does at a target of 30: it scales in below 27.
    let settings = Settings { target: 30.0, ..Settings::application() };
    for (value, expected) in [(27.0, 5), (26.9, 5), (20.0, 4)] {
        let seen = Observation { desired: 5, warm: 5, warming: 0, value: Some(value) };
        let mut history = History::default();
        let last = (0..15).map(|_| decide(&seen, &settings, &mut history).desired).last();
        assert_eq!(last, Some(expected), "{value}");
    }
}

#[test]
fn target_tracking_begins_anew_after_a_gap_and_can_leave_scaling_in_to_others() {
    use target_tracking::{History, Observation, Settings, decide};
    let mut history = History::default();
    let mut said = |value, settings: &Settings| {
        decide(&Observation { desired: 4, warm: 4, warming: 0, value }, settings, &mut history).to_string()
    };
    let settings = Settings::default();
    assert_eq!(said(Some(60.0), &settings), "held at 4: 60 for 1 of 3 periods");
    assert_eq!(said(None, &settings), "held at 4: there is no data");
    assert_eq!(said(Some(60.0), &settings), "held at 4: 60 for 1 of 3 periods");
    assert_eq!(said(Some(45.0), &settings), "kept at 4: 45 of a target of 50");
    let settings = Settings { scale_in: false, low_periods: 1, ..settings };
    assert_eq!(said(Some(10.0), &settings), "held at 4: 1 wanted, scaling in is disabled");
    assert!(!settings.is_warm(at(100), at(399)) && settings.is_warm(at(100), at(400)));
}

#[test]
fn simple_scaling_waits_for_its_change_and_then_for_the_cooldown() {
    use simple::{History, Observation, Settings, decide};
    let settings =
        Settings { change: Change::By(2), bounds: Bounds { min: 1, max: 7 }, ..Settings::default() };
    let mut history = History::default();
    // A look a minute; two instances start for three minutes. Seconds, asked for, under way, value, expected.
    for (secs, desired, under_way, value, expected) in [
        (60, 2, 0, 50.0, 2),
        (120, 2, 0, 60.0, 4),
        (180, 4, 2, 90.0, 4),
        (240, 4, 2, 90.0, 4),
        (300, 4, 0, 90.0, 4),
        (599, 4, 0, 90.0, 4),
        (600, 4, 0, 90.0, 6),
        // Done at once: the cooldown begins at the next look.
        (660, 6, 0, 90.0, 6),
        (960, 6, 0, 90.0, 7),
        (1_020, 7, 0, 90.0, 7),
        (1_320, 7, 0, 90.0, 7),
    ] {
        let seen = Observation { now: at(secs), desired, under_way, value: Some(value) };
        let decision = decide(&seen, &settings, &mut history);
        assert_eq!(decision.desired, expected, "after {secs} s: {decision}");
    }
}

#[test]
fn scheduled_actions_act_once_at_their_time() {
    use scheduled::{Action, Day, Days, History, Observation, Settings, decide};
    let hour = Span::from_secs(3_600);
    let action = |days, at: u64, min, max, desired| Action { days, at: hour * at, min, max, desired };
    let settings = Settings {
        first_day: Day::Saturday,
        actions: vec![
            action(Days::WEEKDAYS, 8, Some(6), Some(20), None),
            action(Days::WEEKDAYS, 20, Some(1), Some(4), None),
            action(Days::of(&[Day::Sunday]), 12, None, None, Some(3)),
        ],
    };
    assert_eq!(settings.check(), []);
    let mut history = History::default();
    let mut bounds = Bounds { min: 1, max: 10 };
    // Hours since Saturday's midnight, asked for; expected with bounds.
    for (hours, desired, expected, min, max) in [
        (8, 2, 2, 1, 10),
        (24 + 11, 2, 2, 1, 10),
        (24 + 12, 2, 3, 1, 10),
        // It acted; what somebody does by hand stays.
        (24 + 13, 5, 5, 1, 10),
        (48 + 8, 5, 6, 6, 20),
        (48 + 20, 15, 4, 1, 4),
        // Three days later all that was due has acted in its order: the last was in the evening.
        (120 + 21, 2, 4, 1, 4),
    ] {
        let seen = Observation { now: SimTime::ZERO + hour * hours, desired, bounds };
        let scheduled = decide(&seen, &settings, &mut history);
        bounds = scheduled.bounds;
        assert_eq!((scheduled.decision.desired, bounds), (expected, Bounds { min, max }), "hour {hours}");
    }
    // A year passes in one look: on a Sunday morning Friday's evening was the last.
    let seen = Observation { now: SimTime::ZERO + hour * (24 * 365 + 9), desired: 2, bounds };
    assert_eq!(decide(&seen, &settings, &mut history).decision.desired, 4);
}

fn days(loads: &[[u64; 24]]) -> predictive::History {
    let mut history = predictive::History::default();
    for (hour, load) in loads.iter().flatten().enumerate() {
        history.note(hour as u64, *load);
    }
    history
}

#[test]
fn a_forecast_is_the_mean_of_the_same_hour() {
    use predictive::Settings;
    let settings = Settings { days: 2, min_hours: 24, ..Settings::default() };
    let mut loads = [[100; 24]; 3];
    (loads[0][5], loads[1][5], loads[2][5]) = (90_000, 300, 500);
    let three = days(&loads);
    // Of three days two are looked back at; beyond a day there is nothing to go by.
    for (hour, expected) in
        [(72 + 5, Some(400.0)), (72, Some(100.0)), (72 + 23, Some(100.0)), (72 + 24, None), (71, None)]
    {
        assert_eq!(three.forecast(hour, &settings), expected, "hour {hour}");
    }
    let mut short = days(&[[100; 24]]);
    assert_eq!(predictive::History::default().forecast(0, &settings), None);
    assert_eq!(short.forecast(24, &settings), Some(100.0));
    // Hours that are left out had no load, and what comes late is not taken.
    short.note(28, 700);
    short.note(20, 9);
    assert_eq!(short.forecast(24 + 28, &settings), Some(400.0));
    assert_eq!(short.forecast(24 + 25, &settings), Some(50.0));
}

#[test]
fn predictive_scaling_goes_up_before_the_hour_and_never_down() {
    use predictive::{Observation, Settings, decide};
    let mut day = [2_000; 24];
    day[9] = 8_500;
    let history = days(&[day]);
    let settings = Settings { bounds: Bounds { min: 1, max: 50 }, ..Settings::default() };
    let minute = |minute: u64| SimTime::ZERO + Span::from_secs(60 * (1_440 + minute));
    // Minutes after midnight, asked for, others ask for; expected.
    for (minutes, desired, others, expected) in [
        (534, 2, None, 2),
        (535, 2, None, 9),
        (545, 9, Some(2), 9),
        (545, 9, Some(12), 12),
        (600, 9, None, 9),
        (600, 9, Some(1), 2),
        (660, 5, None, 5),
    ] {
        let seen = Observation { now: minute(minutes), desired, others };
        let decision = decide(&seen, &settings, &history);
        assert_eq!(decision.desired, expected, "minute {minutes}, others {others:?}: {decision}");
    }
    // "if the predicted capacity is 50 and the maximum capacity is 40, then the effective maximum capacity is 55".
    let full = days(&[[50_000; 24]]);
    for (beyond_max, others, expected) in [
        (None, None, 40),
        (Some(0), None, 50),
        (Some(10), None, 50),
        (Some(10), Some(60), 55),
        (None, Some(60), 40),
    ] {
        let settings = Settings { bounds: Bounds { min: 1, max: 40 }, beyond_max, ..Settings::default() };
        let seen = Observation { now: minute(60), desired: 3, others };
        let decision = decide(&seen, &settings, &full);
        assert_eq!(decision.desired, expected, "{beyond_max:?}, others {others:?}: {decision}");
    }
    let none = decide(&Observation { now: minute(0), desired: 3, others: Some(4) }, &settings, &days(&[]));
    assert_eq!((none.desired, none.to_string().as_str()), (4, "kept at 4: 0 h are too few for a forecast"));
}

#[test]
fn faults_are_told_at_once() {
    let bad = Bounds { min: 3, max: 2 };
    let tracking = target_tracking::Settings {
        bounds: bad,
        target: 0.0,
        low: 1.5,
        high_periods: 0,
        low_periods: 0,
        period: Span::ZERO,
        ..Default::default()
    };
    assert_eq!(fields(&tracking.check()), ["min", "target", "low", "high_periods", "low_periods", "period"]);
    assert_eq!(target_tracking::Settings::default().check(), []);

    let step = |from, to| step::Step { from, to, change: percent(10) };
    // A gap; the largest breach in none; the wrong side; an empty step; more taken away than there is.
    for (above, steps, faults) in [
        (true, vec![step(Some(0.0), Some(5.0)), step(Some(6.0), None)], 1),
        (true, vec![step(Some(0.0), Some(5.0))], 1),
        (true, vec![step(None, None)], 1),
        (false, vec![step(None, Some(5.0))], 1),
        (false, vec![step(Some(-5.0), Some(0.0))], 1),
        (true, vec![step(Some(5.0), Some(5.0)), step(Some(5.0), None)], 1),
        (true, vec![step::Step { from: Some(0.0), to: None, change: percent(-101) }], 1),
        (true, vec![], 1),
        (true, vec![step(Some(0.0), None)], 0),
        (false, vec![step(None, Some(0.0))], 0),
    ] {
        let settings = step::Settings { above, steps, ..Default::default() };
        assert_eq!(fields(&settings.check()), vec!["steps"; faults], "{settings:?}");
    }
    assert_eq!(step::Settings::default().check(), []);

    let simple = simple::Settings {
        bounds: bad,
        threshold: f64::NAN,
        periods: 0,
        change: Change::By(0),
        ..Default::default()
    };
    assert_eq!(fields(&simple.check()), ["min", "threshold", "periods", "change"]);
    assert_eq!(simple::Settings::default().check(), []);

    let predictive = predictive::Settings {
        bounds: bad,
        target: f64::INFINITY,
        buffer: Span::from_secs(4_000),
        days: 0,
        min_hours: 23,
        ..Default::default()
    };
    let expected = ["min", "target", "buffer", "days", "min_hours", "min_hours"];
    assert_eq!(fields(&predictive.check()), expected);
    assert_eq!(predictive::Settings::default().check(), []);

    use scheduled::{Action, Days};
    let action = Action { days: Days::ALL, at: Span::ZERO, min: Some(2), max: Some(1), desired: Some(9) };
    let nothing =
        Action { days: Days::of(&[]), at: Span::from_secs(86_400), min: None, max: None, desired: None };
    let twice = Action { days: Days::WEEKDAYS, at: Span::ZERO, min: Some(1), max: None, desired: None };
    let settings = scheduled::Settings { actions: vec![action, nothing, twice], ..Default::default() };
    assert_eq!(fields(&settings.check()), ["actions"; 6]);
    assert_eq!(scheduled::Settings::default().check(), []);
}
