//! Quorum stores against formulas: how long a quorum takes, what is stale, who may go on when nodes are cut off.

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::report::Class;
use tenfold::model::{Happening, Model};
use tenfold::policy::quorum;
use tenfold::units::Span;

/// Readers and writers, each at so many a second, of one store. Nobody waits for a core or for the network unless `more` says so.
fn file(reads: u32, writes: u32, keys: u32, more: Value) -> Value {
    let clients = |id: &str, rate: u32| json!({ "id": id, "kind": "clients", "classes": [id], "load": { "shape": "steady", "rate": format!("{rate}/s") } });
    let none = json!({ "law": "constant", "mean": "0s" });
    let mut store = json!({
        "id": "store", "kind": "quorum-store", "discipline": "delay", "read_repair": false, "node_rtt": none,
        "read_work": none, "write_work": none
    });
    for (key, value) in more.as_object().expect("a record") {
        store[key] = value.clone();
    }
    let class = |id: &str| json!({ "id": id, "operation": id, "catalogue": "all", "keys": keys, "skew": 0 });
    json!({
        "format": 1, "duration": "1h", "warm_up": "0s",
        "components": [clients("read", reads), clients("write", writes), store],
        "links": [
            { "from": "read", "to": "store", "rtt": none, "timeout": null },
            { "from": "write", "to": "store", "rtt": none, "timeout": null }
        ],
        "classes": [class("read"), class("write")]
    })
}

fn simulation(file: &Value) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

fn run(file: &Value, seconds: u64) -> Report {
    let mut run = simulation(file);
    run.run_for(Span::from_secs(seconds));
    run.conservation().expect("nothing is lost");
    run.report()
}

fn figure(report: &Report, key: &str) -> f64 {
    let own = &report.component("store").expect("it is there").figures;
    own.iter().find(|(known, _)| known == key).and_then(|(_, value)| *value).expect("a figure of its own")
}

fn of<'a>(report: &'a Report, class: &str) -> &'a Class {
    &report.classes.iter().find(|(id, _)| id == class).expect("it is there").1
}

fn failures(report: &Report) -> Vec<(&str, u64)> {
    report.failures.iter().map(|(reason, n)| (reason.as_str(), *n)).filter(|(_, n)| *n > 0).collect()
}

fn happen(run: &mut Simulation, what: &Happening) {
    run.apply(&Edit::happen(what)).expect("legal");
}

fn cut(nodes: u32) -> Happening {
    Happening::Partition { component: "store".into(), nodes }
}

fn heal() -> Happening {
    Happening::Heal { component: "store".into() }
}

fn exponential(mean: &str) -> Value {
    json!({ "law": "exponential", "mean": mean })
}

/// Rows of N, R and W.
const QUORUMS: [(u32, u32, u32); 5] = [(3, 2, 2), (3, 1, 3), (3, 3, 1), (5, 3, 3), (5, 4, 2)];

fn sizes((n, r, w): (u32, u32, u32), more: Value) -> Value {
    let mut all = json!({ "nodes": n, "replicas": n, "read_quorum": r, "write_quorum": w });
    for (key, value) in more.as_object().expect("a record") {
        all[key] = value.clone();
    }
    all
}

#[test]
fn a_quorum_of_k_takes_as_long_as_the_kth_of_n_replicas() {
    for row in QUORUMS {
        let (n, r, w) = row;
        let work = json!({ "read_work": exponential("10ms"), "write_work": exponential("20ms") });
        let report = run(&file(100, 100, 1_000, sizes(row, work)), 200);
        for (class, k, mean) in [("read", r, 0.01), ("write", w, 0.02)] {
            let truth = quorum::kth_exponential(n, k, mean).expect("a legal quorum");
            let seen = of(&report, class).latency_s.mean.expect("some were answered");
            // 20,000 of each, none as variable as an exponential: a standard error of 0.7 %.
            assert!((seen / truth - 1.0).abs() < 0.028, "{row:?} {class}: {seen} for {truth}");
        }
    }
}

