//! Autoscalers when something happens: instances crash, none is ready, somebody edits while they run, what they point at comes and goes.

use crate::autoscalers::{figure, file, simulation, steady, step, trace};
use serde_json::{Value, json};
use tenfold::edit::Edit;
use tenfold::model::Link;
use tenfold::theory::beside::beside;
use tenfold::units::{SimTime, Span};

fn by_rate(more: Value) -> Value {
    let mut scaler = json!({ "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } });
    more.as_object().expect("a record").iter().for_each(|(key, value)| scaler[key] = value.clone());
    scaler
}

fn set(id: &str, field: &str, value: Value) -> Edit {
    Edit::SetComponent { id: id.into(), field: field.into(), value }
}

/// A crashed pod has no metrics: where fewer would do it counts at 100 % of its request. Three at 30 % of a target of 60 % and one that is not to be measured
/// come to 47 %, which four are needed for; at nothing it would count as idle, and two would do.
#[test]
fn the_hpa_removes_nothing_because_an_instance_has_crashed() {
    let scaler = json!({ "algorithm": { "by": "hpa", "cpu": 60, "settle_down": "0s" } });
    let mut model = file(steady(24.0), json!({ "instances": 4 }), scaler);
    model["timeline"] = json!([
        { "at": "361s", "event": "load", "factor": 0.375 },
        { "at": "361s", "event": "crash", "component": "s", "instances": 1 },
        { "at": "9m", "event": "return", "component": "s" }
    ]);
    let decisions = trace(&mut simulation(&model), 900);
    assert_eq!(decisions[0], (540.0, 4, 2), "{decisions:?}");
}

/// A queue, a worker and KEDA that polls every 5 s: the HPA that it sets up still decides every 15 s, and the last one goes after KEDA's cooldown of 10 min, not after
/// the HPA's five.
#[test]
fn the_hpa_of_keda_keeps_its_own_time_and_leaves_the_last_one_alone() {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let model = json!({
        "format": 1, "duration": "24h", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even",
              "load": { "shape": "spike", "base": "0/s", "peak": "50/s", "at": "100s", "rise": "0s", "hold": "100s" } },
            { "id": "q", "kind": "queue", "accept": nothing },
            { "id": "w", "kind": "worker", "instances": 0, "cores": 1, "concurrency": 1, "start_up": "0s",
              "work": { "law": "constant", "mean": "100ms" } },
            { "id": "a", "kind": "autoscaler", "min": 0, "max": 30,
              "algorithm": { "by": "keda", "polling": "5s", "cooldown": "10m" } }
        ],
        "links": [
            { "from": "in", "to": "q", "rtt": nothing, "timeout": null },
            { "from": "q", "to": "w", "rtt": nothing, "prefetch": 1 },
            { "from": "a", "to": "w" }
        ],
        "classes": [{ "id": "c" }]
    });
    let decisions = trace(&mut simulation(&model), 1500);
    assert!(decisions[0].0 <= 106.0, "{decisions:?}");
    for pair in decisions.windows(2).filter(|pair| pair[0].1 > 0) {
        assert!(pair[1].0 - pair[0].0 >= 15.0, "{decisions:?}");
    }
    let (at, before, after) = *decisions.last().expect("some");
    assert_eq!((before, after), (1, 0));
    assert!((790.0..=850.0).contains(&at), "{decisions:?}");
}

/// A cooldown is the group's: what scaled out keeps the other alarm from scaling in, also where an instance starts at once.
#[test]
fn the_cooldown_of_simple_scaling_holds_for_both_directions() {
    let simple = json!({ "algorithm": { "by": "simple", "metric": "rate", "high": 8, "low": 4 } });
    let decisions = trace(&mut simulation(&file(step(10, 1, "2m"), json!({}), simple)), 600);
    assert_eq!(decisions, [(60.0, 1, 2), (420.0, 2, 1)]);
}

/// As without the edit: five minutes after the last time that eight were asked for.
#[test]
fn another_setting_does_not_make_it_forget() {
    let mut run = simulation(&file(step(80, 20, "10m"), json!({ "instances": 8 }), by_rate(json!({}))));
    run.run_until(SimTime::ZERO + Span::from_secs(800));
    let other = json!({ "by": "hpa", "cpu": null, "rate": 10, "tolerance": 0.12 });
    run.apply(&set("a", "algorithm", other)).expect("it can be set");
    run.apply(&set("a", "max", json!(50))).expect("it can be set");
    assert_eq!(trace(&mut run, 400), [(915.0, 8, 2)]);
}

#[test]
fn what_the_schedule_has_set_stays_when_something_else_is_edited() {
    let scaler = json!({ "algorithm": { "by": "schedule" }, "schedule": ["00:00 3..9", "08:00 6..20"] });
    let mut run = simulation(&file(steady(0.1), json!({ "instances": 2 }), scaler));
    run.run_until(SimTime::ZERO + Span::from_secs(10 * 3600));
    run.apply(&set("a", "budget_usd_per_hour", json!(100))).expect("it can be set");
    // What is due as the run begins counts from the first look on.
    assert_eq!(trace(&mut run, 3600), [(60.0, 2, 3), (28_800.0, 3, 6)]);
    run.apply(&set("a", "min", json!(1))).expect("it can be set");
    run.apply(&set("a", "max", json!(4))).expect("it can be set");
    assert_eq!(trace(&mut run, 3600), [(39_600.0, 6, 4)]);
}

