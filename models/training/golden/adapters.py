"""Adapters in each tool's names and the weights that PEFT and PyTorch make of them, for test/engine/weights.

Run: python adapters.py BASE.safetensors OUT_FOLDER with BASE the golden "unet-sd1" of networks.py. Needs torch, peft, safetensors.
"""

import base64
import json
import sys
from pathlib import Path

import peft
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

BASE, OUT = Path(sys.argv[1]), Path(sys.argv[2])
config = json.loads(BASE.with_suffix(".json").read_text())["config"]
base = {name: value.float() for name, value in load_file(BASE).items()}
generator = torch.Generator().manual_seed(7)


def rand(*shape):
    return (torch.randn(shape, generator=generator) * 0.3).half()


ATTENTION = "down_blocks.0.attentions.0.transformer_blocks.0.attn1"
LINEAR = [f"{ATTENTION}.to_q", f"{ATTENTION}.to_out.0", "up_blocks.1.attentions.1.transformer_blocks.0.ff.net.0.proj"]
CONV = ["down_blocks.0.resnets.0.conv1", "down_blocks.0.attentions.0.proj_in", "down_blocks.0.downsamplers.0.conv"]
TUCKER = "mid_block.resnets.0.conv2"
RANK, ALPHA = 4, 2.0


def packed(tensor):
    return {"shape": list(tensor.shape), "data": base64.b64encode(tensor.float().contiguous().numpy().tobytes()).decode()}


parts = {}
for module in LINEAR + CONV:
    weight = base[module + ".weight"]
    parts[module] = (rand(RANK, *weight.shape[1:]), rand(weight.shape[0], RANK, *([1, 1] if weight.dim() == 4 else [])))

# PEFT itself merges: its own modules around diffusers' network.
model = UNet2DConditionModel.from_config(config)
model.load_state_dict(base)
wrapped = peft.inject_adapter_in_model(peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=LINEAR + CONV), model)
for module, (down, up) in parts.items():
    layer = wrapped.get_submodule(module)
    layer.lora_A["default"].weight.data = down.float()
    layer.lora_B["default"].weight.data = up.float()
    layer.scale_layer(0.7)
    layer.merge()
expected = {module: wrapped.get_submodule(module).base_layer.weight.data for module in parts}

# LoCon's Tucker form: the change is what the three convolutions do one after the other.
weight = base[TUCKER + ".weight"]
down, mid, up = rand(RANK, weight.shape[1], 1, 1), rand(RANK, RANK, 3, 3), rand(weight.shape[0], RANK, 1, 1)
impulses = torch.eye(weight.shape[1]).reshape(weight.shape[1], weight.shape[1], 1, 1)
impulses = torch.nn.functional.pad(impulses, (2, 2, 2, 2)).double()
change = torch.nn.functional.conv2d(torch.nn.functional.conv2d(torch.nn.functional.conv2d(impulses, down.double()), mid.double()), up.double())
expected[TUCKER] = weight + 0.7 * (ALPHA / RANK) * change.permute(1, 0, 2, 3).flip(2, 3).float()

kohya, old, pefted = {}, {}, {}
for module, (down_part, up_part) in parts.items():
    name = "lora_unet_" + module.replace(".", "_")
    kohya |= {f"{name}.lora_down.weight": down_part, f"{name}.lora_up.weight": up_part, f"{name}.alpha": torch.tensor(ALPHA)}
    # The other two keep no alpha: its factor of one half is in the up part.
    pefted |= {f"unet.{module}.lora_A.weight": down_part, f"unet.{module}.lora_B.weight": up_part * (ALPHA / RANK)}
for module in LINEAR[:2]:
    place, _, part = module.replace(".to_out.0", ".to_out").rpartition(".")
    down_part, up_part = parts[module]
    old |= {f"unet.{place}.processor.{part}_lora.down.weight": down_part, f"unet.{place}.processor.{part}_lora.up.weight": up_part * (ALPHA / RANK)}
name = "lora_unet_" + TUCKER.replace(".", "_")
kohya |= {f"{name}.lora_down.weight": down, f"{name}.lora_mid.weight": mid, f"{name}.lora_up.weight": up, f"{name}.alpha": torch.tensor(ALPHA)}

for name, tensors in [("kohya", kohya), ("peft", pefted), ("old-diffusers", old)]:
    save_file({key: value.contiguous() for key, value in tensors.items()}, OUT / f"lora-{name}.safetensors", metadata={"ss_network_dim": str(RANK)})
body = {"made_with": f"torch {torch.__version__}, peft {peft.__version__}", "weight": 0.7, "merged": {f"{m}.weight": packed(v) for m, v in expected.items()}}
(OUT / "lora.json").write_text(json.dumps(body) + "\n")