#[test]
fn a_coordinator_has_its_own_replica_at_hand_and_waits_a_round_trip_for_the_others() {
    let rtt = |r| sizes((3, r, 2), json!({ "node_rtt": { "law": "constant", "mean": "7ms" } }));
    let mean = |r| of(&run(&file(50, 1, 1_000, rtt(r)), 50), "read").latency_s.mean;
    assert!(mean(1).is_some_and(|mean| mean.abs() < 1e-9));
    assert!(mean(2).is_some_and(|mean| (mean - 0.007).abs() < 1e-9));
}

/// Nodes crash and return, and are cut off and not, over and over.
fn much_happens(run: &mut Simulation) {
    for second in 0..30 {
        run.run_for(Span::from_millis(1_003));
        if let Some(what) = match second % 7 {
            1 => Some(Happening::Crash { component: "store".into(), instances: 1 }),
            2 => Some(cut(1)),
            3 => Some(Happening::Return { component: "store".into() }),
            5 => Some(heal()),
            _ => None,
        } {
            happen(run, &what);
        }
    }
    run.conservation().expect("nothing is lost");
}

#[test]
fn where_quorums_overlap_no_read_is_ever_stale_whatever_crashes_or_is_cut_off() {
    for row in QUORUMS {
        for more in [json!({}), json!({ "nodes": 7, "read_repair": true, "hint_replay": "700ms" })] {
            assert!(quorum::overlap(row.0, row.1, row.2));
            let mut more = sizes(row, more);
            more["read_work"] = exponential("5ms");
            more["write_work"] = exponential("50ms");
            let mut run = simulation(&file(500, 100, 20, more));
            much_happens(&mut run);
            let report = run.report();
            assert!(figure(&report, "stale_reads").abs() < 1e-15, "{row:?}");
            assert!(report.requests.finished > 5_000, "{row:?}");
        }
    }
}

#[test]
fn a_sloppy_quorum_gives_the_overlap_away() {
    let more = json!({ "nodes": 7, "sloppy": true, "read_work": exponential("5ms"), "write_work": exponential("50ms") });
    let mut run = simulation(&file(500, 100, 20, sizes((3, 2, 2), more)));
    much_happens(&mut run);
    assert!(figure(&run.report(), "stale_reads") > 0.0);
}

#[test]
fn without_overlap_reads_are_stale_by_the_formula() {
    // One key. The write reaches the first of N replicas and is answered; the others still need an exponential time each, as they have no memory.
    // So t after the answer a read of one replica misses it with the chance of the formula times e^(−t/m): over a second, the chance times m.
    for n in [3, 5] {
        let work = json!({ "read_work": exponential("1us"), "write_work": exponential("80ms") });
        let mut all = file(20, 1, 1, sizes((n, 1, 1), work));
        all["components"][1]["spacing"] = json!("even");
        let report = run(&all, 6_000);
        let truth = quorum::missed(n, 1, 1) * 0.08;
        let seen = figure(&report, "stale_reads");
        // Of 6,000 writes each leaves an exponential time of staleness at most: 1.3 %; the reads in it are some 6,000: another 1.3 %.
        assert!((seen / truth - 1.0).abs() < 0.075, "{n}: {seen} for {truth}");
    }
}

