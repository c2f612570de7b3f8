"""Packs the state of a run for the repository: float16 weights and averaged weights, without the optimizer's moments (they are
rebuilt within some 200 steps, at a rising learning rate). Training goes on from the packed file as from the full one."""

import argparse

import torch

from run import save_atomically


def halved(weights):
    return {name: w.half() if w.is_floating_point() else w for name, w in weights.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="vae.pt or unet.pt")
    parser.add_argument("packed")
    args = parser.parse_args()
    state = torch.load(args.run)
    state.pop("optimizer", None)
    save_atomically({**state, "model": halved(state["model"]), "average": halved(state["average"])}, args.packed)


if __name__ == "__main__":
    main()
