//! What the built-in models tell in their descriptions is what happens when they run.

use serde_json::json;
use tenfold::measure::report::Times;
use tenfold::measure::{Report, WindowRow};
use tenfold::model::{Link, Model};
use tenfold::theory::beside::{Quantity, Standing, beside};
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, edit::Edit, presets};

pub(crate) fn model(slug: &str) -> Model {
    presets::by_slug(slug).expect("a built-in model").model()
}

pub(crate) fn at_load(model: &Model, load: f64) -> Model {
    let mut model = model.clone();
    model.head.load = load;
    model
}

fn with(model: &Model, id: &str, field: &str, value: serde_json::Value) -> Model {
    let mut model = model.clone();
    let edit = Edit::SetComponent { id: id.into(), field: field.into(), value };
    edit.apply(&mut model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    model
}

pub(crate) fn report(model: &Model) -> Report {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    run.report()
}

/// The charts' points from one time to another, each over `window`.
pub(crate) fn windows(model: &Model, window: Span) -> Vec<WindowRow> {
    let mut model = model.clone();
    model.head.window = window;
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    run.frame().windows
}

/// The mean of a column over the windows that end after `from` and not after `to`, seconds.
pub(crate) fn mean(rows: &[WindowRow], from: f64, to: f64, column: fn(&WindowRow) -> f64) -> f64 {
    let part: Vec<f64> = rows.iter().filter(|row| row.at_s > from && row.at_s <= to).map(column).collect();
    part.iter().sum::<f64>() / part.len() as f64
}

pub(crate) fn busy(report: &Report, id: &str) -> f64 {
    report.component(id).and_then(|c| c.utilisation).expect("it has servers")
}

/// Asserts that a mean time is within so many per cent of what theory says.
fn near(times: Times, theory_s: f64, percent: f64) {
    let mean = times.mean.expect("some were answered");
    assert!(
        (mean / theory_s - 1.0).abs() <= percent / 100.0,
        "{mean} s is not within {percent} % of {theory_s} s"
    );
}

/// Asserts that theory has a formula for each of these figures of a component, and that the run came within so many per cent of it.
fn as_theory_says(model: &Model, seen: &Report, id: &str, quantities: &[Quantity], percent: f64) {
    let beside = beside(model, seen).into_iter().find(|b| b.component == id).expect("it is there");
    for quantity in quantities {
        let line = beside.lines.iter().find(|line| line.quantity == *quantity);
        let line = line.unwrap_or_else(|| panic!("no {quantity:?} in {beside:?}"));
        assert_eq!(line.standing, Standing::Exact, "{beside:?}");
        let deviation = line.deviation.expect("some were answered");
        assert!(deviation.abs() <= percent / 100.0, "{id}: {line:?} is off by more than {percent} %");
    }
}

fn without_cache(chain: &Model) -> Model {
    let mut model = chain.clone();
    Edit::RemoveComponent { id: "products".into() }.apply(&mut model).expect("the cache can be removed");
    Edit::add_link(&Link::between("app", "orders")).apply(&mut model).expect("the app can call the database");
    model
}

#[test]
fn every_built_in_model_has_a_title_a_story_places_and_a_run_of_a_few_seconds_at_most() {
    for preset in presets::ALL {
        let model = preset.model();
        assert!(model.head.description.len() > 200 && !model.head.notes.is_empty(), "{}", preset.slug);
        assert!(model.components.iter().all(|c| c.at.is_some() && c.name != c.id), "{}", preset.slug);
        for (i, a) in model.components.iter().enumerate() {
            for b in &model.components[..i] {
                let (a, b) = (a.at.unwrap_or_default(), b.at.unwrap_or_default());
                let apart = (a.x - b.x).abs() >= 172.0 + 24.0 || (a.y - b.y).abs() >= 92.0 + 24.0;
                assert!(apart, "{}: cards overlap at {a:?} and {b:?}", preset.slug);
            }
        }
        let warm_up = model.head.warm_up.expect("an example says how long it warms up");
        assert!(warm_up.secs() <= model.head.duration.secs() / 2.0, "{}", preset.slug);
    }
}

#[test]
fn the_chain_is_calm_at_its_load_and_meets_its_objectives() {
    let calm = report(&model("classic-chain"));
    assert!(calm.objectives.len() == 3 && calm.objectives.iter().all(|o| o.met), "{:#?}", calm.objectives);
    for id in ["app", "products", "orders"] {
        assert!(busy(&calm, id) < 0.6, "{id} is busy {}", busy(&calm, id));
    }
    let per_hour = calm.cost.per_hour_usd.expect("it was measured");
    assert!(per_hour > 3.0 && per_hour < 6.0, "{per_hour}");
}

#[test]
fn in_the_chain_the_app_servers_saturate_first_and_with_twice_as_many_the_database() {
    let chain = model("classic-chain");
    let calm = report(&at_load(&chain, 2.0));
    assert!(calm.requests.failed == 0 && busy(&calm, "app") < 0.8 && busy(&calm, "orders") < 0.8);
    let hot = report(&at_load(&chain, 3.0));
    assert!(busy(&hot, "app") > 0.97 && busy(&hot, "orders") < 0.8, "{hot}");
    assert!(hot.objectives.iter().all(|o| !o.met));
    let wide = report(&at_load(&with(&chain, "app", "instances", json!(8)), 3.0));
    assert!(busy(&wide, "orders") > 0.97 && busy(&wide, "app") < 0.8, "{wide}");
}

#[test]
fn without_its_cache_the_chain_has_its_bottleneck_in_the_database_at_half_as_much_again() {
    let bare = without_cache(&model("classic-chain"));
    let calm = report(&bare);
    assert!(calm.objectives.iter().all(|o| o.met) && busy(&calm, "orders") > 0.6, "{calm}");
    let hot = report(&at_load(&bare, 1.5));
    assert!(busy(&hot, "orders") > 0.97 && busy(&hot, "app") < 0.8, "{hot}");
    assert!(hot.latency_s.p99 > Some(1.0));
    let cached = report(&at_load(&model("classic-chain"), 1.5));
    assert!(busy(&cached, "orders") < 0.6 && cached.latency_s.p99 < Some(0.3));
}

#[test]
fn a_flash_crowd_leaves_servers_at_work_for_nobody_and_a_short_queue_saves_them() {
    let crowd = model("flash-crowd");
    let rows = windows(&crowd, Span::from_secs(5));
    let good = |from, to| mean(&rows, from, to, |row| row.good_per_s);
    assert!((good(0.0, 120.0) / 400.0 - 1.0).abs() < 0.05, "calm before: {}", good(0.0, 120.0));
    // The plateau is from 2:30 to 4:30, the crowd is gone at 5:00.
    assert!(good(180.0, 270.0) < 8.0, "hardly anybody is served: {}", good(180.0, 270.0));
    assert!(good(300.0, 315.0) < 8.0, "nor when the crowd has left: {}", good(300.0, 315.0));
    assert!((good(360.0, 600.0) / 400.0 - 1.0).abs() < 0.05, "calm after: {}", good(360.0, 600.0));
    let wasted = report(&crowd).component("app").map_or(0, |app| app.wasted);
    assert!(wasted > 50_000, "{wasted} requests were worked on for nobody");
    let short = with(&with(&crowd, "app", "workers", json!(50)), "app", "backlog", json!(50));
    let good = mean(&windows(&short, Span::from_secs(5)), 180.0, 270.0, |row| row.good_per_s);
    assert!(good > 0.95 * 800.0, "with a short queue {good} of the 800 they can do are served well");
}

#[test]
fn a_flushed_cache_takes_its_small_database_down_for_more_than_a_minute() {
    let story = model("cache-flush");
    let rows = windows(&story, Span::from_secs(5));
    let p99 = |from, to| mean(&rows, from, to, |row| row.p99_s);
    let failed = |from, to| mean(&rows, from, to, |row| row.failed_per_s) / 800.0;
    assert!(failed(240.0, 360.0) < 1e-4 && p99(240.0, 360.0) < 0.1, "calm before");
    assert!(failed(360.0, 380.0) > 0.15 && failed(360.0, 380.0) < 0.4, "{}", failed(360.0, 380.0));
    assert!(p99(360.0, 430.0) > 1.0, "slow for more than a minute: {}", p99(360.0, 430.0));
    assert!(failed(480.0, 720.0) < 1e-4 && p99(480.0, 720.0) < 0.1, "calm after two minutes");
    let large = windows(&with(&story, "db", "machine", json!("general-8x32")), Span::from_secs(5));
    assert!(mean(&large, 360.0, 720.0, |row| row.failed_per_s) < 1e-9);
    assert!(mean(&large, 360.0, 380.0, |row| row.p99_s) < 0.2, "nobody notices with a large database");
}

#[test]
fn one_server_of_three_down_doubles_the_tail_and_one_of_four_hardly_shows() {
    let story = model("instance-crash");
    let tail =
        |model: &Model, from, to| mean(&windows(model, Span::from_secs(10)), from, to, |row| row.p99_s);
    let (before, during, after) =
        (tail(&story, 60.0, 180.0), tail(&story, 190.0, 360.0), tail(&story, 420.0, 600.0));
    assert!(during > 1.6 * before, "{during} against {before}");
    assert!((after / before - 1.0).abs() < 0.1, "{after} against {before}");
    let whole = report(&story);
    assert!(whole.requests.failed < 20, "{} were lost", whole.requests.failed);
    let four = with(&story, "app", "instances", json!(4));
    let (before, during) = (tail(&four, 60.0, 180.0), tail(&four, 190.0, 360.0));
    assert!(during < 1.15 * before, "{during} against {before}");
}

#[test]
fn four_ways_to_balance_give_the_times_of_theory() {
    let story = model("power-of-two");
    let report = report(&story);
    let sojourn = |id| report.component(id).expect("it is there").sojourn_s;
    // Work of 10 ms at 80 %: M/M/1 and Erlang-10/M/1 have formulas; two and all of ten were simulated elsewhere.
    as_theory_says(&story, &report, "servers-a", &[Quantity::Here, Quantity::HereP99], 6.0);
    as_theory_says(&story, &report, "servers-b", &[Quantity::Here, Quantity::HereP99], 4.0);
    near(sojourn("servers-c"), 0.0210, 4.0);
    near(sojourn("servers-d"), 0.0135, 4.0);
}

#[test]
fn users_who_wait_slow_themselves_down_as_mean_value_analysis_says() {
    let story = model("closed-loop");
    for users in [10, 40, 60, 120] {
        let model = at_load(&story, f64::from(users) / 40.0);
        let seen = report(&model);
        as_theory_says(&model, &seen, "users", &[Quantity::Arrivals], 1.5);
        as_theory_says(&model, &seen, "users", &[Quantity::Answer], 4.0);
    }
}

#[test]
fn the_textbook_queue_doubles_its_time_from_80_to_90_percent_and_again_to_95() {
    let story = model("mm1");
    for (load, mean_s, percent) in [(1.0, 0.050, 6.0), (1.125, 0.100, 10.0), (1.1875, 0.200, 20.0)] {
        let model = at_load(&story, load);
        let seen = report(&model);
        near(seen.latency_s, mean_s, percent);
        as_theory_says(&model, &seen, "server", &[Quantity::Here, Quantity::HereP99], percent);
    }
    assert!(report(&story).objectives.iter().all(|o| o.met));
}
