"""Writes test/engine/vectors/noise.json: hashes of PyTorch's, NumPy's and torchsde's random numbers.

Needs torch, numpy and torchsde (made with torch 2.13.0, numpy 2.4.6, torchsde 0.2.6). The part for computers without
AVX2 is made by this script calling itself with ATEN_CPU_CAPABILITY=default.
"""

import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys

import numpy as np
import torch
import torchsde

OUT = pathlib.Path(__file__).parents[3] / "test/engine/vectors/noise.json"
PAIRS = 1000
torch.set_num_threads(1)


def sha(t):
    return hashlib.sha256(t.contiguous().numpy().astype("<f4").tobytes()).hexdigest()[:16]


def gen(seed):
    return torch.Generator("cpu").manual_seed(seed)


def random_pairs():
    """Seeds of all lengths, sizes around the blocks of 16 and up to real latents; two draws each."""
    rng = random.Random(20231127)
    for i in range(PAIRS):
        seed = rng.getrandbits(rng.choice([8, 31, 32, 33, 63, 64]))
        if seed >= 2**63 and rng.random() < 0.5:
            seed -= 2**64
        yield seed, rng.choice([rng.randint(1, 40), rng.randint(1, 700), 16 * rng.randint(1, 64), 4 * rng.randint(4, 24) * rng.randint(4, 24)])


def pair_hashes():
    rows = []
    for seed, size in random_pairs():
        g = gen(seed)
        a, b = torch.randn(size, generator=g), torch.randn(size, generator=g)
        rows.append([str(seed), size, sha(torch.cat([a, b]))])
    return rows


if "--pairs" in sys.argv:
    print(json.dumps(pair_hashes()))
    sys.exit()


def libm_pairs():
    env = {**os.environ, "ATEN_CPU_CAPABILITY": "default"}
    return json.loads(subprocess.check_output([sys.executable, __file__, "--pairs"], env=env))


def sequences():
    rng = random.Random(7)
    rows = []
    for _ in range(40):
        entropy = rng.getrandbits(rng.choice([1, 16, 32, 64, 200, 1000]))
        key = tuple(rng.getrandbits(rng.choice([3, 20, 40])) for _ in range(rng.randint(0, 3)))
        pool = rng.choice([4, 8, 24])
        state = np.random.SeedSequence(entropy, spawn_key=key, pool_size=pool).generate_state(6)
        rows.append([str(entropy), [str(k) for k in key], pool, [int(v) for v in state]])
    return rows


def brownian():
    rows = []
    for seed, shape, t0, t1, times in [
        (42, (4, 8, 8), 0.0291675, 14.6146, [14.6146, 9.7, 6.3, 3.1, 1.55, 0.7, 0.31, 0.1, 0.0291675]),
        (562327064, (4, 2, 2), 0.02916753850877285, 14.61464214324951, [14.61464214324951, 0.5, 0.4999995, 3.0, 2.0, 0.02916753850877285]),
        (2**63 + 5, (1, 3, 5), 0.0, 1.0, [0.0, 0.0078125, 0.3, 0.7, 1.0, 0.25, 0.5]),
        (7, (3,), 0.1, 700.25, [700.25, 12.5, 0.1, 300.0]),
    ]:
        tree = torchsde.BrownianTree(t0, torch.zeros(shape), t1, entropy=seed)
        queries = [sorted(p) for p in zip(times, times[1:])] + [[t0, t1]]
        rows.append({"seed": str(seed), "size": int(np.prod(shape)), "t0": t0, "t1": t1,
                     "queries": [[a, b, sha(tree(a, b))] for a, b in queries]})
    return rows


def slerp(val, low, high):
    """Formula of the web UI's variation seeds, written from its description in the reference."""
    a = low / torch.norm(low, dim=1, keepdim=True)
    b = high / torch.norm(high, dim=1, keepdim=True)
    dot = (a * b).sum(1)
    if dot.mean() > 0.9995:
        return low * val + high * (1 - val)
    omega = torch.acos(dot)
    so = torch.sin(omega)
    return (torch.sin((1.0 - val) * omega) / so).unsqueeze(1) * low + (torch.sin(val * omega) / so).unsqueeze(1) * high


reference = {}
for seed in [0, 1, 42, 1234567890, 562327064, 119129788, -1, 4294967295, 2**63 - 1, 2**32, 2**32 + 1]:
    reference[str(seed)] = {
        "randn4": torch.randn(4, generator=gen(seed)).tolist(),
        "randn16": torch.randn(16, generator=gen(seed)).tolist(),
        "latent": sha(torch.randn(1, 4, 64, 64, generator=gen(seed))),
    }
sizes = {}
for shape in [(15,), (16,), (17,), (31,), (4, 8, 8), (4, 16, 16), (4, 80, 64), (4, 152, 104)]:
    g = gen(42)
    sizes["x".join(map(str, shape))] = [sha(torch.randn(shape, generator=g)), sha(torch.randn(shape, generator=g))]
g = gen(42)
mixed = [torch.randn(n, generator=g).tolist() for n in (5, 16, 5, 17, 1, 1)]
low, high = torch.randn(2, 6, 5, generator=gen(3)), torch.randn(2, 6, 5, generator=gen(4))
variation = {str(v): slerp(v, low, high).flatten().tolist() for v in (0.1, 0.5, 0.9)}
alike = slerp(0.25, low, low * 1.5).flatten().tolist()

OUT.parent.mkdir(parents=True, exist_ok=True)
parts = {
    "versions": {"torch": torch.__version__, "numpy": np.__version__, "torchsde": "0.2.6"},
    "reference": reference, "sizes": sizes, "rand3": torch.rand(3, generator=gen(42)).tolist(), "mixed": mixed,
    "variation": variation, "alike": alike, "avx2": pair_hashes(), "libm": libm_pairs(),
    "sequences": sequences(), "brownian": brownian(),
}
OUT.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in parts.items()) + "\n}\n")
print(OUT, OUT.stat().st_size)
