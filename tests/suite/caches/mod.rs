//! A cache forgets what is written and what is past its time; the expected shares follow from one key asked at even gaps.

mod nodes;
mod policies;
mod stampedes;
mod times;
mod writes;

use serde_json::{Value as Json, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

/// Clients in front of a cache in front of a database that answers everything after `load`; nothing else takes any time.
fn behind(rate: f64, classes: &Json, settings: &Json, load: &str) -> Json {
    let none = json!({ "law": "constant", "mean": "0s" });
    let work = json!({ "law": "constant", "mean": load });
    let mut cache = json!({ "id": "cache", "kind": "cache", "hit_time": none });
    for (key, value) in settings.as_object().expect("a record") {
        cache[key] = value.clone();
    }
    json!({
        "format": 1, "warm_up": "0s", "window": "1s", "duration": "90d",
        "components": [
            { "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": format!("{rate}/s") } },
            cache,
            { "id": "db", "kind": "database", "connections": 100_000, "discipline": "delay", "read_work": work, "write_work": work }
        ],
        "links": [
            { "from": "in", "to": "cache", "rtt": none, "timeout": null },
            { "from": "cache", "to": "db", "rtt": none, "timeout": null }
        ],
        "classes": classes
    })
}

fn even(mut file: Json) -> Json {
    file["components"][0]["spacing"] = json!("even");
    file
}

fn begin(file: &Json) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

fn until(run: &mut Simulation, secs: f64) -> Report {
    run.run_until(SimTime::ZERO + Span::from_secs_f64(secs));
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn run(file: &Json, secs: f64) -> Report {
    until(&mut begin(file), secs)
}

fn set(run: &mut Simulation, field: &str, value: Json) {
    run.apply(&Edit::SetComponent { id: "cache".into(), field: field.into(), value }).expect("it is legal");
}

fn happen(run: &mut Simulation, what: Json) {
    run.apply(&Edit::Happen { what }).expect("it can happen");
}

fn figure(report: &Report, key: &str) -> f64 {
    let figures = &report.component("cache").expect("it is there").figures;
    figures.iter().find(|(k, _)| k == key).and_then(|(_, x)| *x).unwrap_or_else(|| panic!("no {key}"))
}

/// Calls that came to the database.
fn loads(report: &Report) -> f64 {
    report.component("db").expect("it is there").arrivals as f64
}

fn keys(keys: u64) -> Json {
    json!([{ "id": "read", "keys": keys, "skew": 0.0 }])
}

fn written(keys: u64) -> Json {
    json!([{ "id": "write", "keys": keys, "skew": 0.0, "operation": "write" }])
}

/// One key, asked once a second through a cache in front of a quick database; `ttl` and the share of writes as given.
fn one_key(ttl: Option<&str>, writes: f64, duration_s: u64) -> Report {
    let instant = json!({ "law": "constant", "mean": "1ms" });
    let file = json!({
        "format": 1, "duration": format!("{duration_s}s"), "warm_up": "0s", "window": "10s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "1/s" } },
            { "id": "cache", "kind": "cache", "ttl": ttl },
            { "id": "db", "kind": "database", "read_work": instant, "write_work": instant }
        ],
        "links": [{ "from": "in", "to": "cache" }, { "from": "cache", "to": "db" }],
        "classes": [
            { "id": "read", "keys": 1, "weight": 1.0 - writes },
            { "id": "write", "keys": 1, "weight": writes, "operation": "write" }
        ]
    });
    let model = Model::from_value(&file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + Span::from_secs(duration_s));
    run.report()
}

fn hit_ratio(report: &Report) -> f64 {
    let figures = &report.component("cache").expect("the cache is there").figures;
    figures.iter().find(|(key, _)| key == "hit_ratio").and_then(|(_, ratio)| *ratio).expect("it was read")
}

#[test]
fn a_key_that_is_only_read_misses_once() {
    let report = one_key(None, 0.0, 1_001);
    assert_eq!(report.component("db").expect("the database is there").arrivals, 1);
}

#[test]
fn a_read_hits_exactly_when_the_request_before_it_was_no_write() {
    // Each request is a write with chance 0.25, so a read's predecessor is a read with chance 0.75.
    let (writes, seconds) = (0.25, 40_001);
    let seen = hit_ratio(&one_key(None, writes, seconds));
    let reads = seconds as f64 * (1.0 - writes);
    let error = (writes * (1.0 - writes) / reads).sqrt();
    assert!((seen - (1.0 - writes)).abs() <= 4.0 * error, "{seen} ± {error}");
}

#[test]
fn a_key_that_is_fresh_for_two_and_a_half_seconds_misses_every_third_time() {
    // Asked once a second: loaded, hit, hit, past its time. 3,000 requests: 1,000 misses.
    let report = one_key(Some("2.5s"), 0.0, 3_001);
    assert_eq!(report.component("db").expect("the database is there").arrivals, 1_000);
}
