"""Goes on with the decoder alone, once the encoder is frozen: the latents, and so the UNet, stay as they are. Run again to resume.

The latents get a little noise of random strength, for the UNet's latents are never quite the encoder's. `--write` puts the
averaged decoder into the folder of the frozen autoencoder, if it is better than the one there: a short run is worse at first, for
the rate stirs up what was cooled.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from data import Scenes, to_bytes
from optimizer import Muon
from run import Average, Clock, Log, autocast, resume_run, save_run, save_sheet, warm_rate
from vae import draw_batch, evaluate, reconstruction_loss

NOISE = 0.15  # of the latents' spread, at most


def decoder_loss(vae, picture, weight):
    with autocast():
        with torch.no_grad():
            latents = vae.quant_conv(vae.encoder(picture)).float()[:, : vae.config.latent_channels]
        strength = NOISE * torch.rand(len(latents), 1, 1, 1)
        decoded = vae.decoder(vae.post_quant_conv(latents + strength * torch.randn_like(latents)))
    return reconstruction_loss(decoded, picture, weight)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of raw scenes")
    parser.add_argument("--val", required=True, help="folder of other raw scenes")
    parser.add_argument("--vae", required=True, help="folder of the frozen autoencoder")
    parser.add_argument("--out", required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=1e-3, help="falls to nothing over these minutes")
    parser.add_argument("--write", action="store_true", help="write the averaged decoder into the frozen autoencoder at the end")
    return parser.parse_args()


class Trainer:
    """One run: the autoencoder of which only the decoder moves, its average, and the place of their state."""

    def __init__(self, args):
        self.args, self.out = args, Path(args.out)
        self.scenes, self.val = Scenes(args.data), Scenes(args.val)
        self.vae = AutoencoderKL.from_pretrained(args.vae)
        self.vae.encoder.requires_grad_(False)
        self.vae.quant_conv.requires_grad_(False)
        self.optimizer = Muon(self.vae, args.rate, 1e-2)
        self.average = Average(self.vae, 0.998)
        self.log, self.path, self.clock = Log(self.out / "decoder.jsonl"), self.out / "decoder.pt", Clock(args.minutes)
        resumed = resume_run(self.path, self.vae, self.average, self.optimizer)
        self.warm_from, self.steps = resumed["warm_from"], resumed.get("step", 0)
        self.clock.spent = resumed.get("cpu_seconds", 0)
        self.random = np.random.default_rng([4, self.steps])
        torch.manual_seed(self.steps)

    def step(self):
        for group in self.optimizer.param_groups:
            group["lr"] = warm_rate(self.args.rate, self.steps, self.warm_from) * max(0.01, self.clock.left())
        loss = decoder_loss(self.vae, *draw_batch(self.scenes, self.random, whole=True))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.average.update(self.vae)
        self.steps += 1

    def checkpoint(self):
        figures, decoded = evaluate(self.average.model, self.val)
        counters = dict(step=self.steps, cpu_seconds=self.clock.cpu_seconds())
        self.log.write(**counters, **figures)
        save_run(self.path, self.vae, self.average, self.optimizer, **counters)
        pairs = np.stack([np.array(self.val.images[:24]), to_bytes(decoded[:24])], 1).reshape(-1, 128, 128, 3)
        save_sheet(pairs, 12, self.out / "decoder.png")
        return figures["psnr"]

    def run(self):
        while self.clock.running():
            self.step()
            if self.clock.due("checkpoint", 180):
                self.checkpoint()
        reached, before = self.checkpoint(), evaluate(AutoencoderKL.from_pretrained(self.args.vae), self.val)[0]["psnr"]
        print(f"{reached:.2f} dB; the frozen autoencoder has {before:.2f} dB")
        if self.args.write and reached > before:
            self.average.model.save_pretrained(self.args.vae)


def main():
    torch.set_num_threads(1)
    Trainer(parse()).run()


if __name__ == "__main__":
    main()
