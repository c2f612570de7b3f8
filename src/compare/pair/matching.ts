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
  const { table, forward, backward } = nearest(a, b);
  const matches: Match[] = [];
  for (let i = 0; i < a.count; i++) {
    const j = forward[i]!;
    if (j < 0 || backward[j] !== i) continue;
    const distance = table[i * b.count + j]!;
    if (distance > MOST_BITS) continue;
    const second = Math.min(otherPlace(b, table, i * b.count, 1, j), otherPlace(a, table, j, b.count, i));
    const ratio = distance / Math.max(1, second);
    if (ratio <= MOST_RATIO) matches.push({ a: i, b: j, distance, ratio });
  }
  return matches.sort((p, q) => p.ratio - q.ratio || p.distance - q.distance || p.a - q.a);
}

/** The least distance of a feature to any at another place than the best one: the same corner is often found at two neighbouring sizes. */
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

interface Nearest {
  /** Differing bits of every feature of the one with every feature of the other (256 counts as 255), row by row. */
  readonly table: Uint8Array;
  /** The nearest feature of the second picture for each of the first, and the other way; the first of equals. */
  readonly forward: Int32Array;
  readonly backward: Int32Array;
}

function nearest(a: Features, b: Features): Nearest {
  const table = new Uint8Array(a.count * b.count);
  const forward = new Int32Array(a.count).fill(-1);
  const backward = new Int32Array(b.count).fill(-1);
  const leastOfB = new Uint8Array(b.count).fill(255);
  for (let i = 0, row = 0; i < a.count; i++, row += b.count) {
    distancesOf(a.words, 8 * i, b.words, table, row);
    let least = 255;
    for (let j = 0; j < b.count; j++) {
      const bits = table[row + j]!;
      if (bits < least) {
        least = bits;
        forward[i] = j;
      }
      if (bits < leastOfB[j]!) {
        leastOfB[j] = bits;
        backward[j] = i;
      }
    }
  }
  return { table, forward, backward };
}

/** Distances of the descriptor of `from` that starts at `at` to all of `to`, written from `row` on. */
function distancesOf(from: Uint32Array, at: number, to: Uint32Array, table: Uint8Array, row: number): void {
  const [w0, w1, w2, w3] = [from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!];
  const [w4, w5, w6, w7] = [from[at + 4]!, from[at + 5]!, from[at + 6]!, from[at + 7]!];
  for (let k = 0, out = row; k < to.length; k += 8, out++) {
    // Counts in fields of four bits, of which three words fill no field, then in bytes.
    const p = fours(w0 ^ to[k]!) + fours(w1 ^ to[k + 1]!) + fours(w2 ^ to[k + 2]!);
    const q = fours(w3 ^ to[k + 3]!) + fours(w4 ^ to[k + 4]!) + fours(w5 ^ to[k + 5]!);
    const r = fours(w6 ^ to[k + 6]!) + fours(w7 ^ to[k + 7]!);
    const bytes = eights(p) + eights(q) + eights(r);
    const halves = (bytes & 0x00ff00ff) + ((bytes >>> 8) & 0x00ff00ff);
    const bits = (halves + (halves >>> 16)) & 0xffff;
    table[out] = Math.min(bits, 255);
  }
}

/** Number of set bits of each four of a 32-bit word (Hamming weight by halves). */
function fours(word: number): number {
  const v = word - ((word >>> 1) & 0x55555555);
  return (v & 0x33333333) + ((v >>> 2) & 0x33333333);
}

/** Fields of four bits added to fields of eight. */
function eights(word: number): number {
  return (word & 0x0f0f0f0f) + ((word >>> 4) & 0x0f0f0f0f);
}
