"""W1 and W2 in salabim: a component to a customer, a Resource to a station, without generators' yields (its yieldless mode needs greenlets)."""

import salabim as sim
from bench import draw, exponential, main

sim.yieldless(False)


def run(n, rate, visit):
    env = sim.Environment(trace=False, random_seed=1)
    latencies = []

    class Customer(sim.Component):
        def process(self):
            came = env.now()
            yield from visit(env, self)
            latencies.append(env.now() - came)

    class Arrivals(sim.Component):
        def process(self):
            for _ in range(n):
                yield self.hold(exponential(1 / rate))
                Customer()

    visit.begin()
    Arrivals()
    env.run()
    return latencies


def serve(customer, station, mean):
    yield customer.request(station)
    yield customer.hold(exponential(mean))
    customer.release(station)


class W1:
    def begin(self):
        self.server = sim.Resource(capacity=1)

    def __call__(self, env, customer):
        yield from serve(customer, self.server, 1.0)


class W2:
    missed = 0

    def begin(self):
        self.servers = [sim.Resource(capacity=4) for _ in range(10)]
        self.database = sim.Resource(capacity=20)

    def __call__(self, env, customer):
        yield from serve(customer, draw.choice(self.servers), 0.010)
        yield customer.hold(0.001)
        if draw.random() >= 0.8:
            self.missed += 1
            yield from serve(customer, self.database, 0.008)


def w1(n):
    return 2 * n, run(n, 0.8, W1())


def w2(n):
    visit = W2()
    latencies = run(n, 2800, visit)
    return 3 * n + visit.missed, latencies


main({"w1": w1, "w2": w2})
