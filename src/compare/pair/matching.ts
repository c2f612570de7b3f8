/** Matching of features: nearest descriptors that choose each other. */

import type { Features } from "./features.ts";

/** Two features that describe the same. */
export interface Match {
  /** Index into the first and the second list of features. */
  readonly a: number;
  readonly b: number;
  /** Differing bits, 0 … 256. */
  readonly distance: number;
  /** Distance over that of the best other feature: the smaller, the more distinct. */
  readonly ratio: number;
}

/** Bits beyond which two descriptors say nothing: unrelated ones differ in 128 ± 20. */
const MOST_BITS = 88;
/** Matches that are no nearer than the next candidate are left out. */
const MOST_RATIO = 0.97;

/** Matches of two pictures, most distinct first. */
export function matchFeatures(a: Features, b: Features): Match[] {
  const table = distances(a, b);
  const forward = nearest(table, a, b, 1, b.count);
  const backward = nearest(table, b, a, b.count, 1);
  const matches: Match[] = [];
  for (let i = 0; i < a.count; i++) {
    const j = forward.index[i]!;
    if (j < 0 || backward.index[j] !== i) continue;
    const distance = forward.distance[i]!;
    const ratio = distance / Math.max(1, Math.min(forward.second[i]!, backward.second[j]!));
    if (distance <= MOST_BITS && ratio <= MOST_RATIO) matches.push({ a: i, b: j, distance, ratio });
  }
  return matches.sort((p, q) => p.ratio - q.ratio || p.distance - q.distance || p.a - q.a);
}

interface Nearest {
  readonly index: Int32Array;
  readonly distance: Int32Array;
  /** Of the nearest feature at another place: the same corner is often found at two neighbouring sizes. */
  readonly second: Int32Array;
}

/** The nearest of `to` for each of `from`; `step` and `stride` walk a table of distances by rows or by columns. */
function nearest(table: Uint8Array, from: Features, to: Features, step: number, stride: number): Nearest {
  const index = new Int32Array(from.count).fill(-1);
  const distance = new Int32Array(from.count).fill(256);
  const second = new Int32Array(from.count).fill(256);
  for (let i = 0; i < from.count; i++) {
    let [least, best] = [256, -1];
    for (let j = 0, at = i * stride; j < to.count; j++, at += step) {
      if (table[at]! < least) {
        least = table[at]!;
        best = j;
      }
    }
    index[i] = best;
    distance[i] = least;
    if (best >= 0 && least <= MOST_BITS) second[i] = otherPlace(to, table, i * stride, step, best);
  }
  return { index, distance, second };
}

function otherPlace(
  { x, y, size, count }: Features,
  table: Uint8Array,
  start: number,
  step: number,
  best: number,
): number {
  const near = 0.3 * size[best]!;
  let least = 256;
  for (let j = 0, at = start; j < count; j++, at += step) {
    if (table[at]! < least && Math.abs(x[j]! - x[best]!) + Math.abs(y[j]! - y[best]!) > near) least = table[at]!;
  }
  return least;
}

/** Differing bits of every feature of the one with every feature of the other (256 counts as 255), row by row. */
function distances(a: Features, b: Features): Uint8Array {
  const table = new Uint8Array(a.count * b.count);
  const to = b.words;
  for (let i = 0, at = 0, row = 0; i < a.count; i++, at += 8) {
    const [w0, w1, w2, w3] = [a.words[at]!, a.words[at + 1]!, a.words[at + 2]!, a.words[at + 3]!];
    const [w4, w5, w6, w7] = [a.words[at + 4]!, a.words[at + 5]!, a.words[at + 6]!, a.words[at + 7]!];
    for (let j = 0, k = 0; j < b.count; j++, k += 8, row++) {
      const bits =
        ones(w0 ^ to[k]!) +
        ones(w1 ^ to[k + 1]!) +
        ones(w2 ^ to[k + 2]!) +
        ones(w3 ^ to[k + 3]!) +
        ones(w4 ^ to[k + 4]!) +
        ones(w5 ^ to[k + 5]!) +
        ones(w6 ^ to[k + 6]!) +
        ones(w7 ^ to[k + 7]!);
      table[row] = Math.min(bits, 255);
    }
  }
  return table;
}

/** Number of set bits of a 32-bit word (Hamming weight by halves). */
function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
