// W1, W2 and W3 written by hand: a binary heap of events that are objects, queues that are arrays with a moving head.

import { Recorder, below, exponential, main } from "./bench.mjs";

class Heap {
  #events = [];

  push(event) {
    const events = this.#events;
    let at = events.length;
    events.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (events[parent].at <= event.at) break;
      events[at] = events[parent];
      at = parent;
    }
    events[at] = event;
  }

  pop() {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    const n = events.length;
    if (n > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= n) break;
        if (child + 1 < n && events[child + 1].at < events[child].at) child += 1;
        if (events[child].at >= last.at) break;
        events[at] = events[child];
        at = child;
      }
      events[at] = last;
    }
    return first;
  }
}

class Queue {
  #items = [];
  #head = 0;

  push(item) {
    this.#items.push(item);
  }
  shift() {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

class Simulation {
  #heap = new Heap();
  now = 0;
  events = 0;
  seen = new Recorder();

  after(delay, act, customer) {
    this.#heap.push({ at: this.now + delay, act, customer });
  }
  run() {
    for (let event = this.#heap.pop(); event !== undefined; event = this.#heap.pop()) {
      this.now = event.at;
      this.events += 1;
      event.act(event.customer);
    }
    return { events: this.events, seen: this.seen };
  }
  /** n customers, whose way begins with `enter`. */
  arrivals(n, rate, enter) {
    let left = n;
    const arrive = () => {
      left -= 1;
      if (left > 0) this.after(exponential(1 / rate), arrive);
      enter({ came: this.now });
    };
    this.after(exponential(1 / rate), arrive);
  }
  leave = (customer) => this.seen.record(this.now - customer.came);
}

class Station {
  load = 0;
  #queue = new Queue();
  #sim;
  #servers;
  #mean;
  #then;

  constructor(sim, servers, mean, then) {
    [this.#sim, this.#servers, this.#mean, this.#then] = [sim, servers, mean, then];
  }
  enter(customer) {
    this.load += 1;
    if (this.load <= this.#servers) this.#serve(customer);
    else this.#queue.push(customer);
  }
  #serve(customer) {
    this.#sim.after(exponential(this.#mean), this.#served, customer);
  }
  #served = (customer) => {
    this.load -= 1;
    const next = this.#queue.shift();
    if (next !== undefined) this.#serve(next);
    this.#then(customer);
  };
}

function w1(n) {
  const sim = new Simulation();
  const server = new Station(sim, 1, 1, sim.leave);
  sim.arrivals(n, 0.8, (customer) => server.enter(customer));
  return sim.run();
}

function w2(n) {
  const sim = new Simulation();
  const database = new Station(sim, 20, 0.008, sim.leave);
  const cached = (customer) => (Math.random() < 0.8 ? sim.leave(customer) : database.enter(customer));
  const cache = (customer) => sim.after(0.001, cached, customer);
  const servers = Array.from({ length: 10 }, () => new Station(sim, 4, 0.01, cache));
  sim.arrivals(n, 2800, (customer) => servers[below(10)].enter(customer));
  return sim.run();
}

function w3(n) {
  const sim = new Simulation();
  const servers = Array.from({ length: 1000 }, () => new Station(sim, 1, 1, sim.leave));
  sim.arrivals(n, 900, (customer) => {
    const first = below(1000);
    const second = (first + 1 + below(999)) % 1000;
    const [a, b] = [servers[first], servers[second]];
    (b.load < a.load ? b : a).enter(customer);
  });
  return sim.run();
}

main({ w1, w2, w3 });
