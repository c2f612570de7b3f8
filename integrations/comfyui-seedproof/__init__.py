"""Seedproof recorder for ComfyUI: every prompt as it is queued, every result as it enters the history.

It adds no node to the menu, changes no prompt, and opens no connection but to the recorder on this machine.
"""

import base64
import copy
import json
import os
import threading
import time
import uuid

from .seedproof_hook import Poster

NODE_CLASS_MAPPINGS = {}
NODE_DISPLAY_NAME_MAPPINGS = {}
__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]

POSTER = Poster("comfyui")
LOOK_SECONDS = 0.5
# A prompt that never reaches the history (refused, removed from the queue) is forgotten after so long.
FORGET_SECONDS = 6 * 60 * 60


def keys_of(graph):
    """The graph as it was asked for, and its nodes alone: another extension may still change a value before it runs."""
    return json.dumps(graph, sort_keys=True, default=str), json.dumps(sorted(graph or {}))


class Watch:
    """Prompts that were queued, until the history has them."""

    def __init__(self, server):
        self.server = server
        self.waiting = []
        self.seen = None
        self.lock = threading.Lock()
        self.thread = None

    def on_prompt(self, data):
        """ComfyUI calls this with every prompt before it is checked; what is returned is what runs."""
        try:
            body = {"prompt": copy.deepcopy(data.get("prompt")), "client_id": data.get("client_id")}
            workflow = ((data.get("extra_data") or {}).get("extra_pnginfo") or {}).get("workflow")
            if workflow is not None:
                body["extra_data"] = {"extra_pnginfo": {"workflow": copy.deepcopy(workflow)}}
            job = uuid.uuid4().hex
            with self.lock:
                if self.seen is None:
                    self.seen = set(self.history())
                self.waiting.append((keys_of(body["prompt"]), job, time.monotonic()))
                if self.thread is None or not self.thread.is_alive():
                    self.thread = threading.Thread(target=self.look, name="seedproof-history", daemon=True)
                    self.thread.start()
            POSTER.post(lambda: {"step": "requested", "job": job, "body": body})
        except Exception:
            POSTER.missed += 1
        return data

    def history(self):
        return self.server.prompt_queue.get_history()

    def look(self):
        """Looks at the history while prompts are waited for; then the thread ends."""
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                for prompt_id, run in list(self.history().items()):
                    if prompt_id not in self.seen:
                        self.seen.add(prompt_id)
                        self.finished(run)
            except Exception:
                POSTER.missed += 1
            with self.lock:
                now = time.monotonic()
                self.waiting = [one for one in self.waiting if now - one[2] < FORGET_SECONDS]
                if not self.waiting:
                    self.thread = None
                    return

    def finished(self, run):
        same, alike = keys_of(run["prompt"][2])
        with self.lock:
            exact = [one for one in self.waiting if one[0][0] == same]
            found = next(iter(exact or [one for one in self.waiting if one[0][1] == alike]), None)
            if found is None:
                return
            self.waiting.remove(found)
        _, job, begun = found
        elapsed = int((time.monotonic() - begun) * 1000)
        POSTER.post(lambda: result_of(job, run, elapsed))


def result_of(job, run, elapsed):
    """The message of a run in the history."""
    status = run.get("status") or {}
    messages = {name: about for name, about in status.get("messages") or []}
    trouble = messages.get("execution_error") or messages.get("execution_interrupted")
    if trouble is not None or status.get("status_str") == "error":
        return {"step": "failed", "job": job, "why": str((trouble or {}).get("exception_message", "error"))}
    named = [file for made in (run.get("outputs") or {}).values() for file in made.get("images") or []]
    saved = [file for file in named if file.get("type") == "output"] or named
    cached = (messages.get("execution_cached") or {}).get("nodes") or []
    images = [{"name": file["filename"], "base64": read(file)} for file in saved]
    everything = bool(run["prompt"][2]) and all(node in cached for node in run["prompt"][2])
    return {"step": "completed", "job": job, "images": images, "elapsedMs": elapsed, "cached": everything}


def read(file):
    """A file of ComfyUI's own folders in base64."""
    import folder_paths

    folders = {"output": folder_paths.get_output_directory, "temp": folder_paths.get_temp_directory}
    base = os.path.realpath(folders[file.get("type", "output")]())
    path = os.path.realpath(os.path.join(base, file.get("subfolder") or "", file["filename"]))
    if os.path.commonpath((base, path)) != base:
        raise ValueError("outside")
    with open(path, "rb") as opened:
        return base64.b64encode(opened.read()).decode("ascii")


def start():
    """Listens to the running server; without one, as in a test of the import, nothing happens."""
    try:
        from server import PromptServer

        watch = Watch(PromptServer.instance)
        PromptServer.instance.add_on_prompt_handler(watch.on_prompt)
        return watch
    except Exception:
        return None


WATCH = start()
