"""Drives A1111's face through webuiapi, as a script of a user would, and prints what it saw as JSON. Argument: the port."""

import base64
import io
import json
import sys
import threading
import time

import webuiapi
from PIL import Image, ImageDraw

api = webuiapi.WebUIApi(host="127.0.0.1", port=int(sys.argv[1]), sampler="Euler a", steps=2)
seen = {}
api.set_options({"sd_model_checkpoint": "tiny"})
size = dict(width=32, height=32)

drawn = api.txt2img(prompt="a fox", negative_prompt="blur", seed=5, cfg_scale=4, **size)
again = api.txt2img(prompt="a fox", negative_prompt="blur", seed=5, cfg_scale=4, **size)
other = api.txt2img(prompt="a fox", negative_prompt="blur", seed=6, cfg_scale=4, **size)
seen["txt2img"] = {"size": drawn.image.size, "seed": drawn.info["seed"], "text": drawn.image.info.get("parameters", ""),
                   "again": drawn.image.tobytes() == again.image.tobytes(), "other": drawn.image.tobytes() == other.image.tobytes()}

seen["png_info"] = api.png_info(drawn.image).info if hasattr(api.png_info(drawn.image), "info") else ""

start = Image.new("RGB", (32, 32), (200, 40, 90))
seen["img2img"] = {"size": api.img2img(images=[start], prompt="a fox", seed=5, denoising_strength=0.5, **size).image.size}

mask = Image.new("L", (32, 32), 0)
ImageDraw.Draw(mask).rectangle((0, 0, 15, 31), fill=255)
painted = api.img2img(images=[start], mask_image=mask, mask_blur=0, inpainting_fill=1, prompt="a fox", seed=5,
                      denoising_strength=0.9, **size).image
seen["inpaint"] = {"kept": painted.getpixel((25, 10)), "painted": painted.getpixel((5, 10))}

done = {}
job = threading.Thread(target=lambda: done.update(result=api.txt2img(prompt="a fox", seed=5, steps=400, **size)))
job.start()
progress = {}
for _ in range(400):
    progress = api.get_progress()
    if progress["state"]["sampling_step"] > 1:
        break
    time.sleep(0.05)
api.interrupt()
job.join(60)
seen["progress"] = {"steps": progress["state"]["sampling_steps"], "share": progress["progress"], "left": len(done["result"].images)}

seen["lists"] = {"models": api.util_get_model_names(), "samplers": len(api.get_samplers()), "schedulers": len(api.get_schedulers()),
                 "loras": api.get_loras(), "vae": api.get_sd_vae(), "upscalers": [u["name"] for u in api.get_upscalers()],
                 "memory": "ram" in api.get_memory(), "flags": api.get_cmd_flags()["api"]}
api.set_options({"CLIP_stop_at_last_layers": 2})
seen["options"] = api.get_options()["CLIP_stop_at_last_layers"]
seen["upscaled"] = api.extra_single_image(image=start, upscaler_1="Lanczos", upscaling_resize=2).image.size
try:
    api.txt2img(prompt="x", sampler_name="Magic", **size)
except Exception as error:
    seen["refused"] = str(error)
print(json.dumps(seen))
