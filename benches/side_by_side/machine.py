"""The machine that the figures are of."""

import os
import pathlib
import platform
import subprocess
import time

import build


def described(rounds, load):
    """What it was measured on, and how: the lines that stand above the figures."""

    def first(*command):
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except OSError:
            return ""
        return done.stdout.strip().splitlines()[0] if done.returncode == 0 and done.stdout else ""

    model = "?"
    if os.path.exists("/proc/cpuinfo"):
        names = [line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else "?"
    node, python = first("node", "--version"), first(str(build.PYTHON), "--version")
    versions = [first("rustc", "--version"), node and f"Node.js {node}", python, first("java", "--version")]
    return (
        f"Measured {time.strftime('%d %B %Y')} on {os.cpu_count()} cores of {model} ({platform.system()} {platform.machine()}), load {load:.1f} at the start; "
        f"the fastest of {rounds} interleaved rounds.\n{', '.join(filter(None, versions))}.\n"
    )
