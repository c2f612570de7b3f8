/**
 * PDQ: a 256-bit perceptual hash for recompressed, resized and recoloured copies. It does not find crops.
 * Follows "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019).
 */

import { cos } from "../base/math-trig.ts";

/** A hash with its quality, and the hashes of the image mirrored and turned. */
export interface Pdq {
  /** 64 lower-case hex digits; the most significant bit is that of the highest frequency. */
  readonly hash: string;
  /** 0 … 100: how much structure the image has; matches below 50 say little. */
  readonly quality: number;
}

/** The eight ways to turn and mirror a picture; the last two are mirrored along a diagonal. */
export const DIHEDRAL = [
  "identity",
  "rotate90",
  "rotate180",
  "rotate270",
  "mirrored",
  "flipped",
  "transposed",
  "transversed",
] as const;

/** One of the eight symmetries of a rectangle's pixels; turns are counter-clockwise. */
export type Dihedral = (typeof DIHEDRAL)[number];

/** Side of the picture that is transformed, and of the block of low frequencies that is kept. */
const SIDE = 64;
const KEPT = 16;

/** An image's brightness: row-major, `width * height` values 0 … 255. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Hash and quality of an image. An image without structure has quality 0. */
export function pdq(luma: Luma): Pdq {
  const { coefficients, quality } = spectrum(luma);
  return { hash: bitsOf(coefficients), quality };
}

/** The hashes of the image in all eight positions, from one transform. */
export function pdqDihedral(luma: Luma): {
  readonly hashes: Readonly<Record<Dihedral, string>>;
  readonly quality: number;
} {
  const { coefficients, quality } = spectrum(luma);
  const hashes = Object.fromEntries(DIHEDRAL.map((form) => [form, bitsOf(moved(coefficients, form))]));
  return { hashes: hashes as Record<Dihedral, string>, quality };
}

/** Number of differing bits of two hashes, 0 … 256. Up to 31 is the publisher's recommended match. */
export function pdqDistance(a: string, b: string): number {
  let distance = 0;
  for (let at = 0; at < 64; at += 8) {
    distance += ones(Number.parseInt(a.slice(at, at + 8), 16) ^ Number.parseInt(b.slice(at, at + 8), 16));
  }
  return distance;
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function spectrum(luma: Luma): { coefficients: Float32Array; quality: number } {
  const small = reduced(luma);
  return { coefficients: transform(small), quality: qualityOf(small) };
}

/** 64 × 64 samples after two passes of a box filter both ways, which together are close to a tent filter. */
function reduced({ width, height, data }: Luma): Float32Array {
  const rows = new Float32Array(data);
  const scratch = new Float32Array(data.length);
  const [alongRow, alongColumn] = [windowFor(width), windowFor(height)];
  for (let pass = 0; pass < 2; pass++) {
    for (let y = 0; y < height; y++) box(rows, scratch, y * width, width, 1, alongRow);
    for (let x = 0; x < width; x++) box(scratch, rows, x, height, width, alongColumn);
  }
  const small = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    const row = Math.floor(((y + 0.5) * height) / SIDE) * width;
    for (let x = 0; x < SIDE; x++) small[y * SIDE + x] = rows[row + Math.floor(((x + 0.5) * width) / SIDE)]!;
  }
  return small;
}

/** Width of the box so that two passes cover what one of the 64 samples stands for. */
function windowFor(side: number): number {
  return Math.floor((side + 2 * SIDE - 1) / (2 * SIDE));
}

/** Mean over a sliding window that is cut off at the ends. */
function box(from: Float32Array, to: Float32Array, start: number, count: number, stride: number, window: number): void {
  const before = Math.floor((window + 2) / 2) - 1;
  const after = window - before - 1;
  let sum = 0;
  let size = 0;
  for (let i = 0; i < Math.min(before, count); i++, size++) sum += from[start + i * stride]!;
  for (let i = 0; i < count; i++) {
    if (i + before < count) {
      sum += from[start + (i + before) * stride]!;
      size++;
    }
    to[start + i * stride] = sum / size;
    if (i - after >= 0) {
      sum -= from[start + (i - after) * stride]!;
      size--;
    }
  }
}

/** Sum of quantised gradients, scaled so that ordinary photographs reach 100. */
function qualityOf(small: Float32Array): number {
  let sum = 0;
  const step = (a: number, b: number): number => Math.abs(Math.trunc(((a - b) * 100) / 255));
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const here = small[y * SIDE + x]!;
      if (y + 1 < SIDE) sum += step(here, small[(y + 1) * SIDE + x]!);
      if (x + 1 < SIDE) sum += step(here, small[y * SIDE + x + 1]!);
    }
  }
  return Math.min(100, Math.floor(sum / 90));
}

/** Rows of the discrete cosine transform for frequencies 1 … 16. Cosines are exact: a hash is evidence. */
const BASIS = Float32Array.from({ length: KEPT * SIDE }, (_, at) => {
  const [frequency, sample] = [Math.floor(at / SIDE) + 1, at % SIDE];
  return Math.sqrt(2 / SIDE) * cos((Math.PI / (2 * SIDE)) * frequency * (2 * sample + 1));
});

/** The 16 × 16 low frequencies, without the constant one: basis · picture · basisᵀ. */
function transform(small: Float32Array): Float32Array {
  const half = new Float32Array(KEPT * SIDE);
  for (let f = 0; f < KEPT; f++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += BASIS[f * SIDE + y]! * small[y * SIDE + x]!;
      half[f * SIDE + x] = sum;
    }
  }
  const coefficients = new Float32Array(KEPT * KEPT);
  for (let f = 0; f < KEPT; f++) {
    for (let g = 0; g < KEPT; g++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += half[f * SIDE + x]! * BASIS[g * SIDE + x]!;
      coefficients[f * KEPT + g] = sum;
    }
  }
  return coefficients;
}

/**
 * The transform of the moved picture: a mirror changes the sign of every odd frequency along its axis, since
 * cos(πk(2(n−1−x)+1)/2n) = (−1)^k cos(πk(2x+1)/2n); a transposition swaps the axes.
 */
function moved(coefficients: Float32Array, form: Dihedral): Float32Array {
  const transpose = /90|270|trans/.test(form);
  const mirrorX = ["rotate180", "rotate270", "mirrored", "transversed"].includes(form);
  const mirrorY = ["rotate180", "rotate90", "flipped", "transversed"].includes(form);
  return coefficients.map((_, at) => {
    const [row, column] = [Math.floor(at / KEPT), at % KEPT];
    const value = coefficients[transpose ? column * KEPT + row : at]!;
    // Index 0 is frequency 1.
    const odd = (mirrorX && column % 2 === 0 ? 1 : 0) + (mirrorY && row % 2 === 0 ? 1 : 0);
    return odd === 1 ? -value : value;
  });
}

/** One bit for each coefficient above their median, the first coefficient in the last bit. */
function bitsOf(coefficients: Float32Array): string {
  const sorted = [...coefficients].sort((a, b) => a - b);
  const median = sorted[coefficients.length / 2 - 1]!;
  let hex = "";
  for (let at = coefficients.length - 4; at >= 0; at -= 4) {
    let digit = 0;
    for (let bit = 3; bit >= 0; bit--) digit = 2 * digit + (coefficients[at + bit]! > median ? 1 : 0);
    hex += digit.toString(16);
  }
  return hex;
}
