/** Images as planes of numbers: brightness, averages over cells, colours of CIE L*a*b*. */

import { type Raster, toRgb } from "../image/raster.ts";

/** One number a pixel, row-major. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array<ArrayBuffer>;
}

/** A plane of zeros. */
export function plane(width: number, height: number): Plane {
  return { width, height, data: new Float64Array(width * height) };
}

/** Brightness 0 … 255, unrounded. @see ITU-R BT.601, as JFIF has it */
export function lumaOf(raster: Raster): Plane {
  const rgb = toRgb(raster);
  const luma = plane(raster.width, raster.height);
  for (let i = 0; i < luma.data.length; i++) {
    luma.data[i] = 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;
  }
  return luma;
}

/** Averages over a grid of cells, each pixel counted in the cell that holds its middle. */
export function cellMeans({ width, height, data }: Plane, columns: number, rows: number): Plane {
  const cells = plane(columns, rows);
  const counts = new Uint32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor(((x + 0.5) * columns) / width);
      cells.data[cell] = cells.data[cell]! + data[y * width + x]!;
      counts[cell] = counts[cell]! + 1;
    }
  }
  for (let i = 0; i < cells.data.length; i++) cells.data[i] = cells.data[i]! / Math.max(counts[i]!, 1);
  return cells;
}

/** The image as red, green and blue between 0 and 1, averaged to at most `most` cells a side. */
export function reducedRgb(raster: Raster, most: number): readonly [Plane, Plane, Plane] {
  const rgb = toRgb(raster);
  const { width, height } = raster;
  const scale = Math.min(1, most / Math.max(width, height));
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const channel = (c: number): Plane => {
    const full = plane(width, height);
    for (let i = 0; i < full.data.length; i++) full.data[i] = rgb[3 * i + c]! / 255;
    return scale === 1 ? full : cellMeans(full, columns, rows);
  };
  return [channel(0), channel(1), channel(2)];
}

/** The slope of brightness at each pixel by Sobel's operator, edges repeated: 0 … 4·255·√2. */
export function slopes({ width, height, data }: Plane): Plane {
  const out = plane(width, height);
  for (let y = 0; y < height; y++) {
    const [up, here, down] = [Math.max(y - 1, 0) * width, y * width, Math.min(y + 1, height - 1) * width];
    for (let x = 0; x < width; x++) {
      const [l, r] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
      const [ul, u, ur] = [data[up + l]!, data[up + x]!, data[up + r]!];
      const [dl, d, dr] = [data[down + l]!, data[down + x]!, data[down + r]!];
      const across = ur + 2 * data[here + r]! + dr - ul - 2 * data[here + l]! - dl;
      const along = dl + 2 * d + dr - ul - 2 * u - ur;
      out.data[here + x] = Math.sqrt(across * across + along * along);
    }
  }
  return out;
}

/** Pearson's correlation, −1 … 1; of planes without any variation 1 where they are equal, else 0. */
export function correlation(a: Plane, b: Plane): number {
  const n = a.data.length;
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < n; i++) {
    sumA += a.data[i]!;
    sumB += b.data[i]!;
  }
  const [meanA, meanB] = [sumA / n, sumB / n];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [da, db] = [a.data[i]! - meanA, b.data[i]! - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  // Sums of squares of rounding errors alone are no variation.
  const flat = 1e-9 * n;
  if (aa < flat && bb < flat) return Math.abs(meanA - meanB) < 1e-9 ? 1 : 0;
  return aa < flat || bb < flat ? 0 : ab / Math.sqrt(aa * bb);
}
