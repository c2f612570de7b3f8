/** A whole diffusion model in a few lines: the analytic mixture as UNet, moved by the prompt; averages as autoencoder. */

import type { DiffusionModel, UNetConditions } from "../../src/engine/backend.ts";
import { scalings } from "../../src/engine/denoiser.ts";
import { levelsOf, scaledLinearAlphas, sigmaAt } from "../../src/engine/levels.ts";
import { mix } from "../../src/engine/samplers/sampler.ts";
import { type Tensor, tensor } from "../../src/engine/tensor.ts";
import { mixtureDenoiser } from "./mixture.ts";
import { toyEncoder } from "./toy-text.ts";

export const FACTOR = 2;
export const CHANNELS = 4;
const SCALING = 0.5;

/** What a UNet call was told. */
export interface Call {
  readonly timestep: number;
  readonly conditions: UNetConditions;
  readonly x: Tensor;
}

export interface ToyOptions {
  readonly prediction?: "epsilon" | "v";
  readonly inChannels?: number;
  /** In place of the mixture's answer. */
  readonly answer?: (denoised: Float32Array) => Float32Array;
}

/** The model and a list that grows by each call of its UNet. */
export function toyDiffusion(options: ToyOptions = {}): { model: DiffusionModel; calls: Call[] } {
  const { prediction = "epsilon", inChannels = CHANNELS, answer = (denoised) => denoised } = options;
  const alphasCumprod = scaledLinearAlphas();
  const levels = levelsOf(alphasCumprod);
  const calls: Call[] = [];
  const predict = async (x: Tensor, timestep: number, conditions: UNetConditions): Promise<Tensor> => {
    calls.push({ x, timestep, conditions });
    const sigma = sigmaAt(levels, timestep);
    const { cIn, cSkip, cOut } = scalings(prediction, sigma);
    const size = (x.data.length / inChannels) * CHANNELS;
    const wide = mix([1 / cIn, x.data.subarray(0, size)]);
    // The prompt moves the answer by a number of its own, as long as there is much noise.
    const own = conditions.context.data.reduce((sum, value, i) => sum + value * ((i % 7) + 1), 0) % 1;
    const shift = (own * sigma * sigma) / (1 + sigma * sigma);
    const denoised = answer((await mixtureDenoiser(wide, sigma)).map((value) => value + shift));
    return tensor([1, CHANNELS, ...x.shape.slice(2)], mix([1 / cOut, denoised], [-cSkip / cOut, wide]));
  };
  const close = async (): Promise<void> => {};
  const model: DiffusionModel = {
    textEncoders: [toyEncoder({ places: 17 })],
    unet: { inChannels, latentChannels: CHANNELS, prediction, predict, close },
    vae: {
      factor: FACTOR,
      latentChannels: CHANNELS,
      scalingFactor: SCALING,
      decode: async (latent) =>
        planes(
          latent,
          3,
          (side) => side * FACTOR,
          1 / SCALING / 4,
          (i) => Math.floor(i / FACTOR),
        ),
      encode: async (pixels) => {
        const mean = planes(
          pixels,
          CHANNELS,
          (side) => side / FACTOR,
          4,
          (i) => i * FACTOR,
        );
        return {
          mean,
          logVariance: tensor(
            mean.shape,
            mean.data.map(() => -20),
          ),
        };
      },
      close,
    },
    alphasCumprod,
    hashes: {},
  };
  return { model, calls };
}

/** Picks one value of the source for each of the result, channel c from channel c modulo the source's. */
function planes(
  { shape, data }: Tensor,
  channels: number,
  sideOf: (side: number) => number,
  factor: number,
  pick: (i: number) => number,
): Tensor {
  const [, from, height, width] = shape as [number, number, number, number];
  const result = tensor([1, channels, sideOf(height), sideOf(width)]);
  const [rows, columns] = result.shape.slice(2) as [number, number];
  for (let i = 0; i < result.data.length; i++) {
    const [x, y, c] = [i % columns, Math.floor(i / columns) % rows, Math.floor(i / columns / rows)];
    result.data[i] = data[((c % from) * height + pick(y)) * width + pick(x)]! * factor;
  }
  return result;
}
