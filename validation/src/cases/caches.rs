//! Caches: how often they have what is asked for.

use super::list;
use crate::sketch::{constant, span};
use crate::{Figure, Scenario, Sketch};
use serde_json::{Value as Json, json};
use tenfold::theory::cache;

const GROUP: &str = "Caches";
/// Requests a second; nothing takes any time.
const RATE: f64 = 100.0;

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [(2, 0.0, 1), (9, 1.0, 3), (20, 0.8, 3), (12, 1.5, 4)]
        .map(|(keys, skew, room)| small(keys, skew, room))
        .into();
    all.extend([even(50, 20), by_bytes(40, 10)]);
    all.extend([(2_000, 0.99, 200), (5_000, 0.7, 500)].map(|(keys, skew, room)| large(keys, skew, room)));
    all.extend(
        [(1, 0.0, 0.05), (50, 0.8, 1.0), (200, 1.0, 5.0)].map(|(keys, skew, ttl_s)| fresh(keys, skew, ttl_s)),
    );
    all.extend([0.1, 0.4].map(written));
    all.push(at_the_edge());
    all
}

/// How popular each object is.
fn zipf(keys: u32, skew: f64) -> Vec<f64> {
    (1..=keys).map(|rank| libm::pow(f64::from(rank), -skew)).collect()
}

fn cached(kind: &str, settings: Json, keys: u32, skew: f64, requests: f64) -> Sketch {
    Sketch::new()
        .open("clients", RATE)
        .component("cache", kind, settings)
        .service("origin", json!({ "discipline": "delay", "work": constant(0.0) }))
        .link("clients", "cache", json!({}))
        .link("cache", "origin", json!({}))
        .class("request", json!({ "keys": keys, "skew": skew }))
        .lasting(requests, RATE)
}

fn cache(entries: Option<u32>, more: Json) -> Json {
    let mut settings = json!({ "entries": entries, "threads": null, "hit_time": constant(0.0) });
    if let (Some(settings), Json::Object(more)) = (settings.as_object_mut(), more) {
        settings.extend(more);
    }
    settings
}

fn hits_and_misses(hits: Result<f64, tenfold::theory::NoAnswer>) -> Vec<Figure> {
    list([Figure::hit_ratio("cache", hits.clone()), Figure::visits("origin", hits.map(|hits| 1.0 - hits))])
}

fn small(keys: u32, skew: f64, room: u32) -> Scenario {
    let hits = cache::exact_lru(&zipf(keys, skew), u64::from(room));
    cached("cache", cache(Some(room), json!({})), keys, skew, 20_000.0).scenario(
        GROUP,
        format!("LRU, {room} of {keys} objects, Zipf {skew}"),
        hits_and_misses(hits),
    )
}

/// Where all objects are as popular, any of them is inside as often.
fn even(keys: u32, room: u32) -> Scenario {
    cached("cache", cache(Some(room), json!({})), keys, 0.0, 20_000.0).scenario(
        GROUP,
        format!("LRU, {room} of {keys} objects, all as popular"),
        hits_and_misses(Ok(f64::from(room) / f64::from(keys))),
    )
}

/// Objects of one size: the bytes are as many objects.
fn by_bytes(keys: u32, room: u32) -> Scenario {
    let bytes = format!("{}kB", 10 * room + 5);
    cached("cache", cache(None, json!({ "bytes": bytes })), keys, 0.0, 20_000.0).scenario(
        GROUP,
        format!("LRU, bytes for {room} of {keys} objects, all as popular"),
        list([Figure::hit_ratio("cache", Ok(f64::from(room) / f64::from(keys)))]),
    )
}

fn large(keys: u32, skew: f64, room: u32) -> Scenario {
    let hits = cache::lru(&zipf(keys, skew), u64::from(room)).map(|hits| hits.total);
    let figure = Figure::hit_ratio("cache", hits);
    cached("cache", cache(Some(room), json!({})), keys, skew, 50_000.0).warm_up(200.0).scenario(
        GROUP,
        format!("LRU, {room} of {keys} objects, Zipf {skew}"),
        list([figure.approximately(0.005, "Che's approximation")]),
    )
}

fn fresh(keys: u32, skew: f64, ttl_s: f64) -> Scenario {
    let hits = cache::fixed_ttl(&zipf(keys, skew), RATE, ttl_s).map(|hits| hits.total);
    cached("cache", cache(Some(1_000_000), json!({ "ttl": span(ttl_s) })), keys, skew, 40_000.0)
        .warm_up(5.0 * ttl_s)
        .scenario(
            GROUP,
            format!(
                "fresh for {} ms, {keys} object{}, Zipf {skew}",
                1e3 * ttl_s,
                if keys == 1 { "" } else { "s" }
            ),
            hits_and_misses(hits),
        )
}

/// A read is a hit when the request before it was no write.
fn written(writes: f64) -> Scenario {
    Sketch::new()
        .open("clients", RATE)
        .component("cache", "cache", cache(Some(10), json!({})))
        .service("origin", json!({ "discipline": "delay", "work": constant(0.0) }))
        .link("clients", "cache", json!({}))
        .link("cache", "origin", json!({}))
        .class("read", json!({ "weight": 1.0 - writes }))
        .class("write", json!({ "weight": writes, "operation": "write" }))
        .lasting(20_000.0, RATE)
        .scenario(
            GROUP,
            format!("one object, {:.0} % of the requests write it", 100.0 * writes),
            list([Figure::hit_ratio("cache", Ok(1.0 - writes))]),
        )
}

/// A CDN keeps objects as a cache does.
fn at_the_edge() -> Scenario {
    let settings = json!({ "capacity": "155kB", "ttl": null, "hit_time": constant(0.0) });
    cached("cdn", settings, 60, 0.0, 20_000.0).scenario(
        GROUP,
        "CDN, bytes for 15 of 60 objects, all as popular",
        hits_and_misses(Ok(0.25)),
    )
}
