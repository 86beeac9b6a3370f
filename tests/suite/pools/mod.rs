//! Connection pools on links: who gets a connection when, what is counted, and that none is ever lost.

mod changes;
mod figures;

use serde_json::{Value as Json, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::report::Station;
use tenfold::model::{Happening, Model};
use tenfold::units::{SimTime, Span};

/// Requests at whole seconds at an app whose one instance asks a database over a link with a pool; only the link takes time, 10 s there and back.
fn file(link: Json) -> Json {
    let none = json!({ "law": "constant", "mean": "0s" });
    let mut pooled = json!({
        "from": "app", "to": "db", "rtt": { "law": "constant", "mean": "10s" }, "timeout": null, "pool": 2
    });
    merge(&mut pooled, &link);
    json!({
        "format": 1, "duration": "1000s", "warm_up": "0s", "window": "1s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "1/s" } },
            { "id": "app", "kind": "service", "instances": 1, "work": none, "workers": null, "backlog": null },
            { "id": "db", "kind": "database", "connections": 1000, "read_work": none }
        ],
        "links": [{ "from": "in", "to": "app", "rtt": none, "timeout": null }, pooled]
    })
}

fn merge(into: &mut Json, from: &Json) {
    for (key, value) in from.as_object().expect("an object") {
        into[key] = value.clone();
    }
}

fn begin(file: &Json) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

fn go(run: &mut Simulation, until_s: u64) -> Report {
    run.run_until(SimTime::ZERO + Span::from_secs(until_s));
    assert_eq!(run.conservation(), Ok(()));
    run.report()
}

fn set_link(run: &mut Simulation, field: &str, value: Json) {
    let edit = Edit::SetLink { id: "app-db".into(), field: field.into(), value };
    run.apply(&edit).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(run.conservation(), Ok(()));
}

fn stop(run: &mut Simulation) {
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("a load of nothing is legal");
}

fn happen(run: &mut Simulation, what: &Happening) {
    run.apply(&Edit::happen(what)).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(run.conservation(), Ok(()));
}

fn pool(report: &Report) -> Station {
    let link = &report.links.iter().find(|(id, _)| id == "app-db").expect("it is there").1;
    link.pool.clone().expect("it has a pool")
}

/// Connections in use and calls that wait, at the end of the last window.
fn row(run: &mut Simulation) -> (f64, f64) {
    let frame = run.frame();
    (frame.links[1].connections, frame.links[1].waiting)
}

fn failed(report: &Report, reason: &str) -> u64 {
    report.failures.iter().find(|(word, _)| word == reason).map_or(0, |(_, count)| *count)
}

#[test]
fn a_call_waits_for_a_connection_first_in_first_out_and_its_timeout_counts_from_then() {
    // Six come from 1 s on; two go out at once, and each pair waits for the one before. Out and back takes 10 s, so nobody times out at 10.5 s.
    let mut run = begin(&file(json!({ "timeout": "10500ms" })));
    go(&mut run, 6);
    run.run_for(Span::from_millis(500));
    stop(&mut run);
    let report = go(&mut run, 100);
    let ends_s = [11.0, 12.0, 21.0, 22.0, 31.0, 32.0];
    let sum_s: f64 = ends_s.iter().zip(1..).map(|(end, came)| end - f64::from(came)).sum();
    assert_eq!((report.requests.finished, report.requests.failed), (6, 0));
    assert!((report.latency_s.mean.expect("all were answered") - sum_s / 6.0).abs() < 1e-9);
    // The link's own latency is that of the call alone.
    let link = &report.links[1].1;
    assert!((link.latency_s.max.expect("all were answered") - 10.0).abs() < 1e-9);
    let pool = pool(&report);
    assert_eq!((pool.arrivals, pool.refused), (6, 0));
    // Waits of 0, 0, 8, 8, 16 and 16 s; connections in use for 6 times 10 s of the 2 times 100 s there were.
    assert!((pool.wait_s.mean.expect("all got one") - 8.0).abs() < 1e-9);
    assert!((pool.queue_mean - 0.48).abs() < 1e-9, "Little: {pool:?}");
    assert!((pool.utilisation.expect("it has a limit") - 0.3).abs() < 1e-9);
    assert!((pool.servers_mean.expect("it has a limit") - 2.0).abs() < 1e-12);
    assert_eq!(row(&mut run), (0.0, 0.0));
}

#[test]
fn who_finds_no_connection_in_time_fails_with_that_reason_and_has_not_been_sent() {
    let mut run = begin(&file(json!({ "pool_wait": "3100ms" })));
    go(&mut run, 5);
    run.run_for(Span::from_millis(500));
    let report = go(&mut run, 9);
    // Two are out, those of 3, 4 and 5 s have given up by 8.1 s, and three wait.
    assert_eq!((report.requests.failed, failed(&report, "no_connection")), (3, 3));
    assert_eq!(report.component("db").expect("it is there").arrivals, 2);
    let link = &report.links[1].1;
    assert_eq!((link.sent, link.failed, link.in_flight), (8, 3, 5));
    // At 11 s and 12 s the two are given back, to those of 8 s and 9 s, who have waited 3 s each.
    let report = go(&mut run, 13);
    assert_eq!((report.requests.finished, pool(&report).wait_s.max), (2, Some(3.0)));
    assert_eq!(row(&mut run), (2.0, 3.0));
}

