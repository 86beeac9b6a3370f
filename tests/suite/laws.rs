//! The engine against queueing theory: every case of the validation passes, and would not if a law were broken.

use serde_json::json;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use tenfold::Simulation;
use tenfold::components::clients::Load;
use tenfold::components::{clients, service};
use tenfold::model::{Law, Link, Model};
use tenfold::units::{PerSecond, SimTime, Span};
use tenfold_validation::{Outcome, Scenario, bound, count, page, scenarios};

/// Runs every scenario, on all processor cores; the outcome does not know who ran it.
fn run_all(scenarios: &[Scenario]) -> Vec<Outcome> {
    let (next, (send, receive)) = (AtomicUsize::new(0), mpsc::channel());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let (next, send) = (&next, send.clone());
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(place) else { return };
                    send.send((place, scenario.run())).expect("somebody listens");
                }
            });
        }
    });
    drop(send);
    let mut all: Vec<_> = receive.iter().collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().flat_map(|(_, outcomes)| outcomes.unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[test]
fn every_figure_of_the_validation_agrees_with_theory_and_the_page_says_so() {
    let outcomes = run_all(&scenarios());
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.passes())
        .map(|o| {
            format!(
                "{}, {}: {} for {} ({})",
                o.scenario,
                o.what,
                o.measured_in_words(),
                o.truth_in_words(),
                o.verdict()
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(outcomes.len() >= 150, "{} are too few", outcomes.len());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/validation.md");
    let page = page::page(&outcomes);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if page != kept && std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    } else {
        let stale = page.lines().zip(kept.lines()).find(|(new, old)| new != old);
        assert!(
            page == kept,
            "docs/validation.md is stale: `tenfold validate --write docs/validation.md` makes it anew; {stale:?}"
        );
    }
}

/// The scenarios whose name contains `name`, each with one setting of its first service changed.
fn changed(name: &str, change: impl Fn(&mut serde_json::Value)) -> Vec<Outcome> {
    let mut chosen: Vec<Scenario> = scenarios().into_iter().filter(|s| s.name.contains(name)).collect();
    assert!(!chosen.is_empty(), "nothing is called {name}");
    for scenario in &mut chosen {
        let components = scenario.model["components"].as_array_mut().expect("a list");
        let service = components.iter_mut().find(|c| c["kind"] == "service").expect("a service");
        change(service);
    }
    run_all(&chosen)
}

fn failing(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().filter(|o| !o.agrees()).map(|o| o.what.as_str()).collect()
}

#[test]
fn work_that_is_3_percent_too_long_is_caught() {
    let longer = |service: &mut serde_json::Value| service["work"]["mean"] = json!("10300us");
    for name in [
        "M/M/1 at 50 %",
        "M/M/1 at 70 %",
        "M/M/4 at 80 %",
        "M/G/1, constant, at 75 %",
        "M/G/1 shared, exponential",
    ] {
        let outcomes = changed(name, longer);
        assert!(failing(&outcomes).contains(&"mean latency"), "{name}: {outcomes:#?}");
    }
}

#[test]
fn a_queue_that_forgets_its_order_is_caught() {
    for (name, word) in
        [("M/M/1 FIFO at 70 %, deadline 40 ms", "lifo"), ("M/M/1 LIFO at 70 %, deadline 40 ms", "fifo")]
    {
        let outcomes = changed(name, |service| service["discipline"] = json!(word));
        // The mean does not depend on the order, the tail does.
        assert_eq!(failing(&outcomes), ["share late"], "{name}: {outcomes:#?}");
    }
    let outcomes = changed("M/M/1, waiting priorities, loads of 40, 40 %", |service| {
        service["discipline"] = json!("fifo")
    });
    assert_eq!(failing(&outcomes), ["mean latency of urgent", "mean latency of usual"]);
    let outcomes = changed("M/G/1 shared, constant", |service| service["discipline"] = json!("fifo"));
    assert!(failing(&outcomes).contains(&"mean latency"), "{outcomes:#?}");
}

#[test]
fn the_bound_is_students_t_for_twenty_runs_and_so_many_figures() {
    // Two-sided 0.01/200 at 19 degrees of freedom is 5.2, from the density's tail.
    assert!((bound(200) - 5.2).abs() < 0.1, "{}", bound(200));
    assert!(bound(count()) > bound(10));
}

/// One service with one core, built in code.
fn one_server() -> Model {
    let config = service::Config {
        instances: 1,
        cores: Some(1),
        workers: None,
        backlog: None,
        work: Law::exponential(Span::from_millis(10)),
        ..service::Config::default()
    };
    // From the first arrival to an empty end.
    let load = Load::Step { from: PerSecond::new(80.0), to: PerSecond::new(0.0), at: Span::from_secs(100) };
    let mut model = Model::new("one server")
        .with("clients", clients::Config { load, ..clients::Config::default() })
        .with("server", config);
    let rtt = Law::constant(Span::ZERO);
    model.links.push(Link { rtt, timeout: None, ..Link::between("clients", "server") });
    model.head.duration = Span::from_secs(300);
    model.head.warm_up = Some(Span::ZERO);
    model.head.window = Span::from_secs(10);
    model
}

#[test]
fn littles_law_holds_exactly_where_nothing_is_cut_off_at_the_edges() {
    // From the first arrival to an empty end, the integral of the number inside equals the sum of the times inside.
    let model = one_server();
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    let report = run.report();
    let server = report.component("server").expect("the server is there");
    assert_eq!(report.requests.in_flight, 0);
    let arrived_per_s = server.arrivals as f64 / report.measured_s;
    let little = arrived_per_s * server.sojourn_s.mean.expect("replies were measured");
    assert!((server.in_flight_mean / little - 1.0).abs() < 1e-9, "{} for {little}", server.in_flight_mean);
}
