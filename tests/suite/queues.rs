//! Queues: what becomes of messages, against sums done by hand and formulas of queueing theory.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::Span;

/// Senders, a queue and one worker; nothing takes time on the way. `more` goes over the records at these places.
pub(crate) fn file(more: &[(&str, Value)]) -> Value {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let mut all = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "100/s" } },
            { "id": "q", "kind": "queue", "accept": nothing },
            { "id": "w", "kind": "worker", "instances": 1, "cores": 1, "concurrency": 1, "start_up": "0s",
              "work": { "law": "constant", "mean": "5ms" } }
        ],
        "links": [
            { "id": "send", "from": "in", "to": "q", "rtt": nothing, "timeout": null },
            { "id": "take", "from": "q", "to": "w", "rtt": nothing, "prefetch": 1 }
        ],
        "classes": [{ "id": "c", "skew": 0 }]
    });
    for (place, record) in more {
        let at = all.pointer_mut(place).expect("it is there");
        match record {
            Value::Object(record) => record.iter().for_each(|(key, value)| at[key] = value.clone()),
            other => *at = other.clone(),
        }
    }
    all
}

pub(crate) const CLIENTS: &str = "/components/0";
pub(crate) const QUEUE: &str = "/components/1";
pub(crate) const WORKER: &str = "/components/2";

pub(crate) fn simulation(file: &Value) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

pub(crate) fn run(file: &Value, seconds: u64) -> Report {
    let mut run = simulation(file);
    run.run_for(Span::from_secs(seconds));
    run.conservation().expect("every call is accounted for");
    run.report()
}

pub(crate) fn happen(what: Value) -> Edit {
    Edit::Happen { what }
}

pub(crate) fn figure(report: &Report, of: &str, key: &str) -> f64 {
    let own = &report.component(of).expect("it is there").figures;
    own.iter().find(|(known, _)| known == key).and_then(|(_, value)| *value).expect("a figure of its own")
}

pub(crate) fn station<'a>(report: &'a Report, of: &str, name: &str) -> &'a tenfold::measure::report::Station {
    let stations = &report.component(of).expect("it is there").stations;
    stations
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, station)| station)
        .expect("a station of that name")
}

pub(crate) fn near(seen: f64, truth: f64, within: f64) {
    assert!((seen / truth - 1.0).abs() < within, "{seen}, and it should be {truth}");
}

/// An outage of the consumer, T long, at rates λ and μ: the backlog is worked off after T·λ/(μ − λ).
#[test]
fn a_backlog_is_worked_off_after_the_outage_times_lambda_over_mu_less_lambda() {
    // 100 a second come, 200 a second can be done; down for 20 s: another 20 s until all is as before.
    let mut run = simulation(&file(&[]));
    let waiting_at = |seconds: f64, run: &mut Simulation| {
        run.run_until(tenfold::units::SimTime::ZERO + Span::from_secs_f64(seconds));
        run.frame().components[1].figure_0
    };
    assert!(waiting_at(10.0, &mut run) <= 1.0);
    let crash = happen(json!({ "event": "crash", "component": "w", "instances": 1 }));
    run.apply(&crash).expect("it can crash");
    near(waiting_at(30.0, &mut run), 2000.0, 0.01);
    run.apply(&happen(json!({ "event": "return", "component": "w" }))).expect("it returns");
    near(waiting_at(40.0, &mut run), 1000.0, 0.01);
    near(waiting_at(49.0, &mut run), 100.0, 0.06);
    assert!(waiting_at(50.5, &mut run) <= 1.0);
}

/// A queue before one consumer who takes one at a time is M/D/1: W = s + ρ s / (2 (1 − ρ)).
#[test]
fn one_consumer_at_a_time_is_a_queue_of_theory() {
    let model =
        file(&[(CLIENTS, json!({ "spacing": "poisson", "load": { "shape": "steady", "rate": "160/s" } }))]);
    let report = run(&model, 3000);
    let rho = 0.8;
    let wait = rho * 0.005 / (2.0 * (1.0 - rho));
    let consumers = station(&report, "q", "consumers");
    near(consumers.wait_s.mean.expect("a mean"), wait, 0.04);
    near(figure(&report, "q", "done_mean_s"), wait + 0.005, 0.03);
    near(consumers.utilisation.expect("it has servers"), rho, 0.01);
}

