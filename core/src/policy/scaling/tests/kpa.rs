//! Knative's pod autoscaler. Rows are those of knative/serving `pkg/autoscaler/scaling/autoscaler_test.go`.

use super::{at, fields};
use crate::policy::scaling::Window;
use crate::policy::scaling::kpa::*;
use crate::units::Span;

/// Settings of the source's tests: at most ten times as many, a tenth, and three quarters of what a pod can take.
fn settings(target: f64, burst: f64) -> Settings {
    let burst = if burst < 0.0 {
        Burst::Always
    } else if burst > 0.0 {
        Burst::Below(burst)
    } else {
        Burst::Never
    };
    let capacity = target / 0.75;
    Settings { target, capacity, burst, max_up: 10.0, max_down: 10.0, ..Settings::default() }
}

fn seen(secs: u64, ready: u32, slow: f64, fast: f64) -> Observation {
    Observation { now: at(secs), ready, averages: Some((slow, fast)), reachable: true }
}

/// Pods asked for before the last pod's own rules.
fn pods(seen: &Observation, settings: &Settings, history: &mut History) -> u32 {
    let decision = decide(seen, settings, history);
    match decision.reason {
        Reason::LastStays { .. } | Reason::ToZero => 0,
        _ => decision.desired,
    }
}

#[test]
fn the_table_of_autoscaler_scale_comes_out() {
    // Target, burst, slow, fast, ready, pods, in panic since five seconds with five pods.
    for (name, target, burst, slow, fast, ready, expected, panic) in [
        ("AutoscalerNoDataAtZeroNoAutoscale", 10.0, 100.0, 0.0, 0.0, 1, 0, false),
        ("AutoscalerStableModeUnlimitedTBC", 181.0, -1.0, 21.0, 26.0, 1, 1, false),
        ("Autoscaler0TBC", 10.0, 0.0, 50.0, 49.0, 1, 5, false),
        ("AutoscalerStableModeNoChange", 10.0, 100.0, 50.0, 50.0, 1, 5, false),
        ("AutoscalerPanicStableLargerThanPanic", 1.0, 100.0, 50.0, 30.0, 5, 50, true),
        ("AutoscalerPanicStableLessThanPanic", 1.0, 100.0, 20.0, 30.0, 5, 30, true),
        ("AutoscalerStableModeNoChangeAlreadyScaled", 10.0, 100.0, 50.0, 50.0, 5, 5, false),
        ("AutoscalerPanicModeDoublePodCount", 10.0, 84.0, 50.0, 100.0, 1, 10, false),
    ] {
        let settings = settings(target, burst);
        let mut history = History::new(at(95), if panic { 5 } else { 0 });
        assert_eq!(pods(&seen(100, ready, slow, fast), &settings, &mut history), expected, "{name}");
    }
}

#[test]
fn rates_let_it_move_by_one_pod_at_least() {
    for (name, up, down, slow, ready, reachable, expected) in [
        ("AutoscalerStableModeIncreaseWithSmallScaleUpRate", 1.1, 10.0, 3.0, 2, true, 3),
        ("AutoscalerStableModeDecreaseWithSmallScaleDownRate", 10.0, 1.1, 0.1, 100, true, 90),
        ("AutoscalerStableModeDecreaseNonReachable", 10.0, 1.1, 0.1, 100, false, 1),
        ("TestAutoscalerRateLimitScaleUp", 10.0, 10.0, 100.0, 1, true, 10),
        ("TestAutoscalerRateLimitScaleUp", 10.0, 10.0, 100.0, 10, true, 100),
        ("TestAutoscalerRateLimitScaleDown", 10.0, 10.0, 0.1, 100, true, 10),
        ("TestAutoscalerRateLimitScaleDown", 10.0, 10.0, 0.1, 10, true, 1),
        ("TestAutoscalerUseOnePodAsMinimumIfEndpointsNotFound", 10.0, 10.0, 100.0, 0, true, 10),
    ] {
        let settings = Settings { max_up: up, max_down: down, ..settings(1.0, 1_982.0) };
        let seen = Observation { reachable, ..seen(100, ready, slow, slow) };
        assert_eq!(pods(&seen, &settings, &mut History::new(at(0), 0)), expected, "{name} from {ready}");
    }
}

