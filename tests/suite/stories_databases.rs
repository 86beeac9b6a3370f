//! What the built-in models of databases tell in their descriptions is what happens when they run.

use serde_json::{Value as Json, json};
use tenfold::measure::{ComponentRow, Frame, Report};
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, edit::Edit, presets};

fn model(slug: &str) -> Model {
    presets::by_slug(slug).expect("a built-in model").model()
}

fn set(id: &str, field: &str, value: Json) -> Edit {
    Edit::SetComponent { id: id.into(), field: field.into(), value }
}

fn with(model: &Model, id: &str, field: &str, value: Json) -> Model {
    let mut model = model.clone();
    set(id, field, value).apply(&mut model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    model
}

fn at_load(model: &Model, load: f64) -> Model {
    let mut model = model.clone();
    model.head.load = load;
    model
}

/// A model that runs, and what can be seen of it.
struct Show {
    run: Simulation,
    ids: Vec<String>,
}

impl Show {
    fn new(model: &Model) -> Show {
        let run = Simulation::new(model).expect("the model is legal");
        Show { ids: run.topology().components, run }
    }
    /// Runs to `secs` and gives what was seen since the last time.
    fn to(&mut self, secs: u64) -> Frame {
        self.run.run_until(SimTime::ZERO + Span::from_secs(secs));
        self.run.frame()
    }
    /// Measures from now to `secs`.
    fn measure_to(&mut self, secs: u64) -> Report {
        self.run.measure_afresh();
        self.to(secs);
        self.run.report()
    }
    fn row(&self, frame: &Frame, id: &str) -> ComponentRow {
        let at = self.ids.iter().position(|known| known == id).expect("it is there");
        frame.components[at]
    }
}

fn report(model: &Model) -> Report {
    let mut show = Show::new(model);
    show.to(model.head.duration.secs() as u64);
    show.run.report()
}

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let figures = &report.component(id).expect("it is there").figures;
    figures.iter().find(|(k, _)| k == key).and_then(|(_, x)| *x).unwrap_or_else(|| panic!("no {key}"))
}

fn p99(report: &Report, id: &str) -> f64 {
    report.component(id).and_then(|c| c.sojourn_s.p99).expect("some were answered")
}

fn failed_share(report: &Report) -> f64 {
    report.requests.failed as f64 / report.requests.offered as f64
}

#[test]
fn replicas_that_apply_too_slowly_show_the_world_as_it_was_and_no_latency_tells() {
    let model = model("replica-lag");
    let mut show = Show::new(&model);
    let stale = |report: &Report| figure(report, "db", "stale_reads");
    let lag = |report: &Report| figure(report, "db", "replica_lag_s");
    show.to(60);
    let calm = show.measure_to(300);
    assert!(stale(&calm) < 0.01 && lag(&calm) < 0.060, "{} {}", stale(&calm), lag(&calm));
    show.to(400);
    let import = show.measure_to(480);
    assert!(stale(&import) > 0.45 && lag(&import) > 50.0, "{} {}", stale(&import), lag(&import));
    let (before, during) = (p99(&calm, "db"), p99(&import, "db"));
    assert!(during < 1.25 * before, "{before} {during}");
    show.to(550);
    let after = show.measure_to(700);
    assert!(stale(&after) < 0.02 && lag(&after) < 0.060, "{} {}", stale(&after), lag(&after));

    let mut yours = Show::new(&with(&model, "db", "read_your_writes", json!(true)));
    yours.to(400);
    let import = yours.measure_to(480);
    assert!(stale(&import).abs() < 1e-12, "{}", stale(&import));
}

