//! Autoscalers: what they decide when, traced step by step against what is published of the real ones, and what comes of it.

use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

/// Clients at even gaps, a service whose requests take 100 ms of a core of its own, and an autoscaler.
pub(crate) fn file(rate: Value, service: Value, scaler: Value) -> Value {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let mut all = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": rate },
            { "id": "s", "kind": "service", "instances": 1, "cores": 1, "workers": null, "backlog": null, "start_up": "0s",
              "work": { "law": "constant", "mean": "100ms" } },
            { "id": "a", "kind": "autoscaler", "max": 100 }
        ],
        "links": [
            { "id": "ask", "from": "in", "to": "s", "rtt": nothing, "timeout": null },
            { "id": "scale", "from": "a", "to": "s" }
        ],
        "classes": [{ "id": "c" }]
    });
    for (place, record) in [("/components/1", service), ("/components/2", scaler)] {
        let at = all.pointer_mut(place).expect("it is there");
        record.as_object().expect("a record").iter().for_each(|(key, value)| at[key] = value.clone());
    }
    all
}

pub(crate) fn step(from: u32, to: u32, at: &str) -> Value {
    json!({ "shape": "step", "from": format!("{from}/s"), "to": format!("{to}/s"), "at": at })
}

pub(crate) fn steady(rate: f64) -> Value {
    json!({ "shape": "steady", "rate": format!("{rate}/s") })
}

