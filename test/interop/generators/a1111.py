"""A1111's side of its extension interface, as far as the recorder's extension touches it, and one generation through it."""

import importlib.util
import json
import os
import sys
import time
import types

extension, image, out, mode = sys.argv[1:5]


class Script:
    def title(self): raise NotImplementedError
    def show(self, is_img2img): return True
    def process(self, p, *args): pass
    def postprocess(self, p, processed, *args): pass


saved_callbacks = []
modules = types.ModuleType("modules")
scripts = types.ModuleType("modules.scripts")
scripts.Script, scripts.AlwaysVisible = Script, object()
script_callbacks = types.ModuleType("modules.script_callbacks")
script_callbacks.on_image_saved = saved_callbacks.append
shared = types.ModuleType("modules.shared")
shared.opts = types.SimpleNamespace(sd_model_checkpoint="m.safetensors [0724518c6b]", CLIP_stop_at_last_layers=2)
modules.scripts, modules.script_callbacks, modules.shared = scripts, script_callbacks, shared
sys.modules.update({"modules": modules, "modules.scripts": scripts, "modules.script_callbacks": script_callbacks, "modules.shared": shared})

path = os.path.join(extension, "scripts", "seedproof_recorder.py")
spec = importlib.util.spec_from_file_location("seedproof_recorder", path)
recorder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorder)
[kind] = [c for c in vars(recorder).values() if isinstance(c, type) and issubclass(c, Script) and c is not Script]
script = kind()
assert script.show(False) is scripts.AlwaysVisible


class Picture:
    """As much of a PIL image as is used."""

    def save(self, target, kind):
        with open(image, "rb") as file:
            target.write(file.read())


slowest = 0.0


def hooked(work, *args):
    global slowest
    begun = time.perf_counter()
    work(*args)
    slowest = max(slowest, time.perf_counter() - begun)


def generate(prompt, seed, saves=True, init=None):
    p = types.SimpleNamespace(
        prompt=prompt, negative_prompt="blurry", seed=seed, all_seeds=[seed], all_prompts=[prompt], steps=20, cfg_scale=7.0,
        sampler_name="Euler a", scheduler="Karras", width=64, height=64, denoising_strength=0.5, styles=[],
        override_settings={}, sampler=object(), sd_model=object(), init_images=[init] if init else None)
    hooked(script.process, p)
    if saves:
        for name in ("grid-0001.png", f"{seed}.png"):
            target = os.path.join(out, name)
            with open(image, "rb") as source, open(target, "wb") as file:
                file.write(source.read())
            for callback in saved_callbacks:
                hooked(callback, types.SimpleNamespace(p=p, filename=target, image=Picture(), pnginfo={}))
    hooked(script.postprocess, p, types.SimpleNamespace(images=[Picture()], all_seeds=[seed]))


if mode == "broken":
    # Objects that fail wherever they are touched must not reach the generator.
    class Bad:
        def __getattr__(self, name): raise RuntimeError(name)
    hooked(script.process, Bad())
    hooked(script.postprocess, Bad(), Bad())
    hooked(saved_callbacks[0], Bad())
elif mode == "many":
    for i in range(400):
        generate("a cat", i, saves=False)
else:
    generate("a cat", 5)
    generate("a cat, skiing", 6, saves=False)
    generate("a cat, skiing, snow", 7, init=Picture())
waited = recorder.POSTER.wait(float(os.environ.get("WAIT", "20")))
print(json.dumps({"slowestMs": slowest * 1000, "missed": recorder.POSTER.missed, "sent": waited}))
