//! W1 and W2 in NeXosim on one thread: a model to a station, connected by ports.

use limit::{Draws, Recorder};
use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::Output;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A customer: when it came.
type Came = MonotonicTime;

/// What models draw from and record into. It is not part of their state that could be saved.
#[derive(Clone, Default)]
struct World(Option<Arc<Mutex<(Draws, Recorder, u64)>>>);

impl World {
    fn with<T>(&self, act: impl FnOnce(&mut (Draws, Recorder, u64)) -> T) -> T {
        act(&mut self.0.as_ref().expect("given to every model").lock().expect("one thread"))
    }
    fn draw(&self, mean: f64) -> Duration {
        // Not zero: NeXosim does not schedule an event for now.
        self.with(|world| Duration::from_secs_f64(world.0.exp() * mean)).max(Duration::from_nanos(1))
    }
    fn count(&self) {
        self.with(|world| world.2 += 1);
    }
}

#[derive(Serialize, Deserialize)]
struct Source {
    #[serde(skip)]
    world: World,
    rate: f64,
    left: u64,
    to: Vec<Output<Came>>,
}

#[Model]
impl Source {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        cx.schedule_event(self.world.draw(1.0 / self.rate), schedulable!(Self::arrive), ()).expect("it is later");
    }
    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.world.count();
        self.left -= 1;
        if self.left > 0 {
            cx.schedule_event(self.world.draw(1.0 / self.rate), schedulable!(Self::arrive), ()).expect("it is later");
        }
        let chosen = self.world.with(|world| world.0.below(self.to.len() as u32)) as usize;
        self.to[chosen].send(cx.time()).await;
    }
}

#[derive(Serialize, Deserialize)]
struct Station {
    #[serde(skip)]
    world: World,
    idle: u32,
    mean: f64,
    queue: VecDeque<Came>,
    to: Output<Came>,
}

#[Model]
impl Station {
    async fn enter(&mut self, came: Came, cx: &Context<Self>) {
        if self.idle == 0 {
            return self.queue.push_back(came);
        }
        self.idle -= 1;
        cx.schedule_event(self.world.draw(self.mean), schedulable!(Self::served), came).expect("it is later");
    }
    #[nexosim(schedulable)]
    async fn served(&mut self, came: Came, cx: &Context<Self>) {
        self.world.count();
        match self.queue.pop_front() {
            Some(next) => {
                cx.schedule_event(self.world.draw(self.mean), schedulable!(Self::served), next).expect("it is later")
            }
            None => self.idle += 1,
        }
        self.to.send(came).await;
    }
}

#[derive(Serialize, Deserialize)]
struct Cache {
    #[serde(skip)]
    world: World,
    hit: Output<Came>,
    miss: Output<Came>,
}

#[Model]
impl Cache {
    async fn enter(&mut self, came: Came, cx: &Context<Self>) {
        cx.schedule_event(Duration::from_millis(1), schedulable!(Self::done), came).expect("it is later");
    }
    #[nexosim(schedulable)]
    async fn done(&mut self, came: Came) {
        self.world.count();
        if self.world.with(|world| world.0.happens(0.8)) {
            self.hit.send(came).await;
        } else {
            self.miss.send(came).await;
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Exit {
    #[serde(skip)]
    world: World,
}

#[Model]
impl Exit {
    async fn enter(&mut self, came: Came, cx: &Context<Self>) {
        let stayed = cx.time().duration_since(came).as_secs_f64();
        self.world.with(|world| world.1.record(stayed));
    }
}

fn run(n: u64, rate: f64, build: fn(&mut Source, &Mailbox<Exit>, SimInit, &World) -> SimInit) -> (u64, Recorder) {
    let world = World(Some(Arc::new(Mutex::new((Draws::new(1), Recorder::default(), 0)))));
    let exit = Mailbox::new();
    let mut source = Source { world: world.clone(), rate, left: n, to: Vec::new() };
    let bench = build(&mut source, &exit, SimInit::with_num_threads(1), &world);
    let mut simulation = bench
        .add_model(source, Mailbox::new(), "source")
        .add_model(Exit { world: world.clone() }, exit, "exit")
        .init(MonotonicTime::EPOCH)
        .expect("the models start");
    simulation.run().expect("the models run");
    world.with(|world| (world.2, std::mem::take(&mut world.1)))
}

fn station(world: &World, servers: u32, mean: f64) -> Station {
    Station { world: world.clone(), idle: servers, mean, queue: VecDeque::new(), to: Output::default() }
}

fn feed(source: &mut Source, mailbox: &Mailbox<Station>) {
    let mut output = Output::default();
    output.connect(Station::enter, mailbox);
    source.to.push(output);
}

fn w1(n: u64) -> (u64, Recorder) {
    run(n, 0.8, |source, exit, bench, world| {
        let (mut server, mailbox) = (station(world, 1, 1.0), Mailbox::new());
        server.to.connect(Exit::enter, exit);
        feed(source, &mailbox);
        bench.add_model(server, mailbox, "server")
    })
}

fn w2(n: u64) -> (u64, Recorder) {
    run(n, 2800.0, |source, exit, mut bench, world| {
        let mut cache = Cache { world: world.clone(), hit: Output::default(), miss: Output::default() };
        let (mut database, cache_box, database_box) = (station(world, 20, 0.008), Mailbox::new(), Mailbox::new());
        for _ in 0..10 {
            let (mut server, mailbox) = (station(world, 4, 0.010), Mailbox::new());
            server.to.connect(Cache::enter, &cache_box);
            feed(source, &mailbox);
            bench = bench.add_model(server, mailbox, "server");
        }
        cache.hit.connect(Exit::enter, exit);
        cache.miss.connect(Station::enter, &database_box);
        database.to.connect(Exit::enter, exit);
        bench.add_model(cache, cache_box, "cache").add_model(database, database_box, "database")
    })
}

fn main() {
    limit::main(&[("w1", w1), ("w2", w2)]);
}
