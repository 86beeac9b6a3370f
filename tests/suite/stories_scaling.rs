//! What the built-in models about autoscalers tell in their descriptions and notes is what happens when they run.

use crate::autoscalers::figure;
use serde_json::{Value as Json, json};
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::SimTime;
use tenfold::{Simulation, edit::Edit, presets};

/// One of the rows of a built-in model: what ends in this letter. Ids key chance, so that it does the same alone.
fn row(slug: &str, letter: &str) -> Model {
    let mut model = presets::by_slug(slug).expect("a built-in model").model();
    let others: Vec<String> =
        model.components.iter().map(|c| c.id.clone()).filter(|id| !id.ends_with(letter)).collect();
    for id in others {
        Edit::RemoveComponent { id }.apply(&mut model).expect("it can be removed");
    }
    model
}

fn with(mut model: Model, id: &str, field: &str, value: Json) -> Model {
    let edit = Edit::SetComponent { id: id.into(), field: field.into(), value };
    edit.apply(&mut model).unwrap_or_else(|errors| panic!("{edit}: {errors:#?}"));
    model
}

/// What was decided: when, the number and the words.
type Said = Vec<(f64, u32, String)>;

fn run(model: &Model) -> (Report, Said) {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    assert_eq!(run.conservation(), Ok(()));
    let notices = run.frame().notices;
    let said = notices.iter().filter_map(|notice| {
        let (change, why) = notice.what.split_once(": ")?;
        let (_, to) = change.split_once(" → ")?;
        Some((notice.at_s, to.parse().ok()?, why.to_owned()))
    });
    (run.report(), said.collect())
}

fn shares(report: &Report) -> (f64, f64) {
    let requests = &report.requests;
    let of_all = |n: u64| n as f64 / requests.offered as f64;
    (of_all(requests.failed), of_all(requests.late))
}

fn instances(report: &Report, id: &str) -> f64 {
    report.component(id).expect("it is there").instances_mean
}

fn near(seen: f64, told: f64, within: f64) {
    assert!((seen - told).abs() <= within, "{seen}, and {told} is told");
}

#[test]
fn one_at_once_without_a_window_never_comes_to_rest() {
    let story = "hpa-oscillation";
    let ((a, said), (b, _), (c, _)) =
        (run(&row(story, "-a")), run(&row(story, "-b")), run(&row(story, "-c")));
    near(figure(&a, "hpa-a", "turns_per_hour"), 25.0, 3.0);
    near(instances(&a, "app-a"), 24.0, 1.0);
    near(shares(&a).0, 0.26, 0.03);
    let numbers: Vec<u32> = said.iter().map(|(_, to, _)| *to).collect();
    assert!(numbers.contains(&30) && numbers.contains(&1), "{numbers:?}");
    near(figure(&b, "hpa-b", "turns_per_hour"), 4.0, 2.0);
    near(instances(&b, "app-b"), 7.0, 0.3);
    near(instances(&c, "app-c"), 6.0, 0.3);
    assert_eq!((b.requests.failed, c.requests.failed), (0, 0));
    assert!(shares(&b).1 < 0.01 && shares(&c).1 < 0.01);
}

#[test]
fn a_minute_or_four_instances_save_it_and_another_balance_does_not() {
    let story = row("hpa-oscillation", "-a");
    let minute = json!({ "by": "hpa", "cpu": null, "concurrency": 1, "settle_down": "1m" });
    let (minute, _) = run(&with(story.clone(), "hpa-a", "algorithm", minute));
    let (four, _) = run(&with(story.clone(), "hpa-a", "min", json!(4)));
    assert_eq!((minute.requests.failed, four.requests.failed), (0, 0));
    let turns = |report: &Report| figure(report, "hpa-a", "turns_per_hour");
    near(turns(&minute), 38.0, 6.0);
    assert!(turns(&four) > turns(&minute));
    let (balanced, _) = run(&with(story, "lb-a", "policy", json!("least-outstanding")));
    assert!(shares(&balanced).0 > 0.2);
}

#[test]
fn three_autoscalers_are_as_quick_as_they_say_at_the_same_price() {
    let story = "three-autoscalers";
    // When so many were asked for that the crowd can be served, counted from when it begins to come; late or failed; instances on average.
    let of = |letter: &str| {
        let (report, said) = run(&row(story, letter));
        let enough =
            said.iter().find(|(at, to, _)| *at > 600.0 && *to >= 10).expect("at some time").0 - 600.0;
        let (failed, late) = shares(&report);
        (enough, failed + late, instances(&report, &format!("app{letter}")), report)
    };
    let ((hpa, hpa_bad, ..), (kpa, kpa_bad, _, panicking), (tracking, tracking_bad, ..)) =
        (of("-a"), of("-b"), of("-c"));
    assert!(kpa <= 18.0, "{kpa}");
    near(hpa, 210.0, 15.0);
    near(tracking, 900.0, 60.0);
    near(kpa_bad, 0.01, 0.003);
    near(hpa_bad, 0.09, 0.01);
    near(tracking_bad, 0.33, 0.02);
    near(figure(&panicking, "scaler-b", "turns_per_hour"), 60.0, 12.0);
    for letter in ["-a", "-b", "-c"] {
        near(of(letter).2, 5.85, 0.2);
    }
}

