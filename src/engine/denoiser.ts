/** From a UNet to a denoiser: scalings for noise or velocity prediction, and guidance between prompts. */

import type { UNet, UNetConditions } from "./backend.ts";
import { type Levels, type TimeRule, timeOf } from "./levels.ts";
import { type Latent, mix } from "./samplers/sampler.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** What a UNet predicts. @see UNet.prediction */
export type Prediction = UNet["prediction"];

/**
 * Factors of Karras et al.'s frame: the UNet sees x · cIn, and the denoised latent is x · cSkip + output · cOut.
 * @see crowsonkb/k-diffusion, k_diffusion/external.py; T. Salimans, J. Ho, "Progressive distillation" (2022) for v
 */
export function scalings(prediction: Prediction, sigma: number): { cIn: number; cSkip: number; cOut: number } {
  const squares = sigma * sigma + 1;
  const cIn = 1 / Math.sqrt(squares);
  return prediction === "epsilon" ? { cIn, cSkip: 1, cOut: -sigma } : { cIn, cSkip: 1 / squares, cOut: -sigma * cIn };
}

/** The denoised latents of one batch under given conditions. */
export type ConditionedDenoiser = (x: Tensor, sigma: number, conditions: UNetConditions) => Promise<Latent>;

/** A UNet as a denoiser. @param extra - channels after the latent's own, [1 or batch, n, h, w], for inpainting models */
export function unetDenoiser(unet: UNet, levels: Levels, rule: TimeRule, extra?: Tensor): ConditionedDenoiser {
  return async (x, sigma, conditions) => {
    const { cIn, cSkip, cOut } = scalings(unet.prediction, sigma);
    const scaled = tensor(x.shape, mix([cIn, x.data]));
    const input = extra ? withChannels(scaled, extra) : scaled;
    const output = await unet.predict(input, timeOf(levels, sigma, rule), conditions);
    return mix([cSkip, x.data], [cOut, output.data]);
  };
}

/** Appends channels to each item of a batch; one item of extra channels serves all. */
function withChannels(x: Tensor, extra: Tensor): Tensor {
  const [count, channels, height, width] = x.shape as [number, number, number, number];
  const plane = height * width;
  const added = extra.shape[1]!;
  const joined = tensor([count, channels + added, height, width]);
  for (let i = 0; i < count; i++) {
    const from = extra.shape[0] === 1 ? 0 : i * added * plane;
    const at = i * (channels + added) * plane;
    joined.data.set(x.data.subarray(i * channels * plane, (i + 1) * channels * plane), at);
    joined.data.set(extra.data.subarray(from, from + added * plane), at + channels * plane);
  }
  return joined;
}

/** A prompt with its weight in a sum of prompts (A1111's AND). */
export interface WeightedAnswer {
  readonly denoised: Latent;
  readonly weight: number;
}

/**
 * Classifier-free guidance: uncond + scale · Σ weight · (cond − uncond).
 * @see J. Ho, T. Salimans, "Classifier-free diffusion guidance" (2022); N. Liu et al., "Composable diffusion" (2022)
 */
export function guide(uncond: Latent, answers: readonly WeightedAnswer[], scale: number): Latent {
  const factors = answers.map(({ weight }) => scale * weight);
  const rest = factors.reduce((sum, factor) => sum - factor, 1);
  return mix([rest, uncond], ...answers.map(({ denoised }, i) => [factors[i]!, denoised] as const));
}

/**
 * Rescaled guidance: the guided latent is brought to the spread of the conditioned one, item by item, and mixed with
 * the unscaled one.
 * @param share - 0: as it was, 1: fully rescaled; 0.7 in the paper
 * @see S. Lin et al., "Common diffusion noise schedules and sample steps are flawed" (2024), equations 15 and 16
 */
export function rescaleGuidance(guided: Latent, conditioned: Latent, share: number, items: number): Latent {
  if (share === 0) return guided;
  const size = guided.length / items;
  const rescaled = new Float32Array(guided.length);
  for (let i = 0; i < items; i++) {
    const part = guided.subarray(i * size, (i + 1) * size);
    const factor = deviation(conditioned.subarray(i * size, (i + 1) * size)) / deviation(part);
    rescaled.set(mix([share * factor + 1 - share, part]), i * size);
  }
  return rescaled;
}

/** Standard deviation over all numbers, with n − 1. */
function deviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return Math.sqrt(squares / (values.length - 1));
}
