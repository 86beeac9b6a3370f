//! What a database is made of behaves as its theory says: replicas that lag, a primary that is lost, locks, shards, memory, disk, scans.

mod moves;
mod vacuum;

use serde_json::{Value as Json, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

/// Clients in front of a database whose work takes no time unless `settings` says so.
fn model(rate: f64, classes: &Json, settings: &Json) -> Model {
    let none = json!({ "law": "constant", "mean": "0s" });
    let mut db = json!({
        "id": "db", "kind": "database", "connections": 10_000, "discipline": "delay", "read_work": none, "write_work": none,
        "apply_work": none
    });
    for (key, value) in settings.as_object().expect("a record") {
        db[key] = value.clone();
    }
    let file = json!({
        "format": 1, "warm_up": "0s", "window": "1s", "duration": "1h",
        "components": [
            { "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": format!("{rate}/s") } },
            db
        ],
        "links": [{ "from": "in", "to": "db", "rtt": none, "timeout": null }],
        "classes": classes
    });
    Model::from_value(&file).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn run(model: &Model, secs: u64) -> Report {
    after(model, secs, |_| {})
}

fn after(model: &Model, secs: u64, change: impl FnOnce(&mut Simulation)) -> Report {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_until(SimTime::ZERO + Span::from_secs(secs / 2));
    change(&mut run);
    run.run_until(SimTime::ZERO + Span::from_secs(secs));
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn figure(report: &Report, key: &str) -> f64 {
    let figures = &report.component("db").expect("it is there").figures;
    figures.iter().find(|(k, _)| k == key).and_then(|(_, x)| *x).unwrap_or_else(|| panic!("no {key}"))
}

fn constant(time: &str) -> Json {
    json!({ "law": "constant", "mean": time })
}

/// One key, read and written.
fn one_key(writes: f64) -> Json {
    json!([
        { "id": "read", "keys": 1, "weight": 1.0 - writes },
        { "id": "write", "keys": 1, "weight": writes, "operation": "write" }
    ])
}

fn reads_of(keys: u64) -> Json {
    json!([{ "id": "read", "keys": keys, "skew": 0.0, "reply": "8192B", "reply_cv": 0.0 }])
}

#[test]
fn a_read_on_a_replica_is_stale_when_the_key_was_written_less_than_the_lag_ago() {
    let settings = json!({ "replicas": 2, "read_from": "replicas", "replica_delay": constant("50ms") });
    let report = run(&model(100.0, &one_key(0.1), &settings), 2000);
    // Ten writes a second: none in the last 50 ms with probability exp(-0.5).
    let expected = 1.0 - libm::exp(-0.5);
    let error = (expected * (1.0 - expected) / 20_000.0).sqrt();
    let stale = figure(&report, "stale_reads");
    // Reads between two writes are stale together, so fewer count: some 20,000 writes.
    assert!((stale - expected).abs() < 4.0 * error, "{stale} for {expected} ± {error}");
    assert!((figure(&report, "replica_lag_s") - 0.050).abs() < 1e-6);
}

#[test]
fn whoever_reads_what_is_written_goes_to_the_primary_until_the_replica_has_it() {
    let settings = json!({
        "replicas": 2, "read_from": "any", "replica_delay": constant("50ms"), "read_your_writes": true
    });
    let report = run(&model(100.0, &one_key(0.1), &settings), 200);
    assert!(figure(&report, "stale_reads").abs() < 1e-12);
}

#[test]
fn a_replica_that_applies_slower_than_the_primary_writes_falls_behind_without_end() {
    let settings = json!({
        "replicas": 1, "read_from": "replicas", "apply_work": constant("12ms"), "discipline": "fifo"
    });
    // A hundred writes a second, of which the replica applies 83: after 200 s it is 200 (1 - 0.833) s behind.
    let report = run(&model(100.0, &one_key(1.0), &settings), 200);
    let lag = figure(&report, "replica_lag_s");
    assert!((lag / (200.0 * (1.0 - 1.0 / 1.2)) - 1.0).abs() < 0.1, "{lag}");
}

#[test]
fn without_a_primary_writes_fail_until_a_replica_takes_over_and_what_it_lacks_is_lost() {
    let settings = json!({
        "replicas": 1, "read_from": "any", "replica_delay": constant("200ms"), "failover": "10s"
    });
    let crash = |run: &mut Simulation| {
        let edit = Edit::Happen { what: json!({ "event": "crash", "component": "db", "instances": 1 }) };
        run.apply(&edit).expect("it can crash");
    };
    let model_ = model(100.0, &one_key(0.5), &settings);
    let report = after(&model_, 100, crash);
    let failed = report.failures.iter().find(|(reason, _)| reason == "no_primary").map_or(0, |(_, n)| *n);
    // Fifty writes a second for ten seconds.
    assert!((failed as f64 - 500.0).abs() < 4.0 * 500.0_f64.sqrt(), "{failed}");
    assert_eq!(report.requests.failed, failed, "reads go on");
    // Those of the last 200 ms: ten on average.
    let lost = figure(&report, "lost_writes");
    assert!((1.0..=25.0).contains(&lost), "{lost}");

    let sync = json!({
        "replicas": 1, "read_from": "any", "replica_delay": constant("200ms"), "failover": "10s", "replication": "sync"
    });
    let report = after(&model(100.0, &one_key(0.5), &sync), 100, crash);
    assert!(figure(&report, "lost_writes").abs() < 1e-12);
    // A write waits for the replica.
    let writes = &report.classes.iter().find(|(id, _)| id == "write").expect("it is there").1;
    assert!(writes.latency_s.p50.is_some_and(|p50| (p50 / 0.2 - 1.0).abs() < 0.01), "{:?}", writes.latency_s);
}

#[test]
fn writes_of_one_row_are_served_one_by_one() {
    // A row that is locked for 5 ms takes 200 writes a second at most.
    let settings = json!({ "row_locks": true, "transaction": constant("5ms") });
    let hot = run(&model(300.0, &one_key(1.0), &settings), 100);
    assert!((hot.requests.finished as f64 / 20_000.0 - 1.0).abs() < 0.01, "{}", hot.requests.finished);
    // At 100 a second it is M/D/1: a wait of ρ h / (2 (1 - ρ)) = 2.5 ms.
    let calm = run(&model(100.0, &one_key(1.0), &settings), 4000);
    let db = calm.component("db").expect("it is there");
    let locks = &db.stations.iter().find(|(name, _)| name == "locks").expect("there were locks").1;
    let wait = locks.wait_s.mean.expect("some waited");
    assert!((wait / 0.0025 - 1.0).abs() < 0.03, "{wait}");
    // Little's law: 100 a second who wait 2.5 ms are a quarter.
    assert!((locks.queue_mean / (100.0 * wait) - 1.0).abs() < 0.01, "{}", locks.queue_mean);
    // Different rows are no matter.
    let spread = json!([{ "id": "write", "keys": 1_000_000, "skew": 0.0, "operation": "write" }]);
    let spread = run(&model(300.0, &spread, &settings), 100);
    assert!(spread.latency_s.p99.is_some_and(|p99| p99 < 0.0051), "{:?}", spread.latency_s);
}

#[test]
fn a_write_that_waits_too_long_for_a_lock_fails() {
    let settings = json!({ "row_locks": true, "transaction": constant("1s"), "lock_wait": "2500ms" });
    let report = run(&model(10.0, &one_key(1.0), &settings), 100);
    let failed = report.failures.iter().find(|(reason, _)| reason == "lock_timeout").map_or(0, |(_, n)| *n);
    assert!((99..=100).contains(&report.requests.finished), "one a second: {}", report.requests.finished);
    assert!(failed > 800, "{failed}");
}

#[test]
fn shards_share_the_work_but_for_a_hot_key() {
    let work = json!({ "discipline": "fifo", "read_work": constant("4ms"), "cores": 1, "shards": 4 });
    let even = json!([{ "id": "read", "keys": 100_000, "skew": 0.0 }]);
    let report = run(&model(800.0, &even, &work), 100);
    let db = report.component("db").expect("it is there");
    // 800 a second of 4 ms on four servers.
    assert!(db.utilisation.is_some_and(|used| (used - 0.8).abs() < 0.01), "{:?}", db.utilisation);
    assert!(figure(&report, "hottest_shard") < 0.31, "{}", figure(&report, "hottest_shard"));
    // Everybody asks for one key: three shards have nothing to do.
    let report = run(&model(200.0, &one_key(0.0), &work), 100);
    assert!(figure(&report, "hottest_shard") > 0.999);
    let db = report.component("db").expect("it is there");
    assert!(db.utilisation.is_some_and(|used| (used - 0.2).abs() < 0.01), "{:?}", db.utilisation);
}

#[test]
fn who_asks_every_shard_waits_for_the_slowest() {
    let exponential = json!({ "law": "exponential", "mean": "10ms" });
    let settings = json!({ "read_work": exponential, "shards": 10, "scatter": ["read"] });
    let report = run(&model(20.0, &json!([{ "id": "read", "keys": 1000 }]), &settings), 2000);
    // The mean of the greatest of ten is H(10) = 2.929 of one; 40,000 of them, of standard deviation 1.245.
    let mean = report.latency_s.mean.expect("some were answered") / 0.010;
    assert!((mean - 2.928_968).abs() < 4.0 * 1.245 / 40_000.0_f64.sqrt(), "{mean}");
    // One in a hundred of each: of ten, the part beyond that is 1 - 0.99^10.
    let p99_of_one = 0.010 * libm::log(100.0);
    let beyond = 1.0 - libm::pow(0.99, 10.0);
    let p90 = -libm::log(1.0 - libm::pow(0.904_382, 0.1)) * 0.010;
    assert!((p90 - p99_of_one).abs() < 1e-5 && (beyond - 0.0956).abs() < 1e-4);
    assert!(report.latency_s.p95.is_some_and(|p95| p95 > p99_of_one), "{:?}", report.latency_s);
}

#[test]
fn what_is_in_memory_follows_ches_approximation() {
    // 8,192 bytes a row: a page each, and index pages of 300.
    let keys = 30_000_u64;
    let settings = json!({ "memory": "80MiB", "disk_time": constant("1ms") });
    let report = run(&model(1000.0, &reads_of(keys), &settings), 400);
    let (rows, leaves) = (keys as usize, keys.div_ceil(300) as usize);
    let shares: Vec<f64> = std::iter::repeat_n(0.5 / rows as f64, rows)
        .chain(std::iter::repeat_n(0.5 / leaves as f64, leaves))
        .collect();
    let expected = hit_ratio(&shares, 80.0 * 1024.0 * 1024.0 / 8192.0);
    // The first ten thousand fills are misses, of 800,000.
    let seen = figure(&report, "page_hit_ratio");
    assert!((seen - expected).abs() < 0.02, "{seen} for {expected}");
    // A miss is a millisecond.
    let mean = report.latency_s.mean.expect("some were answered");
    assert!((mean / (2.0 * (1.0 - seen) * 0.001) - 1.0).abs() < 0.02, "{mean}");
}

fn hit_ratio(shares: &[f64], entries: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e12);
    let kept = |t: f64| shares.iter().map(|p| 1.0 - libm::exp(-p * t)).sum::<f64>();
    for _ in 0..200 {
        let middle: f64 = (low + high) / 2.0;
        if kept(middle) < entries { low = middle } else { high = middle }
    }
    shares.iter().map(|p| p * (1.0 - libm::exp(-p * low))).sum()
}

#[test]
fn a_disk_with_a_limit_gives_so_many_pages_and_no_more() {
    // Memory for one page: every read needs two. Forty-five reads a second are 90 of a hundred pages, fifty-five are too many.
    let settings = json!({ "memory": "8KiB", "iops": 100, "disk_time": constant("0s") });
    for (rate, expected) in [(45.0, 0.9), (55.0, 1.0)] {
        let report = run(&model(rate, &reads_of(1_000_000), &settings), 1000);
        let db = report.component("db").expect("it is there");
        assert_eq!(db.busiest.as_deref(), Some("disk"));
        let used = db.utilisation.expect("it is limited");
        assert!((used - expected).abs() < 0.02, "{used}");
    }
}

#[test]
fn a_checkpoint_takes_its_pages_from_the_readers() {
    // Ten writes a second change ten pages: every ten seconds a hundred are written, of a hundred a second that the disk can do.
    let classes = json!([
        { "id": "read", "keys": 1_000_000, "skew": 0.0, "weight": 30, "reply": "8192B", "reply_cv": 0.0 },
        { "id": "write", "keys": 1_000_000, "skew": 0.0, "weight": 10, "operation": "write", "reply": "8192B", "reply_cv": 0.0 }
    ]);
    let mut settings = json!({ "memory": "8KiB", "iops": 100, "disk_time": constant("0s") });
    let used = |settings: &Json| {
        let report = run(&model(40.0, &classes, settings), 1000);
        let db = report.component("db").expect("it is there");
        db.stations
            .iter()
            .find(|(name, _)| name == "disk")
            .expect("a disk")
            .1
            .utilisation
            .expect("it is limited")
    };
    let without = used(&settings);
    settings["checkpoint"] = json!("10s");
    let with = used(&settings);
    assert!((without - 0.8).abs() < 0.02 && (with - 0.9).abs() < 0.02, "{without} {with}");
}

#[test]
fn a_full_scan_takes_as_long_as_what_is_stored_and_grows_with_it() {
    let classes = json!([
        { "id": "read", "weight": 1 },
        { "id": "write", "weight": 99, "operation": "write", "request": "1MB" }
    ]);
    let settings = json!({ "lookup": "scan", "scan_rate": "1GB", "storage": "100MB", "inserts": true });
    let report = run(&model(100.0, &classes, &settings), 100);
    // 100 MB and 99 MB more every second.
    let stored = figure(&report, "bytes_stored");
    assert!((stored / 10e9 - 1.0).abs() < 0.03, "{stored}");
    let reads = &report.classes.iter().find(|(id, _)| id == "read").expect("it is there").1;
    let slowest = reads.latency_s.max.expect("some were answered");
    // The last to end began when s GB were stored and took s seconds: s + 10 s = 100.
    assert!((slowest / (100.0 / 11.0) - 1.0).abs() < 0.02, "{slowest}");
}

#[test]
fn keys_move_to_new_shards_while_queries_go_on() {
    let classes = json!([
        { "id": "read", "keys": 100_000, "skew": 0.0, "weight": 0.5 },
        { "id": "write", "keys": 100_000, "skew": 0.0, "weight": 0.5, "operation": "write" }
    ]);
    // Half of 4 GB from one shard at 100 MB/s: 20 s.
    let settings = json!({ "storage": "4GB", "move_rate": "100MB", "replicas": 1 });
    let mut run = Simulation::new(&model(200.0, &classes, &settings)).expect("the model is legal");
    run.run_for(Span::from_secs(10));
    let shards = |n: u32| Edit::SetComponent { id: "db".into(), field: "shards".into(), value: n.into() };
    run.apply(&shards(2)).expect("it can be split");
    run.run_for(Span::from_secs(10));
    // Half of what moves has moved, and what is written meanwhile goes to both: a quarter and half of a quarter in five quarters.
    let before = figure(&run.report(), "hottest_shard");
    run.run_for(Span::from_secs(20));
    let after = figure(&run.report(), "hottest_shard");
    assert!(before > 0.6 && (after - 0.5).abs() < 0.05, "{before} {after}");
    let split = run.frame().components[1];
    assert!((split.ready - 4.0).abs() + split.draining < 1e-9, "{split:?}");
    // And back again: the servers go when all keys have left.
    run.apply(&shards(1)).expect("it can be joined");
    run.run_for(Span::from_secs(5));
    assert!((run.frame().components[1].ready - 4.0).abs() < 1e-9);
    run.run_for(Span::from_secs(30));
    let joined = run.frame();
    assert!((joined.components[1].ready - 2.0).abs() < 1e-9);
    let report = run.report();
    assert_eq!((report.requests.failed, run.conservation()), (0, Ok(())));
    // The second shard gives all it has, 2 GB, from 40 s on.
    let moved = joined.notices.iter().find(|notice| notice.what == "keys have moved");
    assert!(moved.is_some_and(|notice| (notice.at_s - 60.0).abs() < 0.5), "{:?}", joined.notices);
}

#[test]
fn settings_that_would_do_nothing_are_refused() {
    let words = |settings: Json| {
        let file = json!({
            "format": 1, "components": [{ "id": "db", "kind": "database" }]
        });
        let mut file = file;
        for (key, value) in settings.as_object().expect("a record") {
            file["components"][0][key] = value.clone();
        }
        Model::from_value(&file).expect_err("it makes no sense")[0].to_string()
    };
    for (settings, field) in [
        (json!({ "read_from": "replicas" }), "read_from"),
        (json!({ "replication": "sync" }), "replication"),
        (json!({ "read_your_writes": true }), "read_your_writes"),
        (json!({ "scatter": ["request"] }), "scatter"),
        (json!({ "iops": 100 }), "iops"),
        (json!({ "checkpoint": "5m" }), "checkpoint"),
        (json!({ "shards": 2, "scatter": ["nobody"] }), "scatter"),
    ] {
        let words = words(settings);
        assert!(words.contains(field), "{words}");
    }
}

/// A read that takes 20 ms is judged by what had been written when it came, and by what the replica has when it is served: a write is missed if it was made in the
/// 30 ms of the lag that are left. One that takes longer than the lag misses nothing.
#[test]
fn what_is_written_after_a_read_has_come_does_not_make_it_stale() {
    let stale = |work: &str| {
        let settings = json!({ "replicas": 2, "read_from": "replicas", "replica_delay": constant("50ms"), "read_work": constant(work) });
        figure(&run(&model(100.0, &one_key(0.1), &settings), 2000), "stale_reads")
    };
    let expected = 1.0 - libm::exp(-0.3);
    let error = (expected * (1.0 - expected) / 20_000.0).sqrt();
    let seen = stale("20ms");
    assert!((seen - expected).abs() < 4.0 * error, "{seen} for {expected} ± {error}");
    assert!(stale("60ms") < 1e-12);
}

/// Ten writes of one row, a tenth of a second apart, each of a second: in the order in which they came the last waits longest, 9 · 0.9 s. Were the newest first, it would
/// be the second.
#[test]
fn the_lock_of_a_row_is_given_in_the_order_of_those_who_wait() {
    let settings = json!({ "row_locks": true, "write_work": constant("1s"), "lock_wait": "1m" });
    let classes = json!([{ "id": "write", "keys": 1, "operation": "write" }]);
    let mut model = model(10.0, &classes, &settings);
    for (field, value) in [
        ("spacing", json!("even")),
        ("load", json!({ "shape": "step", "from": "10/s", "to": "0/s", "at": "1050ms" })),
    ] {
        Edit::SetComponent { id: "in".into(), field: field.into(), value }
            .apply(&mut model)
            .expect("it is legal");
    }
    let report = run(&model, 60);
    assert_eq!((report.requests.finished, report.requests.failed), (10, 0));
    let slowest = report.latency_s.max.expect("ten");
    assert!((slowest - (1.0 + 9.0 * 0.9)).abs() < 1e-6, "{slowest}");
}

/// Three thousand rows of a page each, and their index of ten pages: with memory enough each of them is read once.
#[test]
fn pages_of_the_index_are_read_as_well() {
    let report = run(&model(1000.0, &reads_of(3_000), &json!({ "memory": "1GiB" })), 60);
    let touched = 2.0 * report.requests.finished as f64;
    let missed = (1.0 - figure(&report, "page_hit_ratio")) * touched;
    // All that were asked for: of 60,000 reads none is left out but with chance 3,000 e⁻²⁰.
    assert!((missed - 3_010.0).abs() < 0.5, "{missed}");
}
