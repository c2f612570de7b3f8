/**
 * Enlarging pixels for hires fix without a model: A1111's "Lanczos", "Nearest", and "None", which is Lanczos there too.
 * 8-bit pixels are resized as Pillow resizes them: weights of 22 binary digits, rows first, each pass rounded to 8 bits.
 * @see Pillow, src/libImaging/Resample.c and Geometry.c, as behaviour; A1111, modules/images.py (resize_image)
 */

import { sin } from "../base/math-trig.ts";
import type { Raster } from "../image/raster.ts";
import { fromRaster, toRaster } from "./pixels.ts";
import type { PixelSize, PixelUpscaler } from "./request.ts";

/** Names of A1111, in its spelling. */
export const PIXEL_UPSCALERS = ["None", "Lanczos", "Nearest"] as const;

/** The upscaler of a name in any case; `undefined` for one that needs a model. */
export function pixelUpscaler(name: string): PixelUpscaler | undefined {
  const known = PIXEL_UPSCALERS.find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined) return undefined;
  const resize = known === "Nearest" ? nearest : lanczos;
  return async (pixels, size) => fromRaster(resize(toRaster(pixels, "truncate"), size));
}

/** Lobes of the kernel on each side. */
const LOBES = 3;
const DIGITS = 22;

/** An image of any channels resized with Lanczos' kernel; smaller ones are smoothed by a wider kernel. */
export function lanczos(image: Raster, { width, height }: PixelSize): Raster {
  const { channels } = image;
  const wide = along(image.data, { lines: image.height, from: image.width, to: width, channels });
  const data = turned(wide, image.height, width, channels);
  const high = along(data, { lines: width, from: image.height, to: height, channels });
  return { width, height, channels, data: turned(high, width, height, channels) };
}

function nearest(image: Raster, { width, height }: PixelSize): Raster {
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  const columns = placesOf(image.width, width);
  for (const [y, row] of placesOf(image.height, height).entries()) {
    for (const [x, column] of columns.entries()) {
      const at = channels * (row * image.width + column);
      data.set(image.data.subarray(at, at + channels), channels * (y * width + x));
    }
  }
  return { width, height, channels, data };
}

/** The nearest place of each, counted up step by step as Pillow does: the last digits decide where two are as near. */
function placesOf(from: number, to: number): number[] {
  const step = from / to;
  let at = step * 0.5;
  return Array.from({ length: to }, () => {
    const place = Math.min(Math.trunc(at), from - 1);
    at += step;
    return place;
  });
}

interface Lines {
  readonly lines: number;
  readonly from: number;
  readonly to: number;
  readonly channels: number;
}

/** Every line of `from` places made one of `to` places. */
function along(data: Uint8Array, { lines, from, to, channels }: Lines): Uint8Array {
  const taps = Array.from({ length: to }, (_, i) => tapsOf(i, from, to));
  const result = new Uint8Array(lines * to * channels);
  for (let line = 0; line < lines; line++) {
    for (const [i, { first, weights }] of taps.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << (DIGITS - 1);
        for (const [k, weight] of weights.entries())
          sum += weight * data[(line * from + first + k) * channels + channel]!;
        result[(line * to + i) * channels + channel] = Math.min(Math.max(sum >> DIGITS, 0), 255);
      }
    }
  }
  return result;
}

/** The places that output place `i` is made of, with their weights in units of 2^-22. */
function tapsOf(i: number, from: number, to: number): { readonly first: number; readonly weights: readonly number[] } {
  const scale = from / to;
  const spread = Math.max(scale, 1);
  const [centre, reach] = [(i + 0.5) * scale, LOBES * spread];
  const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
  const last = Math.min(Math.trunc(centre + reach + 0.5), from);
  const weights = Array.from({ length: last - first }, (_, k) => kernel((k + first - centre + 0.5) * (1 / spread)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { first, weights: weights.map((weight) => fixed(sum === 0 ? weight : weight / sum)) };
}

function fixed(weight: number): number {
  return Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << DIGITS));
}

function kernel(x: number): number {
  return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : sin(x * Math.PI) / (x * Math.PI);
}

/** Rows as columns. */
function turned(data: Uint8Array, rows: number, columns: number, channels: number): Uint8Array {
  const result = new Uint8Array(data.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = channels * (y * columns + x);
      result.set(data.subarray(at, at + channels), channels * (x * rows + y));
    }
  }
  return result;
}
