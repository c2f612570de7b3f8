/** DPM-Solver-2 to below the next noise level, then fresh noise up to it. @see crowsonkb/k-diffusion */

import { ancestralStep, intervals, mix, predict, type Sampler, slope, withNoise } from "./sampler.ts";

/** A1111 "DPM2 a", ComfyUI `dpm_2_ancestral`. Two calls of the model a step, one in the last. */
export const dpm2Ancestral: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const { sigma } = step;
    const direction = slope(x, sigma, await predict(run, step.index, x, sigma));
    const { down, up } = ancestralStep(sigma, step.next, run.options?.eta ?? 1);
    if (down === 0) {
      x = mix([1, x], [-sigma, direction]);
      continue;
    }
    const middle = Math.sqrt(sigma * down);
    const between = mix([1, x], [middle - sigma, direction]);
    x = mix([1, x], [down - sigma, slope(between, middle, await run.denoise(between, middle))]);
    x = withNoise(run, x, step, up);
  }
  return x;
};