pub(crate) fn simulation(file: &Value) -> Simulation {
    let model = Model::from_value(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("the model is legal")
}

/// The decisions: when, and from how many to how many.
pub(crate) fn trace(run: &mut Simulation, seconds: u64) -> Vec<(f64, u32, u32)> {
    run.run_for(Span::from_secs(seconds));
    run.conservation().expect("every call is accounted for");
    run.frame()
        .notices
        .iter()
        .filter_map(|notice| {
            let (change, _) = notice.what.split_once(':')?;
            let (before, after) = change.split_once(" → ")?;
            Some((notice.at_s, before.parse().ok()?, after.parse().ok()?))
        })
        .collect()
}

pub(crate) fn figure(report: &Report, of: &str, key: &str) -> f64 {
    let own = &report.component(of).expect("it is there").figures;
    own.iter().find(|(known, _)| known == key).and_then(|(_, value)| *value).expect("a figure of its own")
}

fn near(seen: f64, truth: f64, within: f64) {
    assert!((seen / truth - 1.0).abs() < within, "{seen}, and it should be {truth}");
}

/// From 4, 40 are needed: 8, 16, 32 and 40, one step every 15 s (the rates of Kubernetes' defaults). The first look after the step at 60 s is at 75 s, and what it
/// sees is 15 s old.
#[test]
fn the_hpa_doubles_every_fifteen_seconds_at_most() {
    let by_rate = json!({ "min": 4, "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } });
    let mut run = simulation(&file(step(40, 400, "1m"), json!({ "instances": 4 }), by_rate));
    assert_eq!(trace(&mut run, 300), [(90.0, 4, 8), (105.0, 8, 16), (120.0, 16, 32), (135.0, 32, 40)]);
}

/// CPU cannot be more than busy: at a target of 50 % it at most asks for twice as many, however many are needed and whatever the rules allow.
#[test]
fn busy_cores_hide_how_many_are_needed() {
    let free = json!({ "algorithm": { "by": "hpa", "cpu": 50, "up_percent": null, "up_count": null } });
    let mut run = simulation(&file(step(4, 300, "1m"), json!({}), free));
    // Every second look: at the first one the new ones have not been measured yet, and count as idle.
    let steps = trace(&mut run, 200);
    assert_eq!(&steps[..4], [(90.0, 1, 2), (120.0, 2, 4), (150.0, 4, 8), (180.0, 8, 16)]);
}

/// A maximum over the last 300 s, not a delay: it falls when the last high number is 300 s old, and to what is needed then.
#[test]
fn the_hpa_goes_down_when_nothing_higher_was_asked_for_in_five_minutes() {
    let by_rate = json!({ "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } });
    let mut run = simulation(&file(step(80, 20, "10m"), json!({ "instances": 8 }), by_rate));
    // The metric shows it at 615 s, is old enough at 630 s, and the last 8 were asked for at 615 s.
    assert_eq!(trace(&mut run, 1200), [(915.0, 8, 2)]);
}

/// Nobody who is inside when his instance goes is lost.
#[test]
fn instances_that_go_finish_their_work_first() {
    let by_rate = json!({ "algorithm": { "by": "hpa", "cpu": null, "rate": 10, "settle_down": "0s" } });
    let slow = json!({ "instances": 8, "work": { "law": "constant", "mean": "3s" }, "cores": 100 });
    let mut run = simulation(&file(step(80, 20, "1m"), slow, by_rate));
    trace(&mut run, 300);
    let report = run.report();
    assert_eq!((report.requests.failed, report.component("s").expect("it is there").failures), (0, 0));
    near(
        report.component("s").expect("it is there").instances_mean,
        (8.0 * 93.0 + 2.0 * 207.0) / 300.0,
        0.05,
    );
}

/// One pod, concurrency jumps to 350: averages over 6 s of 117, 233 and 350 after 2, 4 and 6 s at a target of 70 make 2, 4 and 5.
#[test]
fn knative_panics_as_it_is_published() {
    let mut model = file(
        json!({ "shape": "closed", "users": 1, "think": { "law": "constant", "mean": "1us" } }),
        json!({ "cores": 1000 }),
        json!({ "algorithm": { "by": "kpa" } }),
    );
    model["timeline"] = json!([{ "at": "60s", "event": "load", "factor": 350 }]);
    let mut run = simulation(&model);
    assert_eq!(trace(&mut run, 120), [(62.0, 1, 2), (64.0, 2, 4), (66.0, 4, 5)]);
}

/// Nobody asks for long: none is there. Somebody does: he is held until one has started, and nobody fails.
#[test]
fn to_zero_and_back_while_requests_are_held() {
    let mut model = file(
        json!({ "shape": "spike", "base": "0/s", "peak": "10/s", "at": "5m", "rise": "1s", "hold": "1m" }),
        json!({ "start_up": "3s", "cores": 10 }),
        json!({ "min": 0, "algorithm": { "by": "kpa", "concurrency": 70 } }),
    );
    let nothing = json!({ "law": "constant", "mean": "0s" });
    model["components"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "id": "lb", "kind": "load-balancer", "hold": "5m", "proxy_time": nothing }));
    model["links"][0]["to"] = json!("lb");
    model["links"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "from": "lb", "to": "s", "rtt": nothing, "timeout": null }));
    let mut run = simulation(&model);
    let decisions = trace(&mut run, 900);
    assert_eq!(
        decisions.iter().map(|(_, from, to)| (*from, *to)).collect::<Vec<_>>(),
        [(1, 0), (0, 1), (1, 0)]
    );
    // A minute without load, and what the grace period adds at most.
    assert!((60.0..=92.0).contains(&decisions[0].0), "{decisions:?}");
    assert!((300.0..=304.0).contains(&decisions[1].0), "{decisions:?}");
    let report = run.report();
    assert_eq!(report.requests.failed, 0);
    assert!(report.latency_s.max.expect("a slowest") > 3.0);
    near(report.latency_s.p50.expect("a median"), 0.1, 0.02);
}

/// A queue, a worker and KEDA: one as soon as something waits, as many as there are fives, and none when nothing has been there to do for the cooldown.
#[test]
fn keda_goes_from_none_to_many_and_back() {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let model = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even",
              "load": { "shape": "spike", "base": "0/s", "peak": "50/s", "at": "100s", "rise": "0s", "hold": "100s" } },
            { "id": "q", "kind": "queue", "accept": nothing },
            { "id": "w", "kind": "worker", "instances": 0, "cores": 1, "concurrency": 1, "start_up": "0s",
              "work": { "law": "constant", "mean": "100ms" } },
            { "id": "a", "kind": "autoscaler", "min": 0, "max": 30, "algorithm": { "by": "keda" } }
        ],
        "links": [
            { "from": "in", "to": "q", "rtt": nothing, "timeout": null },
            { "from": "q", "to": "w", "rtt": nothing, "prefetch": 1 },
            { "from": "a", "to": "w" }
        ],
        "classes": [{ "id": "c" }]
    });
    let mut run = simulation(&model);
    let decisions = trace(&mut run, 1000);
    // It polls every 30 s: at 120 s it finds a thousand. Then the HPA that it sets up, without rules of its own: twice as many or 4.
    let steps: Vec<(u32, u32)> = decisions.iter().map(|(_, from, to)| (*from, *to)).collect();
    assert_eq!(decisions[0], (120.0, 0, 1));
    assert_eq!(&steps[1..], [(1, 4), (4, 8), (8, 16), (16, 30), (30, 1), (1, 0)]);
    let (at, ..) = decisions.last().expect("some");
    // Nothing has been there since about 205 s.
    assert!((500.0..=560.0).contains(at), "{decisions:?}");
    assert!(figure(&run.report(), "q", "waiting") < 1.0);
    assert_eq!(run.report().component("w").expect("it is there").completions, 5000);
}

