"""Makes the state of the runs out of the shipped folder, so that training goes on from it: the frozen autoencoder, the
tokenizer, and text encoder and UNet, whose shipped weights are the averaged ones. The optimizer's moments are not kept; they
are rebuilt within some 200 steps, at a rising learning rate."""

import argparse
import json
import shutil
from pathlib import Path

from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextModelWithProjection

from diffusion import Denoiser, load_tokenizer
from run import save_atomically


def load_shipped(folder):
    """The denoiser of a shipped folder, in float32."""
    folder = Path(folder)
    denoiser = Denoiser(load_tokenizer(folder / "tokenizer_2"))
    denoiser.unet.load_state_dict(UNet2DConditionModel.from_pretrained(folder / "unet").state_dict())
    denoiser.text.load_state_dict(CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder_2").state_dict())
    return denoiser.float()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="shipped", default="../scenes-128", help="the shipped folder")
    parser.add_argument("--work", required=True)
    args = parser.parse_args()
    shipped, work = Path(args.shipped), Path(args.work)
    AutoencoderKL.from_pretrained(shipped / "vae").float().save_pretrained(work / "vae-frozen")
    shutil.copytree(shipped / "tokenizer_2", work / "tokenizer", dirs_exist_ok=True)
    weights = load_shipped(shipped).state_dict()
    counters = json.loads((shipped / "training.json").read_text())["counters"]
    (work / "unet").mkdir(parents=True, exist_ok=True)
    save_atomically(dict(model=weights, average=weights, **counters), work / "unet" / "unet.pt")


if __name__ == "__main__":
    main()
