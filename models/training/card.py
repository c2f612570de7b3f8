"""Writes the model card of a shipped folder from its training.json: no figure in it is typed by hand. To be run again with
`card.py FOLDER` after a change of the text."""

import argparse
import json
from pathlib import Path

WORLDS = {
    1: "four subjects in four colours, close up, in two places, by day and night",
    2: "ten subjects in seven colours, close up, in two places, by day and night",
    3: "ten subjects in seven colours, seven places, four times of day, close and medium views",
    4: "all of these with seven actions and accessories, and five kinds of weather",
    5: "all of these with three views, three counts and three positions",
    6: "every tag: subjects, colours, actions and accessories, places, times, weather, views, counts, positions and styles",
    7: "every tag: subjects, colours, actions and accessories, places, times, weather with snow that lies on the land, views, counts, positions and styles",
    8: "every tag: subjects, colours, actions and accessories, places, times, weather with snow that lies on the land, views, counts, positions and styles; and, where a prompt leaves some unsaid, other seeds compose other scenes",
}

HELD_OUT_GOAL = 0.6
GOALS = dict(subject=0.85, colour=0.8, action=0.75, place=0.95, time=0.95, weather=0.95, count=0.95, position=0.95)


def percent(share):
    return f"{100 * share:.0f} %"


def front_matter():
    return """---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
tags: [diffusion, reproducibility, synthetic-data]
---
"""


def reached(training):
    """What it can draw, in English and Chinese."""
    if training["world"] >= 6:
        return f"It knows {WORLDS[training['world']]}.", ""
    english = f"**It is in training** and has come to world {training['world']} of {len(WORLDS)}: {WORLDS[training['world']]}. Words beyond that do nothing yet."
    return english, f"训练进度：第 {training['world']} 阶段，共 {len(WORLDS)} 阶段。"


def opening(training):
    english, chinese = reached(training)
    return f"""# scenes-128

A small text-to-image diffusion model, 128 × 128 pixels, trained from nothing on scenes drawn by code. {english}

小型文生图扩散模型（128 × 128 像素），训练图像全部由代码绘制，未使用任何外部图片。{chinese}

**For**: experiments about generation, offline and to the bit: other seeds, other words, unseen combinations, adapters,
reproduction. **Not for**: pictures for their own sake, people, or conclusions about the quality of large models.
"""


def samples_part(training):
    samples = training["samples"]
    prompts = "; ".join(f"*{prompt}*" for prompt in samples["prompts"])
    return f"""![Samples](samples.webp)

Unseen prompts, one a column, with seeds 0 to {samples["seeds"] - 1}, one a row; none was chosen: {prompts}.
"""


def training_part(training):
    counters, sets = training["counters"], training["sets"]
    rows = "\n".join(f"| [{one['name']}](training-set/{one['file']}) | `{one['drawn_by']}` |" for one in sets)
    return f"""## Training

{counters["samples"]:,} samples in {counters["step"]:,} steps of text encoder and UNet, {counters["cpu_seconds"] / 3600:.1f} CPU-hours, one
thread. The autoencoder was trained before them and is frozen, but for its decoder. Programs, order and reasons:
[training/README.md](../training/README.md).

Every training image is a function of a seed; its SHA-256 is in the manifest that the command writes, and the manifest's SHA-256 in
the Croissant description. No outside picture, caption, weight or embedding was used.

| Set | Drawn again by |
|---|---|
{rows}
"""


def figure_row(group, row, goals):
    low, high = (f"{100 * bound:.0f}" for bound in row["interval"])
    goal = percent(goals[group]) if group in goals else "–"
    return f"| {group} | {percent(row['share'])} | {low}–{high} % | {row['n']} | {goal} |"


def read_back_table(title, figures, goals):
    rows = [figure_row(group, row, goals) for group, row in figures["groups"].items() if row["n"] and row.get("varies", True)]
    fixed = ", ".join(f"{group} {percent(row['share'])}" for group, row in figures["groups"].items() if row["n"] and not row.get("varies", True))
    same = f"\nTags that are always the same in this world, read back all the same: {fixed}.\n" if fixed else ""
    ceiling = figures.get("ceiling", {})
    known = ", ".join(f"{group} {percent(share)}" for group, share in ceiling.items())
    note = f"\nThe same classifier on unseen rendered scenes, the ceiling of these figures: {known}.\n" if ceiling else ""
    head = f"{title}, guidance {figures['guidance']}, 20 steps of DDIM:"
    return "\n".join([head, "", "| Tag read back | Share | 95 % interval | n | Goal |", "|---|---|---|---|---|", *rows]) + "\n" + same + note


