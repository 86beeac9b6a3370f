//! What targets propose. Numbers of the tables are those of kubernetes/kubernetes `pkg/controller/podautoscaler/replica_calculator_test.go`.

use super::{at, fields};
use crate::policy::scaling::hpa::*;
use crate::policy::scaling::{Bounds, Decision};
use crate::units::{SimTime, Span};

const NOW: SimTime = SimTime::from_nanos(3_600_000_000_000);
const MINUTE: Span = Span::from_secs(60);

/// A pod as the source's tables write them.
#[derive(Clone, Copy)]
enum Is {
    /// Started three minutes ago and ready since; the tables doubt samples for two.
    Ready,
    /// The same, and never ready.
    Unready,
    /// Started just now and ready: its sample is of before.
    Hot,
    Pending,
    Gone,
}
use Is::{Gone, Hot, Pending, Ready, Unready};

fn pod(is: Is) -> Pod {
    let ago = |secs: u64| at(3_600 - secs);
    let (phase, started, ready, changed) = match is {
        Ready => (Phase::Running, ago(180), true, ago(180)),
        Unready => (Phase::Running, ago(180), false, ago(180)),
        Hot => (Phase::Running, NOW, true, NOW),
        Pending => (Phase::Pending, NOW, false, NOW),
        Gone => (Phase::Gone, ago(180), false, ago(180)),
    };
    Pod { phase, started, ready, changed }
}

fn sample(value: u64) -> Option<Sample> {
    Some(Sample { value, at: NOW, over: MINUTE })
}

/// Settings of the source's tables: they doubt CPU for two minutes, and never more than that limits anything.
fn settings(target: Target) -> Settings {
    Settings {
        bounds: Bounds { min: 0, max: 1_000_000 },
        targets: vec![target],
        cpu_initialization: Span::from_secs(120),
        initial_readiness: Span::from_secs(10),
        behaviour: free(),
        ..Settings::default()
    }
}

fn free() -> Behaviour {
    let rule = Rule::Pods { count: 1_000_000, period: MINUTE };
    let rules = Rules { window: Span::ZERO, select: Select::Max, rules: vec![rule] };
    Behaviour::Rules { up: rules.clone(), down: rules }
}

