"""Trains text encoder and UNet on encoded scenes. Run again to resume; give another --data to grow the world.

The loss is the v-error with weight min(snr + 1, 5) / (snr + 1), heavier on latent cells that show the subject; timesteps are
uniform and stratified over the batch; one caption in ten is empty, for classifier-free guidance. With torchrun, each worker
has its own batches and the weights are averaged every few steps.
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
from run import Average, Clock, Log, resume_run, save_run, save_sheet, warm_rate
from wrongword import wrong_word_table

SUBJECT_WEIGHT = 4.0
EMPTY = 0.1


class Latents:
    """Encoded scenes: latents, subject area and the token ids of every caption."""

    def __init__(self, folder, tokenizer):
        self.scenes = Scenes(folder)
        shape = (-1, 8, 16, 16)
        self.latents = np.memmap(Path(folder) / "latents.f16", np.float16, "r").reshape(shape)
        cache = Path(folder) / "tokens.npy"
        if not cache.exists():
            captions = [text for texts in self.scenes.captions() for text in texts]
            ids = torch.cat([tokenize(tokenizer, captions[i : i + 4096]) for i in range(0, len(captions), 4096)])
            np.save(cache, ids.numpy().astype(np.uint16).reshape(len(self.latents), -1, 77))
        self.tokens = np.load(cache, mmap_mode="r")

    def batch(self, random, n, empty):
        """n scenes: latents [n, 8, 16, 16], area [n, 1, 16, 16], token ids [n, 77]."""
        rows = random.integers(len(self.latents), size=n)
        tokens = torch.from_numpy(self.tokens[rows, random.integers(self.tokens.shape[1], size=n)].astype(np.int64))
        tokens[torch.from_numpy(random.random(n) < EMPTY)] = empty
        area = torch.from_numpy(self.scenes.area[rows])[:, None].float() / 255
        return torch.from_numpy(self.latents[rows].astype(np.float32)), area, tokens


def training_loss(denoiser, signal, latents, area, tokens):
    n = len(latents)
    timesteps = ((torch.randperm(n) + torch.rand(n)) * STEPS / n).long()
    a = signal[timesteps][:, None, None, None]
    noise = torch.randn_like(latents)
    target = a.sqrt() * noise - (1 - a).sqrt() * latents
    with torch.autocast("cpu", torch.bfloat16):
        v = denoiser(a.sqrt() * latents + (1 - a).sqrt() * noise, timesteps, tokens)
    # snr + 1 = 1 / (1 - a)
    by_time = (1 / (1 - a)).clamp(max=5) * (1 - a)
    by_place = 1 + SUBJECT_WEIGHT * area
    by_place = by_place / by_place.mean((2, 3), keepdim=True)
    return (by_time * by_place * (v.float() - target).square()).mean()


def average_over_workers(parameters):
    flat = torch.nn.utils.parameters_to_vector(parameters)
    dist.all_reduce(flat)
    torch.nn.utils.vector_to_parameters(flat / dist.get_world_size(), parameters)


@torch.no_grad()
def draw_sheet(denoiser, vae, tokenizer, captions, path, seeds=4):
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
    parser.add_argument("--data", required=True, help="folder of encoded scenes")
    parser.add_argument("--val", required=True, help="folder of other encoded scenes")
    parser.add_argument("--vae", required=True, help="folder of the frozen autoencoder")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--average-every", type=int, default=8, help="steps between averages over workers")
    parser.add_argument("--sheet-minutes", type=float, default=10)
    return parser.parse_args()


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    rank, workers = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if workers > 1:
        dist.init_process_group("gloo")
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(args.tokenizer)
    torch.manual_seed(0)
    denoiser = Denoiser(tokenizer)
    data, val = Latents(args.data, tokenizer), Latents(args.val, tokenizer)
    vae = AutoencoderKL.from_pretrained(args.vae).eval()
    optimizer = torch.optim.AdamW(denoiser.parameters(), args.rate, betas=(0.9, 0.99), weight_decay=1e-3, fused=True)
    average = Average(denoiser, 0.999)
    path, clock = out / "unet.pt", Clock(args.minutes)
    resumed = resume_run(path, denoiser, average, optimizer)
    step, samples, clock.spent = (resumed.get(name, 0) for name in ("step", "samples", "cpu_seconds"))
    random = np.random.default_rng([2, rank, step])
    torch.manual_seed(1000003 * rank + step)
    signal, empty = alphas_cumprod(), tokenize(tokenizer, [""])[0]
    log, running = Log(out / "unet.jsonl"), None
    prompts = [texts[0] for texts in val.scenes.captions()[:8]]

    def checkpoint(sheet):
        table = wrong_word_table(average.model, val, tokenizer)
        cpu = clock.spent + (clock.cpu_seconds() - clock.spent) * workers
        log.write(step=step, samples=samples, cpu_seconds=cpu, loss=running, data=Path(args.data).name, **table)
        if sheet:
            draw_sheet(average.model, vae, tokenizer, prompts, out / f"sheet-{samples:08d}.png")
        save_run(path, denoiser, average, optimizer, step=step, samples=samples, cpu_seconds=cpu)

    while True:
        for group in optimizer.param_groups:
            group["lr"] = warm_rate(args.rate, step, resumed["warm_from"])
        loss = training_loss(denoiser, signal, *data.batch(random, args.batch, empty))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(denoiser.parameters(), 1.0)
        optimizer.step()
        step, samples = step + 1, samples + args.batch * workers
        running = loss.item() if running is None else 0.99 * running + 0.01 * loss.item()
        going = torch.tensor([1.0 if clock.running() else 0.0])
        if workers > 1 and step % args.average_every == 0:
            average_over_workers(list(denoiser.parameters()))
            dist.broadcast(going, 0)
        if rank == 0:
            average.update(denoiser)
        if going.item() == 0 and (workers == 1 or step % args.average_every == 0):
            break
        if rank == 0 and clock.due("checkpoint", 240):
            checkpoint(clock.due("sheet", args.sheet_minutes * 60))
    if rank == 0:
        checkpoint(True)


if __name__ == "__main__":
    main()
