"""Seedproof recorder for A1111 and Forge: every request before its images are made, every saved image after.

Works for the browser page and for the API alike, as it runs inside the program. It changes nothing of a generation.
"""

import base64
import importlib.util
import io
import os
import time
import uuid

from modules import script_callbacks, scripts

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_spec = importlib.util.spec_from_file_location("seedproof_hook_a1111", os.path.join(HERE, "seedproof_hook.py"))
seedproof_hook = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(seedproof_hook)

POSTER = seedproof_hook.Poster("a1111")

# What a request over the API would name the same way.
FIELDS = (
    "prompt", "negative_prompt", "styles", "subseed", "subseed_strength", "seed_resize_from_h", "seed_resize_from_w",
    "sampler_name", "scheduler", "batch_size", "n_iter", "steps", "cfg_scale", "distilled_cfg_scale", "width", "height",
    "restore_faces", "tiling", "denoising_strength", "eta", "s_churn", "s_noise", "s_tmin", "s_tmax", "enable_hr",
    "hr_scale", "hr_upscaler", "hr_second_pass_steps", "hr_resize_x", "hr_resize_y", "hr_sampler_name", "hr_scheduler",
    "hr_prompt", "hr_negative_prompt", "resize_mode", "mask_blur", "inpainting_fill", "inpaint_full_res",
    "inpaint_full_res_padding", "inpainting_mask_invert", "image_cfg_scale",
)


def plain(value):
    """A value as JSON can say it, or None."""
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)) and len(value) <= 64:
        return [plain(one) for one in value]
    return None


def encoded(image):
    """A picture in memory as a PNG in base64, or None."""
    if not hasattr(image, "save"):
        return None
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def settings():
    """The settings that decide an image and are no part of a request."""
    from modules import shared

    opts = shared.opts
    names = ("sd_model_checkpoint", "sd_vae", "CLIP_stop_at_last_layers", "randn_source", "eta_noise_seed_delta")
    return {name: plain(getattr(opts, name, None)) for name in names if getattr(opts, name, None) is not None}


def requested(p):
    """The message of a request; pictures are encoded when the message is made, in the poster's thread."""
    body = {name: plain(getattr(p, name)) for name in FIELDS if hasattr(p, name)}
    seeds = getattr(p, "all_seeds", None) or [getattr(p, "seed", -1)]
    body["seed"] = plain(seeds[0])
    prompts = getattr(p, "all_prompts", None)
    body["prompt"] = plain(prompts[0]) if prompts else body.get("prompt")
    body["override_settings"] = settings()
    inits = list(getattr(p, "init_images", None) or [])
    mask = getattr(p, "image_mask", None) or getattr(p, "mask", None)
    job = p.seedproof_job

    def build():
        pictures = {"init_images": [picture for picture in map(encoded, inits) if picture]} if inits else {}
        if mask is not None:
            pictures["mask"] = encoded(mask)
        mode = "img2img" if inits else "txt2img"
        return {"step": "requested", "job": job, "mode": mode, "body": {**body, **pictures}}

    return build


def completed(p, processed):
    """The message of a result: the files as they were saved, or the pictures where nothing was saved."""
    files = list(getattr(p, "seedproof_files", ()))
    pictures = [] if files else list(getattr(processed, "images", None) or [])
    seeds = [str(seed) for seed in getattr(processed, "all_seeds", None) or []]
    elapsed = int((time.monotonic() - getattr(p, "seedproof_begun", time.monotonic())) * 1000)
    job = p.seedproof_job

    def build():
        images = []
        for name in files:
            with open(name, "rb") as file:
                images.append({"name": os.path.basename(name), "base64": base64.b64encode(file.read()).decode("ascii")})
        for i, picture in enumerate(pictures):
            images.append({"name": f"unsaved-{i + 1}.png", "base64": encoded(picture)})
        return {"step": "completed", "job": job, "images": images, "seeds": seeds, "elapsedMs": elapsed}

    return build


class Recorder(scripts.Script):
    """Runs with every generation, shows nothing, changes nothing."""

    def title(self):
        return "Seedproof recorder"

    def show(self, is_img2img):
        return scripts.AlwaysVisible

    def process(self, p, *args):
        try:
            p.seedproof_job = uuid.uuid4().hex
            p.seedproof_files = []
            p.seedproof_begun = time.monotonic()
            POSTER.post(requested(p))
        except Exception:
            POSTER.missed += 1

    def postprocess(self, p, processed, *args):
        try:
            if hasattr(p, "seedproof_job"):
                POSTER.post(completed(p, processed))
        except Exception:
            POSTER.missed += 1


def on_image_saved(params):
    """Remembers the file for the result that it belongs to. Grids are no images of their own."""
    try:
        files = getattr(params.p, "seedproof_files", None)
        name = os.path.abspath(params.filename)
        if files is not None and not os.path.basename(name).startswith("grid-"):
            files.append(name)
    except Exception:
        POSTER.missed += 1


script_callbacks.on_image_saved(on_image_saved)
