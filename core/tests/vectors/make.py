#!/usr/bin/env python3
"""Computes vectors.json: what the core's chance must give for fixed keys and bits.

    python3 core/tests/vectors/make.py

Needs mpmath (pip install mpmath). Nothing here is taken from the Rust code: generators and formulas are written down
from their definitions and evaluated with 50 digits. A law that is added needs a function in LAWS, and a case in CASES;
a law whose algorithm is replaced by another needs its function changed only if the same bits are to mean another value.
"""

import json
import pathlib

from mpmath import erfc, exp, expm1, findroot, floor, log, mp, mpf, pi, quad, sin, sqrt

mp.dps = 50
MASK = (1 << 64) - 1


# splitmix64 (Steele, Lea, Flood 2014), xoshiro256++ (Blackman, Vigna 2019), FNV-1a.

STEP = 0x9E3779B97F4A7C15


def mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def hash_name(name):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return mix(h)


PURPOSES = ["Arrivals", "Class", "Key", "Size", "Think", "Work", "Wire", "CallCount", "Pick", "Patience"]


def stream(seed, name, purpose):
    number = PURPOSES.index(purpose) + 1
    return mix(mix((seed + STEP) & MASK) ^ hash_name(name) ^ mix((number * STEP) & MASK))


def xoshiro(seed, count):
    state = []
    for i in range(4):
        state.append(mix((seed + (i + 1) * STEP) & MASK))
    words = []
    rotl = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
    for _ in range(count):
        s0, s1, s2, s3 = state
        words.append((rotl((s0 + s3) & MASK, 23) + s0) & MASK)
        t = (s1 << 17) & MASK
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        state = [s0, s1, s2 ^ t, rotl(s3, 45)]
    return words


class Draw:
    """64 bits, a number between 0 and 1 from the upper 52 of them, and the next draw of the same key."""

    def __init__(self, bits):
        self.bits = bits
        self.unit = (mpf(bits >> 12) + mpf(1) / 2) / mpf(1 << 52)

    def apart(self):
        """A draw that shares nothing with this one and those that follow it."""
        return Draw(mix((self.bits << 32 | self.bits >> 32) & MASK))

    def next(self):
        return Draw(mix((self.bits + STEP) & MASK))


# Standard variates.


class Ziggurat:
    """256 layers of equal area under a falling density (Marsaglia, Tsang 2000); the bottom one from `start` on is the tail.

    A draw's lowest eight bits choose the layer and its number between 0 and 1 the place in it; each further number is that of
    the next draw of the same key.
    """

    def __init__(self, density, inverse, tail_area, tail, low, high):
        def layers(start):
            area = start * density(start) + tail_area(start)
            ends = [area / density(start), start]
            for _ in range(254):
                ends.append(inverse(min(area / ends[-1] + density(ends[-1]), mpf(1))))
            # What is missing for the top layer to end at 0.
            return ends, ends[-1] * (1 - density(ends[-1])) - area

        # The start for which the layers close.
        start = findroot(lambda start: layers(start)[1], (mpf(low), mpf(high)), solver="anderson", tol=mpf(10) ** -40)
        self.ends = layers(start)[0] + [mpf(0)]
        self.density, self.tail, self.start = density, tail, start

    def point(self, draw):
        while True:
            layer = draw.bits % 256
            x = draw.unit * self.ends[layer]
            if x < self.ends[layer + 1]:
                return x
            draw = draw.next()
            if layer == 0:
                return self.tail(self.start, draw)
            low, high = self.density(self.ends[layer]), self.density(self.ends[layer + 1])
            if low + draw.unit * (high - low) < self.density(x):
                return x
            draw = draw.next()


def normal_tail(start, draw):
    """Marsaglia (1964)."""
    while True:
        x = -log(draw.unit) / start
        draw = draw.next()
        if -2 * log(draw.unit) > x * x:
            return start + x
        draw = draw.next()


