//! Topics and streams: what becomes of messages and records, against sums done by hand and formulas.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::report::Station;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

fn nothing() -> Value {
    json!({ "law": "constant", "mean": "0s" })
}

/// Senders, a stream of four partitions and one worker; nothing takes time on the way, and keys are even. `more` goes over the records at these places.
pub(crate) fn file(more: &[(&str, Value)]) -> Value {
    let mut all = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "100/s" } },
            { "id": "s", "kind": "stream", "partitions": 4, "accept": nothing(), "bytes_limit": null, "records_limit": null },
            { "id": "w", "kind": "worker", "instances": 1, "cores": 1, "concurrency": 1, "start_up": "0s",
              "work": { "law": "constant", "mean": "5ms" } }
        ],
        "links": [
            { "id": "send", "from": "in", "to": "s", "rtt": nothing(), "timeout": null },
            { "id": "take", "from": "s", "to": "w", "rtt": nothing() }
        ],
        "classes": [{ "id": "c", "skew": 0 }]
    });
    lay_over(&mut all, more);
    all
}

fn lay_over(all: &mut Value, more: &[(&str, Value)]) {
    for (place, record) in more {
        let at = all.pointer_mut(place).expect("it is there");
        match record {
            Value::Object(record) => record.iter().for_each(|(key, value)| at[key] = value.clone()),
            other => *at = other.clone(),
        }
    }
}

const CLIENTS: &str = "/components/0";
pub(crate) const STREAM: &str = "/components/1";
const WORKER: &str = "/components/2";

pub(crate) fn push(file: &mut Value, list: &str, record: Value) {
    file[list].as_array_mut().expect("a list").push(record);
}

fn rate(rate: &str) -> Value {
    json!({ "load": { "shape": "steady", "rate": rate } })
}

fn work(mean: &str) -> Value {
    json!({ "work": { "law": "constant", "mean": mean } })
}

fn simulation(file: &Value) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

fn run(file: &Value, seconds: u64) -> Report {
    let mut run = simulation(file);
    run.run_for(Span::from_secs(seconds));
    run.conservation().expect("every call is accounted for");
    run.report()
}

fn happen(what: Value) -> Edit {
    Edit::Happen { what }
}

pub(crate) fn crash(instances: u64) -> Edit {
    happen(json!({ "event": "crash", "component": "w", "instances": instances }))
}

pub(crate) fn set(of: &str, field: &str, value: Value) -> Edit {
    Edit::SetComponent { id: of.into(), field: field.into(), value }
}

fn figure(report: &Report, of: &str, key: &str) -> f64 {
    let own = &report.component(of).expect("it is there").figures;
    own.iter().find(|(known, _)| known == key).and_then(|(_, value)| *value).expect("a figure of its own")
}

pub(crate) fn done(report: &Report, of: &str) -> f64 {
    report.component(of).expect("it is there").completions as f64
}

fn station<'a>(report: &'a Report, of: &str, name: &str) -> &'a Station {
    let stations = &report.component(of).expect("it is there").stations;
    stations
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, station)| station)
        .expect("a station of that name")
}

fn near(seen: f64, truth: f64, within: f64) {
    assert!((seen / truth - 1.0).abs() < within, "{seen}, and it should be {truth}");
}

pub(crate) fn until(run: &mut Simulation, seconds: f64) {
    run.run_until(SimTime::ZERO + Span::from_secs_f64(seconds));
}

/// The lag at a time.
pub(crate) fn lag_at(run: &mut Simulation, seconds: f64) -> f64 {
    until(run, seconds);
    run.frame().components[1].figure_0
}