/// Work that takes longer than messages stay invisible is done twice, and a third time, as long as somebody has a hand free.
#[test]
fn a_visibility_timeout_shorter_than_the_work_makes_duplicates() {
    // Work of 2.5 s, invisible for 1 s, 10 hands: a message is given out at 0, 1, 2 s; at 2.5 s the first is done, but the third has it.
    let model = |visibility: &str, heartbeat: bool| {
        file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "1/s" } })),
            (QUEUE, json!({ "visibility": visibility, "heartbeat": heartbeat })),
            (
                WORKER,
                json!({ "concurrency": 20, "cores": 20, "work": { "law": "constant", "mean": "2.5s" } }),
            ),
            ("/links/1", json!({ "prefetch": 20 })),
        ])
    };
    let report = run(&model("3s", false), 1000);
    assert_eq!(figure(&report, "q", "redelivered_per_s"), 0.0);
    near(figure(&report, "q", "done_mean_s"), 2.5, 1e-6);
    // Without a hand that deletes in time it goes on for ever: each second each message is given out again.
    let report = run(&model("1s", false), 100);
    assert!(figure(&report, "q", "redelivered_per_s") > 5.0);
    assert!(figure(&report, "q", "duplicates_per_s") > 5.0);
    // A heartbeat is the cure.
    let report = run(&model("1s", true), 1000);
    assert_eq!(figure(&report, "q", "redelivered_per_s"), 0.0);
    near(figure(&report, "q", "done_mean_s"), 2.5, 1e-6);
}

/// Each message that no worker can process is given out as often as is allowed, and then is a dead letter.
#[test]
fn poison_is_a_dead_letter_after_so_many_receives() {
    let mut model = file(&[
        (QUEUE, json!({ "max_receives": 3, "visibility": "1s", "capacity": null })),
        ("/classes/0", json!({ "poison": 0.1 })),
    ]);
    let dead = json!({ "id": "dlq", "kind": "queue" });
    model["components"].as_array_mut().expect("a list").push(dead);
    let link = json!({ "id": "dead", "from": "q", "to": "dlq", "when": "failed" });
    model["links"].as_array_mut().expect("a list").push(link);
    let report = run(&model, 1000);
    near(figure(&report, "q", "dead_letters_per_s"), 10.0, 0.05);
    near(figure(&report, "q", "redelivered_per_s"), 20.0, 0.05);
    near(figure(&report, "w", "unprocessable_per_s"), 30.0, 0.05);
    near(figure(&report, "dlq", "waiting"), 10_000.0, 0.05);
    assert_eq!(figure(&report, "q", "lost_per_s"), 0.0);
    // The worker has done what could be done, once each.
    near(report.component("w").expect("it is there").completions as f64, 90_000.0, 0.01);
}

/// Without a limit of receives poison goes round for ever and takes the worker's time from the rest.
#[test]
fn poison_without_a_limit_goes_round_for_ever() {
    let report =
        run(&file(&[(QUEUE, json!({ "retry": "at-once" })), ("/classes/0", json!({ "poison": 0.01 }))]), 100);
    // One a second comes, and the worker's 200 a second are soon theirs alone: first in line again each time.
    assert!(figure(&report, "w", "unprocessable_per_s") > 150.0);
}

#[test]
fn a_full_queue_does_what_it_is_told() {
    // 100 a second come, 50 can be done.
    let with = |when_full: &str| {
        file(&[
            (
                QUEUE,
                json!({ "capacity": 500, "when_full": when_full, "spill_read": { "law": "constant", "mean": "0s" } }),
            ),
            (WORKER, json!({ "work": { "law": "constant", "mean": "20ms" } })),
        ])
    };
    let refuses = run(&with("drop-newest"), 1000);
    near(refuses.requests.failed as f64, 49_500.0, 0.01);
    assert_eq!(refuses.failures, [("queue_full".to_owned(), refuses.requests.failed)]);
    assert_eq!(figure(&refuses, "q", "waiting"), 500.0);
    near(figure(&refuses, "q", "oldest_age_s"), 10.0, 0.02);

    let drops = run(&with("drop-oldest"), 1000);
    assert_eq!(drops.requests.failed, 0);
    near(figure(&drops, "q", "lost_per_s"), 49.5, 0.01);
    // The oldest goes, so that what waits is young: 500 of the last 500 that came, 5 s.
    near(figure(&drops, "q", "oldest_age_s"), 5.0, 0.02);

    let blocks = run(&with("block"), 1000);
    assert_eq!((blocks.requests.failed, figure(&blocks, "q", "lost_per_s")), (0, 0.0));
    // Its senders wait: half of what comes is still out there.
    near(blocks.requests.in_flight as f64, 49_500.0, 0.01);
    let spills = run(&with("spill"), 1000);
    assert_eq!((spills.requests.failed, spills.requests.in_flight), (0, 0));
    near(figure(&spills, "q", "waiting"), 50_000.0, 0.01);
}

