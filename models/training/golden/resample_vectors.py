"""Writes test/engine/vectors/resample.json: torch.nn.functional.interpolate on small latents (made with torch 2.13.0)."""

import json
import pathlib

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).parents[3] / "test/engine/vectors/resample.json"
x = torch.randn(1, 2, 5, 7, generator=torch.Generator().manual_seed(11))
rows = []
for size in [(10, 14), (8, 9), (5, 7), (3, 20), (13, 11)]:
    for mode in ("nearest", "nearest-exact", "bilinear", "bicubic"):
        y = F.interpolate(x, size=size, mode=mode)
        rows.append([*size, mode, [round(v, 7) for v in y.flatten().tolist()]])
OUT.write_text(json.dumps({"x": x.flatten().tolist()})[:-1] + ',\n"rows": [\n' + ",\n".join(map(json.dumps, rows)) + "]}\n")
print(OUT, OUT.stat().st_size)
