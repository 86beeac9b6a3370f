//! What the built-in models about queues tell in their descriptions and notes is what happens when they run.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use serde_json::{Value as Json, json};
use tenfold::measure::{ComponentRow, Report};
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

fn start(model: &Model) -> Simulation {
    Simulation::new(model).expect("the model is legal")
}

fn whole(model: &Model) -> Report {
    let mut run = start(model);
    run.run_until(SimTime::ZERO + model.head.duration);
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn figure(report: &Report, id: &str, key: &str) -> f64 {
    let figures = &report.component(id).expect("it is there").figures;
    figures.iter().find(|(k, _)| k == key).and_then(|(_, x)| *x).unwrap_or_else(|| panic!("no {key}"))
}

fn waits<'a>(report: &'a Report, id: &str) -> &'a tenfold::measure::report::Times {
    let stations = &report.component(id).expect("it is there").stations;
    stations
        .iter()
        .find(|(name, _)| name == "consumers")
        .map(|(_, station)| &station.wait_s)
        .expect("a station")
}

/// What a component's card shows at a time.
fn card(run: &mut Simulation, seconds: u64, id: &str) -> ComponentRow {
    run.run_until(SimTime::ZERO + Span::from_secs(seconds));
    let at = run.model().components.iter().position(|component| component.id == id).expect("it is there");
    run.frame().components[at]
}

fn near(seen: f64, told: f64, within: f64) {
    assert!((seen / told - 1.0).abs() < within, "{seen}, and {told} is told");
}

fn met(report: &Report) -> bool {
    report.objectives.iter().all(|objective| objective.met)
}

#[test]
fn a_full_queue_that_holds_its_senders_slows_them_to_what_can_be_done() {
    let story = model("queue-back-pressure");
    let mut run = start(&story);
    // Full after 500 / (100 - 80) = 25 s; then 80 a second, so that R = N / X - Z = 1000 / 80 - 10.
    assert!(card(&mut run, 140, "orders").figure_0 < 499.0);
    let mut slow = story.clone();
    (slow.head.warm_up, slow.head.duration) = (Some(Span::from_secs(180)), Span::from_secs(360));
    let seen = whole(&slow);
    let rate = seen.requests.finished as f64 / 180.0;
    near(rate, 80.0, 0.02);
    near(seen.latency_s.mean.expect("a mean"), 2.5, 0.1);
    near(figure(&seen, "orders", "waiting"), 500.0, 0.01);
    let wait = waits(&seen, "orders").max;
    assert!(wait.is_some_and(|wait| (6.0..7.5).contains(&wait)), "{wait:?}");

    let seen = whole(&story);
    assert_eq!((seen.requests.failed, figure(&seen, "orders", "lost_per_s")), (0, 0.0));
    assert!(!met(&seen));
    let endless = [set("orders", "when_full", json!("drop-newest")), set("orders", "capacity", Json::Null)];
    let endless = changed(&story, &endless);
    assert!(met(&whole(&endless)));
    let mut run = start(&endless);
    let full = card(&mut run, 360, "orders");
    near(full.figure_0, 4_800.0, 0.08);
    near(full.figure_0 / 80.0, 60.0, 0.08);
    assert!(card(&mut run, 420, "orders").figure_0 > 500.0);
    assert!(card(&mut run, 455, "orders").figure_0 < 50.0);
}

