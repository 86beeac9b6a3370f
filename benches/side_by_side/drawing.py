"""Curves of cost against size as a drawing.

Sizes are on a logarithmic axis and costs on a plain one from zero: what grows as the logarithm is a straight line.
"""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 272
LEFT, TOP, BOTTOM = 52, 46, 222
# From the ends of the axis to the first and the last size, where labels are centred.
INSET = 34
# Room at the right for the names of several curves, in the widest face that a browser may fall back to.
NAMES = 172
COLOURS = ["one", "two", "three"]
STYLE = """
  svg { --p: #ffffff; } .paper { fill: var(--p); stroke: #e5e2db; } .grid { stroke: #e5e2db; } .ink { fill: #1c1e22; } .muted { fill: #63676f; }
  .one { --c: #0d7a6f; } .two { --c: #5b5bd6; } .three { --c: #a2631a; }
  @media (prefers-color-scheme: dark) {
    svg { --p: #151a20; } .paper { stroke: #262d36; } .grid { stroke: #262d36; } .ink { fill: #e8ebef; } .muted { fill: #98a0ab; }
    .one { --c: #3ecfbd; } .two { --c: #9b9bff; } .three { --c: #e3a75b; }
  }
  text { font: 13px Inter, "Segoe UI", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
  .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  .point { fill: var(--c); } .name { fill: var(--c); font-weight: 600; } .halo { paint-order: stroke; stroke: var(--p); stroke-width: 4px; stroke-linejoin: round; }
  .middle { text-anchor: middle; } .end { text-anchor: end; }
"""


def step(most):
    """The distance of the ticks: 1, 2 or 5 of some power of ten, three to six of them up to `most`."""
    power = 10 ** math.floor(math.log10(most))
    return next(s * power for s in [0.2, 0.5, 1, 2] if most / (s * power) <= 5)


def marker(number, x, y):
    """A form of its own to each curve, for who cannot tell their colours."""
    if number == 0:
        return f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if number == 2 else ""
    return f'<rect class="point" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"{turn}/>'


def apart(heights, least=17):
    """Where names stand that belong at these heights, none over another."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = dict(zip(order, sorted(heights)))
    for before, after in zip(order, order[1:]):
        placed[after] = max(placed[after], placed[before] + least)
    return [placed[i] for i in range(len(heights))]


def text(x, y, words, kind):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def drawing(title, below, curves, number):
    """`curves` are names with their points, (size, ns to an event); the name of a single one is not shown."""
    right = WIDTH - (NAMES if len(curves) > 1 else 14)
    sizes = sorted({size for _, points in curves for size, _ in points})
    most = max(ns for _, points in curves for _, ns in points)
    tick = step(most)
    top = math.ceil(most / tick) * tick

    def across(size):
        low, high = math.log(sizes[0]), math.log(sizes[-1])
        return LEFT + INSET + (right - LEFT - 2 * INSET) * (math.log(size) - low) / (high - low or 1)

    def up(ns):
        return BOTTOM - (BOTTOM - TOP) * ns / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="12"/>',
        text(14, 24, "ns/event", "muted"),
    ]
    for i in range(round(top / tick) + 1):
        y = up(i * tick)
        parts += [f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>', text(LEFT - 8, y + 4.5, f"{i * tick:,.0f}", "muted end")]
    parts += [text(across(size), BOTTOM + 20, f"{size:,}", "muted middle") for size in sizes]
    parts.append(text(right, HEIGHT - 12, below, "muted end"))
    names = apart([up(points[-1][1]) for _, points in curves])
    for i, (name, points) in enumerate(curves):
        places = [(across(size), up(ns)) for size, ns in points]
        parts.append(f'<g class="{COLOURS[i]}">')
        parts.append(f'<path class="line" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>')
        parts += [marker(i, x, y) for x, y in places]
        if len(curves) > 1:
            parts.append(text(right - INSET + 12, names[i] + 4.5, f"{number(points[-1][1])} {name}", "halo name"))
        else:
            parts += [text(x, y - 10, number(ns), "ink halo middle") for (x, y), (_, ns) in zip(places, points)]
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"
