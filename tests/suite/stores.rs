//! Stores: what they refuse, how long they take and what they cost, against published limits and sums done by hand.
//!
//! Requests come at even gaps, so counts are exact but for the requests of the first and the last instant.

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::components::vector_store;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::report::Component;
use tenfold::model::{Happening, Model};
use tenfold::units::Span;

/// Clients that send `rate` requests a second of a class to one store.
fn file(rate: u64, class: Value, store: Value) -> Value {
    let mut all = json!({
        "format": 1, "duration": "1h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even",
              "load": { "shape": "steady", "rate": format!("{rate}/s") } },
            { "id": "store" }
        ],
        "links": [{ "from": "in", "to": "store", "rtt": { "law": "constant", "mean": "0s" }, "timeout": null }],
        "classes": [{ "id": "c", "reply_cv": 0 }]
    });
    for (record, more) in [("/components/1", store), ("/classes/0", class)] {
        let record = all.pointer_mut(record).expect("it is there");
        for (key, value) in more.as_object().expect("a record") {
            record[key] = value.clone();
        }
    }
    all
}

fn simulation(file: &Value) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

fn run(file: &Value, seconds: u64) -> Report {
    let mut run = simulation(file);
    run.run_for(Span::from_secs(seconds));
    run.report()
}

fn store(report: &Report) -> &Component {
    report.component("store").expect("it is there")
}

fn figure(report: &Report, key: &str) -> f64 {
    let own = &store(report).figures;
    own.iter().find(|(known, _)| known == key).and_then(|(_, value)| *value).expect("a figure of its own")
}

fn close(seen: f64, truth: f64) -> bool {
    (seen / truth - 1.0).abs() < 1e-6
}

fn table(more: Value) -> Value {
    let mut table = json!({
        "kind": "nosql-table", "read_time": { "law": "constant", "mean": "0s" },
        "write_time": { "law": "constant", "mean": "0s" }
    });
    for (key, value) in more.as_object().expect("a record") {
        table[key] = value.clone();
    }
    table
}

#[test]
fn a_partition_spends_its_share_and_300_seconds_of_it_and_then_refuses() {
    let one_item = json!({ "operation": "write", "request": "900B", "keys": 1 });
    let fixed = table(json!({ "write_units": 400, "read_units": 4, "partitions": 4, "adaptive": false }));
    let report = run(&file(200, one_item, fixed), 600);
    // 30,000 saved up and 60,000 that come in; 120,000 are asked for.
    let refused = store(&report).failures;
    assert!(refused.abs_diff(30_000) <= 1, "{refused}");
    assert_eq!(
        report.failures.iter().map(|(reason, n)| (reason.as_str(), *n)).collect::<Vec<_>>(),
        [("throttled", refused)]
    );
}

#[test]
fn a_partition_reads_3000_strong_or_6000_eventual_items_of_4_kib_a_second() {
    for (consistency, reply, rate, passed_per_s) in [
        ("strong", "4KiB", 7_000, 3_000),
        ("eventual", "4KiB", 7_000, 6_000),
        ("strong", "20KiB", 1_000, 600),
    ] {
        let class = json!({ "keys": 1, "reply": reply });
        let fixed = table(json!({ "read_units": 30_000, "consistency": consistency, "isolate_after": null }));
        let report = run(&file(rate, class, fixed), 10);
        // One second of it is there at once.
        let expected = passed_per_s * 11;
        let passed = store(&report).completions;
        assert!(passed.abs_diff(expected) <= 2, "{consistency}, {reply}: {passed} for {expected}");
    }
}

