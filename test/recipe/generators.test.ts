import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../../src/image/block.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { GENERATORS } from "../../src/recipe/generators.ts";
import { readContainer } from "../../src/recipe/reading.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
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

/** Every member of a recipe, by its path. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  const own = path.length === 0 ? [] : [[...path]];
  if (typeof value !== "object" || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

test("a block of our own is read whatever stands in place of any of its members", () => {
  const hashes = [{ kind: "sha256", value: "aa" }];
  const recipe = {
    ...{ dialect: "a1111", mode: "txt2img", seed: "5", clipSkip: 2, size: { width: 64, height: 64 } },
    prompt: { positive: "a cat", negative: "b", styles: ["s"], parts: [{ text: "x", role: "positive" }] },
    ...{ rng: { source: "cpu", ensd: 3 }, batch: { size: 1, index: 0 }, variation: { seed: "3", strength: 0.2 } },
    passes: [{ steps: 20, cfg: 7, sampler: { id: "euler", raw: "Euler" }, upscale: { method: "x", factor: 2 } }],
    models: [{ role: "checkpoint", name: "m", hashes }],
    adapters: [{ type: "lora", name: "l", weight: 1, hashes }],
    ...{ inputs: [{ role: "init", name: "i" }], extra: { a: 1 } },
  };
  const read = (own: object): Recipe | undefined => {
    const text = JSON.stringify({ form: "seedproof.recipe/1", origin: "generated", recipe: own });
    const block: Block = { where: "iTXt", key: "seedproof", offset: 33, length: text.length, encoding: "utf8", text };
    return readContainer({ kind: "png", pixels: { width: 64, height: 64 }, blocks: [block], findings: [] }).recipe;
  };
  expect(read(recipe)).toMatchObject(recipe);
  for (const path of pathsOf(recipe)) {
    for (const bad of [5, "x", true, {}, [], [5], ["x"], { a: 1 }, [{}], [[5]], { 0: 5 }]) {
      const hurt = structuredClone(recipe);
      const parent = path.slice(0, -1).reduce<object>((at, key) => at[key as keyof typeof at], hurt);
      Object.assign(parent, { [path.at(-1)!]: bad });
      const { passes, models, adapters, inputs = [], prompt, extra } = read(hurt) ?? { ...recipe, prompt: {} };
      expect([passes, models, adapters, inputs].every(Array.isArray), path.join("/")).toBe(true);
      expect([typeof prompt, typeof extra], path.join("/")).toEqual(["object", "object"]);
    }
  }
});

test("every generator has a name of its own", () => {
  const names = GENERATORS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
