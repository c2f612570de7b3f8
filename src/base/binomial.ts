/** Exact confidence intervals for shares: what k hits in n trials say about the rate behind them. */

import { exp } from "./math-exp.ts";
import { log, log1p } from "./math-log.ts";

/** A share with the bounds between which the rate behind it lies. */
export interface Share {
  readonly hits: number;
  readonly trials: number;
  /** 0 … 1; 0 where there were no trials. */
  readonly share: number;
  /** Bounds of the interval, 0 … 1. */
  readonly low: number;
  readonly high: number;
}

/**
 * The Clopper–Pearson interval: it holds the true rate in at least `confidence` of all cases, whatever the rate is.
 * @param hits - 0 … trials
 * @see C. Clopper, E. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934)
 */
export function shareOf(hits: number, trials: number, confidence = 0.95): Share {
  const tail = (1 - confidence) / 2;
  return {
    hits,
    trials,
    share: trials === 0 ? 0 : hits / trials,
    low: hits === 0 ? 0 : quantile(tail, hits, trials - hits + 1),
    high: hits === trials ? 1 : quantile(1 - tail, hits + 1, trials - hits),
  };
}

/**
 * The probability of at most `k` hits in `n` trials of rate `p`.
 * @see NIST DLMF 8.17.5
 */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return 1 - betaShare(p, k + 1, n - k);
}

/** The x below which a share of the beta distribution lies, by halving: 60 halvings leave less than 1e-18. */
function quantile(share: number, a: number, b: number): number {
  let [from, to] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (betaShare(middle, a, b) < share) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** The regularised incomplete beta function for whole a and b. */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b));
  // The fraction converges quickly below the mean; above it the other tail is taken.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

/** Lentz's evaluation of the continued fraction. @see NIST DLMF 8.17.22 */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const keep = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / keep(1 + even * d);
    c = keep(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / keep(1 + odd * d);
    c = keep(1 + odd / c);
    const step = d * c;
    result *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return result;
}

/** Of whole numbers: ln B(a, b) = ln (a−1)! + ln (b−1)! − ln (a+b−1)!. */
function logBeta(a: number, b: number): number {
  return logFactorial(a - 1) + logFactorial(b - 1) - logFactorial(a + b - 1);
}

const SMALL = 256;
const LOG_FACTORIALS = [0];
for (let n = 1; n < SMALL; n++) LOG_FACTORIALS.push(LOG_FACTORIALS[n - 1]! + log(n));

/** Stirling's series, whose next term is below 1e-17 here. @see NIST DLMF 5.11.1 */
function logFactorial(n: number): number {
  if (n < SMALL) return LOG_FACTORIALS[n]!;
  const x = n + 1;
  const square = x * x;
  return (
    (x - 0.5) * log(x) - x + HALF_LOG_TAU + 1 / (12 * x) - 1 / (360 * x * square) + 1 / (1260 * x * square * square)
  );
}

const HALF_LOG_TAU = 0.9189385332046727;