#[test]
fn a_standby_that_takes_over_cold_is_a_second_outage() {
    let cold = model("cold-failover");
    let mut show = Show::new(&cold);
    show.to(240);
    let warm = show.measure_to(360);
    assert!(warm.latency_s.p99.is_some_and(|p99| p99 < 0.040), "{:?}", warm.latency_s);
    let down = show.measure_to(389);
    assert!(failed_share(&down) > 0.99, "{}", failed_share(&down));
    show.to(391);
    let taken_over = show.measure_to(420);
    assert!(taken_over.latency_s.p50.is_some_and(|p50| p50 > 1.8), "{:?}", taken_over.latency_s);
    let failed = failed_share(&taken_over);
    assert!((0.05..0.20).contains(&failed), "{failed}");
    let disk = |report: &Report| {
        let db = report.component("db").expect("it is there");
        let disk = &db.stations.iter().find(|(name, _)| name == "disk").expect("it has a limit").1;
        disk.utilisation.expect("it is limited")
    };
    show.to(600);
    let later = show.measure_to(660);
    assert!(disk(&later) > 1.2 * disk(&warm), "{} {}", disk(&later), disk(&warm));
    let lost = figure(&report(&cold), "db", "lost_writes");
    assert!((1.0..=20.0).contains(&lost), "{lost}");

    let mut any = Show::new(&with(&cold, "db", "read_from", json!("any")));
    any.to(360);
    let down = any.measure_to(389);
    // A quarter of the requests are writes.
    assert!((failed_share(&down) - 0.25).abs() < 0.03, "{}", failed_share(&down));
    any.to(391);
    let taken_over = any.measure_to(420);
    assert!(taken_over.latency_s.p99.is_some_and(|p99| p99 < 0.060), "{:?}", taken_over.latency_s);
}

#[test]
fn one_row_can_stop_a_shop() {
    let shop = model("hot-row");
    let mut show = Show::new(&shop);
    show.to(200);
    let viral = show.measure_to(420);
    let of = |report: &Report, class: &str| {
        report.classes.iter().find(|(id, _)| id == class).expect("it is there").1.latency_s.p99
    };
    assert!(of(&viral, "viral").is_some_and(|p99| (0.15..0.40).contains(&p99)), "{:?}", of(&viral, "viral"));
    assert!(of(&viral, "buy").is_some_and(|p99| p99 < 0.030), "{:?}", of(&viral, "buy"));
    let db = viral.component("db").expect("it is there");
    let cores = db.stations.iter().find(|(name, _)| name == "cores").and_then(|(_, cores)| cores.utilisation);
    assert!(cores.is_some_and(|used| used < 0.07), "{cores:?}");

    let mut more = Show::new(&at_load(&shop, 1.2));
    more.to(360);
    let dead = more.measure_to(420);
    assert!(failed_share(&dead) > 0.9, "{}", failed_share(&dead));
    let short = with(&shop, "db", "transaction", json!({ "law": "exponential", "mean": "1ms" }));
    let mut short = Show::new(&at_load(&short, 1.2));
    short.to(360);
    assert_eq!(short.measure_to(420).requests.failed, 0);
}

#[test]
fn a_hot_shard_saturates_while_the_others_idle_and_cools_down_while_keys_move() {
    let ranges = model("hot-shard");
    let hottest = |report: &Report| figure(report, "db", "hottest_shard");
    let hot = report(&ranges);
    let even = report(&with(&ranges, "db", "sharding", json!("hash")));
    assert!(
        (hottest(&hot) - 0.9).abs() < 0.03 && hottest(&even) < 0.40,
        "{} {}",
        hottest(&hot),
        hottest(&even)
    );
    let used = hot.component("db").and_then(|db| db.utilisation).expect("it has cores");
    assert!((used - 0.27).abs() < 0.02, "{used}");
    let (slow, quick) = (hot.latency_s.p99.expect("some"), even.latency_s.p99.expect("some"));
    assert!(quick < slow / 2.5, "{slow} {quick}");
    let more = report(&at_load(&ranges, 1.2));
    assert!(failed_share(&more) > 0.9, "{}", failed_share(&more));
    // The app's workers all wait, and the shards together are hardly busy: still it is the database that has too much to do.
    let verdict = &more.statistics.verdicts[0];
    assert_eq!(verdict.about.as_deref(), Some("db"), "{verdict:?}");
    let eight = report(&with(&ranges, "db", "shards", json!(8)));
    assert!(hottest(&eight) > 0.8, "{}", hottest(&eight));

    let mut show = Show::new(&ranges);
    show.to(60);
    show.run.apply(&set("db", "sharding", json!("hash"))).expect("it can be changed");
    let half = show.to(100);
    let all = show.to(150);
    let share = |show: &Show, frame: &Frame| show.row(frame, "db").figures()[5];
    assert!((0.45..0.75).contains(&share(&show, &half)), "{}", share(&show, &half));
    assert!(share(&show, &all) < 0.42, "{}", share(&show, &all));
    assert!(all.notices.iter().any(|notice| notice.what == "keys have moved"), "{:?}", all.notices);
}

