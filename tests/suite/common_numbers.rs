//! Common random numbers: two designs on one seed meet the same traffic with the same demands, so they differ by the design alone.

use serde_json::{Value as Json, json};
use tenfold::Simulation;
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::Span;

/// Clients, servers and a database, in a row.
fn shop(seed: u64) -> Model {
    let file = json!({
        "format": 1, "seed": seed, "duration": "40s", "warm_up": "0s",
        "components": [
            { "id": "users", "kind": "clients", "load": { "shape": "steady", "rate": "150/s" } },
            { "id": "app", "kind": "service", "cores": 1, "work": { "law": "exponential", "mean": "10ms" } },
            { "id": "db", "kind": "database", "connections": 100 }
        ],
        "links": [{ "from": "users", "to": "app" }, { "from": "app", "to": "db" }]
    });
    Model::from_value(&file).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn changed(mut model: Model, edits: Vec<Edit>) -> Model {
    Edit::Batch { edits }.apply(&mut model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    model
}

fn instances(seed: u64, instances: u64) -> Model {
    let field = "instances".into();
    changed(shop(seed), vec![Edit::SetComponent { id: "app".into(), field, value: instances.into() }])
}

fn mean_latency(model: &Model) -> f64 {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_for(Span::from_secs(10));
    run.report().latency_s.mean.expect("some were answered")
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// How much smaller the variance of a difference between two designs is when both are run on the same seeds.
fn reduction(one: impl Fn(u64) -> Model, other: impl Fn(u64) -> Model) -> f64 {
    const PAIRS: u64 = 120;
    let differences = |offset: u64| -> Vec<f64> {
        (0..PAIRS).map(|seed| mean_latency(&one(seed)) - mean_latency(&other(seed + offset))).collect()
    };
    variance(&differences(PAIRS)) / variance(&differences(0))
}

#[test]
fn on_common_seeds_three_and_four_servers_differ_by_a_variance_much_smaller_than_on_independent_ones() {
    let seen = reduction(|seed| instances(seed, 3), |seed| instances(seed, 4));
    // It is about 5. The logarithm of a quotient of two variances, of 120 values each, has a standard error of 0.18.
    assert!(seen > 2.5, "{seen}");
}

#[test]
fn on_common_seeds_a_proxy_in_front_is_seen_as_what_it_costs_and_nothing_else() {
    let seen = reduction(shop, |seed| with_proxy(shop(seed)));
    // It is about a million.
    assert!(seen > 1e4, "{seen}");
}

/// A balancer between the users and the servers.
fn with_proxy(model: Model) -> Model {
    put_between(model, json!({ "id": "proxy", "kind": "load-balancer" }))
}

fn put_between(model: Model, component: Json) -> Model {
    let link =
        |from: &Json, to: &Json| Edit::AddLink { link: json!({ "from": from, "to": to }), index: usize::MAX };
    let id = component["id"].clone();
    let edits = vec![
        Edit::RemoveLink { id: "users-app".into() },
        Edit::AddComponent { component, index: 0 },
        link(&json!("users"), &id),
        link(&id, &json!("app")),
    ];
    changed(model, edits)
}

/// Twenty seconds of traffic, and then what is left of it.
fn drained(model: &Model) -> Report {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_for(Span::from_secs(20));
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("a load of nothing is legal");
    run.run_for(Span::from_secs(20));
    assert_eq!(run.calls_in_flight(), 0);
    run.report()
}

/// How much a component worked in all, in the same units for every run.
fn worked(report: &Report, id: &str) -> Vec<(String, u64, f64)> {
    let component = report.component(id).expect("it is there");
    component
        .stations
        .iter()
        .map(|(name, station)| (name.clone(), station.arrivals, station.busy_mean))
        .collect()
}

#[test]
fn whatever_is_put_in_between_nobody_elses_demands_move() {
    let plain = drained(&shop(3));
    let cores = |report: &Report| worked(report, "app").into_iter().find(|(name, ..)| name == "cores");
    assert!(cores(&plain).is_some_and(|(_, calls, busy)| calls > 2_000 && busy > 0.5), "{:?}", cores(&plain));
    for between in [
        json!({ "id": "proxy", "kind": "load-balancer" }),
        // Caches that keep nothing, so all requests pass.
        json!({ "id": "cache", "kind": "cache", "entries": 0 }),
        json!({ "id": "edge", "kind": "cdn", "capacity": "0B" }),
    ] {
        let with = drained(&put_between(shop(3), between.clone()));
        assert_eq!(cores(&plain), cores(&with), "{between}");
        assert_eq!(worked(&plain, "db"), worked(&with, "db"), "{between}");
    }
}

#[test]
fn a_system_beside_another_leaves_it_as_it_was_to_the_last_digit() {
    let beside = |json: Json| Edit::AddComponent { component: json, index: 0 };
    let more = changed(
        shop(3),
        vec![
            beside(json!({ "id": "others", "kind": "clients" })),
            beside(json!({ "id": "other-app", "kind": "service" })),
            Edit::AddLink { link: json!({ "from": "others", "to": "other-app" }), index: 0 },
        ],
    );
    let (plain, more) = (drained(&shop(3)), drained(&more));
    for id in ["users", "app", "db"] {
        assert_eq!(plain.component(id), more.component(id));
    }
}
