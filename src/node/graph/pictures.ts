/** Images and masks of a graph: read, stretched, cut, and laid over latents. */

import { SeedproofError } from "../../base/errors.ts";
import { fromRaster } from "../../engine/pixels.ts";
import { resample } from "../../engine/resample.ts";
import { type Tensor, tensor } from "../../engine/tensor.ts";
import type { Raster } from "../../image/raster.ts";
import type { ImageValue, MaskValue } from "./values.ts";

/** How an image or latent is brought to a size. */
export interface Resizing {
  readonly method: string;
  /** 0 keeps the proportions. */
  readonly width: number;
  readonly height: number;
  readonly crop: string;
}

/** The size that is meant, in cells of `unit`. Both 0 leave the size as it is. */
export function meantSize(
  { shape }: Tensor,
  { width, height }: Resizing,
  unit: number,
): [width: number, height: number] {
  const [, , rows, columns] = shape as [number, number, number, number];
  if (width === 0 && height === 0) return [columns, rows];
  const [wide, high] = [Math.round(width / unit), Math.round(height / unit)];
  if (width === 0) return [Math.max(1, Math.round((columns * high) / rows)), Math.max(1, high)];
  if (height === 0) return [Math.max(1, wide), Math.max(1, Math.round((rows * wide) / columns))];
  return [Math.max(1, wide), Math.max(1, high)];
}

/** Numbers of one latent or image: 8192 × 8192 pixels of three colours. Three of them are a gigabyte. CWE-770. */
const MAX_NUMBERS = 8_192 * 8_192 * 3;

/** @throws SeedproofError `engine.size-unfit` for what would not fit into memory */
export function assertNumbers(shape: readonly number[]): void {
  const numbers = shape.reduce((product, side) => product * side, 1);
  if (numbers <= MAX_NUMBERS) return;
  throw new SeedproofError("engine.size-unfit", `${shape.join(" × ")} numbers are more than ${MAX_NUMBERS}`);
}

/** Stretched to a size, its middle cut out first where the proportions are to be kept. */
export function resized(x: Tensor, resizing: Resizing, unit: number): Tensor {
  const [width, height] = meantSize(x, resizing, unit);
  assertNumbers([...x.shape.slice(0, 2), height, width]);
  const part = resizing.crop === "center" ? middle(x, width / height) : x;
  if (resizing.method === "area") return averaged(part, height, width);
  return resample(part, height, width, resizing.method as "bilinear" | "bicubic" | "nearest-exact");
}

function middle(x: Tensor, proportion: number): Tensor {
  const [, , rows, columns] = x.shape as [number, number, number, number];
  const wide = columns / rows > proportion;
  const dx = wide ? Math.round((columns - rows * proportion) / 2) : 0;
  const dy = wide ? 0 : Math.round((rows - columns / proportion) / 2);
  return cut(x, dx, dy, columns - 2 * dx, rows - 2 * dy);
}

/** A rectangle of every channel. */
export function cut(x: Tensor, left: number, top: number, width: number, height: number): Tensor {
  const [batch, channels, rows, columns] = x.shape as [number, number, number, number];
  const out = tensor([batch, channels, height, width]);
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < height; y++) {
      const from = (plane * rows + top + y) * columns + left;
      out.data.set(x.data.subarray(from, from + width), (plane * height + y) * width);
    }
  }
  return out;
}

/** PyTorch's "area": each place is the mean of the places below it. */
function averaged(x: Tensor, height: number, width: number): Tensor {
  const [batch, channels, rows, columns] = x.shape as [number, number, number, number];
  const out = tensor([batch, channels, height, width]);
  const spans = (from: number, to: number): [number, number][] =>
    Array.from({ length: to }, (_, i) => [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)]);
  const [down, across] = [spans(rows, height), spans(columns, width)];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (const [y, [top, bottom]] of down.entries()) {
      for (const [i, [left, right]] of across.entries()) {
        let sum = 0;
        for (let v = top; v < bottom; v++)
          for (let u = left; u < right; u++) sum += x.data[(plane * rows + v) * columns + u]!;
        out.data[(plane * height + y) * width + i] = sum / ((bottom - top) * (right - left));
      }
    }
  }
  return out;
}

/** Sides cut down to whole multiples, the rest taken off evenly. */
export function wholeCells(x: Tensor, factor: number): Tensor {
  const [, , rows, columns] = x.shape as [number, number, number, number];
  const [height, width] = [Math.floor(rows / factor) * factor, Math.floor(columns / factor) * factor];
  if (height === rows && width === columns) return x;
  return cut(x, Math.floor((columns - width) / 2), Math.floor((rows - height) / 2), width, height);
}

/** The mask over the cells of a latent, stretched as ComfyUI stretches it. */
export function maskFor({ width, height, data }: MaskValue, rows: number, columns: number): Float32Array<ArrayBuffer> {
  return resample(tensor([1, 1, height, width], data), rows, columns, "bilinear").data;
}

/** The mask stretched to the pixels of an image, grown by so many pixels to every side, and made of 0 and 1. */
export function grownMask(mask: MaskValue, width: number, height: number, grow: number): MaskValue {
  const whole = resample(tensor([1, 1, mask.height, mask.width], mask.data), height, width, "bilinear").data;
  const hard = whole.map(Math.round);
  const reach = Math.ceil(Math.max(grow - 1, 0) / 2);
  if (reach === 0) return { width, height, data: hard };
  const grown = new Float32Array(hard.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (hard[y * width + x] === 0) continue;
      for (let v = Math.max(y - reach, 0); v <= Math.min(y + reach, height - 1); v++) {
        grown.fill(1, v * width + Math.max(x - reach, 0), v * width + Math.min(x + reach, width - 1) + 1);
      }
    }
  }
  return { width, height, data: grown };
}

/** The image with grey where it is painted anew. */
export function greyed(image: Tensor, { data }: MaskValue): Tensor {
  const plane = data.length;
  return tensor(
    image.shape,
    image.data.map((value, i) => value * (1 - data[i % plane]!)),
  );
}

/** An image file as IMAGE and MASK: what is see-through is painted anew. Without alpha the mask is empty, 64 × 64. */
export function loaded(raster: Raster): { readonly image: ImageValue; readonly mask: MaskValue } {
  const mask = raster.channels === 2 || raster.channels === 4 ? channelOf(raster, "alpha") : EMPTY;
  return { image: [fromRaster(raster)], mask };
}

const EMPTY: MaskValue = { width: 64, height: 64, data: new Float32Array(64 * 64) };

/** One channel as a mask: colours as they are, alpha turned round. */
export function channelOf({ width, height, channels, data }: Raster, channel: string): MaskValue {
  const hasAlpha = channels === 2 || channels === 4;
  if (channel === "alpha" && !hasAlpha) return EMPTY;
  const colour = { red: 0, green: 1, blue: 2 }[channel] ?? 0;
  const at = channel === "alpha" ? channels - 1 : channels < 3 ? 0 : colour;
  const share = (i: number): number => data[i * channels + at]! / 255;
  const values = Float32Array.from({ length: width * height }, (_, i) =>
    channel === "alpha" ? 1 - share(i) : share(i),
  );
  return { width, height, data: values };
}
