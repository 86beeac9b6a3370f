//! What the built-in models of topics and streams tell is what happens when they run.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, presets};

fn model(slug: &str) -> Model {
    presets::by_slug(slug).expect("a built-in model").model()
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

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let component = report.component(id).expect("it is there");
    let (_, value) = component.figures.iter().find(|(known, _)| known == key).expect("a figure of its own");
    value.expect("it was measured")
}

fn near(seen: f64, truth: f64, within: f64) {
    assert!((seen / truth - 1.0).abs() < within, "{seen}, and it should be {truth}");
}

#[test]
fn billing_is_away_and_neither_orders_nor_the_others_notice() {
    let seen = reports(&model("order-created"), &[180, 480, 765, 795, 900]);
    let waiting = |at: usize, id: &str| figure(&seen[at], id, "waiting");
    // 300 s at 50 a second.
    near(waiting(1, "to-billing"), 15_000.0, 0.03);
    near(figure(&seen[1], "to-billing", "oldest_age_s"), 300.0, 0.01);
    // 100 a second are done: as long again. What is there 15 s before is 50 for each second.
    near(waiting(2, "to-billing"), 750.0, 0.75);
    assert!(waiting(3, "to-billing") < 100.0, "{}", waiting(3, "to-billing"));
    for other in ["to-inventory", "to-notification"] {
        assert!((0..5).all(|at| waiting(at, other) < 20.0), "{other}");
    }
    // Orders are taken as before: none fails, and none takes longer.
    let p99 = |at: usize| seen[at].latency_s.p99.expect("it was measured");
    assert!((0..5).all(|at| seen[at].requests.failed == 0));
    near(p99(4), p99(0), 0.05);
    assert_eq!(figure(&seen[4], "created", "lost_per_s"), 0.0);
    assert_eq!(figure(&seen[4], "to-billing", "lost_per_s"), 0.0);
}

#[test]
fn an_outage_of_three_minutes_takes_six_to_catch_up() {
    let seen = reports(&model("stream-lag"), &[119, 300, 480, 640, 690]);
    let lag = |at: usize| figure(&seen[at], "readings", "lag");
    assert!(lag(0) < 100.0, "{}", lag(0));
    near(lag(1), 72_000.0, 0.02);
    near(figure(&seen[1], "readings", "oldest_age_s"), 180.0, 0.02);
    // Half of the way, and twenty seconds before its end; up to 500 of each partition are done and not committed.
    assert!((35_000.0..40_500.0).contains(&lag(2)), "{}", lag(2));
    assert!((1000.0..8000.0).contains(&lag(3)), "{}", lag(3));
    assert!(lag(4) < 500.0, "{}", lag(4));
    assert_eq!(figure(&seen[4], "readings", "lost_per_s"), 0.0);
    // Whoever is missed, and whoever comes back.
    assert!(figure(&seen[4], "readings", "rebalances") >= 2.0);
}

#[test]
fn consumers_do_not_help_a_hot_key_and_partitions_only_so_much() {
    let seen = reports(&model("hot-stream-partition"), &[300, 600]);
    let grown = |id: &str| (figure(&seen[1], id, "lag") - figure(&seen[0], id, "lag")) / 300.0;
    near(grown("few"), 150.0, 0.04);
    near(grown("many"), 75.0, 0.06);
    for id in ["few", "many"] {
        near(figure(&seen[1], id, "worst_partition_lag"), figure(&seen[1], id, "lag"), 0.01);
    }
    near(figure(&seen[1], "few", "hottest_partition"), 350.0 / 650.0, 0.02);
    near(figure(&seen[1], "many", "hottest_partition"), 275.0 / 650.0, 0.02);
    // A consumer that is three times as fast is the cure.
    let mut faster = model("hot-stream-partition");
    for component in &mut faster.components {
        if let tenfold::components::Settings::Worker(config) = &mut component.settings {
            config.work = tenfold::model::Law::constant(Span::from_micros(3_500));
        }
    }
    let seen = reports(&faster, &[600]);
    assert!(figure(&seen[0], "many", "lag") < 500.0);
    assert!(figure(&seen[0], "few", "lag") > 30_000.0);
}
