//! W1 and W2 in simrs: a component to a station, its queue one of the simulation's, a message to an event.

use limit::{Draws, Recorder};
use simrs::{Component, ComponentId, Executor, Fifo, Key, QueueId, Scheduler, Simulation, State};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// A customer: when it came.
type Came = Duration;

/// What all components share.
struct World {
    draws: RefCell<Draws>,
    seen: RefCell<Recorder>,
    events: Cell<u64>,
}

impl World {
    fn count(&self) {
        self.events.set(self.events.get() + 1);
    }
    fn draw(&self, mean: f64) -> Duration {
        Duration::from_secs_f64(self.draws.borrow_mut().exp() * mean)
    }
    fn leave(&self, came: Came, now: Duration) {
        self.seen.borrow_mut().record((now - came).as_secs_f64());
    }
}

#[derive(Debug, Clone, Copy)]
enum StationEvent {
    Came(Came),
    Served(Came),
}

#[derive(Debug)]
struct Arrival;

/// Where a served customer goes.
enum Then {
    Leave,
    Cache(ComponentId<CacheEvent>),
}

struct Station {
    world: Rc<World>,
    queue: QueueId<Fifo<Came>>,
    busy: Key<usize>,
    servers: usize,
    mean: f64,
    then: Then,
}

impl Component for Station {
    type Event = StationEvent;

    fn process_event(&self, me: ComponentId<StationEvent>, event: &StationEvent, scheduler: &mut Scheduler, state: &mut State) {
        match *event {
            StationEvent::Came(came) => {
                let busy = state.get_mut(self.busy).expect("it is there");
                if *busy < self.servers {
                    *busy += 1;
                    scheduler.schedule(self.world.draw(self.mean), me, StationEvent::Served(came));
                } else {
                    state.send(self.queue, came).expect("the queue has no bound");
                }
            }
            StationEvent::Served(came) => {
                self.world.count();
                match state.recv(self.queue) {
                    Some(next) => scheduler.schedule(self.world.draw(self.mean), me, StationEvent::Served(next)),
                    None => *state.get_mut(self.busy).expect("it is there") -= 1,
                }
                match self.then {
                    Then::Leave => self.world.leave(came, scheduler.time()),
                    Then::Cache(cache) => scheduler.schedule(Duration::from_millis(1), cache, CacheEvent(came)),
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct CacheEvent(Came);

struct Cache {
    world: Rc<World>,
    database: ComponentId<StationEvent>,
}

impl Component for Cache {
    type Event = CacheEvent;

    fn process_event(&self, _: ComponentId<CacheEvent>, event: &CacheEvent, scheduler: &mut Scheduler, _: &mut State) {
        self.world.count();
        if self.world.draws.borrow_mut().happens(0.8) {
            self.world.leave(event.0, scheduler.time());
        } else {
            scheduler.schedule_now(self.database, StationEvent::Came(event.0));
        }
    }
}

struct Source {
    world: Rc<World>,
    rate: f64,
    left: Key<u64>,
    to: Vec<ComponentId<StationEvent>>,
}

impl Component for Source {
    type Event = Arrival;

    fn process_event(&self, me: ComponentId<Arrival>, _: &Arrival, scheduler: &mut Scheduler, state: &mut State) {
        self.world.count();
        let left = state.get_mut(self.left).expect("it is there");
        *left -= 1;
        if *left > 0 {
            scheduler.schedule(self.world.draw(1.0 / self.rate), me, Arrival);
        }
        let chosen = self.world.draws.borrow_mut().below(self.to.len() as u32);
        scheduler.schedule_now(self.to[chosen as usize], StationEvent::Came(scheduler.time()));
    }
}

fn run(n: u64, rate: f64, build: fn(&mut Simulation, &Rc<World>) -> Vec<ComponentId<StationEvent>>) -> (u64, Recorder) {
    let world = Rc::new(World {
        draws: RefCell::new(Draws::new(1)),
        seen: RefCell::default(),
        events: Cell::new(0),
    });
    let mut simulation = Simulation::default();
    let to = build(&mut simulation, &world);
    let left = simulation.state.insert(n);
    let source = simulation.add_component(Source { world: Rc::clone(&world), rate, left, to });
    simulation.schedule(Duration::ZERO, source, Arrival);
    simulation.execute(Executor::unbound());
    (world.events.get(), world.seen.take())
}

fn station(simulation: &mut Simulation, world: &Rc<World>, servers: usize, mean: f64, then: Then) -> ComponentId<StationEvent> {
    let queue = simulation.add_queue(Fifo::default());
    let busy = simulation.state.insert(0);
    simulation.add_component(Station { world: Rc::clone(world), queue, busy, servers, mean, then })
}

fn w1(n: u64) -> (u64, Recorder) {
    run(n, 0.8, |simulation, world| vec![station(simulation, world, 1, 1.0, Then::Leave)])
}

fn w2(n: u64) -> (u64, Recorder) {
    run(n, 2800.0, |simulation, world| {
        let database = station(simulation, world, 20, 0.008, Then::Leave);
        let cache = simulation.add_component(Cache { world: Rc::clone(world), database });
        (0..10).map(|_| station(simulation, world, 4, 0.010, Then::Cache(cache))).collect()
    })
}

fn main() {
    limit::main(&[("w1", w1), ("w2", w2)]);
}
