import { expect, test } from "vitest";
import { SeedproofError } from "../../src/base/errors.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { brotli } from "../../src/node/brotli.ts";
import { mutated, originals } from "./mutate.ts";

test("20,000 damaged files below 1 MiB give no other error than ours, none after more than 100 ms", () => {
  const files = originals();
  const slow: [number, number][] = [];
  for (let seed = 1_000_000; seed < 1_020_000; seed++) {
    const bytes = mutated(files, seed);
    const start = process.cpuUsage();
    try {
      walk(bytesSource(bytes), { brotli });
    } catch (error) {
      if (!(error instanceof SeedproofError)) throw new Error(`seed ${seed}`, { cause: error });
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > 100) slow.push([seed, ms]);
  }
  expect(slow).toEqual([]);
});
