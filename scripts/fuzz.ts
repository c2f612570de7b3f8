/**
 * Reads damaged files for as long as it is told: `npm run fuzz -- --seconds 60 [--seed N]`. Any error but our own, or a
 * file that takes longer than the bound, ends it with the seed that makes that file again.
 */

import { parseArgs } from "node:util";
import { SeedproofError } from "../src/base/errors.ts";
import { bytesSource } from "../src/image/source.ts";
import { walk } from "../src/image/walk.ts";
import { brotli } from "../src/node/brotli.ts";
import { readContainer } from "../src/recipe/reading.ts";
import { mutated, originals } from "../test/image/mutate.ts";

/** Milliseconds that reading one file below 1 MiB may take. */
const BOUND = 100;

const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seconds = Number(values.seconds ?? 10);
const first = Number(values.seed ?? Date.now() % 1e9);
const files = originals();

/** Milliseconds for one reading, of a file that is walked and whose recipe is read. */
function timed(file: Uint8Array): number {
  const start = performance.now();
  try {
    readContainer(walk(bytesSource(file), { brotli }));
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
  }
  return performance.now() - start;
}

/** A slow reading is slow every time; a busy machine is not. */
const isSlow = (file: Uint8Array): boolean => [1, 2, 3, 4].every(() => timed(file) > BOUND);

const end = performance.now() + seconds * 1000;
let slowest = 0;
let seed = first;
for (; performance.now() < end; seed++) {
  const file = mutated(files, seed);
  try {
    const ms = timed(file);
    // The first files find the code cold.
    if (seed > first + 50) slowest = Math.max(slowest, ms);
    if (ms > BOUND && isSlow(file)) throw new Error(`reading took ${Math.round(ms)} ms`);
  } catch (error) {
    console.error(`npm run fuzz -- --seed ${seed} --seconds 0.1 shows it again:`, error);
    process.exit(1);
  }
}
console.log(`${seed - first} damaged files from seed ${first}: no error but our own, slowest ${slowest.toFixed(1)} ms`);
