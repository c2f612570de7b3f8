"""Writes test/compare/vectors/metrics.json: measures of image pairs by scikit-image, SciPy and NumPy.

    python models/training/golden/metrics_vectors.py test/compare/vectors/metrics.json
"""

import json
import sys

import numpy as np
from scipy.ndimage import gaussian_filter, sobel
from scipy.stats import beta
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


def base(width, height):
    """A folded ramp that both languages compute in whole numbers."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    t = (x * (c + 2) + y * 3) % 256
    return np.where(t < 128, 2 * t, 510 - 2 * t).astype(np.uint8)


def stream(count, state):
    """Numerical Recipes' linear congruential generator, the high byte of each state."""
    out = np.empty(count, np.int64)
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state >> 24
    return out


def pairs():
    for width, height in [(64, 48), (200, 180)]:
        a = base(width, height)
        noise = stream(a.size, 7).reshape(a.shape)
        yield "noisy", a, np.clip(a.astype(int) + noise % 7 - 3, 0, 255).astype(np.uint8)
        yield "moved", a, np.roll(a, 3, axis=1)
        yield "inverted", a, 255 - a
        yield "unrelated", a, noise.astype(np.uint8)


def luma(image):
    return image.astype(np.float64) @ np.array([0.299, 0.587, 0.114])


def multi_scale(a, b):
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
    count = sum(min(a.shape) // 2**i > 10 for i in range(5))
    weights = weights[:count] / weights[:count].sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    blur = lambda p: gaussian_filter(p, 1.5, truncate=3.5)
    result = 1.0
    for i in range(count):
        ma, mb = blur(a), blur(b)
        contrast = (2 * (blur(a * b) - ma * mb) + c2) / (blur(a * a) - ma**2 + blur(b * b) - mb**2 + c2)
        light = (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)
        value = (contrast * light if i == count - 1 else contrast)[5:-5, 5:-5].mean()
        result *= max(value, 0) ** weights[i]
        half = lambda p: p[: p.shape[0] // 2 * 2, : p.shape[1] // 2 * 2].reshape(p.shape[0] // 2, 2, p.shape[1] // 2, 2).mean((1, 3))
        a, b = half(a), half(b)
    return result


def edges(p):
    return np.hypot(sobel(p, 0, mode="nearest"), sobel(p, 1, mode="nearest"))


def cells(p, n=16):
    rows = (np.arange(p.shape[0]) + 0.5) * n // p.shape[0]
    columns = (np.arange(p.shape[1]) + 0.5) * n // p.shape[1]
    return np.array([[p[np.ix_(rows == r, columns == c)].mean() for c in range(n)] for r in range(n)])


def correlation(a, b):
    return np.corrcoef(a.ravel(), b.ravel())[0, 1]


def measures(name, a, b):
    la, lb = luma(a), luma(b)
    d = np.abs(a.astype(int) - b.astype(int))
    worst = d.max(2)
    colour = None
    if max(a.shape) <= 192:
        colour = float(deltaE_ciede2000(rgb2lab(a), rgb2lab(b)).mean())
    return {
        "name": name,
        "width": a.shape[1],
        "height": a.shape[0],
        "maxDifference": int(d.max()),
        "meanDifference": float(d.mean()),
        "changedShare": float((worst > 0).mean()),
        "beyondRoundingShare": float((worst > 2).mean()),
        "psnr": float(peak_signal_noise_ratio(a, b, data_range=255)),
        "ssim": float(structural_similarity(la, lb, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)),
        "msSsim": float(multi_scale(la, lb)),
        "colour": colour,
        "edges": float(correlation(edges(la), edges(lb))),
        "composition": float(correlation(cells(la), cells(lb))),
    }


def colours():
    numbers = stream(6 * 60, 11).reshape(60, 6) / 255
    lab = numbers * [100, 255, 255, 100, 255, 255] - [0, 128, 128, 0, 128, 128]
    lab[:10, 3:] = lab[:10, :3] + 0.5
    lab[10:13, 1:3] = 0
    found = deltaE_ciede2000(lab[:, :3], lab[:, 3:])
    return [{"first": row[:3].tolist(), "second": row[3:].tolist(), "difference": float(d)} for row, d in zip(lab, found)]


def intervals():
    rows = [(5, 10), (1, 50), (37, 1000), (990, 1000), (4000, 60000)]
    return [
        {"hits": k, "trials": n, "low": float(beta.ppf(0.025, k, n - k + 1)), "high": float(beta.ppf(0.975, k + 1, n - k))}
        for k, n in rows
    ]


def main(path):
    vectors = {"pairs": [measures(*pair) for pair in pairs()], "colours": colours(), "intervals": intervals()}
    with open(path, "w", encoding="utf8") as file:
        json.dump(vectors, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
