//! Writes through and behind a cache: what is kept, gathered, put off, and lost.

use super::{begin, behind, even, figure, happen, loads, run, set, until, written};
use serde_json::json;

#[test]
fn what_is_written_through_is_there_to_be_read() {
    let classes = json!([
        { "id": "read", "keys": 1, "weight": 0.5 },
        { "id": "write", "keys": 1, "weight": 0.5, "operation": "write" }
    ]);
    let report = run(&behind(10.0, &classes, &json!({ "writes": "through" }), "1ms"), 1000.0);
    let writes = &report.classes.iter().find(|(id, _)| id == "write").expect("it is there").1;
    // All writes go on, and of the reads at most those of the first moment.
    assert!(loads(&report) - writes.offered as f64 <= 2.0);
    assert!(writes.latency_s.p50.is_some_and(|p50| p50 > 0.0009), "a write takes as long as the database");
}

#[test]
fn writes_of_a_key_are_gathered_into_one() {
    // A hundred a second of one key: passed on a second after the first of them, and the next comes 10 ms later.
    let report = run(&behind(100.0, &written(1), &json!({ "writes": "behind" }), "20ms"), 1000.0);
    assert!((loads(&report) / (1000.0 / 1.010) - 1.0).abs() < 0.01, "{}", loads(&report));
    assert!(report.latency_s.max.is_some_and(|max| max < 1e-9), "{:?}", report.latency_s);
}

#[test]
fn a_crash_loses_what_was_not_written_yet_and_nothing_else() {
    // Hardly a key is written twice.
    let settings = json!({ "writes": "behind", "flush_every": "10s", "flush_at_once": 1000 });
    let mut run = begin(&behind(100.0, &written(1 << 40), &settings, "0s"));
    let before = figure(&until(&mut run, 105.0), "dirty");
    assert!(before > 100.0, "{before}");
    happen(&mut run, json!({ "event": "crash", "component": "cache", "instances": 1 }));
    let report = until(&mut run, 105.5);
    assert!((figure(&report, "lost_writes") - before).abs() < 0.5, "{before}");
    assert!(figure(&report, "dirty").abs() < 0.5);
    happen(&mut run, json!({ "event": "return", "component": "cache" }));
    let report = until(&mut run, 200.0);
    let answered = report.requests.finished as f64;
    let known = loads(&report) + figure(&report, "lost_writes") + figure(&report, "dirty");
    assert!((answered - known).abs() < 0.5, "{answered} answered, {known} known");
}

#[test]
fn a_database_behind_sees_no_more_at_once_than_it_is_given() {
    // Eighty a second of 10 ms, one at a time: the database is busy four fifths of the time and never has a queue.
    let settings = json!({ "writes": "behind", "flush_at_once": 1 });
    let mut file = behind(80.0, &written(1 << 40), &settings, "10ms");
    file["components"][2]["discipline"] = json!("fifo");
    file["components"][2]["cores"] = json!(1);
    let report = run(&file, 500.0);
    let db = report.component("db").expect("it is there");
    assert!((db.in_flight_mean - 0.8).abs() < 0.02 && db.queue_mean.abs() < 1e-9, "{db:?}");
}

#[test]
fn beyond_what_may_wait_writes_go_through() {
    let settings = json!({ "writes": "behind", "flush_every": "10s", "dirty_max": 100 });
    let mut run = begin(&even(behind(100.0, &written(1 << 40), &settings, "10ms")));
    let report = until(&mut run, 9.995);
    // The first hundred wait; the others are at the database at once.
    assert!((figure(&report, "dirty") - 100.0).abs() < 0.5);
    assert!((loads(&report) - (report.requests.offered as f64 - 100.0)).abs() < 0.5);
}

#[test]
fn what_cannot_be_written_is_tried_again() {
    let settings = json!({ "writes": "behind" });
    let mut run = begin(&behind(100.0, &written(1 << 40), &settings, "1ms"));
    until(&mut run, 10.0);
    happen(&mut run, json!({ "event": "crash", "component": "db", "instances": 1 }));
    until(&mut run, 20.0);
    happen(&mut run, json!({ "event": "return", "component": "db" }));
    until(&mut run, 30.0);
    // No more come, and other settings finish what was begun.
    run.apply(&tenfold::edit::Edit::Set { field: "load".into(), value: json!(0) }).expect("it is legal");
    set(&mut run, "writes", json!("around"));
    let report = until(&mut run, 60.0);
    let done = report.component("db").expect("it is there").completions;
    assert_eq!((report.requests.failed, done), (0, report.requests.finished));
    assert_eq!(run.calls_in_flight(), 0);
}

#[test]
fn a_node_that_is_taken_away_hands_over_what_it_has_still_to_write() {
    let settings = json!({ "writes": "behind", "flush_every": "10s", "nodes": 3, "flush_at_once": 100 });
    let mut run = begin(&behind(100.0, &written(1 << 40), &settings, "0s"));
    let before = figure(&until(&mut run, 5.0), "dirty");
    set(&mut run, "nodes", json!(1));
    let after = until(&mut run, 5.0);
    assert!(before > 400.0 && (figure(&after, "dirty") - before).abs() < 0.5);
    let report = until(&mut run, 100.0);
    assert!(figure(&report, "lost_writes").abs() < 0.5);
    let known = loads(&report) + figure(&report, "dirty");
    assert!((report.requests.finished as f64 - known).abs() < 0.5, "{known}");
}
