/** Euler's method below the next noise level, then fresh noise up to it. @see crowsonkb/k-diffusion */

import { ancestralStep, intervals, mix, predict, type Sampler, slope, withNoise } from "./sampler.ts";

/** A1111 "Euler a", ComfyUI `euler_ancestral`. One call of the model a step. */
export const eulerAncestral: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const denoised = await predict(run, step.index, x, step.sigma);
    const { down, up } = ancestralStep(step.sigma, step.next, run.options?.eta ?? 1);
    x = mix([1, x], [down - step.sigma, slope(x, step.sigma, denoised)]);
    x = withNoise(run, x, step, up);
  }
  return x;
};
