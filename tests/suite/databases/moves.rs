//! Keys that move are read from a disk and written to another, by cores if that is set, and slow the queries that want them as well.

use super::{Simulation, constant, figure, model};
use serde_json::{Value as Json, json};
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::units::Span;

/// Half of 400 MB by ranges at 20 MB/s: 200 MB are 24,415 pages, one every 409.6 µs, for 10 s.
const PAGES: f64 = 24_415.0;
const PAGES_PER_S: f64 = 20e6 / 8192.0;

/// A database in one shard, read and written so often each second.
fn one_shard(rate: f64, settings: &Json) -> Simulation {
    let class = |id: &str, operation: &str| json!({ "id": id, "keys": 1_000, "skew": 0.0, "operation": operation, "reply": "8192B", "reply_cv": 0.0, "request": "1000B" });
    let classes = json!([class("read", "read"), class("write", "write")]);
    let mut all = json!({ "storage": "400MB", "sharding": "range", "disk_time": constant("0s") });
    for (key, value) in settings.as_object().expect("a record") {
        all[key] = value.clone();
    }
    Simulation::new(&model(rate, &classes, &all)).expect("the model is legal")
}

fn split(run: &mut Simulation, shards: u32) {
    let edit = Edit::SetComponent { id: "db".into(), field: "shards".into(), value: shards.into() };
    run.apply(&edit).expect("it can be split");
}

fn measured(run: &mut Simulation, secs: u64) -> Report {
    run.measure_afresh();
    run.run_for(Span::from_secs(secs));
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn used(report: &Report, station: &str) -> f64 {
    let db = report.component("db").expect("it is there");
    let found = db.stations.iter().find(|(name, _)| name == station).expect("it is there");
    found.1.utilisation.expect("it is limited")
}

/// How long after `begun` a notice said that all keys have moved.
fn took(run: &mut Simulation, begun: f64) -> f64 {
    let notices = run.frame().notices;
    let end = notices.iter().find(|notice| notice.what == "keys have moved");
    end.map_or_else(|| panic!("they have not: {notices:?}"), |notice| notice.at_s - begun)
}

#[test]
fn who_gives_reads_each_page_once_and_who_receives_writes_it_and_queries_wait_behind_them() {
    // Memory for one page: each query needs two more.
    let mut run = one_shard(200.0, &json!({ "memory": "8KiB", "iops": 5_000 }));
    let calm = measured(&mut run, 20);
    split(&mut run, 2);
    run.run_for(Span::from_secs(1));
    let moving = measured(&mut run, 8);
    // On either side so many pages, besides what the queries need: half of the writes are on either side, and the other half as long as they
    // have not moved on both.
    let pages = used(&moving, "disk") * 5_000.0 * 2.0;
    let expected = 2.0 * PAGES_PER_S + 400.0;
    assert!((expected - 10.0..expected + 60.0).contains(&pages), "{pages} for {expected}");
    // A page that comes while one of 200 µs is under way, which is so half of the time, waits for half of it at least.
    let mean = |report: &Report| report.classes[0].1.latency_s.mean.expect("some were answered");
    let waits = (mean(&moving) - mean(&calm)) / 2.0;
    let least = 0.4883 * 100e-6;
    assert!((least..2.0 * least).contains(&waits), "{waits} for {least}");
    run.run_for(Span::from_secs(20));
    assert!((took(&mut run, 20.0) - PAGES / PAGES_PER_S).abs() < 0.01);
}

#[test]
fn a_move_takes_longer_when_the_disk_is_slower_than_its_rate() {
    // A thousand pages a second instead of 2,441, and all that is queried is in memory.
    let mut run = one_shard(1_000.0, &json!({ "memory": "1GB", "iops": 1_000 }));
    run.run_for(Span::from_secs(20));
    split(&mut run, 2);
    run.run_for(Span::from_secs(12));
    // Of the keys that move, those have moved of which the pages have: 11.5 of 24.4 seconds on average over the last thousand queries. Writes
    // of the others go to both shards.
    let waits = 0.5 * (1.0 - 11.5 / 24.4);
    let there = (0.5 - waits + waits * 0.5) / (1.0 + waits * 0.5);
    let hottest = figure(&run.report(), "hottest_shard");
    assert!((hottest - (1.0 - there)).abs() < 0.06, "{hottest} for {}", 1.0 - there);
    run.run_for(Span::from_secs(20));
    // The new server finds nothing in memory, so it reads its 500 rows and their index as well.
    let takes = took(&mut run, 20.0);
    assert!((PAGES / 1_000.0..PAGES / 1_000.0 + 1.1).contains(&takes), "{takes}");
}

#[test]
fn the_work_of_a_move_is_done_by_the_cores_of_both() {
    let mut run = one_shard(1.0, &json!({ "move_work": "200us", "discipline": "fifo", "cores": 1 }));
    run.run_for(Span::from_secs(5));
    split(&mut run, 2);
    run.run_for(Span::from_secs(1));
    let moving = measured(&mut run, 8);
    assert!((used(&moving, "cores") / (PAGES_PER_S * 200e-6) - 1.0).abs() < 0.001);
    run.run_for(Span::from_secs(10));
    assert!((took(&mut run, 5.0) - PAGES / PAGES_PER_S).abs() < 0.01);
    let calm = measured(&mut run, 10);
    assert!(used(&calm, "cores") < 1e-9, "nothing is left to do");
}

#[test]
fn a_great_rate_moves_many_pages_at_once_and_as_many_in_all() {
    // 2 GB/s: 25 pages every 102.4 µs. The disk does 100,000 a second, so the move takes 0.244 s.
    let mut run = one_shard(10.0, &json!({ "memory": "1GB", "iops": 100_000, "move_rate": "2GB" }));
    run.run_for(Span::from_secs(5));
    split(&mut run, 2);
    run.run_for(Span::from_secs(5));
    let takes = took(&mut run, 5.0);
    assert!((takes / 0.244 - 1.0).abs() < 0.01, "{takes}");
}

#[test]
fn a_move_survives_the_loss_of_a_server_and_a_change_of_mind() {
    let settings = json!({ "memory": "1GB", "iops": 5_000, "replicas": 1, "failover": "3s" });
    let mut run = one_shard(100.0, &settings);
    run.run_for(Span::from_secs(5));
    split(&mut run, 2);
    run.run_for(Span::from_secs(4));
    let crash = Edit::Happen { what: json!({ "event": "crash", "component": "db", "instances": 1 }) };
    run.apply(&crash).expect("it can crash");
    run.run_for(Span::from_secs(30));
    // Three seconds without a primary, and up to one until it is looked again.
    let takes = took(&mut run, 5.0);
    assert!((13.0..14.1).contains(&takes), "{takes}");
    // Half way to four shards, back to two: all that was under way is forgotten.
    split(&mut run, 4);
    run.run_for(Span::from_secs(2));
    split(&mut run, 2);
    run.run_for(Span::from_secs(60));
    assert_eq!(run.conservation(), Ok(()));
    assert_eq!(run.report().requests.in_flight, 0);
    assert!(run.frame().components[1].draining < 1e-9);
}

#[test]
fn a_row_that_is_written_in_both_places_is_stored_once() {
    let mut run = one_shard(200.0, &json!({ "inserts": true }));
    run.run_for(Span::from_secs(5));
    split(&mut run, 2);
    run.run_for(Span::from_secs(5));
    let report = run.report();
    let written = report.classes[1].1.finished as f64;
    assert!((figure(&report, "bytes_stored") - 400e6 - 1_000.0 * written).abs() < 1.0);
}
