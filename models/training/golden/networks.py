"""Tiny random networks of diffusers and transformers with their outputs, for test/engine/graph.

Every model is written as `NAME.safetensors` (half precision: what a test reads is what PyTorch computed with) and `NAME.json`:
configuration, inputs and outputs as base64 of little-endian float32. Run: python networks.py OUT_FOLDER
Needs torch 2.13, diffusers 0.42, transformers 5, safetensors.
"""

import base64
import json
import sys
from pathlib import Path

import diffusers
import torch
import transformers
from safetensors.torch import save_file

OUT = Path(sys.argv[1])
torch.set_num_threads(1)


def packed(tensor):
    tensor = tensor.detach().contiguous()
    kind = "int64" if tensor.dtype == torch.int64 else "float32"
    raw = tensor.to(getattr(torch, kind)).numpy().tobytes()
    return {"shape": list(tensor.shape), "type": kind, "data": base64.b64encode(raw).decode()}


def randomise(model, dtype, seed):
    """Random weights with norms away from 1 and biases away from 0, so that no layer can be left out unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 1
            if "norm" in name and name.endswith("weight"):
                value = 1 + 0.2 * noise
            elif name.endswith("bias"):
                value = 0.1 * noise
            elif "embedding" in name and "linear" not in name:
                value = 0.5 * noise
            else:
                value = noise / fan_in**0.5
            parameter.copy_(value.to(dtype).float())
    return model.eval()


def save(name, model, dtype, config, inputs, outputs):
    prefix = "text_model." if isinstance(model, transformers.CLIPTextModel) and "embeddings.token_embedding.weight" in model.state_dict() else ""
    weights = {prefix + key: value.to(dtype).contiguous() for key, value in model.state_dict().items() if value.is_floating_point()}
    save_file(weights, OUT / f"{name}.safetensors")
    body = {
        "made_with": f"torch {torch.__version__}, diffusers {diffusers.__version__}, transformers {transformers.__version__}",
        "config": config,
        "inputs": {key: packed(value) for key, value in inputs.items()},
        "outputs": {key: packed(value) for key, value in outputs.items()},
    }
    (OUT / f"{name}.json").write_text(json.dumps(body) + "\n")
    largest = max(value.abs().max().item() for value in outputs.values())
    print(name, sum(p.numel() for p in model.parameters()), "parameters, largest output", round(largest, 2))


def rand(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def unet(name, dtype, size, tokens, timestep, seed, **config):
    model = randomise(diffusers.UNet2DConditionModel(sample_size=8, **config), dtype, seed)
    width = model.config.cross_attention_dim
    inputs = {"sample": rand(seed + 1, 2, model.config.in_channels, *size), "timestep": torch.tensor([timestep]), "context": rand(seed + 2, 2, tokens, width)}
    added = {}
    if config.get("addition_embed_type"):
        pooled = config["projection_class_embeddings_input_dim"] - 6 * config["addition_time_embed_dim"]
        inputs["pooled"] = rand(seed + 3, 2, pooled)
        inputs["time_ids"] = torch.tensor([[128.0, 128, 0, 0, 128, 128], [1216, 832, 4, 7, 1216, 832]])
        added = {"added_cond_kwargs": {"text_embeds": inputs["pooled"], "time_ids": inputs["time_ids"]}}
    with torch.no_grad():
        out = model(inputs["sample"], torch.tensor(timestep), inputs["context"], **added).sample
    save(name, model, dtype, json.loads(model.to_json_string()), inputs, {"prediction": out})


def vae(name, dtype, seed, size, **config):
    model = randomise(diffusers.AutoencoderKL(sample_size=16, **config), dtype, seed)
    image = rand(seed + 1, 1, 3, *size)
    factor = 2 ** (len(config["block_out_channels"]) - 1)
    latent = rand(seed + 2, 1, config["latent_channels"], size[0] // factor, size[1] // factor)
    with torch.no_grad():
        encoded = model.encoder(image)
        moments = model.quant_conv(encoded) if model.quant_conv is not None else encoded
        decoded = model.decode(latent).sample
    save(name, model, dtype, json.loads(model.to_json_string()), {"image": image, "latent": latent}, {"moments": moments, "image": decoded})


def text(name, dtype, seed, projected, **config):
    kind = transformers.CLIPTextModelWithProjection if projected else transformers.CLIPTextModel
    settings = transformers.CLIPTextConfig(vocab_size=96, max_position_embeddings=16, bos_token_id=94, eos_token_id=95, pad_token_id=95, **config)
    model = randomise(kind(settings), dtype, seed)
    ids = torch.tensor([[94, 5, 17, 3, 60, 95, 95, 95, 95, 95, 95, 95, 95, 95, 95, 95]])
    with torch.no_grad():
        out = model(ids, output_hidden_states=True)
        base = getattr(model, "text_model", model)
        norm = base.final_layer_norm
        outputs = {}
        for i, state in enumerate(out.hidden_states[1:], 1):
            outputs[f"hidden_{i}"] = state
            outputs[f"normed_{i}"] = norm(state)
        if projected:
            outputs["pooled"] = out.text_embeds
    body = settings.to_dict()
    body["architectures"] = [kind.__name__]
    save(name, model, dtype, body, {"ids": ids}, outputs)


unet("unet-sd1", torch.float16, (8, 8), 5, 981.0, 100, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4, cross_attention_dim=6,
     attention_head_dim=2, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"))
unet("unet-sd1-deep", torch.float16, (9, 6), 4, 13.5, 200, block_out_channels=(8, 8, 12), layers_per_block=2, norm_num_groups=2, cross_attention_dim=4,
     attention_head_dim=2, down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
     up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"))
unet("unet-sd2", torch.bfloat16, (8, 4), 5, 500.0, 300, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4, cross_attention_dim=6,
     attention_head_dim=[2, 4], use_linear_projection=True, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
     up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"))
unet("unet-sdxl", torch.float16, (8, 8), 5, 999.0, 400, block_out_channels=(8, 8, 16), layers_per_block=1, norm_num_groups=4, cross_attention_dim=10,
     attention_head_dim=[1, 2, 4], use_linear_projection=True, transformer_layers_per_block=[1, 1, 2], addition_embed_type="text_time",
     addition_time_embed_dim=4, projection_class_embeddings_input_dim=6 + 24,
     down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
     up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"))
unet("unet-inpaint", torch.float32, (4, 4), 3, 1.0, 500, in_channels=9, block_out_channels=(4, 8), layers_per_block=1, norm_num_groups=2, cross_attention_dim=4,
     attention_head_dim=2, flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-6, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
     up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"))

blocks = {"down_block_types": ("DownEncoderBlock2D",) * 3, "up_block_types": ("UpDecoderBlock2D",) * 3}
vae("vae-sd", torch.float16, 600, (16, 24), block_out_channels=(4, 8, 8), layers_per_block=2, norm_num_groups=4, latent_channels=4, **blocks)
vae("vae-plain", torch.bfloat16, 700, (8, 8), block_out_channels=(4, 8, 12), layers_per_block=1, norm_num_groups=2, latent_channels=8, use_quant_conv=False,
    use_post_quant_conv=False, mid_block_add_attention=False, **blocks)

text("text-l", torch.float16, 800, False, hidden_size=16, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4, hidden_act="quick_gelu")
text("text-g", torch.bfloat16, 900, True, hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, hidden_act="gelu", projection_dim=6)
