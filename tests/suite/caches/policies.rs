//! Hit ratios of the policies, through the component: the formulas' and those of other programs, within half a point.

use super::{begin, figure, loads, run, set, until};
use serde_json::{Value as Json, json};

/// A hundred thousand keys by Zipf's law with 0.8, room for a thousand; a second between two requests, so that Redis' clock can tell them apart.
fn file(policy: &str, warm_up: u64) -> Json {
    let none = json!({ "law": "constant", "mean": "0s" });
    json!({
        "format": 1, "warm_up": format!("{warm_up}s"), "window": "1h", "duration": "90d",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "1/s" } },
            { "id": "cache", "kind": "cache", "hit_time": none, "entries": 1000, "eviction": policy }
        ],
        "links": [{ "from": "in", "to": "cache", "rtt": none }],
        "classes": [{ "id": "read", "keys": 100_000, "skew": 0.8 }]
    })
}

#[test]
fn every_policy_hits_as_often_as_is_known_of_it() {
    // Those that learn take longer to be warm.
    let known = [
        ("lru", 0.2043, 100_000),
        ("fifo", 0.1792, 100_000),
        ("random", 0.1792, 100_000),
        ("redis-lru", 0.2031, 100_000),
        ("sieve", 0.314, 500_000),
        ("s3-fifo", 0.317, 500_000),
    ];
    for (policy, expected, warm_up) in known {
        let ratio = figure(&run(&file(policy, warm_up), warm_up as f64 + 300_000.0), "hit_ratio");
        assert!((ratio - expected).abs() < 0.005, "{policy}: {ratio} for {expected}");
    }
    // The static optimum is the bound of all that cannot see what comes.
    for policy in ["lfu", "clock", "w-tinylfu", "redis-lfu"] {
        let ratio = figure(&run(&file(policy, 100_000), 300_000.0), "hit_ratio");
        assert!((0.1792..0.3395).contains(&ratio), "{policy}: {ratio}");
    }
}

#[test]
fn another_policy_keeps_what_is_there() {
    let classes = super::keys(500);
    let mut run = begin(&super::behind(100.0, &classes, &json!({ "entries": 1000 }), "0s"));
    let before = until(&mut run, 100.0);
    for (nth, policy) in ["sieve", "w-tinylfu", "redis-lfu", "lru"].into_iter().enumerate() {
        set(&mut run, "eviction", json!(policy));
        let after = until(&mut run, 100.0 + 10.0 * (nth as f64 + 1.0));
        assert!(
            (loads(&after) - loads(&before)).abs() < 0.5 && (figure(&after, "entries") - 500.0).abs() < 0.5
        );
    }
}
