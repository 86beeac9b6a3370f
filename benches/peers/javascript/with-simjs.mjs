// W1 and W2 in simjs: an entity that sends customers, a facility to a station. PEERS_NODE names the folder in which it is installed.

import { createRequire } from "node:module";
import { Recorder, below, exponential, main } from "./bench.mjs";

// It is built for browsers and gives itself to the window.
globalThis.window = {};
createRequire(`${process.env.PEERS_NODE ?? import.meta.dirname}/`)("simjs");
const { Entity, Facility, Sim } = globalThis.window.Sim;

/** n customers, each of whom does `visit(entity, leave, count)`. */
function run(n, rate, visit) {
  const seen = new Recorder();
  let events = 0;
  const count = () => (events += 1);

  class Clients extends Entity {
    start() {
      this.left = n;
      this.setTimer(exponential(1 / rate)).done(this.arrive);
    }
    arrive() {
      count();
      this.left -= 1;
      if (this.left > 0) this.setTimer(exponential(1 / rate)).done(this.arrive);
      const came = this.time();
      visit(this, () => seen.record(this.time() - came), count);
    }
  }

  const sim = new Sim();
  sim.addEntity(Clients);
  sim.simulate(Number.MAX_VALUE);
  return { events, seen };
}

const station = (servers) => new Facility("station", Facility.FCFS, servers);

function w1(n) {
  const server = station(1);
  return run(n, 0.8, (entity, leave, count) => {
    entity.useFacility(server, exponential(1)).done(() => {
      count();
      leave();
    });
  });
}

function w2(n) {
  const servers = Array.from({ length: 10 }, () => station(4));
  const database = station(20);
  return run(n, 2800, (entity, leave, count) => {
    const answered = () => {
      count();
      leave();
    };
    const cached = () => {
      count();
      if (Math.random() < 0.8) leave();
      else entity.useFacility(database, exponential(0.008)).done(answered);
    };
    const served = () => {
      count();
      entity.setTimer(0.001).done(cached);
    };
    entity.useFacility(servers[below(10)], exponential(0.01)).done(served);
  });
}

main({ w1, w2 });