#[test]
fn of_twice_too_many_messages_a_half_goes_and_the_policy_says_which() {
    let story = model("drop-or-block");
    let seen = whole(&story);
    let of = |id: &str| seen.component(id).expect("it is there");
    let link = |id: &str| &seen.links.iter().find(|(known, _)| known == id).expect("a link").1;
    let failing = |id: &str| link(id).failed as f64 / link(id).sent as f64;
    near(failing("senders-a-refuse"), 0.5, 0.04);
    assert_eq!(failing("senders-b-drop"), 0.0);
    near(figure(&seen, "drop", "lost_per_s"), 50.0, 0.05);
    assert_eq!((failing("senders-c-hold"), figure(&seen, "hold", "lost_per_s")), (0.0, 0.0));
    // R = N / X - Z = 100 / 50 - 1.
    near(link("senders-c-hold").latency_s.mean.expect("a mean"), 1.0, 0.04);
    near(link("senders-c-hold").sent as f64 / link("senders-b-drop").sent as f64, 0.5, 0.03);
    // What is worked on is as old as a whole queue takes to be worked off, or to be filled; and a little more in the worker's hands.
    near(figure(&seen, "refuse", "done_mean_s"), 5.0, 0.04);
    near(figure(&seen, "drop", "done_mean_s"), 2.5, 0.04);
    near(figure(&seen, "hold", "done_mean_s"), 5.0, 0.04);
    assert_eq!(seen.failures, [("queue_full".to_owned(), seen.requests.failed)]);
    for id in ["worker-a", "worker-b", "worker-c"] {
        near(of(id).completions as f64 / 270.0, 50.0, 0.04);
    }
    let steady = json!({ "shape": "steady", "rate": "100/s" });
    let seen = whole(&changed(&story, &[set("senders-c", "load", steady)]));
    assert_eq!(
        seen.links.iter().find(|(id, _)| id == "senders-c-hold").map(|(_, link)| link.answered),
        Some(0)
    );
    near(seen.component("worker-c").expect("it is there").completions as f64 / 270.0, 50.0, 0.04);
}

#[test]
fn poison_fills_the_worker_unless_it_is_put_aside() {
    let story = model("poison-message");
    let mut run = start(&story);
    let waiting = |run: &mut Simulation, minutes: u64| card(run, 60 * minutes, "endless").figure_0;
    assert!(waiting(&mut run, 8) < 50.0);
    assert!(waiting(&mut run, 12) > 1_000.0);
    assert!(waiting(&mut run, 30) > 38_000.0);
    let seen = run.report();
    assert!(met(&seen));
    near(figure(&seen, "limited", "dead_letters_per_s"), 1.0, 0.1);
    near(figure(&seen, "worker-a", "unprocessable_per_s"), 5.0, 0.1);
    assert!(figure(&seen, "limited", "waiting") < 50.0);
    // The last minute by itself.
    let mut last = story.clone();
    last.head.warm_up = Some(Span::from_secs(29 * 60));
    let mut late = start(&last);
    late.run_until(SimTime::ZERO + last.head.duration);
    let good = late.report().component("worker-b").expect("it is there").completions;
    assert!((200..=300).contains(&good), "{good} in a minute");
    // The cure while it runs.
    run.apply(&set("endless", "max_receives", json!(5))).expect("it can be set");
    run.run_for(Span::from_secs(12));
    assert!(card(&mut run, 30 * 60 + 60, "worker-b").completions_per_s > 80.0);
}

#[test]
fn messages_that_come_back_too_soon_are_worked_on_twice() {
    let story = model("visibility-too-short");
    let seen = whole(&story);
    let redelivered = |seen: &Report, id: &str| figure(seen, id, "redelivered_per_s");
    // 18.3 % take longer than 30 s, so that a message is received 1 / (1 - 0.183) = 1.224 times.
    let done = seen.component("encoders-a").expect("it is there").completions as f64 / (55.0 * 60.0);
    near(redelivered(&seen, "short") / done, 0.224 / 1.224, 0.06);
    near(figure(&seen, "short", "duplicates_per_s"), redelivered(&seen, "short"), 0.05);
    near(figure(&seen, "short", "waiting"), 1_600.0, 0.15);
    near(figure(&seen, "short", "oldest_age_s"), 400.0, 0.15);
    assert_eq!(redelivered(&seen, "beating"), 0.0);
    near(seen.component("encoders-b").expect("it is there").utilisation.expect("it has cores"), 0.91, 0.04);
    let wait = waits(&seen, "beating").mean;
    assert!(wait < Some(2.0), "{wait:?}");
    let long = whole(&changed(&story, &[set("short", "visibility", json!("5m"))]));
    assert!(redelivered(&long, "short") < 0.01);
    let more = whole(&changed(&story, &[set("encoders-a", "instances", json!(13))]));
    near(figure(&more, "short", "duplicates_per_s"), 0.224 * 4.0, 0.1);
    assert!(figure(&more, "short", "waiting") < 100.0);
}
