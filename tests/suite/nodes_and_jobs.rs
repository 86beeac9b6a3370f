//! Nodes that instances need a place on, sizes of instances, and jobs that start by the clock: against sums done by hand.

#![expect(clippy::float_cmp, reason = "counts and what is not there at all are exact")]

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::{Frame, Report};
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

pub(crate) fn simulation(file: &Value) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

pub(crate) fn at(run: &mut Simulation, seconds: u64) -> Frame {
    run.run_until(SimTime::ZERO + Span::from_secs(seconds));
    run.conservation().expect("every call is accounted for");
    run.frame()
}

pub(crate) fn figure(report: &Report, of: &str, key: &str) -> f64 {
    let own = &report.component(of).expect("it is there").figures;
    own.iter().find(|(known, _)| known == key).and_then(|(_, value)| *value).expect("a figure of its own")
}

pub(crate) fn near(seen: f64, truth: f64, within: f64) {
    assert!((seen / truth - 1.0).abs() < within, "{seen}, and it should be {truth}");
}

/// A service of four instances that needs sixteen after 60 s, on nodes with four places each.
pub(crate) fn on_nodes(pool: Value) -> Value {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let mut file = json!({
        "format": 1, "duration": "24h", "warm_up": "0s", "window": "1s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even",
              "load": { "shape": "spike", "base": "40/s", "peak": "160/s", "at": "60s", "rise": "0s", "hold": "20m" } },
            { "id": "s", "kind": "service", "instances": 4, "cores": 1, "start_up": "5s", "workers": null, "backlog": null,
              "work": { "law": "constant", "mean": "10ms" } },
            { "id": "a", "kind": "autoscaler", "min": 4, "max": 100, "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } },
            { "id": "n", "kind": "node-pool", "places": 4, "usd_per_hour": 0.4 }
        ],
        "links": [
            { "from": "in", "to": "s", "rtt": nothing, "timeout": null },
            { "from": "a", "to": "s" },
            { "from": "n", "to": "s" }
        ],
        "classes": [{ "id": "c" }]
    });
    pool.as_object()
        .expect("a record")
        .iter()
        .for_each(|(key, value)| file["components"][3][key] = value.clone());
    file
}

/// What finds no place waits for a node: the first look is at 90 s, a node takes 180 s, an instance 5 s more.
#[test]
fn instances_wait_for_nodes() {
    let mut run = simulation(&on_nodes(json!({})));
    let counts =
        |frame: &Frame| (frame.components[1].ready, frame.components[1].starting, frame.components[3].ready);
    assert_eq!(counts(&at(&mut run, 60)), (4.0, 0.0, 1.0));
    // Eight are asked for at 90 s, and all sixteen at 105 s.
    assert_eq!(counts(&at(&mut run, 270)), (4.0, 12.0, 1.0));
    assert_eq!(counts(&at(&mut run, 275)), (4.0, 12.0, 2.0));
    let frame = at(&mut run, 285);
    assert_eq!((counts(&frame), frame.components[3].figure_0), ((8.0, 8.0, 2.0), 8.0));
    assert_eq!(counts(&at(&mut run, 295)), (8.0, 8.0, 4.0));
    assert_eq!(counts(&at(&mut run, 310)), (16.0, 0.0, 4.0));
    // The nodes are paid for, what runs on them is not.
    let frame = run.report();
    assert_eq!(frame.component("s").expect("it is there").cost_per_hour_usd, 0.0);
    // One all the time, one since 90 s and two more since 110 s.
    near(frame.component("n").expect("it is there").instances_mean, (310.0 + 220.0 + 400.0) / 310.0, 0.001);
}

/// A node that is used by less than half goes ten minutes later, its instances move, and nobody fails.
#[test]
fn nodes_that_are_not_needed_go() {
    let mut run = simulation(&on_nodes(json!({ "provision": "10s" })));
    assert_eq!(at(&mut run, 1250).components[3].ready, 4.0);
    // Load falls at 1260 s, instances five minutes after that is seen; then ten minutes.
    let frame = at(&mut run, 2100);
    assert_eq!((frame.components[1].ready, frame.components[3].ready), (4.0, 4.0));
    let frame = at(&mut run, 2400);
    assert_eq!((frame.components[1].ready, frame.components[3].ready), (4.0, 1.0));
    assert_eq!(run.report().requests.failed, 0);
    assert!(at(&mut run, 2401).notices.is_empty());
}

/// A node crashes: what ran on it starts elsewhere.
#[test]
fn what_ran_on_a_node_that_crashed_starts_elsewhere() {
    let mut run = simulation(&on_nodes(json!({ "min": 2 })));
    at(&mut run, 30);
    let crash = json!({ "event": "crash", "component": "n", "instances": 1 });
    run.apply(&Edit::Happen { what: crash }).expect("it can crash");
    let frame = at(&mut run, 31);
    assert_eq!((frame.components[1].ready, frame.components[1].starting), (0.0, 4.0));
    let frame = at(&mut run, 36);
    assert_eq!((frame.components[1].ready, frame.components[3].ready), (4.0, 1.0));
    run.apply(&Edit::Happen { what: json!({ "event": "return", "component": "n" }) }).expect("it returns");
    assert_eq!(at(&mut run, 220).components[3].ready, 2.0);
}

