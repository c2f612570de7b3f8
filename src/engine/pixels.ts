/** Between the autoencoder's numbers and 8-bit pixels. */

import { SeedproofError } from "../base/errors.ts";
import { type Raster, toRgb } from "../image/raster.ts";
import { type Tensor, tensor } from "./tensor.ts";

const f = Math.fround;

/** A1111 and ComfyUI cut 255 · x off to whole numbers, diffusers rounds: one cause of images that differ by one. */
export type PixelRounding = "truncate" | "round";

/** @param pixels - [1, 3, height, width], −1 … 1; what lies outside is cut off */
export function toRaster(pixels: Tensor, rounding: PixelRounding): Raster {
  const [, channels, height, width] = pixels.shape as [number, number, number, number];
  if (channels !== 3) throw new SeedproofError("engine.shape-mismatch", `an image has 3 channels, not ${channels}`);
  const plane = height * width;
  const data = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) {
      const share = Math.min(Math.max(f(f(pixels.data[c * plane + i]! + 1) / 2), 0), 1);
      const level = f(255 * share);
      data[3 * i + c] = rounding === "truncate" ? Math.trunc(level) : roundHalfEven(level);
    }
  }
  return { width, height, channels: 3, data };
}

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  return x - down === 0.5 ? down + (down % 2) : Math.round(x);
}

/** [1, 3, height, width], −1 … 1; alpha is left out. */
export function fromRaster(raster: Raster): Tensor {
  const { width, height } = raster;
  const rgb = toRgb(raster);
  const plane = height * width;
  const pixels = tensor([1, 3, height, width]);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) pixels.data[c * plane + i] = f(2 * f(rgb[3 * i + c]! / 255)) - 1;
  }
  return pixels;
}

/**
 * A mask over the latent's cells from one over pixels: each cell the mean of its pixels, as A1111 then rounded to 0 or 1.
 * @param mask - height · width values, 0 keep … 1 paint anew
 */
export function latentMask(mask: Float32Array, width: number, factor: number): Float32Array<ArrayBuffer> {
  const [columns, rows] = [Math.floor(width / factor), Math.floor(mask.length / width / factor)];
  return Float32Array.from({ length: columns * rows }, (_, cell) => {
    const [x, y] = [(cell % columns) * factor, Math.floor(cell / columns) * factor];
    let sum = 0;
    for (let dy = 0; dy < factor; dy++) for (let dx = 0; dx < factor; dx++) sum += mask[(y + dy) * width + x + dx]!;
    return roundHalfEven(sum / (factor * factor));
  });
}
