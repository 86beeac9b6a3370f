//! Many ask at once for what is not there: loads without a cure, and what each cure makes of them.

use super::{begin, behind, even, figure, happen, keys, loads, run, set, until};
use serde_json::{Value as Json, json};

/// Two hundred keys that nobody has loaded yet, each asked fifty times a second; a load takes 100 ms.
fn cold(settings: &Json) -> f64 {
    loads(&run(&behind(10_000.0, &keys(200), settings, "100ms"), 3.0))
}

#[test]
fn without_a_cure_a_load_is_made_for_each_who_comes_while_the_first_is_under_way() {
    // 1 + r d of each key; those who come are Poisson.
    let (keys, rd) = (200.0, 50.0 * 0.1);
    let seen = cold(&json!({}));
    assert!((seen - keys * (1.0 + rd)).abs() < 4.0 * (keys * rd).sqrt(), "{seen}");
}

#[test]
fn joined_or_leased_misses_load_each_key_once() {
    for misses in ["joined", "leased"] {
        assert!((cold(&json!({ "misses": misses })) - 200.0).abs() < 0.5, "{misses}");
    }
}

#[test]
fn leases_are_for_callers_who_load_by_themselves_as_well() {
    let none = json!({ "law": "constant", "mean": "0s" });
    let beside = |misses: &str| {
        let mut file =
            behind(10_000.0, &keys(200), &json!({ "pattern": "aside", "misses": misses }), "100ms");
        let app = json!({ "id": "app", "kind": "service", "work": none, "workers": null, "backlog": null });
        file["components"].as_array_mut().expect("a list").push(app);
        file["links"] = json!([
            { "from": "in", "to": "app", "rtt": none, "timeout": null },
            { "from": "app", "to": "cache", "rtt": none, "timeout": null },
            { "from": "app", "to": "db", "rtt": none, "timeout": null, "step": 2, "when": "miss" }
        ]);
        loads(&run(&file, 3.0))
    };
    assert!((beside("leased") - 200.0).abs() < 0.5);
    let each = beside("each");
    assert!((each - 1200.0).abs() < 4.0 * 1000.0_f64.sqrt(), "{each}");
}

#[test]
fn each_node_loads_for_itself_and_each_key_is_of_one_node() {
    assert!((cold(&json!({ "misses": "joined", "nodes": 4 })) - 200.0).abs() < 0.5);
}

#[test]
fn a_lease_is_given_once_in_its_time() {
    // The load takes a second: the lease of 300 ms is given at 0, 0.3, 0.6 and 0.9 s.
    let settings = json!({ "misses": "leased", "lease": "300ms", "lease_retry": "5ms" });
    let report = run(&even(behind(1000.0, &keys(1), &settings, "1s")), 3.0);
    assert!((loads(&report) - 4.0).abs() < 0.5, "{}", loads(&report));
    // Whoever has waited since the start and gets the last one loads for a second more; all others have what the first has loaded.
    let latency = report.latency_s;
    let (slowest, p99) = (latency.max.expect("some were answered"), latency.p99.expect("some were answered"));
    assert!((1.8..1.91).contains(&slowest) && p99 < 1.01, "{latency:?}");
}

#[test]
fn what_was_written_since_the_lease_is_not_kept() {
    // Beside its caller: read, write, read. The first read's load comes after the write, and its lease is spoiled.
    let settings = json!({ "misses": "leased", "lease": "1s" });
    let classes = json!([
        { "id": "read", "keys": 1, "weight": 99 },
        { "id": "write", "keys": 1, "operation": "write", "weight": 1 }
    ]);
    let report = run(&behind(1000.0, &classes, &settings, "0s"), 100.0);
    // Ten writes a second, and after each the next lease is waited for: at most one load a second.
    let reads = report.requests.offered as f64;
    let written = report.classes.iter().find(|(id, _)| id == "write").expect("it is there").1.offered as f64;
    assert!(loads(&report) - written <= 101.0 && reads > 90_000.0, "{}", loads(&report) - written);
}

