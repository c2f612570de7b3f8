/** Where starting noise comes from: the ways in which generators draw normal numbers for a seed. */

import { SeedproofError } from "../../base/errors.ts";
import { NvGenerator } from "./philox.ts";
import { TorchGenerator } from "./torch-cpu.ts";

/** A stream of standard normal float32 numbers. Every draw goes on where the one before ended. */
export interface NoiseGenerator {
  /** The next `count` numbers. How a stream is cut into draws changes the numbers. */
  randn(count: number): Float32Array<ArrayBuffer>;
}

/**
 * - `torch-cpu`: PyTorch's CPU generator on x86 with AVX2 or AVX-512, as nearly every Windows and Linux computer has it.
 * - `torch-cpu-libm`: the same generator where PyTorch falls back to the C library (ARM, old x86).
 * - `nv`: Philox as on an NVIDIA card, in the way that A1111 imitates it on every computer.
 */
export const NOISE_SOURCES = ["torch-cpu", "torch-cpu-libm", "nv"] as const;

/** @see NOISE_SOURCES */
export type NoiseSource = (typeof NOISE_SOURCES)[number];

/** Seeds that PyTorch takes: −2^63 … 2^64−1. */
const LOWEST_SEED = -(1n << 63n);
const HIGHEST_SEED = (1n << 64n) - 1n;

/**
 * A generator at the start of a seed's stream.
 * @param seed - −2^63 … 2^64−1; negative ones count from 2^64 downwards, as in PyTorch
 * @throws SeedproofError `engine.seed-out-of-range`
 */
export function createGenerator(source: NoiseSource, seed: bigint): NoiseGenerator {
  if (seed < LOWEST_SEED || seed > HIGHEST_SEED) {
    throw new SeedproofError("engine.seed-out-of-range", `the seed ${seed} is not between -2^63 and 2^64-1`);
  }
  if (source === "nv") return new NvGenerator(seed);
  return new TorchGenerator(seed, source === "torch-cpu" ? "avx2" : "libm");
}