/// An outage of the consumers, T long, at rates λ and μ: the lag is worked off after T·λ/(μ − λ). T is what nobody reads: outage, and rebalances.
#[test]
fn a_lag_is_worked_off_after_the_outage_times_lambda_over_mu_less_lambda() {
    // 100 a second come, 200 a second can be done. Down for 17 s, then 3 s until its partitions have been given out.
    let mut run = simulation(&file(&[(STREAM, json!({ "session_timeout": "10s", "fetch": 10 }))]));
    assert!(lag_at(&mut run, 10.0) <= 4.0);
    run.apply(&crash(1)).expect("it can crash");
    near(lag_at(&mut run, 27.0), 1700.0, 0.01);
    run.apply(&happen(json!({ "event": "return", "component": "w" }))).expect("it returns");
    // Nobody reads before 30 s; by then 2000 are behind, and 20 s later none.
    near(lag_at(&mut run, 30.0), 2000.0, 0.01);
    near(lag_at(&mut run, 40.0), 1000.0, 0.05);
    assert!(lag_at(&mut run, 51.0) <= 4.0);
}

/// Of a group no more consumers than partitions have work, whatever there are.
#[test]
fn consumers_beyond_the_partitions_are_idle() {
    let rate_of = |partitions: u64, instances: u64| {
        let model = file(&[
            (CLIENTS, rate("2000/s")),
            (STREAM, json!({ "partitions": partitions })),
            (WORKER, json!({ "instances": instances })),
        ]);
        done(&run(&model, 50), "w") / 50.0
    };
    near(rate_of(4, 1), 200.0, 0.01);
    near(rate_of(4, 2), 400.0, 0.01);
    near(rate_of(4, 4), 800.0, 0.01);
    near(rate_of(4, 9), 800.0, 0.01);
    near(rate_of(1, 9), 200.0, 0.01);
    near(rate_of(8, 9), 1600.0, 0.01);
}

/// One partition and one consumer is M/D/1: W = s + ρ s / (2 (1 − ρ)), and by Little's law λ W of them are there.
#[test]
fn one_partition_is_a_queue_of_theory() {
    let poisson = json!({ "spacing": "poisson", "load": { "shape": "steady", "rate": "160/s" } });
    let report = run(&file(&[(CLIENTS, poisson), (STREAM, json!({ "partitions": 1 }))]), 3000);
    let rho = 0.8;
    let wait = rho * 0.005 / (2.0 * (1.0 - rho));
    let consumers = station(&report, "s", "consumers");
    near(consumers.wait_s.mean.expect("a mean"), wait, 0.04);
    near(consumers.utilisation.expect("it has readers"), rho, 0.01);
    near(consumers.queue_mean, 160.0 * wait, 0.04);
}

/// A fetch travels once for all it brings; a consumer that fetches one by one waits for the network each time.
#[test]
fn what_is_fetched_together_travels_once() {
    let model = |fetch: u64| {
        file(&[
            (CLIENTS, rate("1000/s")),
            (STREAM, json!({ "fetch": fetch, "partitions": 1 })),
            ("/links/1", json!({ "rtt": { "law": "constant", "mean": "5ms" } })),
        ])
    };
    near(done(&run(&model(1), 100), "w"), 10_000.0, 0.01);
    // 500 in 2.505 s.
    near(done(&run(&model(500), 100), "w"), 100.0 * 500.0 / 2.505, 0.01);
}

/// The hottest partition has what its keys ask for: of ten keys by Zipf's law the first alone has more than a third.
#[test]
fn a_hot_key_makes_a_hot_partition_that_consumers_do_not_help() {
    let model = |partitions: u64, instances: u64| {
        file(&[
            (CLIENTS, rate("600/s")),
            (STREAM, json!({ "partitions": partitions })),
            (WORKER, json!({ "instances": instances })),
            ("/classes/0", json!({ "keys": 10, "skew": 1 })),
        ])
    };
    let first = 1.0 / (1..=10).map(|rank| 1.0 / f64::from(rank)).sum::<f64>();
    // With partitions enough no other key is beside the first: 0.341 of 600 a second, and 200 can be done.
    let report = run(&model(1000, 1000), 500);
    near(figure(&report, "s", "hottest_partition"), first, 0.02);
    near(figure(&report, "s", "worst_partition_lag"), (600.0 * first - 200.0) * 500.0, 0.35);
    near(figure(&report, "s", "lag"), figure(&report, "s", "worst_partition_lag"), 0.02);
    // 500 of them fewer do as well, and twenty are as good as ten.
    let lag = |partitions: u64, instances: u64| figure(&run(&model(partitions, instances), 200), "s", "lag");
    near(lag(10, 20), lag(10, 10), 1e-9);
}