#[test]
fn a_queue_now_and_then_at_one_of_many_servers_is_no_saturation() {
    // Of sixteen shards that are busy two thirds of the time some has a queue at nearly every moment.
    for slug in ["scatter-gather", "replica-lag"] {
        let mut show = Show::new(&model(slug));
        for second in 1..=120 {
            let frame = show.to(second);
            assert!(show.row(&frame, "db").saturated < 0.5, "{slug} at {second} s");
        }
    }
}

#[test]
fn a_search_over_all_shards_is_as_slow_as_the_slowest() {
    let shards = model("scatter-gather");
    let both = report(&shards);
    let of = |class: &str| both.classes.iter().find(|(id, _)| id == class).expect("it is there").1.latency_s;
    let (profile, search) = (of("profile"), of("search"));
    let ratio = search.p50.expect("some") / profile.p95.expect("some");
    assert!((ratio - 1.0).abs() < 0.1, "{search:?} {profile:?}");
    assert!(profile.p50.is_some_and(|p50| p50 < 0.015), "{profile:?}");
    let used = |report: &Report| report.component("db").and_then(|db| db.utilisation).expect("it has cores");
    let mut alone = shards;
    alone.classes[1].weight = 0.0;
    let alone = report(&alone);
    // Of twenty requests nineteen are one piece of work and one is sixteen, of 8 ms on 32 cores at 1,500 a second.
    let each = 1500.0 * 0.008 / 32.0;
    assert!((used(&both) - each * 35.0 / 20.0).abs() < 0.02, "{}", used(&both));
    assert!((used(&alone) - each).abs() < 0.02, "{}", used(&alone));
}

#[test]
fn a_scan_dies_of_growth_and_an_index_does_not_notice() {
    let growth = model("table-growth");
    let mut show = Show::new(&growth);
    show.to(10);
    let first = show.measure_to(60);
    show.to(480);
    let eighth = show.to(481);
    assert!(show.row(&eighth, "scanned").failures_per_s.abs() < 1e-9);
    show.to(540);
    let last = show.measure_to(600);
    let scanned = last.component("scanned").expect("it is there");
    assert!(scanned.utilisation.is_some_and(|used| used > 0.99), "{:?}", scanned.utilisation);
    // The dashboard asks 20 times a second.
    let failed = scanned.failures as f64 / (20.0 * 60.0);
    assert!((0.3..0.8).contains(&failed), "{failed}");
    let (before, after) = (p99(&first, "indexed"), p99(&last, "indexed"));
    assert!((after / before - 1.0).abs() < 0.15, "{before} {after}");
    show.run.apply(&set("scanned", "lookup", json!("index"))).expect("it can be changed");
    show.to(605);
    let cured = show.measure_to(630);
    assert!(p99(&cured, "scanned") < 0.05 && cured.requests.failed == 0, "{}", p99(&cured, "scanned"));
}

#[test]
fn the_cliff_is_where_the_disk_ends() {
    let copies = model("working-set");
    let calm = report(&copies);
    let disk = |report: &Report, id: &str| {
        let db = report.component(id).expect("it is there");
        db.stations
            .iter()
            .find(|(name, _)| name == "disk")
            .and_then(|(_, disk)| disk.utilisation)
            .unwrap_or(0.0)
    };
    for (id, share) in [("all", 0.01), ("most", 0.09), ("half", 0.45)] {
        assert!((disk(&calm, id) - share).abs() < 0.02, "{id}: {}", disk(&calm, id));
    }
    assert!(p99(&calm, "half") < 0.005, "{}", p99(&calm, "half"));
    let more = report(&at_load(&copies, 2.3));
    assert!(p99(&more, "all") < 0.003 && p99(&more, "most") < 0.004);
    let half = more.component("half").expect("it is there");
    assert!(half.sojourn_s.mean.is_some_and(|mean| mean > 0.35), "{:?}", half.sojourn_s);
    let cores =
        half.stations.iter().find(|(name, _)| name == "cores").and_then(|(_, cores)| cores.utilisation);
    assert!(disk(&more, "half") > 0.99 && cores.is_some_and(|used| used < 0.2), "{cores:?}");
}
