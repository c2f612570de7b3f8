/** An analytic model: the posterior mean of a mixture of three Gaussians, the same as in models/training/golden. */

import type { Denoiser } from "../../src/engine/samplers/sampler.ts";

const MEANS = [-1.2, 0.3, 1.1];
const LOG_WEIGHTS = [0.3, 0.5, 0.2].map(Math.log);
const SPREAD = 0.25;

export const mixtureDenoiser: Denoiser = async (x, sigma) => {
  const variance = SPREAD * SPREAD + sigma * sigma;
  return x.map((value, i) => {
    const means = MEANS.map((mean) => mean + ((i % 5) - 2) * 0.15);
    const logs = means.map((mean, k) => LOG_WEIGHTS[k]! - ((value - mean) * (value - mean)) / (2 * variance));
    const shares = logs.map((one) => Math.exp(one - Math.max(...logs)));
    const total = shares.reduce((sum, share) => sum + share);
    return means.reduce(
      (sum, mean, k) => sum + (shares[k]! / total) * ((mean * sigma * sigma + value * SPREAD * SPREAD) / variance),
      0,
    );
  });
};
