//! Nodes that share the keys: how many keys move when one comes, goes or is lost.

use super::{begin, behind, figure, happen, keys, loads, run, set, until};
use serde_json::{Value as Json, json};
use tenfold::Simulation;

const KEYS: f64 = 5000.0;

/// A cache that has all its keys: its four nodes were asked for each of them some twenty times.
fn warm(placement: &str) -> (Simulation, f64) {
    let settings = json!({ "nodes": 4, "placement": placement, "vnodes": 1000 });
    let mut run = begin(&behind(10_000.0, &keys(KEYS as u64), &settings, "0s"));
    let loaded = loads(&until(&mut run, 10.0));
    assert!((loaded - KEYS).abs() < 0.5, "{loaded}");
    (run, loaded)
}

/// The share of the keys that are loaded again after a change.
fn moved(placement: &str, change: impl Fn(&mut Simulation)) -> f64 {
    let (mut run, before) = warm(placement);
    change(&mut run);
    let report = until(&mut run, 20.0);
    assert_eq!(report.requests.failed, 0);
    (loads(&report) - before) / KEYS
}

fn crash() -> Json {
    json!({ "event": "crash", "component": "cache", "instances": 1 })
}

#[test]
fn a_node_more_moves_its_share_on_a_ring_and_nearly_all_by_modulo() {
    let more = |run: &mut Simulation| set(run, "nodes", json!(5));
    // Chance of the keys, and of the places on the ring.
    let error = (0.2_f64 * 0.8 / KEYS).sqrt() + 0.2 * (3.0_f64 / 4001.0).sqrt();
    let ring = moved("ring", more);
    assert!((ring - 1.0 / 5.0).abs() < 4.0 * error, "{ring}");
    let modulo = moved("modulo", more);
    assert!((modulo - 4.0 / 5.0).abs() < 4.0 * (0.8_f64 * 0.2 / KEYS).sqrt(), "{modulo}");
}

#[test]
fn a_node_less_or_a_lost_one_leaves_its_share_to_the_others() {
    let error = (0.25_f64 * 0.75 / KEYS).sqrt() + 0.25 * (3.0_f64 / 4001.0).sqrt();
    let less = moved("ring", |run| set(run, "nodes", json!(3)));
    assert!((less - 0.25).abs() < 4.0 * error, "{less}");
    let lost = moved("ring", |run| happen(run, crash()));
    assert!((lost - 0.25).abs() < 4.0 * error, "{lost}");
    // It returns empty and has its keys again: they are loaded once more.
    let (mut run, _) = warm("ring");
    happen(&mut run, crash());
    let gone = loads(&until(&mut run, 20.0));
    happen(&mut run, json!({ "event": "return", "component": "cache" }));
    let back = (loads(&until(&mut run, 30.0)) - gone) / KEYS;
    assert!((back - 0.25).abs() < 4.0 * error, "{back}");
}

#[test]
fn limits_are_for_each_node_and_a_flush_empties_all() {
    let settings = json!({ "nodes": 3, "entries": 100 });
    let mut run = begin(&behind(10_000.0, &keys(5000), &settings, "0s"));
    assert!((figure(&until(&mut run, 2.0), "entries") - 300.0).abs() < 0.5);
    happen(&mut run, json!({ "event": "flush", "component": "cache" }));
    let report = until(&mut run, 2.0);
    assert!(figure(&report, "entries").abs() < 0.5);
}

#[test]
fn each_node_has_threads_of_its_own() {
    // 20,000 a second of 100 µs each are two nodes' work.
    let settings = json!({ "nodes": 4, "hit_time": { "law": "constant", "mean": "100us" }, "threads": 1 });
    let report = run(&behind(20_000.0, &keys(10_000), &settings, "0s"), 5.0);
    let cache = report.component("cache").expect("it is there");
    assert!(cache.utilisation.is_some_and(|used| (used - 0.5).abs() < 0.02), "{:?}", cache.utilisation);
    // One hot key is one node's work, whatever there is.
    let report = run(&behind(9_000.0, &keys(1), &settings, "0s"), 5.0);
    let cache = report.component("cache").expect("it is there");
    assert!(cache.utilisation.is_some_and(|used| (used - 0.225).abs() < 0.01), "{:?}", cache.utilisation);
}
