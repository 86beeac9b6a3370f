//! Connection pools on links: who gets a connection when, what is counted, and that none is ever lost.

use serde_json::{Value as Json, json};
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::report::Station;
use tenfold::model::{Happening, Model};
use tenfold::theory::multi::mean_wait_s;
use tenfold::units::{SimTime, Span};
use tenfold::{Replications, Simulation};

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

fn set(run: &mut Simulation, id: &str, field: &str, value: Json) {
    let edit = Edit::SetComponent { id: id.into(), field: field.into(), value };
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

#[test]
fn a_smaller_pool_takes_back_what_is_given_back_and_a_larger_one_serves_at_once() {
    let mut run = begin(&file(json!({ "pool": 8 })));
    go(&mut run, 10);
    assert_eq!(row(&mut run), (8.0, 1.0));
    set_link(&mut run, "pool", json!(3));
    // Those of 1 s to 7 s come back until 17 s: five go with them, the others are handed on.
    let report = go(&mut run, 20);
    assert_eq!(row(&mut run).0, 3.0);
    assert!(pool(&report).utilisation <= Some(1.0));
    set_link(&mut run, "pool", json!(20));
    run.run_for(Span::from_secs(10));
    let (connections, waiting) = row(&mut run);
    assert!(connections > 3.0 && waiting < 1e-9, "{connections} and {waiting}");
    // Without a pool everybody goes at once; with one again, only those count that have a connection from it.
    set_link(&mut run, "pool", json!(1));
    go(&mut run, 50);
    set_link(&mut run, "pool", Json::Null);
    let report = go(&mut run, 60);
    assert!(report.links[1].1.pool.is_none() && row(&mut run).0.is_nan());
    set_link(&mut run, "pool", json!(2));
    stop(&mut run);
    go(&mut run, 90);
    assert_eq!((run.calls_in_flight(), row(&mut run)), (0, (0.0, 0.0)));
}

#[test]
fn another_wait_is_for_those_who_come_and_another_hold_for_connections_to_be_taken() {
    let mut run = begin(&file(json!({ "pool_wait": "100s" })));
    go(&mut run, 5);
    set_link(&mut run, "pool_wait", json!("1s"));
    set_link(&mut run, "pool_hold", json!("request"));
    run.run_for(Span::from_millis(1_500));
    set_link(&mut run, "pool_hold", json!("call"));
    run.run_for(Span::from_millis(1_000));
    stop(&mut run);
    let report = go(&mut run, 100);
    // 1 s to 4 s were there before; those of 5 s, 6 s and 7 s find nothing within a second.
    assert_eq!((report.requests.finished, failed(&report, "no_connection")), (4, 3));
    assert_eq!(run.calls_in_flight(), 0);
}

#[test]
fn with_its_process_go_an_instances_connections_and_those_who_wait_for_one() {
    let crash = Happening::Crash { component: "app".into(), instances: 1 };
    for hold in ["call", "request"] {
        let mut run = begin(&file(json!({ "pool_hold": hold })));
        go(&mut run, 6);
        happen(&mut run, &crash);
        run.run_for(Span::from_millis(500));
        let report = run.report();
        let seen = (report.requests.failed, failed(&report, "reset"));
        assert_eq!(seen, (6, 5), "two were out, three waited, one came too late");
        happen(&mut run, &Happening::Return { component: "app".into() });
        // It starts up for 30 s, and then has two connections, though the old ones came back meanwhile.
        go(&mut run, 50);
        assert_eq!(row(&mut run), (2.0, 9.0));
        stop(&mut run);
        let report = go(&mut run, 500);
        assert_eq!(run.calls_in_flight(), 0);
        assert_eq!(report.requests.offered, report.requests.finished + report.requests.failed);
    }
}

#[test]
fn nothing_that_is_done_to_a_running_system_loses_a_connection() {
    let exponential = |mean: &str| json!({ "law": "exponential", "mean": mean });
    let mut file = file(json!({
        "pool": 5, "calls": 2.5, "parallel": true, "timeout": "300ms", "pool_wait": "70ms", "rtt": exponential("40ms")
    }));
    file["components"][0] =
        json!({ "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": "90/s" } });
    merge(&mut file["components"][1], &json!({ "instances": 3, "start_up": "100ms", "workers": 20 }));
    file["links"][0]["timeout"] = json!("200ms");
    let mut run = begin(&file);
    let component = || "app".to_owned();
    let link = || "app-db".to_owned();
    let of_link = |field: &str, value: Json| Edit::SetLink { id: link(), field: field.into(), value };
    let of_app =
        |field: &str, value: Json| Edit::SetComponent { id: component(), field: field.into(), value };
    let db = run.model().component("db").expect("it is there").clone();
    let added = Edit::AddLink { link: json!({ "from": "app", "to": "db", "pool": 4 }), index: 1 };
    let edits = [
        of_link("pool_hold", json!("request")),
        Edit::happen(&Happening::Crash { component: component(), instances: 2 }),
        of_link("pool", json!(2)),
        Edit::happen(&Happening::Return { component: component() }),
        of_app("instances", json!(1)),
        Edit::happen(&Happening::Cut { link: link() }),
        of_app("instances", json!(6)),
        of_link("pool_wait", json!("1s")),
        Edit::happen(&Happening::Mend { link: link() }),
        of_link("pool_hold", json!("call")),
        Edit::RemoveLink { id: link() },
        added.clone(),
        of_link("pool_hold", json!("request")),
        of_link("parallel", json!(true)),
        of_link("calls", json!(3)),
        of_app("routing", json!("one")),
        of_link("timeout", json!("20ms")),
        of_link("pool_hold", json!("call")),
        of_link("pool_wait", json!("30s")),
        of_link("pool", Json::Null),
        of_link("pool", json!(1)),
        of_app("instances", json!(0)),
        of_app("instances", json!(2)),
        Edit::RemoveComponent { id: "db".into() },
    ];
    for edit in edits {
        // Some are refused, as one of several ways that is taken three times: then nothing changes.
        let _ = run.apply(&edit);
        assert_eq!(run.conservation(), Ok(()), "{edit}");
        run.run_for(Span::from_micros(730_003));
        assert_eq!(run.conservation(), Ok(()), "after {edit}");
    }
    run.apply(&Edit::add_component(&db)).expect("it was there");
    run.apply(&added).expect("it was there");
    run.run_for(Span::from_secs(2));
    run.apply(&Edit::RemoveComponent { id: component() }).expect("it is there");
    assert_eq!(run.conservation(), Ok(()));
    stop(&mut run);
    run.run_for(Span::from_secs(60));
    assert_eq!((run.conservation(), run.calls_in_flight()), (Ok(()), 0));
    let report = run.report();
    assert!(failed(&report, "no_connection") > 50 && report.requests.finished > 500, "{report}");
}

