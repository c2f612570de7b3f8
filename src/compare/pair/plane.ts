/** Planes: one number a pixel, as comparing needs them, with resampling that is the same on every computer. */

import type { Raster } from "../../image/raster.ts";
import type { Luma } from "../pdq.ts";

/** Row-major samples, `width * height` of them, most often 0 … 255. Pixel centres are at whole coordinates. */
export type Plane = Luma;

/** Brightness of an image, 0 … 255 (BT.601 weights); transparent pixels lie on white, as most viewers show them. */
export function lumaOf(raster: Raster): Plane {
  return combined(raster, 0.299, 0.587, 0.114, 0);
}

/** Brightness and the two colour differences (YCbCr of BT.601; the differences are 0 for grey). */
export function coloursOf(raster: Raster): readonly [Plane, Plane, Plane] {
  return [
    lumaOf(raster),
    combined(raster, -0.168736, -0.331264, 0.5, 0),
    combined(raster, 0.5, -0.418688, -0.081312, 0),
  ];
}

function combined({ width, height, channels, data }: Raster, r: number, g: number, b: number, base: number): Plane {
  const out = new Float32Array(width * height);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const alpha = channels === 2 ? 1 : channels === 4 ? 3 : -1;
  const white = 255 * (r + g + b);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    const value = r * data[at]! + g * data[at + green]! + b * data[at + blue]!;
    const cover = alpha < 0 ? 1 : data[at + alpha]! / 255;
    out[i] = base + (cover === 1 ? value : cover * value + (1 - cover) * white);
  }
  return { width, height, data: out };
}

/** The plane at another size: every new sample is the mean over its area when shrinking, between its neighbours when growing. */
export function resized(plane: Plane, width: number, height: number): Plane {
  if (width === plane.width && height === plane.height) return plane;
  const wide = alongRows(plane, width);
  return transposed(alongRows(transposed(wide), height));
}

/** PDQ's reference programs look at no more than 512 × 512; larger pictures are brought there first. */
export function pdqInput(luma: Plane): Plane {
  return luma.width > 512 || luma.height > 512
    ? resized(luma, Math.min(512, luma.width), Math.min(512, luma.height))
    : luma;
}

function alongRows({ width, height, data }: Plane, wanted: number): Plane {
  const out = new Float32Array(wanted * height);
  const { firsts, ends, weights } = tapsOf(width, wanted);
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0, k = 0; x < wanted; x++, to++) {
      let sum = 0;
      for (let from = row + firsts[x]!; k < ends[x]!; k++, from++) sum += weights[k]! * data[from]!;
      out[to] = sum;
    }
  }
  return { width: wanted, height, data: out };
}

/** Weights of all new samples of a row in one list, where each begins in the old row, and where its weights end in the list. */
function tapsOf(width: number, wanted: number): { firsts: Int32Array; ends: Int32Array; weights: Float64Array } {
  const ratio = width / wanted;
  const taps = Array.from({ length: wanted }, (_, x) =>
    ratio > 1 ? areaTaps(x * ratio, (x + 1) * ratio, width) : linearTaps((x + 0.5) * ratio - 0.5, width),
  );
  const ends = new Int32Array(wanted);
  for (let x = 0, end = 0; x < wanted; x++) {
    end += taps[x]!.weights.length;
    ends[x] = end;
  }
  return {
    firsts: Int32Array.from(taps, ({ first }) => first),
    ends,
    weights: Float64Array.from(taps.flatMap(({ weights }) => weights)),
  };
}

function areaTaps(from: number, to: number, length: number): { first: number; weights: number[] } {
  const first = Math.floor(from);
  const last = Math.min(length, Math.ceil(to - 1e-9));
  const weights: number[] = [];
  for (let i = first; i < last; i++) weights.push((Math.min(i + 1, to) - Math.max(i, from)) / (to - from));
  return { first, weights };
}

function linearTaps(at: number, length: number): { first: number; weights: number[] } {
  const first = Math.min(Math.max(Math.floor(at), 0), Math.max(length - 2, 0));
  const part = Math.min(Math.max(at - first, 0), 1);
  return length < 2 ? { first: 0, weights: [1] } : { first, weights: [1 - part, part] };
}

const SQUARE = 32;

function transposed({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length);
  // In squares that fit the cache: whole rows would miss it at every sample that is written.
  for (let top = 0; top < height; top += SQUARE) {
    for (let left = 0; left < width; left += SQUARE) {
      const [bottom, right] = [Math.min(top + SQUARE, height), Math.min(left + SQUARE, width)];
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) out[x * height + y] = data[y * width + x]!;
      }
    }
  }
  return { width: height, height: width, data: out };
}

/** The plane seen in a mirror: left and right change places. */
export function mirrored({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[y * width + x] = data[y * width + width - 1 - x]!;
  }
  return { width, height, data: out };
}

/** Mean over a square of `2 * radius + 1` pixels, cut off at the edges. */
export function blurred(plane: Plane, radius: number): Plane {
  return transposed(slidingMean(transposed(slidingMean(plane, radius)), radius));
}

function slidingMean({ width, height, data }: Plane, radius: number): Plane {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += data[row + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += data[row + x + radius]!;
      if (x - radius > 0) sum -= data[row + x - radius - 1]!;
      out[row + x] = sum / (Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1);
    }
  }
  return { width, height, data: out };
}

/** Whole numbers 0 … 255 of a plane, for a detector of features. */
export function bytesOf({ data }: Plane): Uint8Array {
  const out = new Uint8Array(data.length);
  // Storing in a byte cuts the fraction off: half more is the nearest whole number.
  for (let i = 0; i < out.length; i++) {
    const value = data[i]!;
    out[i] = value >= 255 ? 255 : value > 0 ? value + 0.5 : 0;
  }
  return out;
}
