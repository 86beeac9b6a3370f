//! W1 and W2 in odem-rs: a process to a customer, who waits in a chain while all servers of a station are busy.

use limit::{Draws, Recorder};
use odem_rs::prelude::*;
use odem_rs::sync::chain::Chain;
use std::cell::{Cell, RefCell};
use std::task::Waker;

/// Servers with one queue, first in first out.
struct Station {
    idle: Cell<u32>,
    queue: Chain<Waker>,
}

impl Station {
    fn new(servers: u32) -> Station {
        Station { idle: Cell::new(servers), queue: Chain::new() }
    }
    async fn serve(&self, sim: &Sim<World>, mean: f64) {
        if self.idle.get() > 0 {
            self.idle.set(self.idle.get() - 1);
        } else {
            // Whoever leaves hands the server over.
            self.queue.fifo().await;
        }
        let time = sim.global().draws.borrow_mut().exp() * mean;
        sim.advance(second::new(time)).await;
        sim.global().count();
        if self.queue.is_empty() {
            self.idle.set(self.idle.get() + 1);
        } else {
            self.queue.notify_one();
        }
    }
}

#[derive(Config)]
#[time(Time<f64>)]
struct World {
    draws: RefCell<Draws>,
    seen: RefCell<Recorder>,
    events: Cell<u64>,
    servers: Vec<Station>,
    database: Station,
}

impl World {
    fn new(servers: usize, cores: u32) -> World {
        World {
            draws: RefCell::new(Draws::new(1)),
            seen: RefCell::default(),
            events: Cell::new(0),
            servers: (0..servers).map(|_| Station::new(cores)).collect(),
            database: Station::new(20),
        }
    }
    fn count(&self) {
        self.events.set(self.events.get() + 1);
    }
}

impl Default for World {
    fn default() -> World {
        World::new(1, 1)
    }
}

/// A customer of W1 or of W2.
struct Customer {
    mean: f64,
    goes_on: bool,
}

impl Behavior<World> for Customer {
    type Output = ();

    async fn actions(&self, sim: &Sim<World>) {
        let (world, came) = (sim.global(), sim.now());
        let chosen = world.draws.borrow_mut().below(world.servers.len() as u32);
        world.servers[chosen as usize].serve(sim, self.mean).await;
        if self.goes_on {
            sim.advance(second::new(0.001)).await;
            world.count();
            let hit = world.draws.borrow_mut().happens(0.8);
            if !hit {
                world.database.serve(sim, 0.008).await;
            }
        }
        world.seen.borrow_mut().record((sim.now() - came).get::<second>());
    }
}

async fn arrivals(sim: &Sim<World>, n: u64, rate: f64, mean: f64, goes_on: bool) -> (u64, Recorder) {
    let world = sim.global();
    for _ in 0..n {
        let gap = world.draws.borrow_mut().exp() / rate;
        sim.advance(second::new(gap)).await;
        world.count();
        sim.spawn(Customer { mean, goes_on });
    }
    // Until the last of them has left.
    while world.seen.borrow().count() < n {
        sim.advance(second::new(10.0 * mean)).await;
    }
    (world.events.get(), world.seen.take())
}

#[odem_rs::main(World::new(1, 1))]
async fn w1(sim: &Sim<World>, n: u64) -> (u64, Recorder) {
    arrivals(sim, n, 0.8, 1.0, false).await
}

#[odem_rs::main(World::new(10, 4))]
async fn w2(sim: &Sim<World>, n: u64) -> (u64, Recorder) {
    arrivals(sim, n, 2800.0, 0.010, true).await
}

fn main() {
    limit::main(&[("w1", w1), ("w2", w2)]);
}