/// Alarms: out after three minutes above the target, in after fifteen below nine tenths of it.
#[test]
fn target_tracking_is_quick_to_go_out_and_slow_to_come_in() {
    let tracking = json!({ "algorithm": { "by": "target-tracking", "metric": "rate", "target": 10 } });
    let mut run = simulation(&file(
        json!({ "shape": "spike", "base": "10/s", "peak": "40/s", "at": "10m", "rise": "0s", "hold": "10m" }),
        json!({}),
        tracking,
    ));
    let decisions = trace(&mut run, 7200);
    assert_eq!(decisions[0], (780.0, 1, 4));
    assert!(decisions[1].0 >= 1200.0 + 900.0 && decisions[1].2 < 4, "{decisions:?}");
    assert_eq!(decisions.last().map(|(_, _, to)| *to), Some(1));
}

/// Ten in the hundred at the threshold, thirty from further up; what warms up counts as done, and is not counted from.
#[test]
fn steps_are_larger_the_further_it_is_beyond_and_are_not_made_twice() {
    let by_step =
        json!({ "algorithm": { "by": "step", "metric": "rate", "high": 9, "further": 3, "low": 1 } });
    let mut run = simulation(&file(step(100, 150, "200s"), json!({ "instances": 10 }), by_step));
    // 10 each; then 9.1, which is on its way; then 12.1, for which 30 % of the ten that are warm make 13.
    assert_eq!(trace(&mut run, 250), [(60.0, 10, 11), (240.0, 11, 13)]);
}

/// The schedule raises the fewest in the morning and lowers the most at night.
#[test]
fn a_schedule_sets_the_bounds_by_the_time_of_the_day() {
    let scaler = json!({ "algorithm": { "by": "schedule" }, "schedule": ["08:00 6..20", "20:00 2"] });
    let mut run = simulation(&file(steady(0.1), json!({ "instances": 2 }), scaler));
    let hours: Vec<(f64, u32, u32)> =
        trace(&mut run, 30 * 3600).iter().map(|(at, from, to)| (at / 3600.0, *from, *to)).collect();
    assert_eq!(hours, [(8.0, 2, 6), (20.0, 6, 2)]);
}