/// What is spilled is read back when its turn comes, and the consumer waits for that.
#[test]
fn what_is_spilled_is_read_back() {
    let model = |capacity: Value| {
        file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "1000/s" } })),
            (
                QUEUE,
                json!({ "capacity": capacity, "when_full": if capacity.is_null() { "drop-newest" } else { "spill" },
                        "spill_read": { "law": "constant", "mean": "5ms" } }),
            ),
        ])
    };
    let whole = run(&model(Value::Null), 100).component("w").expect("it is there").completions;
    let spilled = run(&model(json!(1)), 100).component("w").expect("it is there").completions;
    near(whole as f64, 20_000.0, 0.001);
    near(spilled as f64, 10_000.0, 0.01);
}

/// Of a key's messages one is out at a time, whatever hands are free.
#[test]
fn groups_are_worked_on_one_by_one() {
    let model = |keys: u64, order: &str| {
        file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "1000/s" } })),
            (QUEUE, json!({ "order": order })),
            (
                WORKER,
                json!({ "concurrency": 50, "cores": 50, "work": { "law": "constant", "mean": "100ms" } }),
            ),
            ("/links/1", json!({ "prefetch": 50 })),
            ("/classes/0", json!({ "keys": keys })),
        ])
    };
    let done = |file: &Value| run(file, 100).component("w").expect("it is there").completions as f64;
    near(done(&model(5, "fifo")), 50_000.0, 0.01);
    near(done(&model(5, "groups")), 5_000.0, 0.01);
    near(done(&model(1, "groups")), 1_000.0, 0.01);
}

/// Two classes, one of them twice what can be done: strict priority starves the other, taking turns does not.
#[test]
fn priority_starves_and_turns_do_not() {
    let model = |order: &str| {
        let mut model = file(&[
            (CLIENTS, json!({ "spacing": "poisson", "load": { "shape": "steady", "rate": "440/s" } })),
            (QUEUE, json!({ "order": order })),
        ]);
        model["classes"] = json!([
            { "id": "noisy", "weight": 10, "priority": 1 }, { "id": "quiet", "weight": 1, "priority": 0 }
        ]);
        model["components"].as_array_mut().expect("a list").extend([
            json!({ "id": "a", "kind": "service", "work": { "law": "constant", "mean": "0s" } }),
            json!({ "id": "b", "kind": "service", "work": { "law": "constant", "mean": "0s" } }),
        ]);
        model["links"].as_array_mut().expect("a list").extend([
            json!({ "from": "w", "to": "a", "classes": ["noisy"] }),
            json!({ "from": "w", "to": "b", "classes": ["quiet"] }),
        ]);
        let report = run(&model, 200);
        ["a", "b"].map(|id| report.component(id).expect("it is there").completions as f64 / 200.0)
    };
    let [_, quiet] = model("priority");
    assert!(quiet < 1.0, "{quiet} a second");
    let [noisy, quiet] = model("fair");
    near(quiet, 40.0, 0.05);
    // A worker holds its place while it calls, a millisecond and a half for both.
    assert!(noisy > 100.0, "{noisy} a second");
    let [noisy, quiet] = model("fifo");
    near(noisy / quiet, 10.0, 0.1);
}

/// Last in, first out: under overload what is served is young, and what waits gets old.
#[test]
fn last_in_first_out_serves_what_is_young() {
    let model = |order: &str| {
        file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "400/s" } })),
            (QUEUE, json!({ "order": order })),
        ])
    };
    let (fifo, lifo) = (run(&model("fifo"), 100), run(&model("lifo"), 100));
    near(figure(&fifo, "q", "done_mean_s"), 25.0, 0.02);
    assert!(figure(&lifo, "q", "done_mean_s") < 0.1);
    near(figure(&lifo, "q", "oldest_age_s"), 100.0, 0.01);
}

/// Messages that a crashed consumer held come back when their visibility timeout is over, and none is lost.
#[test]
fn what_a_crashed_consumer_held_comes_back() {
    let mut run = simulation(&file(&[
        (
            WORKER,
            json!({ "instances": 2, "cores": 10, "concurrency": 10, "work": { "law": "constant", "mean": "100ms" } }),
        ),
        ("/links/1", json!({ "prefetch": 10 })),
    ]));
    run.run_for(Span::from_millis(10_050));
    let crash = happen(json!({ "event": "crash", "component": "w", "instances": 1 }));
    run.apply(&crash).expect("it can crash");
    run.run_for(Span::from_secs(5));
    // Ten are in the other's hands, five were in those of the one that is gone.
    near(run.frame().components[1].figure_2, 15.0, 0.07);
    run.run_for(Span::from_millis(49_950));
    let report = run.report();
    near(figure(&report, "q", "unacknowledged"), 10.0, 0.11);
    near(figure(&report, "q", "redelivered_per_s") * 65.0, 5.0, 0.01);
    assert_eq!(figure(&report, "q", "lost_per_s"), 0.0);
    assert_eq!(figure(&report, "q", "duplicates_per_s"), 0.0);
}

