//! Streams and topics when something goes wrong, by exact counts.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use crate::queues::{CLIENTS, WORKER, figure, happen, near, run, simulation, station};
use crate::streams::{STREAM, crash, done, file, lag_at, push, set, topic, until};
use serde_json::{Value, json};
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;

fn nothing() -> Value {
    json!({ "law": "constant", "mean": "0s" })
}

fn rate(rate: &str) -> Value {
    json!({ "load": { "shape": "steady", "rate": rate } })
}

fn work(mean: &str) -> Value {
    json!({ "work": { "law": "constant", "mean": mean } })
}

fn sent(report: &Report, link: &str) -> u64 {
    report.links.iter().find(|(id, _)| id == link).map(|(_, link)| link.sent).expect("it is there")
}

/// A group that is busy with its first record has done none: its lag is all there are, and its age that of the first.
#[test]
fn a_record_that_is_worked_on_is_behind_until_it_is_done() {
    let model = file(&[(CLIENTS, rate("1/s")), (STREAM, json!({ "partitions": 1 })), (WORKER, work("2h"))]);
    let report = run(&model, 100);
    let all = done(&report, "s");
    assert_eq!(figure(&report, "s", "lag"), all);
    let age = figure(&report, "s", "oldest_age_s");
    assert!((all - 1.0..=all).contains(&age), "{age} s since the first of {all}, one a second");
}

/// What was done twice is what was done beyond what there was.
#[test]
fn each_record_that_is_done_twice_is_counted_once() {
    let mut run = simulation(&file(&[
        (CLIENTS, json!({ "load": { "shape": "step", "from": "300/s", "to": "0/s", "at": "20s" } })),
        (STREAM, json!({ "partitions": 1, "fetch": 100 })),
        (WORKER, json!({ "instances": 2 })),
    ]));
    until(&mut run, 10.26);
    run.apply(&crash(1)).expect("it can crash");
    until(&mut run, 200.0);
    let report = run.report();
    assert_eq!(figure(&report, "s", "lag"), 0.0);
    let twice = figure(&report, "s", "duplicates_per_s") * 200.0;
    assert!(twice > 1.0, "{twice}");
    assert_eq!(twice.round(), done(&report, "w") - done(&report, "s"));
}

/// Two come one after the other, the second while the group still gives out anew: it has its share as well, after a second time.
#[test]
fn who_comes_during_a_rebalance_has_its_share_after_the_next() {
    let mut run = simulation(&file(&[
        (CLIENTS, rate("2000/s")),
        (STREAM, json!({ "protocol": "cooperative", "partitions": 12 })),
        (WORKER, json!({ "instances": 4 })),
    ]));
    until(&mut run, 10.0);
    run.apply(&set("w", "instances", json!(5))).expect("one more");
    until(&mut run, 11.0);
    run.apply(&set("w", "instances", json!(6))).expect("one more");
    until(&mut run, 20.0);
    let before = done(&run.report(), "w");
    until(&mut run, 30.0);
    assert_eq!(figure(&run.report(), "s", "rebalances"), 2.0);
    // Each instance works on one at a time, 200 a second.
    near(done(&run.report(), "w") - before, 6.0 * 200.0 * 10.0, 0.01);
}

/// The link for dead letters is cut: what goes there is lost at once, and that is counted.
#[test]
fn a_dead_letter_of_a_stream_over_a_cut_link_is_lost_at_once() {
    let mut model = file(&[
        (CLIENTS, rate("1/s")),
        (STREAM, json!({ "attempts": 1, "retry_delay": "0s" })),
        ("/classes/0", json!({ "poison": 1 })),
    ]);
    push(&mut model, "components", json!({ "id": "dlq", "kind": "queue" }));
    push(&mut model, "links", json!({ "id": "dead", "from": "s", "to": "dlq", "when": "failed" }));
    let mut run = simulation(&model);
    run.apply(&happen(json!({ "event": "cut", "link": "dead" }))).expect("it can be cut");
    until(&mut run, 100.0);
    let report = run.report();
    let lost = (figure(&report, "s", "lost_per_s") * 100.0).round();
    assert!(
        (done(&report, "s") - 1.0..=done(&report, "s")).contains(&lost),
        "{lost} of {}",
        done(&report, "s")
    );
    assert_eq!(figure(&report, "s", "dead_letters_per_s"), 0.0);
}

