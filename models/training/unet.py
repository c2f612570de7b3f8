"""Trains text encoder and UNet on encoded scenes. Run again to resume; give another --data to grow the world.

The loss is the v-error with weight min(snr + 1, 5) / (snr + 1) (`--snr` names another bound: higher ones teach flakes and even skies,
which the last timesteps draw), heavier on latent cells that show the subject; timesteps are uniform and stratified over the
batch; one caption in ten is empty, for classifier-free guidance. With torchrun, each worker has its own batches and the weights
are averaged every few steps.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from diffusers import AutoencoderKL

from data import Scenes, to_bytes
from diffusion import STEPS, Denoiser, alphas_cumprod, load_tokenizer, sample, tokenize
from optimizer import Muon
from run import Average, Clock, Log, autocast, resume_run, save_run, save_sheet, warm_rate
from wrongword import wrong_word_table

EMPTY = 0.1
OFTEN = 3.0
SHEET_PROMPTS, SHEET_SEEDS = 8, 4


def odds_of(scenes, often):
    """How often each scene is drawn, relative to the others: more when it has one of these tags."""
    odds = np.ones(len(scenes))
    for i, group in enumerate(scenes.order):
        for tag in set(often) & set(scenes.groups[group]):
            odds[scenes.tags[:, i] == scenes.groups[group].index(tag)] = OFTEN
    return odds


class Latents:
    """Encoded scenes: latents, subject area and the token ids of every caption."""

    def __init__(self, folder, tokenizer, often=()):
        self.scenes = Scenes(folder)
        odds = odds_of(self.scenes, often)
        self.heap = np.cumsum(odds / odds.sum())
        shape = (-1, 8, 16, 16)
        self.latents = np.memmap(Path(folder) / "latents.f16", np.float16, "r").reshape(shape)
        cache = Path(folder) / "tokens.npy"
        if not cache.exists():
            captions = [text for texts in self.scenes.captions() for text in texts]
            ids = torch.cat([tokenize(tokenizer, captions[i : i + 4096]) for i in range(0, len(captions), 4096)])
            np.save(cache, ids.numpy().astype(np.uint16).reshape(len(self.latents), -1, 77))
        self.tokens = np.load(cache, mmap_mode="r")

    def batch(self, random, n, empty, unsaid=EMPTY):
        """n scenes: latents [n, 8, 16, 16], area [n, 1, 16, 16], token ids [n, 77]; a share `unsaid` of them with no caption."""
        rows = np.searchsorted(self.heap, random.random(n), side="right").clip(max=len(self.heap) - 1)
        tokens = torch.from_numpy(self.tokens[rows, random.integers(self.tokens.shape[1], size=n)].astype(np.int64))
        tokens[torch.from_numpy(random.random(n) < unsaid)] = empty
        area = torch.from_numpy(self.scenes.area[rows])[:, None].float() / 255
        return torch.from_numpy(self.latents[rows].astype(np.float32)), area, tokens


def mixed_batch(sources, random, n, empty):
    """n scenes out of several folders, each folder's share by its size."""
    sizes = np.array([len(source.latents) for source in sources])
    shares = random.multinomial(n, sizes / sizes.sum())
    parts = [source.batch(random, share, empty) for source, share in zip(sources, shares) if share]
    return [torch.cat(same) for same in zip(*parts)]


def training_loss(denoiser, signal, latents, area, tokens, subject_weight=4.0, snr=5.0):
    n = len(latents)
    timesteps = ((torch.randperm(n) + torch.rand(n)) * STEPS / n).long()
    a = signal[timesteps][:, None, None, None]
    noise = torch.randn_like(latents)
    target = a.sqrt() * noise - (1 - a).sqrt() * latents
    with autocast():
        v = denoiser(a.sqrt() * latents + (1 - a).sqrt() * noise, timesteps, tokens)
    # snr + 1 = 1 / (1 - a)
    by_time = (1 / (1 - a)).clamp(max=snr) * (1 - a)
    by_place = 1 + subject_weight * area
    by_place = by_place / by_place.mean((2, 3), keepdim=True)
    return (by_time * by_place * (v.float() - target).square()).mean()


def average_over_workers(parameters):
    flat = torch.nn.utils.parameters_to_vector(parameters)
    dist.all_reduce(flat)
    torch.nn.utils.vector_to_parameters(flat / dist.get_world_size(), parameters)


