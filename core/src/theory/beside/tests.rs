use super::*;
use crate::components::clients::{self, Load, Spacing};
use crate::components::service::{self, Discipline, Routing, WhenFull};
use crate::components::{cache, database, load_balancer};
use crate::model::{Class, Law, Link, Operation};
use crate::policy::balance::Policy;
use crate::presets;
use crate::theory::{balance, cache as theory_cache, finite, multi, single};
use crate::units::{PerSecond, Span};

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
    Model::new("one").with("c", clients(rate)).with("s", config).chain(&["c", "s"])
}

/// What is said of the component called `id`.
fn of(model: &Model, id: &str) -> Prediction {
    let all = predict(model, &|_| None);
    all.into_iter().find(|said| said.component == id).unwrap()
}

#[track_caller]
fn gives(said: &Prediction, quantity: Quantity, value: f64, standing: Standing) {
    let found = said.figure(quantity).unwrap_or_else(|| panic!("no {quantity:?} in {said:?}"));
    assert!((found.value / value - 1.0).abs() < 1e-12, "{quantity:?}: {} for {value}", found.value);
    assert_eq!(found.standing, standing, "{said:?}");
}

#[track_caller]
fn says(said: &Prediction, words: &str) {
    assert!(said.remarks.iter().any(|remark| remark.contains(words)), "{said:?}");
}

#[test]
fn figures_stand_in_their_order_and_every_component_has_something_to_say() {
    for preset in presets::ALL {
        for said in predict(&preset.model(), &|_| None) {
            let places: Vec<_> =
                said.figures.iter().map(|f| Quantity::ALL.iter().position(|q| *q == f.quantity)).collect();
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{said:?}");
            assert!(!said.figures.is_empty() || !said.remarks.is_empty(), "{said:?}");
        }
    }
}

#[test]
fn poisson_arrivals_and_exponential_work_are_m_m_c() {
    for (cores, rate) in [(1, 80.0), (4, 320.0)] {
        let said = of(&one(rate, service::Config { cores: Some(cores), ..server() }), "s");
        assert_eq!(said.formula, format!("M/M/{cores}"));
        assert!(said.remarks.is_empty(), "{said:?}");
        let wait = multi::mean_wait_s(rate, 0.010, cores).unwrap();
        gives(&said, Quantity::Wait, wait, Standing::Exact);
        gives(&said, Quantity::Waiting, wait * rate, Standing::Exact);
        let p99 = multi::sojourn_quantile_s(rate, 0.010, cores, 0.99).unwrap();
        gives(&said, Quantity::HereP99, p99, Standing::Exact);
        gives(&said, Quantity::Utilisation, 0.8, Standing::Exact);
    }
}

#[test]
fn workers_below_the_cores_are_the_servers() {
    let config = service::Config { cores: Some(4), workers: Some(2), ..server() };
    let said = of(&one(150.0, config), "s");
    assert_eq!(said.formula, "M/M/2");
    gives(&said, Quantity::Utilisation, 1.5 / 4.0, Standing::Exact);
}

#[test]
fn work_of_another_law_is_pollaczek_and_khinchine_at_one_core_and_allen_and_cunneen_at_more() {
    let work = Law::lognormal(MS(10), 2.0);
    let said = of(&one(70.0, service::Config { work: work.clone(), ..server() }), "s");
    gives(&said, Quantity::Wait, single::general_mean_wait_s(70.0, 0.010, 2.0).unwrap(), Standing::Exact);
    says(&said, "Work is lognormal");
    assert!(said.figure(Quantity::HereP99).is_none());
    let said = of(&one(140.0, service::Config { work, cores: Some(2), ..server() }), "s");
    let wait = multi::general_mean_wait_s(140.0, 0.010, 2, 1.0, 2.0).unwrap();
    gives(&said, Quantity::Wait, wait, Standing::Approximate);
    gives(&said, Quantity::Utilisation, 0.7, Standing::Exact);
}

