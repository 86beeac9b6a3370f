"""What every program in Python needs: draws, the models' figures, and the line that tells what it did."""

import json
import random
import sys
import time

draw = random.Random(1)


def exponential(mean):
    return draw.expovariate(1.0 / mean)


def percentile(values, share):
    values.sort()
    return values[max(0, int(len(values) * share + 0.999999) - 1)]


def main(workloads):
    """Runs what the arguments ask for: WORKLOAD CUSTOMERS. Each workload gives its events and the latencies in seconds."""
    if len(sys.argv) != 3 or sys.argv[1] not in workloads:
        sys.exit(f"error: give a workload ({', '.join(workloads)}) and a number of customers, such as 1e4")
    begun = time.process_time()
    events, latencies = workloads[sys.argv[1]](int(float(sys.argv[2])))
    seconds = time.process_time() - begun
    told = {
        "events": events,
        "requests": len(latencies),
        "mean": sum(latencies) / len(latencies),
        "p99": percentile(latencies, 0.99),
        "seconds": seconds,
    }
    print(json.dumps(told))