fn decide_once(
    desired: u32,
    pods: &[Pod],
    readings: &[Reading<'_>],
    settings: &Settings,
) -> Decision<Reason> {
    assert!(settings.check().is_empty(), "{:?}", settings.check());
    decide(&Observation { now: NOW, desired, pods, readings }, settings, &mut History::default())
}

fn seen(decision: &Decision<Reason>) -> u64 {
    match decision.reason {
        Reason::Found { finding, .. } => finding.seen,
        other => panic!("{other}"),
    }
}

/// Name, pods asked for, pods, samples, requests, target in per cent, pods expected, utilisation expected.
type Row<'a> = (&'a str, u32, &'a [Is], &'a [u64], &'a [u64], u32, u32, u64);

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn cpu_utilisation_is_that_of_the_source_s_tables() {
    let one = &[1_000][..];
    let rows: &[Row<'_>] = &[
        ("scale up", 3, &[Ready; 3], &[300, 500, 700], one, 30, 5, 50),
        ("scale up: unready pods scale less", 3, &[Unready, Ready, Ready], &[300, 500, 700], one, 30, 4, 60),
        ("scale up: hot-CPU pod scales less", 3, &[Hot, Ready, Ready], &[300, 500, 700], one, 30, 4, 60),
        ("no scale: unready pods ignored", 3, &[Ready, Unready, Unready], &[400, 500, 700], one, 30, 3, 40),
        ("no scale: hot-CPU pods ignored", 3, &[Ready, Hot, Hot], &[400, 500, 700], one, 30, 3, 40),
        ("scale up: failed pods ignored", 2, &[Ready, Ready, Gone, Gone], &[500, 700], one, 30, 4, 60),
        ("scale down", 5, &[Ready; 5], &[100, 300, 500, 250, 250], one, 50, 3, 28),
        (
            "scale down: exclude unready pods",
            5,
            &[Ready, Ready, Ready, Unready, Unready],
            &[100, 300, 500, 250, 250],
            one,
            50,
            2,
            30,
        ),
        (
            "scale down: exclude unscheduled pods",
            5,
            &[Ready, Pending, Pending, Pending, Pending],
            &[100],
            one,
            50,
            1,
            10,
        ),
        (
            "scale down: ignore hot-CPU pods",
            5,
            &[Ready, Ready, Ready, Hot, Hot],
            &[100, 300, 500, 250, 250],
            one,
            50,
            2,
            30,
        ),
        (
            "scale down: pods being deleted are ignored",
            5,
            &[Ready, Ready, Ready, Ready, Ready, Gone, Gone],
            &[100, 300, 500, 250, 250],
            one,
            50,
            3,
            28,
        ),
        ("some pods missing metrics scales down", 4, &[Ready; 4], &[400, 95], one, 100, 3, 24),
        ("no change: metric equal to target", 2, &[Ready; 2], &[1_000], one, 100, 2, 100),
        ("no change: metric above target", 2, &[Ready; 2], &[1_900], one, 100, 2, 190),
        ("no change: metric below target", 2, &[Ready; 2], &[600], one, 100, 2, 60),
        ("no change: unready pod metric missing", 3, &[Unready, Ready, Ready], &[100, 450], one, 50, 3, 45),
        ("no change: hot-CPU pod metric missing", 3, &[Hot, Ready, Ready], &[100, 450], one, 50, 3, 45),
        ("scale up: unready pod metric missing", 3, &[Unready, Ready, Ready], &[100, 2_000], one, 50, 4, 200),
        (
            "scale down: unready pod metric missing",
            4,
            &[Unready, Ready, Ready, Ready],
            &[100, 100, 100],
            one,
            50,
            3,
            10,
        ),
        (
            "scale down: target over 100",
            4,
            &[Unready, Ready, Ready, Ready],
            &[200, 100, 100],
            &[1_000, 1_000, 2_000, 2_000],
            300,
            2,
            6,
        ),
        (
            "rolling update with maxSurge: extra pod missing metric",
            2,
            &[Ready; 3],
            &[100, 100],
            one,
            50,
            2,
            10,
        ),
    ];
    for (name, desired, is, levels, requests, percent, expected, utilisation) in rows {
        let pods: Vec<Pod> = is.iter().map(|is| pod(*is)).collect();
        let samples: Vec<_> = levels.iter().map(|level| sample(*level)).collect();
        let settings = settings(Target::Utilisation { resource: Resource::Cpu, percent: *percent });
        let readings = [Reading::Pods { samples: &samples, requests }];
        let decision = decide_once(*desired, &pods, &readings, &settings);
        assert_eq!((decision.desired, seen(&decision)), (*expected, *utilisation), "{name}: {decision}");
    }
}

#[test]
fn tolerances_are_those_of_the_source_s_tables() {
    let mixed = &[900, 1_000, 1_100][..];
    // Down, up, samples, pods, utilisation.
    let rows: &[(f64, f64, [u64; 3], u32, u64)] = &[
        (0.1, 0.1, [1_010, 1_030, 1_020], 3, 102),
        (0.0, 0.0, [909, 1_010, 1_111], 4, 101),
        (0.1, 2.0, [1_890, 1_910, 1_900], 3, 190),
        (2.0, 0.08, [1_100, 1_080, 1_090], 4, 109),
        (0.36, 0.1, [660, 640, 650], 3, 65),
        (0.34, 0.1, [660, 640, 650], 2, 65),
    ];
    for (tolerance_down, tolerance_up, levels, expected, utilisation) in rows {
        let samples = levels.map(sample);
        let target = Target::Utilisation { resource: Resource::Cpu, percent: 100 };
        let (tolerance_down, tolerance_up) = (*tolerance_down, *tolerance_up);
        let settings = Settings { tolerance_down, tolerance_up, ..settings(target) };
        let readings = [Reading::Pods { samples: &samples, requests: mixed }];
        let decision = decide_once(3, &[pod(Ready); 3], &readings, &settings);
        assert_eq!((decision.desired, seen(&decision)), (*expected, *utilisation), "{levels:?}: {decision}");
    }
}

/// Name, pods asked for, pods, samples, target, tolerance up, pods expected, mean expected.
type MeanRow<'a> = (&'a str, u32, &'a [Is], &'a [u64], u64, f64, u32, u64);

