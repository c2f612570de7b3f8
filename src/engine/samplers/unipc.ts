/**
 * UniPC: a multistep predictor, and a corrector that uses each answer of the model once more, without a call of its own.
 *
 * Data prediction, orders 1 to 3, lower orders at the beginning and at the end.
 *
 * @see W. Zhao et al., "UniPC", NeurIPS 2023, algorithms 5–8; huggingface/diffusers, UniPCMultistepScheduler
 */

import { expm1 } from "../../base/math-exp.ts";
import { log } from "../../base/math-log.ts";
import { type Latent, mix, predict, type Sampler } from "./sampler.ts";

/** B(h): h itself, or e^h − 1. ComfyUI's `uni_pc` and A1111's default are `bh1`, `uni_pc_bh2` and diffusers' are `bh2`. */
export type UniPcVariant = "bh1" | "bh2";

/** A noise level that was passed, and the model's answer there. */
interface Passed {
  readonly sigma: number;
  readonly denoised: Latent;
}

/** A1111 "UniPC", ComfyUI `uni_pc`, `uni_pc_bh2`. One call of the model a step. */
export function unipc(variant: UniPcVariant, maxOrder: 2 | 3): Sampler {
  return async (run) => {
    const { sigmas } = run;
    const total = sigmas.length - 1;
    let x = run.x;
    // Newest first.
    let past: readonly Passed[] = [];
    let before: { readonly x: Latent; readonly order: number } | undefined;
    for (let i = 0; i < total; i++) {
      const sigma = sigmas[i]!;
      const denoised = await predict(run, i, x, sigma);
      if (before) x = update(variant, before.x, past.slice(0, before.order), sigma, denoised);
      past = [{ sigma, denoised }, ...past].slice(0, maxOrder);
      const order = Math.min(past.length, total - i);
      before = { x, order };
      x = update(variant, x, past.slice(0, order), sigmas[i + 1]!);
    }
    return x;
  };
}

/**
 * One step from the newest passed level to `to`: predictor, or corrector where the answer at `to` is known.
 * The coefficients solve equation 10 of the paper: Σ ρ_m r_m^(k−1) = k! φ_(k+1)(−h) / B.
 */
function update(variant: UniPcVariant, x: Latent, past: readonly Passed[], to: number, known?: Latent): Latent {
  const [now, ...older] = past as [Passed, ...Passed[]];
  const h = log(now.sigma / to);
  const ratios = older.map(({ sigma }) => log(now.sigma / sigma) / h);
  const differences = older.map(({ denoised }, m) => [denoised, ratios[m]!] as const);
  if (known) {
    ratios.push(1);
    differences.push([known, 1]);
  }
  const gain = expm1(-h);
  const b = variant === "bh1" ? -h : gain;
  const weights = solveWeights(ratios, rightHandSide(h, gain, b, ratios.length));
  const terms = differences.map(([answer, ratio], m) => [(-b * weights[m]!) / ratio, answer] as const);
  const back = terms.reduce((sum, [factor]) => sum - factor, 0);
  return mix([to / now.sigma, x], [-gain + back, now.denoised], ...terms);
}

/** k! φ_(k+1)(−h) / B for k = 1 … count. */
function rightHandSide(h: number, gain: number, b: number, count: number): number[] {
  let phi = gain / -h - 1;
  let factorial = 1;
  return Array.from({ length: count }, (_, i) => {
    const value = (phi * factorial) / b;
    factorial *= i + 2;
    phi = phi / -h - 1 / factorial;
    return value;
  });
}

/** Solves Σ_m w_m r_m^(k−1) = b_k. One unknown is ½ by definition: the paper's choice, and every implementation's. */
function solveWeights(ratios: readonly number[], b: readonly number[]): number[] {
  if (ratios.length === 1) return [0.5];
  const rows = b.map((value, k) => [...ratios.map((ratio) => power(ratio, k)), value]);
  for (let column = 0; column < rows.length; column++) {
    for (let row = column + 1; row < rows.length; row++) {
      const factor = rows[row]![column]! / rows[column]![column]!;
      rows[row] = rows[row]!.map((value, i) => value - factor * rows[column]![i]!);
    }
  }
  const weights: number[] = [];
  for (let row = rows.length - 1; row >= 0; row--) {
    let rest = rows[row]!.at(-1)!;
    for (let i = row + 1; i < rows.length; i++) rest -= rows[row]![i]! * weights[i]!;
    weights[row] = rest / rows[row]![row]!;
  }
  return weights;
}

function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}