#[test]
fn an_item_too_hot_for_its_partition_gets_one_of_its_own() {
    // 900 writes of one item and 400 of all others on two partitions: 1,100 on that of the item, at its cap from the tenth second on.
    let all = |isolate_after: Value| {
        let mut all = file(
            1_300,
            json!({ "operation": "write", "keys": 1, "weight": 900 }),
            table(
                json!({ "write_units": 2_000, "read_units": 2, "partitions": 2, "isolate_after": isolate_after }),
            ),
        );
        let others =
            json!({ "id": "others", "operation": "write", "catalogue": "others", "skew": 0, "weight": 400 });
        all["classes"].as_array_mut().expect("a list").push(others);
        all
    };
    let never = run(&all(json!(null)), 300);
    assert!(store(&never).failures > 20_000 && (figure(&never, "partitions") - 2.0).abs() < 1e-9);
    let mut moved = simulation(&all(json!("60s")));
    moved.run_for(Span::from_secs(80));
    let before = store(&moved.report()).failures;
    assert!(before > 4_000, "{before}");
    moved.run_for(Span::from_secs(220));
    let report = moved.report();
    assert_eq!(store(&report).failures, before, "nothing is refused any more");
    assert!((figure(&report, "partitions") - 3.0).abs() < 1e-9);
}

#[test]
fn on_demand_a_new_table_takes_4000_writes_a_second_and_bills_what_is_used() {
    let class = json!({ "operation": "write", "request": "1KiB", "skew": 0 });
    let on_demand = table(json!({ "mode": "on-demand", "write_units": 1, "read_units": 1, "storage": "0B" }));
    let report = run(&file(5_000, class, on_demand), 20);
    let passed = store(&report).completions;
    assert!(passed.abs_diff(4_000 * 21) <= 2, "{passed}");
    // 0.625 dollars a million; what is refused is free.
    let usd = passed as f64 * 0.625e-6 / 20.0 * 3600.0;
    assert!(close(store(&report).cost_per_hour_usd, usd), "{usd}");
}

#[test]
fn what_is_provisioned_is_paid_for_whether_it_is_used_or_not() {
    let fixed = table(json!({ "read_units": 1_000, "write_units": 500, "storage": "73GB" }));
    let report = run(&file(1, json!({}), fixed), 60);
    let usd = 1_000.0 * 0.00013 + 500.0 * 0.00065 + 73.0 * 0.25 / 730.0;
    assert!(close(store(&report).cost_per_hour_usd, usd), "{usd}");
}

#[test]
fn too_few_partitions_for_what_is_provisioned_are_refused_with_their_path() {
    let few =
        file(1, json!({}), table(json!({ "partitions": 2, "read_units": 9_000, "write_units": 2_001 })));
    let errors = Model::from_value(&few).expect_err("it needs more");
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().all(|text| text.contains("components[\"store\"].partitions")), "{texts:?}");
    assert!(texts[0].contains("9000 read units a second need at least 3 partitions of 3000"), "{texts:?}");
}

#[test]
fn an_object_takes_its_first_byte_and_then_its_bytes() {
    let bucket = json!({
        "kind": "object-store", "first_byte": { "law": "constant", "mean": "50ms" }, "throughput": "100MB",
        "storage": "1TB", "egress_usd_per_gb": 0.09
    });
    for (class, per_request) in [
        (json!({ "reply": "5MB" }), 0.0004e-3 + 5e-3 * 0.09),
        (json!({ "operation": "write", "request": "5MB" }), 0.005e-3),
    ] {
        let report = run(&file(10, class, bucket.clone()), 60);
        let seen = store(&report);
        assert!(close(seen.sojourn_s.mean.expect("some were answered"), 0.1), "{:?}", seen.sojourn_s);
        let usd = 600.0 * per_request * 60.0 + 1_000.0 * 0.023 / 730.0;
        let billed = seen.cost_per_hour_usd;
        // The first request comes after a gap, the last at the very end.
        assert!((billed / usd - 1.0).abs() < 1.0 / 500.0, "{billed} for {usd}");
    }
}