#[test]
fn with_leases_what_was_written_is_stale_for_those_without_one() {
    let classes = json!([
        { "id": "read", "keys": 1, "weight": 99 },
        { "id": "write", "keys": 1, "operation": "write", "weight": 1 }
    ]);
    let settings = json!({ "misses": "leased", "lease": "1s", "ttl": "1h", "stale_for": "10s" });
    let report = run(&behind(1000.0, &classes, &settings, "0s"), 100.0);
    let reads = &report.classes.iter().find(|(id, _)| id == "read").expect("it is there").1;
    assert!(reads.latency_s.max.is_some_and(|max| max < 1e-9), "nobody waits: {:?}", reads.latency_s);
    // A lease a second, which the next of ten writes makes old after 100 ms on average; the rest of the second is stale.
    let stale = figure(&report, "stale_share");
    assert!((stale - 0.9).abs() < 0.04, "{stale}");
}

#[test]
fn who_joins_a_load_shares_its_failure() {
    let mut file = even(behind(1000.0, &keys(1), &json!({ "misses": "joined" }), "100ms"));
    file["links"][1]["timeout"] = json!("50ms");
    let report = run(&file, 10.0);
    let timed_out = report.failures.iter().find(|(reason, _)| reason == "timed_out").map_or(0, |(_, n)| *n);
    assert_eq!((report.requests.finished, report.requests.failed), (0, timed_out));
    // One load in 50 ms and the gap to the next who asks; the others joined.
    assert!((190.0..=201.0).contains(&loads(&report)), "{}", loads(&report));
    let joined = figure(&report, "joined_per_s") * 10.0;
    assert!((joined + loads(&report) - report.requests.offered as f64).abs() < 0.5);
}

#[test]
fn a_crash_ends_those_who_wait_and_another_setting_lets_them_wait() {
    let file = even(behind(1000.0, &keys(1), &json!({ "misses": "joined" }), "1s"));
    let mut run = begin(&file);
    until(&mut run, 0.5);
    happen(&mut run, json!({ "event": "crash", "component": "cache", "instances": 1 }));
    let report = until(&mut run, 0.6);
    let reset = report.failures.iter().find(|(reason, _)| reason == "reset").map_or(0, |(_, n)| *n);
    assert!((498..=500).contains(&reset), "{reset}");
    happen(&mut run, json!({ "event": "return", "component": "cache" }));
    until(&mut run, 0.9);
    set(&mut run, "misses", json!("each"));
    let report = until(&mut run, 3.0);
    let fresh = report.requests.finished + report.requests.failed + report.requests.in_flight;
    assert_eq!((fresh, report.requests.in_flight), (report.requests.offered, 0));
    assert!(report.requests.finished > 2300, "{}", report.requests.finished);
}

#[test]
fn early_refreshes_spare_the_expiry_as_often_as_the_formula_says() {
    // Readers of one key at r, a load of d: the chance that nobody refreshes in time is exp(−r β d).
    for (rate, beta) in [(10.0, 1.0), (10.0, 2.0), (20.0, 1.0)] {
        let settings = json!({ "ttl": "2s", "refresh_early": beta, "misses": "joined" });
        let secs = 20_000.0;
        let report = run(&behind(rate, &keys(1), &settings, "100ms"), secs);
        let missed = report.requests.offered as f64 * (1.0 - figure(&report, "hit_ratio"));
        // Of those who missed, those who did not join anybody found it past its time.
        let expired = missed - figure(&report, "joined_per_s") * secs;
        let rounds = loads(&report);
        let expected = libm::exp(-rate * beta * 0.1);
        let error = (expected * (1.0 - expected) / rounds).sqrt();
        assert!(
            (expired / rounds - expected).abs() < 4.0 * error,
            "{} for {expected} ± {error}",
            expired / rounds
        );
    }
}

