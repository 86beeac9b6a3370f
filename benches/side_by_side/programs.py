"""What is measured, how it is built, and what its results must be."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BENCHES = ROOT / "benches"
PEERS = BENCHES / "peers"
INSTALLED = TARGET / "peers"
PYTHON = INSTALLED / "venv/bin/python"
NODE = INSTALLED / "node"
WASM = INSTALLED / "wasm"
TENFOLD = str(TARGET / "release/tenfold")
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

    def __init__(self, name, language, start, customers, hint, read=lambda told: told):
        self.name, self.language, self.start, self.customers, self.hint, self.read = name, language, start, customers, hint, read

    def command(self, workload, customers):
        return [str(word).format(workload=workload, customers=customers) for word in self.start]


def of_tenfold(told):
    row = told["workloads"][0]
    figures = {"requests": row["requests"], "seconds": row["seconds"]["median"], "mean": row["mean_s"], "p99": row["p99_s"]}
    kept = ["calls_per_request_in_flight", "bytes_per_request_in_flight", "bytes_per_call_in_flight", "hit_ratios"]
    return figures | {key: row[key] for key in kept}


def ours(name, start, workloads, read=lambda told: told):
    return Program(name, "Rust", start, dict.fromkeys(workloads, 1_000_000), "it did not build", read)


def rust(name, w1, w2, w3=None):
    customers = {key: n for key, n in {"w1": w1, "w2": w2, "w3": w3}.items() if n}
    return Program(name, "Rust", [TARGET / f"release/peer-{name.lower()}", *LAST], customers, "it did not build")


def python(name, file, w1, w2):
    hint = "not installed: benches/run --install"
    customers = {key: n for key, n in {"w1": w1, "w2": w2}.items() if n}
    return Program(name, "Python", [PYTHON, PEERS / "python" / file, *LAST], customers, hint)


LAST = ["{workload}", "{customers}"]
BENCH = [TENFOLD, "bench", "--runs", "1", "--json", "--only", "{workload}", "--requests", "{customers}"]
IN_WASM = ["node", BENCHES / "wasm/run.mjs", WASM, *LAST]
NEEDS_NODE = "needs Node.js 20"

ALL = [
    ours("hand-written loop", [TARGET / "release/limit", *LAST], ["w1", "w2", "w3"]),
    ours("Tenfold", BENCH, WORKLOADS, of_tenfold),
    ours("Tenfold in WebAssembly", IN_WASM, ["w1", "w2", "w3"]),
    rust("desru", 1_000_000, 1_000_000, 1_000_000),
    Program("hand-written JavaScript", "JavaScript", ["node", PEERS / "javascript/plain.mjs", *LAST],
            {"w1": 1_000_000, "w2": 1_000_000, "w3": 1_000_000}, NEEDS_NODE),
    rust("odem-rs", 1_000_000, 1_000_000),
    rust("simrs", 1_000_000, 1_000_000),
    rust("NeXosim", 500_000, 300_000),
    Program("simjs", "JavaScript", ["node", PEERS / "javascript/with-simjs.mjs", *LAST],
            {"w1": 200_000, "w2": 200_000}, "not installed: benches/run --install"),
    python("SimPy", "with_simpy.py", 100_000, 100_000),
    python("Ciw", "with_ciw.py", 50_000, 20_000),
    python("happysim", "with_happysim.py", 20_000, 10_000),
    python("salabim", "with_salabim.py", 10_000, 5_000),
]


def environment():
    return os.environ | {"PEERS_NODE": str(NODE), "PYTHONDONTWRITEBYTECODE": "1"}


def run(*command, cwd=ROOT):
    """Runs a step of the build; whether it went well. What it says goes to stderr."""
    print("+ " + " ".join(str(word) for word in command), file=sys.stderr)
    done = subprocess.run(command, cwd=cwd, stdout=sys.stderr, env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)})
    return done.returncode == 0


def build(install):
    if not run("cargo", "build", "--quiet", "--release", "-p", "tenfold-cli"):
        sys.exit("error: Tenfold did not build")
    build_wasm()
    for crate in [BENCHES / "limit", *sorted(path.parent for path in PEERS.glob("*/Cargo.toml"))]:
        run("cargo", "build", "--quiet", "--release", "--locked", cwd=crate)
    if install:
        install_python()
        NODE.mkdir(parents=True, exist_ok=True)
        for file in ["package.json", "package-lock.json"]:
            shutil.copy(PEERS / "javascript" / file, NODE)
        run("npm", "ci", "--silent", cwd=NODE)


def build_wasm():
    """With the page's own profile: that is what a visitor runs."""
    target = "wasm32-unknown-unknown"
    built = run("cargo", "build", "--quiet", "--profile", "page", "--target", target, "-p", "tenfold-bench-wasm")
    tools = pathlib.Path(os.environ.get("TENFOLD_TOOLS", pathlib.Path.home() / ".cache/tenfold/tools"))
    found = sorted(tools.glob("wasm-bindgen-cli-*/bin/wasm-bindgen"))
    bindgen = found[-1] if found else shutil.which("wasm-bindgen")
    if not built or not bindgen:
        return print("no WebAssembly: run `cargo site` once, which installs what it takes", file=sys.stderr)
    run(bindgen, "--target", "nodejs", "--out-dir", WASM, TARGET / target / "page/tenfold_bench_wasm.wasm")


def install_python():
    """Two of the peers ask for Python 3.13."""
    newest = next((found for found in map(shutil.which, ["python3.14", "python3.13", "python3"]) if found), sys.executable)
    newest = os.environ.get("PEERS_PYTHON", newest)
    if run(newest, "-m", "venv", INSTALLED / "venv"):
        for line in (PEERS / "python/requirements.txt").read_text().split():
            # One by one: what cannot be had must not keep the others out.
            run(PYTHON, "-m", "pip", "install", "--quiet", line)