/// A consumer more: with "all stop" nobody reads for three seconds, with "only what moves stops" what stays is read on.
#[test]
fn a_rebalance_stops_the_group_or_what_moves() {
    let model = |protocol: &str| {
        file(&[
            (CLIENTS, rate("400/s")),
            (STREAM, json!({ "protocol": protocol, "partitions": 12 })),
            (WORKER, json!({ "instances": 3, "work": { "law": "constant", "mean": "1ms" } })),
        ])
    };
    let lag_of = |protocol: &str| {
        let mut run = simulation(&model(protocol));
        until(&mut run, 10.0);
        run.apply(&set("w", "instances", json!(4))).expect("one more");
        let lag = lag_at(&mut run, 13.0);
        assert!(lag_at(&mut run, 16.0) <= 12.0);
        (lag, figure(&run.report(), "s", "rebalances"))
    };
    let (lag, times) = lag_of("eager");
    near(lag, 1200.0, 0.02);
    assert_eq!(times, 1.0);
    // Three partitions of twelve move.
    let (lag, times) = lag_of("cooperative");
    near(lag, 300.0, 0.1);
    assert_eq!(times, 1.0);
}

/// A consumer that crashes is missed after the session timeout; what it had done of a fetch and not committed is done again.
#[test]
fn a_crash_costs_the_session_timeout_and_what_was_not_committed() {
    let mut run = simulation(&file(&[
        (CLIENTS, rate("300/s")),
        (STREAM, json!({ "partitions": 1, "fetch": 100 })),
        (WORKER, json!({ "instances": 2 })),
    ]));
    // 300 come and 200 are done a second, so that each fetch is of 100 records and takes half a second: at 10.26 s it is in the middle of one.
    until(&mut run, 10.26);
    run.apply(&crash(1)).expect("it can crash");
    // Nobody reads for 45 s, and then all stop for 3 s.
    until(&mut run, 58.0);
    let before = done(&run.report(), "w");
    near(before, 10.26 * 200.0, 0.01);
    assert_eq!(figure(&run.report(), "s", "duplicates_per_s"), 0.0);
    until(&mut run, 68.26);
    near(done(&run.report(), "w") - before, 2000.0, 0.01);
    let again = figure(&run.report(), "s", "duplicates_per_s") * 68.26;
    assert!((1.0..100.0).contains(&again), "{again} were done twice");
    assert_eq!(figure(&run.report(), "s", "lost_per_s"), 0.0);
    // What was done once and what was done twice makes all that was done.
    near(figure(&run.report(), "s", "lag"), 300.0 * 68.26 - (before + 2000.0 - again), 0.01);
}

/// A consumer that is told to go says so: nobody waits for a timeout, and nothing is done twice.
#[test]
fn who_drains_leaves_at_once() {
    let mut run = simulation(&file(&[(CLIENTS, rate("150/s")), (WORKER, json!({ "instances": 2 }))]));
    until(&mut run, 10.0);
    run.apply(&set("w", "instances", json!(1))).expect("one less");
    near(lag_at(&mut run, 13.0), 450.0, 0.03);
    // 3 s · 150 / 50 later it has caught up.
    assert!(lag_at(&mut run, 23.0) <= 4.0);
    let report = run.report();
    assert_eq!(figure(&report, "s", "duplicates_per_s"), 0.0);
    assert_eq!(figure(&report, "s", "rebalances"), 1.0);
}

