/** Whether the overlap of two aligned pictures has the same structure, block by block: what matches of corners only suggest. */

import { type Plane, resized } from "./plane.ts";
import { compose, describe, inverse, type Matrix, resizing } from "./transform.ts";

/** A plane as it lies on another one's grid, and where it has samples at all (1 or 0). */
export interface Laid {
  readonly plane: Plane;
  readonly covered: Uint8Array;
}

/**
 * The first picture laid on a grid of the size of the second by `matrix` (first → second). It is shrunk beforehand where
 * the transform shrinks, so that both have gone through the same loss of detail.
 */
export function layOn(first: Plane, matrix: Matrix, width: number, height: number): Laid {
  const { scale } = describe(matrix, first.width / 2, first.height / 2);
  const shrunk = scale < 0.75 ? shrink(first, scale) : first;
  const toShrunk = resizing(first.width, first.height, shrunk.width, shrunk.height);
  const back = inverse(matrix);
  const out = new Float32Array(width * height);
  const covered = new Uint8Array(width * height);
  if (!back) return { plane: { width, height, data: out }, covered };
  sampleAll(shrunk, compose(toShrunk, back), { width, height, data: out }, covered);
  return { plane: { width, height, data: out }, covered };
}

function shrink(plane: Plane, scale: number): Plane {
  return resized(plane, Math.max(1, Math.round(plane.width * scale)), Math.max(1, Math.round(plane.height * scale)));
}

function sampleAll(from: Plane, back: Matrix, to: Plane, covered: Uint8Array): void {
  const { width, height, data } = from;
  for (let y = 0, i = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++, i++) {
      const w = back[6] * x + back[7] * y + back[8];
      const u = (back[0] * x + back[1] * y + back[2]) / w;
      const v = (back[3] * x + back[4] * y + back[5]) / w;
      // Half a pixel beyond the outermost centres still belongs to the picture.
      if (!(u >= -0.5 && v >= -0.5 && u <= width - 0.5 && v <= height - 0.5)) continue;
      covered[i] = 1;
      to.data[i] = between(data, width, height, u, v);
    }
  }
}

function between(data: Float32Array, width: number, height: number, u: number, v: number): number {
  const x = Math.min(Math.max(Math.floor(u), 0), Math.max(0, width - 2));
  const y = Math.min(Math.max(Math.floor(v), 0), Math.max(0, height - 2));
  const [p, q] = [Math.min(1, Math.max(0, u - x)), Math.min(1, Math.max(0, v - y))];
  const at = y * width + x;
  const [right, below] = [width > 1 ? 1 : 0, height > 1 ? width : 0];
  const top = data[at]! + p * (data[at + right]! - data[at]!);
  const bottom = data[at + below]! + p * (data[at + below + right]! - data[at + below]!);
  return top + q * (bottom - top);
}

/** Agreement of the overlap. */
export interface Structure {
  /** Blocks of the overlap in which at least one picture has structure. */
  readonly blocks: number;
  /** Share of them whose structure agrees, 0 … 1. */
  readonly share: number;
  /** Share of the blocks that agree to the detail, as they do in a copy and seldom in another drawing of the same scene. */
  readonly tight: number;
  /** Mean correlation of these blocks, −1 … 1; a block with structure on one side only counts 0. */
  readonly mean: number;
  /** Share of each picture's area that lies in the overlap. */
  readonly overlapA: number;
  readonly overlapB: number;
}

/** Settings of the check. */
export const STRUCTURE_SETTINGS = {
  /** Long side at which blocks are compared: coarse enough to pass recompression and elastic change. */
  longSide: 320,
  block: 12,
  /** Blocks may be this many pixels beside where the transform puts them. */
  reach: 2,
  /** Standard deviation, in steps of 0 … 255, from which a block has structure. */
  texture: 4,
  /** Correlation from which a block agrees, and from which it does to the detail. */
  agrees: 0.65,
  tight: 0.9,
} as const;

/** Compares the structure of two pictures that `matrix` (first → second) aligns. */
export function structureOf(a: Plane, b: Plane, matrix: Matrix): Structure {
  const { longSide, block, reach } = STRUCTURE_SETTINGS;
  const { laid, small, scale, factor } = layOnSmall(a, b, matrix, longSide);
  let [blocks, agreeing, tight, sum] = [0, 0, 0, 0];
  for (let y = reach; y + block + reach <= small.height; y += block) {
    for (let x = reach; x + block + reach <= small.width; x += block) {
      const value = blockAgreement(laid, small, x, y);
      if (value === undefined) continue;
      blocks++;
      sum += value;
      if (value >= STRUCTURE_SETTINGS.agrees) agreeing++;
      if (value >= STRUCTURE_SETTINGS.tight) tight++;
    }
  }
  const overlap = laid.covered.reduce((n, c) => n + c, 0);
  const footprint = scale * factor * scale * factor * a.width * a.height;
  return {
    blocks,
    share: blocks === 0 ? 0 : agreeing / blocks,
    tight: blocks === 0 ? 0 : tight / blocks,
    mean: blocks === 0 ? 0 : sum / blocks,
    overlapA: Math.min(1, overlap / Math.max(1, footprint)),
    overlapB: overlap / (small.width * small.height),
  };
}