/// A record whose reader crashed waits from then on: ten seconds until that is noticed, and three until the partition has another reader.
#[test]
fn what_is_read_again_waits_from_the_crash() {
    let mut run = simulation(&file(&[
        (CLIENTS, json!({ "load": { "shape": "step", "from": "1/s", "to": "0/s", "at": "1600ms" } })),
        (STREAM, json!({ "partitions": 1, "session_timeout": "10s", "rebalance": "3s" })),
        (WORKER, json!({ "instances": 2, "cores": 1, "work": { "law": "constant", "mean": "100s" } })),
    ]));
    until(&mut run, 50.0);
    assert_eq!(done(&run.report(), "s"), 1.0);
    run.apply(&crash(1)).expect("it can crash");
    until(&mut run, 200.0);
    let report = run.report();
    assert_eq!(done(&report, "w"), 1.0);
    assert_eq!(
        station(&report, "s", "consumers").wait_s.max.map(|wait| (wait * 1e3).round()),
        Some(13_000.0)
    );
}

/// A thousand and more are kept for a group that is slow; one that comes late reads none of them.
#[test]
fn a_group_that_comes_late_reads_what_comes_later_though_the_rest_is_kept() {
    let mut run = simulation(&file(&[(CLIENTS, rate("300/s"))]));
    assert!(lag_at(&mut run, 50.0) > 4_000.0);
    let mut more = run.model().clone().to_value();
    push(
        &mut more,
        "components",
        json!({ "id": "late", "kind": "worker", "start_up": "0s", "work": nothing() }),
    );
    push(&mut more, "links", json!({ "id": "too", "from": "s", "to": "late", "rtt": nothing() }));
    let model = Model::from_value(&more).expect("a legal model");
    run.apply(&Edit::add_component(model.component("late").expect("it is there"))).expect("one more");
    run.apply(&Edit::add_link(model.link("too").expect("it is there"))).expect("one more");
    until(&mut run, 60.0);
    // Ten seconds, less the three in which its partitions are given out: those it catches up with.
    near(done(&run.report(), "late"), 3_000.0, 0.01);
}

/// A dead letter has been delivered to nobody.
#[test]
fn a_dead_letter_is_not_delivered() {
    let few = json!({ "retries_at_once": 0, "retries_early": 0, "retries_doubling": 0, "retries_late": 0 });
    let mut model = topic(&[("/components/1", few), ("/components/2", json!({ "instances": 0 }))]);
    push(&mut model, "components", json!({ "id": "dlq", "kind": "queue" }));
    push(&mut model, "links", json!({ "id": "dead", "from": "t", "to": "dlq", "when": "failed" }));
    let report = run(&model, 100);
    assert_eq!((figure(&report, "t", "delivered_per_s") * 100.0).round(), done(&report, "x"));
    assert_eq!(figure(&report, "t", "retried_per_s"), 0.0);
}

/// A topic that is down tries nothing; when it is back it goes on.
#[test]
fn a_topic_that_is_down_tries_nothing() {
    let mut run = simulation(&topic(&[("/components/2", json!({ "instances": 0 }))]));
    until(&mut run, 10.0);
    run.apply(&happen(json!({ "event": "crash", "component": "t", "instances": 1 }))).expect("it can crash");
    let before = sent(&run.report(), "to-w");
    until(&mut run, 40.0);
    assert_eq!(sent(&run.report(), "to-w"), before);
    run.apply(&happen(json!({ "event": "return", "component": "t" }))).expect("it returns");
    until(&mut run, 41.0);
    assert!(sent(&run.report(), "to-w") > before);
}

/// A second try has as long as the first: its subscriber comes three seconds after publication and takes 1.5 s of two.
#[test]
fn every_try_has_the_whole_timeout() {
    let mut run = simulation(&topic(&[
        (CLIENTS, json!({ "load": { "shape": "step", "from": "1/s", "to": "0/s", "at": "1600ms" } })),
        ("/components/1", json!({ "timeout": "2s" })),
        ("/components/2", json!({ "instances": 0, "work": { "law": "constant", "mean": "1500ms" } })),
    ]));
    until(&mut run, 3.6);
    run.apply(&set("w", "instances", json!(1))).expect("it is there now");
    until(&mut run, 100.0);
    let report = run.report();
    assert_eq!((done(&report, "t"), done(&report, "w")), (1.0, 1.0));
    assert_eq!(report.component("w").expect("it is there").wasted, 0);
    assert_eq!(figure(&report, "t", "undelivered"), 0.0);
}

/// A subscription that is taken out while a copy is worked on: that is not tried again.
#[test]
fn a_copy_whose_subscription_is_gone_is_not_tried_again() {
    let mut run = simulation(&topic(&[
        (CLIENTS, rate("1/s")),
        (
            "/components/2",
            json!({ "concurrency": 100, "cores": 100, "work": { "law": "constant", "mean": "10s" } }),
        ),
    ]));
    until(&mut run, 20.0);
    run.apply(&Edit::RemoveLink { id: "to-w".into() }).expect("it can go");
    until(&mut run, 60.0);
    let report = run.report();
    assert_eq!(figure(&report, "t", "undelivered"), 0.0);
    assert_eq!(figure(&report, "t", "retried_per_s"), 0.0);
    run.conservation().expect("every call is accounted for");
}
