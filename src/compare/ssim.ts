/**
 * Structural similarity: how alike the pattern of brightness is around each pixel, 1 where it is equal.
 *
 * @see Z. Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE TIP 13 (2004)
 * @see Z. Wang et al., "Multiscale structural similarity for image quality assessment", Asilomar (2003)
 */

import { exp, pow } from "../base/math-exp.ts";
import { type Plane, plane } from "./planes.ts";

/** The window: a bell of σ 1.5 cut at 5 pixels, as in the authors' code. */
const RADIUS = 5;
const SIGMA = 1.5;
/** Constants that keep flat places from dividing by nothing. */
const C1 = 0.01 * 255 * (0.01 * 255);
const C2 = 0.03 * 255 * (0.03 * 255);
/** Weights of the scales, finest first; cut and made to sum to 1 where an image is too small for all. */
const SCALES = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

const WINDOW = normalised(
  Array.from({ length: 2 * RADIUS + 1 }, (_, i) => exp(-((i - RADIUS) * (i - RADIUS)) / (2 * SIGMA * SIGMA))),
);

/** Similarity at each pixel, and its part that brightness has no say in. */
export interface Similarity {
  readonly ssim: Plane;
  readonly contrast: Plane;
}

/** The maps of two planes of one size; beyond its border an image is mirrored. */
export function similarity(a: Plane, b: Plane): Similarity {
  const product = (p: Plane, q: Plane): Plane => ({ ...p, data: p.data.map((value, i) => value * q.data[i]!) });
  const [meanA, meanB] = [blurred(a), blurred(b)];
  const [aa, bb, ab] = [blurred(product(a, a)), blurred(product(b, b)), blurred(product(a, b))];
  const [ssim, contrast] = [plane(a.width, a.height), plane(a.width, a.height)];
  for (let i = 0; i < ssim.data.length; i++) {
    const [ma, mb] = [meanA.data[i]!, meanB.data[i]!];
    const variances = aa.data[i]! - ma * ma + bb.data[i]! - mb * mb;
    const shared = (2 * (ab.data[i]! - ma * mb) + C2) / (variances + C2);
    contrast.data[i] = shared;
    ssim.data[i] = (shared * (2 * ma * mb + C1)) / (ma * ma + mb * mb + C1);
  }
  return { ssim, contrast };
}

/**
 * Mean over all pixels whose window lies inside, or over all where none does.
 * @returns −1 … 1
 */
export function innerMean({ width, height, data }: Plane): number {
  const fits = width > 2 * RADIUS && height > 2 * RADIUS;
  const margin = fits ? RADIUS : 0;
  let sum = 0;
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin; x < width - margin; x++) sum += data[y * width + x]!;
  }
  return sum / ((width - 2 * margin) * (height - 2 * margin));
}

/**
 * Similarity over up to five scales, each half as fine: structure counts on all, brightness on the coarsest.
 * A scale of negative likeness counts as none. @returns 0 … 1
 */
export function multiScale(a: Plane, b: Plane): number {
  const side = Math.min(a.width, a.height);
  const count = SCALES.filter((_, i) => Math.floor(side / (1 << i)) > 2 * RADIUS).length || 1;
  const weights = normalised(SCALES.slice(0, count));
  let result = 1;
  for (let i = 0; i < count; i++) {
    const { ssim, contrast } = similarity(a, b);
    const mean = Math.max(0, innerMean(i === count - 1 ? ssim : contrast));
    result *= mean === 0 ? 0 : pow(mean, weights[i]!);
    if (i < count - 1) [a, b] = [halved(a), halved(b)];
  }
  return result;
}

/** Averages of two by two pixels; an odd last row or column is left out. */
function halved({ width, height, data }: Plane): Plane {
  const half = plane(width >> 1, height >> 1);
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const at = 2 * y * width + 2 * x;
      half.data[y * half.width + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!) / 4;
    }
  }
  return half;
}

/** The window over rows, then over columns. */
function blurred({ width, height, data }: Plane): Plane {
  const [rows, both] = [plane(width, height), plane(width, height)];
  for (let y = 0; y < height; y++) line(data, rows.data, y * width, 1, width);
  for (let x = 0; x < width; x++) line(rows.data, both.data, x, width, height);
  return both;
}

function line(from: Float64Array, to: Float64Array, start: number, stride: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const inside = i >= RADIUS && i < count - RADIUS;
    let sum = 0;
    for (let k = -RADIUS; k <= RADIUS; k++) {
      const at = inside ? i + k : mirrored(i + k, count);
      sum += WINDOW[k + RADIUS]! * from[start + at * stride]!;
    }
    to[start + i * stride] = sum;
  }
}

/** d c b a | a b c d | d c b a */
function mirrored(i: number, count: number): number {
  const period = 2 * count;
  const at = ((i % period) + period) % period;
  return at < count ? at : period - 1 - at;
}

function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
