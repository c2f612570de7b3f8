import { sha256 } from "@noble/hashes/sha2.js";
import { beforeAll, describe, expect, test } from "vitest";
import { SeedproofError } from "../../src/base/errors.ts";
import { writeTexts } from "../../src/image/embed.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { brotli } from "../../src/node/brotli.ts";
import { cpuNow } from "../helpers/cpu.ts";
import { bombs, mutated, originals } from "./mutate.ts";

/** Milliseconds of the processor that work took, which other processes on the machine do not lengthen much. */
function timed(work: () => unknown): number {
  const start = cpuNow();
  work();
  return cpuNow() - start;
}

/** Walks a file; an error that is not ours goes on. */
function walked(file: Uint8Array): void {
  try {
    walk(bytesSource(file), { brotli });
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
  }
}

const MEBIBYTE = new Uint8Array(1 << 20);

/** How many times longer a walk takes than hashing 1 MiB on this machine at this moment: the best of up to three, since the first finds the code cold. */
function hashesOf(file: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3 && best > MOST_HASHES; i++) {
    const unit = timed(() => sha256(MEBIBYTE));
    best = Math.min(best, timed(() => walked(file)) / unit);
  }
  return best;
}

/** What hashing so many MiB takes is 100 ms on a computer of 2020 that does nothing else; a cost that grows with the square is hundreds of them. */
const MOST_HASHES = 12;

describe("a hostile file below 1 MiB takes no longer than hashing 12 MiB", () => {
  beforeAll(() => {
    for (let i = 0; i < 5; i++) sha256(MEBIBYTE);
  });

  test.each(Object.entries(bombs()))("%s", (_name, file) => {
    expect(file.length).toBeLessThan(1 << 20);
    expect(hashesOf(file)).toBeLessThan(MOST_HASHES);
  });
});

test("600 damaged files give no other error than ours", () => {
  const files = originals();
  for (let seed = 0; seed < 600; seed++) expect.soft(() => walked(mutated(files, seed)), `seed ${seed}`).not.toThrow();
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
