"""Writes the shipped folder: diffusers' StableDiffusionXLPipeline layout with one text encoder, float16 safetensors, the training
sets' Croissant descriptions, and training.json, from which card.py writes the model card.

The layout is that of SDXL's refiner (text_encoder_2 and tokenizer_2 only), so diffusers loads it without code of ours.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from PIL import Image

from card import write_card
from data import Scenes
from diffusion import SCHEDULER, load_tokenizer
from evaluate import load_average
from tokenizer import write_tokenizer
from unet import SHEET_PROMPTS, SHEET_SEEDS
from vae import evaluate

PSNR_SCENES = 256

INDEX = {
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


def write_json(path, values):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(values, indent=2) + "\n")


def write_networks(work, val, out):
    """All networks, rounded to float16."""
    write_tokenizer(val.words, out / "tokenizer_2")
    denoiser = load_average(work / "unet" / "unet.pt", load_tokenizer(out / "tokenizer_2"))
    denoiser.unet.to(torch.float16).save_pretrained(out / "unet")
    denoiser.text.to(torch.float16).save_pretrained(out / "text_encoder_2")
    AutoencoderKL.from_pretrained(work / "vae-frozen").to(torch.float16).save_pretrained(out / "vae")
    for config in out.glob("*/config.json"):  # diffusers notes the folder that it read from
        write_json(config, {name: value for name, value in json.loads(config.read_text()).items() if name != "_name_or_path"})
    write_json(out / "scheduler" / "scheduler_config.json", {"_class_name": "DDIMScheduler", **SCHEDULER})
    write_json(out / "model_index.json", INDEX)


def copy_descriptions(work, names, out):
    """The Croissant description of each training set; returns what the card says of them."""
    sets = []
    for name in names:
        about = json.loads((work / name / "croissant.json").read_text())
        (out / "training-set").mkdir(parents=True, exist_ok=True)
        (out / "training-set" / f"{about['name']}.json").write_text(json.dumps(about, ensure_ascii=False, separators=(",", ":")) + "\n")
        sets.append(dict(name=about["name"], drawn_by=about["rai:dataCollection"].split(": ", 1)[1], file=f"{about['name']}.json"))
    return [one for i, one in enumerate(sets) if one not in sets[:i]]


def copy_samples(work, val, out):
    """The last contact sheet of the run; returns its prompts."""
    sheet = max((work / "unet").glob("sheet-*.png"))
    Image.open(sheet).save(out / "samples.webp", quality=70, method=6)
    return [texts[0] for texts in Scenes(val).captions()[:SHEET_PROMPTS]]


def copy_adapters(work, names, out):
    """Adapters stand beside the networks; returns their figures. Their sheets stand one above the other in one picture."""
    if not names:
        return []
    sheets = [Image.open(work / f"{name}.png") for name in names]
    both = Image.new("RGB", (max(s.width for s in sheets), sum(s.height for s in sheets)), "white")
    for i, (name, sheet) in enumerate(zip(names, sheets)):
        shutil.copyfile(work / f"{name}.safetensors", out / f"{name}.safetensors")
        both.paste(sheet, (0, sum(s.height for s in sheets[:i])))
    both.save(out / "adapters.webp", quality=35, method=6)
    return [json.loads((work / f"{name}.json").read_text()) for name in names]


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True, help="the folder of all runs and sets")
    parser.add_argument("--world", type=int, help="the world that training has come to")
    parser.add_argument("--sets", nargs="+", help="names of the encoded sets in work/ that the UNet saw; none: the networks stay, adapters are added")
    parser.add_argument("--val", help="the encoded set that the run was last validated on")
    parser.add_argument("--figures", help="JSON of evaluate.py for this state, on unseen prompts")
    parser.add_argument("--heldout", help="the same on held-out pairs")
    parser.add_argument("--adapters", nargs="*", default=[], help="names of the adapters in work/, measured by adapters.py")
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def add_adapters(work, names, out):
    """Adapters beside the networks that are there."""
    training = json.loads((out / "training.json").read_text())
    sets = copy_descriptions(work, names, out)
    training["sets"] += [one for one in sets if one not in training["sets"]]
    training["adapters"] = copy_adapters(work, names, out)
    write_json(out / "training.json", training)
    write_card(out)


def main():
    args = parse()
    torch.set_num_threads(1)
    work, out = Path(args.work), Path(args.out)
    if not args.sets:
        return add_adapters(work, args.adapters, out)
    val = Scenes(work / "val")
    out.mkdir(parents=True, exist_ok=True)
    write_networks(work, val, out)
    shutil.rmtree(out / "training-set", ignore_errors=True)
    state = torch.load(work / "unet" / "unet.pt", map_location="cpu", mmap=True)
    log = [json.loads(line) for line in (work / "unet" / "unet.jsonl").read_text().splitlines()]
    n = min(PSNR_SCENES, len(val))
    psnr, _ = evaluate(AutoencoderKL.from_pretrained(out / "vae").float(), val, n)
    read = lambda path: json.loads(Path(path).read_text()) if path else None
    training = dict(
        world=args.world,
        counters={name: state[name] for name in ("step", "samples", "cpu_seconds")},
        autoencoder=dict(n=n, psnr=psnr["psnr"], psnr_subject=psnr["psnr_subject"]),
        wrong_words={name: value for name, value in log[-1].items() if name.startswith("wrong_")},
        samples=dict(prompts=copy_samples(work, args.val, out), seeds=SHEET_SEEDS),
        sets=copy_descriptions(work, ["vae", *args.sets, *args.adapters], out),
        adapters=copy_adapters(work, args.adapters, out),
        read_back=read(args.figures),
        read_back_heldout=read(args.heldout),
    )
    write_json(out / "training.json", training)
    write_card(out)
    shutil.copyfile(Path(__file__).parents[2] / "LICENSE", out / "LICENSE")


if __name__ == "__main__":
    main()
