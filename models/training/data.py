"""Rendered scenes as arrays, as `npm run scenes -- --raw` writes them."""

import json
from pathlib import Path

import numpy as np
import torch


class Scenes:
    """A folder of raw scenes, mapped into memory.

    images: [n, size, size, 3] uint8, sRGB; area: [n, size/8, size/8] uint8, share of each latent cell that shows a subject;
    tags: [n, groups] uint8, index of the tag within its group, groups in the order of `order`.
    """

    def __init__(self, folder):
        folder = Path(folder)
        about = json.loads((folder / "tags.json").read_text())
        size = about["options"]["size"]
        self.order = about["order"]
        self.groups = about["groups"]
        self.words = about["words"]
        self.phrases = about["phrases"]
        self.manifest_sha256 = about["manifestSha256"]
        images = folder / "images.u8"  # may be deleted once it is encoded
        self.images = np.memmap(images, np.uint8, "r").reshape(-1, size, size, 3) if images.exists() else None
        self.area = np.memmap(folder / "area.u8", np.uint8, "r").reshape(-1, size // 8, size // 8)
        self.tags = np.fromfile(folder / "tags.u8", np.uint8).reshape(-1, len(self.order))
        self.folder = folder

    def __len__(self):
        return len(self.tags)

    def captions(self):
        """The captions of every scene: a list of lists of strings."""
        with open(self.folder / "manifest.jsonl", encoding="utf8") as lines:
            return [json.loads(line)["captions"] for line in lines]


def to_tensor(images):
    """uint8 [n, h, w, 3] -> float [n, 3, h, w] in -1 ... 1."""
    return torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def to_bytes(pictures):
    """float [n, 3, h, w] in -1 ... 1 -> uint8 [n, h, w, 3], rounded as diffusers does."""
    return pictures.add(1).mul(127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