/// It never has more than the budget pays for, and says so.
#[test]
fn a_budget_caps_and_says_so() {
    let scaler = json!({ "budget_usd_per_hour": 0.5, "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } });
    let mut run = simulation(&file(step(10, 400, "1m"), json!({ "usd_per_hour": 0.1 }), scaler));
    run.run_for(Span::from_secs(600));
    let frame = run.frame();
    let said: Vec<&str> = frame.notices.iter().map(|notice| notice.what.as_str()).collect();
    assert!(said.iter().any(|words| words.contains("capped by budget at 5: $0.5 an hour")), "{said:#?}");
    assert_eq!(frame.components[1].ready as u32, 5);
    near(figure(&run.report(), "a", "capped"), 480.0 / 600.0, 1e-6);
    near(frame.components[1].cost_per_hour_usd, 0.5, 1e-3);
}

/// Who moves the number by hand is overruled at the next decision, and told.
#[test]
fn a_number_set_by_hand_is_overruled_and_that_is_said() {
    let by_rate = json!({ "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } });
    let mut run = simulation(&file(steady(40.0), json!({ "instances": 4 }), by_rate));
    run.run_until(SimTime::ZERO + Span::from_secs(100));
    run.apply(&Edit::SetComponent { id: "s".into(), field: "instances".into(), value: json!(2) })
        .expect("it can be set");
    run.run_for(Span::from_secs(30));
    let said: Vec<String> = run.frame().notices.iter().map(|notice| notice.what.clone()).collect();
    assert!(said.iter().any(|words| words == "set to 2 by hand; decides anew"), "{said:#?}");
    assert_eq!(run.frame().components[1].ready as u32, 4);
    // Another setting of the service leaves the number alone.
    run.apply(&Edit::SetComponent { id: "s".into(), field: "start_up".into(), value: json!("1s") })
        .expect("it can be set");
    run.run_for(Span::from_secs(1));
    assert_eq!(run.frame().components[1].ready as u32, 4);
}

/// What is measured of it: time above the target, too many, and how long it took, by sums done by hand.
#[test]
fn how_well_it_goes_is_measured() {
    let by_rate = json!({ "algorithm": { "by": "hpa", "cpu": null, "rate": 10, "settle_down": "0s" } });
    let mut run = simulation(&file(
        json!({ "shape": "spike", "base": "10/s", "peak": "40/s", "at": "60s", "rise": "0s", "hold": "60s" }),
        json!({}),
        by_rate,
    ));
    trace(&mut run, 300);
    let report = run.report();
    // Above from 60 s to 90 s, then four; too many, three, from 120 s on until the metric is seen: 150 s.
    near(figure(&report, "a", "above_target"), 30.0 / 300.0, 1e-6);
    near(figure(&report, "a", "to_capacity_s"), 45.0, 0.01);
    near(figure(&report, "a", "over_provisioned"), 3.0 * 30.0 / 300.0, 0.01);
    near(figure(&report, "a", "turns_per_hour"), 12.0, 1e-6);
}

fn problems(file: &Value) -> Vec<String> {
    Model::from_value(file).expect_err("it is not legal").iter().map(ToString::to_string).collect()
}

#[test]
fn what_cannot_be_is_told_with_what_to_change() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut model = file(steady(1.0), json!({}), json!({}));
        change(&mut model);
        problems(&model).join("\n")
    };
    let add =
        |model: &mut Value, list: &str, item: Value| model[list].as_array_mut().expect("a list").push(item);
    let words = with(&|model| {
        add(model, "components", json!({ "id": "d", "kind": "object-store" }));
        add(model, "links", json!({ "from": "a", "to": "d" }));
    });
    assert!(words.contains("point the link at one of these kinds: service, worker"), "{words}");
    let words = with(&|model| {
        add(model, "components", json!({ "id": "b", "kind": "autoscaler" }));
        add(model, "links", json!({ "from": "b", "to": "s" }));
    });
    assert!(words.contains("`s` is scaled by `a` already"), "{words}");
    let words = with(&|model| model["components"][2]["min"] = json!(200));
    assert!(words.contains("at least 200 and at most 100 contradict each other"), "{words}");
    let words =
        with(&|model| model["components"][2]["schedule"] = json!(["8 o'clock", "mon-fri 08:00 4..2"]));
    assert!(
        words.contains("write it like `08:00 4..20`") && words.contains("at least 4 and at most 2"),
        "{words}"
    );
    let words = with(&|model| model["components"][2]["algorithm"] = json!({ "by": "keda" }));
    assert!(words.contains("link a queue to it first"), "{words}");
    let words = with(&|model| model["components"][2]["algorithm"] = json!({ "by": "step", "low": 70 }));
    assert!(words.contains("would undo each other"), "{words}");
    let words = with(&|model| model["components"][2]["algorithm"] = json!({ "by": "hpa", "cpu": null }));
    assert!(words.contains("give one of cpu, rate"), "{words}");
    let words = with(&|model| model["links"][1]["timeout"] = json!("3s"));
    assert!(words.contains("`timeout` means nothing here"), "{words}");
    let words = with(&|model| {
        for (id, to) in [("q", "r"), ("r", "q")] {
            add(model, "components", json!({ "id": id, "kind": "queue" }));
            add(model, "links", json!({ "from": id, "to": to, "when": "failed" }));
        }
    });
    assert!(words.contains("dead letters go round in a circle: q → r → q"), "{words}");
}
