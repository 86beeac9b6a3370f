//! What the built-in model of a partition tells is what happens when it runs.

use serde_json::json;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::presets;
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, model::Happening};

fn model() -> Model {
    let mut model = presets::by_slug("cap-both-ways").expect("a built-in model").model();
    model.head.warm_up = Some(Span::ZERO);
    model
}

/// Reports of one run at these seconds, measured from the first instant on.
fn reports(model: &Model, at_s: &[u64]) -> Vec<Report> {
    let mut run = Simulation::new(model).expect("the model is legal");
    at_s.iter()
        .map(|at| {
            run.run_until(SimTime::ZERO + Span::from_secs(*at));
            run.report()
        })
        .collect()
}

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let component = report.component(id).expect("it is there");
    let (_, value) = component.figures.iter().find(|(known, _)| known == key).expect("a figure of its own");
    value.expect("it was measured")
}

/// Requests that came to a store, and those that it refused.
fn seen(report: &Report, id: &str) -> [f64; 2] {
    let component = report.component(id).expect("it is there");
    [component.arrivals as f64, component.failures as f64]
}

/// Reads of the available store that were stale; four requests in five are reads.
fn stale(report: &Report) -> f64 {
    figure(report, "available", "stale_reads") * seen(report, "available")[0] * 0.8
}

#[test]
fn the_consistent_store_refuses_a_third_and_what_an_election_costs_and_is_never_stale() {
    let seen_at = reports(&model(), &[120, 240, 360]);
    let refused: Vec<f64> = seen_at.iter().map(|report| seen(report, "consistent")[1]).collect();
    assert!(
        refused[0] < 0.5 && (refused[2] - refused[1]).abs() < 0.5,
        "only while nodes are cut off: {refused:?}"
    );
    // A third of 24,000, by chance with a deviation of 73; and in the five seconds some third of two thirds of 1,000.
    assert!((refused[1] - 8_000.0 - 222.0).abs() < 4.0 * 80.0, "{refused:?}");
    let share = refused[1] / (seen(&seen_at[1], "consistent")[0] - seen(&seen_at[0], "consistent")[0]);
    assert!((share - 0.34).abs() < 0.015, "{share}");
    assert!((figure(&seen_at[2], "consistent", "refused_by_partition") - refused[1]).abs() < 0.5);
    assert!(figure(&seen_at[2], "consistent", "stale_reads").abs() < 1e-15);
    assert!(figure(&seen_at[2], "consistent", "lost_writes").abs() < 0.5);
}

#[test]
fn the_available_store_refuses_nothing_answers_with_what_it_has_and_loses_writes() {
    let seen_at = reports(&model(), &[120, 240, 260, 360]);
    assert!(seen(&seen_at[3], "available")[1] < 0.5);
    // A read comes to the other side than the key's last write with chance 2 · ⅓ · ⅔, once the key has been written:
    // over 120 seconds, with a write of each key every 25 s, (4/9) · (1 − (1 − e^(−4.8)) / 4.8) = 0.353.
    let share = (stale(&seen_at[1]) - stale(&seen_at[0])) / (0.8 * 24_000.0);
    assert!((share - 0.353).abs() < 0.02, "{share}");
    // Both sides wrote a key with chance (1 − e^(−1.6)) · (1 − e^(−3.2)) = 0.766.
    let conflicts = figure(&seen_at[2], "available", "conflicts");
    assert!((conflicts - 766.0).abs() < 4.0 * (1_000.0 * 0.766 * 0.234_f64).sqrt(), "{conflicts}");
    // Of n writes of a key the last is on one side, each of the others on the other with 4/9: 1,000 · (4/9) · (4.8 − 1 + e^(−4.8)).
    let lost = figure(&seen_at[2], "available", "lost_writes");
    assert!((lost - 1_693.0).abs() < 250.0, "{lost}");
    assert!(stale(&seen_at[3]) - stale(&seen_at[2]) < 10.0, "whole again");
    assert!(figure(&seen_at[3], "available", "hints_waiting") < 0.5);
}

#[test]
fn in_peace_the_consistent_store_takes_twice_as_long() {
    let report = reports(&model(), &[120]).remove(0);
    let median = |id| report.component(id).expect("it is there").sojourn_s.p50.expect("some were answered");
    let times = median("consistent") / median("available");
    assert!((1.6..2.4).contains(&times), "{times}");
}

#[test]
fn quorums_that_overlap_make_the_available_store_refuse_as_well() {
    let mut model = model();
    for field in ["read_quorum", "write_quorum"] {
        let edit = Edit::SetComponent { id: "available".into(), field: field.into(), value: json!(2) };
        edit.apply(&mut model).expect("legal");
    }
    let report = reports(&model, &[360]).remove(0);
    assert!(figure(&report, "available", "stale_reads").abs() < 1e-15);
    let refused = seen(&report, "available")[1];
    assert!((refused - 8_000.0).abs() < 4.0 * 73.0, "{refused}");
}

#[test]
fn a_crash_costs_the_consistent_store_an_election_and_the_available_one_what_was_under_way() {
    let mut model = model();
    model.timeline.clear();
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_for(Span::from_secs(60));
    for component in ["consistent", "available"] {
        let crash = Happening::Crash { component: component.into(), instances: 1 };
        run.apply(&Edit::happen(&crash)).expect("legal");
    }
    run.run_for(Span::from_secs(60));
    let report = run.report();
    // A third of the keys for five seconds; callers go to the nodes that are up.
    let refused = seen(&report, "consistent")[1];
    assert!((refused - 333.0).abs() < 100.0, "{refused}");
    assert!(seen(&report, "available")[1] < 5.0);
}