/// What is seen step by step: seconds, ready, slow, fast, pods expected, whether it panics then.
fn walk(settings: &Settings, steps: &[(u64, u32, f64, f64, u32, bool)]) {
    let mut history = History::new(at(0), 1);
    for (secs, ready, slow, fast, expected, panics) in steps {
        let pods = pods(&seen(*secs, *ready, *slow, *fast), settings, &mut history);
        assert_eq!((pods, history.panics()), (*expected, *panics), "after {secs} s");
    }
}

#[test]
fn panic_begins_ends_and_never_goes_down() {
    // TestAutoscalerUnpanicAfterSlowIncrease: the last look is a tick after the stable window.
    walk(
        &settings(1.0, 98.0),
        &[(100, 10, 11.0, 25.0, 25, true), (130, 40, 30.0, 41.0, 41, true), (162, 55, 50.0, 56.0, 50, false)],
    );
    // TestAutoscalerExtendPanicWindow: at 130 s there is reason again, so at 162 s it still panics.
    walk(
        &settings(1.0, 98.0),
        &[(100, 10, 11.0, 25.0, 25, true), (130, 40, 30.0, 80.0, 80, true), (162, 80, 30.0, 30.0, 80, true)],
    );
    // TestAutoscalerPanicThenUnPanicScaleDown.
    walk(
        &settings(10.0, 93.0),
        &[
            (100, 1, 100.0, 100.0, 10, true),
            (100, 10, 100.0, 1_000.0, 100, true),
            (130, 10, 1.0, 1.0, 100, true),
            (161, 10, 1.0, 1.0, 1, false),
        ],
    );
    // TestAutoscalerPanicModeExponentialTrackAndStabilize.
    walk(
        &settings(1.0, 101.0),
        &[
            (100, 1, 6.0, 6.0, 6, true),
            (100, 6, 36.0, 36.0, 36, true),
            (101, 36, 216.0, 216.0, 216, true),
            (101, 216, 1_296.0, 1_296.0, 1_296, true),
            (102, 1_296, 1_296.0, 1_296.0, 1_296, true),
        ],
    );
    // TestAutoscalerStableModeDecrease.
    walk(&settings(10.0, 98.0), &[(100, 8, 100.0, 100.0, 10, false), (100, 8, 50.0, 50.0, 5, false)]);
}

#[test]
fn it_starts_in_panic_beside_more_than_one_pod() {
    for (ready, panics) in [(0, false), (1, false), (2, true), (9, true)] {
        assert_eq!(History::new(at(0), ready).panics(), panics);
    }
    // Nothing is removed until there was a stable window of averages.
    let mut history = History::new(at(0), 9);
    assert_eq!(pods(&seen(60, 9, 70.0, 70.0), &Settings::default(), &mut history), 9);
    // Then by half of what is ready in a tick at most.
    assert_eq!(pods(&seen(62, 9, 70.0, 70.0), &Settings::default(), &mut history), 4);
}

#[test]
fn fewer_must_have_been_enough_for_the_delay() {
    // TestAutoscalerScaleDownDelay: "simple", then "gradual".
    let delay = Span::from_secs(300);
    let settings = Settings { down_delay: delay, panic_threshold: 100.0, ..settings(10.0, 0.0) };
    let mut history = History::new(at(0), 0);
    let mut decide_at = |secs, slow, reachable| {
        let seen = Observation { reachable, ..seen(secs, 0, slow, slow) };
        pods(&seen, &settings, &mut history)
    };
    for (secs, slow, expected) in [
        (2, 40.0, 4),
        (300, 0.0, 4),
        (302, 0.0, 0),
        (540, 40.0, 4),
        (600, 30.0, 4),
        (660, 0.0, 4),
        (840, 0.0, 3),
        (900, 0.0, 0),
    ] {
        assert_eq!(decide_at(secs, slow, true), expected, "after {secs} s");
    }
    // TestAutoscalerScaleDownDelayNotReachable: what nobody can reach does not wait.
    assert_eq!(decide_at(1_000, 40.0, true), 4);
    assert_eq!(decide_at(1_060, 0.0, true), 4);
    assert_eq!(decide_at(1_062, 0.0, false), 0);
}

#[test]
fn activation_asks_for_more_than_one_while_there_is_load() {
    // TestAutoscalerActivationScale.
    let settings = Settings { activation: 2, ..settings(10.0, 75.0) };
    let mut history = History::new(at(0), 0);
    assert_eq!(pods(&seen(100, 1, 0.0, 0.0), &settings, &mut history), 0);
    assert_eq!(pods(&seen(100, 1, 1.0, 0.0), &settings, &mut history), 2);
}

