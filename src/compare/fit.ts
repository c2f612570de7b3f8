/** An image brought to another size, so that what was resized after it was made can be laid over it. */

import type { Raster } from "../image/raster.ts";

/** Aspect ratios that are apart by more than this share are no resizing, but a crop or a stretch. */
const SAME_SHAPE = 0.01;

/** Whether one could be the other after resizing. */
export function sameShape(a: Pick<Raster, "width" | "height">, b: Pick<Raster, "width" | "height">): boolean {
  const [one, two] = [a.width * b.height, b.width * a.height];
  return Math.abs(one - two) <= SAME_SHAPE * Math.max(one, two);
}

/** Resampled by a tent as wide as a pixel of the coarser image, rows then columns, rounded to 8 bits. */
export function fitted(raster: Raster, width: number, height: number): Raster {
  const { channels } = raster;
  const across = weightsOf(raster.width, width);
  const rows = new Float64Array(raster.height * width * channels);
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < width; x++) {
      const { from, weights } = across[x]!;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const [k, weight] of weights.entries()) {
          sum += weight * raster.data[(y * raster.width + from + k) * channels + c]!;
        }
        rows[(y * width + x) * channels + c] = sum;
      }
    }
  }
  const down = weightsOf(raster.height, height);
  const data = new Uint8Array(width * height * channels);
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    const { from, weights } = down[y]!;
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (const [k, weight] of weights.entries()) sum += weight * rows[(from + k) * stride + i]!;
      data[y * stride + i] = Math.round(sum);
    }
  }
  return { width, height, channels, data };
}

/** The samples that a new one is made of, and what each counts. */
interface Tap {
  readonly from: number;
  readonly weights: readonly number[];
}

function weightsOf(from: number, to: number): Tap[] {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, k) => reach - Math.abs(first + k - centre));
    const sum = raw.reduce((total, value) => total + value, 0);
    // A tap exactly at the reach weighs nothing; a single one of them still counts.
    return { from: first, weights: sum > 0 ? raw.map((value) => value / sum) : raw.map(() => 1 / raw.length) };
  });
}