/// A component leaves its nodes, and finds them again; a pool that is taken out leaves nobody without a place.
#[test]
fn links_to_nodes_come_and_go() {
    let mut run = simulation(&on_nodes(json!({ "max": 1 })));
    let frame = at(&mut run, 200);
    assert_eq!((frame.components[1].ready, frame.components[1].starting), (4.0, 12.0));
    run.apply(&Edit::RemoveComponent { id: "n".into() }).expect("it can go");
    let frame = at(&mut run, 206);
    assert_eq!((frame.components[1].ready, frame.components[1].starting), (16.0, 0.0));
}

/// One busy core of one: the percentile is at all of it, with 15 % on top two cores are needed.
#[test]
fn instances_get_the_cores_they_use() {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let file = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "95/s" } },
            { "id": "s", "kind": "service", "instances": 1, "cores": 1, "usd_per_hour": 0.1, "work": { "law": "constant", "mean": "10ms" } },
            { "id": "a", "kind": "autoscaler", "algorithm": { "by": "vertical" } }
        ],
        "links": [{ "from": "in", "to": "s", "rtt": nothing, "timeout": null }, { "from": "a", "to": "s" }],
        "classes": [{ "id": "c" }]
    });
    let mut run = simulation(&file);
    let frame = at(&mut run, 3600);
    near(frame.components[1].utilisation, 0.475, 0.01);
    near(frame.components[1].cost_per_hour_usd, 0.2, 1e-6);
    // What was used is not forgotten in an hour of little load.
    run.apply(&Edit::Set { field: "load".into(), value: json!(0.1) }).expect("it can be set");
    near(at(&mut run, 2 * 3600).components[1].cost_per_hour_usd, 0.2, 1e-6);
}

/// A job, and a service that takes 100 ms for each item.
pub(crate) fn job(job: Value) -> Value {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let mut file = json!({
        "format": 1, "duration": "90d", "warm_up": "0s", "window": "1m",
        "components": [
            { "id": "j", "kind": "job", "every": "1h", "first": "10m", "items": 600, "at_once": 10 },
            { "id": "s", "kind": "service", "instances": 1, "cores": 100, "work": { "law": "constant", "mean": "100ms" } }
        ],
        "links": [{ "from": "j", "to": "s", "rtt": nothing, "timeout": null }],
        "classes": [{ "id": "c" }]
    });
    job.as_object()
        .expect("a record")
        .iter()
        .for_each(|(key, value)| file["components"][0][key] = value.clone());
    file
}

/// 600 items, ten at once, 100 ms each: six seconds, every hour from 00:10 on. No request of a client is among them.
#[test]
fn a_job_works_through_its_items_by_the_clock() {
    let mut run = simulation(&job(json!({})));
    at(&mut run, 600);
    assert_eq!(run.report().component("s").expect("it is there").completions, 0);
    at(&mut run, 3 * 3600);
    let report = run.report();
    assert_eq!(report.component("s").expect("it is there").completions, 1800);
    assert_eq!((figure(&report, "j", "runs"), figure(&report, "j", "missed")), (3.0, 0.0));
    near(figure(&report, "j", "run_mean_s"), 6.0, 1e-6);
    assert_eq!(report.requests.offered, 0);
}

#[test]
fn a_job_that_is_still_at_work_is_left_out_or_comes_after() {
    // 36,000 items take 6 minutes, and one is due every 4.
    let skips = json!({ "every": "4m", "first": "0s", "items": 36_000, "at_once": 10 });
    let mut run = simulation(&job(skips.clone()));
    at(&mut run, 3600);
    let report = run.report();
    // Every second one; the eighth is still at work.
    assert_eq!((figure(&report, "j", "runs"), figure(&report, "j", "skipped")), (7.0, 7.0));
    let mut after = skips;
    after["overlap"] = json!("after");
    after["deadline"] = json!("10m");
    let mut run = simulation(&job(after));
    at(&mut run, 3600);
    let report = run.report();
    // One after the other; the third is done at 18 min, ten after its time, and all that follow are later.
    assert_eq!((figure(&report, "j", "runs"), figure(&report, "j", "skipped")), (9.0, 0.0));
    assert_eq!(figure(&report, "j", "missed"), 6.0);
}

/// Four hours of work due at 02:00 with a deadline a day away: it waits until the mean over the work is lowest, around 13:00.
#[test]
fn a_job_waits_for_clean_electricity() {
    let batch = |waits: bool| {
        let settings = json!({ "every": "1d", "first": "2h", "items": 144_000, "at_once": 1, "deadline": "20h",
            "expected": "4h", "waits_for_clean": waits, "watts": 1000, "grams_per_kwh": 400, "swing": 0.5 });
        let mut run = simulation(&job(settings));
        at(&mut run, 86_400);
        let report = run.report();
        (
            figure(&report, "j", "runs"),
            figure(&report, "j", "grams_co2_per_run"),
            figure(&report, "j", "missed"),
        )
    };
    // 4 kWh at 400 (1 − 0.5 cos(2π (t − 13 h) / 24 h)) on average.
    let mean = |from: f64| {
        let steps = (0..4).map(|hour| {
            400.0
                * (1.0
                    - 0.5 * libm::cos((from + f64::from(hour) + 0.5 - 13.0) / 24.0 * std::f64::consts::TAU))
        });
        steps.sum::<f64>() / 4.0
    };
    let (runs, grams, _) = batch(false);
    assert_eq!(runs, 1.0);
    near(grams, 4.0 * mean(2.0), 0.01);
    let (runs, grams, missed) = batch(true);
    assert_eq!((runs, missed), (1.0, 0.0));
    near(grams, 4.0 * mean(11.0), 0.01);
}
