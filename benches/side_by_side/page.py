"""The figures as text and drawings, and where they stand in docs/performance.md."""

import itertools
import json
import pathlib

import build
import drawing
import programs

PAGE = build.ROOT / "docs/performance.md"
DRAWINGS = PAGE.parent / "performance-curves"


def number(x):
    """Three digits that count."""
    if x >= 1000:
        return f"{round(x, 2 - len(str(int(x)))):,.0f}"
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def slug(name):
    return name.replace(" ", "-")


class Results:
    """What was measured: figures by program and workload, curves as `tenfold bench --curves` tells them, what module `whole` tells, and on what machine."""

    def __init__(self, seen, curves, whole, machine):
        self.seen, self.curve_list, self.whole, self.machine_line = seen, curves, whole, machine

    @staticmethod
    def load(file):
        """Results that were saved; or what `tenfold bench --curves --json` printed, which is curves alone."""
        kept = json.loads(pathlib.Path(file).read_text())
        seen = {(row.pop("program"), row.pop("workload")): row for row in kept.get("seen", [])}
        return Results(seen, kept["curves"], kept.get("whole", {}), kept.get("machine", ""))

    def save(self, file):
        seen = [{"program": program, "workload": workload, **figures} for (program, workload), figures in self.seen.items()]
        file.write_text(json.dumps({"machine": self.machine_line, "seen": seen, "curves": self.curve_list, "whole": self.whole}, indent=1) + "\n")

    def rate(self, program, workload):
        """Requests per second; None where nothing was measured."""
        return self.seen.get((program, workload), {}).get("requests_per_s")

    def per_event(self, program, workload):
        """Nanoseconds to an arrival or an end of service."""
        rate = self.rate(program, workload)
        return rate and 1e9 / rate / programs.EVENTS[workload]

    def ratio(self, program, other, workload):
        one, two = self.rate(program, workload), self.rate(other, workload)
        return one / two if one and two else None

    def table(self):
        rows = ["| program | language | W1 ns/event | W2 ns/event | W3 ns/event | W2 requests/s | W2 time, × the hand-written loop |", "|---|---|---|---|---|---|---|"]
        order = sorted(programs.ALL, key=lambda program: -(self.rate(program.name, "w2") or 0))
        rows += [self.row(program) for program in order if self.rate(program.name, "w2") or self.rate(program.name, "w1")]
        missing = {p.name: self.seen[(p.name, w)]["missing"] for p in programs.ALL for w in p.customers if "missing" in self.seen.get((p.name, w), {})}
        rows += ["", *(f"Not measured: {name} ({why})." for name, why in missing.items())]
        return "\n".join(rows).rstrip() + "\n"

    def row(self, program):
        def cell(workload):
            per_event = self.per_event(program.name, workload)
            if not per_event:
                return "–"
            return number(per_event) + (" **wrong result**" if self.seen[(program.name, workload)].get("problem") else "")

        rate, limit = self.rate(program.name, "w2"), self.ratio("hand-written loop", program.name, "w2")
        name = f"**{program.name}**" if program.name.startswith("Tenfold") else program.name
        cells = [name, program.language, *map(cell, ["w1", "w2", "w3"]), number(rate) if rate else "–", number(limit) if limit else "–"]
        return f"| {' | '.join(cells)} |"

    def slower(self, workload, other="w2"):
        """How much longer a request takes than one of `other`."""
        one, two = self.rate("Tenfold", workload), self.rate("Tenfold", other)
        return two / one if one and two else None

    def targets(self):
        rows = ["| what | target | measured | |", "|---|---|---|---|"]

        def line(what, legal, value, met, form):
            verdict = "not measured" if value is None else "met" if met(value) else "**missed**"
            rows.append(f"| {what} | {legal} | {'–' if value is None else form(value)} | {verdict} |")

        def percent(x):
            return f"{100 * x:.0f} %"

        def times(x):
            return f"{x:.2f}×"

        def millions(x):
            return f"{x / 1e6:.2f} M/s"

        loop, wasm, script = "hand-written loop", "Tenfold in WebAssembly", "hand-written JavaScript"
        line("W2, requests/s against the hand-written loop", "≥ 60 %", self.ratio("Tenfold", loop, "w2"), lambda x: x >= 0.6, percent)
        line("W2 in WebAssembly against native", "≥ 70 %", self.ratio(wasm, "Tenfold", "w2"), lambda x: x >= 0.7, percent)
        line("W2 in WebAssembly against hand-written JavaScript", "ahead", self.ratio(wasm, script, "w2"), lambda x: x > 1, times)
        line("W2 with a timeout on every link, time against W2", "≤ 1.3×", self.slower("w2-timeouts"), lambda x: x <= 1.3, times)
        line("W2 with real keys, time against W2", "≤ 1.5×", self.slower("w2-keys"), lambda x: x <= 1.5, times)
        line(f"the chain, requests/s on one core{self.hits()}", "≥ 1 M/s", self.rate("Tenfold", "chain"), lambda x: x >= 1e6, millions)
        w3, w2 = self.per_event("Tenfold", "w3"), self.per_event("Tenfold", "w2")
        line("W3, time per event against W2", "≤ 1.3×", w3 / w2 if w3 and w2 else None, lambda x: x <= 1.3, times)
        line("power of two over 10,000 instances, time per event against 1,000", "≤ 1.33×, as log n", self.growth("power-of-two", 1_000, 10_000), lambda x: x <= 4 / 3, times)
        w2 = self.seen.get(("Tenfold", "w2"), {})
        whole = w2.get("bytes_per_request_in_flight")
        note = f" (a request of W2 is {w2['calls_per_request_in_flight']:.1f} calls, one in the other, and takes {whole:.0f})" if whole else ""
        line(f"bytes of a call in flight{note}", "≤ 96", w2.get("bytes_per_call_in_flight"), lambda x: x <= 96, number)
        # A frame does not grow with the speed of the engine, nor does their number.
        frame = self.seen.get(("Tenfold", "chain"), {}).get("seconds_per_frame")
        line("20 frames a second of the chain, share of the time", "≤ 3 %", frame and 20 * frame, lambda x: x <= 0.03, lambda x: f"{100 * x:.2g} %")
        many, page = self.whole.get("replications", {}), self.whole.get("playground", {})
        line(f"{many.get('cores', 'n')} replications on as many cores, share of a full gain", "≥ 90 %", many.get("share"), lambda x: x >= 0.9, percent)
        shown = f", drawn without a graphics card at {page['frames_per_s']:.0f} frames a second meanwhile" if page else ""
        line(f"the chain in the page{shown}", "≥ 0.30 M/s", page.get("requests_per_s"), lambda x: x >= 3e5, millions)
        return "\n".join(rows) + "\n"

    def hits(self):
        ratios = self.seen.get(("Tenfold", "chain"), {}).get("hit_ratios", {})
        return "".join(f", `{name}` answers {share:.1%}" for name, share in ratios.items())

    def growth(self, slug, small, large):
        """How much longer an event takes at one size of a curve than at a smaller one."""
        points = {point["size"]: point["ns_per_event"]["median"] for curve in self.curve_list if curve["curve"] == slug for point in curve["points"]}
        return points[large] / points[small] if large in points else None

    def families(self):
        """Curves of the same thing by different policies belong in one drawing: `instances, chosen at random`."""
        return [(name, list(curves)) for name, curves in itertools.groupby(self.curve_list, key=lambda curve: curve["what"].split(", ")[0])]

    def curves(self):
        parts = []
        for name, curves in self.families():
            shown = f"![{self.summary(name, curves)}](performance-curves/{slug(name)}.svg)"
            parts += [f"**{name.capitalize()}**: {curves[0]['about']}.", "", shown, ""]
            for curve in curves:
                parts += [f"| {curve['what']} | million events/s | ns/event | times the first |", "|---|---|---|---|"]
                first = curve["points"][0]["ns_per_event"]["median"]
                for point in curve["points"]:
                    ns = point["ns_per_event"]["median"]
                    parts.append(f"| {point['size']:,} | {1e3 / ns:.2f} | {number(ns)} | {ns / first:.2f} |")
                parts.append("")
        return "\n".join(parts)

    def summary(self, name, curves):
        """A drawing in words."""
        def words(curve):
            policy = "".join(f", {rest}" for rest in curve["what"].split(", ")[1:])
            small, large = (f"{number(p['ns_per_event']['median'])} at {p['size']:,}" for p in (curve["points"][0], curve["points"][-1]))
            return f"{small}, {large}{policy}"

        return f"ns/event by {name}: {'; '.join(map(words, curves))}"

    def drawings(self):
        for name, curves in self.families():
            lines = [(curve["what"].split(", ")[-1], [(p["size"], p["ns_per_event"]["median"]) for p in curve["points"]]) for curve in curves]
            yield f"{slug(name)}.svg", drawing.drawing(self.summary(name, curves), name, lines, number)

    def machine(self):
        return self.machine_line

    def write(self):
        """Writes what there are figures of, and leaves the rest of the page as it is."""
        text = PAGE.read_text()
        for name in [*(["machine", "table", "targets"] if self.seen else []), *(["curves"] if self.curve_list else [])]:
            begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
            before, rest = text.split(begin)
            text = f"{before}{begin}\n\n{getattr(self, name)().strip()}\n\n{end}{rest.split(end)[1]}"
        PAGE.write_text(text)
        DRAWINGS.mkdir(exist_ok=True)
        for name, svg in self.drawings():
            (DRAWINGS / name).write_text(svg)
        print(f"wrote {PAGE.relative_to(build.ROOT)}")