/// A cut link: what is out is lost on the way, its places are free again when it is due, and the rest follows when the link is whole.
#[test]
fn a_cut_link_loses_no_message() {
    let mut run = simulation(&file(&[(QUEUE, json!({ "visibility": "2s" }))]));
    run.run_for(Span::from_millis(10_001));
    run.apply(&happen(json!({ "event": "cut", "link": "take" }))).expect("it can be cut");
    run.run_for(Span::from_secs(10));
    let row = run.frame().components[1];
    near(row.figure_0, 1000.0, 0.01);
    run.apply(&happen(json!({ "event": "mend", "link": "take" }))).expect("it can be mended");
    run.run_for(Span::from_secs(20));
    let report = run.report();
    assert!(figure(&report, "q", "waiting") <= 1.0);
    let done = report.component("w").expect("it is there").completions;
    assert!((3999..=4002).contains(&done), "{done}");
}

/// The bill: a request each to send, receive and delete, 0.40 dollars a million.
#[test]
fn a_message_is_billed_as_three_requests() {
    let cost = |batch: u64| {
        run(&file(&[(QUEUE, json!({ "batch": batch }))]), 3600)
            .component("q")
            .expect("it is there")
            .cost_per_hour_usd
    };
    let message = 0.40e-6 * 360_000.0;
    near(cost(1), 3.0 * message, 1e-3);
    near(cost(10), 1.2 * message, 1e-3);
}

#[test]
fn what_is_too_old_or_held_back_is() {
    let report = run(
        &file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "400/s" } })),
            (QUEUE, json!({ "retention": "3s" })),
        ]),
        300,
    );
    // All that come in three seconds wait at the end; of the others those that could not be done are gone.
    near(figure(&report, "q", "lost_per_s"), (200.0 * 300.0 - 1200.0) / 300.0, 1e-3);
    near(figure(&report, "q", "oldest_age_s"), 3.0, 0.01);
    let report = run(&file(&[(QUEUE, json!({ "delay": "7s" }))]), 1000);
    near(figure(&report, "q", "done_mean_s"), 7.005, 1e-4);
    near(figure(&report, "q", "unacknowledged"), 700.0, 0.01);
}

/// A limit of 50 a second, and at first what a second gives beyond; the rest is throttled.
#[test]
fn a_limit_of_rate_throttles_the_rest() {
    let report = run(&file(&[(QUEUE, json!({ "rate_limit": "50/s" }))]), 1000);
    near(report.requests.failed as f64, 49_950.0, 1e-3);
    assert_eq!(report.failures, [("throttled".to_owned(), report.requests.failed)]);
}

/// A message that is rejected and given out again before its first time would have been over is invisible for as long as it says from then on.
#[test]
fn each_receive_has_a_visibility_timeout_of_its_own() {
    let report = run(
        &file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "1/s" } })),
            (QUEUE, json!({ "retry": "at-once", "visibility": "300ms", "max_receives": 3 })),
            (WORKER, json!({ "work": { "law": "constant", "mean": "200ms" } })),
            ("/classes/0", json!({ "poison": 1 })),
        ]),
        100,
    );
    // Three times 200 ms one after the other, and never two at a time.
    near(figure(&report, "w", "unprocessable_per_s"), 3.0, 0.03);
    near(report.component("w").expect("it is there").utilisation.expect("a core"), 0.6, 0.03);
    near(figure(&report, "q", "redelivered_per_s"), 2.0, 0.03);
    assert_eq!(figure(&report, "q", "duplicates_per_s"), 0.0);
}

/// Whoever is held when the limit goes is let in, however many they are.
#[test]
fn a_hundred_thousand_held_senders_come_in_at_once() {
    let mut run = simulation(&file(&[
        (CLIENTS, json!({ "load": { "shape": "steady", "rate": "10000/s" } })),
        (QUEUE, json!({ "capacity": 1, "when_full": "block" })),
    ]));
    run.run_for(Span::from_secs(10));
    let set = |field: &str, value: Value| Edit::SetComponent { id: "q".into(), field: field.into(), value };
    let edits = vec![set("when_full", json!("drop-newest")), set("capacity", Value::Null)];
    run.apply(&Edit::Batch { edits }).expect("no limit");
    run.run_for(Span::from_millis(500));
    near(run.frame().components[1].figure_0, 10.5 * 9_800.0, 0.01);
    run.conservation().expect("every message is accounted for");
}

