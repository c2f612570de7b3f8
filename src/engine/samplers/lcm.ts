/** Sampling of latent consistency models: the model's answer, and fresh noise on it. @see S. Luo et al., "LCM" (2023), algorithm 1 */

import { intervals, predict, type Sampler, withNoise } from "./sampler.ts";

/** A1111 "LCM", ComfyUI `lcm`. One call of the model a step. The boundary terms of the paper, below 1e-5, are left out. */
export const lcm: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const denoised = await predict(run, step.index, x, step.sigma);
    x = withNoise(run, denoised, step, step.next);
  }
  return x;
};