/// A record that cannot be processed keeps its partition waiting for as long as it is tried, and no other.
#[test]
fn poison_blocks_its_partition_and_then_goes() {
    let mut model = file(&[
        (CLIENTS, rate("20/s")),
        (STREAM, json!({ "attempts": 5, "retry_delay": "1s", "partitions": 50 })),
        (WORKER, json!({ "concurrency": 50, "cores": 50 })),
        ("/classes/0", json!({ "poison": 0.02 })),
    ]);
    push(&mut model, "components", json!({ "id": "dlq", "kind": "queue" }));
    push(&mut model, "links", json!({ "id": "dead", "from": "s", "to": "dlq", "when": "failed" }));
    let report = run(&model, 2000);
    // 0.4 a second are poison, tried five times each.
    near(figure(&report, "s", "dead_letters_per_s"), 0.4, 0.1);
    near(figure(&report, "w", "unprocessable_per_s"), 2.0, 0.1);
    near(figure(&report, "dlq", "waiting"), 800.0, 0.1);
    assert_eq!(figure(&report, "s", "lost_per_s"), 0.0);
    // Each blocks its partition for 4 s + 5 · 5 ms, in which others come: 0.4 / 50 · 4.025 s of the time each partition is blocked, and who comes then waits half of it.
    let blocked: f64 = 0.4 / 50.0 * 4.025;
    let wait = station(&report, "s", "consumers").wait_s.mean.expect("a mean");
    assert!((0.7 * blocked * 2.0..2.0 * blocked * 2.0).contains(&wait), "{wait}");
    // Without a place for dead letters they are lost.
    model["links"].as_array_mut().expect("a list").pop();
    near(figure(&run(&model, 2000), "s", "lost_per_s"), 0.4, 0.1);
}

/// What a slow group has not read when its time is over is lost to it, and to it alone.
#[test]
fn what_is_too_old_is_lost_to_who_is_slow() {
    let mut model = file(&[
        (CLIENTS, rate("300/s")),
        (STREAM, json!({ "retention": "10s", "partitions": 1, "fetch": 10 })),
    ]);
    let fast = json!({ "id": "fast", "kind": "worker", "instances": 1, "concurrency": 1, "work": { "law": "constant", "mean": "1ms" } });
    push(&mut model, "components", fast);
    push(&mut model, "links", json!({ "id": "more", "from": "s", "to": "fast", "rtt": nothing() }));
    let report = run(&model, 1000);
    near(done(&report, "fast"), 300_000.0, 1e-3);
    near(done(&report, "w"), 200_000.0, 1e-3);
    // The last ten seconds are there.
    near(figure(&report, "s", "lag"), 3000.0, 0.01);
    near(figure(&report, "s", "oldest_age_s"), 10.0, 0.01);
    near(figure(&report, "s", "lost_per_s"), (300_000.0 - 200_000.0 - 3000.0) / 1000.0, 0.01);
}

/// A partition takes so many bytes and records a second, and throttles the rest.
#[test]
fn a_partition_throttles_beyond_its_limits() {
    let refused = |limits: Value| {
        let model = file(&[
            (CLIENTS, rate("3000/s")),
            (STREAM, json!({ "partitions": 1 })),
            (STREAM, limits),
            (WORKER, work("0s")),
            ("/classes/0", json!({ "request": "1kB" })),
        ]);
        let report = run(&model, 100);
        assert!(report.failures.iter().all(|(reason, _)| reason == "throttled"));
        report.requests.failed as f64 / 100.0
    };
    near(refused(json!({ "bytes_limit": "2MB" })), 1000.0, 0.03);
    near(refused(json!({ "records_limit": "500/s" })), 2500.0, 0.01);
    assert_eq!(refused(json!({})), 0.0);
}

/// A cut shorter than the session timeout costs the cut; a longer one costs a rebalance as well. No record is lost.
#[test]
fn a_cut_link_loses_no_record() {
    for (cut_for, rebalances) in [(5.0, 0.0), (50.0, 1.0)] {
        let mut run = simulation(&file(&[]));
        until(&mut run, 10.001);
        run.apply(&happen(json!({ "event": "cut", "link": "take" }))).expect("it can be cut");
        near(lag_at(&mut run, 10.0 + cut_for), 100.0 * cut_for, 0.02);
        run.apply(&happen(json!({ "event": "mend", "link": "take" }))).expect("it can be mended");
        assert!(lag_at(&mut run, 200.0) <= 4.0);
        let report = run.report();
        assert_eq!(figure(&report, "s", "rebalances"), rebalances);
        assert_eq!(figure(&report, "s", "lost_per_s"), 0.0);
        assert!((19_995.0..=20_005.0).contains(&done(&report, "w")), "{}", done(&report, "w"));
    }
}

