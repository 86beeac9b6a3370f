//! Pools while a system is changed and while its instances crash: no connection is lost.

use super::{begin, failed, file, go, happen, merge, pool, row, set_link, stop};
use serde_json::{Value as Json, json};
use tenfold::edit::Edit;
use tenfold::model::Happening;
use tenfold::units::Span;

#[test]
fn a_smaller_pool_takes_back_what_is_given_back_and_a_larger_one_serves_at_once() {
    let mut run = begin(&file(json!({ "pool": 8 })));
    go(&mut run, 10);
    assert_eq!(row(&mut run), (8.0, 1.0));
    set_link(&mut run, "pool", json!(3));
    // Those of 1 s to 7 s come back until 17 s: five go with them, the others are handed on.
    let report = go(&mut run, 20);
    assert!((row(&mut run).0 - 3.0).abs() < 1e-9);
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
