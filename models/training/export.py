"""Writes the shipped folder: diffusers' StableDiffusionXLPipeline layout with one text encoder, float16 safetensors.

The layout is that of SDXL's refiner (text_encoder_2 and tokenizer_2 only), so diffusers loads it without code of ours.
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL

from diffusion import SCHEDULER, load_tokenizer
from evaluate import load_average
from tokenizer import write_tokenizer


def write_json(path, values):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(values, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unet", required=True, help="unet.pt of a run")
    parser.add_argument("--vae", required=True)
    parser.add_argument("--data", required=True, help="folder of scenes; its tags.json lists the words of the tokenizer")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    out = Path(args.out)
    write_tokenizer(json.loads((Path(args.data) / "tags.json").read_text())["words"], out / "tokenizer_2")
    denoiser = load_average(args.unet, load_tokenizer(out / "tokenizer_2"))
    denoiser.unet.to(torch.float16).save_pretrained(out / "unet")
    denoiser.text.to(torch.float16).save_pretrained(out / "text_encoder_2")
    AutoencoderKL.from_pretrained(args.vae).to(torch.float16).save_pretrained(out / "vae")
    write_json(out / "scheduler" / "scheduler_config.json", {"_class_name": "DDIMScheduler", **SCHEDULER})
    index = {
        "_class_name": "StableDiffusionXLPipeline",
        "force_zeros_for_empty_prompt": False,
        "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": [None, None],
        "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
        "tokenizer": [None, None],
        "tokenizer_2": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "image_encoder": [None, None],
        "feature_extractor": [None, None],
    }
    write_json(out / "model_index.json", index)


if __name__ == "__main__":
    main()