#[test]
fn a_prefix_takes_3500_writes_or_5500_reads_a_second_and_two_twice_as_many() {
    for (operation, per_s) in [("write", 3_500), ("read", 5_500)] {
        let class = json!({ "operation": operation, "keys": 1, "reply": "0B" });
        let bucket = json!({ "kind": "object-store", "first_byte": { "law": "constant", "mean": "0s" } });
        let report = run(&file(8_000, class, bucket), 10);
        let passed = store(&report).completions;
        assert!(passed.abs_diff(11 * per_s) <= 2, "{operation}: {passed}");
        assert!(report.failures.iter().all(|(reason, _)| reason == "throttled"));
    }
    let class = json!({ "skew": 0 });
    let bucket = json!({ "kind": "object-store", "prefixes": 2 });
    assert_eq!(store(&run(&file(9_000, class, bucket), 10)).failures, 0);
}

fn vectors(more: Value) -> Value {
    let mut store = json!({
        "kind": "vector-store", "vectors": 1_048_576, "dimensions": 480, "links": 16, "ef_search": 100,
        "ef_construction": 200, "distance_time": "1us", "spread": 0, "disk_read": "50us"
    });
    for (key, value) in more.as_object().expect("a record") {
        store[key] = value.clone();
    }
    store
}

#[test]
fn a_query_computes_ef_times_log_n_distances_and_an_insert_its_links_besides() {
    // log2 of 2²⁰ is 20; 2M² is 512.
    for (operation, time_s) in [("read", 0.002), ("write", 0.004_512)] {
        let report = run(&file(10, json!({ "operation": operation }), vectors(json!({}))), 60);
        let mean = store(&report).sojourn_s.mean.expect("some were answered");
        assert!(close(mean, time_s), "{operation}: {mean}");
    }
    let config = vector_store::Config { vectors: 50, ..Default::default() };
    assert!((config.distances()[0] - 50.0).abs() < 1e-9, "there are no more than 50 to compare");
}

#[test]
fn an_index_that_fits_in_memory_by_half_reads_every_other_vector_from_disk() {
    // 1,048,576 vectors of (480 + 32) · 4 bytes are 2 GiB.
    let half = vectors(json!({ "memory": "1GiB" }));
    let report = run(&file(10, json!({}), half), 60);
    let mean = store(&report).sojourn_s.mean.expect("some were answered");
    assert!(close(mean, 0.002 + 1_000.0 * 50e-6), "{mean}");
    assert!(close(figure(&report, "memory_needed"), f64::from(1_u32 << 31)));
    assert!(close(figure(&report, "in_memory"), 0.5));
    // The disk serves a query after the other when told so: 50 ms each, and 25 a second are more than it can.
    let narrow = vectors(json!({ "memory": "1GiB", "disk_queue": 1 }));
    let report = run(&file(25, json!({}), narrow), 60);
    let disk = &store(&report).stations[1].1;
    assert!(disk.utilisation.is_some_and(|busy| busy > 0.99), "{:?}", disk.utilisation);
    assert!(store(&report).completions.abs_diff(1_200) <= 2);
}

fn index(more: Value) -> Value {
    let work = |mean: &str| json!({ "law": "constant", "mean": mean });
    let mut index = json!({
        "kind": "search-index", "nodes": 3, "shards": 3, "replicas": 1, "machine": "general-4x16",
        "query_work": work("10ms"), "merge_work": work("1ms"), "index_work": work("2ms")
    });
    for (key, value) in more.as_object().expect("a record") {
        index[key] = value.clone();
    }
    index
}

