"""Prints the median seconds of images that diffusers draws on one thread: python diffusers_engine.py MODEL STEPS IMAGES"""

import sys
import time

import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionXLPipeline

torch.set_num_threads(1)
pipe = StableDiffusionXLPipeline.from_pretrained(sys.argv[1], torch_dtype=torch.float32)
pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)
pipe.set_progress_bar_config(disable=True)
times = []
for seed in range(int(sys.argv[3]) + 1):
    start = time.perf_counter()
    pipe("a red fox in the snow", negative_prompt="blur", width=128, height=128, num_inference_steps=int(sys.argv[2]), guidance_scale=4.5,
         generator=torch.Generator().manual_seed(seed))
    times.append(time.perf_counter() - start)
print(sorted(times[1:])[len(times[1:]) // 2])
