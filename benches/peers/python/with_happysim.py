"""W1 and W2 in happysim: its own Server, RandomRouter, Source and Sink."""

from bench import draw, main
from happysimulator import Entity, ExponentialLatency, Server, Simulation, Sink, Source
from happysimulator.components.random_router import RandomRouter


class Cache(Entity):
    """A delay that answers 80 %."""

    def __init__(self, hit, miss):
        super().__init__("cache")
        self.hit, self.miss, self.missed = hit, miss, 0

    def handle_event(self, event):
        yield 0.001
        hit = draw.random() < 0.8
        self.missed += not hit
        return [self.forward(event, self.hit if hit else self.miss)]


def run(n, rate, target, entities, sink):
    source = Source.poisson(rate=rate, target=target)
    Simulation(sources=[source], entities=[*entities, sink], duration=n / rate).run()
    return sink.latencies_s


def w1(n):
    sink = Sink()
    server = Server("server", concurrency=1, service_time=ExponentialLatency(1.0), downstream=sink)
    latencies = run(n, 0.8, server, [server], sink)
    return 2 * len(latencies), latencies


def w2(n):
    sink = Sink()
    database = Server("database", concurrency=20, service_time=ExponentialLatency(0.008), downstream=sink)
    cache = Cache(sink, database)
    servers = [
        Server(f"server-{i}", concurrency=4, service_time=ExponentialLatency(0.010), downstream=cache) for i in range(10)
    ]
    router = RandomRouter("balancer", targets=servers)
    latencies = run(n, 2800, router, [router, *servers, cache, database], sink)
    return 3 * len(latencies) + cache.missed, latencies


main({"w1": w1, "w2": w2})