#[test]
fn a_query_waits_for_the_slowest_of_its_shards() {
    // On idle nodes the mean of the greatest of n exponential times is that of one times 1 + 1/2 + … + 1/n.
    let work = json!({ "law": "exponential", "mean": "10ms" });
    let none = json!({ "law": "constant", "mean": "0s" });
    for (shards, nodes) in [(1_u32, 1), (4, 4), (16, 16)] {
        let settings = json!({ "shards": shards, "nodes": nodes, "replicas": 0, "query_work": work, "merge_work": none });
        let report = run(&file(5, json!({}), index(settings)), 2_000);
        let harmonic: f64 = (1..=shards).map(|k| 1.0 / f64::from(k)).sum();
        let squares: f64 = (1..=shards).map(|k| 1.0 / f64::from(k * k)).sum();
        let mean = store(&report).sojourn_s.mean.expect("some were answered");
        let error = 0.01 * (squares / 10_000.0).sqrt();
        assert!((mean - 0.01 * harmonic).abs() < 4.0 * error, "{shards} shards: {mean}");
        // The last query is still on its way.
        let parts = store(&report).stations[0].1.arrivals;
        assert!(parts.abs_diff(10_000 * u64::from(shards)) <= u64::from(shards), "{shards} shards: {parts}");
    }
}

#[test]
fn a_write_goes_to_the_primary_and_then_to_all_replicas_at_once() {
    for (replicas, copies, time_s) in [(0, 1, 0.002), (1, 2, 0.004), (2, 3, 0.004), (9, 3, 0.004)] {
        let settings = index(json!({ "replicas": replicas }));
        let report = run(&file(10, json!({ "operation": "write" }), settings), 100);
        let mean = store(&report).sojourn_s.mean.expect("some were answered");
        assert!(close(mean, time_s), "{replicas}: {mean}");
        // The last write of all is still on its way.
        let parts = store(&report).stations[1].1.arrivals;
        assert!(parts.abs_diff(1_000 * copies) <= copies, "{replicas}: {parts}");
    }
}

#[test]
fn a_document_is_seen_at_the_next_refresh() {
    // Writes come at every 100 ms and are there 4 ms later: 896, 796, … and −4, which is 996, until the next whole second.
    let report = run(&file(10, json!({ "operation": "write" }), index(json!({ "refresh": "1s" }))), 1_000);
    let seen = figure(&report, "visible_after_s");
    assert!((seen - 0.546).abs() < 0.001, "{seen}");
}

#[test]
fn a_node_takes_as_many_queries_as_it_has_threads_and_places_in_its_queue() {
    // Four cores: 7 threads. One node, one shard, a burst that no core gets done in time.
    let slow = json!({ "law": "constant", "mean": "100s" });
    let settings =
        index(json!({ "nodes": 1, "shards": 1, "replicas": 0, "query_work": slow, "search_queue": 10 }));
    let report = run(&file(100, json!({}), settings), 2);
    let seen = store(&report);
    assert!(seen.failures.abs_diff(200 - 7 - 10) <= 1, "{}", seen.failures);
    assert!(report.failures.iter().all(|(reason, _)| reason == "queue_full"));
    assert!((seen.stations[2].1.busy_mean - 4.0).abs() < 0.2, "{}", seen.stations[2].1.busy_mean);
}

#[test]
fn with_a_replica_the_loss_of_a_node_loses_what_it_was_doing_and_nothing_else() {
    for (replicas, lost) in [(1, false), (0, true)] {
        let mut run = simulation(&file(50, json!({}), index(json!({ "replicas": replicas }))));
        run.run_for(Span::from_millis(10_005));
        run.apply(&Edit::happen(&Happening::Crash { component: "store".into(), instances: 1 }))
            .expect("legal");
        run.run_for(Span::from_secs(10));
        let report = run.report();
        let of =
            |reason: &str| report.failures.iter().find(|(known, _)| known == reason).map_or(0, |(_, n)| *n);
        assert!(of("reset") <= 2, "{:?}", report.failures);
        assert_eq!(of("no_instance") >= 490, lost, "{:?}", report.failures);
        run.apply(&Edit::happen(&Happening::Return { component: "store".into() })).expect("legal");
        run.run_for(Span::from_secs(100));
        let before = run.report().requests.failed;
        run.run_for(Span::from_secs(10));
        assert_eq!(run.report().requests.failed, before, "it is whole again");
        run.conservation().expect("nothing is lost");
    }
}
