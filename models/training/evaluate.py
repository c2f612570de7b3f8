"""Reads the tags back from pictures of the model: unseen prompts and seeds, judged by the independent classifier.

Each figure comes with its 95 % interval (Wilson). `--val` with a folder of split heldout gives the figures for pairs of tags
that training never showed.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from classifier import accuracy, load_classifier, read
from data import Scenes, to_bytes, to_tensor
from diffusion import Denoiser, load_tokenizer, sample, tokenize
from run import save_sheet
from wrongword import caption_of, tags_of


def wilson(right, n, z=1.96):
    """Bounds of the 95 % interval for a share of right in n."""
    if n == 0:
        return None, None
    p = right / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def load_average(path, tokenizer):
    denoiser = Denoiser(tokenizer)
    denoiser.load_state_dict(torch.load(path)["average"])
    return denoiser.eval()


def pictures_of(denoiser, vae, tokenizer, captions, seed, guidance):
    empty = tokenize(tokenizer, [""])
    for i in range(0, len(captions), 16):
        tokens = tokenize(tokenizer, captions[i : i + 16])
        noise = torch.randn(len(tokens), 8, 16, 16, generator=torch.Generator().manual_seed(seed + i))
        with torch.no_grad():
            yield vae.decode(sample(denoiser, tokens, empty, noise, guidance=guidance)).sample.clamp(-1, 1)


def figures(readings, truth, order):
    """Per group: right, n, share and interval; action counts only where there is one, position where one subject stands."""
    table = {}
    for i, group in enumerate(order):
        rows = np.ones(len(truth), bool)
        if group == "position":
            rows = truth[:, order.index("count")] == 0
        if group == "action":
            rows = truth[:, i] > 0
        right, n = int((readings[rows, i] == truth[rows, i]).sum()), int(rows.sum())
        varies = len(set(truth[rows, i])) > 1
        table[group] = dict(share=right / max(n, 1), interval=wilson(right, n), n=n, varies=varies)
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unet", required=True, help="unet.pt of a run")
    parser.add_argument("--vae", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--classifier", required=True, help="classifier.pt")
    parser.add_argument("--val", required=True, help="folder of raw scenes whose tags are asked for")
    parser.add_argument("--out", required=True, help="JSON file; a contact sheet is written beside it")
    parser.add_argument("--n", type=int, default=256)
    parser.add_argument("--guidance", type=float, default=4.5)
    parser.add_argument("--seed", type=int, default=1000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    scenes, tokenizer = Scenes(args.val), load_tokenizer(args.tokenizer)
    denoiser = load_average(args.unet, tokenizer)
    vae = AutoencoderKL.from_pretrained(args.vae).eval()
    n = min(args.n, len(scenes.tags))
    captions = [caption_of(tags_of(scenes, row), scenes.phrases) for row in range(n)]
    pictures = torch.cat(list(pictures_of(denoiser, vae, tokenizer, captions, args.seed, args.guidance)))
    classifier, truth = load_classifier(args.classifier), scenes.tags.astype(np.int64)
    table = figures(read(classifier, pictures).numpy(), truth[:n], scenes.order)
    ceiling = accuracy(read(classifier, to_tensor(scenes.images)), torch.from_numpy(truth), scenes.order)
    ceiling = {group: share for group, share in ceiling.items() if table[group]["varies"]}
    result = dict(guidance=args.guidance, seed=args.seed, groups=table, ceiling=ceiling)
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n")
    save_sheet(to_bytes(pictures[:64]), 8, Path(args.out).with_suffix(".png"))
    print("  ".join(f"{group} {row['share']:.2f}" for group, row in table.items()))


if __name__ == "__main__":
    main()
