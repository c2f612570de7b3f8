/** Quantisation tables of JPEG files: which encoder saved it last, and how finely. @see ITU-T T.81, annex K; libjpeg, jcparam.c */

import { be16 } from "./uint.ts";

/** What a luminance table tells. */
export interface Quantisation {
  /** `libjpeg`: the tables of annex K, as libjpeg, Pillow and most programs scale them · `mozjpeg`: those of mozjpeg and sharp. */
  readonly family: "libjpeg" | "mozjpeg" | "other";
  /** 1 to 100 on libjpeg's scale; of another family, the quality whose tables come nearest. */
  readonly quality: number;
}

// Both in zigzag order, as files have them.
const ANNEX_K = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];
const ROBIDOUX = [
  16, 16, 16, 16, 17, 16, 18, 20, 20, 18, 25, 27, 24, 27, 25, 37, 34, 31, 31, 34, 37, 56, 40, 43, 40, 43, 40, 56, 85,
  53, 62, 53, 53, 62, 53, 85, 75, 91, 74, 69, 74, 91, 75, 135, 106, 94, 94, 106, 135, 156, 131, 124, 131, 156, 189, 169,
  169, 189, 238, 226, 238, 311, 311, 418,
];

/** A base table at each quality from 1 to 100, scaled as libjpeg does for baseline files. */
function scales(base: readonly number[]): Uint8Array[] {
  return Array.from({ length: 100 }, (_, i) => {
    const quality = i + 1;
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    return Uint8Array.from(base, (value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
  });
}

const FAMILIES = [
  { family: "libjpeg", scales: scales(ANNEX_K) },
  { family: "mozjpeg", scales: scales(ROBIDOUX) },
] as const;

/** Tells the encoder and the quality from a luminance table of 64 values in zigzag order. */
export function tellQuantisation(table: readonly number[]): Quantisation {
  for (const { family, scales } of FAMILIES) {
    const found = scales.findLastIndex((scaled) => scaled.every((value, i) => value === table[i]));
    if (found >= 0) return { family, quality: found + 1 };
  }
  const distances = FAMILIES[0].scales.map((scaled) => distanceOf(scaled, table));
  return { family: "other", quality: distances.indexOf(Math.min(...distances)) + 1 };
}

const distanceOf = (a: Uint8Array, b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0);

/** The table for luminance, number 0, in the data of a DQT segment; `undefined` where it has none. */
export function luminanceTable(data: Uint8Array): number[] | undefined {
  for (let at = 0; at < data.length; ) {
    const wide = data[at]! >> 4 !== 0;
    const size = wide ? 128 : 64;
    if (at + 1 + size > data.length) return undefined;
    if ((data[at]! & 15) === 0) {
      const start = at + 1;
      return Array.from({ length: 64 }, (_, i) => (wide ? be16(data, start + 2 * i) : data[start + i]!));
    }
    at += 1 + size;
  }
  return undefined;
}
