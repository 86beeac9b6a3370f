"""W1 and W2 in Ciw: a network of nodes with a routing between them."""

import ciw
from bench import main


def latencies(records):
    """The time between a customer's first arrival and last departure."""
    came, left = {}, {}
    for record in records:
        who = record.id_number
        came[who] = min(came.get(who, record.arrival_date), record.arrival_date)
        left[who] = max(left.get(who, 0.0), record.exit_date)
    return [left[who] - came[who] for who in came]


def w1(n):
    ciw.seed(1)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(0.8)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[1],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(n, method="Finish")
    seen = simulation.get_all_records()
    return 2 * len(seen), latencies(seen)


def w2(n):
    """Nodes: ten servers, the cache, the database. Random splitting makes the ten arrival streams Poisson of a tenth each."""
    ciw.seed(1)
    cache, database = 10, 11
    routing = [[0.0] * 12 for _ in range(12)]
    for server in range(10):
        routing[server][cache] = 1.0
    routing[cache][database] = 0.2
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(280.0)] * 10 + [None, None],
        service_distributions=[ciw.dists.Exponential(100.0)] * 10
        + [ciw.dists.Deterministic(0.001), ciw.dists.Exponential(125.0)],
        number_of_servers=[4] * 10 + [float("inf"), 20],
        routing=routing,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(n, method="Finish")
    # Only whole visits: whoever is inside at the end has not left the last node yet.
    seen = simulation.get_all_records()
    inside = {person.id_number for node in simulation.transitive_nodes for person in node.all_individuals}
    whole = [record for record in seen if record.id_number not in inside]
    times = latencies(whole)
    return len(seen) + len(times), times


main({"w1": w1, "w2": w2})
