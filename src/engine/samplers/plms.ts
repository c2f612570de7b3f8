/**
 * PLMS: Adams and Bashforth's multistep formula on the predicted noise, with DDIM's step.
 * @see L. Liu et al., "Pseudo numerical methods for diffusion models on manifolds", ICLR 2022, equation 12
 */

import { intervals, type Latent, mix, predict, type Sampler, slope } from "./sampler.ts";

/** Weights of the newest noise and those before it, by how many there are. */
const ADAMS_BASHFORTH = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]];

/** A1111 "PLMS", diffusers `PNDMScheduler` without Runge-Kutta steps. One call of the model a step, two in the first. */
export const plms: Sampler = async (run) => {
  let x = run.x;
  // Newest first.
  let past: Latent[] = [];
  for (const { index, sigma, next } of intervals(run)) {
    const direction = slope(x, sigma, await predict(run, index, x, sigma));
    past = [direction, ...past].slice(0, ADAMS_BASHFORTH.length);
    const weights = ADAMS_BASHFORTH[past.length - 1]!;
    let mean = mix(...past.map((noise, i) => [weights[i]!, noise] as const));
    if (index === 0 && next > 0) {
      // The first step is Heun's: there is no past to lean on.
      const tried = mix([1, x], [next - sigma, direction]);
      mean = mix([0.5, direction], [0.5, slope(tried, next, await run.denoise(tried, next))]);
    }
    x = mix([1, x], [next - sigma, mean]);
  }
  return x;
};
