/** DPM-Solver++ for the stochastic equation, single-step of second order. @see crowsonkb/k-diffusion, sample_dpmpp_sde */

import { exp } from "../../base/math-exp.ts";
import { log } from "../../base/math-log.ts";
import {
  ancestralStep,
  intervals,
  type Latent,
  mix,
  predict,
  type Sampler,
  type SamplerRun,
  slope,
} from "./sampler.ts";

const f = Math.fround;

/**
 * A1111 "DPM++ SDE", ComfyUI `dpmpp_sde`. Two calls of the model a step, one in the last; noise from a Brownian tree.
 * Times go through the logarithm and back in float32, as in the original: the tree sees their last digit.
 */
export const dpmppSde: Sampler = async (run) => {
  const eta = run.options?.eta ?? 1;
  let x = run.x;
  for (const { index, sigma, next } of intervals(run)) {
    const denoised = await predict(run, index, x, sigma);
    if (next === 0) {
      x = mix([1, x], [-sigma, slope(x, sigma, denoised)]);
      continue;
    }
    const [t, tNext] = [f(-log(sigma)), f(-log(next))];
    const tMiddle = f(t + f(f(tNext - t) * 0.5));
    const [from, middle, to] = [t, tMiddle, tNext].map((time) => f(exp(-time))) as [number, number, number];
    const between = move(run, x, denoised, from, middle, eta);
    // With the middle at one half the first answer weighs nothing in the second half-step.
    x = move(run, x, await run.denoise(between, middle), from, to, eta);
  }
  return x;
};

/** From noise level `from` below `to` along the denoised latent, and back up to it with the path's noise. */
function move(run: SamplerRun, x: Latent, denoised: Latent, from: number, to: number, eta: number): Latent {
  const { down, up } = ancestralStep(from, to, eta);
  const sNoise = run.options?.sNoise ?? 1;
  return mix([down / from, x], [1 - down / from, denoised], [sNoise * up, run.noise(from, to)]);
}