#[test]
fn means_over_pods_are_those_of_the_source_s_tables() {
    let rows: &[MeanRow<'_>] = &[
        ("scale up", 3, &[Ready; 3], &[20_000, 10_000, 30_000], 15_000, 0.1, 4, 20_000),
        // Only CPU asks whether a pod is ready: the names promise more than they keep.
        (
            "scale up: unready hot-CPU pod scales less",
            3,
            &[Ready, Ready, Unready],
            &[50_000, 10_000, 30_000],
            15_000,
            0.1,
            6,
            30_000,
        ),
        (
            "scale up: unready hot-CPU pods avoid scale-down",
            3,
            &[Unready, Ready, Unready],
            &[50_000, 15_000, 30_000],
            15_000,
            0.1,
            7,
            31_666,
        ),
        ("scale down", 5, &[Ready; 5], &[12_000; 5], 20_000, 0.1, 3, 12_000),
        ("within default tolerance", 3, &[Ready; 3], &[20_000, 21_000, 21_000], 20_000, 0.1, 3, 20_666),
        (
            "outside configurable 1% tolerance",
            3,
            &[Ready; 3],
            &[20_000, 21_000, 21_000],
            20_000,
            0.01,
            4,
            20_666,
        ),
        ("no change: missing metrics", 5, &[Ready; 5], &[20_000, 19_000, 21_000], 20_000, 0.1, 5, 20_000),
        (
            "rolling update: extra pod missing metric",
            2,
            &[Ready; 3],
            &[10_000, 10_000],
            17_000,
            0.1,
            2,
            10_000,
        ),
    ];
    for (name, desired, is, levels, milli, tolerance_up, expected, mean) in rows {
        let pods: Vec<Pod> = is.iter().map(|is| pod(*is)).collect();
        let samples: Vec<_> = levels.iter().map(|level| sample(*level)).collect();
        let target = Target::PodsAverage { resource: Resource::Other, milli: *milli };
        let settings = Settings { tolerance_up: *tolerance_up, ..settings(target) };
        let readings = [Reading::Pods { samples: &samples, requests: &[] }];
        let decision = decide_once(*desired, &pods, &readings, &settings);
        assert_eq!((decision.desired, seen(&decision)), (*expected, *mean), "{name}: {decision}");
    }
}

/// Name, pods, total, target, tolerance up, pods expected.
type TotalRow<'a> = (&'a str, &'a [Is], u64, Target, f64, u32);

#[test]
fn totals_are_those_of_the_source_s_tables() {
    let only = &[Unready, Ready, Unready][..];
    let (value, average) = (Target::Value, Target::AverageValue);
    let rows: &[TotalRow<'_>] = &[
        ("object: scale up", &[Ready; 3], 20_000, value(15_000), 0.1, 4),
        ("object: scale up: ignores unready pods", only, 50_000, value(10_000), 0.1, 5),
        ("object: scale down", &[Ready; 5], 12_000, value(20_000), 0.1, 3),
        ("object: within default tolerance", &[Ready; 3], 20_666, value(20_000), 0.1, 3),
        ("object: outside configurable 1% tolerance", &[Ready; 3], 20_666, value(20_000), 0.01, 4),
        ("external: scale down: ignores unready pods", only, 8_600, value(4_400), 0.1, 2),
        ("external: scale down", &[Ready; 5], 8_600, value(14_334), 0.1, 3),
        ("external: within default tolerance", &[Ready; 3], 8_600, value(8_888), 0.1, 3),
        ("external: outside configurable 1% tolerance", &[Ready; 3], 8_900, value(8_800), 0.01, 4),
        ("object per pod: scale up", &[Ready; 3], 20_000, average(5_000), 0.1, 4),
        ("object per pod: scale down", &[Ready; 5], 6_000, average(2_000), 0.1, 3),
        ("object per pod: within default tolerance", &[Ready; 4], 20_166, average(5_000), 0.1, 4),
        ("object per pod: outside configurable 1% tolerance", &[Ready; 4], 20_208, average(5_000), 0.01, 5),
        ("external per pod: scale up", &[Ready; 3], 8_600, average(2_150), 0.1, 4),
        ("external per pod: scale down", &[Ready; 5], 8_600, average(2_867), 0.1, 3),
        ("external per pod: within default tolerance", &[Ready; 3], 8_600, average(2_900), 0.1, 3),
        ("external per pod: outside configurable 1% tolerance", &[Ready; 3], 8_600, average(2_800), 0.01, 4),
        ("external per pod: statusReplicas zero", &[], 20_000, average(5_000), 0.1, 4),
        ("external per pod: statusReplicas zero and metric zero", &[], 0, average(5_000), 0.1, 0),
        ("external per pod: huge target", &[Ready], u64::MAX, average(u64::MAX), 0.1, 1),
    ];
    for (name, is, total, target, tolerance_up, expected) in rows {
        let pods: Vec<Pod> = is.iter().map(|is| pod(*is)).collect();
        let settings = Settings { tolerance_up: *tolerance_up, ..settings(*target) };
        let decision = decide_once(is.len() as u32, &pods, &[Reading::Total(*total)], &settings);
        assert_eq!(decision.desired, *expected, "{name}: {decision}");
    }
}

