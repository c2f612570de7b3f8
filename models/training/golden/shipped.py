"""Writes test/models/vectors/scenes-128.json and .png: pictures that diffusers draws with the shipped folder, as it is.

Euler's method on linearly spaced timesteps, which the engine has as `euler` with the schedule `automatic`. To be run again, like
`npm run golden`, whenever the weights change. Made with torch 2.13.0, diffusers 0.42.1, transformers 5.23.0.
"""

import hashlib
import json
import pathlib

import numpy as np
import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline
from PIL import Image

ROOT = pathlib.Path(__file__).parents[3]
MODEL = ROOT / "models/scenes-128"
OUT = ROOT / "test/models/vectors"
PROMPTS = ["a red cat in a meadow, at night", "a blue house in the mountains, by day", "a yellow rocket in a meadow, by day"]
STEPS, CFG = 12, 4.5


def main():
    torch.set_num_threads(1)
    pipe = StableDiffusionXLPipeline.from_pretrained(MODEL, torch_dtype=torch.float32)
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config, timestep_spacing="linspace")
    pipe.set_progress_bar_config(disable=True)
    pictures = []
    for seed, prompt in enumerate(PROMPTS):
        generator = torch.Generator().manual_seed(seed)
        size = dict(width=128, height=128, num_inference_steps=STEPS, guidance_scale=CFG)
        pictures.append(np.asarray(pipe(prompt, negative_prompt="", generator=generator, **size).images[0]))
    unet = (MODEL / "unet/diffusion_pytorch_model.safetensors").read_bytes()
    about = dict(unet_sha256=hashlib.sha256(unet).hexdigest(), prompts=PROMPTS, steps=STEPS, cfg=CFG)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "scenes-128.json").write_text(json.dumps(about, indent=2) + "\n")
    Image.fromarray(np.concatenate(pictures, 1)).save(OUT / "scenes-128.png")


if __name__ == "__main__":
    main()
