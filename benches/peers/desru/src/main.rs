//! W1, W2 and W3 in desru: a boxed closure to an event, state shared by `Rc`.

use desru::EventScheduler;
use limit::{Draws, Recorder};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// What the events of a run share.
struct World {
    draws: Draws,
    seen: Recorder,
    events: u64,
    left: u64,
    stations: Vec<Station>,
}

/// A queue before servers; a customer is the time it came.
struct Station {
    servers: usize,
    load: usize,
    mean: f64,
    queue: VecDeque<f64>,
}

/// What a customer does when it comes, and when a station has served it.
#[derive(Clone, Copy)]
struct Way {
    rate: f64,
    choose: fn(&mut World) -> usize,
    then: fn(&mut EventScheduler, Rc<RefCell<World>>, Way, f64),
}

fn leave(scheduler: &mut EventScheduler, world: Rc<RefCell<World>>, _: Way, came: f64) {
    world.borrow_mut().seen.record(scheduler.current_time - came);
}

fn arrive(scheduler: &mut EventScheduler, world: Rc<RefCell<World>>, way: Way) {
    let gap = world.borrow_mut().draws.exp() / way.rate;
    let act = move |scheduler: &mut EventScheduler| {
        let station = {
            let world = &mut *world.borrow_mut();
            world.events += 1;
            world.left -= 1;
            (way.choose)(world)
        };
        if world.borrow().left > 0 {
            arrive(scheduler, Rc::clone(&world), way);
        }
        let came = scheduler.current_time;
        enter(scheduler, Rc::clone(&world), way, station, came, way.then);
        None
    };
    scheduler.timeout(gap, Some(Box::new(act)), None);
}

type Then = fn(&mut EventScheduler, Rc<RefCell<World>>, Way, f64);

fn enter(scheduler: &mut EventScheduler, world: Rc<RefCell<World>>, way: Way, at: usize, came: f64, then: Then) {
    let starts = {
        let station = &mut world.borrow_mut().stations[at];
        station.load += 1;
        let starts = station.load <= station.servers;
        if !starts {
            station.queue.push_back(came);
        }
        starts
    };
    if starts {
        serve(scheduler, world, way, at, came, then);
    }
}

fn serve(scheduler: &mut EventScheduler, world: Rc<RefCell<World>>, way: Way, at: usize, came: f64, then: Then) {
    let time = {
        let world = &mut *world.borrow_mut();
        world.draws.exp() * world.stations[at].mean
    };
    let act = move |scheduler: &mut EventScheduler| {
        let next = {
            let world = &mut *world.borrow_mut();
            world.events += 1;
            let station = &mut world.stations[at];
            station.load -= 1;
            station.queue.pop_front()
        };
        if let Some(next) = next {
            serve(scheduler, Rc::clone(&world), way, at, next, then);
        }
        then(scheduler, Rc::clone(&world), way, came);
        None
    };
    scheduler.timeout(time, Some(Box::new(act)), None);
}

fn run(n: u64, way: Way, stations: Vec<(usize, f64)>) -> (u64, Recorder) {
    let station = |(servers, mean)| Station { servers, load: 0, mean, queue: VecDeque::new() };
    let stations = stations.into_iter().map(station).collect();
    let (draws, seen) = (Draws::new(1), Recorder::default());
    let world = Rc::new(RefCell::new(World { draws, seen, events: 0, left: n, stations }));
    let mut scheduler = EventScheduler::new();
    arrive(&mut scheduler, Rc::clone(&world), way);
    scheduler.run(Box::new(|_| false), Some(Box::new(|_, _| false)));
    let mut world = world.borrow_mut();
    (world.events, std::mem::take(&mut world.seen))
}

fn w1(n: u64) -> (u64, Recorder) {
    run(n, Way { rate: 0.8, choose: |_| 0, then: leave }, vec![(1, 1.0)])
}

const DATABASE: usize = 10;

fn w2(n: u64) -> (u64, Recorder) {
    let mut stations = vec![(4, 0.010); 10];
    stations.push((20, 0.008));
    run(n, Way { rate: 2800.0, choose: |world| world.draws.below(10) as usize, then: cache }, stations)
}

fn cache(scheduler: &mut EventScheduler, world: Rc<RefCell<World>>, way: Way, came: f64) {
    let act = move |scheduler: &mut EventScheduler| {
        let hit = {
            let world = &mut *world.borrow_mut();
            world.events += 1;
            world.draws.happens(0.8)
        };
        if hit {
            leave(scheduler, Rc::clone(&world), way, came);
        } else {
            enter(scheduler, Rc::clone(&world), way, DATABASE, came, leave);
        }
        None
    };
    scheduler.timeout(0.001, Some(Box::new(act)), None);
}

fn w3(n: u64) -> (u64, Recorder) {
    fn better(world: &mut World) -> usize {
        let (first, second) = (world.draws.below(1000), world.draws.below(999));
        let (first, second) = (first as usize, (second + u32::from(second >= first)) as usize);
        if world.stations[second].load < world.stations[first].load { second } else { first }
    }
    run(n, Way { rate: 900.0, choose: better, then: leave }, vec![(1, 1.0); 1000])
}

fn main() {
    limit::main(&[("w1", w1), ("w2", w2), ("w3", w3)]);
}
