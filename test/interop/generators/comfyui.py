"""ComfyUI's side of its extension interface, as far as the recorder's node touches it, and some prompts through it."""

import importlib.util
import json
import os
import sys
import threading
import time
import types

package, image, out, mode = sys.argv[1:5]
os.makedirs(os.path.join(out, "day"), exist_ok=True)
with open(image, "rb") as source, open(os.path.join(out, "day", "ComfyUI_00001_.png"), "wb") as file:
    file.write(source.read())

folder_paths = types.ModuleType("folder_paths")
folder_paths.get_output_directory = lambda: out
folder_paths.get_temp_directory = lambda: os.path.join(out, "temp")


class PromptQueue:
    def __init__(self):
        self.done = {}
        self.lock = threading.Lock()

    def get_history(self, prompt_id=None, max_items=None, offset=-1):
        with self.lock:
            return dict(self.done)


class PromptServer:
    instance = None

    def __init__(self):
        self.prompt_queue = PromptQueue()
        self.handlers = []
        PromptServer.instance = self

    def add_on_prompt_handler(self, handler):
        self.handlers.append(handler)


server = types.ModuleType("server")
server.PromptServer = PromptServer
sys.modules.update({"server": server, "folder_paths": folder_paths})
PromptServer()
PromptServer.instance.prompt_queue.done["before"] = {"prompt": (0, "before", {"1": {}}, {}, []), "outputs": {}, "status": None}

spec = importlib.util.spec_from_file_location("seedproof_node", os.path.join(package, "__init__.py"), submodule_search_locations=[package])
node = importlib.util.module_from_spec(spec)
sys.modules["seedproof_node"] = node
spec.loader.exec_module(node)
assert node.NODE_CLASS_MAPPINGS == {}

slowest = 0.0


def queue(prompt_id, graph, outputs, messages, change=lambda graph: None):
    global slowest
    data = {"prompt": graph, "client_id": "c", "extra_data": {"api_key_comfy_org": "k-secret", "extra_pnginfo": {"workflow": {"nodes": []}}}}
    begun = time.perf_counter()
    for handler in PromptServer.instance.handlers:
        data = handler(data)
    slowest = max(slowest, time.perf_counter() - begun)
    assert data["prompt"] is graph and data["extra_data"]["api_key_comfy_org"] == "k-secret"
    change(graph)
    run = {"prompt": (1, prompt_id, graph, data["extra_data"], ["9"]), "outputs": outputs,
           "status": {"status_str": "success", "completed": True, "messages": messages}}
    with PromptServer.instance.prompt_queue.lock:
        PromptServer.instance.prompt_queue.done[prompt_id] = run


def graph(text, seed):
    return {"3": {"class_type": "KSampler", "inputs": {"seed": seed, "steps": 4, "cfg": 7, "sampler_name": "euler", "scheduler": "normal", "denoise": 1, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
            "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "m.safetensors"}},
            "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
            "6": {"class_type": "CLIPTextEncode", "inputs": {"text": text, "clip": ["4", 1]}},
            "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
            "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
            "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "ComfyUI"}}}


saved = {"9": {"images": [{"filename": "ComfyUI_00001_.png", "subfolder": "day", "type": "output"}]}}
if mode == "broken":
    node.WATCH.on_prompt(None)
    node.WATCH.on_prompt({"prompt": 7})
else:
    queue("one", graph("a cat", 5), saved, [("execution_start", {}), ("execution_success", {})])
    queue("two", graph("a cat, skiing", 6), {}, [("execution_error", {"exception_message": "out of memory"})])
    queue("three", graph("a cat", 7), saved, [("execution_cached", {"nodes": list(graph("", 0))})],
          change=lambda g: g["6"]["inputs"].update(text="expanded by another extension"))
    queue("evil", graph("out", 8), {"9": {"images": [{"filename": "../../../etc/passwd", "subfolder": "", "type": "output"}]}}, [])
deadline = time.monotonic() + 10
while node.WATCH.waiting and time.monotonic() < deadline:
    time.sleep(0.05)
sent = node.POSTER.wait(20)
print(json.dumps({"slowestMs": slowest * 1000, "missed": node.POSTER.missed, "sent": sent}))
