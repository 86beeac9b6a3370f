//! Stations: in which order those who wait are served, what a full backlog does, who gives up, where requests go on.
//!
//! Requests come at exact instants and take exactly a second of work, so every latency is known to the nanosecond but for the width of the
//! histogram's cells, which is below 1 %.

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::Span;

/// A service with one core that gets a request every 10 ms, ten in all, the first at 10 ms; and one of class `high` at 200 ms if wanted.
fn burst(settings: Value, high: bool) -> Value {
    let mut service = json!({
        "id": "app", "kind": "service", "instances": 1, "cores": 1, "workers": null, "backlog": null,
        "work": { "law": "constant", "mean": "1s" }
    });
    for (key, value) in settings.as_object().expect("settings are a record") {
        service[key] = value.clone();
    }
    let clients = |id: &str, class: &str, rate: &str, until: &str| {
        json!({ "id": id, "kind": "clients", "spacing": "even", "classes": [class],
            "load": { "shape": "step", "from": rate, "to": "0/s", "at": until } })
    };
    let (mut components, mut links) =
        (vec![clients("in", "low", "100/s", "105ms"), service], vec![link("in", "app")]);
    if high {
        components.push(clients("vip", "high", "5/s", "250ms"));
        links.push(link("vip", "app"));
    }
    json!({
        "format": 1, "duration": "60s", "warm_up": "0s", "components": components, "links": links,
        "classes": [{ "id": "low", "priority": 1 }, { "id": "high", "priority": 5 }]
    })
}

fn link(from: &str, to: &str) -> Value {
    json!({ "from": from, "to": to, "rtt": { "law": "constant", "mean": "0s" }, "timeout": null })
}

