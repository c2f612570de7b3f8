/** DPM-Solver++(2M) for the stochastic equation. @see C. Lu et al., "DPM-Solver++" (2022), section 5; crowsonkb/k-diffusion */

import { exp, expm1 } from "../../base/math-exp.ts";
import { log } from "../../base/math-log.ts";
import { intervals, type Latent, mix, predict, type Sampler } from "./sampler.ts";

/** How the second order is put together: at the middle of the step, or as in Heun's method. */
export type Solver = "midpoint" | "heun";

/**
 * A1111 "DPM++ 2M SDE" (`midpoint`) and "DPM++ 2M SDE Heun" (`heun`); ComfyUI `dpmpp_2m_sde`, `dpmpp_2m_sde_heun`.
 * One call of the model a step; noise from a Brownian tree.
 */
export function dpmpp2mSde(solver: Solver): Sampler {
  return async (run) => {
    const { eta = 1, sNoise = 1 } = run.options ?? {};
    let x = run.x;
    let last: { readonly denoised: Latent; readonly h: number } | undefined;
    for (const { index, sigma, next } of intervals(run)) {
      const denoised = await predict(run, index, x, sigma);
      if (next === 0) {
        x = denoised;
        continue;
      }
      const h = log(sigma / next);
      const gain = -expm1(-h * (1 + eta));
      const second = solver === "midpoint" ? gain / 2 : 1 - gain / (h * (1 + eta));
      const carry = last ? (second * h) / last.h : 0;
      x = mix(
        [(next / sigma) * exp(-eta * h), x],
        [gain + carry, denoised],
        [-carry, last?.denoised ?? denoised],
        ...(eta === 0 ? [] : [[next * Math.sqrt(-expm1(-2 * eta * h)) * sNoise, run.noise(sigma, next)] as const]),
      );
      last = { denoised, h };
    }
    return x;
  };
}