#[test]
fn a_consistent_store_refuses_the_minority_and_after_an_election_goes_on_without_a_stale_read() {
    let more = json!({ "mode": "consistent", "election": "5s" });
    let mut run = simulation(&file(300, 90, 100, sizes((5, 3, 3), more)));
    run.run_for(Span::from_secs(10));
    happen(&mut run, &cut(2));
    let failed = |run: &Simulation| run.report().requests.failed;
    run.run_for(Span::from_secs(5));
    // Two in five coordinators reach too few; to the other three, two in five keys have lost their leader.
    let of_election = failed(&run) as f64 / (390.0 * 5.0);
    assert!((of_election - (0.4 + 0.6 * 0.4)).abs() < 0.08, "{of_election}");
    let before = failed(&run);
    run.run_for(Span::from_secs(50));
    let share = (failed(&run) - before) as f64 / (390.0 * 50.0);
    assert!((share - 0.4).abs() < 4.0 * (0.24_f64 / 19_500.0).sqrt(), "{share}");
    happen(&mut run, &heal());
    let before = failed(&run);
    run.run_for(Span::from_secs(20));
    assert_eq!(failed(&run), before, "it is whole again");
    let report = run.report();
    assert!(figure(&report, "stale_reads").abs() < 1e-15 && figure(&report, "conflicts").abs() < 1e-15);
    assert!((figure(&report, "refused_by_partition") - before as f64).abs() < 0.5);
    assert_eq!(
        failures(&report).iter().map(|(reason, _)| *reason).collect::<Vec<_>>(),
        ["no_primary", "no_quorum"]
    );
}

#[test]
fn an_available_store_answers_on_both_sides_and_settles_by_the_last_write() {
    let mut run = simulation(&file(300, 30, 100, sizes((3, 1, 1), json!({ "hint_replay": "4s" }))));
    run.run_for(Span::from_secs(20));
    assert!(figure(&run.report(), "stale_reads").abs() < 1e-15, "writes take no time");
    happen(&mut run, &cut(1));
    run.run_for(Span::from_secs(60));
    let report = run.report();
    assert_eq!(failures(&report), []);
    assert!(figure(&report, "stale_reads") > 0.05 && figure(&report, "hints_waiting") > 50.0);
    happen(&mut run, &heal());
    run.run_for(Span::from_secs(5));
    let report = run.report();
    // 1,800 writes of 100 keys, a third of them on one side: by chance a key has 6 there, 12 here, and hardly any has none of either.
    let (conflicts, lost) = (figure(&report, "conflicts"), figure(&report, "lost_writes"));
    assert!((97.0..=100.0).contains(&conflicts), "{conflicts}");
    // The last write of a key is one of the majority's in two of three: then the 6 are lost, else the 12.
    assert!((lost / 100.0 - (6.0 * 2.0 / 3.0 + 12.0 / 3.0)).abs() < 1.5, "{lost}");
    assert!(figure(&report, "hints_waiting").abs() < 0.5 && figure(&report, "keys_apart").abs() < 0.5);
    let stale = |report: &Report| figure(report, "stale_reads") * of(report, "read").finished as f64;
    let before = stale(&report);
    run.run_for(Span::from_secs(20));
    assert!((stale(&run.report()) - before).abs() < 0.5, "no read is stale any more");
}

#[test]
fn strict_quorums_refuse_where_too_few_replicas_are_reached_and_sloppy_ones_take_the_next_nodes() {
    for (sloppy, refused) in [(false, true), (true, false)] {
        let more =
            json!({ "nodes": 6, "replicas": 3, "read_quorum": 2, "write_quorum": 2, "sloppy": sloppy });
        let mut run = simulation(&file(100, 100, 1_000, more));
        happen(&mut run, &cut(2));
        run.run_for(Span::from_secs(30));
        let report = run.report();
        assert_eq!(report.requests.failed > 1_000, refused, "{:?}", failures(&report));
        // A stand-in that has never heard of a key has nothing to answer with.
        assert_eq!(figure(&report, "stale_reads") > 0.01, sloppy);
        happen(&mut run, &heal());
        let before = run.report().requests.failed;
        run.run_for(Span::from_secs(15));
        assert_eq!(run.report().requests.failed, before);
        let report = run.report();
        assert!(figure(&report, "hints_waiting").abs() < 0.5, "all were handed back");
    }
}