#[test]
fn shared_cores_do_not_ask_for_the_law_of_work() {
    let config = service::Config {
        discipline: Discipline::Shared,
        cores: Some(2),
        work: Law::Hyperexponential { mean: MS(10), cv: 3.0 },
        ..server()
    };
    let said = of(&one(150.0, config), "s");
    gives(&said, Quantity::Here, multi::mean_sojourn_s(150.0, 0.010, 2).unwrap(), Standing::Exact);
    assert!(said.figure(Quantity::Wait).is_none() && said.remarks.is_empty(), "{said:?}");
}

#[test]
fn a_backlog_that_fills_is_m_m_c_k_and_one_that_never_does_is_none() {
    let config = service::Config { backlog: Some(9), ..server() };
    let said = of(&one(90.0, config.clone()), "s");
    assert_eq!(said.formula, "M/M/1/10");
    let truth = finite::bounded(90.0, 0.010, 1, 10).unwrap();
    gives(&said, Quantity::Refused, truth.blocking, Standing::Exact);
    gives(&said, Quantity::Utilisation, truth.utilisation, Standing::Exact);
    // With limited workers, who waits for a worker stands in the backlog.
    let workers = service::Config { workers: Some(4), backlog: Some(6), ..server() };
    gives(&of(&one(90.0, workers), "s"), Quantity::Refused, truth.blocking, Standing::Exact);
    let roomy = service::Config { backlog: Some(4096), ..server() };
    assert_eq!(of(&one(90.0, roomy), "s").formula, "M/M/1");
    let said = of(&one(90.0, service::Config { work: Law::lognormal(MS(10), 1.0), ..config }), "s");
    says(&said, "The queue runs full and work is lognormal");
    assert!(said.figure(Quantity::Wait).is_none() && said.figure(Quantity::Utilisation).is_none());
}

#[test]
fn overload_gives_words_instead_of_numbers_here_and_behind() {
    let model = one(120.0, server()).with("d", database::Config::default()).chain(&["s", "d"]);
    let said = of(&model, "s");
    says(&said, "Overload: 120/s come and 100/s can be served");
    assert!(said.figures.is_empty() && said.formula.is_empty());
    let behind = of(&model, "d");
    says(&behind, "cannot keep up");
    assert!(behind.figures.is_empty());
}

#[test]
fn loads_that_change_and_timelines_have_no_steady_state() {
    let mut model = one(50.0, server());
    let (from, to) = (PerSecond::new(10.0), PerSecond::new(20.0));
    model.components[0].settings =
        clients::Config { load: Load::Step { from, to, at: MS(1) }, ..Default::default() }.into();
    says(&of(&model, "s"), "The load changes over time");
    for preset in ["cache-flush", "instance-crash"] {
        for said in predict(&presets::by_slug(preset).unwrap().model(), &|_| None) {
            says(&said, "timeline");
            assert!(said.figures.is_empty());
        }
    }
}

#[test]
fn even_arrivals_are_no_poisson_stream() {
    let mut model = one(80.0, server());
    model.components[0].settings = clients::Config { spacing: Spacing::Even, ..clients(80.0) }.into();
    let said = of(&model, "s");
    says(&said, "Arrivals are not Poisson: they are evenly spaced.");
    let wait = multi::general_mean_wait_s(80.0, 0.010, 1, 0.0, 1.0).unwrap();
    gives(&said, Quantity::Wait, wait, Standing::Approximate);
}

/// Ten servers behind a balancer.
fn balanced(policy: Policy) -> Prediction {
    let balancer = load_balancer::Config { policy, ..Default::default() };
    let model = Model::new("balanced")
        .with("c", clients(800.0))
        .with("b", balancer)
        .with("s", service::Config { instances: 10, ..server() })
        .chain(&["c", "b", "s"]);
    of(&model, "s")
}

#[test]
fn each_way_to_balance_has_its_formula() {
    let said = balanced(Policy::Random);
    gives(&said, Quantity::Here, 0.050, Standing::Exact);
    gives(&said, Quantity::Waiting, 32.0, Standing::Exact);
    let said = balanced(Policy::RoundRobin);
    let wait = balance::round_robin_mean_wait_s(80.0, 0.010, 10).unwrap();
    gives(&said, Quantity::Wait, wait, Standing::Exact);
    let said = balanced(Policy::PowerOfTwo);
    let here = balance::best_of_mean_sojourn_s(80.0, 0.010, 2).unwrap();
    gives(&said, Quantity::Here, here, Standing::Approximate);
    let said = balanced(Policy::LeastOutstanding);
    gives(&said, Quantity::Here, multi::mean_sojourn_s(800.0, 0.010, 10).unwrap(), Standing::AtLeast);
}

