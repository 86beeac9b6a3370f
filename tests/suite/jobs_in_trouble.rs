//! Jobs that crash, that have nobody to work for them, that are late or edited; and nodes with settings of their own. Against sums done by hand.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use crate::nodes_and_jobs::{at, figure, job, near, on_nodes, simulation};
use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::units::{SimTime, Span};

fn happen(run: &mut Simulation, what: Value) {
    run.apply(&Edit::Happen { what }).expect("it can happen");
}

fn exponential(mut file: Value) -> Value {
    file["components"][1]["work"] = json!({ "law": "exponential", "mean": "100ms" });
    file
}

/// It is due at 600, 4200 and 7800 s. What crashes 2 s after it began has no end; it begins afresh when it is due next, and not while it is down.
#[test]
fn a_job_that_crashed_begins_afresh_when_it_is_due_again() {
    for (back, runs, skipped) in [(700, 2.0, 0.0), (4300, 1.0, 1.0)] {
        let mut run = simulation(&job(json!({})));
        at(&mut run, 602);
        happen(&mut run, json!({ "event": "crash", "component": "j", "instances": 1 }));
        at(&mut run, back);
        happen(&mut run, json!({ "event": "return", "component": "j" }));
        at(&mut run, 3 * 3600);
        let report = run.report();
        assert_eq!((figure(&report, "j", "runs"), figure(&report, "j", "skipped")), (runs, skipped));
        near(figure(&report, "j", "run_mean_s"), 6.0, 1e-6);
        // Two hundred were done, and ten had been begun.
        let done = report.component("s").expect("it is there").completions as f64;
        assert!((0.0..=10.0).contains(&(done - 600.0 * runs - 200.0)), "{done}");
    }
}

/// Nobody is there, and each item fails as soon as it begins: 200,000 end as soon as they begin, but no more than 50,000 at one instant.
#[test]
fn items_that_end_at_once_do_not_keep_everything_else_waiting() {
    let mut file = job(json!({ "items": 200_000 }));
    file["components"][1]["instances"] = json!(0);
    let mut run = simulation(&file);
    run.run_until(SimTime::ZERO + Span::from_millis(599_999));
    let (mut failed, mut most) = (0.0, 0.0_f64);
    while failed < 200_000.0 {
        run.advance(SimTime::ZERO + Span::from_secs(601), 1);
        let report = run.report();
        let now = (figure(&report, "j", "failed_per_s") * report.measured_s).round();
        (failed, most) = (now, most.max(now - failed));
        assert!(run.now() < SimTime::ZERO + Span::from_secs(601), "{failed} have failed");
    }
    assert!(most <= 50_000.0, "{most} at one instant");
    at(&mut run, 700);
    let report = run.report();
    assert_eq!((figure(&report, "j", "runs"), figure(&report, "j", "left")), (1.0, 0.0));
}

/// Eighty thousand runs wait for one whose item takes longer. When nobody is there to work any more all fail at once, without a call for each within another.
#[test]
fn eighty_thousand_late_runs_are_over_at_once() {
    let mut file = job(json!({ "every": "1s", "first": "0s", "items": 1, "overlap": "after" }));
    file["components"][1]["work"] = json!({ "law": "constant", "mean": "1d" });
    let mut run = simulation(&file);
    at(&mut run, 80_000);
    assert_eq!(figure(&run.report(), "j", "runs"), 0.0);
    happen(&mut run, json!({ "event": "crash", "component": "s", "instances": 1 }));
    at(&mut run, 80_001);
    let runs = figure(&run.report(), "j", "runs");
    assert!((80_000.0..=80_002.0).contains(&runs), "{runs}");
}

