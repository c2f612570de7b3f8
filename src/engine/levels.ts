/** A model's own noise levels: one for each training step, and the way from a noise level back to a training step. */

import { exp } from "../base/math-exp.ts";
import { log } from "../base/math-log.ts";

const f = Math.fround;

/** Noise levels of a model that was trained on discrete steps, lowest first. */
export interface Levels {
  /** σ = √((1 − ᾱ)/ᾱ) of each training step. */
  readonly sigmas: Float32Array;
  readonly logSigmas: Float32Array;
}

/**
 * ᾱ of Stable Diffusion's "scaled linear" training noise: √β rises evenly from √first to √last.
 * Worked out in doubles and rounded once, as CompVis' code and ComfyUI do; diffusers works in float32 throughout.
 */
export function scaledLinearAlphas(first = 0.00085, last = 0.012, count = 1000): Float32Array<ArrayBuffer> {
  const [from, to] = [Math.sqrt(first), Math.sqrt(last)];
  let product = 1;
  return Float32Array.from({ length: count }, (_, i) => {
    const root = from + ((to - from) * i) / (count - 1);
    product *= 1 - root * root;
    return product;
  });
}

/** The noise levels that belong to ᾱ, the cumulative products of 1 − β. */
export function levelsOf(alphasCumprod: Float32Array): Levels {
  const sigmas = alphasCumprod.map((alpha) => f(Math.sqrt(f(f(1 - alpha) / alpha))));
  return { sigmas, logSigmas: sigmas.map((sigma) => log(sigma)) };
}

/** The noise level of a training step that may have a fraction: between two steps, ln σ is interpolated, in float32. */
export function sigmaAt({ logSigmas }: Levels, time: number): number {
  const clamped = Math.min(Math.max(f(time), 0), logSigmas.length - 1);
  const low = Math.floor(clamped);
  const w = f(clamped - low);
  return f(exp(f(f(f(1 - w) * logSigmas[low]!) + f(w * logSigmas[Math.ceil(clamped)]!))));
}

/** How a noise level becomes the training step that the UNet is told: with a fraction (A1111), or the nearest (ComfyUI). */
export type TimeRule = "continuous" | "nearest";

/** The training step of a noise level. Levels outside the model's range give its first or last step. */
export function timeOf({ logSigmas }: Levels, sigma: number, rule: TimeRule = "continuous"): number {
  // In float32 as the levels are: so that a level of the model gives its own step, whole.
  const target = f(log(sigma));
  const last = logSigmas.length - 1;
  // The highest level at or below the target; levels rise.
  let low = 0;
  for (let high = last; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (logSigmas[middle]! <= target) low = middle;
    else high = middle - 1;
  }
  low = Math.min(low, last - 1);
  const [below, above] = [logSigmas[low]!, logSigmas[low + 1]!];
  const w = Math.min(Math.max((target - below) / (above - below), 0), 1);
  return rule === "continuous" ? low + w : w > 0.5 ? low + 1 : low;
}
