"""The wrong-word error: how much worse the model predicts a scene when one word of its caption is exchanged.

Nothing is sampled, so it is cheap, and it shows that a word has begun to be obeyed long before pictures do. Figures are
differences of the clean-latent error at high and middling noise: inside the subject for its colour, over the whole picture
otherwise (a wrong subject is wrong in its outline).
"""

import numpy as np
import torch

from diffusion import alphas_cumprod, tokenize

TIMES = (990, 800, 600)
INSIDE = {"colour"}


def caption_of(tags, phrases):
    """The plain caption of these tags: {group: tag}."""
    if tags["count"] == "one":
        article = "an" if tags["colour"][0] in "aeiou" else "a"
        noun = f"{article} {tags['colour']} {tags['subject']}"
    else:
        noun = f"{tags['count']} {tags['colour']} {phrases['plural'][tags['subject']]}"
    parts = [f"{noun} {phrases['action'][tags['action']]}".strip()]
    for group in ("place", "time", "weather", "camera", "position", "style"):
        if group != "position" or tags["count"] == "one":
            parts.append(phrases[group][tags[group]])
    return ", ".join(parts)


def tags_of(scenes, row):
    return {group: scenes.groups[group][i] for group, i in zip(scenes.order, scenes.tags[row])}


@torch.no_grad()
def clean_errors(denoiser, latents, area, tokens, inside):
    """Mean squared error of the predicted clean latents over TIMES, one figure per scene."""
    signal, total = alphas_cumprod(), 0
    weight = area if inside else torch.ones_like(area)
    for t in TIMES:
        a = signal[t]
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(t))
        noisy = a.sqrt() * latents + (1 - a).sqrt() * noise
        v = denoiser(noisy, torch.full((len(latents),), t), tokens).float()
        error = (a.sqrt() * noisy - (1 - a).sqrt() * v - latents).square()
        total = total + (error * weight).sum((1, 2, 3)) / (weight.sum((1, 2, 3)) * 8).clamp(min=1)
    return total / len(TIMES)


def wrong_word_table(denoiser, data, tokenizer, n=64):
    """For each group that varies in the data: error with the right captions, and how much a wrong word adds, in percent."""
    scenes = data.scenes
    random = np.random.default_rng(0)
    n = min(n, len(scenes))
    latents = torch.from_numpy(data.latents[:n].astype(np.float32))
    area = torch.from_numpy(scenes.area[:n].copy())[:, None].float() / 255
    tags = [tags_of(scenes, row) for row in range(n)]
    write = lambda list_of_tags: tokenize(tokenizer, [caption_of(t, scenes.phrases) for t in list_of_tags])
    right = {inside: clean_errors(denoiser, latents, area, write(tags), inside) for inside in (False, True)}
    table = {"error": right[False].mean().item(), "error_subject": right[True].mean().item()}
    for group in scenes.order:
        seen = sorted({t[group] for t in tags})
        if len(seen) < 2:
            continue
        wrong = [{**t, group: random.choice([tag for tag in seen if tag != t[group]])} for t in tags]
        inside = group in INSIDE
        errors = clean_errors(denoiser, latents, area, write(wrong), inside)
        table[f"wrong_{group}"] = 100 * ((errors - right[inside]).mean() / right[inside].mean()).item()
    return table
