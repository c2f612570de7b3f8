/** DPM-Solver++(3M) for the stochastic equation: the last three answers of the model. @see crowsonkb/k-diffusion */

import { exp, expm1 } from "../../base/math-exp.ts";
import { log } from "../../base/math-log.ts";
import { intervals, type Latent, mix, predict, type Sampler } from "./sampler.ts";

interface Past {
  readonly denoised: Latent;
  /** Length of the step in λ = −ln σ. */
  readonly h: number;
}

/** A1111 "DPM++ 3M SDE", ComfyUI `dpmpp_3m_sde`. One call of the model a step; noise from a Brownian tree. */
export const dpmpp3mSde: Sampler = async (run) => {
  const { eta = 1, sNoise = 1 } = run.options ?? {};
  let x = run.x;
  // Newest first.
  let past: readonly Past[] = [];
  for (const { index, sigma, next } of intervals(run)) {
    const denoised = await predict(run, index, x, sigma);
    if (next === 0) {
      x = denoised;
      continue;
    }
    const h = log(sigma / next);
    const reach = h * (eta + 1);
    x = mix([exp(-reach), x], [-expm1(-reach), denoised], ...corrections(denoised, h, reach, past));
    if (eta !== 0) x = mix([1, x], [next * Math.sqrt(-expm1(-2 * h * eta)) * sNoise, run.noise(sigma, next)]);
    past = [{ denoised, h }, ...past].slice(0, 2);
  }
  return x;
};

/** What the change of the model's answers adds: first and second divided differences over the last steps. */
function corrections(denoised: Latent, h: number, reach: number, [one, two]: readonly Past[]): [number, Latent][] {
  if (!one) return [];
  const phi2 = expm1(-reach) / reach + 1;
  const r0 = one.h / h;
  const newest = mix([1 / r0, denoised], [-1 / r0, one.denoised]);
  if (!two) return [[phi2, newest]];
  const phi3 = phi2 / reach - 0.5;
  const r1 = two.h / h;
  const older = mix([1 / r1, one.denoised], [-1 / r1, two.denoised]);
  const bend = mix([1 / (r0 + r1), newest], [-1 / (r0 + r1), older]);
  return [
    [phi2, newest],
    [phi2 * r0 - phi3, bend],
  ];
}
