"""Where the programs are, how they are built and how their libraries are installed, everything into the build folder."""

import os
import pathlib
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
# The jars of SSJ, and our program.
SSJ = INSTALLED / "ssj"
SSJ_PROGRAM = INSTALLED / "ssj-program"
CIMBA = INSTALLED / "cimba"
CIMBA_PROGRAM = INSTALLED / "cimba-program"
TENFOLD = str(TARGET / "release/tenfold")


def environment():
    return os.environ | {"PEERS_NODE": str(NODE), "PYTHONDONTWRITEBYTECODE": "1"}


def run(*command, cwd=ROOT):
    """Runs a step of the build; whether it went well. What it says goes to stderr."""
    print("+ " + " ".join(str(word) for word in command), file=sys.stderr)
    done = subprocess.run(command, cwd=cwd, stdout=sys.stderr, env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)})
    return done.returncode == 0


# Each of these is what some program takes; it is given whether to install as well.


def nothing(_):
    pass


def tenfold(_):
    if not run("cargo", "build", "--quiet", "--release", "-p", "tenfold-cli"):
        sys.exit("error: Tenfold did not build")


def crate(folder):
    def step(_):
        run("cargo", "build", "--quiet", "--release", "--locked", cwd=folder)

    return step


def wasm(_):
    """With the page's own profile: that is what a visitor runs."""
    target = "wasm32-unknown-unknown"
    built = run("cargo", "build", "--quiet", "--profile", "page", "--target", target, "-p", "tenfold-bench-wasm")
    tools = pathlib.Path(os.environ.get("TENFOLD_TOOLS", pathlib.Path.home() / ".cache/tenfold/tools"))
    found = sorted(tools.glob("wasm-bindgen-cli-*/bin/wasm-bindgen"))
    bindgen = found[-1] if found else shutil.which("wasm-bindgen")
    if not built or not bindgen:
        return print("no WebAssembly: run `cargo site` once, which installs what it takes", file=sys.stderr)
    run(bindgen, "--target", "nodejs", "--out-dir", WASM, TARGET / target / "page/tenfold_bench_wasm.wasm")


def node(install):
    if install:
        NODE.mkdir(parents=True, exist_ok=True)
        for file in ["package.json", "package-lock.json"]:
            shutil.copy(PEERS / "javascript" / file, NODE)
        run("npm", "ci", "--silent", cwd=NODE)


def python(install):
    """Two of the peers ask for Python 3.13."""
    newest = next((found for found in map(shutil.which, ["python3.14", "python3.13", "python3"]) if found), sys.executable)
    newest = os.environ.get("PEERS_PYTHON", newest)
    if install and run(newest, "-m", "venv", INSTALLED / "venv"):
        for line in (PEERS / "python/requirements.txt").read_text().split():
            # One by one: what cannot be had must not keep the others out.
            run(PYTHON, "-m", "pip", "install", "--quiet", line)


def ssj(install):
    if install and shutil.which("mvn"):
        run("mvn", "-q", "-B", "-f", PEERS / "ssj/pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={SSJ}")
    if shutil.which("javac") and list(SSJ.glob("*.jar")):
        run("javac", "-cp", f"{SSJ}/*", "-d", SSJ_PROGRAM, *sorted((PEERS / "ssj").glob("*.java")))


def cimba(_):
    """Against the library in the build folder, or else the system's own."""
    if any((place / "include/cimba.h").exists() for place in [CIMBA, pathlib.Path("/usr/local"), pathlib.Path("/usr")]):
        where = [f"-I{CIMBA}/include", f"-L{CIMBA}/lib", f"-Wl,-rpath,{CIMBA}/lib"]
        run("cc", "-std=gnu2x", "-O3", PEERS / "cimba/main.c", *where, "-lcimba", "-lm", "-o", CIMBA_PROGRAM)
