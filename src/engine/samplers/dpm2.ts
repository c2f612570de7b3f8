/** DPM-Solver-2 in Karras et al.'s frame: the slope at the geometric middle of a step. @see C. Lu et al., "DPM-Solver" (2022) */

import { churn } from "./churn.ts";
import { intervals, mix, predict, type Sampler, slope } from "./sampler.ts";

/** A1111 "DPM2", ComfyUI `dpm_2`. Two calls of the model a step, one in the last. */
export const dpm2: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const { x: from, sigma } = churn(run, x, step);
    const direction = slope(from, sigma, await predict(run, step.index, from, sigma));
    if (step.next === 0) {
      x = mix([1, from], [-sigma, direction]);
      continue;
    }
    const middle = Math.sqrt(sigma * step.next);
    const between = mix([1, from], [middle - sigma, direction]);
    x = mix([1, from], [step.next - sigma, slope(between, middle, await run.denoise(between, middle))]);
  }
  return x;
};
