//! Autoscalers where a published algorithm says exactly what happens: edges of bands, what is counted and what is not, when nothing is heard.

use crate::autoscalers::{figure, file, simulation, steady, step, trace};
use serde_json::{Value, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::units::{SimTime, Span};

fn by_rate(more: Value) -> Value {
    let mut hpa = json!({ "by": "hpa", "cpu": null, "rate": 10, "settle_down": "0s" });
    more.as_object().expect("a record").iter().for_each(|(key, value)| hpa[key] = value.clone());
    json!({ "algorithm": hpa })
}

fn kpa(more: Value) -> Value {
    let mut kpa = json!({ "by": "kpa" });
    more.as_object().expect("a record").iter().for_each(|(key, value)| kpa[key] = value.clone());
    json!({ "min": 0, "algorithm": kpa })
}

fn happen(run: &mut Simulation, what: Value) {
    run.apply(&Edit::Happen { what }).expect("it can happen");
}

fn at(run: &mut Simulation, seconds: u64) {
    run.run_until(SimTime::ZERO + Span::from_secs(seconds));
}

/// |1 − ratio| ≤ 0.1 keeps what is there: the edges belong to it. Eleven each on a target of ten is a ratio of 1.1, nine one of 0.9.
#[test]
fn a_tenth_more_or_less_than_the_target_changes_nothing_and_more_than_that_does() {
    let ten = |rate: f64| {
        trace(&mut simulation(&file(steady(rate), json!({ "instances": 10 }), by_rate(json!({})))), 300)
    };
    assert_eq!(ten(110.0), []);
    assert_eq!(ten(90.0), []);
    assert_eq!(ten(112.0)[0], (30.0, 10, 12));
    assert_eq!(ten(88.0)[0], (30.0, 10, 9));
}

/// What there is at its first look counts as recommended then: for five minutes nothing goes.
#[test]
fn what_the_hpa_finds_at_first_is_kept_for_its_window() {
    let found = json!({ "algorithm": { "by": "hpa", "cpu": null, "rate": 10 } });
    let decisions = trace(&mut simulation(&file(steady(20.0), json!({ "instances": 8 }), found)), 600);
    assert_eq!(decisions, [(330.0, 8, 2)]);
}

/// Instances that drain are no pods: 10.5 each on the two that are left is within the tolerance, 21 over all eight would ask for three.
#[test]
fn instances_that_drain_are_not_counted_in_the_mean() {
    let slow = json!({ "instances": 8, "cores": 1000, "work": { "law": "constant", "mean": "100s" } });
    let mut model = file(steady(80.0), slow, by_rate(json!({ "metrics_age": "0s" })));
    model["timeline"] = json!([
        { "at": "60s", "event": "load", "factor": 0.25 }, { "at": "100s", "event": "load", "factor": 0.2625 }
    ]);
    assert_eq!(trace(&mut simulation(&model), 160), [(75.0, 8, 2)]);
}

/// Pods that have started after the metrics were taken have none, and count at the whole target where fewer would do: (4 · 2 + 4 · 10) / 8 = 6 each, five.
#[test]
fn a_pod_younger_than_the_metrics_counts_at_the_target_when_fewer_would_do() {
    let burst =
        json!({ "shape": "spike", "base": "8/s", "peak": "80/s", "at": "60s", "rise": "0s", "hold": "15s" });
    let mut scaler = by_rate(json!({}));
    scaler["min"] = json!(4);
    let decisions = trace(&mut simulation(&file(burst, json!({ "instances": 4 }), scaler)), 300);
    assert_eq!(decisions, [(90.0, 4, 8), (105.0, 8, 5), (120.0, 5, 4)]);
}

/// Four run and four find no node. What never ran is not ready, and counts for nothing where fewer would do: 4 · 30 / 60.
#[test]
fn instances_without_a_node_do_not_hold_the_number_up() {
    let scaler = json!({ "algorithm": { "by": "hpa", "cpu": 60, "settle_down": "0s", "metrics_age": "0s" } });
    let on_one_node = |rate: f64, scaler: Value| {
        let mut model = file(steady(rate), json!({ "instances": 8 }), scaler);
        for (list, item) in [
            ("components", json!({ "id": "n", "kind": "node-pool", "places": 4, "max": 1 })),
            ("links", json!({ "from": "n", "to": "s" })),
        ] {
            model[list].as_array_mut().expect("a list").push(item);
        }
        trace(&mut simulation(&model), 300)
    };
    assert_eq!(on_one_node(12.0, scaler), [(15.0, 8, 2)]);
    // Nor down: 10.5 each on the four that run is within the tolerance, over all eight it would be about half.
    assert_eq!(on_one_node(42.0, by_rate(json!({ "metrics_age": "0s" }))), []);
}

/// What takes an autoscaler out, and what brings it back.
fn outages() -> [(Value, Value); 2] {
    [
        (json!({ "event": "cut", "link": "scale" }), json!({ "event": "mend", "link": "scale" })),
        (
            json!({ "event": "crash", "component": "a", "instances": 1 }),
            json!({ "event": "return", "component": "a" }),
        ),
    ]
}

/// Over a cut link it neither sees nor decides, and a crashed one does nothing at all; both go on afterwards.
#[test]
fn a_cut_link_or_a_crash_stops_all_decisions() {
    for (stop, go) in outages() {
        let mut run = simulation(&file(step(10, 40, "1m"), json!({}), by_rate(json!({}))));
        at(&mut run, 50);
        happen(&mut run, stop);
        at(&mut run, 200);
        assert!((run.frame().components[1].ready - 1.0).abs() < 1e-9);
        happen(&mut run, go);
        let decisions = trace(&mut run, 100);
        assert!(decisions[0].0 > 200.0 && decisions.last().is_some_and(|last| last.2 == 4), "{decisions:?}");
    }
}

/// A hundred a second come while it sees nothing, and twenty when it sees again: two are enough for those, whatever came before.
#[test]
fn what_it_did_not_see_is_no_part_of_what_it_sees_next() {
    for (stop, go) in outages() {
        let mut run = simulation(&file(step(100, 20, "5m"), json!({}), by_rate(json!({}))));
        at(&mut run, 5);
        happen(&mut run, stop);
        at(&mut run, 601);
        // How the target fares is told all the while.
        let above = figure(&run.report(), "a", "above_target");
        assert!((above - 600.0 / 601.0).abs() < 1e-9, "{above}");
        happen(&mut run, go);
        assert_eq!(trace(&mut run, 100), [(630.0, 1, 2)]);
    }
}

/// A twentieth above the target is not above it, as nothing is done about it; and where nothing is to be done one instance is not one too many.
#[test]
fn what_calls_for_nothing_is_neither_above_nor_too_many() {
    let mut run = simulation(&file(steady(10.5), json!({}), by_rate(json!({}))));
    trace(&mut run, 600);
    assert!(figure(&run.report(), "a", "above_target") < 1e-9);
    let mut run = simulation(&file(step(0, 1, "1h"), json!({}), by_rate(json!({}))));
    trace(&mut run, 600);
    assert!(figure(&run.report(), "a", "over_provisioned") < 1e-9);
}

/// From nine to ten, and at no other time, ten a second come: that is the load of hour nine, to the last minute. 10 / 0.995 is more than ten.
#[test]
fn a_load_belongs_to_the_hour_in_which_it_came() {
    let load =
        json!({ "shape": "spike", "base": "0/s", "peak": "10/s", "at": "9h", "rise": "0s", "hold": "1h" });
    let scaler = json!({ "algorithm": { "by": "schedule" }, "forecast_per_s": 0.995 });
    // Five minutes before nine on the second day.
    let early = (24.0 + 9.0) * 3600.0 - 300.0;
    assert_eq!(trace(&mut simulation(&file(load, json!({}), scaler)), 36 * 3600), [(early, 1, 11)]);
}

#[test]
fn a_schedule_says_which_of_its_times_it_was() {
    let scaler = json!({ "algorithm": { "by": "schedule" }, "schedule": ["tue 08:00 6..20"] });
    let mut run = simulation(&file(steady(0.1), json!({ "instances": 1 }), scaler));
    assert_eq!(trace(&mut run, 31 * 3600), []);
    run.run_for(Span::from_secs(2 * 3600));
    let said: Vec<String> = run.frame().notices.iter().map(|notice| notice.what.clone()).collect();
    assert!(said.iter().any(|words| words == "1 → 6: the action of Tuesday 08:00"), "{said:#?}");
}

/// With `to_zero` off the last one stays whatever the load.
#[test]
fn the_last_stays_where_it_may_not_go() {
    let run = |to_zero: bool| {
        trace(&mut simulation(&file(step(10, 0, "1m"), json!({}), kpa(json!({ "to_zero": to_zero })))), 600)
    };
    assert_eq!(run(false), []);
    assert_eq!(run(true).iter().map(|(_, from, to)| (*from, *to)).collect::<Vec<_>>(), [(1, 0)]);
}

/// The last goes a stable window after there was anything, and then after what the activator needs to be in the path of requests: nothing where it is there
/// already because there is less room than for a burst of 211, and else all of `grace`.
#[test]
fn the_grace_is_for_an_activator_that_is_not_there_yet() {
    let goes = |concurrency: u32| {
        let settings = kpa(json!({ "concurrency": concurrency, "grace": "2m" }));
        trace(&mut simulation(&file(step(10, 0, "100s"), json!({}), settings)), 600)[0].0
    };
    // A minute until the average is nothing, and a look every two seconds.
    let (there, absent) = (goes(70), goes(700));
    assert!((160.0..=166.0).contains(&there), "{there}");
    assert!((280.0..=286.0).contains(&absent), "{absent}");
}

/// Fewer must have been enough for five minutes before any goes.
#[test]
fn the_down_delay_is_waited_for() {
    let first = |delay: &str| {
        let users = json!({ "shape": "closed", "users": 100, "think": { "law": "constant", "mean": "1us" } });
        let settings = kpa(json!({ "concurrency": 10, "down_delay": delay }));
        let mut model = file(users, json!({ "instances": 10, "cores": 1000 }), settings);
        model["timeline"] = json!([{ "at": "200s", "event": "load", "factor": 0.1 }]);
        trace(&mut simulation(&model), 700)[0].0
    };
    let (soon, late) = (first("0s"), first("5m"));
    assert!((200.0..=216.0).contains(&soon), "{soon}");
    assert!((late - soon - 300.0).abs() <= 4.0, "{late} after {soon}");
}

/// One core that is busy for 95 %: the percentile is at the end of its bucket, 0.2 · (1.05³⁶ − 1) = 0.958 cores. What comes on top is the margin's.
#[test]
fn cores_follow_from_percentile_margin_and_limits() {
    let cores = |settings: Value| {
        let mut vertical = json!({ "by": "vertical" });
        settings.as_object().expect("a record").iter().for_each(|(key, value)| vertical[key] = value.clone());
        let service = json!({ "usd_per_hour": 0.1, "work": { "law": "constant", "mean": "10ms" } });
        let mut run = simulation(&file(steady(95.0), service, json!({ "algorithm": vertical })));
        at(&mut run, 3600);
        // What an instance costs goes with its cores.
        (run.frame().components[1].cost_per_hour_usd * 10.0).round()
    };
    let bucket = 0.2 * (libm::pow(1.05, 36.0) - 1.0);
    for margin in [0.0, 0.15, 1.5, 3.0] {
        let wanted = libm::ceil(bucket * (1.0 + margin));
        assert!((cores(json!({ "margin": margin })) - wanted).abs() < 1e-9, "a margin of {margin}");
    }
    assert!((cores(json!({ "margin": 3.0, "max_cores": 2 })) - 2.0).abs() < 1e-9);
    assert!((cores(json!({ "margin": 0.0, "min_cores": 3 })) - 3.0).abs() < 1e-9);
}

/// Nobody acts twice at one time: what AWS refuses is refused.
#[test]
fn a_schedule_with_two_entries_for_one_time_is_refused() {
    let told = |schedule: Value| {
        let all = file(steady(1.0), json!({}), json!({ "schedule": schedule }));
        let errors = tenfold::model::Model::from_value(&all).err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let words = told(json!(["08:00 2..5", "mon-fri 08:00 6..9"]));
    assert!(
        words.contains("schedule[1]: `mon-fri 08:00 6..9` is due at the same time as `08:00 2..5`"),
        "{words}"
    );
    assert_eq!(told(json!(["mon-fri 08:00 2..5", "sat,sun 08:00 6..9", "09:00 1"])), "");
}

#[test]
fn alarms_that_change_nothing_are_refused() {
    for algorithm in [
        json!({ "by": "simple", "more": 0, "less": 0 }),
        json!({ "by": "step", "first": 0, "second": 0, "less": 0 }),
    ] {
        let all = file(steady(1.0), json!({}), json!({ "algorithm": algorithm }));
        let errors = tenfold::model::Model::from_value(&all).expect_err("it does nothing");
        assert!(errors.len() == 1 && errors[0].to_string().contains("never changes anything"), "{errors:?}");
    }
}

/// The cooldown of simple scaling begins when the instance that goes is gone: its requests take until 160 s, which is seen at 180 s, and 300 s later is the next.
#[test]
fn who_drains_is_a_change_under_way() {
    let simple = json!({ "algorithm": { "by": "simple", "metric": "rate", "high": 8, "low": 4 } });
    let slow = json!({ "instances": 3, "cores": 1000, "work": { "law": "constant", "mean": "100s" } });
    assert_eq!(trace(&mut simulation(&file(steady(3.0), slow, simple)), 600), [(60.0, 3, 2), (480.0, 2, 1)]);
}

/// The lower bound widens with little history: × (1 + 0.001 / days)⁻². Only when it has come to more than the one core there is does another count.
#[test]
fn cores_that_will_do_are_left_alone() {
    // Cut off to whole thousandths after each step.
    let bucket = (0.2 * (libm::pow(1.05, 36.0) - 1.0) * 1000.0).floor();
    let base = bucket + (bucket * 0.15).floor();
    let lower = |samples: u64| {
        let days = (samples - 1) as f64 / 1440.0;
        base / libm::pow(1.0 + 0.001 / days, 2.0)
    };
    let minute = (2..).find(|samples| lower(*samples) > 1000.0).expect("it narrows");
    let service = json!({ "usd_per_hour": 0.1, "work": { "law": "constant", "mean": "10ms" } });
    let mut run = simulation(&file(steady(95.0), service, json!({ "algorithm": { "by": "vertical" } })));
    let mut cores = |seconds: u64| {
        at(&mut run, seconds);
        (run.frame().components[1].cost_per_hour_usd * 10.0).round() as u32
    };
    assert_eq!((cores(60 * minute - 5), cores(60 * minute + 5)), (1, 2), "minute {minute}");
}

/// A third of an hour of little load, two thirds of 0.95 cores: the 30th percentile is of the little load, the 90th of the other.
#[test]
fn the_percentile_says_of_which_load_the_cores_are_for() {
    let cores = |percentile: f64| {
        let vertical = json!({ "algorithm": { "by": "vertical", "percentile": percentile } });
        let service = json!({ "usd_per_hour": 0.1, "work": { "law": "constant", "mean": "10ms" } });
        let mut run = simulation(&file(step(9, 95, "20m"), service, vertical));
        at(&mut run, 3600);
        (run.frame().components[1].cost_per_hour_usd * 10.0).round() as u32
    };
    assert_eq!((cores(0.3), cores(0.9)), (1, 2));
}
