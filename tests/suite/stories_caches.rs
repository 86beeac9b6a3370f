//! What the built-in models about caches tell in their descriptions and notes is what happens when they run.

use serde_json::{Value as Json, json};
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, edit::Edit, presets};

fn model(slug: &str) -> Model {
    presets::by_slug(slug).expect("a built-in model").model()
}

fn changed(model: &Model, edits: &[Edit]) -> Model {
    let mut model = model.clone();
    edits
        .iter()
        .for_each(|edit| _ = edit.apply(&mut model).unwrap_or_else(|errors| panic!("{edit}: {errors:#?}")));
    model
}

fn set(id: &str, field: &str, value: Json) -> Edit {
    Edit::SetComponent { id: id.into(), field: field.into(), value }
}

/// The report of the part after `from` minutes.
fn report(model: &Model, from: u64) -> Report {
    let mut model = model.clone();
    model.head.warm_up = Some(Span::from_secs(60 * from));
    whole(&model)
}

fn whole(model: &Model) -> Report {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let figures = &report.component(id).expect("it is there").figures;
    figures.iter().find(|(k, _)| k == key).and_then(|(_, x)| *x).unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn a_stampede_makes_sixty_queries_of_one_and_three_cures_make_one() {
    let story = model("stampede");
    let seen = whole(&story);
    let of = |id: &str| seen.component(id).expect("it is there");
    let secs = story.head.duration.secs() - 90.0;
    // 1 + r d = 61 queries of 200 ms on two cores are busy for 6.1 s, and the last of them begins another ten seconds.
    let rounds = secs / (10.0 + 6.1);
    let queries = of("db-a").arrivals as f64 / rounds;
    assert!((queries / 61.0 - 1.0).abs() < 0.05, "{queries} a round");
    let busy = of("db-a").utilisation.expect("it has cores") * secs / rounds;
    assert!((busy / 6.1 - 1.0).abs() < 0.05, "{busy} s a round");
    assert!(of("cache-a").sojourn_s.p99 > Some(1.0), "{:?}", of("cache-a").sojourn_s);
    // Joined and stale: a round is ten seconds and a query. Early: shorter by about d ln(r d) = 0.8 s.
    for (id, round) in [("db-b", 10.2), ("db-c", 9.4), ("db-d", 10.2)] {
        let queries = of(id).arrivals as f64 / (secs / round);
        assert!((queries - 1.0).abs() < 0.05, "{id}: {queries} a round");
    }
    assert!(of("cache-b").sojourn_s.max.is_some_and(|max| (0.19..0.21).contains(&max)));
    let joined = figure(&seen, "cache-b", "joined_per_s") * 10.2;
    assert!((joined / 60.0 - 1.0).abs() < 0.06, "{joined} wait for the one");
    for id in ["cache-c", "cache-d"] {
        assert!(of(id).sojourn_s.max < Some(0.001), "nobody waits: {:?}", of(id).sojourn_s);
    }
    assert!((figure(&seen, "cache-d", "stale_share") - 0.02).abs() < 0.002);
    let met = |report: &Report| report.objectives.iter().all(|o| o.met);
    let cured = changed(&story, &[Edit::RemoveComponent { id: "cache-a".into() }]);
    assert!(!met(&seen) && met(&whole(&cured)));
    let leased = whole(&changed(&story, &[set("cache-a", "misses", json!("leased"))]));
    assert!(leased.component("db-a").expect("it is there").arrivals < 60);
}

#[test]
fn policies_differ_by_ten_points_on_the_same_keys() {
    let story = model("eviction-policies");
    let seen = whole(&story);
    let hits = |id: &str| figure(&seen, id, "hit_ratio");
    let lru = hits("lru");
    assert!((lru - 0.25).abs() < 0.01, "{lru}");
    assert!((lru - hits("fifo") - 0.03).abs() < 0.005 && (hits("redis") - lru).abs() < 0.005);
    for id in ["lfu", "sieve", "s3-fifo", "w-tinylfu"] {
        assert!((hits(id) - lru - 0.10).abs() < 0.015, "{id}: {}", hits(id));
    }
    // Without the crawler all requests are the readers'.
    let mut quiet = story.clone();
    quiet.classes[1].weight = 0.0;
    let quiet = whole(&quiet);
    let gain = |id: &str| figure(&quiet, id, "hit_ratio") / (hits(id) / 0.8) - 1.0;
    assert!((gain("lru") - 1.0 / 12.0).abs() < 0.015, "{}", gain("lru"));
    assert!(gain("s3-fifo").abs() < 0.01, "{}", gain("s3-fifo"));
}

/// The share of requests that fail in the last quarter of an hour or less, from `from` minutes on.
fn failing(model: &Model, from: u64) -> f64 {
    let seen = report(model, from);
    seen.requests.failed as f64 / seen.requests.offered as f64
}

fn lasting(model: &Model, minutes: u64) -> Model {
    let mut model = model.clone();
    model.head.duration = Span::from_secs(60 * minutes);
    model
}

#[test]
fn a_flush_takes_everything_down_for_good() {
    let story = model("metastable-flush");
    let calm = report(&lasting(&story, 6), 4);
    assert_eq!(calm.requests.failed, 0);
    assert!(figure(&calm, "cache", "hit_ratio") > 0.92);
    let busy = |report: &Report| report.component("db").and_then(|db| db.utilisation).expect("it has cores");
    assert!(busy(&calm) < 0.45, "{}", busy(&calm));
    for (minutes, from) in [(12, 9), (66, 60)] {
        let down = report(&lasting(&story, minutes), from);
        let failing = down.requests.failed as f64 / down.requests.offered as f64;
        assert!((failing - 0.65).abs() < 0.03, "{failing}");
        let db = down.component("db").expect("it is there");
        // What came in before is among what has ended.
        assert!(busy(&down) > 0.99 && db.wasted as f64 > 0.99 * db.arrivals as f64, "{db:?}");
    }
}

#[test]
fn less_load_for_long_enough_a_short_queue_or_keeping_what_is_late_cures_it() {
    let story = model("metastable-flush");
    let patient = Edit::SetLink { id: "cache-db".into(), field: "timeout".into(), value: Json::Null };
    for cure in
        [set("db", "connection_wait", json!("500ms")), set("db", "machine", json!("general-8x32")), patient]
    {
        let failing = failing(&changed(&story, std::slice::from_ref(&cure)), 9);
        assert!(failing < 1e-3, "{cure}: {failing}");
    }
    let failing_with = |edit| failing(&changed(&story, &[edit]), 9);
    assert!(failing_with(set("cache", "misses", json!("joined"))) > 0.6);
    let eased = |minutes: u64| {
        let timeline = vec![
            json!({ "at": "6m", "event": "flush", "component": "cache" }),
            json!({ "at": "7m", "event": "load", "factor": 0.2 }),
            json!({ "at": format!("{}m", 7 + minutes), "event": "load", "factor": 1 }),
        ];
        let edit = Edit::Timeline { timeline };
        failing(&changed(&lasting(&story, 15), &[edit]), 12)
    };
    let (long, short) = (eased(4), eased(2));
    assert!(long < 1e-3 && short > 0.2, "{long} {short}");
}
