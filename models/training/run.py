"""What every training run shares: resumable state, averaged weights, a log with CPU-seconds, contact sheets."""

import copy
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image


HALF = torch.cpu._is_avx512_bf16_supported()  # without these instructions bfloat16 is emulated, thirty times slower than float32


def autocast():
    """Half precision for the networks, on CPUs that calculate in it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=HALF)


class Average:
    """Exponential moving average of the weights (EMA); `decay` is reached gradually, so that early weights are forgotten."""

    def __init__(self, model, decay):
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        rate = 1 - min(self.decay, (self.steps + 1) / (self.steps + 20))
        torch._foreach_lerp_(list(self.model.parameters()), list(model.parameters()), rate)


def save_atomically(state, path):
    """Writes beside the file and renames: a run that is stopped while writing leaves the former state whole."""
    beside = Path(path).with_suffix(".partial")
    torch.save(state, beside)
    os.replace(beside, path)


def save_run(path, model, average, optimizer, **counters):
    """The whole state of a run; counters must have `step`."""
    state = dict(model=model.state_dict(), average=average.model.state_dict(), optimizer=optimizer.state_dict())
    save_atomically(dict(**state, **counters), path)


def resume_run(path, model, average, optimizer):
    """Loads what `save_run` wrote, or its packed form. Returns its counters (none without a file), and as `warm_from` the step
    from which the learning rate rises anew, when the optimizer starts without its moments."""
    if not Path(path).exists():
        return dict(warm_from=0)
    state = torch.load(path)
    model.load_state_dict(state.pop("model"))
    average.model.load_state_dict(state.pop("average"))
    average.steps = state["step"]
    moments = state.pop("optimizer", None)
    if moments is not None:
        optimizer.load_state_dict(moments)
    return dict(**state, warm_from=-10_000 if moments is not None else state["step"])


def warm_rate(rate, step, warm_from):
    """The learning rate, rising over 200 steps."""
    return rate * min(1, (step - warm_from + 1) / 200)


class Clock:
    """Minutes of wall time left, and CPU-seconds over all resumed runs (the machine may be shared). SIGTERM ends the time, so
    that the run saves its state and stops."""

    def __init__(self, minutes, spent=0.0):
        self.minutes = minutes
        self.end = time.monotonic() + minutes * 60
        self.spent = spent
        self.every = {}
        signal.signal(signal.SIGTERM, lambda *_: self.stop())

    def stop(self):
        self.end = time.monotonic()

    def running(self):
        return time.monotonic() < self.end

    def left(self):
        """Share of this run's time that is left, 0 ... 1."""
        return max(0.0, (self.end - time.monotonic()) / (self.minutes * 60))

    def cpu_seconds(self):
        return self.spent + time.process_time()

    def due(self, name, seconds):
        """True at most once in so many CPU-seconds for each name, or four times as long on the wall; not at once."""
        cpu, wall = time.process_time(), time.monotonic()
        last_cpu, last_wall = self.every.setdefault(name, (cpu, wall))
        if max(cpu - last_cpu, (wall - last_wall) / 4) < seconds:
            return False
        self.every[name] = (cpu, wall)
        return True


def rounded(values):
    """Floats to five digits, in nested objects too."""
    if isinstance(values, dict):
        return {key: rounded(value) for key, value in values.items()}
    return float(f"{values:.5g}") if isinstance(values, float) else values


class Log:
    """One JSON object a line, appended, also printed."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, **values):
        line = json.dumps({"time": time.strftime("%FT%TZ", time.gmtime()), **rounded(values)})
        with open(self.path, "a", encoding="utf8") as file:
            file.write(line + "\n")
        print(line, flush=True)


def save_sheet(pictures, columns, path):
    """A contact sheet of uint8 [n, h, w, 3]."""
    n, h, w, _ = pictures.shape
    rows = -(-n // columns)
    sheet = np.full((rows * h, columns * w, 3), 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = divmod(i, columns)
        sheet[y * h : (y + 1) * h, x * w : (x + 1) * w] = picture
    Image.fromarray(sheet).save(path)
