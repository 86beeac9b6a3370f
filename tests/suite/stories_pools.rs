//! What the built-in models with pools of connections tell in their descriptions is what happens when they run.

use crate::stories::{at_load, busy, mean, model, report, windows};
use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::report::Station;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

fn with_link(model: &Model, id: &str, field: &str, value: Value) -> Model {
    let mut model = model.clone();
    let edit = Edit::SetLink { id: id.into(), field: field.into(), value };
    edit.apply(&mut model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    model
}

fn with(model: &Model, id: &str, field: &str, value: Value) -> Model {
    let mut model = model.clone();
    let edit = Edit::SetComponent { id: id.into(), field: field.into(), value };
    edit.apply(&mut model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    model
}

fn pool(report: &Report) -> &Station {
    report.links.iter().find_map(|(_, link)| link.pool.as_ref()).expect("a link has a pool")
}

/// Good requests over all that ended.
fn good_share(report: &Report) -> f64 {
    report.requests.good as f64 / (report.requests.finished + report.requests.failed) as f64
}

#[test]
fn a_connection_held_while_a_provider_is_asked_makes_the_pool_the_bottleneck_and_leaves_the_database_idle() {
    let story = model("pool-exhaustion");
    let slow = report(&story);
    assert!((0.3..0.5).contains(&good_share(&slow)), "{slow}");
    assert!(slow.latency_s.p50 > Some(5.0) && slow.objectives.iter().all(|o| !o.met), "{slow}");
    assert!(busy(&slow, "orders") < 0.2, "the database is idle: {slow}");
    assert!(pool(&slow).utilisation > Some(0.99) && pool(&slow).queue_mean > 500.0, "{slow}");
    let verdict = &slow.statistics.verdicts[0].text;
    assert!(verdict.contains("unstable") && verdict.contains("shop"), "{verdict}");

    let fine = |what: &str, model: &Model| {
        let seen = report(model);
        assert!(seen.objectives.iter().all(|o| o.met) && seen.requests.failed == 0, "{what}: {seen}");
        seen
    };
    let work = json!({ "law": "lognormal", "mean": "100ms", "cv": 0.5 });
    fine("as before", &with(&story, "payments", "work", work));
    fine("less load", &at_load(&story, 0.9));
    fine("12 connections", &with_link(&story, "shop-orders", "pool", json!(12)));
    let many = fine("20 connections", &with_link(&story, "shop-orders", "pool", json!(20)));
    assert!(pool(&many).utilisation > Some(0.45), "{many}");
    let short = fine("for the call", &with_link(&story, "shop-orders", "pool_hold", json!("call")));
    let used = pool(&short).utilisation.expect("it has a limit");
    assert!((used - 0.02).abs() < 0.004 && pool(&short).queue_mean < 0.01, "{used}: {short}");

    let hasty = report(&with_link(&story, "shop-orders", "pool_wait", json!("1s")));
    let turned_away = 1.0 / (1.0 - good_share(&hasty));
    assert!((30.0..45.0).contains(&turned_away), "one of {turned_away}: {hasty}");
    assert!(hasty.latency_s.p99 < Some(1.5), "{hasty}");
    assert!(hasty.failures.iter().all(|(reason, _)| reason == "no_connection"), "{hasty}");
}

#[test]
fn without_workers_to_run_out_a_pool_that_is_too_small_is_still_told_to_be_unstable() {
    let mut endless = with(&model("pool-exhaustion"), "shop", "workers", Value::Null);
    endless = with_link(&endless, "shop-orders", "pool_wait", json!("1h"));
    let verdict = report(&endless).statistics.verdicts[0].text.clone();
    assert!(verdict.contains("unstable") && verdict.contains("shop"), "{verdict}");
}

#[test]
fn ten_workers_with_ten_connections_of_which_each_needs_two_stop_for_good_and_one_more_keeps_them_going() {
    let story = model("two-connections");
    let rows = windows(&story, Span::from_secs(5));
    let good = |from, to| mean(&rows, from, to, |row| row.good_per_s);
    assert!((good(10.0, 90.0) / 180.0 - 1.0).abs() < 0.05, "well at first: {}", good(10.0, 90.0));
    assert!(good(130.0, 600.0) < 1.0, "and then nobody is answered: {}", good(130.0, 600.0));
    let mut stuck = Simulation::new(&story).expect("the model is legal");
    stuck.run_for(Span::from_secs(130));
    stuck.measure_afresh();
    stuck.run_until(SimTime::ZERO + story.head.duration);
    let stuck = stuck.report();
    assert!(busy(&stuck, "db") < 0.1 && pool(&stuck).utilisation > Some(0.99), "{stuck}");

    let kept_going = |what: &str, model: &Model| {
        let seen = report(model);
        assert!(seen.requests.failed == 0 && seen.latency_s.p99 < Some(0.15), "{what}: {seen}");
        seen
    };
    let eleven = with_link(&story, "app-db", "pool", json!(11));
    let seen = kept_going("11 connections", &eleven);
    assert!(seen.latency_s.p99 < Some(0.1) && seen.objectives.iter().all(|o| o.met), "{seen}");
    kept_going("9 workers", &with(&story, "app", "workers", json!(9)));
    kept_going("for the call", &with_link(&story, "app-db", "pool_hold", json!("call")));
    kept_going("half the load", &at_load(&story, 0.5));
}
