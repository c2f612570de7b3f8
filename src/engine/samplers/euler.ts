/** Euler's method: straight along the slope. Karras et al. (2022), algorithm 2 without its correction. */

import { churn } from "./churn.ts";
import { intervals, mix, predict, type Sampler, slope } from "./sampler.ts";

/** A1111 "Euler", ComfyUI `euler`. One call of the model a step. */
export const euler: Sampler = async (run) => {
  let x = run.x;
  for (const step of intervals(run)) {
    const raised = churn(run, x, step);
    const denoised = await predict(run, step.index, raised.x, raised.sigma);
    x = mix([1, raised.x], [step.next - raised.sigma, slope(raised.x, raised.sigma, denoised)]);
  }
  return x;
};