#[test]
fn none_while_nobody_asks_costs_a_third_and_makes_six_in_ten_wait() {
    let story = "scale-to-zero";
    let ((a, _), (b, _)) = (run(&row(story, "-a")), run(&row(story, "-b")));
    assert_eq!((a.requests.failed, b.requests.failed), (0, 0));
    let cold = |report: &Report| report.requests.late as f64 / report.requests.finished as f64;
    near(cold(&a), 0.63, 0.03);
    assert!(b.latency_s.max < Some(1.0) && a.latency_s.max < Some(11.0));
    assert!(a.latency_s.p50.is_some_and(|p50| (8.0..10.0).contains(&p50)), "{:?}", a.latency_s);
    near(instances(&a, "tool-a"), 0.29, 0.02);
    let day = |report: &Report, id: &str| report.component(id).expect("it is there").cost_per_hour_usd * 24.0;
    near(day(&a, "tool-a"), 0.57, 0.04);
    near(day(&b, "tool-b"), 1.96, 0.01);
    let mut ten = row(story, "-a");
    ten.head.load = 10.0;
    let (ten, _) = run(&ten);
    near(cold(&ten), 0.04, 0.01);
    near(instances(&ten, "tool-a"), 0.79, 0.03);
    let later = with(row(story, "-a"), "kpa-a", "algorithm", json!({ "by": "kpa", "down_delay": "10m" }));
    let (later, _) = run(&later);
    near(cold(&later), 0.03, 0.01);
    near(instances(&later, "tool-a"), 0.79, 0.03);
}

#[test]
fn more_of_what_is_not_the_bottleneck_takes_everything_down() {
    let story = "scaling-the-wrong-thing";
    let ((a, _), (b, _), (c, _)) = (run(&row(story, "-a")), run(&row(story, "-b")), run(&row(story, "-c")));
    assert_eq!(a.requests.good, 0);
    assert_eq!((instances(&a, "app-a"), instances(&b, "app-b"), instances(&c, "app-c")), (20.0, 2.0, 2.0));
    near(shares(&b).0, 0.17, 0.01);
    assert!(b.latency_s.max < Some(0.8), "{:?}", b.latency_s);
    assert_eq!((c.requests.failed, c.requests.late), (0, 0));
    near(a.component("db-a").expect("it is there").sojourn_s.p50.expect("some"), 2.0, 0.1);
    near(a.component("app-a").expect("it is there").sojourn_s.p50.expect("some"), 5.0, 0.2);
    // By CPU it does nothing.
    let (by_cpu, said) = run(&with(row(story, "-a"), "scaler-a", "algorithm", json!({ "by": "hpa" })));
    assert!(said.is_empty() && shares(&by_cpu).0 < 0.2);
}

#[test]
fn a_forecast_has_the_morning_started_before_it_comes() {
    let story = "predictive-or-reactive";
    let ((a, _), (b, said)) = (run(&row(story, "-a")), run(&row(story, "-b")));
    let bad = |report: &Report| shares(report).0 + shares(report).1;
    near(bad(&a), 0.015, 0.004);
    near(bad(&b), 0.001, 0.0007);
    let ahead = said.iter().find(|(_, _, why)| why.contains("expected in hour 32")).expect("a forecast");
    assert_eq!((ahead.0, ahead.1), (115_200.0 - 300.0, 4));
    assert!(figure(&a, "scaler-a", "above_target") > 1.3 * figure(&b, "scaler-b", "above_target"));
    near(instances(&b, "app-b") / instances(&a, "app-a"), 1.03, 0.03);
}

#[test]
fn a_budget_says_what_it_costs_not_to_pay() {
    let story = "budget-guardrail";
    let ((a, capped), (b, free)) = (run(&row(story, "-a")), run(&row(story, "-b")));
    near(shares(&a).0, 0.19, 0.01);
    near(shares(&a).1, 0.22, 0.02);
    assert!(shares(&b).0 < 0.03 && shares(&b).1 < 0.02, "{:?}", b.requests);
    assert_eq!(capped.iter().map(|(_, to, _)| *to).max(), Some(6));
    assert!(
        capped.iter().any(|(_, _, why)| why == "capped by budget at 6: $0.6 an hour, 9 wanted"),
        "{capped:?}"
    );
    assert_eq!(free.iter().map(|(_, to, _)| *to).max(), Some(13));
    near(figure(&a, "hpa-a", "capped"), 31.0 / 55.0, 0.02);
    let (none, _) = run(&with(row(story, "-a"), "shop-a", "backlog", json!(0)));
    near(shares(&none).0, shares(&a).0, 0.01);
    assert!(shares(&none).1 < 0.005);
}
