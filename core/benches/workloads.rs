//! How fast the engine is, in figures: `cargo bench`. Times move from machine to machine; compare ratios within one run.
//!
//! W1 is M/M/1 at 80 %; W2 a balancer over ten servers, a cache of 1 ms with 80 % hits, a database; W3 power of two over 1,000 servers at
//! 90 %; the chain is the built-in model at ten times its load.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Instant;
use tenfold::components::{cache, clients, database, load_balancer, service};
use tenfold::model::{Law, Link, Model};
use tenfold::policy::balance::Policy;
use tenfold::units::{PerSecond, SimTime, Span};
use tenfold::{Simulation, presets};

fn clients(rate: f64) -> clients::Config {
    clients::Config {
        load: clients::Load::Steady { rate: PerSecond::new(rate) },
        ..clients::Config::default()
    }
}

fn servers(instances: u32, cores: u32, work: Law) -> service::Config {
    let (cores, workers, backlog) = (Some(cores), None, None);
    service::Config { instances, cores, workers, backlog, work, ..service::Config::default() }
}

fn balancer(policy: Policy) -> load_balancer::Config {
    load_balancer::Config { policy, proxy_time: Law::constant(Span::ZERO) }
}

/// Links that cost nothing, as in the hand-written programs.
fn linked(mut model: Model, ids: &[&str], timeout: Option<Span>) -> Model {
    for pair in ids.windows(2) {
        let rtt = Law::constant(Span::ZERO);
        model.links.push(Link { rtt, timeout, ..Link::between(pair[0], pair[1]) });
    }
    model.head.warm_up = Span::from_secs(10);
    model
}

fn w1() -> Model {
    let mut model = Model::new("W1: M/M/1")
        .with("in", clients(0.8))
        .with("q", servers(1, 1, Law::exponential(Span::from_secs(1))));
    model.head.window = Span::from_secs(1000);
    linked(model, &["in", "q"], None)
}

fn w2(timeout: Option<Span>) -> Model {
    let hit = cache::Config {
        threads: None,
        hit_time: Law::constant(Span::from_millis(1)),
        entries: Some(0),
        ..cache::Config::default()
    };
    let read_work = Law::exponential(Span::from_millis(8));
    let db = database::Config {
        connections: 1_000_000,
        cores: Some(20),
        read_work,
        ..database::Config::default()
    };
    let model = Model::new("W2: balancer, servers, cache, database")
        .with("in", clients(2_800.0))
        .with("lb", balancer(Policy::Random))
        .with("app", servers(10, 4, Law::exponential(Span::from_millis(10))))
        .with("cache", hit)
        .with("db", db);
    let mut model = linked(model, &["in", "lb", "app", "cache", "db"], timeout);
    // The cache is a pure delay here, so that all programs do the same.
    model.links[3].calls = 0.2;
    model
}

fn w3(instances: u32) -> Model {
    let model = Model::new("W3: power of two")
        .with("in", clients(0.9 * f64::from(instances)))
        .with("lb", balancer(Policy::PowerOfTwo))
        .with("q", servers(instances, 1, Law::exponential(Span::from_secs(1))));
    linked(model, &["in", "lb", "q"], None)
}

fn chain() -> Model {
    let mut model = presets::ALL[0].model();
    model.head.load = 2.0;
    model
}

fn measure(name: &str, model: &Model, requests: f64) {
    let mut run = Simulation::new(model).expect("the model is legal");
    let rate = 1e-9 + model.components.iter().map(rate_of).sum::<f64>() * model.head.load;
    run.run_until(SimTime::ZERO + Span::from_secs_f64(0.2 * requests / rate));
    let (events, before) = (run.events(), run.report().whole_run.finished);
    let begun = Instant::now();
    run.run_for(Span::from_secs_f64(requests / rate));
    let secs = begun.elapsed().as_secs_f64();
    let events = (run.events() - events) as f64;
    let report = run.report();
    let finished = (report.whole_run.finished - before) as f64;
    println!(
        "{name:<34} {:>7.0} ns/event {:>8.2} M requests/s {:>6.2} events/request  mean {:.4} s, p99 {:.4} s",
        secs / events * 1e9,
        finished / secs / 1e6,
        events / finished,
        report.latency_s.mean.unwrap_or(f64::NAN),
        report.latency_s.p99.unwrap_or(f64::NAN),
    );
}

fn rate_of(component: &tenfold::model::Component) -> f64 {
    match &component.settings {
        tenfold::components::Settings::Clients(config) => match config.load {
            clients::Load::Steady { rate } => rate.get(),
            _ => 0.0,
        },
        _ => 0.0,
    }
}

fn main() {
    measure("W1 M/M/1", &w1(), 1e6);
    measure("W2", &w2(None), 1e6);
    measure("W2 with a timeout on every link", &w2(Some(Span::from_secs(10))), 1e6);
    measure("W3 over 1,000", &w3(1_000), 1e6);
    measure("W3 over 10,000", &w3(10_000), 1e6);
    measure("the classic chain at 2x", &chain(), 1e6);
}