#[test]
fn who_does_not_wait_fails_at_once() {
    let mut run = begin(&file(json!({ "pool_wait": "0s" })));
    let report = go(&mut run, 13);
    // Those of 1, 2, 11 and 12 s get the two connections, all others none; those of 11 and 12 s come as they are given back.
    assert_eq!(failed(&report, "no_connection"), report.requests.failed);
    assert!(report.requests.failed >= 8 && report.requests.finished == 2, "{report}");
    assert!(report.failure_latency_s.max < Some(1e-9), "{report}");
}

#[test]
fn a_call_that_waits_while_its_request_fails_leaves_no_connection_behind() {
    // Three calls at once with two connections: the first to time out fails the request, and the third goes out for nobody.
    for hold in ["call", "request"] {
        let mut run = begin(&file(json!({
            "calls": 3, "parallel": true, "timeout": "300ms", "pool_hold": hold
        })));
        go(&mut run, 3);
        stop(&mut run);
        let report = go(&mut run, 30);
        assert_eq!((report.requests.offered, report.requests.failed), (2, 2));
        assert_eq!(report.component("db").expect("it is there").arrivals, 6);
        assert_eq!(row(&mut run), (0.0, 0.0));
    }
}

#[test]
fn every_instance_has_a_pool_of_its_own() {
    let mut file = file(json!({}));
    file["components"][1]["instances"] = json!(3);
    let mut run = begin(&file);
    let report = go(&mut run, 11);
    // Ten have come, in turn at three instances of two connections.
    assert_eq!(row(&mut run), (6.0, 4.0));
    let servers = pool(&report).servers_mean.expect("it has a limit");
    assert!((servers - 6.0).abs() < 1e-12, "{servers}");
}

#[test]
fn with_as_many_requests_at_once_each_of_two_connections_the_pool_needs_one_more_than_they_are() {
    // threads · (connections − 1) + 1: HikariCP, About Pool Sizing.
    for (threads, connections) in [(10_u32, 2), (4, 3), (3, 5)] {
        let least = threads * (connections - 1) + 1;
        for (size, works) in [(least, true), (least - 1, false), (threads * connections, true)] {
            let mut file = file(json!({
                "calls": connections, "pool": size, "pool_hold": "request", "pool_wait": "40s",
                "rtt": { "law": "constant", "mean": "10ms" }
            }));
            // Twice as many users as threads: all threads begin at one instant, again and again.
            let think = json!({ "law": "constant", "mean": "1ms" });
            file["components"][0]["load"] =
                json!({ "shape": "closed", "users": 2 * threads, "think": think });
            file["components"][1]["workers"] = json!(threads);
            let mut run = begin(&file);
            let report = go(&mut run, 39);
            let (finished, failed) = (report.requests.finished, report.requests.failed);
            if works {
                // One at a time, at the worst: a request takes as many calls of 10 ms.
                assert!(
                    finished as f64 > 39.0 / (0.010 * f64::from(connections)) * 0.9,
                    "{size}: {finished}"
                );
                assert_eq!(failed, 0);
            } else {
                assert_eq!((finished, failed), (0, 0), "{size} for {threads} threads");
                assert!((run.frame().links[1].connections - f64::from(size)).abs() < 1e-9);
                let report = go(&mut run, 42);
                assert!(report.requests.failed > 0, "some give up after 40 s, and let others through");
                assert_eq!(report.requests.failed, self::failed(&report, "no_connection"));
            }
        }
    }
}

#[test]
fn a_request_holds_its_connections_until_it_ends() {
    // After the database it asks another one for 5 s, and only then is the first connection free.
    let mut file = file(json!({ "pool_hold": "request" }));
    let none = json!({ "law": "constant", "mean": "0s" });
    let components = file["components"].as_array_mut().expect("a list");
    components.push(json!({ "id": "other", "kind": "database", "read_work": none }));
    let links = file["links"].as_array_mut().expect("a list");
    links
        .push(json!({ "from": "app", "to": "other", "step": 2, "rtt": { "law": "constant", "mean": "5s" } }));
    let mut run = begin(&file);
    go(&mut run, 3);
    run.run_for(Span::from_millis(500));
    stop(&mut run);
    let report = go(&mut run, 100);
    // Those of 1 s and 2 s hold one for 15 s; that of 3 s waits for 13 s and takes as long.
    let seen = pool(&report);
    assert!((seen.busy_mean - 0.45).abs() < 1e-9, "{seen:?}");
    assert!((seen.wait_s.max.expect("it waited") - 13.0).abs() < 1e-9, "{seen:?}");
    assert_eq!(report.requests.finished, 3);
}

#[test]
fn a_timed_out_call_gives_its_connection_back_though_the_database_works_on() {
    let mut run = begin(&file(json!({ "timeout": "4s" })));
    let report = go(&mut run, 101);
    // Two for every 4 s, and all of them in vain.
    assert_eq!(report.requests.finished, 0);
    assert_eq!(failed(&report, "timed_out"), 2 * 24);
    let wasted = report.component("db").expect("it is there").wasted;
    assert!(wasted >= 2 * 23, "{wasted}");
    assert!(pool(&report).utilisation > Some(0.97));
}
