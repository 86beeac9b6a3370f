//! What the built-in models of stores tell is what happens when they run.

use tenfold::measure::Report;
use tenfold::presets;
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, model::Model};

fn model() -> Model {
    presets::by_slug("hot-partition").expect("a built-in model").model()
}

/// Reports of one run at these seconds.
fn reports(model: &Model, at_s: &[u64]) -> Vec<Report> {
    let mut run = Simulation::new(model).expect("the model is legal");
    at_s.iter()
        .map(|at| {
            run.run_until(SimTime::ZERO + Span::from_secs(*at));
            run.report()
        })
        .collect()
}

fn refused(report: &Report, id: &str) -> u64 {
    report.component(id).expect("it is there").failures
}

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let component = report.component(id).expect("it is there");
    let (_, value) = component.figures.iter().find(|(known, _)| known == key).expect("a figure of its own");
    value.expect("it was measured")
}

#[test]
fn a_hot_partition_lives_on_its_savings_for_five_minutes_and_then_refuses_100_a_second() {
    let seen = reports(&model(), &[290, 310, 900]);
    // 30,000 saved up, 100 ± √200 more used than come in each second: gone after 300 seconds, with a deviation of 2.4.
    assert_eq!(refused(&seen[0], "fixed"), 0);
    assert!(refused(&seen[1], "fixed") > 0);
    let per_s = (refused(&seen[2], "fixed") - refused(&seen[1], "fixed")) as f64 / 590.0;
    assert!((per_s - 100.0).abs() < 4.0 * (200.0_f64 / 590.0).sqrt(), "{per_s}");
    // Every failure says why.
    assert_eq!(seen[2].failures.iter().map(|(reason, _)| reason.as_str()).collect::<Vec<_>>(), ["throttled"]);
    assert!((figure(&seen[2], "fixed", "partitions") - 4.0).abs() < 1e-9);
    // 100 of the 250 that pass.
    let hottest = figure(&seen[2], "fixed", "hottest_partition");
    assert!((hottest - 0.4).abs() < 0.03, "{hottest}");
}

#[test]
fn adaptive_capacity_gives_the_hot_partition_what_the_others_leave_and_no_more() {
    let calm = reports(&model(), &[900]).remove(0);
    assert_eq!(refused(&calm, "adaptive"), 0);
    // 200 of 350, and 350 of 400.
    let (hottest, used) =
        (figure(&calm, "adaptive", "hottest_partition"), figure(&calm, "adaptive", "capacity_used"));
    assert!((hottest - 200.0 / 350.0).abs() < 0.03 && (used - 0.875).abs() < 0.01, "{hottest}, {used}");
    let mut more = model();
    more.head.load = 1.25;
    let seen = reports(&more, &[400, 900]);
    // 437.5 are asked for and 400 pass; what was saved up is gone after 200 seconds.
    let per_s = (refused(&seen[1], "adaptive") - refused(&seen[0], "adaptive")) as f64 / 500.0;
    assert!((per_s - 37.5).abs() < 4.0 * (437.5_f64 / 500.0).sqrt(), "{per_s}");
}