#[test]
fn several_instances_without_a_balancer_are_taken_in_turn() {
    let said = of(&one(160.0, service::Config { instances: 2, ..server() }), "s");
    assert_eq!(said.formula, "E2/M/1");
}

/// Clients, an app, and a database behind it.
fn two(rate: f64, app: service::Config, reads: Law) -> Model {
    let store = database::Config { read_work: reads, cores: Some(2), ..Default::default() };
    one(rate, app).with("d", store).chain(&["s", "d"])
}

#[test]
fn a_chain_of_exponential_stations_is_jacksons() {
    let model = two(80.0, server(), Law::exponential(MS(20)));
    let (app, store) = (of(&model, "s"), of(&model, "d"));
    assert_eq!((app.formula.as_str(), store.formula.as_str()), ("M/M/1", "M/M/2"));
    let there = multi::mean_sojourn_s(80.0, 0.020, 2).unwrap();
    gives(&store, Quantity::Here, there, Standing::Exact);
    // Two hops of half a millisecond there and back.
    gives(&app, Quantity::Answer, 0.050 + there + 0.0005, Standing::Exact);
    gives(&of(&model, "c"), Quantity::Answer, 0.050 + there + 0.001, Standing::Exact);
}

#[test]
fn behind_work_of_another_law_arrivals_are_not_poisson_but_behind_shared_cores_they_are() {
    let work = Law::lognormal(MS(10), 1.5);
    let model = two(80.0, service::Config { work: work.clone(), ..server() }, Law::exponential(MS(20)));
    let said = of(&model, "d");
    says(&said, "they come from s, whose work is not exponential");
    gives(&said, Quantity::Wait, multi::mean_wait_s(80.0, 0.020, 2).unwrap(), Standing::Approximate);
    gives(&said, Quantity::Utilisation, 0.8, Standing::Exact);
    let discipline = Discipline::Shared;
    let model = two(80.0, service::Config { work, discipline, ..server() }, Law::exponential(MS(20)));
    gives(&of(&model, "d"), Quantity::Wait, multi::mean_wait_s(80.0, 0.020, 2).unwrap(), Standing::Exact);
}

#[test]
fn several_calls_one_after_the_other_keep_the_product_form_and_at_once_they_do_not() {
    let mut model = two(30.0, server(), Law::exponential(MS(20)));
    model.links[1].calls = 2.0;
    let said = of(&model, "d");
    gives(&said, Quantity::Arrivals, 60.0, Standing::Exact);
    gives(&said, Quantity::Wait, multi::mean_wait_s(60.0, 0.020, 2).unwrap(), Standing::Exact);
    model.links[1].parallel = true;
    says(&of(&model, "d"), "several calls are made at once");
    // Work of another law asks for real Poisson arrivals.
    let mut model = two(30.0, server(), Law::constant(MS(20)));
    model.links[1].calls = 1.5;
    let said = of(&model, "d");
    assert_eq!(said.figure(Quantity::Wait).unwrap().standing, Standing::Approximate);
}

#[test]
fn calls_that_meet_again_are_not_independent() {
    let model = |second: u32| {
        let mut model = Model::new("diamond").with("c", clients(30.0)).with("s", server());
        for id in ["a", "b"] {
            model = model.with(id, service::Config { workers: None, ..server() });
        }
        model = model.with("d", service::Config { cores: Some(2), ..server() });
        model = model.chain(&["c", "s", "a", "d"]).chain(&["s", "b", "d"]);
        model.links.iter_mut().find(|l| l.to == "b").unwrap().step = second;
        model
    };
    says(&of(&model(1), "d"), "calls made at once meet here");
    gives(&of(&model(2), "d"), Quantity::Wait, multi::mean_wait_s(60.0, 0.010, 2).unwrap(), Standing::Exact);
    gives(&of(&model(1), "a"), Quantity::Wait, single::mean_wait_s(30.0, 0.010).unwrap(), Standing::Exact);
}

