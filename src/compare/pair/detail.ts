/**
 * How closely two aligned pictures agree where they agree at all. A copy is made of the same picture: whatever was laid over it, cut
 * off or toned, what is left has the same lines in the same places. Another drawing of the scene has like shapes near by.
 */

import { blurred, type Plane } from "./plane.ts";
import { correlation, isCovered, type Laid, layOnSmall, momentsAt, STRUCTURE_SETTINGS } from "./structure.ts";
import type { Matrix } from "./transform.ts";

/** Settings. */
const SETTINGS = {
  /** Long side at which lines are compared: also thumbnails have it, and grain and JPEG's noise are gone there. */
  longSide: 128,
  block: 8,
  /** Blocks may be this many pixels beside where the transform puts them. */
  reach: 1,
  /** Standard deviation, in steps of 0 … 255, from which a block has structure. */
  texture: 3,
  /** Radii of the means whose difference is the band of lines: finer is noise, coarser is composition. */
  fine: 1,
  coarse: 3,
} as const;

/**
 * The middle correlation of fine structure over the blocks of the overlap whose brightness agrees; 0 where none does. `matrix`
 * leads from the first picture to the second.
 */
export function detailOf(a: Plane, b: Plane, matrix: Matrix): number {
  const { longSide, block, reach } = SETTINGS;
  const { laid, small } = layOnSmall(a, b, matrix, longSide);
  const [linesA, linesB] = [linesOf(laid.plane), linesOf(small)];
  const found: number[] = [];
  // One pixel more than the reach: the peak is looked for on both sides of the best place.
  const rim = reach + 1;
  for (let y = rim; y + block + rim <= small.height; y += block) {
    for (let x = rim; x + block + rim <= small.width; x += block) {
      const shift = agreement(laid, small, x, y);
      if (shift) found.push(peak((dx, dy) => correlation(linesA, x, y, linesB, x + dx, y + dy, block), shift));
    }
  }
  return found.sort((p, q) => p - q)[found.length >> 1] ?? 0;
}

/**
 * The height of a correlation's peak between whole pixels, by a parabola along each side. Lines are so narrow that half a pixel
 * beside the place would pass for another drawing.
 */
function peak(at: (dx: number, dy: number) => number, [dx, dy]: readonly [number, number]): number {
  const top = at(dx, dy);
  const rise = (before: number, after: number): number => {
    const bend = 2 * top - before - after;
    const inside = bend > 1e-6 && before <= top && after <= top;
    return inside ? ((after - before) * (after - before)) / (8 * bend) : 0;
  };
  return Math.min(1, top + rise(at(dx - 1, dy), at(dx + 1, dy)) + rise(at(dx, dy - 1), at(dx, dy + 1)));
}

/** A band of the picture: what is finer than composition and coarser than noise. */
function linesOf(plane: Plane): Plane {
  const [fine, coarse] = [blurred(plane, SETTINGS.fine), blurred(plane, SETTINGS.coarse)];
  return { ...plane, data: fine.data.map((value, i) => value - coarse.data[i]!) };
}

/** Where within reach a block agrees best; `undefined` outside the overlap, where both are flat, or where it does not agree. */
function agreement(laid: Laid, b: Plane, x: number, y: number): readonly [number, number] | undefined {
  const { block, reach, texture } = SETTINGS;
  const { plane } = laid;
  if (!isCovered(laid, x, y, block)) return undefined;
  const deviations = [momentsAt(plane, x, y, block), momentsAt(b, x, y, block)].map(({ deviation }) => deviation);
  if (Math.max(...deviations) < texture) return undefined;
  let best: number = STRUCTURE_SETTINGS.agrees;
  let at: readonly [number, number] | undefined;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const value = correlation(plane, x, y, b, x + dx, y + dy, block);
      if (value >= best) [best, at] = [value, [dx, dy]];
    }
  }
  return at;
}
