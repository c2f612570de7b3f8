/** A1111's noise source "NV": the numbers that `torch.randn` gives on an NVIDIA card, computed anywhere. */

import { log } from "../../base/math-log.ts";
import { sin } from "../../base/math-trig.ts";
import type { NoiseGenerator } from "./generator.ts";

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85] as const;

// Constants as float32, as they are written there.
const TWO_POW_MINUS_32 = Math.fround(2.3283064e-10);
const TWO_POW_MINUS_32_TIMES_TWO_PI = Math.fround(2.3283064e-10 * 6.2831855);

/** The upper 32 bits of a product of two 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const [a1, a0, b1, b0] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const other = a0 * b1 + (middle % 0x10000);
  return (a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) >>> 0;
}

/**
 * Philox 4x32 with ten rounds: four random words for a counter and a key.
 * @see J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const [low0, low1] = [Math.imul(c0, MULTIPLIERS[0]) >>> 0, Math.imul(c2, MULTIPLIERS[1]) >>> 0];
    const [high0, high1] = [mulHigh(c0, MULTIPLIERS[0]), mulHigh(c2, MULTIPLIERS[1])];
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + KEY_STEPS[0]) >>> 0;
    k1 = (k1 + KEY_STEPS[1]) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * The generator of A1111's `rng_philox.py`. Unlike PyTorch's on the CPU it uses all 64 bits of the seed. It equals a
 * CUDA card's numbers to 1.5e-6, and only while a tensor fits one pass of the card's grid (4×64×64 does).
 */
export class NvGenerator implements NoiseGenerator {
  private readonly key: readonly [number, number];
  private calls = 0;

  constructor(seed: bigint) {
    this.key = [Number(BigInt.asUintN(32, seed)), Number(BigInt.asUintN(32, seed >> 32n))];
  }

  randn(count: number): Float32Array<ArrayBuffer> {
    const call = this.calls++;
    return Float32Array.from({ length: count }, (_, i) => {
      const [g0, g1] = philox4x32([call, 0, i, 0], this.key);
      const u = g0 * TWO_POW_MINUS_32 + TWO_POW_MINUS_32 / 2;
      const v = g1 * TWO_POW_MINUS_32_TIMES_TWO_PI + TWO_POW_MINUS_32_TIMES_TWO_PI / 2;
      return Math.sqrt(-2 * log(u)) * sin(v);
    });
  }
}