/// A broker that is down takes nothing and gives nothing, and forgets nothing.
#[test]
fn a_broker_that_comes_back_has_kept_everything() {
    let mut run = simulation(&file(&[(CLIENTS, rate("300/s"))]));
    until(&mut run, 10.0);
    run.apply(&happen(json!({ "event": "crash", "component": "s", "instances": 1 }))).expect("it can crash");
    near(lag_at(&mut run, 20.0), 1000.0, 0.35);
    run.apply(&happen(json!({ "event": "return", "component": "s" }))).expect("it returns");
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("no load");
    until(&mut run, 60.0);
    let report = run.report();
    assert_eq!(figure(&report, "s", "lag"), 0.0);
    assert_eq!(done(&report, "w"), done(&report, "s"));
    assert_eq!(run.calls_in_flight(), 0);
}

/// The bill: a partition's hour, and each record by units of 25 KB.
#[test]
fn a_stream_is_billed_by_partitions_and_units() {
    let cost = |size: &str| {
        let model = file(&[(WORKER, work("0s")), ("/classes/0", json!({ "request": size }))]);
        run(&model, 3600).component("s").expect("it is there").cost_per_hour_usd
    };
    near(cost("1kB"), 4.0 * 0.015 + 360_000.0 * 0.014e-6, 1e-3);
    near(cost("60kB"), 4.0 * 0.015 + 3.0 * 360_000.0 * 0.014e-6, 1e-3);
}

/// Live edits: more partitions and fewer, another protocol, other limits, consumers that come and go, the link gone and back. Nothing is lost.
#[test]
fn edits_of_a_stream_while_it_runs_lose_nothing() {
    let mut run = simulation(&file(&[(CLIENTS, rate("300/s")), (WORKER, json!({ "instances": 3 }))]));
    let edits = [
        set("s", "partitions", json!(9)),
        set("w", "instances", json!(5)),
        set("s", "protocol", json!("cooperative")),
        set("w", "instances", json!(2)),
        set("s", "fetch", json!(3)),
        set("s", "partitions", json!(2)),
        set("w", "instances", json!(4)),
        set("s", "retention", json!(null)),
        set("s", "partitions", json!(6)),
    ];
    for edit in &edits {
        run.run_for(Span::from_millis(4_321));
        run.apply(edit).expect("a legal edit");
    }
    run.run_for(Span::from_secs(5));
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("no load");
    run.run_for(Span::from_secs(120));
    let report = run.report();
    assert_eq!(figure(&report, "s", "lag"), 0.0);
    assert_eq!((figure(&report, "s", "lost_per_s"), figure(&report, "s", "duplicates_per_s")), (0.0, 0.0));
    assert_eq!(done(&report, "w"), done(&report, "s"));
    assert_eq!(run.calls_in_flight(), 0);
    run.conservation().expect("every call is accounted for");
}

/// A group that comes later reads what comes later; one that goes leaves the others alone; a stream that goes leaves nothing under way.
#[test]
fn groups_come_and_go() {
    let mut run = simulation(&file(&[]));
    until(&mut run, 10.0);
    let late = json!({ "id": "late", "kind": "worker", "start_up": "0s", "work": { "law": "constant", "mean": "1ms" } });
    let mut more = run.model().clone().to_value();
    push(&mut more, "components", late);
    push(&mut more, "links", json!({ "id": "too", "from": "s", "to": "late", "rtt": nothing() }));
    let model = Model::from_value(&more).expect("a legal model");
    let link = model.link("too").expect("it is there").clone();
    run.apply(&Edit::add_component(model.component("late").expect("it is there"))).expect("one more");
    run.apply(&Edit::add_link(&link)).expect("one more");
    until(&mut run, 20.0);
    assert!((900.0..=1000.0).contains(&done(&run.report(), "late")), "{}", done(&run.report(), "late"));
    run.apply(&Edit::RemoveLink { id: "too".into() }).expect("it can go");
    until(&mut run, 30.0);
    near(done(&run.report(), "w"), 3000.0, 0.01);
    assert!(done(&run.report(), "late") <= 1004.0);
    run.apply(&Edit::RemoveComponent { id: "s".into() }).expect("it can go");
    until(&mut run, 40.0);
    run.conservation().expect("every call is accounted for");
}