EXPONENTIAL = Ziggurat(
    lambda x: exp(-x),
    lambda y: -log(y),
    lambda start: exp(-start),
    lambda start, draw: start - log(draw.unit),
    "7.69",
    "7.70",
)
NORMAL = Ziggurat(
    lambda x: exp(-x * x / 2),
    lambda y: sqrt(-2 * log(y)),
    lambda start: sqrt(pi / 2) * erfc(start / sqrt(mpf(2))),
    normal_tail,
    "3.654",
    "3.655",
)


def exponential(draw):
    return EXPONENTIAL.point(draw)


def normal(draw):
    """The ninth bit is the sign."""
    size = NORMAL.point(draw)
    return -size if draw.bits & 256 else size


def gamma(shape, draw):
    """Marsaglia and Tsang (2000), with their boost for shapes below 1."""
    if shape < 1:
        return draw.unit ** (1 / shape) * gamma(shape + 1, draw.next())
    d = shape - mpf(1) / 3
    c = 1 / sqrt(9 * d)
    while True:
        x = normal(draw.apart())
        draw = draw.next()
        v = (1 + c * x) ** 3
        if v > 0 and log(draw.unit) < x * x / 2 + d - d * v + d * log(v):
            return d * v
        draw = draw.next()


# Laws of durations, in seconds.


def seconds(text):
    for unit, scale in [("ms", mpf(1) / 1000), ("us", mpf(1) / 10**6), ("s", mpf(1))]:
        if text.endswith(unit):
            return mpf(text[: -len(unit)]) * scale
    raise ValueError(text)


def per_second(text):
    return mpf(text.removesuffix("/s"))


def lognormal(mean, cv, draw):
    variance = log(1 + mpf(cv) ** 2)
    return exp(log(mean) - variance / 2 + sqrt(variance) * normal(draw))


def hyperexponential(mean, cv, draw):
    c2 = mpf(cv) ** 2
    p = (1 + sqrt((c2 - 1) / (c2 + 1))) / 2
    branch = p if draw.unit < p else 1 - p
    return mean / (2 * branch) * exponential(draw.next())


def bounded_pareto(mean, alpha, ratio, draw):
    """On [low, low * ratio], by inversion of F(x) = (1 - (low / x)^alpha) / (1 - ratio^-alpha)."""
    alpha, ratio = mpf(alpha), mpf(ratio)
    tail = 1 - ratio**-alpha
    if alpha == 1:
        unit_mean = log(ratio) / tail
    else:
        unit_mean = alpha / (alpha - 1) * (1 - ratio ** (1 - alpha)) / tail
    return mean / unit_mean * (1 - draw.unit * tail) ** (-1 / alpha)


def empirical(values, draw):
    outcomes = [value.split() for value in values.split(",")]
    weights = [mpf(value[1]) if len(value) > 1 else mpf(1) for value in outcomes]
    return seconds(outcomes[class_of(weights, draw.unit)][0])


LAWS = {
    "constant": lambda law, draw: seconds(law["mean"]),
    "uniform": lambda law, draw: seconds(law["low"]) + (seconds(law["high"]) - seconds(law["low"])) * draw.unit,
    "exponential": lambda law, draw: seconds(law["mean"]) * exponential(draw),
    "erlang": lambda law, draw: seconds(law["mean"]) / law["stages"] * gamma(mpf(law["stages"]), draw),
    "gamma": lambda law, draw: seconds(law["mean"]) * mpf(law["cv"]) ** 2 * gamma(1 / mpf(law["cv"]) ** 2, draw),
    "lognormal": lambda law, draw: lognormal(seconds(law["mean"]), law["cv"], draw),
    "hyperexponential": lambda law, draw: hyperexponential(seconds(law["mean"]), law["cv"], draw),
    "bounded-pareto": lambda law, draw: bounded_pareto(seconds(law["mean"]), law["alpha"], law["ratio"], draw),
    "empirical": lambda law, draw: empirical(law["values"], draw),
}

