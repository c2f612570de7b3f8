/** Painting part of an image anew: what is kept, and what inpainting models are shown. */

import { SeedproofError } from "../base/errors.ts";
import type { DiffusionModel, Vae } from "./backend.ts";
import type { Inpainting } from "./guidance.ts";
import type { Tool } from "./plan.ts";
import type { InitImage, PixelSize } from "./request.ts";
import { type Latent, mix } from "./samplers/sampler.ts";
import { type Tensor, tensor } from "./tensor.ts";

/**
 * The latent of an image: the mean of the encoder's distribution. The programs draw from the distribution, whose spread
 * is below 0.01, from a stream of their own.
 */
export async function encodeImage(vae: Vae, pixels: Tensor): Promise<Tensor> {
  const { mean } = await vae.encode(pixels);
  return tensor(mean.shape, mix([vae.scalingFactor, mean.data]));
}

/** @param noise - the starting noise of the pass; ComfyUI lays the image under each step with it */
export function inpaintingOf(tool: Tool, image: Latent, mask: Float32Array, noise: Latent): Inpainting {
  return tool === "comfyui" ? { image, mask, noise } : { image, mask };
}

/**
 * What a UNet for inpainting reads behind the latent: the mask, then the latent of the image with grey in place of what
 * is painted anew. Without an image all is painted anew. `undefined` for UNets that read the latent alone.
 * @throws SeedproofError `engine.shape-mismatch` when the UNet reads something else
 */
export async function inpaintingChannels(
  { unet, vae }: DiffusionModel,
  { width, height }: PixelSize,
  init?: InitImage,
): Promise<Tensor | undefined> {
  const added = unet.inChannels - unet.latentChannels;
  if (added === 0) return undefined;
  if (added !== 1 + vae.latentChannels) {
    throw new SeedproofError("engine.shape-mismatch", `a UNet that reads ${unet.inChannels} channels is not supported`);
  }
  const [rows, columns] = [height / vae.factor, width / vae.factor];
  const mask = init?.mask ?? new Float32Array(rows * columns).fill(1);
  const grey = tensor([1, 3, height, width]);
  if (init) {
    for (let i = 0; i < grey.data.length; i++) {
      const [x, y] = [i % width, Math.floor(i / width) % height];
      const share = mask[Math.floor(y / vae.factor) * columns + Math.floor(x / vae.factor)]!;
      grey.data[i] = init.pixels.data[i]! * (1 - share);
    }
  }
  const channels = tensor([1, added, rows, columns]);
  channels.data.set(mask);
  channels.data.set((await encodeImage(vae, grey)).data, mask.length);
  return channels;
}
