"""What is measured, and what its results must be."""

import json
import os
import re

import build
from build import BENCHES, INSTALLED, PEERS, TARGET, TENFOLD

WORKLOADS = ["w1", "w2", "w3", "w2-timeouts", "w2-keys", "chain"]
# Arrivals and ends of service to a request: what an event is, whoever counts.
EVENTS = {"w1": 2.0, "w2": 3.2, "w3": 2.0}


class Check:
    """The line of a workload's notes that says what it must give."""

    def __init__(self, workload):
        notes = json.loads((BENCHES / "workloads" / f"{workload}.json").read_text())["notes"]
        form = r"check over (\d+) requests: mean ([\d.]+)(m?s) within ([\d.]+) %, p99 ([\d.]+)(m?s) within ([\d.]+) %"
        over, mean, mean_unit, mean_within, p99, p99_unit, p99_within = re.search(form, notes).groups()
        secs = {"s": 1.0, "ms": 1e-3}
        self.over = int(over)
        self.expected = {
            "mean": (float(mean) * secs[mean_unit], float(mean_within) / 100),
            "p99": (float(p99) * secs[p99_unit], float(p99_within) / 100),
        }

    def problem(self, figures):
        """What is wrong, if anything. Chance is wider in a shorter run, by the root of its length."""
        wider = max(1.0, (self.over / max(1, figures["requests"])) ** 0.5)
        for name, (expected, within) in self.expected.items():
            off = figures[name] / expected - 1
            if abs(off) > within * wider:
                return f"{name} is {figures[name]:.5g} s, {off:+.1%} off {expected:.5g} s"
        return None


CHECKS = {workload: Check(workload) for workload in WORKLOADS}


class Program:
    """A program that takes a workload and a number of customers and tells what it did in a line of JSON."""

    def __init__(self, name, language, start, customers, hint, built, read=lambda told: told):
        self.name, self.language, self.start, self.customers, self.hint, self.built, self.read = name, language, start, customers, hint, built, read

    def command(self, workload, customers):
        return [str(word).format(workload=workload, customers=customers) for word in self.start]


def of_tenfold(told):
    row = told["workloads"][0]
    figures = {"requests": row["requests"], "seconds": row["seconds"]["median"], "mean": row["mean_s"], "p99": row["p99_s"]}
    figures["seconds_per_frame"] = row["seconds_per_frame"]["median"]
    kept = ["calls_per_request_in_flight", "bytes_per_request_in_flight", "bytes_per_call_in_flight", "hit_ratios"]
    return figures | {key: row[key] for key in kept}


def ours(name, start, workloads, built, read=lambda told: told):
    return Program(name, "Rust", start, dict.fromkeys(workloads, 1_000_000), "it did not build", built, read)


def rust(name, w1, w2, w3=None):
    customers = {key: n for key, n in {"w1": w1, "w2": w2, "w3": w3}.items() if n}
    return Program(name, "Rust", [TARGET / f"release/peer-{name.lower()}", *LAST], customers, "it did not build", build.crate(PEERS / name.lower()))


def python(name, file, w1, w2):
    hint = "not installed: benches/run --install"
    customers = {key: n for key, n in {"w1": w1, "w2": w2}.items() if n}
    return Program(name, "Python", [build.PYTHON, PEERS / "python" / file, *LAST], customers, hint, build.python)


LAST = ["{workload}", "{customers}"]
BENCH = [TENFOLD, "bench", "--runs", "1", "--json", "--only", "{workload}", "--requests", "{customers}"]
IN_WASM = ["node", BENCHES / "wasm/run.mjs", build.WASM, *LAST]
NEEDS_NODE = "needs Node.js 20"
IN_SSJ = ["java", "-XX:+UseSerialGC", "-cp", f"{build.SSJ_PROGRAM}{os.pathsep}{build.SSJ}/*", "Main", *LAST]
NEEDS_CIMBA = "not installed: benches/peers/README.md says how"
NEEDS_SSJ = "needs Java 17 and SSJ: benches/run --install, with Maven"

ALL = [
    ours("hand-written loop", [TARGET / "release/limit", *LAST], ["w1", "w2", "w3"], build.crate(BENCHES / "limit")),
    ours("Tenfold", BENCH, WORKLOADS, build.tenfold, of_tenfold),
    ours("Tenfold in WebAssembly", IN_WASM, ["w1", "w2", "w3"], build.wasm),
    rust("desru", 1_000_000, 1_000_000, 1_000_000),
    Program("hand-written JavaScript", "JavaScript", ["node", PEERS / "javascript/plain.mjs", *LAST],
            {"w1": 1_000_000, "w2": 1_000_000, "w3": 1_000_000}, NEEDS_NODE, build.nothing),
    rust("odem-rs", 1_000_000, 1_000_000),
    rust("simrs", 1_000_000, 1_000_000),
    Program("cimba", "C", [build.CIMBA_PROGRAM, *LAST], {"w1": 1_000_000, "w2": 1_000_000, "w3": 1_000_000}, NEEDS_CIMBA, build.cimba),
    Program("SSJ", "Java", IN_SSJ, {"w1": 1_000_000, "w2": 1_000_000, "w3": 1_000_000}, NEEDS_SSJ, build.ssj),
    rust("NeXosim", 500_000, 300_000),
    Program("simjs", "JavaScript", ["node", PEERS / "javascript/with-simjs.mjs", *LAST],
            {"w1": 200_000, "w2": 200_000}, "not installed: benches/run --install", build.node),
    python("SimPy", "with_simpy.py", 100_000, 100_000),
    python("Ciw", "with_ciw.py", 50_000, 20_000),
    python("happysim", "with_happysim.py", 20_000, 10_000),
    python("salabim", "with_salabim.py", 10_000, 5_000),
]
