/**
 * Groups of images that look alike, by their PDQ hashes: all pairs within a distance are found without comparing all pairs. Hashes
 * that differ in at most 31 of 256 bits differ in at most one bit of some sixteenth of them (31 < 2 · 16), so that looking up
 * each sixteenth, and each with one bit changed, misses none. Follows "Fast Search in Hamming Space with Multi-Index Hashing"
 * (Norouzi, Punjani, Fleet, 2012).
 */

import { type Pdq, pdqDistance } from "./pdq.ts";

/** What counts as near: the values that PDQ's publisher recommends. */
export const NEAR = {
  /** Bits of 256 that may differ. */
  bits: 31,
  /** Quality that both hashes need; flat images are all alike. */
  quality: 50,
} as const;

/** An image as far as it is grouped. */
export interface Look {
  /** What equals exactly where the images show the same pixels; absent where they could not be decoded. */
  readonly pixels?: string;
  readonly pdq?: Pdq;
}

const BANDS = 16;

/**
 * Puts images into groups: each looks like some other of its group, not necessarily like all of them.
 * @returns for each image the index of the first of its group; its own where it is alone
 */
export function nearGroups(looks: readonly Look[]): number[] {
  const groups = looks.map((_, i) => i);
  const headOf = (i: number): number => {
    let head = i;
    while (groups[head] !== head) head = groups[head]!;
    for (let at = i; groups[at] !== head; ) [groups[at], at] = [head, groups[at]!];
    return head;
  };
  const join = (a: number, b: number): void => {
    const [one, other] = [headOf(a), headOf(b)];
    groups[Math.max(one, other)] = Math.min(one, other);
  };
  const firsts = new Map<string, number>();
  const bands = Array.from({ length: BANDS }, () => new Map<number, number[]>());
  for (const [i, { pixels, pdq }] of looks.entries()) {
    const same = pixels === undefined ? undefined : firsts.get(pixels);
    if (same !== undefined) join(same, i);
    else if (pixels !== undefined) firsts.set(pixels, i);
    if (same !== undefined || !pdq || pdq.quality < NEAR.quality) continue;
    const own = wordsOf(pdq.hash);
    for (const [band, earlier] of bands.entries()) {
      const word = own[band]!;
      for (let bit = -1; bit < 16; bit++) {
        for (const j of earlier.get(bit < 0 ? word : word ^ (1 << bit)) ?? []) {
          if (headOf(j) !== headOf(i) && pdqDistance(looks[j]!.pdq!.hash, pdq.hash) <= NEAR.bits) join(j, i);
        }
      }
      const bucket = earlier.get(word);
      if (bucket) bucket.push(i);
      else earlier.set(word, [i]);
    }
  }
  return looks.map((_, i) => headOf(i));
}

function wordsOf(hash: string): Uint16Array {
  return Uint16Array.from({ length: BANDS }, (_, band) => Number.parseInt(hash.slice(4 * band, 4 * band + 4), 16));
}
