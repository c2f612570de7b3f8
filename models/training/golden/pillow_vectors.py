"""Writes test/engine/vectors/pillow.json: 8-bit images resized by Pillow (made with Pillow 13.0.0).

Sizes that are wider and lower at once are left out: Pillow 13 resizes those in another order than the versions that A1111 has.
"""

import hashlib
import json
import pathlib

import PIL
from PIL import Image

OUT = pathlib.Path(__file__).parents[3] / "test/engine/vectors/pillow.json"
rows = []
for width, height in [(16, 16), (24, 17), (33, 8)]:
    pixels = bytes((i * i * 31 + i * 7 + i // 48) % 256 for i in range(width * height * 3))
    image = Image.frombytes("RGB", (width, height), pixels)
    for size in [(32, 32), (24, 24), (16, 16), (47, 29), (9, 5), (64, 40)]:
        for name, method in [("Lanczos", Image.Resampling.LANCZOS), ("Nearest", Image.Resampling.NEAREST)]:
            data = image.resize(size, method).tobytes()
            rows.append([width, height, *size, name, list(data[:6]), hashlib.sha256(data).hexdigest()])
OUT.write_text(json.dumps({"pillow": PIL.__version__})[:-1] + ',\n"rows": [\n' + ",\n".join(map(json.dumps, rows)) + "]}\n")
print(OUT, OUT.stat().st_size)
