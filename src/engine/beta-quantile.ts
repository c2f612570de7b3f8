/** Quantiles of the beta distribution with small parameters, for the "Beta" noise schedule. */

import { pow } from "../base/math-exp.ts";

/** ∫ t^(a−1) (1 − t)^(b−1) dt from 0 to x ≤ ½, by the series in x; b below 2. @see NIST DLMF 8.17.7 */
function incomplete(x: number, a: number, b: number): number {
  let term = 1;
  let sum = 1 / a;
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (x * (n - b)) / n;
    sum += term / (a + n);
  }
  return pow(x, a) * sum;
}

/**
 * The x below which a share `p` of the beta distribution lies.
 * @param p - 0 … 1
 * @param a - above 0, below 2
 * @param b - above 0, below 2
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0 || p >= 1) return p <= 0 ? 0 : 1;
  const [lower, upper] = [incomplete(0.5, a, b), incomplete(0.5, b, a)];
  // From the end at which the quantile lies, so that small results keep their digits.
  const target = p * (lower + upper);
  if (target > lower) return 1 - betaQuantile(1 - p, b, a);
  if (target === lower) return 0.5;
  let [from, to] = [0, 0.5];
  for (;;) {
    const middle = (from + to) / 2;
    // Nothing lies between two neighbouring doubles.
    if (middle === from || middle === to) return middle;
    if (incomplete(middle, a, b) < target) from = middle;
    else to = middle;
  }
}