/// What was being read from the disk when the broker crashed is given out again, and its consumer has the hand free.
#[test]
fn a_crash_while_a_message_is_read_back_loses_neither_it_nor_a_hand() {
    let mut run = simulation(&file(&[
        (CLIENTS, json!({ "load": { "shape": "step", "from": "100/s", "to": "0/s", "at": "1s" } })),
        (
            QUEUE,
            json!({ "capacity": 1, "when_full": "spill", "visibility": "1s",
                    "spill_read": { "law": "constant", "mean": "500ms" } }),
        ),
    ]));
    run.run_for(Span::from_millis(1_700));
    run.apply(&happen(json!({ "event": "crash", "component": "q", "instances": 1 }))).expect("it can crash");
    run.run_for(Span::from_secs(5));
    run.apply(&happen(json!({ "event": "return", "component": "q" }))).expect("it returns");
    run.run_for(Span::from_secs(100));
    run.conservation().expect("every message is accounted for");
    let report = run.report();
    assert_eq!((figure(&report, "q", "waiting"), figure(&report, "q", "unacknowledged")), (0.0, 0.0));
    let accepted = report.component("q").expect("it is there").completions;
    assert_eq!(report.component("w").expect("it is there").completions, accepted);
}

/// What is too old goes, and what its key waits for stays where it is.
#[test]
fn retention_does_not_break_the_order_of_a_key() {
    let report = run(
        &file(&[
            (CLIENTS, json!({ "load": { "shape": "steady", "rate": "1/s" } })),
            (QUEUE, json!({ "order": "groups", "retention": "2500ms" })),
            (WORKER, json!({ "cores": 10, "concurrency": 10, "work": { "law": "constant", "mean": "5s" } })),
            ("/links/1", json!({ "prefetch": 10 })),
            ("/classes/0", json!({ "keys": 1 })),
        ]),
        1000,
    );
    // One key: one at a time, though there are ten hands.
    let busy = station(&report, "w", "cores").utilisation.expect("it has cores");
    near(busy, 0.1, 0.02);
}

/// Live edits: another order, fewer hands, another prefetch, the link gone and back; nothing is lost.
#[test]
fn edits_while_it_runs_lose_nothing() {
    let mut run = simulation(&file(&[(CLIENTS, json!({ "load": { "shape": "steady", "rate": "300/s" } }))]));
    let set = |key: &str, value: Value| Edit::SetComponent { id: "q".into(), field: key.into(), value };
    for order in ["lifo", "groups", "fair", "priority", "fifo"] {
        run.run_for(Span::from_secs(5));
        run.apply(&set("order", json!(order))).expect("an order");
    }
    let link = run.model().link("take").expect("it is there").clone();
    run.apply(&Edit::RemoveLink { id: "take".into() }).expect("it can go");
    run.run_for(Span::from_secs(5));
    run.apply(&Edit::add_link(&link)).expect("it can come back");
    let stop = Edit::Set { field: "load".into(), value: json!(0) };
    run.apply(&stop).expect("no load");
    run.run_for(Span::from_secs(60));
    let report = run.report();
    assert_eq!((figure(&report, "q", "waiting"), figure(&report, "q", "unacknowledged")), (0.0, 0.0));
    let sent = report.component("q").expect("it is there").completions;
    assert_eq!(report.component("w").expect("it is there").completions, sent);
    assert_eq!(run.calls_in_flight(), 0);
}

/// A queue that is taken out gives nothing more: what it kept is gone with it.
#[test]
fn a_queue_that_is_taken_out_gives_nothing_more() {
    let mut run = simulation(&file(&[(CLIENTS, json!({ "load": { "shape": "steady", "rate": "400/s" } }))]));
    run.run_for(Span::from_secs(10));
    let done = |run: &mut Simulation| run.report().component("w").expect("it is there").completions;
    let before = done(&mut run);
    run.apply(&Edit::RemoveComponent { id: "q".into() }).expect("it can go");
    run.run_for(Span::from_secs(10));
    // The message in the worker's hand is worked on to its end.
    let after = done(&mut run);
    assert!(after - before <= 1, "{} more", after - before);
    run.conservation().expect("every call is accounted for");
}
