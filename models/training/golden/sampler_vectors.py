"""Writes test/engine/vectors/samplers.json: whole trajectories of k-diffusion's samplers and diffusers' schedulers.

The model is an analytic denoiser, the posterior mean of a mixture of three Gaussians, in float64; noise comes from
PyTorch's generator and torchsde's Brownian tree. Needs torch, torchsde, scipy, diffusers and the file sampling.py of
k-diffusion (made with torch 2.13.0, torchsde 0.2.6, scipy 1.17.1, diffusers 0.42.1, k-diffusion 0.1.1.post1).
"""

import base64
import importlib.util
import json
import pathlib
import sys
import types

import numpy as np
import torch
from diffusers import DDIMScheduler, PNDMScheduler, UniPCMultistepScheduler
from scipy import stats

OUT = pathlib.Path(__file__).parents[3] / "test/engine/vectors/samplers.json"
torch.set_num_threads(1)


FOLDER = pathlib.Path(importlib.util.find_spec("k_diffusion").submodule_search_locations[0])


def load(name):
    """One file of k-diffusion without the package, which would pull in training code."""
    spec = importlib.util.spec_from_file_location(f"k_diffusion.{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


sys.modules["torchdiffeq"] = types.SimpleNamespace(odeint=None)
utils = types.ModuleType("k_diffusion.utils")
utils.append_dims = lambda x, n: x[(...,) + (None,) * (n - x.ndim)]
package = types.ModuleType("k_diffusion")
package.__path__, package.utils = [str(FOLDER)], utils
sys.modules.update({"k_diffusion": package, "k_diffusion.utils": utils})
sampling = load("sampling")
package.sampling = sampling
external = load("external")

SHAPE = (1, 2, 4, 4)
SHIFT = (((torch.arange(32) % 5) - 2) * 0.15).reshape(SHAPE).double()
MEANS, WEIGHTS, SPREAD = [-1.2, 0.3, 1.1], [0.3, 0.5, 0.2], 0.25


def denoise(x, sigma, **_):
    x, sigma = x.double(), float(sigma.flatten()[0]) if torch.is_tensor(sigma) else float(sigma)
    v = SPREAD**2 + sigma**2
    means = [m + SHIFT for m in MEANS]
    logs = torch.stack([np.log(w) - (x - m) ** 2 / (2 * v) for w, m in zip(WEIGHTS, means)])
    share = torch.softmax(logs, 0)
    return sum(s * (m * sigma**2 + x * SPREAD**2) / v for s, m in zip(share, means)).float()


def b64(t):
    return base64.b64encode(t.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


# As in CompVis' code: products in float64, kept as float32, noise levels worked out from those.
alphas = torch.tensor(np.cumprod(1 - np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2), dtype=torch.float32)
table = external.DiscreteSchedule(((1 - alphas) / alphas) ** 0.5, quantize=False)
low, high = float(table.sigma_min), float(table.sigma_max)


def run(name, sigmas, seed, **options):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(SHAPE, generator=g) * sigmas[0]
    draws = lambda a, b: torch.randn(SHAPE, generator=g)
    if name in ("sample_dpmpp_sde", "sample_dpmpp_2m_sde", "sample_dpmpp_3m_sde"):
        options["noise_sampler"] = sampling.BrownianTreeNoiseSampler(x, sigmas[sigmas > 0].min(), sigmas.max(), seed=[seed])
    elif "ancestral" in name:
        options["noise_sampler"] = draws
    original = torch.randn_like
    torch.randn_like = lambda t: draws(0, 0)
    xs = []
    result = getattr(sampling, name)(denoise, x, sigmas, callback=lambda d: xs.append(b64(d["x"])), disable=True, **options)
    torch.randn_like = original
    return {"seed": seed, "sigmas": sigmas.tolist(), "xs": [*xs, b64(result)]}


def k_diffusion_runs():
    karras = lambda n: sampling.get_sigmas_karras(n, low, high)
    plain = lambda n: table.get_sigmas(n)
    churn = {"s_churn": 3.0, "s_tmin": 0.05, "s_tmax": 10.0, "s_noise": 1.003}
    eta = {"eta": 0.6, "s_noise": 0.9}
    rows = [
        ("euler", "euler", {}), ("euler-ancestral", "euler_ancestral", {}), ("heun", "heun", {}), ("lms", "lms", {}),
        ("dpm2", "dpm_2", {}), ("dpm2-a", "dpm_2_ancestral", {}), ("dpmpp-2s-a", "dpmpp_2s_ancestral", {}),
        ("dpmpp-2m", "dpmpp_2m", {}), ("dpmpp-sde", "dpmpp_sde", {}), ("dpmpp-2m-sde", "dpmpp_2m_sde", {}),
        ("dpmpp-2m-sde-heun", "dpmpp_2m_sde", {"solver_type": "heun"}), ("dpmpp-3m-sde", "dpmpp_3m_sde", {}),
        ("euler", "euler", churn), ("heun", "heun", churn), ("dpm2", "dpm_2", churn),
        ("euler-ancestral", "euler_ancestral", eta), ("dpm2-a", "dpm_2_ancestral", eta),
        ("dpmpp-2s-a", "dpmpp_2s_ancestral", eta), ("dpmpp-sde", "dpmpp_sde", eta),
        ("dpmpp-2m-sde", "dpmpp_2m_sde", eta), ("dpmpp-3m-sde", "dpmpp_3m_sde", eta),
    ]
    for i, (sampler, function, options) in enumerate(rows):
        names = {"s_churn": "sChurn", "s_tmin": "sTmin", "s_tmax": "sTmax", "s_noise": "sNoise", "eta": "eta"}
        ours = {names[k]: v for k, v in options.items() if k in names}
        for schedule, sigmas in (("karras", karras(10)), ("normal", plain(8))):
            yield {"sampler": sampler, "schedule": schedule, "options": ours,
                   **run(f"sample_{function}", sigmas, 562327064 + i, **options)}


def diffusers_run(sampler, scheduler, steps, options, **step_options):
    """In the frame of unit variance; x is recorded before each call of the model that starts a step."""
    scheduler.set_timesteps(steps)
    seed = 20231127
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(SHAPE, generator=g)
    if step_options:
        step_options["generator"] = g
    times = [int(t) for t in scheduler.timesteps]
    sigma = ((1 - scheduler.alphas_cumprod) / scheduler.alphas_cumprod) ** 0.5
    xs, sigmas = [], []
    for i, t in enumerate(times):
        s = float(sigma[t])
        # PNDM calls the model twice at its second time; the first of the two belongs to its first step.
        if not (sampler == "plms" and i == 1):
            xs.append(b64(x))
            sigmas.append(s)
        wide = x.double() * (1 + s * s) ** 0.5
        eps = ((wide - denoise(wide, torch.tensor(s)).double()) / s).float()
        x = scheduler.step(eps, t, x, **step_options).prev_sample
    last = 0.0 if sampler == "unipc-bh2" else float(sigma[0])
    return {"sampler": sampler, "options": options, "seed": seed, "steps": steps, "sigmas": [*sigmas, last], "xs": [*xs, b64(x)]}


def diffusers_runs():
    base = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, timestep_spacing="leading")
    ddim = lambda: DDIMScheduler(**base, clip_sample=False, set_alpha_to_one=False)
    yield diffusers_run("ddim", ddim(), 10, {})
    yield diffusers_run("ddim", ddim(), 8, {"eta": 0.7}, eta=0.7)
    yield diffusers_run("plms", PNDMScheduler(**base, skip_prk_steps=True, set_alpha_to_one=False), 10, {})
    for variant in ("bh1", "bh2"):
        # With bh1 the scheduler's last move to zero is not a number.
        end = "sigma_min" if variant == "bh1" else "zero"
        scheduler = UniPCMultistepScheduler(**base, solver_order=3, solver_type=variant, final_sigmas_type=end)
        yield diffusers_run("unipc" if variant == "bh1" else "unipc-bh2", scheduler, 9, {})


def schedules():
    sigmas, count = table.sigmas, 1000
    for n in (1, 2, 7, 20, 30, 50):
        yield ["karras", n, "a1111", sampling.get_sigmas_karras(n, low, high).tolist()]
        yield ["exponential", n, "a1111", sampling.get_sigmas_exponential(n, low, high).tolist()]
        yield ["uniform", n, "a1111", table.get_sigmas(n).tolist()]
        sgm = [float(table.t_to_sigma(t)) for t in torch.linspace(999, 0, n + 1)[:-1]]
        yield ["sgm_uniform", n, "comfyui", [*sgm, 0.0]]
        yield ["simple", n, "comfyui", [*[float(sigmas[-(1 + int(i * (count / n)))]) for i in range(n)], 0.0]]
        yield ["ddim_uniform", n, "comfyui", [*[float(sigmas[i]) for i in range(1, count, max(count // n, 1))][::-1], 0.0]]
        shares = 1 - np.linspace(0, 1, n)
        yield ["beta", n, "a1111", [*[low + float(stats.beta.ppf(p, 0.6, 0.6)) * (high - low) for p in shares], 0.0]]
        times = np.rint(stats.beta.ppf(1 - np.linspace(0, 1, n, endpoint=False), 0.6, 0.6) * (count - 1)).astype(int)
        kept = [t for i, t in enumerate(times) if i == 0 or t != times[i - 1]]
        yield ["beta", n, "comfyui", [*[float(sigmas[t]) for t in kept], 0.0]]


def times():
    rng = np.random.default_rng(5)
    asked = [*np.exp(rng.uniform(np.log(0.02), np.log(20), 30)), low, high, float(table.sigmas[500])]
    return [[float(np.float32(s)), float(table.sigma_to_t(torch.tensor(np.float32(s)).reshape(1))),
             int(table.sigma_to_t(torch.tensor(np.float32(s)).reshape(1), quantize=True))] for s in asked]


if __name__ == "__main__":
    parts = {
        "denoiser": {"means": MEANS, "weights": WEIGHTS, "spread": SPREAD},
        "levels": [float(table.sigmas[i]) for i in (0, 1, 10, 100, 500, 998, 999)],
        "times": times(),
        "quantiles": [[p, a, b, float(stats.beta.ppf(p, a, b))] for p in (1e-9, 0.001, 0.1, 0.37, 0.5, 0.9, 0.99999) for a, b in ((0.6, 0.6), (0.3, 1.5), (1, 1))],
        "schedules": list(schedules()),
        "kdiffusion": list(k_diffusion_runs()),
        "diffusers": list(diffusers_runs()),
    }
    body = ",\n".join(f"{json.dumps(k)}: [\n" + ",\n".join(map(json.dumps, v)) + "]" if isinstance(v, list) else f"{json.dumps(k)}: {json.dumps(v)}" for k, v in parts.items())
    OUT.write_text("{\n" + body + "\n}\n")
    print(OUT, OUT.stat().st_size)
