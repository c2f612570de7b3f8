/** Linear multistep method of order 4: a polynomial through the last slopes, integrated. @see crowsonkb/k-diffusion */

import { intervals, type Latent, mix, predict, type Sampler, slope } from "./sampler.ts";

const ORDER = 4;
/** Gauss and Legendre's two points on [−1, 1]: exact for polynomials to the third degree, which is all that occurs. */
const GAUSS = 1 / Math.sqrt(3);

/** Integral from `levels[0]` to `to` of Lagrange's polynomial that is 1 at `levels[j]` and 0 at the other levels. */
function coefficient(levels: readonly number[], to: number, j: number): number {
  const basis = (at: number): number =>
    levels.reduce((product, level, k) => (k === j ? product : (product * (at - level)) / (levels[j]! - level)), 1);
  const from = levels[0]!;
  const [middle, half] = [(to + from) / 2, (to - from) / 2];
  return half * (basis(middle - half * GAUSS) + basis(middle + half * GAUSS));
}

/** A1111 "LMS", ComfyUI `lms`. One call of the model a step. */
export const lms: Sampler = async (run) => {
  let x = run.x;
  // Newest first.
  let slopes: Latent[] = [];
  let levels: number[] = [];
  for (const { index, sigma, next } of intervals(run)) {
    const denoised = await predict(run, index, x, sigma);
    slopes = [slope(x, sigma, denoised), ...slopes].slice(0, ORDER);
    levels = [sigma, ...levels].slice(0, ORDER);
    x = mix([1, x], ...slopes.map((direction, j) => [coefficient(levels, next, j), direction] as const));
  }
  return x;
};
