/** Stochasticity of Karras et al. (2022), algorithm 2: before a step the noise level is raised a little. */

import { type Interval, type Latent, mix, type SamplerRun } from "./sampler.ts";

/** x and its raised noise level. Without `sChurn` both stay as they are and no noise is drawn. */
export function churn(
  run: SamplerRun,
  x: Latent,
  { sigma, next }: Interval,
): { readonly x: Latent; readonly sigma: number } {
  const { sChurn = 0, sTmin = 0, sTmax = Number.POSITIVE_INFINITY, sNoise = 1 } = run.options ?? {};
  if (sChurn === 0) return { x, sigma };
  // Drawn in every step, used or not: so the stream of noise does not depend on sTmin and sTmax.
  const noise = run.noise(sigma, next);
  const gamma = sigma >= sTmin && sigma <= sTmax ? Math.min(sChurn / (run.sigmas.length - 1), Math.SQRT2 - 1) : 0;
  if (gamma === 0) return { x, sigma };
  const raised = sigma * (gamma + 1);
  return { x: mix([1, x], [sNoise * Math.sqrt(raised * raised - sigma * sigma), noise]), sigma: raised };
}
