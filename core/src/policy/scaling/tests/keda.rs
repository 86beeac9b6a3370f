//! KEDA. Names are those of kedacore/keda `pkg/scaling/executor/scale_scaledobjects_test.go` and `pkg/fallback/fallback_test.go`.

use super::{at, fields};
use crate::policy::scaling::hpa::{self, Pod, Reading, Target};
use crate::policy::scaling::keda::*;
use crate::units::Span;

fn seen(secs: u64, replicas: u32, readings: &[Option<u64>]) -> Observation<'_> {
    Observation { now: at(secs), replicas, readings }
}

const ACTIVE: &[Option<u64>] = &[Some(10_000)];
const QUIET: &[Option<u64>] = &[Some(0)];
const FAILED: &[Option<u64>] = &[None];

#[test]
fn the_first_and_the_last_are_those_of_the_source_s_tests() {
    // Fewest, idle, there are, readings, expected.
    for (name, min, idle, replicas, readings, expected) in [
        ("TestScaleToMinReplicasWhenNotActive", 0, None, 10, QUIET, 0),
        ("TestScaleToMinReplicasFromLowerInitialReplicaCount", 5, None, 1, QUIET, 5),
        ("TestScaleFromMinReplicasWhenActive", 0, None, 0, ACTIVE, 1),
        ("TestScaleToIdleReplicasWhenNotActive", 5, Some(0), 10, QUIET, 0),
        ("TestScaleFromIdleToMinReplicasWhenActive", 5, Some(0), 0, ACTIVE, 5),
        ("active, and the HPA decides", 0, None, 7, ACTIVE, 7),
        ("not active, and there is none", 0, None, 0, QUIET, 0),
        ("not active, and the fewest are there", 5, None, 5, QUIET, 5),
        ("a trigger cannot be read", 0, None, 7, FAILED, 7),
    ] {
        let settings = Settings { min, idle, ..Settings::default() };
        assert!(settings.check().is_empty());
        let decision = decide(&seen(1_000, replicas, readings), &settings, &mut History::new(at(0)));
        assert_eq!(decision.desired, expected, "{name}: {decision}");
    }
}

#[test]
fn the_last_goes_when_none_was_active_for_longer_than_the_cooldown() {
    let settings = Settings::default();
    let mut history = History::new(at(0));
    decide(&seen(1_000, 3, ACTIVE), &settings, &mut history);
    for (secs, expected) in [(1_030, 3), (1_300, 3), (1_301, 0)] {
        assert_eq!(
            decide(&seen(secs, 3, QUIET), &settings, &mut history).desired,
            expected,
            "after {secs} s"
        );
    }
    // What was never active waits for the initial cooldown alone.
    let settings = Settings { initial_cooldown: Span::from_secs(120), ..settings };
    for (secs, expected) in [(120, 3), (121, 0)] {
        assert_eq!(decide(&seen(secs, 3, QUIET), &settings, &mut History::new(at(0))).desired, expected);
    }
    let decision = decide(&seen(100, 3, QUIET), &settings, &mut History::new(at(0)));
    assert_eq!(decision.to_string(), "held at 3: cooling down until 2m");
}

#[test]
fn active_is_above_the_activation_value_not_at_it() {
    let settings =
        Settings { triggers: vec![Trigger { target: 5_000, activation: 2_000 }], ..Settings::default() };
    for (reads, expected) in [(1_999, 0), (2_000, 0), (2_001, 1)] {
        let readings = [Some(reads)];
        assert_eq!(decide(&seen(9, 0, &readings), &settings, &mut History::new(at(0))).desired, expected);
    }
}

#[test]
fn a_trigger_that_fails_too_often_reads_what_asks_for_the_fallback() {
    // Ten instances at a target of ten make a hundred; behaviours with six and fifteen there. The threshold is three: the fourth failure counts.
    for (instead, replicas, total) in [
        (Instead::Static, 15, 100_000),
        (Instead::Current, 6, 60_000),
        (Instead::CurrentIfHigher, 15, 150_000),
        (Instead::CurrentIfHigher, 6, 100_000),
        (Instead::CurrentIfLower, 6, 60_000),
        (Instead::CurrentIfLower, 15, 100_000),
    ] {
        let settings = Settings {
            triggers: vec![Trigger { target: 10_000, activation: 0 }],
            fallback: Some(Fallback { failures: 3, replicas: 10, instead }),
            ..Settings::default()
        };
        let mut history = History::new(at(0));
        let mut into = Vec::new();
        let mut read = |readings| {
            hand_over(&seen(0, replicas, readings), &settings, &mut history, &mut into);
            into[0]
        };
        let (failed, fallback) = (Reading::Failed, Reading::Total(total));
        assert_eq!([(); 5].map(|()| read(FAILED)), [failed, failed, failed, fallback, fallback]);
        assert_eq!((read(ACTIVE), read(FAILED)), (Reading::Total(10_000), failed));
        // While it fails the last instance stays for the fallback.
        assert_eq!(decide(&seen(900, 1, FAILED), &settings, &mut History::new(at(0))).desired, 1);
    }
}

#[test]
fn from_one_on_the_hpa_decides_by_the_length_of_the_queue() {
    let settings =
        Settings { triggers: vec![Trigger { target: 5_000, activation: 0 }], ..Settings::default() };
    let of_hpa = settings.hpa();
    assert_eq!(
        (of_hpa.bounds.min, of_hpa.bounds.max, of_hpa.targets[0]),
        (1, 100, Target::AverageValue(5_000))
    );
    let (mut history, mut of_pods) = (History::new(at(0)), hpa::History::default());
    let mut into = Vec::new();
    let mut replicas = 0;
    let mut walk = Vec::new();
    for period in 0..5 {
        // Two hundred messages need forty instances: one at once, then 4, 8, 16, 32.
        let seen = seen(1_000 + 15 * period, replicas, &[Some(200_000)]);
        replicas = decide(&seen, &settings, &mut history).desired;
        hand_over(&seen, &settings, &mut history, &mut into);
        let pods = vec![Pod::ready_since(at(0)); replicas as usize];
        let seen = hpa::Observation { now: seen.now, desired: replicas, pods: &pods, readings: &into };
        replicas = hpa::decide(&seen, &of_hpa, &mut of_pods).desired;
        walk.push(replicas);
    }
    assert_eq!(walk, [4, 8, 16, 32, 40]);
}

#[test]
fn faults_are_told_at_once() {
    assert!(Settings::default().check().is_empty());
    let settings = Settings {
        triggers: vec![Trigger { target: 0, activation: 0 }],
        polling: Span::ZERO,
        min: 3,
        max: 2,
        idle: Some(3),
        fallback: Some(Fallback { failures: 3, replicas: 9, instead: Instead::Static }),
        ..Settings::default()
    };
    assert_eq!(fields(&settings.check()), ["min", "triggers", "polling", "idle", "fallback"]);
}
