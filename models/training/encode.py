"""Freezes the autoencoder and encodes scenes with it.

The first call writes `vae/` in diffusers' layout, with the mean and spread of each latent channel folded into the 1 x 1
convolutions on both sides of the latents: they are centred with unit variance, and scaling_factor is 1. Every call adds
`latents.f16` ([n, 8, 16, 16], means of the posterior) to a folder of raw scenes.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from data import Scenes, to_tensor
from run import autocast
from vae import CONFIG


@torch.no_grad()
def means(vae, scenes, indexes, size=32):
    for part in np.array_split(indexes, max(1, len(indexes) // size)):
        with autocast():
            hidden = vae.encoder(to_tensor(scenes.images[part]))
        yield vae.quant_conv(hidden.float())[:, : vae.config.latent_channels]


@torch.no_grad()
def fold_statistics(vae, scenes, n=1024):
    """z' = (z - mean) / std per channel, undone before decoding; the log-variance moves by -2 log std."""
    latents = torch.cat(list(means(vae, scenes, np.linspace(0, len(scenes) - 1, n).astype(int))))
    mean, std = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    channels = len(mean)
    before, after = vae.quant_conv, vae.post_quant_conv
    before.bias[:channels] = (before.bias[:channels] - mean) / std
    before.weight[:channels] /= std[:, None, None, None]
    before.bias[channels:] -= 2 * std.log()
    after.bias += (after.weight[:, :, 0, 0] * mean).sum(1)
    after.weight *= std[None, :, None, None]


def freeze(checkpoint, scenes, folder):
    vae = AutoencoderKL(**CONFIG, scaling_factor=1.0, force_upcast=False)
    vae.load_state_dict(torch.load(checkpoint)["average"])
    fold_statistics(vae.eval(), scenes)
    vae.save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of raw scenes")
    parser.add_argument("--vae", required=True, help="folder of the frozen autoencoder; written when it does not exist")
    parser.add_argument("--checkpoint", help="vae.pt to freeze")
    parser.add_argument("--statistics", help="folder of raw scenes that the latents' mean and spread are taken from")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--delete-images", action="store_true", help="remove images.u8 afterwards; it can be drawn again")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    scenes = Scenes(args.data)
    if not Path(args.vae).exists():
        freeze(args.checkpoint, Scenes(args.statistics or args.data), args.vae)
    vae = AutoencoderKL.from_pretrained(args.vae).eval()
    start, path = time.process_time(), Path(args.data) / "latents.f16"
    with open(path.with_suffix(".partial"), "wb") as file:
        for latents in means(vae, scenes, np.arange(len(scenes))):
            file.write(latents.half().numpy().tobytes())
    path.with_suffix(".partial").rename(path)
    print(f"{len(scenes)} scenes, {len(scenes) / (time.process_time() - start):.0f} per CPU-second")
    if args.delete_images:
        (Path(args.data) / "images.u8").unlink()


if __name__ == "__main__":
    main()
