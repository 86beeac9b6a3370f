"""What is measured of Tenfold as a whole, beside the workloads: several runs on all cores, and the page."""

import functools
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

import build

CHAIN = build.BENCHES / "workloads/chain.json"


def replications(rounds, share):
    """What n runs on n cores gain over one run, as a share of n; by the clock, for that is what a user waits."""
    cores = os.cpu_count()

    def seconds(runs):
        command = [build.TENFOLD, "run", str(build.BENCHES / "workloads/w2.json"), "--for", f"{10 + 300 * share:.0f}s", "--warm-up", "10s"]
        begun = time.monotonic()
        subprocess.run([*command, "--replications", str(runs)], check=True, capture_output=True)
        return time.monotonic() - begun

    gains = [seconds(1) / seconds(cores) for _ in range(rounds)]
    return {"cores": cores, "share": max(gains)}


def playground(rounds, share):
    """The chain in the page, as fast as its worker can, while the page is looked at."""
    tools = pathlib.Path(os.environ.get("TENFOLD_TOOLS", pathlib.Path.home() / ".cache/tenfold/tools"))
    found = sorted(tools.glob("playwright-core-*/node_modules/playwright-core"))
    chromium = os.environ.get("CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    if not (found and chromium and build.run("cargo", "site")):
        return print("the page is not measured: it takes Chromium, and `cargo verify --only journeys` once, which installs the rest", file=sys.stderr)
    quiet = functools.partial(Quiet, directory=build.ROOT / "dist")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = ["node", build.BENCHES / "playground.mjs", found[-1], chromium, f"http://127.0.0.1:{server.server_port}/", CHAIN, str(20 * share)]
        seen = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(rounds)]
        server.shutdown()
    rate = float(json.loads(CHAIN.read_text())["components"][0]["load"]["rate"].removesuffix("/s"))
    return {
        "requests_per_s": rate * max(one["simulated_s"] / one["seconds"] for one in seen),
        "frames_per_s": max(one["frames"] / one["seconds"] for one in seen),
    }


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, *_):
        pass


def measure(rounds, share):
    measured = {"replications": replications, "playground": playground}
    told = {}
    for name, one in measured.items():
        print(name, file=sys.stderr)
        told[name] = one(rounds, share)
    return {name: one for name, one in told.items() if one}
