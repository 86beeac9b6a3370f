//! Queues when something goes wrong: brokers that are down, links that are cut, dead letters nobody takes, work that is late. By exact counts.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use crate::queues::{CLIENTS, QUEUE, WORKER, figure, file, happen, near, run, simulation, station};
use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::measure::Report;
use tenfold::units::Span;

fn rate(rate: &str) -> Value {
    json!({ "spacing": "even", "load": { "shape": "steady", "rate": rate } })
}

fn work(mean: &str) -> Value {
    json!({ "law": "constant", "mean": mean })
}

fn add(model: &mut Value, list: &str, record: Value) {
    model[list].as_array_mut().expect("a list").push(record);
}

fn events(run: &mut Simulation, event: &str, of: &str, id: &str) {
    let mut what = json!({ "event": event, of: id });
    if event == "crash" {
        what["instances"] = json!(1);
    }
    run.apply(&happen(what)).expect("it can happen");
}

fn worked(report: &Report, of: &str) -> u64 {
    report.component(of).expect("it is there").completions
}

/// How often something was counted in a run from its start of so many seconds.
fn times(report: &Report, key: &str, secs: f64) -> f64 {
    (figure(report, "q", key) * secs).round()
}

/// Last in, first out and the oldest dropped: 100 come and 50 are done a second, so the 500 that wait are what is left over of ten seconds.
#[test]
fn who_drops_the_oldest_drops_no_newer_one_whatever_is_given_out_next() {
    let report = run(
        &file(&[
            (QUEUE, json!({ "order": "lifo", "capacity": 500, "when_full": "drop-oldest" })),
            (WORKER, json!({ "work": work("20ms") })),
        ]),
        1000,
    );
    near(figure(&report, "q", "oldest_age_s"), 10.0, 0.02);
    near(figure(&report, "q", "lost_per_s"), 49.5, 0.01);
}

/// Each message is worked on three times without a pause: nothing of that is waiting, and what it took before is no part of a later wait.
#[test]
fn a_redelivery_waits_from_when_it_can_be_received_again() {
    let report = run(
        &file(&[
            (CLIENTS, rate("1/s")),
            (QUEUE, json!({ "retry": "at-once", "max_receives": 3 })),
            (WORKER, json!({ "work": work("200ms") })),
            ("/classes/0", json!({ "poison": 1 })),
        ]),
        100,
    );
    assert_eq!(station(&report, "q", "consumers").wait_s.max, Some(0.0));
}

/// A broker that is down gives out nothing, also not what it was reading back when it crashed; that comes again, and nothing is lost.
#[test]
fn a_broker_that_is_down_gives_out_nothing() {
    for (spill, hands) in [("0s", 1), ("500ms", 0)] {
        let mut run = simulation(&file(&[
            (CLIENTS, json!({ "load": { "shape": "step", "from": "400/s", "to": "0/s", "at": "1s" } })),
            (
                QUEUE,
                json!({ "capacity": 1, "when_full": "spill", "visibility": "1s", "spill_read": work(spill) }),
            ),
        ]));
        run.run_for(Span::from_millis(1_250));
        events(&mut run, "crash", "component", "q");
        let before = worked(&run.report(), "w");
        run.run_for(Span::from_secs(10));
        let after = worked(&run.report(), "w");
        assert!(after - before <= hands, "{} were given out", after - before);
        events(&mut run, "return", "component", "q");
        run.run_for(Span::from_secs(300));
        run.conservation().expect("every message is accounted for");
        let report = run.report();
        assert_eq!(worked(&report, "w"), worked(&report, "q"));
        assert_eq!(figure(&report, "q", "lost_per_s"), 0.0);
    }
}

/// The only hand takes 2.5 s for what is invisible for one: it can be received again after that, but nobody has until it is done, and then it is deleted.
#[test]
fn what_is_done_late_is_deleted_where_nobody_else_has_got_it() {
    let mut run = simulation(&file(&[
        (CLIENTS, rate("0.1/s")),
        (QUEUE, json!({ "visibility": "1s" })),
        (WORKER, json!({ "work": work("2500ms") })),
    ]));
    run.run_for(Span::from_secs(100));
    let report = run.report();
    assert_eq!(worked(&report, "w"), worked(&report, "q"));
    assert_eq!(figure(&report, "q", "redelivered_per_s"), 0.0);
    assert_eq!(figure(&report, "q", "duplicates_per_s"), 0.0);
    near(figure(&report, "q", "done_mean_s"), 2.5, 1e-6);
    assert_eq!(figure(&report, "q", "waiting"), 0.0);
}

/// Two workers, and the link to one is cut: the other gets everything, though the first would have a hundred hands.
#[test]
fn nothing_is_given_out_over_a_cut_link() {
    let mut model = file(&[(QUEUE, json!({ "visibility": "1s" })), ("/links/1", json!({ "prefetch": 100 }))]);
    add(
        &mut model,
        "components",
        json!({ "id": "v", "kind": "worker", "instances": 1, "work": work("5ms") }),
    );
    add(&mut model, "links", json!({ "id": "other", "from": "q", "to": "v", "rtt": work("0s") }));
    let mut run = simulation(&model);
    run.run_for(Span::from_millis(9_997));
    let before = worked(&run.report(), "w");
    events(&mut run, "cut", "link", "take");
    run.run_for(Span::from_secs(10));
    let report = run.report();
    assert!(worked(&report, "w") - before <= 1);
    // At most the one that was out when it was cut.
    assert!(times(&report, "redelivered_per_s", 19.997) <= 1.0);
    assert!(worked(&report, "q") - worked(&report, "w") - worked(&report, "v") <= 2);
}

