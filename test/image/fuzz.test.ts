import { describe, expect, test } from "vitest";
import { SeedproofError } from "../../src/base/errors.ts";
import { writeTexts } from "../../src/image/embed.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { brotli } from "../../src/node/brotli.ts";
import { bombs, mutated, originals } from "./mutate.ts";

/**
 * Milliseconds of the processor that a walk took, which other processes on the machine do not lengthen. An error that
 * is not ours goes on.
 */
function timed(file: Uint8Array): number {
  const start = process.cpuUsage();
  try {
    walk(bytesSource(file), { brotli });
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The quickest of up to three: the first finds the code cold. */
function best(file: Uint8Array): number {
  const first = timed(file);
  return first < 100 || first > 1000 ? first : Math.min(timed(file), timed(file));
}

describe("a hostile file below 1 MiB takes less than 100 ms", () => {
  test.each(Object.entries(bombs()))("%s", (_name, file) => {
    expect(file.length).toBeLessThan(1 << 20);
    expect(best(file)).toBeLessThan(100);
  });
});

test("600 damaged files give no other error than ours", () => {
  const files = originals();
  for (let seed = 0; seed < 600; seed++) expect.soft(() => timed(mutated(files, seed)), `seed ${seed}`).not.toThrow();
});

test("writing into a damaged file either refuses or gives a file that says it", () => {
  const files = originals();
  let written = 0;
  for (let seed = 0; seed < 300; seed++) {
    let out: Uint8Array;
    try {
      out = writeTexts(mutated(files, seed), [{ key: "seedproof", text: `${seed} 猫` }]);
    } catch (error) {
      if (!(error instanceof SeedproofError)) throw error;
      continue;
    }
    written++;
    const found = walk(bytesSource(out), { brotli }).blocks.some(({ text }) => text === `${seed} 猫`);
    expect([seed, found]).toEqual([seed, true]);
  }
  expect(written).toBeGreaterThan(30);
});