#[test]
fn a_pod_that_has_just_started_is_doubted_as_the_documentation_says() {
    // The defaults: five minutes, thirty seconds. Seconds ago: started, changed; ready; sample ends and is over; whether it counts.
    let rows: &[(u64, u64, bool, u64, u64, bool)] = &[
        // While it may start: ready, and a whole window since.
        (60, 30, true, 0, 30, true),
        (60, 30, true, 0, 31, false),
        (60, 30, true, 10, 30, false),
        (60, 30, false, 0, 30, false),
        (299, 299, true, 0, 30, true),
        // Later: counted unless it was never ready, which is told by when it was last found unready.
        (300, 271, false, 0, 30, false),
        (300, 270, false, 0, 30, true),
        (600, 10, false, 0, 30, true),
        (600, 590, true, 0, 60, true),
    ];
    for (started, changed, ready, ended, over, counts) in rows {
        let ago = |secs: u64| at(3_600 - secs);
        let new =
            Pod { phase: Phase::Running, started: ago(*started), ready: *ready, changed: ago(*changed) };
        let pods = [pod(Ready), new];
        let of_new = Sample { value: 900, at: ago(*ended), over: Span::from_secs(*over) };
        let samples = [sample(100), Some(of_new)];
        let target = Target::Utilisation { resource: Resource::Cpu, percent: 50 };
        let old = Pod { started: ago(1_000), changed: ago(1_000), ..pods[0] };
        let settings = Settings {
            cpu_initialization: Settings::default().cpu_initialization,
            initial_readiness: Settings::default().initial_readiness,
            ..settings(target)
        };
        let readings = [Reading::Pods { samples: &samples, requests: &[1_000] }];
        let decision = decide_once(2, &[old, pods[1]], &readings, &settings);
        // Together 50 %, else 10 % of one alone.
        assert_eq!(seen(&decision), if *counts { 50 } else { 10 }, "{started} {changed} {ready}: {decision}");
    }
}

#[test]
fn worked_examples_with_unready_pods_come_out() {
    // Three ready at 90 % and one that is not, target 60: 67.5 % of four is 67, and 67/60 · 4 is 4.47. At 80 % it is the target itself.
    for (level, expected) in [(900, 5), (800, 4)] {
        let pods = [pod(Ready), pod(Ready), pod(Ready), pod(Unready)];
        let samples = [sample(level), sample(level), sample(level), sample(level)];
        let settings = settings(Target::Utilisation { resource: Resource::Cpu, percent: 60 });
        let readings = [Reading::Pods { samples: &samples, requests: &[1_000] }];
        assert_eq!(decide_once(4, &pods, &readings, &settings).desired, expected);
    }
    // The documentation's first example: at twice the target twice as many, at half of it half as many.
    for (level, expected) in [(200, 8), (50, 2)] {
        let settings = settings(Target::PodsAverage { resource: Resource::Other, milli: 100 });
        let readings = [Reading::Pods { samples: &[sample(level); 4], requests: &[] }];
        assert_eq!(decide_once(4, &[pod(Ready); 4], &readings, &settings).desired, expected);
    }
}

