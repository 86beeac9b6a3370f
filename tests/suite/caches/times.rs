//! How long entries are kept: times to live, jitter, what is stale, what does not exist.

use super::{begin, behind, even, figure, keys, loads, run, until};
use serde_json::json;
use tenfold::measure::Report;

fn near(seen: f64, expected: f64, error: f64) {
    assert!((seen - expected).abs() <= 4.0 * error, "{seen} for {expected} ± {error}");
}

#[test]
fn a_time_to_live_hits_as_often_as_its_formula_says() {
    // One key, asked once a second at random, fresh for two.
    let (n, t) = (200_000.0, 2.0);
    for (settings, expected) in [
        (json!({ "ttl": "2s" }), t / (1.0 + t)),
        // The mean of the time alone counts.
        (json!({ "ttl": "2s", "ttl_jitter": 0.5 }), t / (1.0 + t)),
        (json!({ "ttl": "2s", "ttl_mode": "sliding" }), 1.0 - libm::exp(-t)),
    ] {
        let ratio = figure(&run(&behind(1.0, &keys(1), &settings, "0s"), n), "hit_ratio");
        near(ratio, expected, (expected * (1.0 - expected) / n).sqrt());
    }
}

#[test]
fn jitter_spreads_what_was_loaded_together() {
    // A thousand keys, all loaded in the first second and fresh for ten.
    let loaded = |jitter: f64, from: f64, to: f64| {
        let file = behind(20_000.0, &keys(1000), &json!({ "ttl": "10s", "ttl_jitter": jitter }), "0s");
        let mut run = begin(&file);
        let before = loads(&until(&mut run, from));
        loads(&until(&mut run, to)) - before
    };
    // Nearly all again between the tenth and the eleventh; with ±50 % a tenth of them.
    assert!(loaded(0.0, 10.0, 11.0) > 990.0);
    near(loaded(0.5, 10.0, 11.0), 100.0, (1000.0_f64 * 0.1 * 0.9).sqrt());
}

fn slowest(report: &Report) -> f64 {
    report.latency_s.p99.expect("some were answered")
}

#[test]
fn what_is_stale_is_served_while_one_load_refreshes_it() {
    // A key asked a hundred times a second; a load takes 100 ms. In a round it is fresh for a second, then somebody comes (10 ms), then it is loaded.
    let settings = json!({ "ttl": "1s", "stale_for": "10s", "misses": "joined" });
    let report = run(&behind(100.0, &keys(1), &settings, "100ms"), 1000.0);
    let round = 1.0 + 0.010 + 0.100;
    assert!((loads(&report) / (1000.0 / round) - 1.0).abs() < 0.01, "{}", loads(&report));
    // The one who comes first, and ten while it is loaded.
    let stale = figure(&report, "stale_share");
    near(stale, 11.0 / (100.0 * round), (11.0 / (100.0 * 1000.0 / round)).sqrt() / 10.0);
    assert!(slowest(&report) < 1e-6, "nobody waits: {}", slowest(&report));
    let without = run(&behind(100.0, &keys(1), &json!({ "ttl": "1s" }), "100ms"), 100.0);
    assert!(slowest(&without) > 0.09);
}

#[test]
fn what_is_too_stale_is_not_served() {
    // Asked every three seconds, fresh for one, stale for one more.
    let settings = json!({ "ttl": "1s", "stale_for": "1s" });
    let report = run(&even(behind(1.0 / 3.0, &keys(1), &settings, "0s")), 300.5);
    assert!(figure(&report, "hit_ratio").abs() < 1e-12 && figure(&report, "stale_share").abs() < 1e-12);
    // Stale for two and a half: each serves the stale entry and refreshes it.
    let settings = json!({ "ttl": "1s", "stale_for": "2500ms" });
    let report = run(&even(behind(1.0 / 3.0, &keys(1), &settings, "0s")), 300.5);
    assert!(figure(&report, "stale_share") > 0.98 && (loads(&report) - 100.0).abs() < 1.5);
}

#[test]
fn reads_of_what_does_not_exist_go_through_unless_absence_is_kept() {
    let classes = json!([{ "id": "read", "keys": 1, "absent": 1.0 }]);
    let each = run(&even(behind(1.0, &classes, &json!({}), "0s")), 1000.5);
    assert!((loads(&each) - 1000.0).abs() < 0.5 && figure(&each, "hit_ratio").abs() < 1e-12);
    // Kept for nine and a half seconds: one in ten goes through.
    let kept = run(&even(behind(1.0, &classes, &json!({ "absent_ttl": "9500ms" }), "0s")), 1000.5);
    assert!((loads(&kept) - 100.0).abs() < 0.5, "{}", loads(&kept));
    assert!(figure(&kept, "bytes_kept").abs() < 1e-12);
}

#[test]
fn the_share_of_absent_keys_is_what_never_hits() {
    let classes = json!([{ "id": "read", "keys": 20_000, "skew": 0.0, "absent": 0.3 }]);
    let mut run = begin(&behind(2000.0, &classes, &json!({}), "0s"));
    let before = until(&mut run, 150.0);
    let after = until(&mut run, 250.0);
    let asked = (after.requests.offered - before.requests.offered) as f64;
    let missed = (loads(&after) - loads(&before)) / asked;
    // Which keys are absent is drawn once for each of twenty thousand.
    near(missed, 0.3, (0.3_f64 * 0.7 / 20_000.0).sqrt() + (0.21 / asked).sqrt());
}