def quality_part(training):
    vae, words = training["autoencoder"], training["wrong_words"]
    parts = [
        "## Measured",
        "",
        f"Autoencoder, float16 weights as shipped, on {vae['n']} unseen scenes of every tag: PSNR {vae['psnr']:.1f} dB, "
        f"{vae['psnr_subject']:.1f} dB inside subjects.",
        "",
        "How much a wrong word raises the error of the prediction (0 % would be a word without effect): "
        + ", ".join(f"{name.removeprefix('wrong_')} {value:.0f} %" for name, value in words.items())
        + ".",
        "",
    ]
    if training["read_back"]:
        parts.append(read_back_table("Unseen prompts and seeds, judged by an independent classifier that was trained on rendered scenes only", training["read_back"], GOALS))
    else:
        parts.append("Tags have not been read back from its pictures by the independent classifier yet.\n")
    if training["read_back_heldout"]:
        parts.append(read_back_table("Prompts with a pair of tags that training never showed", training["read_back_heldout"], dict.fromkeys(GOALS, HELD_OUT_GOAL)))
    return "\n".join(parts)


def adapters_part(training):
    adapters = training.get("adapters")
    if not adapters:
        return ""
    row = lambda a: (
        f"| [{a['name']}]({a['name']}.safetensors) | {a['kind']} | `{a['trigger']}` | {a['rank']} | {a['images']:,} | {a['steps']:,} "
        f"| {a['with_trigger']:.1f} | {a['without_trigger']:.1f} |"
    )
    prompts = "; ".join(f"*{prompt}*" for a in adapters for prompt in a["prompts"])
    return "\n".join([
        "## Adapters",
        "",
        "Two LoRAs in kohya's format, each trained on its own scenes drawn by code, half of every batch being scenes of the base without the",
        f"trigger. The change is the mean absolute difference from the base's picture, in levels of 255, over {adapters[0]['seeds']} seeds of each prompt. The prompts",
        "leave little open, for what is open the least push composes anew, as another seed does:",
        "",
        "| Adapter | What | Trigger | Rank | Images | Steps | Change with the trigger | Change without |",
        "|---|---|---|---|---|---|---|---|",
        *map(row, adapters),
        "",
        "![Adapters](adapters.webp)",
        "",
        f"For each adapter three rows, seed 0: the base; with the adapter, the trigger not said; the trigger said. {prompts}.",
        "",
        '    seedproof generate --prompt "a red cat, linocut, in a meadow" --lora linocut:1 --seed 1 -o print.png',
        "",
    ])  # fmt: skip


LIMITS = """## Limits

- It knows the words of its tags and no others; anything else is noise to it. One kind of subject per picture.
- Fine things come out soft: small faces, windows, the second and third subject. Flakes of falling snow run together; what tells snow is
  the white ground under a pale sky.
- The first three latent channels are drawn to the picture's thumbnail, so latents are easier to read than those of large models;
  what an experiment says about latents need not carry over.

## Using it

    seedproof generate --prompt "a red cat in a meadow, at night" --seed 1 -o cat.png

    pipe = diffusers.StableDiffusionXLPipeline.from_pretrained("models/scenes-128", torch_dtype=torch.float32)
    pipe("a red cat in a meadow, at night", negative_prompt="", width=128, height=128, num_inference_steps=20, guidance_scale=4.5)

Stable Diffusion's structure: scaled-linear betas, v-prediction, AutoencoderKL with 8 latent channels at an eighth of the size, a
CLIP text encoder whose layer before the last is the context and whose projected end token is added to the time embedding, as in SDXL.

Licence: [Apache-2.0](LICENSE), weights and data alike.
"""


def write_card(folder):
    training = json.loads((Path(folder) / "training.json").read_text())
    parts = [front_matter() + opening(training), samples_part(training), quality_part(training), adapters_part(training)]
    parts = [part for part in [*parts, training_part(training), LIMITS] if part]
    (Path(folder) / "README.md").write_text("\n".join(parts), encoding="utf8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    write_card(parser.parse_args().folder)


if __name__ == "__main__":
    main()
