//! What a message costs while few or many wait. `cargo bench -p tenfold --bench queue_depth`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Instant;
use tenfold::Simulation;
use tenfold::components::clients::{self, Load};
use tenfold::components::queue::{self, Order};
use tenfold::components::worker;
use tenfold::model::{Class, Law, Model};
use tenfold::units::{PerSecond, Span};

/// Messages that come and are worked on in a second.
const RATE: f64 = 10_000.0;

/// A queue in which so many wait while as many come as are worked on.
fn filled(order: Order, waiting: u32) -> Simulation {
    let load = Load::Step {
        from: PerSecond::new(f64::from(waiting) + RATE),
        to: PerSecond::new(RATE),
        at: Span::from_secs(1),
    };
    let clients = clients::Config { load, ..clients::Config::default() };
    let queue = queue::Config { order, accept: Law::constant(Span::ZERO), ..queue::Config::default() };
    let work = Law::constant(Span::from_secs_f64(1.0 / RATE));
    let worker = worker::Config {
        instances: 1,
        cores: Some(1),
        concurrency: 1,
        work,
        start_up: Span::ZERO,
        ..worker::Config::default()
    };
    let mut model =
        Model::new("deep").with("in", clients).with("q", queue).with("w", worker).chain(&["in", "q", "w"]);
    for (id, priority) in [("a", 0), ("b", 1), ("c", 2)] {
        model.classes.push(Class { id: id.into(), priority, ..Class::default() });
    }
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_for(Span::from_secs(2));
    run
}

fn main() {
    for order in [Order::Fifo, Order::Lifo, Order::Priority, Order::Fair, Order::Groups] {
        for waiting in [1_000, 10_000, 100_000, 1_000_000] {
            let mut run = filled(order, waiting);
            let before = run.events();
            let begun = Instant::now();
            run.run_for(Span::from_secs(10));
            let each = begun.elapsed().as_secs_f64() / (10.0 * RATE) * 1e9;
            let left = run.frame().components[1].figure_0;
            println!(
                "{order:?}, {waiting:>9} put in: {each:>7.0} ns a message, {} events, {left} waiting at the end",
                run.events() - before
            );
        }
    }
}
