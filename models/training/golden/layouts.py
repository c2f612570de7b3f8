"""Names and shapes of full-size checkpoints in both layouts, for test/engine/weights.

Every network is made without memory ("meta" tensors) from its published configuration; its diffusers names are turned into
single-file names here, and diffusers' own converter must turn them back, or the script fails.
Each line of OUT_FOLDER/FAMILY.tsv.gz: network, single-file name, diffusers name, shape. Run: python layouts.py OUT_FOLDER
"""

import gzip
import re
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders import single_file_utils as converters
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

OUT = Path(sys.argv[1])

SD1 = dict(cross_attention_dim=768, attention_head_dim=8, sample_size=64)
SD2 = dict(cross_attention_dim=1024, attention_head_dim=[5, 10, 20, 20], use_linear_projection=True, sample_size=96)
SDXL = dict(
    block_out_channels=(320, 640, 1280), cross_attention_dim=2048, attention_head_dim=[5, 10, 20], use_linear_projection=True,
    transformer_layers_per_block=[1, 2, 10], addition_embed_type="text_time", addition_time_embed_dim=256,
    projection_class_embeddings_input_dim=2816, sample_size=128,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
)
VAE = dict(block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
           down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)
CLIP_L = dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, projection_dim=768)
CLIP_H = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, hidden_act="gelu", projection_dim=1024)
CLIP_G = dict(hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20, hidden_act="gelu", projection_dim=1280)


def resnet(rest):
    for new, old in [("norm1", "in_layers.0"), ("conv1", "in_layers.2"), ("time_emb_proj", "emb_layers.1"), ("norm2", "out_layers.0"),
                     ("conv2", "out_layers.3"), ("conv_shortcut", "skip_connection")]:
        rest = re.sub(rf"^{new}\.", old + ".", rest)
    return rest


def ldm_unet(name, config):
    layers = config.layers_per_block
    for new, old in [("conv_in", "input_blocks.0.0"), ("conv_norm_out", "out.0"), ("conv_out", "out.2"), ("time_embedding.linear_1", "time_embed.0"),
                     ("time_embedding.linear_2", "time_embed.2"), ("add_embedding.linear_1", "label_emb.0.0"),
                     ("add_embedding.linear_2", "label_emb.0.2"), ("mid_block.attentions.0", "middle_block.1")]:
        if name.startswith(new + "."):
            return old + name[len(new):]
    if m := re.match(r"mid_block\.resnets\.(\d)\.(.+)", name):
        return f"middle_block.{2 * int(m[1])}.{resnet(m[2])}"
    m = re.match(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)", name)
    side, level, kind, i, rest = m[1], int(m[2]), m[3], int(m[4]), m[5]
    if side == "down":
        at = 1 + level * (layers + 1)
        if kind == "downsamplers":
            return f"input_blocks.{at + layers}.0.op.{rest[5:]}"
        return f"input_blocks.{at + i}.0.{resnet(rest)}" if kind == "resnets" else f"input_blocks.{at + i}.1.{rest}"
    at = level * (layers + 1)
    if kind == "upsamplers":
        place = 2 if "CrossAttn" in config.up_block_types[level] else 1
        return f"output_blocks.{at + layers}.{place}.{rest}"
    return f"output_blocks.{at + i}.0.{resnet(rest)}" if kind == "resnets" else f"output_blocks.{at + i}.1.{rest}"


def ldm_vae(name, levels):
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    for new, old in [("group_norm", "norm"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out")]:
        name = name.replace(f"mid_block.attentions.0.{new}", f"mid.attn_1.{old}")
    name = re.sub(r"down_blocks\.(\d)", r"down.\1", name)
    name = re.sub(r"up_blocks\.(\d)", lambda m: f"up.{levels - 1 - int(m[1])}", name)
    return re.sub(r"resnets\.", "block.", name).replace("downsamplers.0", "downsample").replace("upsamplers.0", "upsample")


def open_clip(name):
    for new, old in [("text_model.embeddings.token_embedding", "token_embedding"), ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
                     ("text_model.final_layer_norm", "ln_final"), ("text_projection.weight", "text_projection"), ("text_model.encoder.layers", "transformer.resblocks"),
                     ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"), ("self_attn.out_proj", "attn.out_proj"), ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")]:
        name = name.replace(new, old)
    return re.sub(r"self_attn\.[qkv]_proj\.", "attn.in_proj_", name)


def must_equal(converted, expected):
    assert set(converted) == set(expected), sorted(set(converted) ^ set(expected))[:10]


def networks(family, unet, texts):
    rows = []
    with torch.device("meta"):
        model, vae = UNet2DConditionModel(**unet), AutoencoderKL(**VAE)
    state = model.state_dict()
    pairs = {"model.diffusion_model." + ldm_unet(name, model.config): name for name in state}
    must_equal(converters.convert_ldm_unet_checkpoint({k: state[v] for k, v in pairs.items()}, dict(model.config)), state)
    rows += [("unet", ldm, name, state[name].shape) for ldm, name in pairs.items()]

    state = vae.state_dict()
    pairs = {"first_stage_model." + ldm_vae(name, 4): name for name in state}
    made = {k: torch.zeros([*state[v].shape] + ([1, 1] if re.search(r"attn_1\.(q|k|v|proj_out)\.weight", k) else []), device="meta") for k, v in pairs.items()}
    must_equal(converters.convert_ldm_vae_checkpoint(made, dict(vae.config)), state)
    rows += [("vae", ldm, pairs[ldm], tensor.shape) for ldm, tensor in made.items()]

    for i, (prefix, kind, config) in enumerate(texts):
        with torch.device("meta"):
            clip = kind(CLIPTextConfig(vocab_size=49408, **config))
        state = {name if name.startswith("text_") else f"text_model.{name}": value for name, value in clip.state_dict().items()}
        if prefix.endswith("transformer."):
            rows += [(f"text{i}", prefix + name, name, value.shape) for name, value in state.items()]
            continue
        made = {}
        for name, value in state.items():
            old = open_clip(name)
            shape = [3 * value.shape[0], *value.shape[1:]] if "in_proj" in old else value.shape
            made[prefix + old] = torch.zeros(shape)
            rows.append((f"text{i}", prefix + old, name, shape))
        converted = converters.convert_open_clip_checkpoint(clip, dict(made), prefix=prefix)
        # The converter leaves out the last layer of SD 2.x, which is never used, and the projection of a model without one.
        left = {n for n in state if n not in converted and f"text_model.{n}" not in converted}
        assert all(re.search(rf"layers\.{config['num_hidden_layers'] - 1}\.|text_projection", n) for n in left), left
    lines = "\n".join("\t".join([a, b, c, "x".join(map(str, shape))]) for a, b, c, shape in rows) + "\n"
    (OUT / f"{family}.tsv.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    print(family, len(rows), "tensors")


networks("sd1", SD1, [("cond_stage_model.transformer.", CLIPTextModel, CLIP_L)])
networks("sd2", SD2, [("cond_stage_model.model.", CLIPTextModelWithProjection, CLIP_H)])
networks("sdxl", SDXL, [("conditioner.embedders.0.transformer.", CLIPTextModel, CLIP_L), ("conditioner.embedders.1.model.", CLIPTextModelWithProjection, CLIP_G)])