#[test]
fn workers_that_may_run_out_while_others_answer_spoil_the_formula() {
    let slow = Law::exponential(Span::from_millis(200));
    let app = |workers| service::Config { workers: Some(workers), ..server() };
    let store = |model: &mut Model| {
        model.components[2].settings =
            database::Config { read_work: slow.clone(), cores: Some(20), ..Default::default() }.into();
    };
    let (mut few, mut many) = (two(50.0, app(20), slow.clone()), two(50.0, app(2000), slow.clone()));
    store(&mut few);
    store(&mut many);
    let said = of(&few, "s");
    says(&said, "Calls hold one of 20 workers");
    assert!(said.figure(Quantity::Wait).is_none());
    gives(&of(&many, "s"), Quantity::Wait, 0.010, Standing::Exact);
}

#[test]
fn reads_and_writes_of_a_database_are_a_mixture() {
    let class = |id: &str, weight, operation| Class { id: id.into(), weight, operation, ..Class::default() };
    let mut model = Model::new("mixed")
        .with("c", clients(100.0))
        .with("d", database::Config { cores: Some(1), ..Default::default() })
        .chain(&["c", "d"]);
    model.classes = vec![class("r", 3.0, Operation::Read), class("w", 1.0, Operation::Write)];
    // Reads of 4 ms, writes of 8 ms: mean 5 ms, second moment 56 ms².
    let wait = single::general_mean_wait_s(100.0, 0.005, (56.0 / 25.0 - 1.0_f64).sqrt()).unwrap();
    gives(&of(&model, "d"), Quantity::Wait, wait, Standing::Exact);
}

/// Clients, a cache of 1,000 of 10,000 objects, a database.
fn cached() -> Model {
    let config = cache::Config { entries: Some(1_000), ..Default::default() };
    let mut model = Model::new("cached")
        .with("c", clients(100.0))
        .with("k", config)
        .with("d", database::Config::default())
        .chain(&["c", "k", "d"]);
    model.classes = vec![Class { keys: 10_000, skew: 1.0, ..Class::default() }];
    model
}

#[test]
fn hits_follow_from_popularity_and_what_is_missed_is_the_databases() {
    let model = cached();
    let weights: Vec<f64> = (1..=10_000).map(|rank| 1.0 / f64::from(rank)).collect();
    let hits = theory_cache::lru(&weights, 1_000).unwrap().total;
    let found = of(&model, "k").figure(Quantity::HitRatio).unwrap();
    assert!((found.value / hits - 1.0).abs() < 1e-5, "{found:?}");
    let said = of(&model, "d");
    says(&said, "Arrivals are not Poisson: they come through the cache k.");
    let rate = said.figure(Quantity::Arrivals).unwrap();
    assert!((rate.value / (100.0 * (1.0 - hits)) - 1.0).abs() < 1e-4);
    assert_eq!(rate.standing, Standing::Approximate);
}

#[test]
fn hits_behind_another_cache_only_a_run_can_tell() {
    let model = cached();
    let config = cache::Config { entries: Some(3_000), ..Default::default() };
    let model = model.with("k2", config).with("d2", database::Config::default());
    let model = Model { links: Vec::new(), ..model }.chain(&["c", "k", "k2", "d2"]);
    let said = of(&model, "k2");
    says(&said, "k answers popular objects before");
    assert!(said.figure(Quantity::HitRatio).is_none());
    says(&of(&model, "d2"), "Only a run can tell how many hits k2 has.");
    let seen = predict(&model, &|id| (id == "k2").then_some(0.25));
    assert!(seen[3].from_run, "{:?}", seen[3]);
    let (before, behind) = (seen[3].figures[0].value, seen[4].figures[0].value);
    assert!((behind / before - 0.75).abs() < 1e-12, "{behind} of {before}");
}

