/**
 * DDIM. In the frame x = image + σ · noise its step is Euler's, and its η is the share of fresh noise of an ancestral
 * step: equation 16's σ_t divided by √ᾱ is `ancestralStep`'s `up`. What makes its images its own are its noise levels,
 * which follow the training steps and do not end at zero.
 *
 * @see J. Song et al., "Denoising diffusion implicit models", ICLR 2021, equations 12 and 16
 */

import { eulerAncestral } from "./euler-ancestral.ts";
import type { Sampler } from "./sampler.ts";

/** A1111 and diffusers "DDIM"; η is 0 unless given. One call of the model a step. */
export const ddim: Sampler = (run) =>
  eulerAncestral({ ...run, options: { ...run.options, eta: run.options?.eta ?? 0 } });
