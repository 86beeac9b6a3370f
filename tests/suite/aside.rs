//! A cache beside its callers: they ask it, load what it misses over their own links, keep that there, and take out what they write.

use serde_json::{Value as Json, json};
use tenfold::Simulation;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

/// Requests once a second at an app that asks a cache, then its database; the links' round trips take 10 ms, all work none.
fn file(writes: f64, when: &str) -> Json {
    let none = json!({ "law": "constant", "mean": "0s" });
    let rtt = json!({ "law": "constant", "mean": "10ms" });
    json!({
        "format": 1, "duration": "1001s", "warm_up": "0s", "window": "10s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "1/s" } },
            { "id": "app", "kind": "service", "work": none },
            { "id": "cache", "kind": "cache", "pattern": "aside", "hit_time": none },
            { "id": "db", "kind": "database", "read_work": none, "write_work": none }
        ],
        "links": [
            { "from": "in", "to": "app", "rtt": rtt },
            { "from": "app", "to": "cache", "rtt": rtt },
            { "from": "app", "to": "db", "rtt": rtt, "step": 2, "when": when }
        ],
        "classes": [
            { "id": "read", "keys": 1, "weight": 1.0 - writes },
            { "id": "write", "keys": 1, "weight": writes, "operation": "write" }
        ]
    })
}

fn run(file: &Json) -> Report {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + Span::from_secs(1001));
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn arrivals(report: &Report, id: &str) -> u64 {
    report.component(id).expect("it is there").arrivals
}

#[test]
fn a_miss_is_loaded_by_the_caller_and_kept_for_the_next() {
    let report = run(&file(0.0, "miss"));
    assert_eq!(arrivals(&report, "db"), 1, "all but the first are hits");
    // Each asks, and the first tells what it has loaded.
    assert_eq!(arrivals(&report, "cache"), report.requests.offered + 1);
    // The miss takes four round trips: to the app, to the cache, to the database, to the cache again. A hit takes two.
    let latency = report.latency_s;
    assert!((latency.max.expect("some were answered") - 0.040).abs() < 1e-9, "{latency:?}");
    assert!((latency.p50.expect("some were answered") / 0.020 - 1.0).abs() < 0.01, "{latency:?}");
}

#[test]
fn a_write_goes_to_the_database_alone_and_then_the_key_is_forgotten() {
    let report = run(&file(0.25, "miss"));
    let (asked, loaded) = (arrivals(&report, "cache"), arrivals(&report, "db"));
    let reads = arrivals_of_reads(&report);
    // A read misses when a write came before it: with a chance of a quarter. Writes and misses go to the database and each tells the cache.
    assert_eq!(asked, reads + loaded);
    let misses = (loaded + reads - report.requests.offered) as f64;
    let error = (0.25 * 0.75 / reads as f64).sqrt();
    assert!((misses / reads as f64 - 0.25).abs() < 4.0 * error, "{misses} of {reads}");
}

fn arrivals_of_reads(report: &Report) -> u64 {
    report.classes.iter().find(|(id, _)| id == "read").expect("it is there").1.offered
}

#[test]
fn a_fallback_is_asked_when_an_optional_call_has_failed_and_only_then() {
    let mut file = file(0.0, "failed");
    file["components"][2]["pattern"] = json!("read-through");
    file["links"][1]["optional"] = json!(true);
    file["timeline"] = json!([
        { "at": "500500ms", "event": "crash", "component": "cache", "instances": 1 }
    ]);
    let report = run(&file);
    assert_eq!(report.requests.failed, 0);
    // Asked at whole seconds from 1 s on: the cache is gone for those after 500.5 s.
    let after = report.requests.offered - 500;
    assert_eq!(arrivals(&report, "db"), after);
}

#[test]
fn what_cannot_happen_is_refused_with_what_to_change() {
    let refused = |change: &dyn Fn(&mut Json)| {
        let mut file = file(0.0, "miss");
        change(&mut file);
        let errors = Model::from_value(&file).expect_err("it makes no sense");
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let read_through = refused(&|file| file["components"][2]["pattern"] = json!("read-through"));
    assert!(
        read_through.contains("links[\"app-db\"].when") && read_through.contains("\"aside\""),
        "{read_through}"
    );
    let same_step = refused(&|file| file["links"][2]["step"] = json!(1));
    assert!(same_step.contains("in no earlier step"), "{same_step}");
    let calls = refused(&|file| {
        let links = file["links"].as_array_mut().expect("a list");
        links.push(json!({ "from": "cache", "to": "db" }));
    });
    assert!(
        calls.contains("links[\"cache-db\"].from") && calls.contains("stands beside its callers"),
        "{calls}"
    );
    let fallback = refused(&|file| file["links"][2]["when"] = json!("failed"));
    assert!(fallback.contains("no earlier step of `app` has an optional link"), "{fallback}");
}
