"""W1, W2 and W3 in SimPy: a process to a customer, a Resource to a station."""

import simpy
from bench import draw, exponential, main


def run(n, rate, visit):
    """n customers, who each do `visit`; gives the latencies."""
    env = simpy.Environment()
    latencies = []

    def customer():
        came = env.now
        yield from visit(env)
        latencies.append(env.now - came)

    def arrivals():
        for _ in range(n):
            yield env.timeout(exponential(1 / rate))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return latencies


def serve(env, station, mean):
    with station.request() as turn:
        yield turn
        yield env.timeout(exponential(mean))


def stations(count, capacity):
    made = []

    def get(env):
        if not made:
            made.extend(simpy.Resource(env, capacity) for _ in range(count))
        return made

    return get


def w1(n):
    server = stations(1, 1)

    def visit(env):
        yield from serve(env, server(env)[0], 1.0)

    return 2 * n, run(n, 0.8, visit)


def w2(n):
    servers, database = stations(10, 4), stations(1, 20)
    missed = 0

    def visit(env):
        nonlocal missed
        yield from serve(env, draw.choice(servers(env)), 0.010)
        yield env.timeout(0.001)
        if draw.random() >= 0.8:
            missed += 1
            yield from serve(env, database(env)[0], 0.008)

    latencies = run(n, 2800, visit)
    return 3 * n + missed, latencies


def w3(n):
    servers = stations(1000, 1)

    def visit(env):
        pair = draw.sample(servers(env), 2)
        shorter = min(pair, key=lambda server: server.count + len(server.queue))
        yield from serve(env, shorter, 1.0)

    return 2 * n, run(n, 900, visit)


main({"w1": w1, "w2": w2, "w3": w3})
