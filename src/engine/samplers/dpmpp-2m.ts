/** DPM-Solver++(2M), multistep of second order. @see C. Lu et al., "DPM-Solver++" (2022), algorithm 2 */

import { log } from "../../base/math-log.ts";
import { intervals, type Latent, mix, predict, type Sampler } from "./sampler.ts";

/** A1111 "DPM++ 2M", ComfyUI `dpmpp_2m`. One call of the model a step. */
export const dpmpp2m: Sampler = async (run) => {
  let x = run.x;
  let last: { readonly denoised: Latent; readonly h: number } | undefined;
  for (const { index, sigma, next } of intervals(run)) {
    const denoised = await predict(run, index, x, sigma);
    const h = log(sigma / next);
    // How much of the change since the last step is carried on; the last step goes without.
    const carry = last && next > 0 ? h / (2 * last.h) : 0;
    const target = carry && last ? mix([1 + carry, denoised], [-carry, last.denoised]) : denoised;
    x = mix([next / sigma, x], [1 - next / sigma, target]);
    last = { denoised, h };
  }
  return x;
};
