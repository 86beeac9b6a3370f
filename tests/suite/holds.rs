//! A load balancer that holds requests while nobody is ready: in which order they go on, how long they wait, and what a crash makes of them. By exact counts.

use crate::autoscalers::simulation;
use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::units::{SimTime, Span};

/// One request a second, held for so long before a service of nobody, that takes 100 ms for each on one core.
fn held(hold: &str) -> Value {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "step", "from": "1/s", "to": "0/s", "at": "10050ms" } },
            { "id": "lb", "kind": "load-balancer", "hold": hold, "proxy_time": nothing },
            { "id": "s", "kind": "service", "instances": 0, "cores": 1, "workers": null, "backlog": null, "start_up": "0s",
              "work": { "law": "constant", "mean": "100ms" } }
        ],
        "links": [
            { "from": "in", "to": "lb", "rtt": nothing, "timeout": null },
            { "from": "lb", "to": "s", "rtt": nothing, "timeout": null }
        ],
        "classes": [{ "id": "c" }]
    })
}

fn until(run: &mut Simulation, seconds: u64) {
    run.run_until(SimTime::ZERO + Span::from_secs(seconds));
    run.conservation().expect("every call is accounted for");
}

fn instances(run: &mut Simulation, count: u32) {
    let edit = Edit::SetComponent { id: "s".into(), field: "instances".into(), value: json!(count) };
    run.apply(&edit).expect("it can be set");
}

/// Whoever has waited longest goes first: of ten, a second apart, the slowest is the first, who waits for nobody. The last waits for nine: half the time and 1 s.
#[test]
fn those_who_are_held_go_on_in_the_order_in_which_they_came() {
    let mut run = simulation(&held("5m"));
    until(&mut run, 20);
    let first = run.report().requests.offered;
    instances(&mut run, 1);
    until(&mut run, 60);
    let report = run.report();
    assert_eq!((report.requests.finished, first), (10, 10));
    // At even gaps of a second the sum of latencies is the same in any order; the largest is not.
    let (mean, max) = (report.latency_s.mean.expect("ten"), report.latency_s.max.expect("ten"));
    // The first has waited 4.5 s longer than they do on average, and been served 0.45 s sooner.
    assert!((max - mean - 4.5 + 0.45).abs() < 1e-6, "{max} and {mean}");
}

/// After three seconds each is given up, and its client told so.
#[test]
fn nobody_is_held_for_longer_than_that() {
    let mut run = simulation(&held("3s"));
    until(&mut run, 8);
    assert_eq!(run.report().requests.in_flight, 3);
    until(&mut run, 60);
    let report = run.report();
    assert_eq!(report.failures, [("no_instance".to_owned(), 10)]);
    assert_eq!((report.requests.finished, report.requests.failed), (0, 10));
}

/// Those who were held when the balancer crashed have failed, and do not go on when it is back.
#[test]
fn a_crash_ends_what_is_held() {
    let mut run = simulation(&held("5m"));
    until(&mut run, 20);
    run.apply(&Edit::Happen { what: json!({ "event": "crash", "component": "lb", "instances": 1 }) })
        .expect("it can crash");
    until(&mut run, 21);
    assert_eq!(run.report().requests.failed, 10);
    run.apply(&Edit::Happen { what: json!({ "event": "return", "component": "lb" }) }).expect("it returns");
    until(&mut run, 60);
    instances(&mut run, 1);
    until(&mut run, 100);
    assert_eq!(run.report().component("s").expect("it is there").arrivals, 0);
    assert_eq!(run.calls_in_flight(), 0);
}

/// A hundred thousand, each of whom is found in the line without looking through it: else this would take minutes.
#[test]
fn a_crash_ends_all_of_very_many() {
    let mut file = held("5m");
    file["components"][0]["load"]["from"] = json!("10000/s");
    let mut run = simulation(&file);
    until(&mut run, 20);
    let offered = run.report().requests.offered;
    assert!(offered > 100_000, "{offered}");
    run.apply(&Edit::Happen { what: json!({ "event": "crash", "component": "lb", "instances": 1 }) })
        .expect("it can crash");
    until(&mut run, 21);
    assert_eq!((run.report().requests.failed, run.calls_in_flight()), (offered, 0));
}

/// As many as are ready, though nobody has asked since they came or went.
#[test]
fn who_is_up_is_told_though_nobody_asks() {
    let mut run = simulation(&held("5m"));
    let seen = [(20, 3), (30, 0), (40, 1)].map(|(second, count)| {
        until(&mut run, second);
        instances(&mut run, count);
        until(&mut run, second + 5);
        run.frame().components[1].figure_0
    });
    assert_eq!(seen.map(|up| up as u32), [3, 0, 1]);
}