@torch.no_grad()
def draw_sheet(denoiser, vae, tokenizer, captions, path, seeds=SHEET_SEEDS):
    """Each caption with the same few seeds, one row of pictures a seed."""
    noise = torch.cat([torch.randn(1, 8, 16, 16, generator=torch.Generator().manual_seed(s)) for s in range(seeds)])
    tokens = tokenize(tokenizer, captions)
    empty = tokenize(tokenizer, [""])
    pictures = []
    for i in range(seeds):
        latents = sample(denoiser, tokens, empty, noise[i : i + 1].expand(len(captions), -1, -1, -1))
        pictures.append(to_bytes(vae.decode(latents).sample.clamp(-1, 1)))
    save_sheet(np.concatenate(pictures), len(captions), path)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, nargs="+", help="folders of encoded scenes, drawn from by their size")
    parser.add_argument("--val", required=True, help="folder of other encoded scenes")
    parser.add_argument("--vae", required=True, help="folder of the frozen autoencoder")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--cool", action="store_true", help="lower the rate to nothing over these minutes: before shipping")
    parser.add_argument("--subject-weight", type=float, default=4.0, help="of cells with a subject: high to bind, low for backgrounds")
    parser.add_argument("--snr", type=float, default=5.0, help="bound of signal to noise beyond which a timestep counts less")
    parser.add_argument("--average", type=float, default=0.999, help="decay of the averaged weights; runs of few steps want a lower one")
    parser.add_argument("--often", nargs="*", default=(), help="tags whose scenes are drawn three times as often as others: what is learned last")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--average-every", type=int, default=8, help="steps between averages over workers")
    parser.add_argument("--sheet-minutes", type=float, default=8)
    return parser.parse_args()


class Trainer:
    """One worker's run: the networks, their average, and the place where their state is kept."""

    def __init__(self, args):
        self.args = args
        self.rank, self.workers = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self.out = Path(args.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = load_tokenizer(args.tokenizer)
        torch.manual_seed(0)
        self.denoiser = Denoiser(self.tokenizer)
        self.data = [Latents(folder, self.tokenizer, args.often) for folder in args.data]
        self.val = Latents(args.val, self.tokenizer)
        self.vae = AutoencoderKL.from_pretrained(args.vae).eval()
        self.optimizer = Muon(self.denoiser, args.rate, 1e-2)
        self.average = Average(self.denoiser, args.average)
        self.path, self.clock = self.out / "unet.pt", Clock(args.minutes)
        resumed = resume_run(self.path, self.denoiser, self.average, self.optimizer)
        self.warm_from = resumed["warm_from"]
        self.steps, self.samples = resumed.get("step", 0), resumed.get("samples", 0)
        self.clock.spent = resumed.get("cpu_seconds", 0)
        self.random = np.random.default_rng([2, self.rank, self.steps])
        torch.manual_seed(1_000_003 * self.rank + self.steps)
        self.signal, self.empty = alphas_cumprod(), tokenize(self.tokenizer, [""])[0]
        self.log, self.running = Log(self.out / "unet.jsonl"), None

    def step(self):
        rate = warm_rate(self.args.rate, self.steps, self.warm_from)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * max(0.01, self.clock.left()) if self.args.cool else rate
        batch = mixed_batch(self.data, self.random, self.args.batch, self.empty)
        loss = training_loss(self.denoiser, self.signal, *batch, self.args.subject_weight, self.args.snr)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.denoiser.parameters(), 1.0)
        self.optimizer.step()
        self.steps += 1
        self.samples += self.args.batch * self.workers
        self.running = loss.item() if self.running is None else 0.99 * self.running + 0.01 * loss.item()

    def going(self):
        """Whether to go on, the same answer for every worker; averages the workers' weights when it is time."""
        going = torch.tensor([1.0 if self.clock.running() else 0.0])
        if self.workers == 1:
            return going.item() == 1
        if self.steps % self.args.average_every:
            return True
        average_over_workers(list(self.denoiser.parameters()))
        dist.broadcast(going, 0)
        return going.item() == 1

    def checkpoint(self, sheet):
        table = wrong_word_table(self.average.model, self.val, self.tokenizer)
        cpu = self.clock.spent + (self.clock.cpu_seconds() - self.clock.spent) * self.workers
        counters = dict(step=self.steps, samples=self.samples, cpu_seconds=cpu)
        self.log.write(**counters, loss=self.running, data="+".join(Path(folder).name for folder in self.args.data), **table)
        save_run(self.path, self.denoiser, self.average, self.optimizer, **counters)
        if sheet:
            prompts = [texts[0] for texts in self.val.scenes.captions()[:SHEET_PROMPTS]]
            draw_sheet(self.average.model, self.vae, self.tokenizer, prompts, self.out / f"sheet-{self.samples:08d}.png")

    def run(self):
        going = True
        while going:
            self.step()
            going = self.going()
            if self.rank == 0:
                self.average.update(self.denoiser)
                if self.clock.due("checkpoint", 200):
                    self.checkpoint(self.clock.due("sheet", self.args.sheet_minutes * 60))
        if self.rank == 0:
            self.checkpoint(True)


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    if int(os.environ.get("WORLD_SIZE", 1)) > 1:
        dist.init_process_group("gloo")
    Trainer(args).run()


if __name__ == "__main__":
    main()
