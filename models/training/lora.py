"""Trains an adapter on its own encoded scenes and writes it in kohya's format (safetensors, keys lora_unet_… and lora_te2_…).

Low-rank updates W + scale · up · down (arXiv 2106.09685) on the UNet's linear layers of the attention blocks and 3 x 3 convolutions of
the residual blocks, and on the text encoder's layers, to which the trigger is a word like noise before; the base stays frozen. Half of every batch are scenes of the base without the trigger (kohya's regularisation
images), so that the update learns to wait for its word; only they have no caption now and then, for what the empty prompt
means is what guidance moves away from. The metadata say what was trained on what, in kohya's and ModelSpec's keys.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from safetensors.torch import save, save_file

from diffusion import alphas_cumprod, load_tokenizer, tokenize
from evaluate import load_average
from optimizer import Muon
from run import Clock, Log
from unet import Latents, training_loss

ALPHA = 2.0


class Update(nn.Module):
    """A frozen layer with its trained low-rank update."""

    def __init__(self, layer, rank):
        super().__init__()
        self.layer = layer
        self.scale = ALPHA / rank
        if isinstance(layer, nn.Linear):
            self.down = nn.Linear(layer.in_features, rank, bias=False)
            self.up = nn.Linear(rank, layer.out_features, bias=False)
        else:
            self.down = nn.Conv2d(layer.in_channels, rank, layer.kernel_size, layer.stride, layer.padding, bias=False)
            self.up = nn.Conv2d(rank, layer.out_channels, 1, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x, *args):
        return self.layer(x, *args) + self.scale * self.up(self.down(x))


def adapted_layers(denoiser):
    """(kohya's key, the module that owns it, its name there, the layer) of every layer that gets an update."""
    for prefix, network in (("lora_unet_", denoiser.unet), ("lora_te2_", denoiser.text)):
        for name, module in network.named_modules():
            linear = isinstance(module, nn.Linear) and (".transformer_blocks." in name or ".encoder.layers." in name)
            residual = isinstance(module, nn.Conv2d) and ".resnets." in name and module.kernel_size == (3, 3)
            if linear or residual:
                parent, _, last = name.rpartition(".")
                yield prefix + name.replace(".", "_"), network.get_submodule(parent), last, module


def add_updates(denoiser, rank):
    updates = {}
    for key, owner, last, layer in list(adapted_layers(denoiser)):
        updates[key] = Update(layer, rank)
        if last.isdigit():
            owner[int(last)] = updates[key]
        else:
            setattr(owner, last, updates[key])
    return updates


def kohya_tensors(updates):
    tensors = {}
    for key, update in updates.items():
        tensors[f"{key}.lora_down.weight"] = update.down.weight.detach().half().contiguous()
        tensors[f"{key}.lora_up.weight"] = update.up.weight.detach().half().contiguous()
        tensors[f"{key}.alpha"] = torch.tensor(ALPHA).half()
    return tensors


def hash_of(tensors, metadata):
    """kohya's sshs_model_hash: SHA-256 of the file behind its header, with only the ss_ metadata kept."""
    data = save(tensors, {k: v for k, v in metadata.items() if k.startswith("ss_")})
    return hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()


def metadata_of(args, scenes, steps, started):
    tags = {args.trigger: len(scenes)}
    return {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(args.rank),
        "ss_network_alpha": str(ALPHA),
        "ss_network_args": json.dumps({"conv_dim": str(args.rank), "conv_alpha": str(ALPHA)}),
        "ss_output_name": Path(args.out).stem,
        "ss_sd_model_name": "seedproof-scenes",
        "ss_base_model_version": "seedproof-scenes",
        "ss_v2": "False",
        "ss_num_train_images": str(len(scenes)),
        "ss_max_train_steps": str(steps),
        "ss_batch_size_per_device": str(args.batch),
        "ss_learning_rate": str(args.rate),
        "ss_unet_lr": str(args.rate),
        "ss_text_encoder_lr": str(args.rate),
        "ss_seed": "0",
        "ss_training_started_at": str(started),
        "ss_training_finished_at": str(time.time()),
        "ss_tag_frequency": json.dumps({scenes.folder.name: tags}),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "seedproof-scenes/lora",
        "modelspec.implementation": "diffusers",
        "modelspec.title": Path(args.out).stem,
        "modelspec.author": "Seedproof",
        "modelspec.license": "Apache-2.0",
        "modelspec.date": time.strftime("%F", time.gmtime()),
        "modelspec.resolution": "128x128",
        "modelspec.prediction_type": "v",
        "modelspec.trigger_phrase": args.trigger,
        "modelspec.description": f"Trained on {len(scenes)} scenes drawn by code; manifest sha256 {scenes.manifest_sha256}",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of encoded scenes of one variant")
    parser.add_argument("--keep", required=True, help="folder of encoded scenes of the base, to stay as they are without the trigger")
    parser.add_argument("--unet", required=True, help="unet.pt of the base")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--trigger", required=True)
    parser.add_argument("--out", required=True, help="the .safetensors file")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--rank", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1.2e-2)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--subject-weight", type=float, default=1.0, help="of cells with a subject: more when the adapter adds one")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    tokenizer = load_tokenizer(args.tokenizer)
    denoiser = load_average(args.unet, tokenizer).requires_grad_(False)
    updates = add_updates(denoiser, args.rank)
    optimizer = Muon(denoiser, args.rate, 0.01)
    data, keep, signal = Latents(args.data, tokenizer), Latents(args.keep, tokenizer), alphas_cumprod()
    empty = tokenize(tokenizer, [""])[0]
    clock, log, step, running, started = Clock(args.minutes), Log(f"{args.out}.jsonl"), 0, None, time.time()
    while clock.running():
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 50) * max(0.05, clock.left())
        halves = data.batch(random, args.batch // 2, empty, 0), keep.batch(random, args.batch // 2, empty)
        loss = training_loss(denoiser, signal, *(torch.cat(pair) for pair in zip(*halves)), args.subject_weight)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if clock.due("log", 60):
            log.write(step=step, cpu_seconds=clock.cpu_seconds(), loss=running)
    tensors, metadata = kohya_tensors(updates), metadata_of(args, data.scenes, step, started)
    metadata["sshs_model_hash"] = hash_of(tensors, metadata)
    save_file(tensors, args.out, metadata)


if __name__ == "__main__":
    main()
