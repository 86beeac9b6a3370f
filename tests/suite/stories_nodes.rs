//! What the built-in models of nodes and jobs tell is what happens when they run.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use tenfold::Simulation;
use tenfold::measure::Report;
use tenfold::presets;
use tenfold::units::{SimTime, Span};

fn started(slug: &str) -> Simulation {
    let model = presets::by_slug(slug).expect("a built-in model").model();
    Simulation::new(&model).expect("the model is legal")
}

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let component = report.component(id).expect("it is there");
    let (_, value) = component.figures.iter().find(|(known, _)| known == key).expect("a figure of its own");
    value.expect("it was measured")
}

/// Windows, until then, in which the 99th percentile at this component was above a second.
fn slow_windows(run: &mut Simulation, component: usize, until_s: u64) -> u32 {
    let mut slow = 0;
    while run.now() < SimTime::ZERO + Span::from_secs(until_s) {
        run.run_for(run.model().head.window);
        slow += u32::from(run.frame().components[component].p99_s > 1.0);
    }
    slow
}

#[test]
fn where_nodes_must_come_first_it_takes_minutes_more() {
    let mut run = started("slow-nodes");
    run.run_until(SimTime::ZERO + Span::from_secs(119));
    let (left, right) = (run.frame().components[3], run.frame().components[7]);
    assert!((right.cost_per_hour_usd / left.cost_per_hour_usd - 0.25).abs() < 1e-6);
    // In windows of half a second: on one side some 200 s, on the other 330 s more.
    let (mut one, mut other) = (started("slow-nodes"), started("slow-nodes"));
    let (ready, late) = (slow_windows(&mut one, 1, 900), slow_windows(&mut other, 5, 900));
    assert!((360..460).contains(&ready), "{ready}");
    assert!((560..760).contains(&(late - ready)), "{late} and {ready}");
    let frame = other.frame();
    // Twelve cores are busy, and seven tenths of them should be.
    assert!(frame.components[5].ready > 14.0, "{}", frame.components[5].ready);
}

#[test]
fn the_batch_that_waits_makes_half_of_it() {
    let mut run = started("carbon-batch");
    run.run_until(SimTime::ZERO + Span::from_secs(86_400));
    let report = run.report();
    let (due, clean) =
        (figure(&report, "nightly", "grams_co2_per_run"), figure(&report, "patient", "grams_co2_per_run"));
    assert!((clean / due - 0.5).abs() < 0.05, "{due} g and {clean} g");
    assert_eq!((figure(&report, "nightly", "runs"), figure(&report, "patient", "runs")), (1.0, 1.0));
    assert_eq!(figure(&report, "patient", "missed"), 0.0);
    let hours = figure(&report, "patient", "run_mean_s") / 3600.0;
    assert!((2.5..3.5).contains(&hours), "{hours}");
}