/// Publishers, a topic and two workers that subscribe; nothing takes time on the way, and a copy is delivered when it has been worked on.
pub(crate) fn topic(more: &[(&str, Value)]) -> Value {
    let quick = json!({ "law": "constant", "mean": "1ms" });
    let mut all = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "100/s" } },
            { "id": "t", "kind": "topic", "accept": nothing() },
            { "id": "w", "kind": "worker", "instances": 1, "start_up": "0s", "work": quick },
            { "id": "x", "kind": "worker", "instances": 1, "start_up": "0s", "work": quick }
        ],
        "links": [
            { "id": "publish", "from": "in", "to": "t", "rtt": nothing(), "timeout": null },
            { "id": "to-w", "from": "t", "to": "w", "rtt": nothing() },
            { "id": "to-x", "from": "t", "to": "x", "rtt": nothing() }
        ],
        "classes": [{ "id": "a", "weight": 3 }, { "id": "b", "weight": 1 }]
    });
    lay_over(&mut all, more);
    all
}

fn sent(report: &Report, link: &str) -> u64 {
    report.links.iter().find(|(id, _)| id == link).map(|(_, link)| link.sent).expect("it is there")
}

/// Everyone gets a copy of what he wants: one all of it, one a class that has a quarter.
#[test]
fn everyone_gets_a_copy_of_what_he_wants() {
    let report = run(&topic(&[("/links/2", json!({ "classes": ["b"] }))]), 1000);
    near(done(&report, "t"), 100_000.0, 1e-3);
    near(done(&report, "w"), 100_000.0, 1e-3);
    near(done(&report, "x"), 25_000.0, 0.03);
    near(figure(&report, "t", "delivered_per_s"), 125.0, 0.01);
    near(figure(&report, "t", "filtered_per_s"), 75.0, 0.01);
    near(figure(&report, "t", "delivery_mean_s"), 0.001, 0.01);
}

/// Three retries at once, two after a second each, then 1, 2, 4, 8, 16 and 20 s apart: the schedule of the SNS developer guide.
#[test]
fn retries_follow_the_schedule() {
    let mut run =
        simulation(&topic(&[(CLIENTS, rate("0.01/s")), ("/components/2", json!({ "instances": 0 }))]));
    let mut now = 0.5;
    until(&mut run, now);
    while sent(&run.report(), "to-w") == 0 {
        now += 1.0;
        until(&mut run, now);
    }
    let first = now;
    for (after, tries) in [
        (0.0, 4),
        (1.0, 5),
        (2.0, 6),
        (3.0, 7),
        (4.0, 7),
        (5.0, 8),
        (8.0, 8),
        (9.0, 9),
        (17.0, 10),
        (33.0, 11),
        (52.0, 11),
        (53.0, 12),
        (73.0, 13),
    ] {
        until(&mut run, first + after);
        assert_eq!(sent(&run.report(), "to-w"), tries, "{after} s after the first");
    }
    // It comes back, and the next try is 20 s after the last.
    run.apply(&set("w", "instances", json!(1))).expect("it comes back");
    until(&mut run, first + 92.0);
    assert_eq!(done(&run.report(), "w"), 0.0);
    until(&mut run, first + 93.0);
    assert_eq!((done(&run.report(), "w"), done(&run.report(), "x")), (1.0, 1.0));
    assert_eq!(figure(&run.report(), "t", "lost_per_s"), 0.0);
}

/// A subscriber that is far too slow, and one that is not there: the other has its copies at once, and the publisher its answer.
#[test]
fn a_slow_subscription_slows_nobody() {
    for slow in
        [json!({ "concurrency": 1, "work": { "law": "constant", "mean": "2s" } }), json!({ "instances": 0 })]
    {
        let report =
            run(&topic(&[("/components/2", slow), ("/components/1", json!({ "retries_late": 10 }))]), 300);
        near(done(&report, "x"), 30_000.0, 1e-3);
        let quick = report
            .links
            .iter()
            .find(|(id, _)| id == "to-x")
            .map(|(_, link)| &link.latency_s)
            .expect("it is there");
        assert!(quick.max.expect("some") < 0.0011, "{quick:?}");
        assert_eq!(report.requests.failed, 0);
        assert_eq!(report.latency_s.max, Some(0.0));
        assert!(figure(&report, "t", "undelivered") > 10_000.0);
    }
}

