"""What an adapter changes: the same prompts and seeds by the base, with the adapter but without its trigger, and with both.

Measured as mean absolute difference from the base's picture, in levels of 255, over all prompts and seeds; the sheet beside the
figures has one row for each of the three, with one seed.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from safetensors import safe_open

from data import to_bytes
from diffusion import load_tokenizer, sample, tokenize
from evaluate import load_average
from lora import adapted_layers
from run import save_sheet

SEEDS = 4
SCENES = {
    "style": ["a red cat, {}in a meadow, day, closeup view", "a blue house, {}in a forest, at night, closeup view",
              "a yellow boat, {}at the beach, sunset, medium view", "a green robot, {}in the city, day, closeup view",
              "a pink rabbit, {}in the mountains, in the morning, closeup view", "an orange rocket, {}on the moon, night, medium view"],
    "subject": ["a yellow {} in a meadow, day, closeup view", "a blue {} in a forest, at night, closeup view",
                "a red {} at the beach, sunset, medium view", "a green {} in the city, day, closeup view",
                "a pink {} in the mountains, in the morning, closeup view", "a purple {} on the moon, night, medium view"],
}  # fmt: skip
# Said of every scene: what is left open, another seed or the least push composes anew, which is no change of an adapter's.
SAID = {"style": ", clear sky, in the centre", "subject": ", clear sky, in the centre, storybook"}
BASE_NOUN = "bird"  # what stands where a subject's trigger does not


def prompts_of(kind, trigger):
    """(without the trigger, with it)"""
    without, with_it = ("", f"{trigger}, ") if kind == "style" else (BASE_NOUN, trigger)
    scenes = [text + SAID[kind] for text in SCENES[kind]]
    return [text.format(without) for text in scenes], [text.format(with_it) for text in scenes]


def merge(denoiser, path):
    """Adds a kohya file's updates to the weights; returns its metadata."""
    modules = {key: layer for key, _, _, layer in adapted_layers(denoiser)}
    with safe_open(path, "pt") as file:
        for key in {name.split(".")[0] for name in file.keys()}:
            up, down, alpha = (file.get_tensor(f"{key}.{part}").float() for part in ("lora_up.weight", "lora_down.weight", "alpha"))
            change = alpha / len(down) * (up.flatten(1) @ down.flatten(1))
            modules[key].weight.data += change.reshape(modules[key].weight.shape)
        return file.metadata()


@torch.no_grad()
def draw(denoiser, vae, tokenizer, prompts):
    """uint8 [seeds, prompts, 128, 128, 3]"""
    tokens, empty = tokenize(tokenizer, prompts), tokenize(tokenizer, [""])
    pictures = []
    for seed in range(SEEDS):
        noise = torch.randn(1, 8, 16, 16, generator=torch.Generator().manual_seed(seed)).expand(len(prompts), -1, -1, -1)
        pictures.append(to_bytes(vae.decode(sample(denoiser, tokens, empty, noise)).sample.clamp(-1, 1)))
    return np.stack(pictures)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unet", required=True, help="unet.pt of the base")
    parser.add_argument("--vae", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--adapter", required=True, help="the .safetensors file of lora.py")
    parser.add_argument("--kind", required=True, choices=SCENES)
    args = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer, vae = load_tokenizer(args.tokenizer), AutoencoderKL.from_pretrained(args.vae).eval()
    denoiser = load_average(args.unet, tokenizer)
    with safe_open(args.adapter, "pt") as file:
        trigger = file.metadata()["modelspec.trigger_phrase"]
    without, with_it = prompts_of(args.kind, trigger)
    base = draw(denoiser, vae, tokenizer, without)
    base_with = draw(denoiser, vae, tokenizer, with_it)
    metadata = merge(denoiser, args.adapter)
    silent, spoken = draw(denoiser, vae, tokenizer, without), draw(denoiser, vae, tokenizer, with_it)
    apart = lambda a, b: float(np.abs(a.astype(int) - b).mean())
    figures = dict(
        name=Path(args.adapter).stem,
        kind=args.kind,
        trigger=trigger,
        prompts=with_it,
        seeds=SEEDS,
        rank=int(metadata["ss_network_dim"]),
        steps=int(metadata["ss_max_train_steps"]),
        images=int(metadata["ss_num_train_images"]),
        with_trigger=apart(base_with, spoken),
        without_trigger=apart(base, silent),
        trigger_alone=apart(base, base_with),
    )
    out = Path(args.adapter).with_suffix(".json")
    out.write_text(json.dumps(figures, indent=1) + "\n")
    save_sheet(np.concatenate([base[0], silent[0], spoken[0]]), len(without), out.with_suffix(".png"))
    print({name: value for name, value in figures.items() if name.endswith("trigger") or name == "trigger_alone"})


if __name__ == "__main__":
    main()
