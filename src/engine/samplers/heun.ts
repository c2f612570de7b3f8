/** Heun's method: the mean of the slopes at both ends of a step. Karras et al. (2022), algorithm 2. */

import { churn } from "./churn.ts";
import { intervals, mix, predict, type Sampler, slope } from "./sampler.ts";

/** A1111 "Heun", ComfyUI `heun`. Two calls of the model a step, one in the last. */
export const heun: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const { x: from, sigma } = churn(run, x, step);
    const before = slope(from, sigma, await predict(run, step.index, from, sigma));
    const reach = step.next - sigma;
    x = mix([1, from], [reach, before]);
    if (step.next === 0) continue;
    const after = slope(x, step.next, await run.denoise(x, step.next));
    x = mix([1, from], [reach / 2, before], [reach / 2, after]);
  }
  return x;
};