#[test]
fn the_wait_for_one_of_a_few_connections_is_erlangs() {
    // M/M/c: exponential time on the way with a connection, no time anywhere else.
    for (c, load) in [(1_u32, 0.7), (4, 0.8), (10, 0.9)] {
        let rtt = 0.050;
        let mut file =
            file(json!({ "pool": c, "rtt": { "law": "exponential", "mean": "50ms" }, "pool_wait": "1h" }));
        let rate = load * f64::from(c) / rtt;
        file["components"][0] = json!({ "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": format!("{rate}/s") } });
        merge(&mut file, &json!({ "duration": "600s", "warm_up": "60s", "window": "20s" }));
        let wait_s = mean_wait_s(rate, rtt, c).expect("it is stable");
        let mut waits = Vec::new();
        let mut uses = Vec::new();
        for seed in 1..=12 {
            file["seed"] = json!(seed);
            let seen = pool(&go(&mut begin(&file), 600));
            waits.push(seen.wait_s.mean.expect("many waited"));
            uses.push(seen.utilisation.expect("it has a limit"));
        }
        for (what, seen, truth) in [("wait", waits, wait_s), ("utilisation", uses, load)] {
            let n = seen.len() as f64;
            let mean = seen.iter().sum::<f64>() / n;
            let error = (seen.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n).sqrt();
            assert!((mean - truth).abs() < 4.0 * error, "{c}: {what} of {mean} ± {error} for {truth}");
            assert!(error < 0.05 * truth, "{c}: {what} is known no better than {error} of {truth}");
        }
    }
}

#[test]
fn pools_are_pooled_over_replications_as_stations_are() {
    let mut file = file(json!({ "rtt": { "law": "exponential", "mean": "1500ms" } }));
    file["components"][0] =
        json!({ "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": "1/s" } });
    let model = Model::from_value(&file).expect("it is legal");
    let runs = [0, 1, 2].map(|number| {
        let mut run = Simulation::new(&Replications::model(&model, number)).expect("it is legal");
        go(&mut run, 1000);
        run
    });
    let each: Vec<Station> = runs.iter().map(|run| pool(&run.report())).collect();
    // One in memory, one as bytes from another worker.
    let mut pooled = Replications::of(runs[0].clone());
    pooled.add(&runs[1]).expect("it is of this model");
    pooled.add_bytes(&Replications::bytes_of(&runs[2])).expect("it is of this model");
    let seen = pool(&pooled.report());
    assert_eq!(seen.arrivals, each.iter().map(|one| one.arrivals).sum::<u64>());
    let mean = |of: fn(&Station) -> f64| each.iter().map(of).sum::<f64>() / 3.0;
    assert!((seen.queue_mean - mean(|one| one.queue_mean)).abs() < 1e-9);
    assert!((seen.busy_mean - mean(|one| one.busy_mean)).abs() < 1e-9);
}

#[test]
fn a_copy_goes_on_as_the_original_does() {
    let mut run = begin(&file(json!({ "pool_hold": "request", "calls": 2, "pool": 3 })));
    go(&mut run, 37);
    let mut copy = run.checkpoint();
    go(&mut run, 200);
    go(&mut copy, 200);
    assert_eq!(run.report().to_json(), copy.report().to_json());
    assert!(run.report().to_json().contains("\"pool\""));
}

#[test]
fn settings_that_would_do_nothing_are_refused_with_their_path() {
    let refused = |change: &dyn Fn(&mut Json)| {
        let mut file = file(json!({}));
        change(&mut file);
        let errors = Model::from_value(&file).expect_err("it makes no sense");
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let wait = refused(&|file| merge(&mut file["links"][1], &json!({ "pool": null, "pool_wait": "1s" })));
    assert!(wait.contains("links[\"app-db\"].pool_wait") && wait.contains("without a `pool`"), "{wait}");
    let hold =
        refused(&|file| merge(&mut file["links"][1], &json!({ "pool": null, "pool_hold": "request" })));
    assert!(hold.contains("links[\"app-db\"].pool_hold"), "{hold}");
    let clients = refused(&|file| file["links"][0]["pool"] = json!(6));
    assert!(clients.contains("links[\"in-app\"].pool") && clients.contains("clients are"), "{clients}");
    let balancer = refused(&|file| file["components"][1] = json!({ "id": "app", "kind": "load-balancer" }));
    assert!(
        balancer.contains("links[\"app-db\"].pool") && balancer.contains("a load balancer"),
        "{balancer}"
    );
    let none = refused(&|file| file["links"][1]["pool"] = json!(0));
    assert!(none.contains("links[1].pool: 0 is outside 1 to"), "{none}");
}
