"""Writes test/engine/vectors/lcm.json: whole trajectories of diffusers' LCMScheduler, as sampler_vectors.py has the others.

The model is the same analytic denoiser, the posterior mean of a mixture of three Gaussians, in float64; noise comes from
PyTorch's generator. Needs torch and diffusers (made with torch 2.13.0, diffusers 0.42.1).
"""

import base64
import json
import pathlib

import numpy as np
import torch
from diffusers import LCMScheduler

OUT = pathlib.Path(__file__).parents[3] / "test/engine/vectors/lcm.json"
torch.set_num_threads(1)

SHAPE = (1, 2, 4, 4)
SHIFT = (((torch.arange(32) % 5) - 2) * 0.15).reshape(SHAPE).double()
MEANS, WEIGHTS, SPREAD = [-1.2, 0.3, 1.1], [0.3, 0.5, 0.2], 0.25


def denoise(x, sigma):
    v = SPREAD**2 + sigma**2
    means = [m + SHIFT for m in MEANS]
    logs = torch.stack([np.log(w) - (x - m) ** 2 / (2 * v) for w, m in zip(WEIGHTS, means)])
    share = torch.softmax(logs, 0)
    return sum(s * (m * sigma**2 + x * SPREAD**2) / v for s, m in zip(share, means))


def b64(t):
    return base64.b64encode(t.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


def run(steps, seed, prediction):
    """In the frame of unit variance; x is recorded before each call of the model, and at the end."""
    scheduler = LCMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
                             original_inference_steps=50, set_alpha_to_one=True, prediction_type=prediction)
    scheduler.set_timesteps(steps)
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(SHAPE, generator=generator)
    alphas = scheduler.alphas_cumprod.double()
    xs, sigmas = [], []
    for t in scheduler.timesteps:
        alpha = float(alphas[t])
        sigma = ((1 - alpha) / alpha) ** 0.5
        xs.append(b64(x))
        sigmas.append(sigma)
        wide = x.double() * (1 + sigma * sigma) ** 0.5
        clean = denoise(wide, sigma)
        eps = (wide - clean) / sigma
        answer = eps if prediction == "epsilon" else alpha**0.5 * eps - (1 - alpha) ** 0.5 * clean
        x = scheduler.step(answer.float(), t, x, generator=generator).prev_sample
    times = [int(t) for t in scheduler.timesteps]
    return {"sampler": "lcm", "options": {}, "prediction": prediction, "seed": seed, "times": times,
            "sigmas": [*sigmas, 0.0], "xs": [*xs, b64(x)]}


rows = [run(steps, 562327064 + steps, prediction) for steps in (1, 2, 4, 8, 20) for prediction in ("epsilon", "v_prediction")]
OUT.write_text(json.dumps({"diffusers": rows}))