/// A message that costs several requests to send: 100 KiB are two units of 64 KiB.
#[test]
fn a_large_message_is_billed_by_its_units() {
    let report = run(&file(&[("/classes/0", json!({ "request": "100KiB" }))]), 3600);
    let units = 360_000.0 * (2.0 + 2.0);
    near(report.component("q").expect("it is there").cost_per_hour_usd, 0.40e-6 * units, 1e-3);
}

/// One message a second, none of which can be processed, and each a dead letter at once.
fn all_poison(dlq: Value) -> Value {
    let mut model = file(&[
        (CLIENTS, rate("1/s")),
        (QUEUE, json!({ "max_receives": 1, "retry": "at-once", "visibility": "2s" })),
        ("/classes/0", json!({ "poison": 1 })),
    ]);
    add(&mut model, "components", dlq);
    add(
        &mut model,
        "links",
        json!({ "id": "dead", "from": "q", "to": "dlq", "when": "failed", "rtt": work("0s") }),
    );
    model
}

/// Five find room where dead letters are kept; the others are refused, and lost.
#[test]
fn a_dead_letter_that_is_refused_is_lost() {
    let report =
        run(&all_poison(json!({ "id": "dlq", "kind": "queue", "capacity": 5, "accept": work("0s") })), 100);
    assert_eq!(times(&report, "dead_letters_per_s", 100.0), 5.0);
    assert_eq!(times(&report, "lost_per_s", 100.0), worked(&report, "q") as f64 - 5.0);
    assert_eq!(figure(&report, "dlq", "waiting"), 5.0);
}

/// Over a cut link nobody answers: each is given up after the visibility timeout of two seconds.
#[test]
fn a_dead_letter_over_a_cut_link_is_given_up() {
    let mut run = simulation(&all_poison(json!({ "id": "dlq", "kind": "queue", "accept": work("0s") })));
    events(&mut run, "cut", "link", "dead");
    run.run_for(Span::from_secs(100));
    run.conservation().expect("every message is accounted for");
    let report = run.report();
    assert_eq!(figure(&report, "q", "dead_letters_per_s"), 0.0);
    let on_their_way = worked(&report, "q") as f64 - times(&report, "lost_per_s", 100.0);
    assert!((2.0..=3.0).contains(&on_their_way), "{on_their_way}");
}

/// Twenty are worked on for a second each when the link is cut for three: their answers are lost, so they come again, and all are done in the end.
#[test]
fn what_was_out_over_a_cut_link_comes_again() {
    let mut run = simulation(&file(&[
        (CLIENTS, json!({ "load": { "shape": "step", "from": "20/s", "to": "0/s", "at": "10s" } })),
        (QUEUE, json!({ "visibility": "2s" })),
        (WORKER, json!({ "cores": 50, "concurrency": 50, "work": work("1s") })),
        ("/links/1", json!({ "prefetch": 50 })),
    ]));
    run.run_for(Span::from_millis(8_001));
    let out = run.frame().components[1].figure_2;
    assert!(out > 10.0, "{out} are out");
    events(&mut run, "cut", "link", "take");
    run.run_for(Span::from_secs(3));
    events(&mut run, "mend", "link", "take");
    run.run_for(Span::from_secs(100));
    let report = run.report();
    assert_eq!((figure(&report, "q", "waiting"), figure(&report, "q", "unacknowledged")), (0.0, 0.0));
    let again = times(&report, "redelivered_per_s", 111.001);
    assert!((out - 1.0..=out + 1.0).contains(&again), "{again} of {out}");
    assert_eq!(run.calls_in_flight(), 0);
    run.conservation().expect("every message is accounted for");
}

/// What fails at the very instant at which it was given out stays invisible for as long as it says: else it went round without time passing, for ever.
#[test]
fn what_fails_without_taking_time_is_not_given_out_again_at_the_same_instant() {
    let mut model = file(&[
        (CLIENTS, rate("1/s")),
        (QUEUE, json!({ "retry": "at-once", "visibility": "10s" })),
        (WORKER, json!({ "work": work("0s") })),
        ("/classes/0", json!({ "poison": 1 })),
    ]);
    let given = |model: &Value| {
        let report = run(model, 100);
        worked(&report, "q") as f64 + times(&report, "redelivered_per_s", 100.0)
    };
    // One of each second, and each every ten seconds: a sum of tenths.
    let expected: u64 = (0..100).map(|second| (99 - second) / 10 + 1).sum();
    assert!((given(&model) - expected as f64).abs() <= 12.0, "{} for {expected}", given(&model));
    // The same where a balancer finds nobody at once.
    model["components"][2] = json!({ "id": "w", "kind": "load-balancer", "proxy_time": work("0s") });
    add(&mut model, "components", json!({ "id": "s", "kind": "service", "instances": 0 }));
    add(&mut model, "links", json!({ "from": "w", "to": "s", "rtt": work("0s") }));
    assert!((given(&model) - expected as f64).abs() <= 12.0, "{} for {expected}", given(&model));
}
