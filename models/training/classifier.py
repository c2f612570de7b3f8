"""The independent judge: a small convolutional network that reads the tags off a picture, trained on rendered scenes only.

It never sees a picture of the model. Blur, mottle, grain and colour shifts in training keep it from relying on what the
autoencoder cannot reproduce. Its accuracy on unseen scenes is the ceiling of every read-back figure, so it is logged beside them.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from data import Scenes, to_tensor
from optimizer import Muon
from run import Clock, Log, autocast, save_atomically


RATE = 3e-3


class Classifier(nn.Module):
    """Pictures [n, 3, 128, 128] in -1 ... 1 -> one row of logits per group."""

    def __init__(self, sizes):
        super().__init__()
        layers, before = [], 3
        for width, stride in [(24, 2), (32, 1), (48, 2), (64, 1), (96, 2), (128, 2), (160, 1)]:
            layers += [nn.Conv2d(before, width, 5 if before == 3 else 3, stride, 2 if before == 3 else 1, bias=False)]
            layers += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            before = width
        self.body = nn.Sequential(*layers)
        self.map = nn.Conv2d(before, 32, 1)
        self.heads = nn.ModuleList(nn.Linear(2 * before + 32 * 64, size) for size in sizes)

    def forward(self, pictures):
        maps = self.body(pictures)
        features = torch.cat([maps.mean((2, 3)), maps.amax((2, 3)), self.map(maps).flatten(1)], 1)
        return [head(features) for head in self.heads]


def disturbed(pictures, random):
    """Blur, shift of each colour, mottle and grain, each at random strength."""
    if random.random() < 0.6:
        taps = torch.arange(-2, 3).float()
        kernel = (-taps.square() / (2 * random.uniform(0.4, 1.4) ** 2)).exp()
        kernel = (kernel[:, None] * kernel[None]) / kernel.sum() ** 2
        pictures = F.conv2d(F.pad(pictures, (2,) * 4, mode="replicate"), kernel.expand(3, 1, 5, 5), groups=3)
    n = len(pictures)
    if random.random() < 0.5:
        coarse = torch.randn(n, 3, *[int(random.integers(8, 25))] * 2) * 0.1 * torch.rand(n, 1, 1, 1)
        pictures = pictures + F.interpolate(coarse, pictures.shape[2:], mode="bicubic")
    contrast = 1 + 0.08 * torch.randn(n, 1, 1, 1)
    return pictures * contrast + 0.05 * torch.randn(n, 3, 1, 1) + random.uniform(0, 0.08) * torch.randn_like(pictures)


@torch.no_grad()
def read(classifier, pictures):
    """Index of the likeliest tag per group, [n, groups], for float pictures."""
    classifier.eval()
    return torch.cat([torch.stack([x.argmax(1) for x in classifier(part)], 1) for part in pictures.split(64)])


def accuracy(read_tags, true_tags, order):
    """Share of right readings per group; position counts only where there is one subject."""
    right = read_tags == true_tags
    single = true_tags[:, order.index("count")] == 0
    return {g: right[single, i].float().mean().item() if g == "position" else right[:, i].float().mean().item() for i, g in enumerate(order)}


def load_classifier(path):
    state = torch.load(path)
    classifier = Classifier(state["sizes"])
    classifier.load_state_dict(state["model"])
    return classifier.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of raw scenes")
    parser.add_argument("--val", required=True, help="folder of other raw scenes")
    parser.add_argument("--out", required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(3)
    random = np.random.default_rng(3)
    scenes, val = Scenes(args.data), Scenes(args.val)
    sizes = [len(scenes.groups[g]) for g in scenes.order]
    classifier = Classifier(sizes)
    optimizer = Muon(classifier, RATE, 0.05)
    clock, log, step = Clock(args.minutes), Log(Path(args.out) / "classifier.jsonl"), 0
    unseen, truth = to_tensor(val.images), torch.from_numpy(val.tags.astype(np.int64))

    def checkpoint():
        figures = accuracy(read(classifier, unseen), truth, val.order)
        log.write(step=step, cpu_seconds=clock.cpu_seconds(), accuracy=figures)
        save_atomically(dict(model=classifier.state_dict(), sizes=sizes), Path(args.out) / "classifier.pt")

    while clock.running():
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * max(0.01, clock.left())
        rows = np.sort(random.integers(len(scenes), size=32))
        tags = torch.from_numpy(scenes.tags[rows].astype(np.int64))
        classifier.train()
        with autocast():
            logits = classifier(disturbed(to_tensor(scenes.images[rows]), random))
        loss = sum(F.cross_entropy(x.float(), tags[:, i]) for i, x in enumerate(logits))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        if clock.due("checkpoint", 90):
            checkpoint()
    checkpoint()


if __name__ == "__main__":
    main()