/// When no retry is left a copy is a dead letter, and without a place for those it is lost.
#[test]
fn after_the_last_retry_a_copy_is_a_dead_letter() {
    let few = json!({ "retries_at_once": 2, "retries_early": 0, "retries_doubling": 1, "retries_late": 0 });
    let mut model = topic(&[("/components/1", few), ("/components/2", json!({ "instances": 0 }))]);
    let lost = run(&model, 100);
    near(figure(&lost, "t", "lost_per_s"), 99.0, 0.01);
    push(&mut model, "components", json!({ "id": "dlq", "kind": "queue" }));
    push(&mut model, "links", json!({ "id": "dead", "from": "t", "to": "dlq", "when": "failed" }));
    let kept = run(&model, 100);
    assert_eq!(figure(&kept, "t", "lost_per_s"), 0.0);
    near(figure(&kept, "t", "dead_letters_per_s"), 99.0, 0.01);
    near(figure(&kept, "dlq", "waiting"), 9_900.0, 0.01);
    // A first try and three more, the last of them a second later.
    near(sent(&kept, "to-w") as f64, 39_900.0, 0.01);
    near(figure(&kept, "t", "retried_per_s"), 299.0, 0.01);
}

/// Who takes longer to answer than the topic waits gets the message again, and works on it again.
#[test]
fn a_subscriber_too_slow_to_answer_gets_it_again() {
    let model = topic(&[
        (CLIENTS, rate("1/s")),
        (
            "/components/1",
            json!({ "timeout": "1s", "retries_at_once": 1, "retries_early": 0, "retries_doubling": 0, "retries_late": 0 }),
        ),
        (
            "/components/2",
            json!({ "concurrency": 100, "cores": 100, "work": { "law": "constant", "mean": "1.5s" } }),
        ),
    ]);
    let report = run(&model, 1000);
    near(done(&report, "w"), 2000.0, 0.01);
    near(figure(&report, "t", "lost_per_s"), 1.0, 0.01);
    near(report.component("w").expect("it is there").wasted as f64, 2000.0, 0.01);
}

/// A cut link and a broker that crashes lose no copy.
#[test]
fn neither_a_cut_link_nor_a_crash_loses_a_copy() {
    let mut run = simulation(&topic(&[]));
    until(&mut run, 10.001);
    run.apply(&happen(json!({ "event": "cut", "link": "to-w" }))).expect("it can be cut");
    until(&mut run, 40.0);
    run.apply(&happen(json!({ "event": "mend", "link": "to-w" }))).expect("it can be mended");
    run.apply(&happen(json!({ "event": "crash", "component": "t", "instances": 1 }))).expect("it can crash");
    until(&mut run, 60.0);
    run.apply(&happen(json!({ "event": "return", "component": "t" }))).expect("it returns");
    until(&mut run, 70.0);
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("no load");
    until(&mut run, 200.0);
    let report = run.report();
    assert_eq!(figure(&report, "t", "undelivered"), 0.0);
    assert_eq!(figure(&report, "t", "lost_per_s"), 0.0);
    assert_eq!(done(&report, "x"), done(&report, "t"));
    // The answer to one may have been on its way when the link was cut: it is delivered again.
    assert!((0.0..=1.0).contains(&(done(&report, "w") - done(&report, "t"))));
    assert_eq!(run.calls_in_flight(), 0);
    run.conservation().expect("every call is accounted for");
}

