"""Writes test/base/vectors/math.json: arguments and correctly rounded results, from mpmath at 1,400 bits.

Run with any Python that has mpmath: python models/training/golden/math_vectors.py
"""

import json
import math
import pathlib
import random
import struct

from mpmath import mp, mpf

mp.prec = 1400
OUT = pathlib.Path(__file__).parents[3] / "test/base/vectors/math.json"
COUNT = 160
rng = random.Random(20231127)


def anywhere(low_exponent, high_exponent, signed=True):
    """A double with a uniformly drawn exponent and digits."""
    x = math.ldexp(1 + rng.getrandbits(52) / 2**52, rng.randint(low_exponent, high_exponent))
    return -x if signed and rng.random() < 0.5 else x


def near(centre, bits):
    """A few units in the last place to either side of a double."""
    (raw,) = struct.unpack("<q", struct.pack("<d", centre))
    return struct.unpack("<d", struct.pack("<q", raw + rng.randint(-bits, bits)))[0]


ARGUMENTS = {
    "exp": lambda: rng.choice([rng.uniform(-745, 709.7), anywhere(-60, 3), near(-708.3964185322641, 1000)]),
    "expm1": lambda: rng.choice([rng.uniform(-40, 709), anywhere(-53, 1), near(0.34657359027997264, 1000)]),
    "tanh": lambda: anywhere(-29, 4),
    "log": lambda: rng.choice([anywhere(-1074, 1023, False), near(1.0, 10**6), near(1.0, 10**14), rng.uniform(0.5, 2)]),
    "log1p": lambda: rng.choice([anywhere(-54, 900, False), anywhere(-53, -1), near(-0.5, 10**12)]),
    "log2": lambda: rng.choice([anywhere(-1022, 1023, False), near(1.0, 10**10), near(8.0, 100)]),
    "log10": lambda: rng.choice([anywhere(-1022, 1023, False), near(1.0, 10**10), near(1000.0, 100)]),
    "sin": lambda: rng.choice([rng.uniform(-10, 10), anywhere(-28, 1023), near(math.pi, 100), near(1e6, 10**9)]),
    "cos": lambda: rng.choice([rng.uniform(-10, 10), anywhere(-28, 1023), near(math.pi / 2, 100), near(1e6, 10**9)]),
    "tan": lambda: rng.choice([rng.uniform(-10, 10), anywhere(-26, 1023), near(math.pi / 2, 100)]),
    "atan": lambda: rng.choice([anywhere(-26, 300), rng.uniform(-2, 2), near(1.0, 1000)]),
}


def rounded(value):
    """The double nearest to an mpmath number, subnormals included."""
    with mp.workprec(53):
        exponent = int(mp.floor(mp.log(abs(value), 2))) if value else 0
    if exponent >= -1022:
        return float(+value)
    return math.ldexp(int(mp.nint(mp.ldexp(value, 1074))), -1074)


def unary(name, x):
    if name == "log2":
        return rounded(mp.log(mpf(x)) / mp.log(2))
    if name == "log1p":
        return rounded(mp.log(1 + mpf(x)))
    if name == "expm1":
        return rounded(mp.exp(mpf(x)) - 1)
    return rounded(getattr(mp, name)(mpf(x)))


def binary(name):
    while True:
        if name == "pow":
            x, y = anywhere(*rng.choice([(-1000, 1000), (-1, 0)]), False), rng.choice([anywhere(-3, 5), float(rng.randint(-20, 20))])
            value = mpf(x) ** mpf(y)
        else:
            x, y = anywhere(-500, 500), anywhere(*rng.choice([(-3, 3), (-400, 400)]))
            value = mp.atan2(mpf(x), mpf(y))
        if value and mpf(2) ** -1021 < abs(value) < mpf(2) ** 1023:
            return [x, y, rounded(value)]


vectors = {}
for name, draw in ARGUMENTS.items():
    rows = []
    while len(rows) < COUNT:
        x = draw()
        if x != 0 and (name != "log1p" or x > -1):
            rows.append([x, unary(name, x)])
    vectors[name] = rows
for name in ("pow", "atan2"):
    vectors[name] = [binary(name) for _ in range(COUNT)]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text("{\n" + ",\n".join(f'"{k}":[\n' + ",\n".join(json.dumps(r) for r in v) + "]" for k, v in vectors.items()) + "\n}\n")
print(OUT, OUT.stat().st_size)
