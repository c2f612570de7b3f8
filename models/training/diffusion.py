"""The diffusion process of the model and its two networks, in the shapes that diffusers and transformers load.

Stable Diffusion's schedule (1,000 steps, scaled-linear betas) with v-prediction (arXiv 2202.00512). The text enters twice, as in
SDXL: token by token through cross-attention, and pooled, added to the time embedding. At this size the pooled way is what binds
subject and colour; cross-attention alone had not learned them after four times the samples.
"""

import torch
import torch.nn as nn
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

STEPS = 1000
WIDTH = 128  # of the text embedding
TIME_IDS = [128.0, 128.0, 0.0, 0.0, 128.0, 128.0]  # SDXL's size conditions, always these

SCHEDULER = dict(
    num_train_timesteps=STEPS,
    beta_start=0.00085,
    beta_end=0.012,
    beta_schedule="scaled_linear",
    prediction_type="v_prediction",
    clip_sample=False,
    set_alpha_to_one=True,
    timestep_spacing="trailing",
)

UNET = dict(
    sample_size=16,
    in_channels=8,
    out_channels=8,
    down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    block_out_channels=[64, 128, 160],
    layers_per_block=1,
    attention_head_dim=[2, 4, 4],
    cross_attention_dim=WIDTH,
    norm_num_groups=8,
    use_linear_projection=True,
    addition_embed_type="text_time",
    addition_time_embed_dim=8,
    projection_class_embeddings_input_dim=WIDTH + 6 * 8,
)


def alphas_cumprod():
    """Share of the signal's variance left at each timestep."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, STEPS, dtype=torch.float64) ** 2
    return (1 - betas).cumprod(0).float()


def create_unet():
    """The UNet, with every residual branch starting at zero."""
    unet = UNet2DConditionModel(**UNET)
    unet.set_attn_processor(AttnProcessor())  # torch's fused attention is slow backwards on CPUs
    for name, module in unet.named_modules():
        if name.endswith((".conv2", ".proj_out")) or name == "conv_out":
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
    with torch.no_grad():
        unet.add_embedding.linear_1.weight[:, :WIDTH].mul_(2)
    return unet


def create_text_encoder(tokenizer):
    """A CLIP text encoder whose pooled output begins as the mean of the token embeddings before the end token."""
    encoder = CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=77,
            projection_dim=WIDTH,
            hidden_act="gelu",
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            attn_implementation="eager",  # the fused one is slow backwards on CPUs
        )
    )
    text = encoder.text_model
    nn.init.normal_(text.embeddings.token_embedding.weight, std=1.0)
    nn.init.normal_(text.embeddings.position_embedding.weight, std=0.1)
    with torch.no_grad():
        text.embeddings.token_embedding.weight[tokenizer.bos_token_id :].mul_(0.05)
    for layer in text.encoder.layers:
        for part in (layer.self_attn.q_proj, layer.self_attn.k_proj):
            nn.init.normal_(part.weight, std=0.02)
        for part in (layer.self_attn.v_proj, layer.self_attn.out_proj):
            nn.init.orthogonal_(part.weight)
    nn.init.orthogonal_(encoder.text_projection.weight)
    return encoder


class Denoiser(nn.Module):
    """Text encoder and UNet as one module, the way they are trained and averaged."""

    def __init__(self, tokenizer):
        super().__init__()
        self.text = create_text_encoder(tokenizer)
        self.unet = create_unet()
        self.register_buffer("time_ids", torch.tensor([TIME_IDS]), persistent=False)

    def encode(self, tokens):
        """Token ids [n, 77] -> context [n, 77, width] (the layer before the last, as SDXL takes it) and pooled [n, width]."""
        output = self.text(tokens, output_hidden_states=True)
        return output.hidden_states[-2], output.text_embeds

    def forward(self, noisy, timesteps, tokens):
        return self.predict(noisy, timesteps, *self.encode(tokens))

    def predict(self, noisy, timesteps, context, pooled):
        added = dict(text_embeds=pooled, time_ids=self.time_ids.expand(len(noisy), -1))
        return self.unet(noisy, timesteps, context, added_cond_kwargs=added).sample


def load_tokenizer(folder):
    return CLIPTokenizer.from_pretrained(folder)


def tokenize(tokenizer, captions):
    """Token ids [n, 77], padded with the end token."""
    return tokenizer(captions, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids


@torch.no_grad()
def sample(denoiser, tokens, empty, noise, steps=20, guidance=4.5):
    """DDIM with classifier-free guidance; tokens [n, 77], empty [1, 77], noise [n, 8, 16, 16]. Returns latents."""
    signal = alphas_cumprod()
    times = torch.arange(steps - 1, -1, -1) * (STEPS // steps) + STEPS // steps - 1
    context, pooled = denoiser.encode(torch.cat([tokens, empty.expand(len(tokens), -1)]))
    x = noise
    for i, t in enumerate(times):
        a = signal[t]
        v = denoiser.predict(torch.cat([x, x]), t.expand(2 * len(x)), context, pooled).float()
        v = v[len(x) :] + guidance * (v[: len(x)] - v[len(x) :])
        clean = a.sqrt() * x - (1 - a).sqrt() * v
        noise_part = a.sqrt() * v + (1 - a).sqrt() * x
        b = signal[times[i + 1]] if i + 1 < steps else torch.tensor(1.0)
        x = b.sqrt() * clean + (1 - b).sqrt() * noise_part
    return x