#[test]
fn a_read_that_refreshes_early_waits_for_its_load_and_the_others_are_served() {
    for (rate, beta) in [(10.0, 1.0), (10.0, 2.0), (20.0, 1.0)] {
        let (ttl, d) = (2.0, 0.1);
        let settings =
            json!({ "ttl": "2s", "refresh_early": beta, "early_by": "reader", "misses": "joined" });
        let secs = 20_000.0;
        let report = run(&behind(rate, &keys(1), &settings, "100ms"), secs);
        // A read with x to go is early with the chance exp(−x / (β d)), so nobody was until then with S(x) = exp(−r β d (exp(−x / (β d)) − …)).
        let scale = beta * d;
        let nobody = |x: f64| libm::exp(-rate * scale * (libm::exp(-x / scale) - libm::exp(-ttl / scale)));
        let steps = 20_000;
        let until: f64 = (0..steps).map(|i| nobody(ttl * (f64::from(i) + 0.5) / f64::from(steps))).sum();
        // Then come the load, and before it, if nobody was early at all, the wait for the next read.
        let round = until * ttl / f64::from(steps) + nobody(0.0) / rate + d;
        let expected = secs / round;
        // A round's length varies by some tenths of a second.
        let error = expected.sqrt() * 0.3 / round;
        assert!(
            (loads(&report) - expected).abs() < 4.0 * error,
            "{} for {expected} ± {error}",
            loads(&report)
        );
        // Whoever loads waits for all of the load, and is a miss; the others join only if there is nothing fresh any more.
        let missed = report.requests.offered as f64 * (1.0 - figure(&report, "hit_ratio"));
        let joined = figure(&report, "joined_per_s") * secs;
        assert!((missed - joined - loads(&report)).abs() < 0.5, "{missed} {joined}");
        let waited = report.latency_s.mean.expect("some were answered") * report.requests.finished as f64;
        assert!(waited > d * loads(&report) - 0.2 && waited < d * (loads(&report) + joined), "{waited}");
        assert!(joined < rate * d * loads(&report) * 0.9, "{joined} for {}", loads(&report));
    }
}

#[test]
fn without_a_lock_all_who_are_early_load_by_themselves() {
    // As in the paper: while the first loads for 100 ms, ten more reads come and draw as well, each time with better chances.
    let loads_of = |misses: &str| {
        let settings = json!({ "ttl": "2s", "refresh_early": 1, "early_by": "reader", "misses": misses });
        loads(&run(&behind(100.0, &keys(1), &settings, "100ms"), 2_000.0))
    };
    let (each, joined, leased) = (loads_of("each"), loads_of("joined"), loads_of("leased"));
    assert!(each > 1.5 * joined && leased < joined * 1.01, "{each} {joined} {leased}");
}

#[test]
fn settings_that_would_do_nothing_are_refused() {
    let refused = |settings: Json| {
        let mut file = behind(1.0, &keys(1), &settings, "0s");
        // What a cache-aside is refused for is not its link.
        file["links"].as_array_mut().expect("a list").pop();
        let model = tenfold::model::Model::from_value(&file);
        model.expect_err("it makes no sense").iter().map(ToString::to_string).collect::<String>()
    };
    for (settings, field) in [
        (json!({ "ttl_mode": "sliding" }), "ttl_mode"),
        (json!({ "ttl_jitter": 0.1 }), "ttl_jitter"),
        (json!({ "stale_for": "1s" }), "stale_for"),
        (json!({ "refresh_early": 1 }), "refresh_early"),
        (json!({ "ttl": "1s", "early_by": "reader" }), "early_by"),
        (json!({ "pattern": "aside", "writes": "through" }), "writes"),
        (json!({ "pattern": "aside", "misses": "joined" }), "misses"),
        (json!({ "pattern": "aside", "ttl": "1s", "refresh_early": 1 }), "refresh_early"),
        (json!({ "pattern": "aside", "ttl": "1s", "stale_for": "1s" }), "stale_for"),
        (json!({ "writes": "behind" }), "writes"),
    ] {
        let words = refused(settings);
        assert!(words.contains(&format!("components[\"cache\"].{field}")), "{field}: {words}");
    }
}

/// A load takes 300 ms, ten writes a second come: it is of use only if none comes meanwhile, which has chance e⁻³. Then it is until the next write, a tenth of a second on
/// average, in each second that a lease lasts.
#[test]
fn what_is_loaded_while_it_is_written_is_not_kept() {
    let classes = json!([
        { "id": "read", "keys": 1, "weight": 9 }, { "id": "write", "keys": 1, "operation": "write", "weight": 1 }
    ]);
    let settings = json!({ "misses": "leased", "lease": "1s", "lease_retry": "100ms" });
    let report = run(&behind(100.0, &classes, &settings, "300ms"), 500.0);
    let expected = libm::exp(-3.0) * 0.1;
    let seen = figure(&report, "hit_ratio");
    // Some 25 loads are kept, for times with an exponential law, so that the share is good to √(2/25); were all kept, it would be twenty times that.
    assert!((0.2..2.5).contains(&(seen / expected)), "{seen} for {expected}");
}
