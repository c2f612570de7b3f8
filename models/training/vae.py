"""Trains the autoencoder: diffusers' AutoencoderKL, 128 x 128 pixels to 16 x 16 x 8 latents (f8). Run again to resume.

Loss: L1 + MSE, heavier where a subject is, + L1 of slopes and of 4- and 16-pixel means, plus KL. The first three latent
channels are drawn to twice the picture's thumbnail (means of 8 x 8 pixels): without it hue took thousands of steps to
appear, with it the first few hundred; composition and colour are then also plain for the UNet to see. A quarter of the later
steps decode latents that were scaled or mirrored and ask for the picture scaled or mirrored likewise (EQ-VAE,
arXiv 2502.09509): smoother latents are easier to diffuse. GroupNorm sees whole pictures in the end, crops only at first.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

from data import Scenes, to_bytes, to_tensor
from optimizer import Muon
from run import Average, Clock, Log, autocast, resume_run, save_run, save_sheet, warm_rate

CONFIG = dict(
    in_channels=3,
    out_channels=3,
    down_block_types=["DownEncoderBlock2D"] * 4,
    up_block_types=["UpDecoderBlock2D"] * 4,
    block_out_channels=[16, 32, 64, 128],
    layers_per_block=1,
    latent_channels=8,
    norm_num_groups=8,
    sample_size=128,
    mid_block_add_attention=False,
)

KL, KL_STEPS = 2e-4, 3000  # reached slowly: strong from the start, it closes channels that hue would have used
SUBJECT_WEIGHT = 1.5
THUMBNAIL = 0.5
CROP_STEPS = 1200


def create_vae():
    """The autoencoder, with every residual branch starting at zero and little noise on the latents."""
    vae = AutoencoderKL(**CONFIG)
    with torch.no_grad():
        vae.quant_conv.bias[CONFIG["latent_channels"] :].sub_(6)
    for name, module in vae.named_modules():
        if name.endswith(".conv2"):
            torch.nn.init.zeros_(module.weight)
            torch.nn.init.zeros_(module.bias)
    return vae


def draw_batch(scenes, random, whole):
    """Whole pictures or crops of 64 pixels (more steps a second); half of them mirrored. Pictures and weights of their cells."""
    n, side = (4, 128) if whole else (8, 64)
    images = np.empty((n, side, side, 3), np.uint8)
    area = np.empty((n, side // 8, side // 8), np.uint8)
    for i in range(n):
        k = random.integers(len(scenes))
        y, x = random.integers(0, (128 - side) // 8 + 1, 2)
        picture = scenes.images[k, y * 8 : y * 8 + side, x * 8 : x * 8 + side]
        cells = scenes.area[k, y : y + side // 8, x : x + side // 8]
        mirrored = random.random() < 0.5
        images[i] = picture[:, ::-1] if mirrored else picture
        area[i] = cells[:, ::-1] if mirrored else cells
    weight = 1 + SUBJECT_WEIGHT * torch.from_numpy(area)[:, None].float() / 255
    return to_tensor(images), weight


def moved_alike(latents, picture, weight, random):
    """The same scaling or mirroring for latents, picture and weights."""
    if random.random() < 0.3:
        return latents.flip(3), picture.flip(3), weight.flip(3)
    cells = int(latents.shape[-1] * random.choice([0.5, 0.75]))
    resize = lambda x, side: F.interpolate(x, size=side, mode="bilinear", antialias=True, align_corners=False)
    return resize(latents, cells), resize(picture, cells * 8), resize(weight, cells)


def reconstruction_loss(decoded, picture, weight):
    error = decoded.float() - picture
    pixels = F.interpolate(weight, scale_factor=8, mode="nearest")
    slope = lambda x: (x[:, :, 1:] - x[:, :, :-1]).abs().mean() + (x[..., 1:] - x[..., :-1]).abs().mean()
    coarse = sum(F.avg_pool2d(error, size).abs().mean() for size in (4, 16))
    return (pixels * (error.abs() + error.square())).mean() + 0.5 * slope(error) + coarse


def training_loss(vae, picture, weight, random, kl_weight, moved):
    with autocast():
        moments = vae.quant_conv(vae.encoder(picture)).float()
        mean, log_variance = moments.chunk(2, 1)
        log_variance = log_variance.clamp(-20, 4)
        original = picture
        latents = mean + torch.randn_like(mean) * (log_variance * 0.5).exp()
        if moved:
            latents, picture, weight = moved_alike(latents, picture, weight, random)
        decoded = vae.decoder(vae.post_quant_conv(latents))
    thumbnail = (mean[:, :3] - 2 * F.avg_pool2d(original, 8)).abs().mean()
    kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    return reconstruction_loss(decoded, picture, weight) + THUMBNAIL * thumbnail + kl_weight * kl


@torch.no_grad()
def evaluate(vae, scenes, n=64):
    """PSNR in dB over n unseen scenes and inside their subjects, spread of the latents, and the reconstructions."""
    pictures = to_tensor(scenes.images[:n])
    area = F.interpolate(torch.from_numpy(scenes.area[:n].copy())[:, None].float() / 255, scale_factor=8)
    means, decoded = [], []
    for part in pictures.split(16):
        mean = vae.encode(part).latent_dist.mean
        means.append(mean)
        decoded.append(vae.decode(mean).sample.clamp(-1, 1))
    decoded, means = torch.cat(decoded), torch.cat(means)
    square = ((decoded - pictures) / 2).square()
    whole = -10 * square.mean((1, 2, 3)).log10()
    inside = -10 * ((square * area).sum((1, 2, 3)) / (3 * area.sum((1, 2, 3))).clamp(min=1)).clamp(min=1e-9).log10()
    return dict(psnr=whole.mean().item(), psnr_subject=inside.mean().item(), latent_std=means.std().item()), decoded


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of raw scenes")
    parser.add_argument("--val", required=True, help="folder of other raw scenes")
    parser.add_argument("--out", required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--cool", action="store_true", help="lower the rate to nothing over these minutes: the last run")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


class Trainer:
    """One run: the autoencoder, its average, and the place where their state is kept."""

    def __init__(self, args):
        self.args, self.out = args, Path(args.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.scenes, self.val = Scenes(args.data), Scenes(args.val)
        torch.manual_seed(0)
        self.vae = create_vae()
        self.optimizer = Muon(self.vae, args.rate, 1e-2)
        self.average = Average(self.vae, 0.999)
        self.path, self.clock = self.out / "vae.pt", Clock(args.minutes)
        resumed = resume_run(self.path, self.vae, self.average, self.optimizer)
        self.warm_from, self.steps = resumed["warm_from"], resumed.get("step", 0)
        self.clock.spent = resumed.get("cpu_seconds", 0)
        self.random = np.random.default_rng([1, self.steps])
        torch.manual_seed(self.steps)
        self.log, self.running = Log(self.out / "vae.jsonl"), None

    def step(self):
        rate = warm_rate(self.args.rate, self.steps, self.warm_from)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * max(0.01, self.clock.left()) if self.args.cool else rate
        batch = draw_batch(self.scenes, self.random, self.steps >= CROP_STEPS)
        moved = self.steps > CROP_STEPS / 2 and self.random.random() < 0.25
        loss = training_loss(self.vae, *batch, self.random, KL * min(1, self.steps / KL_STEPS), moved)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.vae.parameters(), 1.0)
        self.optimizer.step()
        self.average.update(self.vae)
        self.steps += 1
        self.running = loss.item() if self.running is None else 0.98 * self.running + 0.02 * loss.item()

    def checkpoint(self):
        figures, decoded = evaluate(self.average.model, self.val)
        counters = dict(step=self.steps, cpu_seconds=self.clock.cpu_seconds())
        self.log.write(**counters, loss=self.running, **figures)
        save_run(self.path, self.vae, self.average, self.optimizer, **counters)
        pairs = np.stack([np.array(self.val.images[:24]), to_bytes(decoded[:24])], 1).reshape(-1, 128, 128, 3)
        save_sheet(pairs, 12, self.out / "vae.png")

    def run(self):
        while self.clock.running():
            self.step()
            if self.clock.due("checkpoint", 180):
                self.checkpoint()
        self.checkpoint()


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    Trainer(args).run()


if __name__ == "__main__":
    main()