#[test]
fn a_node_that_returns_lacks_what_was_written_until_hints_come_or_reads_repair_it() {
    // Every key is written while the node is down; afterwards nobody writes, and one read in three or so meets the node first.
    for (repair, longest_s) in [(false, 60.0), (true, 10.0)] {
        let more = json!({ "read_repair": repair, "hint_replay": "10m", "read_work": exponential("1ms") });
        let mut run = simulation(&file(200, 200, 50, sizes((3, 1, 1), more)));
        happen(&mut run, &Happening::Crash { component: "store".into(), instances: 1 });
        run.run_for(Span::from_secs(10));
        let none = Edit::SetComponent {
            id: "write".into(),
            field: "load".into(),
            value: json!({ "shape": "steady", "rate": "0/s" }),
        };
        run.apply(&none).expect("legal");
        run.run_for(Span::from_secs(1));
        let stale = |run: &Simulation| {
            let report = run.report();
            figure(&report, "stale_reads") * of(&report, "read").finished as f64
        };
        let before = stale(&run);
        happen(&mut run, &Happening::Return { component: "store".into() });
        run.run_for(Span::from_secs(60));
        let share = (stale(&run) - before) / (200.0 * 60.0);
        if repair {
            assert!(share < 50.0 * longest_s / (200.0 * 60.0), "{share}");
        } else {
            assert!((share - 1.0 / 3.0).abs() < 4.0 * (0.22_f64 / 12_000.0).sqrt(), "{share}");
            run.run_for(Span::from_secs(540));
            let settled = stale(&run);
            run.run_for(Span::from_secs(60));
            assert!((stale(&run) - settled).abs() < 0.5, "hints were handed back");
        }
    }
}

#[test]
fn a_request_that_finds_too_few_nodes_fails_at_once() {
    let mut run = simulation(&file(100, 100, 100, sizes((3, 2, 2), json!({}))));
    happen(&mut run, &Happening::Crash { component: "store".into(), instances: 2 });
    run.run_for(Span::from_secs(10));
    let report = run.report();
    assert_eq!(failures(&report), [("no_quorum", report.requests.offered)]);
    assert!(figure(&report, "refused_by_partition").abs() < 0.5, "nobody is cut off");
    happen(&mut run, &Happening::Return { component: "store".into() });
    run.run_for(Span::from_secs(10));
    assert_eq!(run.report().requests.failed, report.requests.failed);
}

#[test]
fn quorums_and_partitions_that_cannot_be_are_refused_with_their_path() {
    let refused = |more: Value, timeline: Value| {
        let mut all = file(1, 1, 1, more);
        all["timeline"] = timeline;
        let errors = Model::from_value(&all).expect_err("it cannot be");
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for (more, field) in [
        (json!({ "replicas": 4 }), "replicas"),
        (json!({ "read_quorum": 4 }), "read_quorum"),
        (json!({ "write_quorum": 4 }), "write_quorum"),
        (json!({ "mode": "consistent", "read_quorum": 1 }), "read_quorum"),
        (json!({ "mode": "consistent", "sloppy": true }), "sloppy"),
    ] {
        let text = refused(more, json!([]));
        assert!(
            text.starts_with(&format!("components[\"store\"].{field}: ")) && !text.contains('\n'),
            "{text}"
        );
    }
    for (event, path) in [
        (json!({ "at": "1s", "event": "partition", "component": "store", "nodes": 3 }), "timeline[0].nodes"),
        (json!({ "at": "1s", "event": "partition", "component": "read" }), "timeline[0].component"),
        (json!({ "at": "1s", "event": "heal", "component": "write" }), "timeline[0].component"),
    ] {
        let text = refused(json!({}), json!([event]));
        assert!(text.starts_with(path), "{text}");
    }
}

#[test]
fn every_node_is_billed_by_the_hour_and_every_copy_for_what_it_stores() {
    let more = json!({ "nodes": 5, "storage": "73GB", "usd_per_hour": 0.5 });
    let report = run(&file(1, 1, 1, more), 60);
    let usd = report.component("store").expect("it is there").cost_per_hour_usd;
    assert!((usd - (2.5 + 3.0 * 73.0 * 0.115 / 730.0)).abs() < 1e-6, "{usd}");
}