/// Runs draw anew, also those that come late one after the other.
#[test]
fn no_two_runs_take_the_same_time() {
    for settings in [json!({ "every": "1h" }), json!({ "every": "1s", "overlap": "after" })] {
        let mut file = exponential(job(json!({ "items": 100, "first": "0s" })));
        settings
            .as_object()
            .expect("a record")
            .iter()
            .for_each(|(key, value)| file["components"][0][key] = value.clone());
        let mut run = simulation(&file);
        let (mut whole, mut each) = (0.0, Vec::new());
        while each.len() < 4 {
            run.run_for(Span::from_millis(500));
            let report = run.report();
            let runs = figure(&report, "j", "runs") as usize;
            if runs > each.len() {
                let now = figure(&report, "j", "run_mean_s") * runs as f64;
                each.push(((now - whole) * 1e6).round());
                whole = now;
            }
        }
        each.sort_by(f64::total_cmp);
        assert!(each.windows(2).all(|pair| pair[0] != pair[1]), "{each:?}");
    }
}

/// Fewer items than have been begun: those that are at work are left.
#[test]
fn a_job_whose_items_become_fewer_ends_with_what_it_has_begun() {
    let mut run = simulation(&job(json!({})));
    at(&mut run, 603);
    run.apply(&Edit::SetComponent { id: "j".into(), field: "items".into(), value: json!(100) })
        .expect("fewer");
    assert_eq!(figure(&run.report(), "j", "left"), 10.0);
    at(&mut run, 604);
    assert_eq!(figure(&run.report(), "j", "runs"), 1.0);
}

/// Ten keys that are asked for alike, and one for each item: of 6,000 records each partition has a tenth, where there are enough.
#[test]
fn items_have_keys_of_their_own() {
    let mut file = job(json!({ "items": 6_000 }));
    file["components"][1] = json!({ "id": "s", "kind": "stream", "partitions": 1000, "bytes_limit": null, "records_limit": null });
    file["classes"] = json!([{ "id": "c", "keys": 10, "skew": 0 }]);
    let mut run = simulation(&file);
    at(&mut run, 3600);
    near(figure(&run.report(), "s", "hottest_partition"), 0.1, 0.12);
}

#[test]
fn items_that_fail_are_counted() {
    let mut file = job(json!({}));
    file["components"][1]["instances"] = json!(0);
    let mut run = simulation(&file);
    at(&mut run, 1200);
    let report = run.report();
    assert_eq!((figure(&report, "j", "failed_per_s") * 1200.0).round(), 600.0);
    assert_eq!((figure(&report, "j", "done_per_s"), figure(&report, "j", "runs")), (0.0, 1.0));
}

/// Load falls at 1260 s, and five minutes later so do instances: four are left of sixteen. A minute later three nodes go; but none where none is ever
/// used too little.
#[test]
fn a_pool_goes_by_its_own_times_and_threshold() {
    for (threshold, nodes) in [(0.5, 1.0), (0.0, 4.0)] {
        let quick =
            json!({ "provision": "10s", "unneeded": "1m", "after_add": "0s", "threshold": threshold });
        let mut run = simulation(&on_nodes(quick));
        let frame = at(&mut run, 1250);
        assert_eq!((frame.components[1].ready, frame.components[3].ready), (16.0, 4.0));
        let frame = at(&mut run, 1700);
        assert_eq!((frame.components[1].ready, frame.components[3].ready), (4.0, nodes));
    }
    // The last were asked for at 110 s, and the load has gone at 120 s: none goes for five minutes after the first of these.
    let mut file = on_nodes(json!({ "provision": "10s", "unneeded": "1m", "after_add": "5m" }));
    file["components"][0]["load"]["hold"] = json!("1m");
    file["components"][2]["algorithm"]["settle_down"] = json!("0s");
    let mut run = simulation(&file);
    let frame = at(&mut run, 400);
    assert_eq!((frame.components[1].ready, frame.components[3].ready), (4.0, 4.0));
    assert_eq!(at(&mut run, 440).components[3].ready, 1.0);
}

/// More are the fewest from now on: they are asked for at the next look, and there when they have been provided.
#[test]
fn a_pool_has_its_fewest_nodes_soon_after_they_are_more() {
    let mut run = simulation(&on_nodes(json!({ "provision": "10s" })));
    at(&mut run, 5);
    run.apply(&Edit::SetComponent { id: "n".into(), field: "min".into(), value: json!(3) }).expect("three");
    assert_eq!(at(&mut run, 30).components[3].ready, 3.0);
}