/// The bill: 0.50 dollars a million published, by units of 64 KB; 0.60 a million pushed to workers, and nothing into queues.
#[test]
fn a_topic_is_billed_by_what_is_published_and_pushed() {
    let cost = |model: &Value| run(model, 3600).component("t").expect("it is there").cost_per_hour_usd;
    let published = 0.50e-6 * 360_000.0;
    near(cost(&topic(&[])), published + 2.0 * 0.60e-6 * 360_000.0, 1e-3);
    let size = json!({ "request": "100KiB" });
    let mut model = topic(&[("/classes/0", size.clone()), ("/classes/1", size)]);
    for (at, id) in [(2, "w"), (3, "x")] {
        model["components"][at] = json!({ "id": id, "kind": "queue" });
    }
    near(cost(&model), 2.0 * published, 1e-3);
}

/// Live edits of a topic: subscriptions that go and come, another policy, the topic gone. Nothing is left under way.
#[test]
fn edits_of_a_topic_while_it_runs_leave_nothing_behind() {
    let mut run = simulation(&topic(&[("/components/2", json!({ "instances": 0 }))]));
    until(&mut run, 10.0);
    let link = run.model().link("to-w").expect("it is there").clone();
    run.apply(&Edit::RemoveLink { id: "to-w".into() }).expect("it can go");
    // What waited for another try has nobody to go to.
    assert_eq!(figure(&run.report(), "t", "undelivered"), 0.0);
    until(&mut run, 20.0);
    run.apply(&Edit::add_link(&link)).expect("it can come back");
    run.apply(&set("t", "delay_max", json!("2s"))).expect("another policy");
    until(&mut run, 30.0);
    run.apply(&set("w", "instances", json!(1))).expect("it is there now");
    until(&mut run, 60.0);
    let report = run.report();
    assert!(figure(&report, "t", "undelivered") <= 2.0);
    near(done(&report, "w"), 4000.0, 0.01);
    near(done(&report, "x"), 6000.0, 0.01);
    run.apply(&happen(json!({ "event": "cut", "link": "to-x" }))).expect("it can be cut");
    until(&mut run, 65.0);
    for id in ["publish", "to-w", "to-x"] {
        run.apply(&Edit::RemoveLink { id: id.into() }).expect("it can go");
    }
    run.apply(&Edit::RemoveComponent { id: "t".into() }).expect("it can go");
    until(&mut run, 70.0);
    run.conservation().expect("every call is accounted for");
}

/// What would silently do nothing is refused, with words that say why.
#[test]
fn settings_that_mean_nothing_are_refused() {
    let told = |file: &Value| match Model::from_value(file) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| error.at.to_string()).collect(),
    };
    for (model, key) in [
        (file(&[("/links/1", json!({ "classes": ["c"] }))]), "classes"),
        (file(&[("/links/1", json!({ "prefetch": 5 }))]), "prefetch"),
        (file(&[("/links/1", json!({ "when": "miss" }))]), "when"),
        (file(&[(STREAM, json!({ "attempts": 1, "retry_delay": "1s" }))]), "retry_delay"),
        (topic(&[("/links/1", json!({ "timeout": "3s" }))]), "timeout"),
        (topic(&[("/links/1", json!({ "prefetch": 5 }))]), "prefetch"),
        (topic(&[("/components/1", json!({ "delay_max": "500ms" }))]), "delay_max"),
    ] {
        let told = told(&model);
        assert!(told.len() == 1 && told[0].contains(key), "{key}: {told:?}");
    }
    assert!(told(&topic(&[("/links/1", json!({ "classes": ["a"] }))])).is_empty());
}

/// A stream that is taken out gives nothing more: what it kept is gone with it.
#[test]
fn a_stream_that_is_taken_out_gives_nothing_more() {
    let mut run =
        Simulation::new(&Model::from_value(&file(&[(CLIENTS, rate("400/s"))])).expect("a legal model"))
            .expect("it runs");
    run.run_for(Span::from_secs(10));
    let done = |run: &mut Simulation| run.report().component("w").expect("it is there").completions;
    let before = done(&mut run);
    run.apply(&Edit::RemoveComponent { id: "s".into() }).expect("it can go");
    run.run_for(Span::from_secs(10));
    // The records in the worker's hand, one of each partition, are worked on to their end.
    let after = done(&mut run);
    assert!(after - before <= 4, "{} more", after - before);
    run.conservation().expect("every call is accounted for");
}