CASES = [
    {"law": "constant", "mean": "7ms"},
    {"law": "uniform", "low": "5ms", "high": "15ms"},
    {"law": "exponential", "mean": "10ms"},
    {"law": "exponential", "mean": "1s"},
    {"law": "erlang", "mean": "10ms", "stages": 1},
    {"law": "erlang", "mean": "10ms", "stages": 4},
    {"law": "gamma", "mean": "10ms", "cv": 0.5},
    {"law": "gamma", "mean": "10ms", "cv": 2},
    {"law": "lognormal", "mean": "10ms", "cv": 0.3},
    {"law": "lognormal", "mean": "10ms", "cv": 2},
    {"law": "hyperexponential", "mean": "10ms", "cv": 3},
    {"law": "bounded-pareto", "mean": "10ms", "alpha": 1.5, "ratio": 1000},
    {"law": "bounded-pareto", "mean": "10ms", "alpha": 1, "ratio": 100},
    {"law": "empirical", "values": "5ms 90, 20ms 9, 1s 1"},
    {"law": "empirical", "values": "1ms, 3ms"},
]


# Popularity of keys: rejection-inversion (Hoermann and Derflinger 1996).


def zipf(keys, skew, draw):
    keys, skew = mpf(keys), mpf(skew)
    if skew == 0:
        return int(floor(draw.unit * keys)) + 1
    power = 1 - skew
    integral = lambda x: log(x) if power == 0 else expm1(power * log(x)) / power
    inverse = lambda y: exp(y) if power == 0 else exp(log(1 + y * power) / power)
    density = lambda x: x**-skew
    low, high = integral(mpf(3) / 2) - 1, integral(keys + mpf(1) / 2)
    sure = 2 - inverse(integral(mpf(5) / 2) - density(mpf(2)))
    while True:
        u = high + draw.unit * (low - high)
        x = inverse(u)
        rank = min(max(floor(x + mpf(1) / 2), 1), keys)
        if rank - x <= sure or u >= integral(rank + mpf(1) / 2) - density(rank):
            return int(rank)
        draw = draw.next()


# Arrivals: the time in which so many are expected, by integration of the rate and a root of it.


def rate(load):
    of, at = lambda key: per_second(load[key]), lambda key: seconds(load[key])
    shape = load["shape"]
    if shape == "steady":
        return lambda t: of("rate"), []
    if shape == "step":
        return lambda t: of("from") if t < at("at") else of("to"), [at("at")]
    if shape == "ramp":
        start, end = at("start"), at("start") + at("over")
        slope = (of("to") - of("from")) / at("over")
        return lambda t: of("from") + slope * (min(max(t, start), end) - start), [start, end]
    if shape == "spike":
        begin, top = at("at"), at("at") + at("rise")
        fall, end = top + at("hold"), top + at("hold") + at("rise")
        height = lambda t: max(min(min(t - begin, end - t) / at("rise"), mpf(1)), mpf(0))
        return lambda t: of("base") + (of("peak") - of("base")) * height(t), [begin, top, fall, end]
    if shape == "diurnal":
        wave = lambda t: sin(2 * pi * (t - at("peak_at")) / at("day") + pi / 2)
        return lambda t: of("mean") * (1 + mpf(load["swing"]) * wave(t)), []
    raise ValueError(shape)


def wait(load, start, units):
    of, corners = rate(load)
    start = mpf(start)

    def missing(span):
        inside = [corner for corner in corners if start < corner < start + span]
        return quad(of, [start, *inside, start + span]) - units

    # The expected number grows with time: halve until a secant method is safe.
    low, high = mpf(0), mpf(1)
    while missing(high) < 0:
        low, high = high, high * 2
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if missing(middle) < 0 else (low, middle)
    return findroot(missing, (low, high), solver="anderson", tol=mpf(10) ** -30)


LOADS = [
    {"shape": "steady", "rate": "50/s"},
    {"shape": "ramp", "from": "10/s", "to": "100/s", "start": "20s", "over": "60s"},
    {"shape": "ramp", "from": "100/s", "to": "10/s", "start": "20s", "over": "60s"},
    {"shape": "step", "from": "10/s", "to": "30/s", "at": "15s"},
    {"shape": "spike", "base": "5/s", "peak": "80/s", "at": "10s", "rise": "5s", "hold": "20s"},
    {"shape": "diurnal", "mean": "20/s", "swing": 0.75, "day": "100s", "peak_at": "50s"},
]

