/** Pairs of images of one recipe with different seeds, as `seeds.ts` writes them. */

import { existsSync, readFileSync } from "node:fs";
import type { Evidence } from "../../src/compare/pair/evidence.ts";

/** The kind of a pair of two seeds; other kinds are alterations of the first image. */
export const OTHER_SEED = "other-seed";

/** Two images of one prompt, or one and its altered copy. */
export interface SeedPair {
  readonly kind: string;
  /** The prompt's place: pairs of one prompt are not independent. */
  readonly group: string;
  readonly prompt: string;
  readonly seeds: readonly [number, number];
  readonly evidence: Evidence;
}

/** The pairs of a file; a last line that was cut off is left out. */
export function readSeedPairs(file: string): SeedPair[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as SeedPair);
}
