//! Predicted beside measured: what theory calls exact is what the engine does, within four standard errors of independent replications.

use tenfold::components::clients::{self, Load};
use tenfold::components::service::{self, Discipline};
use tenfold::components::{cache, database, load_balancer};
use tenfold::measure::Report;
use tenfold::model::{Class, Law, Model};
use tenfold::policy::balance::Policy;
use tenfold::theory::beside::{Quantity, Standing, beside};
use tenfold::units::{PerSecond, SimTime, Span};
use tenfold::{Simulation, presets};

const REPLICATIONS: u64 = 10;
const MS: fn(u64) -> Span = Span::from_millis;

fn clients(rate: f64) -> clients::Config {
    clients::Config { load: Load::Steady { rate: PerSecond::new(rate) }, ..Default::default() }
}

/// One core, endless queue, exponential work of 10 ms.
fn server() -> service::Config {
    service::Config {
        instances: 1,
        cores: Some(1),
        workers: None,
        backlog: None,
        work: Law::exponential(MS(10)),
        ..Default::default()
    }
}

fn one(rate: f64, config: service::Config) -> Model {
    Model::new("one server")
        .with("clients", clients(rate))
        .with("server", config)
        .chain(&["clients", "server"])
}

fn balanced(policy: Policy, config: service::Config) -> Model {
    Model::new("balanced")
        .with("clients", clients(280.0))
        .with("balancer", load_balancer::Config { policy, ..Default::default() })
        .with("server", service::Config { instances: 4, ..config })
        .chain(&["clients", "balancer", "server"])
}

fn run(model: &Model, seed: u64, duration_s: u64) -> Report {
    let mut model = model.clone();
    model.head.seed = seed;
    model.head.warm_up = Some(Span::from_secs(60));
    model.head.window = Span::from_secs(10);
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + Span::from_secs(duration_s + 60));
    run.report()
}

/// Each line of each component, over all replications: what it is, its standing, predicted, and measured as mean and standard error.
fn lines(model: &Model, duration_s: u64) -> Vec<(String, Quantity, Standing, f64, f64, f64)> {
    let runs: Vec<_> = (1..=REPLICATIONS).map(|seed| beside(model, &run(model, seed, duration_s))).collect();
    let mut found = Vec::new();
    for (c, component) in runs[0].iter().enumerate() {
        for (l, line) in component.lines.iter().enumerate() {
            let seen: Vec<f64> = runs.iter().filter_map(|run| run[c].lines[l].measured).collect();
            let n = seen.len() as f64;
            let mean = seen.iter().sum::<f64>() / n;
            let variance = seen.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
            let error = (variance / n).sqrt();
            found.push((
                component.component.clone(),
                line.quantity,
                line.standing,
                line.predicted,
                mean,
                error,
            ));
        }
    }
    found
}

/// What is exact must agree, and be measured sharply enough that it could fail; what is a bound must hold.
fn check(model: &Model, duration_s: u64, sharp: f64) {
    let mut exact = 0;
    for (id, quantity, standing, predicted, mean, error) in lines(model, duration_s) {
        let words = format!("{id}: {quantity:?} predicted {predicted}, measured {mean} ± {error}");
        // Percentiles are read off buckets, within one part in 128.
        let read = match quantity {
            Quantity::HereP95 | Quantity::HereP99 => predicted / 128.0,
            _ => 1e-9 * predicted,
        };
        match standing {
            Standing::Exact => {
                exact += 1;
                assert!(error <= sharp * predicted, "not sharp enough: {words}");
                assert!((mean - predicted).abs() <= 4.0 * error + read, "{words}");
            }
            Standing::AtLeast => assert!(mean >= predicted - 4.0 * error, "{words}"),
            Standing::Approximate => {}
        }
    }
    assert!(exact >= 3, "only {exact} figures are exact");
}

#[test]
fn one_station_does_what_its_formula_says() {
    check(&one(80.0, server()), 2_000, 0.04);
    check(&one(300.0, service::Config { cores: Some(4), ..server() }), 800, 0.04);
    check(&one(70.0, service::Config { work: Law::lognormal(MS(10), 1.5), ..server() }), 2_000, 0.06);
    let shared = Discipline::Shared;
    let work = Law::Hyperexponential { mean: MS(10), cv: 2.0 };
    check(
        &one(140.0, service::Config { cores: Some(2), discipline: shared, work: work.clone(), ..server() }),
        1_000,
        0.04,
    );
    check(&one(90.0, service::Config { backlog: Some(9), ..server() }), 1_000, 0.04);
    check(&one(90.0, service::Config { workers: Some(4), backlog: Some(6), ..server() }), 1_000, 0.04);
    check(&one(150.0, service::Config { workers: Some(2), cores: Some(3), ..server() }), 1_000, 0.04);
    // A processor shared by a bounded number does not ask for the law of work either.
    let bounded = service::Config { discipline: shared, work, backlog: Some(5), ..server() };
    check(&one(90.0, bounded), 1_500, 0.04);
}

