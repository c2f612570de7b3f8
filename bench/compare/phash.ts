/** The 64-bit perceptual hash that most programs use, to stand beside: sign of the low frequencies of 32 × 32 pixels. */

import { type Plane, resized } from "../../src/compare/pair/plane.ts";

/** 64 bits, 8 × 8 low frequencies above their median or not. */
export function phash(luma: Plane): Uint8Array {
  const { data } = resized(luma, 32, 32);
  const basis = (f: number, x: number): number => Math.cos((Math.PI * f * (2 * x + 1)) / 64);
  const values = Array.from({ length: 64 }, (_, i) => {
    const [u, v] = [i % 8, Math.floor(i / 8)];
    let sum = 0;
    for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) sum += data[32 * y + x]! * basis(u, x) * basis(v, y);
    return sum;
  });
  const median = [...values].sort((a, b) => a - b)[32]!;
  return Uint8Array.from(values, (value) => (value > median ? 1 : 0));
}

/** Differing bits, 0 … 64. */
export function phashDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, bit, i) => sum + (bit === b[i] ? 0 : 1), 0);
}