#[test]
fn an_hpa_is_off_while_none_are_asked_for() {
    let mut run = simulation(&file(steady(1.0), json!({ "instances": 0 }), by_rate(json!({}))));
    run.run_for(Span::from_secs(300));
    let said: Vec<String> = run.frame().notices.iter().map(|notice| notice.what.clone()).collect();
    assert_eq!(said, ["off: no pods were asked for"]);
}

#[test]
fn the_fewest_are_kept_though_the_budget_does_not_pay_for_them() {
    let scaler = by_rate(json!({ "budget_usd_per_hour": 0.2, "min": 3 }));
    let mut run = simulation(&file(steady(80.0), json!({ "usd_per_hour": 0.1 }), scaler));
    run.run_for(Span::from_secs(120));
    let frame = run.frame();
    let said: Vec<&str> = frame.notices.iter().map(|notice| notice.what.as_str()).collect();
    assert_eq!(
        said,
        [
            "1 → 3: over budget at 3, the fewest: $0.3 of $0.2 an hour",
            "over budget at 3, the fewest: $0.3 of $0.2 an hour"
        ]
    );
    assert_eq!(frame.components[1].ready as u32, 3);
}

/// What is inside it and what is held in front of it: a load balancer that comes or goes changes neither.
#[test]
fn a_load_balancer_that_is_taken_out_is_no_change_of_load() {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let scaler = json!({ "algorithm": { "by": "kpa", "concurrency": 1 } });
    let mut model = file(steady(25.0), json!({ "instances": 3, "cores": 4 }), scaler);
    let add = |model: &mut Value, list: &str, item| model[list].as_array_mut().expect("a list").push(item);
    add(
        &mut model,
        "components",
        json!({ "id": "lb", "kind": "load-balancer", "hold": "5m", "proxy_time": nothing }),
    );
    add(&mut model, "links", json!({ "from": "lb", "to": "s", "rtt": nothing, "timeout": null }));
    model["links"][0]["to"] = json!("lb");
    let mut run = simulation(&model);
    run.run_until(SimTime::ZERO + Span::from_secs(100));
    run.apply(&Edit::RemoveComponent { id: "lb".into() }).expect("it can be removed");
    run.apply(&Edit::add_link(&Link::between("in", "s"))).expect("it can be linked");
    assert_eq!(trace(&mut run, 200), []);
}

#[test]
fn one_without_a_link_does_nothing_and_one_with_two_has_shares_of_both() {
    let mut model = file(step(10, 40, "1m"), json!({ "cores": 8 }), by_rate(json!({ "max": 1 })));
    let mut alone = model.clone();
    alone["links"].as_array_mut().expect("a list").remove(1);
    let mut run = simulation(&alone);
    assert_eq!(trace(&mut run, 120), []);
    assert!(figure(&run.report(), "a", "above_target") < 1e-9);
    for (list, item) in [
        ("components", json!({ "id": "t", "kind": "service", "start_up": "0s", "backlog": null })),
        ("links", json!({ "from": "a", "to": "t" })),
        ("links", json!({ "from": "s", "to": "t" })),
    ] {
        model[list].as_array_mut().expect("a list").push(item);
    }
    let mut run = simulation(&model);
    run.run_for(Span::from_secs(120));
    // Both are above their targets in the second minute, as far as that has been seen.
    let share = figure(&run.report(), "a", "above_target");
    assert!((0.36..0.51).contains(&share), "{share}");
    run.apply(&Edit::RemoveComponent { id: "t".into() }).expect("it can be removed");
    run.run_for(Span::from_secs(60));
    assert_eq!(run.conservation(), Ok(()));
}

/// Twenty-four hours must have been seen before there is a forecast, from their beginning to their end.
#[test]
fn hours_that_it_did_not_see_are_no_hours_without_load() {
    let scaler = json!({ "forecast_per_s": 0.01, "algorithm": { "by": "schedule" } });
    let mut model = file(steady(0.1), json!({}), scaler);
    let link = model["links"].as_array_mut().expect("a list").remove(1);
    let mut run = simulation(&model);
    run.run_until(SimTime::ZERO + Span::from_secs(10 * 3600 + 1800));
    let link: Link =
        Link::between(link["from"].as_str().expect("a name"), link["to"].as_str().expect("a name"));
    run.apply(&Edit::add_link(&link)).expect("it can be linked");
    let decisions = trace(&mut run, 30 * 3600);
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    // From 11:00 to 11:00.
    assert!(
        (35.0 * 3600.0..35.1 * 3600.0).contains(&decisions[0].0) && decisions[0].2 == 10,
        "{decisions:?}"
    );
}

/// With nobody ready and somebody waiting it is above its target, whatever the metric.
#[test]
fn who_waits_while_none_is_ready_is_above_the_target() {
    let scaler = json!({ "min": 0, "algorithm": { "by": "kpa" } });
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let mut model = file(steady(1.0), json!({ "instances": 0, "start_up": "28s" }), scaler);
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
    assert_eq!(trace(&mut run, 100)[0], (2.0, 0, 1));
    let share = figure(&run.report(), "a", "above_target");
    assert!((share - 0.29).abs() < 0.02, "{share}");
}

#[test]
fn theory_says_that_what_is_scaled_has_no_formula() {
    let mut run = simulation(&file(steady(5.0), json!({}), by_rate(json!({}))));
    run.run_for(Span::from_secs(60));
    let all = beside(run.model(), &run.report());
    let remarks =
        |id: &str| all.iter().find(|one| one.component == id).expect("it is there").remarks.join(" ");
    assert!(remarks("s").contains("An autoscaler changes its number of instances"), "{all:?}");
}