/** Both pictures on one small grid: the first laid on the second, which is shrunk. */
export interface LaidOnSmall {
  readonly laid: Laid;
  readonly small: Plane;
  /** From the first picture to the second, and from that to the grid. */
  readonly scale: number;
  readonly factor: number;
}

/**
 * Brings two pictures that `matrix` (first → second) aligns to one grid on which the overlap has this long side at most: a small picture
 * inside a large one is looked at in its own size.
 */
export function layOnSmall(a: Plane, b: Plane, matrix: Matrix, longSide: number): LaidOnSmall {
  const { scale } = describe(matrix, a.width / 2, a.height / 2);
  const extent = Math.min(Math.max(b.width, b.height), scale * Math.max(a.width, a.height));
  const factor = Math.min(1, longSide / extent);
  const small = resized(b, Math.max(1, Math.round(b.width * factor)), Math.max(1, Math.round(b.height * factor)));
  const toSmall = compose(resizing(b.width, b.height, small.width, small.height), matrix);
  return { laid: layOn(a, toSmall, small.width, small.height), small, scale, factor };
}

/** Whether all corners of a block lie where there are samples. */
export function isCovered({ plane: { width }, covered }: Laid, x: number, y: number, block: number): boolean {
  const corner = (dx: number, dy: number): number => covered[(y + dy) * width + x + dx]!;
  return corner(0, 0) + corner(block - 1, 0) + corner(0, block - 1) + corner(block - 1, block - 1) === 4;
}

/** Best correlation of a block within reach; `undefined` outside the overlap or where both are flat. */
function blockAgreement(laid: Laid, b: Plane, x: number, y: number): number | undefined {
  const { block, reach, texture } = STRUCTURE_SETTINGS;
  const { plane } = laid;
  if (!isCovered(laid, x, y, block)) return undefined;
  const first = momentsAt(plane, x, y, block);
  const here = momentsAt(b, x, y, block);
  if (first.deviation < texture && here.deviation < texture) return undefined;
  if (first.deviation < texture / 2 || here.deviation < texture / 2) return 0;
  let best = -1;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) best = Math.max(best, correlation(plane, x, y, b, x + dx, y + dy, block));
  }
  return best;
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and standard deviation of a square. */
export function momentsAt({ width, data }: Plane, x: number, y: number, side: number): Moments {
  let [sum, squares] = [0, 0];
  for (let j = 0, at = y * width + x; j < side; j++, at += width) {
    for (let i = 0; i < side; i++) {
      const value = data[at + i]!;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / (side * side);
  return { mean, deviation: Math.sqrt(Math.max(0, squares / (side * side) - mean * mean)) };
}

/** Two squares beside each other. */
export interface Compared {
  readonly a: Moments;
  readonly b: Moments;
  /** As {@link correlation}. */
  readonly ncc: number;
}

/** Moments and correlation of two squares, in one pass. */
export function compared(a: Plane, ax: number, ay: number, b: Plane, bx: number, by: number, side: number): Compared {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let j = 0, p = ay * a.width + ax, q = by * b.width + bx; j < side; j++, p += a.width, q += b.width) {
    for (let i = 0; i < side; i++) {
      const [u, v] = [a.data[p + i]!, b.data[q + i]!];
      sa += u;
      sb += v;
      saa += u * u;
      sbb += v * v;
      sab += u * v;
    }
  }
  const n = side * side;
  const [va, vb] = [saa - (sa * sa) / n, sbb - (sb * sb) / n];
  return {
    a: { mean: sa / n, deviation: Math.sqrt(Math.max(0, va / n)) },
    b: { mean: sb / n, deviation: Math.sqrt(Math.max(0, vb / n)) },
    ncc: va * vb <= 1e-6 ? 0 : (sab - (sa * sb) / n) / Math.sqrt(va * vb),
  };
}

/** Zero-mean normalised cross-correlation of two squares, −1 … 1; 0 where one of them is flat. */
export function correlation(a: Plane, ax: number, ay: number, b: Plane, bx: number, by: number, side: number): number {
  return compared(a, ax, ay, b, bx, by, side).ncc;
}