fn legal(file: &Value) -> Model {
    Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn run(file: &Value) -> Report {
    let mut run = Simulation::new(&legal(file)).expect("the model is legal");
    run.run_for(Span::from_secs(60));
    assert_eq!(run.calls_in_flight(), 0, "everything has ended");
    run.report()
}

fn close(seen: Option<f64>, truth: f64) -> bool {
    seen.is_some_and(|seen| (seen / truth - 1.0).abs() < 0.01)
}

/// The longest latency of a burst, how many were answered and how many failed.
fn longest(settings: Value) -> (f64, u64, u64) {
    let report = run(&burst(settings, false));
    (report.latency_s.max.expect("some were answered"), report.requests.finished, report.requests.failed)
}

#[test]
fn last_in_first_out_lets_the_second_that_came_wait_for_all_others() {
    let (fifo, ..) = longest(json!({ "discipline": "fifo" }));
    let (lifo, finished, failed) = longest(json!({ "discipline": "lifo" }));
    // Of ten, the last that came ends at 10.01 s; with LIFO that is the one of 20 ms.
    assert!((fifo - 9.91).abs() < 1e-9, "{fifo}");
    assert!((lifo - 9.99).abs() < 1e-9, "{lifo}");
    assert_eq!((finished, failed), (10, 0));
}

#[test]
fn a_full_backlog_turns_away_the_newest_or_the_oldest_or_holds_the_caller() {
    let of = |when_full: &str, discipline: &str, backlog: u32| {
        longest(json!({ "backlog": backlog, "when_full": when_full, "discipline": discipline }))
    };
    // Served are the first and then, of two places, the two that came next, or the two that came last.
    let (newest, finished, failed) = of("drop-newest", "fifo", 2);
    assert!((newest - 2.98).abs() < 1e-9, "{newest}");
    assert_eq!((finished, failed), (3, 7));
    let (oldest, finished, failed) = of("drop-oldest", "fifo", 2);
    assert!((oldest - 2.91).abs() < 1e-9, "{oldest}");
    assert_eq!((finished, failed), (3, 7));
    let (oldest, ..) = of("drop-oldest", "lifo", 2);
    assert!((oldest - 2.92).abs() < 1e-9, "{oldest}");
    // Held up at the door, all are served; without a place inside, in the order in which they came, whatever the discipline.
    for discipline in ["fifo", "lifo", "priority"] {
        let (blocked, finished, failed) = of("block", discipline, 0);
        assert!((blocked - 9.91).abs() < 1e-9, "{discipline}: {blocked}");
        assert_eq!((finished, failed), (10, 0), "{discipline}");
    }
    // Two places, last in first out: who stands outside longest comes in when somebody leaves, and is then the last that came in.
    let (blocked, finished, _) = of("block", "lifo", 2);
    assert!((blocked - 9.99).abs() < 1e-9, "{blocked}");
    assert_eq!(finished, 10);
}

#[test]
fn whoever_has_waited_as_long_as_its_patience_leaves() {
    let patience = |mean: &str| json!({ "law": "constant", "mean": mean });
    for (discipline, mean, finished) in [
        ("fifo", "2500ms", 3),
        ("fifo", "500ms", 1),
        ("lifo", "2500ms", 3),
        ("priority", "8s", 9),
        ("fifo", "0s", 1),
    ] {
        for workers in [json!(null), json!(1)] {
            let settings =
                json!({ "discipline": discipline, "patience": patience(mean), "workers": workers });
            let report = run(&burst(settings, false));
            assert_eq!(report.requests.finished, finished, "{discipline}, {mean}, workers {workers}");
            let gave_up = report.failures.iter().find(|(reason, _)| reason == "gave_up");
            assert_eq!(gave_up.map(|(_, n)| *n), Some(10 - finished));
            // They left when their patience ended, not later.
            let left = report.failure_latency_s.max.expect("some failed");
            let secs: f64 = mean.parse::<Span>().expect("a duration").secs();
            assert!((left - secs).abs() < 1e-9, "{left} for {mean}");
        }
    }
}

#[test]
fn the_more_important_go_first_and_where_they_interrupt_they_do_not_wait_at_all() {
    let high = |discipline: &str| {
        let report = run(&burst(json!({ "discipline": discipline }), true));
        assert_eq!(report.requests.finished, 11, "{discipline}");
        let class =
            |id: &str| report.classes.iter().find(|(known, _)| known == id).expect("it is there").1.clone();
        let cores = &report.component("app").expect("it is there").stations[1].1;
        // The core works without a pause from 10 ms to 11.01 s, whoever it works for.
        assert!((cores.busy_mean * 60.0 - 11.0).abs() < 1e-9, "{discipline}: {}", cores.busy_mean);
        (class("high").latency_s.mean, class("low").latency_s.max, cores.queue_mean * 60.0, cores.wait_s.mean)
    };
    // It comes at 0.2 s: behind ten, or next at 1.01 s, or at once.
    assert!(close(high("fifo").0, 10.81), "{:?}", high("fifo"));
    assert!(close(high("priority").0, 1.81), "{:?}", high("priority"));
    let (vip, low, waiting, mean_wait) = high("preemptive");
    assert!(close(vip, 1.0), "{vip:?}");
    // Whom it interrupted goes on where it was, first of its class; the last of all ends a second later than without.
    assert!(close(low, 10.91), "{low:?}");
    // Little's law at the station: the time spent waiting, that of the interrupted one included, is the sum of the waits.
    assert!(
        (waiting - 11.0 * mean_wait.expect("some waited")).abs() < 1e-6,
        "{waiting} against {mean_wait:?}"
    );
}

#[test]
fn where_nobody_waits_the_time_passes_for_all_at_once() {
    let report = run(&burst(json!({ "discipline": "delay" }), false));
    assert!(report.latency_s.max.is_some_and(|max| (max - 1.0).abs() < 1e-9), "{:?}", report.latency_s);
    assert_eq!(report.component("app").expect("it is there").stations[1].1.utilisation, None);
}

#[test]
fn a_request_that_comes_back_draws_anew() {
    // Half of what `a` has done goes to `b`, all of which goes back to `a`: two visits of each request at `a` on average, one at `b`.
    let mut file = burst(json!({ "work": { "law": "exponential", "mean": "1ms" } }), false);
    file["components"][0]["load"] = json!({ "shape": "steady", "rate": "100/s" });
    let mut back = file["components"][1].clone();
    back["id"] = json!("back");
    file["components"].as_array_mut().expect("a list").push(back);
    for (from, to, calls) in [("app", "back", 0.5), ("back", "app", 1.0)] {
        let mut link = link(from, to);
        link["calls"] = json!(calls);
        file["links"].as_array_mut().expect("a list").push(link);
    }
    let mut run = Simulation::new(&legal(&file)).expect("the model is legal");
    run.run_for(Span::from_secs(300));
    let report = run.report();
    let visits =
        report.component("app").expect("it is there").arrivals as f64 / report.requests.offered as f64;
    // Geometric: mean 2, standard deviation √2, over 30,000 requests.
    assert!((visits - 2.0).abs() < 4.0 * 2.0_f64.sqrt() / 30_000_f64.sqrt(), "{visits}");
}

#[test]
fn one_way_of_several_is_taken_by_its_chance_and_more_than_all_is_refused() {
    let mut file = burst(json!({ "routing": "one", "discipline": "delay" }), false);
    file["components"][0]["load"] = json!({ "shape": "steady", "rate": "1000/s" });
    for (to, calls) in [("left", 0.5), ("right", 0.2)] {
        let delay = json!({ "id": to, "kind": "service", "discipline": "delay", "workers": null });
        file["components"].as_array_mut().expect("a list").push(delay);
        let mut link = link("app", to);
        link["calls"] = json!(calls);
        file["links"].as_array_mut().expect("a list").push(link);
    }
    let report = run_for(&file, 60);
    let came = |id: &str| report.component(id).expect("it is there").arrivals as f64;
    let (all, left, right) = (came("app"), came("left"), came("right"));
    assert!((left / all - 0.5).abs() < 4.0 * (0.25 / all).sqrt(), "{left} of {all}");
    assert!((right / all - 0.2).abs() < 4.0 * (0.16 / all).sqrt(), "{right} of {all}");
    // Nobody goes both ways: whoever is anywhere behind `app` is on one link only.
    assert!((left + right) / all < 0.7 + 4.0 * (0.21 / all).sqrt());
    file["links"][1]["calls"] = json!(0.9);
    let refused = Model::from_value(&file).expect_err("1.1 is more than all");
    assert!(refused[0].to_string().contains("add up to 1.1000 for the class `low`"), "{refused:?}");
    file["links"][1]["calls"] = json!(0.5);
    file["links"][1]["step"] = json!(2);
    let refused = Model::from_value(&file).expect_err("steps mean nothing");
    assert!(refused[0].to_string().contains("`step` means nothing here"), "{refused:?}");
}

fn run_for(file: &Value, seconds: u64) -> Report {
    let mut run = Simulation::new(&legal(file)).expect("the model is legal");
    run.run_for(Span::from_secs(seconds));
    run.report()
}

#[test]
fn any_discipline_may_follow_any_other_and_nobody_is_lost() {
    let mut file = burst(json!({ "work": { "law": "exponential", "mean": "10ms" }, "cores": 2 }), true);
    for (clients, rate) in [(0, "200/s"), (2, "100/s")] {
        file["components"][clients]["load"] = json!({ "shape": "steady", "rate": rate });
    }
    let mut run = Simulation::new(&legal(&file)).expect("the model is legal");
    let words = ["fifo", "shared", "lifo", "priority", "preemptive", "delay"];
    let set = |run: &mut Simulation, field: &str, value: Value| {
        let edit = Edit::SetComponent { id: "app".into(), field: field.into(), value };
        run.apply(&edit).unwrap_or_else(|errors| panic!("{edit}: {errors:#?}"));
        run.conservation().unwrap_or_else(|error| panic!("{edit}: {error}"));
    };
    for (round, from) in words.iter().enumerate() {
        for to in &words {
            let bound = if round % 2 == 0 { json!(5) } else { json!(null) };
            set(&mut run, "backlog", bound);
            set(&mut run, "when_full", json!(["drop-newest", "drop-oldest", "block"][round % 3]));
            let patience = json!({ "law": "exponential", "mean": format!("{}ms", 20 * (round + 1)) });
            set(&mut run, "patience", if round < 3 { patience } else { Value::Null });
            set(&mut run, "workers", if *to == "lifo" { json!(3) } else { Value::Null });
            for word in [from, to] {
                set(&mut run, "discipline", json!(word));
                run.run_for(Span::from_millis(700));
                run.conservation().unwrap_or_else(|error| panic!("{from} to {to}: {error}"));
            }
        }
    }
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("it is legal");
    run.run_for(Span::from_secs(30));
    assert_eq!(run.calls_in_flight(), 0, "everything ends");
    let report = run.report();
    assert_eq!(report.requests.offered, report.requests.finished + report.requests.failed);
    assert!(report.requests.finished > 10_000 && report.requests.failed > 100, "{:?}", report.requests);
    // Nobody stands in a queue that everybody has left.
    run.run_for(Span::from_secs(1));
    let frame = run.frame();
    assert!(
        frame.components.iter().all(|row| row.queue < 1e-9 && row.in_flight < 1e-9),
        "{:?}",
        frame.components
    );
}

/// What the last window says of the service.
fn last_window(run: &mut Simulation) -> tenfold::measure::ComponentRow {
    let place = run.topology().components.iter().position(|id| id == "app").expect("it is there");
    run.frame().components[place]
}

fn set(run: &mut Simulation, field: &str, value: Value) {
    let edit = Edit::SetComponent { id: "app".into(), field: field.into(), value };
    run.apply(&edit).unwrap_or_else(|errors| panic!("{errors:#?}"));
}

#[test]
fn a_server_is_never_busier_than_all_the_time_also_where_there_was_no_limit_before() {
    let mut run =
        Simulation::new(&legal(&burst(json!({ "discipline": "delay" }), false))).expect("the model is legal");
    // Ten are served at once; then there is one core, and those ten on it are let go on.
    run.run_for(Span::from_millis(400));
    set(&mut run, "discipline", json!("fifo"));
    run.run_for(Span::from_millis(200));
    let used = last_window(&mut run).utilisation;
    assert!(used.is_nan(), "of cores without a limit {used} were busy");
    assert_eq!(run.report().component("app").and_then(|app| app.utilisation), None);
    run.run_for(Span::from_millis(500));
    let used = last_window(&mut run).utilisation;
    assert!(used <= 1.0, "{used}");
}

#[test]
fn shared_cores_that_become_fewer_are_no_busier_than_they_are() {
    let settings = json!({ "discipline": "shared", "cores": 10 });
    let mut run = Simulation::new(&legal(&burst(settings, false))).expect("the model is legal");
    run.run_for(Span::from_millis(200));
    set(&mut run, "cores", json!(1));
    // In the second window nothing happens there.
    run.run_for(Span::from_millis(801));
    let row = last_window(&mut run);
    assert!((row.utilisation - 1.0).abs() < 1e-12 && (row.queue - 9.0).abs() < 1e-12, "{row:?}");
    set(&mut run, "cores", json!(5));
    run.run_for(Span::from_micros(500));
    run.run_for(Span::from_millis(498));
    let row = last_window(&mut run);
    assert!(row.utilisation <= 1.0, "{row:?}");
}