#[test]
fn balanced_instances_do_what_their_formula_says() {
    check(&balanced(Policy::Random, server()), 600, 0.04);
    check(&balanced(Policy::RoundRobin, server()), 600, 0.04);
    // One queue for all is quicker than the least outstanding, whatever the work.
    check(&balanced(Policy::LeastOutstanding, server()), 400, 0.04);
    let work = Law::lognormal(MS(10), 1.0);
    check(&balanced(Policy::LeastOutstanding, service::Config { work, ..server() }), 400, 0.04);
    check(&one(280.0, service::Config { instances: 4, ..server() }), 600, 0.04);
}

#[test]
fn a_network_of_stations_is_jacksons_and_calls_that_come_again_keep_its_form() {
    let store = database::Config { read_work: Law::exponential(MS(8)), cores: Some(2), ..Default::default() };
    let shared =
        service::Config { discipline: Discipline::Shared, work: Law::lognormal(MS(10), 2.0), ..server() };
    let mut model = one(70.0, shared).with("store", store).chain(&["server", "store"]);
    model.links[1].calls = 2.0;
    // Shared cores before, two reads one after the other behind: every figure is exact but percentiles of the shared.
    check(&model, 1_500, 0.04);
}

#[test]
fn users_who_think_are_a_closed_network_also_with_several_stations() {
    let store =
        database::Config { read_work: Law::exponential(MS(30)), cores: Some(2), ..Default::default() };
    let mut model = one(1.0, server()).with("store", store).chain(&["server", "store"]);
    let think = Law::lognormal(Span::from_secs(1), 1.0);
    model.components[0].settings =
        clients::Config { load: Load::Closed { users: 70, think }, ..Default::default() }.into();
    check(&model, 1_000, 0.04);
}

#[test]
fn a_cache_is_hit_as_che_says_and_its_database_is_as_busy_as_that_makes_it() {
    let mut model = Model::new("cached")
        .with("clients", clients(1_000.0))
        .with("cache", cache::Config { entries: Some(2_000), ..Default::default() })
        .with("store", database::Config::default())
        .chain(&["clients", "cache", "store"]);
    model.classes = vec![Class { keys: 20_000, skew: 0.9, ..Class::default() }];
    let seen = lines(&model, 60);
    for (id, quantity, within) in [
        ("cache", Quantity::HitRatio, 0.01),
        ("store", Quantity::Arrivals, 0.02),
        ("store", Quantity::Utilisation, 0.02),
        ("store", Quantity::Here, 0.02),
    ] {
        let line = seen.iter().find(|line| line.0 == id && line.1 == quantity);
        let (_, _, standing, predicted, mean, _) = line.unwrap_or_else(|| panic!("no {quantity:?}"));
        assert_eq!(*standing, Standing::Approximate);
        assert!((mean / predicted - 1.0).abs() < within, "{id}: {quantity:?} {predicted}, measured {mean}");
    }
}

#[test]
fn a_prediction_for_work_that_is_3_percent_less_is_caught() {
    let slower = one(80.0, service::Config { work: Law::exponential(Span::from_micros(10_300)), ..server() });
    let wrong = beside(&one(80.0, server()), &run(&slower, 1, 10));
    let wait = |lines: &[tenfold::theory::beside::Line]| {
        lines.iter().find(|line| line.quantity == Quantity::Wait).expect("it waits").predicted
    };
    let predicted = wait(&wrong[1].lines);
    let (_, _, _, _, mean, error) =
        lines(&slower, 2_000).into_iter().find(|line| line.1 == Quantity::Wait).expect("it waits");
    assert!((mean - predicted).abs() > 4.0 * error, "{predicted} passes for {mean} ± {error}");
}

#[test]
fn where_no_formula_applies_the_words_say_which_assumption_fails() {
    for (slug, id, words) in [
        ("flash-crowd", "app", "The load changes over time"),
        ("cache-flush", "db", "The timeline changes the system"),
        ("classic-chain", "orders", "Arrivals are not Poisson: they come through the cache Edge."),
        ("classic-chain", "products", "Edge answers popular objects before"),
        ("classic-chain", "app", "Least outstanding has no closed form"),
        ("power-of-two", "servers-c", "Exact for instances without number; there are 10."),
    ] {
        let model = presets::by_slug(slug).expect("a built-in model").model();
        let all = beside(&model, &run(&model, 1, 10));
        let said = all.iter().find(|b| b.component == id).expect("it is there");
        assert!(said.remarks.iter().any(|remark| remark.contains(words)), "{slug}, {id}: {:?}", said.remarks);
    }
}
