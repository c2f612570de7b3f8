"""Writes test/engine/vectors/pipeline.json: whole images from k-diffusion around diffusers' networks.

The networks are the small ones of networks.py. Sampler, sigmas and model wrapper are k-diffusion's, guidance is the
usual formula: the stack that A1111 runs. Made with torch 2.13.0, diffusers 0.42.1, torchsde 0.2.6, k-diffusion 0.1.1.post1.
"""

import json
import pathlib

import diffusers
import torch
from safetensors.torch import load_file

from sampler_vectors import alphas, b64, external, sampling, table

ROOT = pathlib.Path(__file__).parents[3] / "test/engine"
SHAPE = (1, 4, 8, 8)
CFG = 4.5


def network(kind, name):
    config = json.loads((ROOT / f"graph/vectors/{name}.json").read_text())["config"]
    model = kind.from_config(config)
    weights = {key: value.float() for key, value in load_file(ROOT / f"graph/vectors/{name}.safetensors").items()}
    model.load_state_dict(weights)
    return model.eval()


class Applied(torch.nn.Module):
    """What k-diffusion expects of CompVis' model."""

    def __init__(self, unet):
        super().__init__()
        self.unet, self.alphas_cumprod = unet, alphas

    def apply_model(self, x, t, cond):
        return self.unet(x, t, cond).sample


def run(unet, prediction, function, schedule, steps, seed):
    wrapper = external.CompVisDenoiser if prediction == "epsilon" else external.CompVisVDenoiser
    model = wrapper(Applied(unet))
    cond, uncond = (torch.randn(1, 5, 6, generator=torch.Generator().manual_seed(s)) for s in (1, 2))

    def guided(x, sigma):
        without = model(x, sigma, cond=uncond)
        return without + CFG * (model(x, sigma, cond=cond) - without)

    low, high = float(model.sigma_min), float(model.sigma_max)
    sigmas = sampling.get_sigmas_karras(steps, low, high) if schedule == "karras" else model.get_sigmas(steps)
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(SHAPE, generator=g) * sigmas[0]
    options = {}
    if "ancestral" in function:
        options["noise_sampler"] = lambda a, b: torch.randn(SHAPE, generator=g)
    if "sde" in function:
        options["noise_sampler"] = sampling.BrownianTreeNoiseSampler(x, sigmas[sigmas > 0].min(), sigmas.max(), seed=[seed])
    return getattr(sampling, f"sample_{function}")(guided, x, sigmas, disable=True, **options)


with torch.no_grad():
    vae = network(diffusers.AutoencoderKL, "vae-sd")
    rows = []
    for name, prediction, sampler, function, schedule in [
        ("unet-sd1", "epsilon", "euler-ancestral", "euler_ancestral", "uniform"),
        ("unet-sd1", "epsilon", "dpmpp-2m", "dpmpp_2m", "karras"),
        ("unet-sd1", "epsilon", "dpmpp-2m-sde", "dpmpp_2m_sde", "karras"),
        ("unet-sd1", "epsilon", "dpmpp-sde", "dpmpp_sde", "karras"),
        ("unet-sd1", "epsilon", "heun", "heun", "uniform"),
        ("unet-sd2", "v", "dpmpp-2m", "dpmpp_2m", "karras"),
        ("unet-sd2", "v", "euler-ancestral", "euler_ancestral", "uniform"),
    ]:
        latent = run(network(diffusers.UNet2DConditionModel, name), prediction, function, schedule, 7, 562327064)
        image = vae.decode(latent / vae.config.scaling_factor).sample
        rows.append({"unet": name, "prediction": prediction, "sampler": sampler, "schedule": schedule, "steps": 7,
                     "seed": 562327064, "latent": b64(latent), "pixels": b64(image[:, :, ::4, ::4])})
contexts = {name: b64(torch.randn(1, 5, 6, generator=torch.Generator().manual_seed(s))) for name, s in (("cond", 1), ("uncond", 2))}
out = ROOT / "vectors/pipeline.json"
out.write_text(json.dumps({"cfg": CFG, **contexts})[:-1] + ',\n"images": [\n' + ",\n".join(map(json.dumps, rows)) + "]}\n")
print(out, out.stat().st_size)
