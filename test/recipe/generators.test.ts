import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../../src/image/block.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { GENERATORS } from "../../src/recipe/generators.ts";
import { readContainer } from "../../src/recipe/reading.ts";
import { samplePath, samples } from "../helpers/samples.ts";
import { SYNTHETIC } from "../helpers/synthetic.ts";

const texts = [
  ...SYNTHETIC.map(({ bytes }) => bytes),
  ...samples.filter(({ bytes }) => bytes < 20_000).map(({ file }) => new Uint8Array(readFileSync(samplePath(file)))),
].flatMap((bytes) => {
  try {
    return walk(bytesSource(bytes)).blocks.filter(({ text }) => text !== undefined);
  } catch {
    return [];
  }
});

/** A real block with its text cut, spliced with another, or with one value made another kind. */
const hurt = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.constantFrom(...texts),
    fc.nat(),
    fc.nat(),
    fc.constantFrom("", "null", "[]", "{}", '"x"', "-1", "1e999", "\u0000", "\\ud800", "\udfff"),
  )
  .map(([one, other, at, to, put]): Block => {
    const text = one.text!;
    const from = at % (text.length + 1);
    const tail =
      to % 3 === 0
        ? other.text!.slice(to % (other.text!.length + 1))
        : text.slice(Math.min(text.length, from + (to % 9)));
    return { ...one, text: text.slice(0, from) + put + tail };
  });
const anyBlock = fc.oneof(
  hurt,
  fc
    .record({ key: fc.constantFrom(...texts.map(({ key }) => key)), text: fc.oneof(fc.string(), fc.json()) })
    .map(({ key, text }): Block => ({ where: "tEXt", key, offset: 8, length: text.length, encoding: "utf8", text })),
);

test("the blocks to start from are of many kinds", () => {
  expect(new Set(texts.map(({ key }) => key)).size).toBeGreaterThan(30);
});

test("no generator throws for what a file holds, and every value has its block", () => {
  fc.assert(
    fc.property(fc.array(anyBlock, { maxLength: 6 }), (blocks) => {
      const reading = readContainer({ kind: "png", pixels: { width: 512, height: 768 }, blocks, findings: [] });
      for (const { statements, blocks: own } of reading.accounts) {
        for (const { source } of statements) expect(own).toContain(source.block);
      }
    }),
    { numRuns: 600 },
  );
});

test("every generator has a name of its own", () => {
  const names = GENERATORS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