#[test]
fn users_who_wait_are_a_closed_network() {
    use crate::theory::network::{Place, closed};
    let think = Law::exponential(Span::from_secs(1));
    let users = clients::Config { load: Load::Closed { users: 40, think }, ..Default::default() };
    let mut model = two(1.0, server(), Law::exponential(MS(20)));
    model.components[0].settings = users.into();
    let places = [
        Place::Delay { demand_s: 1.001 },
        Place::Queue { demand_s: 0.010, servers: 1 },
        Place::Queue { demand_s: 0.020, servers: 2 },
    ];
    let truth = closed(&places, 40).unwrap();
    let (throughput, app) = (truth.throughput_per_s, of(&model, "s"));
    let close = |said: &Prediction, quantity, value: f64| {
        let found = said.figure(quantity).unwrap();
        assert!((found.value / value - 1.0).abs() < 1e-9 && found.standing == Standing::Exact, "{said:?}");
    };
    close(&app, Quantity::Arrivals, throughput);
    close(&app, Quantity::Here, truth.mean_numbers[1] / throughput);
    close(&of(&model, "c"), Quantity::Answer, truth.round_s - 1.0);
    // First in, first out asks for exponential work.
    let model = Model {
        components: {
            let mut c = model.components.clone();
            c[1].settings = service::Config { work: Law::constant(MS(10)), ..server() }.into();
            c
        },
        ..model
    };
    assert_eq!(of(&model, "s").figure(Quantity::Here).unwrap().standing, Standing::Approximate);
    says(&of(&model, "d"), "other components do not match");
}

#[test]
fn a_circle_of_calls_is_left_alone() {
    let mut model = two(10.0, server(), Law::exponential(MS(1))).with("x", server());
    model.links.push(Link::between("s", "x"));
    model.links.push(Link { calls: 0.5, ..Link::between("x", "s") });
    says(&of(&model, "x"), "in a circle");
}

#[test]
fn another_order_keeps_the_mean_and_knows_no_percentiles() {
    for discipline in [Discipline::Lifo, Discipline::Priority, Discipline::Preemptive] {
        let said = of(&one(80.0, service::Config { discipline, ..server() }), "s");
        gives(&said, Quantity::Wait, multi::mean_wait_s(80.0, 0.010, 1).unwrap(), Standing::Exact);
        says(&said, "The order changes who waits");
        assert!(said.figure(Quantity::HereP99).is_none());
    }
    let (discipline, work) = (Discipline::Preemptive, Law::lognormal(MS(10), 2.0));
    let said = of(&one(70.0, service::Config { discipline, work, ..server() }), "s");
    assert_eq!(said.figure(Quantity::Wait).unwrap().standing, Standing::Approximate);
    says(&said, "Work that is interrupted is not exponential");
}

#[test]
fn what_no_formula_knows_of_is_not_predicted() {
    let patience = Some(Law::exponential(MS(50)));
    let said = of(&one(80.0, service::Config { patience, ..server() }), "s");
    says(&said, "Requests leave when they have waited too long");
    assert!(said.figure(Quantity::Wait).is_none());
    let (backlog, when_full) = (Some(5), WhenFull::Block);
    let said = of(&one(80.0, service::Config { backlog, when_full, ..server() }), "s");
    says(&said, "A full backlog does not turn the newest away");
    assert!(said.figure(Quantity::Wait).is_none());
}

#[test]
fn a_pure_delay_has_no_queue_and_one_way_of_several_keeps_a_stream_poisson() {
    let discipline = Discipline::Delay;
    let said = of(&one(80.0, service::Config { discipline, workers: None, ..server() }), "s");
    assert_eq!(said.formula, "M/G/∞");
    let app = service::Config { routing: Routing::One, ..server() };
    let mut model = two(80.0, app, Law::exponential(MS(10))).with("e", server()).chain(&["s", "e"]);
    model.links.iter_mut().filter(|link| link.from == "s").for_each(|link| link.calls = 0.5);
    for id in ["d", "e"] {
        let said = of(&model, id);
        gives(&said, Quantity::Arrivals, 40.0, Standing::Exact);
        assert_eq!(said.figure(Quantity::Wait).unwrap().standing, Standing::Exact, "{said:?}");
    }
}