#[test]
fn of_several_targets_the_most_counts_and_a_failed_one_keeps_others_from_removing() {
    let cpu = Target::Utilisation { resource: Resource::Cpu, percent: 50 };
    let settings = Settings { targets: vec![cpu, Target::AverageValue(1_000)], ..settings(cpu) };
    let at_level = |level: u64| [sample(level); 4];
    for (level, total, expected, reason) in [
        // CPU says 8, the queue 2, and the other way round.
        (1_000, Some(2_000), 8, "up to 8: CPU 100 % of a target of 50 % over 4 ready"),
        (250, Some(7_000), 7, "up to 7: 7 in total, a target of 1 for each of 4"),
        (250, Some(1_500), 2, "down to 2: CPU 25 % of a target of 50 % over 4 ready"),
        // TestScaleUpOneMetricEmpty and TestNoScaleDownOneMetricEmpty.
        (1_000, None, 8, "up to 8: CPU 100 % of a target of 50 % over 4 ready"),
        (250, None, 4, "held at 4: 1 of 2 targets not known, it was not measured"),
        (500, None, 4, "kept at 4: CPU 50 % of a target of 50 % over 4 ready"),
    ] {
        let samples = at_level(level);
        let total = total.map_or(Reading::Failed, Reading::Total);
        let readings = [Reading::Pods { samples: &samples, requests: &[1_000] }, total];
        let decision = decide_once(4, &[pod(Ready); 4], &readings, &settings);
        assert_eq!((decision.desired, decision.to_string().as_str()), (expected, reason));
    }
}

#[test]
fn what_cannot_be_reckoned_changes_nothing_and_says_why() {
    let cpu = settings(Target::Utilisation { resource: Resource::Cpu, percent: 50 });
    let total = settings(Target::Value(1_000));
    let samples = [sample(100); 2];
    let pods = [pod(Ready); 2];
    for (settings, pods, reading, failure) in [
        (&cpu, &pods[..], Reading::Failed, Failure::NotMeasured),
        (&cpu, &pods, Reading::Total(5), Failure::WrongReading),
        (&total, &pods, Reading::Pods { samples: &samples, requests: &[] }, Failure::WrongReading),
        (&cpu, &[], Reading::Pods { samples: &samples, requests: &[1_000] }, Failure::NoPods),
        (&cpu, &pods, Reading::Pods { samples: &[], requests: &[1_000] }, Failure::NoSamples),
        (&cpu, &pods, Reading::Pods { samples: &samples, requests: &[] }, Failure::NoRequest),
    ] {
        let decision = decide_once(2, pods, &[reading], settings);
        let reason = Reason::Blind { at: 2, failed: 1, of: 1, first: failure };
        assert_eq!(decision, Decision { desired: 2, reason });
        assert_eq!(decision.to_string(), format!("held at 2: 1 of 1 target not known, {failure}"));
    }
}

#[test]
fn every_fault_of_the_settings_is_told_at_once() {
    assert!(Settings::default().check().is_empty() && settings(Target::Value(1)).check().is_empty());
    let rule = Rule::Pods { count: 0, period: Span::from_secs(4_000) };
    let up = Rules { window: Span::from_secs(4_000), select: Select::Max, rules: vec![] };
    let down = Rules { window: Span::ZERO, select: Select::Disabled, rules: vec![rule] };
    let settings = Settings {
        bounds: Bounds { min: 5, max: 0 },
        targets: vec![Target::Value(0)],
        tolerance_up: -0.1,
        tolerance_down: f64::NAN,
        behaviour: Behaviour::Rules { up, down },
        period: Span::ZERO,
        ..Settings::default()
    };
    let faults = settings.check();
    let (up, down) = ("behaviour.up", "behaviour.down");
    assert_eq!(
        fields(&faults),
        ["min", "max", "targets", "tolerance_up", "tolerance_down", "period", up, up, down, down]
    );
}
