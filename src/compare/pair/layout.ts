/** Coarse looks of a whole picture: where colours lie, and how much there is of each. They relate pictures, they find no copies. */

import type { Raster } from "../../image/raster.ts";

/** Means of 8 × 8 cells in brightness and two colour differences, and a histogram of 64 colours. */
export interface Layout {
  /** 192 numbers: brightness of the cells row by row, then blue and red difference. */
  readonly cells: Float32Array;
  /** 64 shares that sum to 1: two bits each of red, green, blue. */
  readonly palette: Float32Array;
}

const SIDE = 8;

/** Layout of a displayed picture; transparent pixels lie on white. */
export function layoutOf({ width, height, channels, data }: Raster): Layout {
  const cells = new Float32Array(3 * SIDE * SIDE);
  const palette = new Float32Array(64);
  const counts = new Float32Array(SIDE * SIDE);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const alpha = channels === 2 ? 1 : channels === 4 ? 3 : -1;
  // A hundred thousand pixels say as much of a mean as ten million.
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / 100_000)));
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * channels;
      const cover = alpha < 0 ? 1 : data[at + alpha]! / 255;
      const r = 255 + cover * (data[at]! - 255);
      const g = 255 + cover * (data[at + green]! - 255);
      const b = 255 + cover * (data[at + blue]! - 255);
      const cell = Math.floor((y * SIDE) / height) * SIDE + Math.floor((x * SIDE) / width);
      counts[cell] = counts[cell]! + 1;
      cells[cell] = cells[cell]! + 0.299 * r + 0.587 * g + 0.114 * b;
      cells[64 + cell] = cells[64 + cell]! - 0.168736 * r - 0.331264 * g + 0.5 * b;
      cells[128 + cell] = cells[128 + cell]! + 0.5 * r - 0.418688 * g - 0.081312 * b;
      const bin = ((r >> 6) << 4) | ((g >> 6) << 2) | (b >> 6);
      palette[bin] = palette[bin]! + 1;
    }
  }
  const total = counts.reduce((sum, n) => sum + n, 0);
  return {
    cells: cells.map((sum, i) => sum / Math.max(1, counts[i % 64]!)),
    palette: palette.map((n) => n / total),
  };
}

/** Correlation of two layouts, −1 … 1, each channel about its own mean; 0 where both are one colour. */
export function layoutLikeness(a: Layout, b: Layout): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let channel = 0; channel < 3; channel++) {
    const [ma, mb] = [meanOf(a.cells, channel), meanOf(b.cells, channel)];
    for (let i = 64 * channel; i < 64 * (channel + 1); i++) {
      const [u, v] = [a.cells[i]! - ma, b.cells[i]! - mb];
      ab += u * v;
      aa += u * u;
      bb += v * v;
    }
  }
  return aa * bb < 1e-6 ? 0 : ab / Math.sqrt(aa * bb);
}

function meanOf(cells: Float32Array, channel: number): number {
  let sum = 0;
  for (let i = 0; i < 64; i++) sum += cells[64 * channel + i]!;
  return sum / 64;
}

/** Share of colour that two pictures have in common, 0 … 1. */
export function paletteLikeness(a: Layout, b: Layout): number {
  return a.palette.reduce((sum, share, i) => sum + Math.min(share, b.palette[i]!), 0);
}