#[test]
fn room_for_a_burst_is_what_pods_can_take_less_what_they_have() {
    // `expectedEBC`: target / 0.75 · pods − burst − load, rounded down.
    for (target, burst, fast, ready, expected) in [
        (10.0, 100.0, 50.0, 1, -137.0),
        (10.0, 98.0, 100.0, 8, -92.0),
        (1.0, 101.0, 1_296.0, 1_296, 331.0),
        (10.0, 0.0, 49.0, 1, 0.0),
        (181.0, -1.0, 26.0, 1, -1.0),
    ] {
        let seen = excess_burst(ready, fast, &settings(target, burst));
        assert!((seen - expected).abs() < 1e-9, "{target}, {burst}: {seen}");
    }
}

#[test]
fn the_last_pod_goes_after_the_stable_window_and_the_grace_period() {
    // With room for bursts the activator is not in the path while there is load, and needs its 30 s. Seconds, load, pods.
    let roomy = Settings { burst: Burst::Never, ..Settings::default() };
    let usual = Settings::default();
    // One pod has room for 100, less than 211 and a load: the activator was there all along.
    for (settings, gone) in [(&roomy, 100 + 60 + 30), (&usual, 100 + 60 + 2)] {
        let mut history = History::new(at(0), 1);
        assert_eq!(decide(&seen(100, 1, 5.0, 5.0), settings, &mut history).desired, 1);
        let first = (102..400).step_by(2).find(|secs| {
            let decision = decide(&seen(*secs, 1, 0.0, 0.0), settings, &mut history);
            decision.desired == 0
        });
        assert_eq!(first, Some(gone));
        assert!(history.is_proxied());
    }
    let never = Settings { to_zero: false, ..Settings::default() };
    let decision = decide(&seen(900, 1, 0.0, 0.0), &never, &mut History::new(at(0), 1));
    assert_eq!((decision.desired, decision.to_string().as_str()), (1, "held at 1: the last always stays"));
    // The last pod is kept for a while longer where that is wanted.
    let kept = Settings { retention: Span::from_secs(120), ..Settings::default() };
    let mut history = History::new(at(0), 1);
    decide(&seen(100, 1, 5.0, 5.0), &kept, &mut history);
    let first = (102..400)
        .step_by(2)
        .find(|secs| decide(&seen(*secs, 1, 0.0, 0.0), &kept, &mut history).desired == 0);
    assert_eq!(first, Some(100 + 60 + 120));
}

#[test]
fn without_data_nothing_changes() {
    let none = Observation { averages: None, ..seen(100, 3, 0.0, 0.0) };
    let decision = decide(&none, &Settings::default(), &mut History::new(at(0), 3));
    assert_eq!(
        (decision.desired, decision.to_string().as_str()),
        (3, "held at 3: nothing was heard of the load")
    );
}

#[test]
fn averages_are_over_what_has_passed_of_the_window() {
    let mut window = Window::new(Span::from_secs(5), Span::from_secs(1));
    let mut record = |secs, value: u64, expected: Option<f64>| {
        if value > 0 {
            window.record(at(secs), value * 1_000);
        }
        assert_eq!(window.average(at(secs)), expected, "after {secs} s");
    };
    record(10, 10, Some(10.0));
    // Two in one slot are added.
    record(10, 5, Some(15.0));
    record(12, 30, Some(15.0));
    record(14, 15, Some(12.0));
    // The first slot goes out.
    record(15, 10, Some(11.0));
    // Nothing since: what is left of the window is averaged, without the silent end.
    record(16, 0, Some(13.75));
    record(19, 0, Some(10.0));
    record(20, 0, None);
    // After a whole window of silence it begins anew.
    record(30, 8, Some(8.0));
    record(31, 4, Some(6.0));
}

#[test]
fn faults_are_told_at_once() {
    assert!(Settings::default().check().is_empty());
    let settings = Settings {
        target: -1.0,
        capacity: -2.0,
        stable: Span::from_secs(5),
        panic_percent: 0.5,
        panic_threshold: 1.0,
        max_up: 1.0,
        max_down: 0.0,
        min: 4,
        max: 3,
        burst: Burst::Below(-5.0),
        ..Settings::default()
    };
    let expected = [
        "target",
        "capacity",
        "stable",
        "panic_percent",
        "panic_threshold",
        "max_up",
        "max_down",
        "min",
        "burst",
    ];
    assert_eq!(fields(&settings.check()), expected);
}