STARTS = [0, 14.75, 19.5, 33.25, 79]


# All vectors; numbers between 0 and 1 as multiples of 2^-53. The bits: both ends, both sides of the middle, tails, and whatever else.

BITS = [0, MASK, 1 << 63, (1 << 63) - 1, 1 << 40, MASK - (1 << 40), 0x0123456789ABCDEF] + [mix(n) for n in range(1, 26)]
# Where the ziggurat needs more than one draw: beyond the bottom layer, of either sign, and at the ends of others.
BITS += [MASK - 0xFFF + layer for layer in [0, 256, 512, 1, 2, 100, 263]]


def nanoseconds(secs):
    return int(floor(secs * 10**9 + mpf(1) / 2))


def class_of(weights, unit):
    upto = mpf(0)
    for index, weight in enumerate(weights):
        upto += mpf(weight)
        if unit * sum(map(mpf, weights)) < upto:
            return index
    return len(weights) - 1


def pick(bits, count):
    """The upper 32 bits scaled to a number below `count`."""
    return ((bits >> 32) * count) >> 32


def all_vectors():
    draws = [Draw(bits) for bits in BITS]
    names = ["", "app", "Überschrift", "x" * 80]
    keys = [(seed, name) for seed in [0, 7, 1 << 53] for name in names]
    paths = [(seed, name, purpose, path) for seed, name in keys for purpose in PURPOSES for path in [0, MASK]]
    sizes = [(10_000, 1), (500, 0.25), (2_500_000, 3), (42, 0), (0, 1)]
    size = lambda mean, cv, draw: mpf(mean) if mean == 0 or cv == 0 else lognormal(mpf(mean), cv, draw)
    mixes = [[95, 5], [1], [0.5, 0.25, 3, 1e-9, 2]]
    return {
        "bits": BITS,
        "units": [int(draw.unit * 2**53) for draw in draws],
        "next": [draw.next().bits for draw in draws],
        "streams": [[*key, mix(stream(*key[:3]) ^ key[3])] for key in paths],
        "sequences": [[seed, name, xoshiro(stream(seed, name, "Arrivals"), 4)] for seed, name in keys],
        "laws": [[law, [nanoseconds(LAWS[law["law"]](law, draw)) for draw in draws]] for law in CASES],
        "gaps": [nanoseconds(exponential(draw)) for draw in draws],
        "ranks": [
            [count, skew, [zipf(count, skew, draw) for draw in draws]]
            for count in [1, 2, 1000, 10**6, 10**9]
            for skew in [0, 0.5, 0.99, 1, 1.2, 3]
            # The steeper, the less the upper ranks' share of the interval is than 64-bit floats can tell apart.
            if count ** max(skew - 1, 0) < 1e7
        ],
        "sizes": [[mean, cv, [int(floor(size(mean, cv, draw))) for draw in draws]] for mean, cv in sizes],
        "classes": [[weights, [class_of(weights, draw.unit) for draw in draws]] for weights in mixes],
        "picks": [[count, [pick(bits, count) for bits in BITS]] for count in [1, 3, 10_000]],
        "arrivals": [
            [load, start, units, nanoseconds(wait(load, start, units))]
            for load in LOADS
            for start in STARTS
            for units in [0.25, 1, 7.5, 400]
        ],
    }


def written(vectors):
    """JSON with one line to a vector, so that a change is a change of lines."""
    lists = []
    for name, items in vectors.items():
        lines = ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in items)
        lists.append(f'  "{name}": [\n    {lines}\n  ]')
    return "{\n" + ",\n".join(lists) + "\n}\n"


if __name__ == "__main__":
    file = pathlib.Path(__file__).with_name("vectors.json")
    file.write_text(written(all_vectors()), encoding="utf-8")
    print(f"wrote {file}")
