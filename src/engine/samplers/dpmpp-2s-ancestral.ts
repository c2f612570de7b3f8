/** DPM-Solver++(2S), single-step of second order, with fresh noise. @see C. Lu et al., "DPM-Solver++" (2022), algorithm 1 */

import { ancestralStep, intervals, mix, predict, type Sampler, slope, withNoise } from "./sampler.ts";

/** A1111 "DPM++ 2S a", ComfyUI `dpmpp_2s_ancestral`. Two calls of the model a step, one in the last. */
export const dpmpp2sAncestral: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const { sigma } = step;
    const denoised = await predict(run, step.index, x, sigma);
    const { down, up } = ancestralStep(sigma, step.next, run.options?.eta ?? 1);
    if (down === 0) {
      x = mix([1, x], [-sigma, slope(x, sigma, denoised)]);
    } else {
      // In λ = −ln σ the middle of the step is at the geometric mean, and e^−h is the quotient of the noise levels.
      const middle = Math.sqrt(sigma * down);
      const between = mix([middle / sigma, x], [1 - middle / sigma, denoised]);
      x = mix([down / sigma, x], [1 - down / sigma, await run.denoise(between, middle)]);
    }
    x = withNoise(run, x, step, up);
  }
  return x;
};
