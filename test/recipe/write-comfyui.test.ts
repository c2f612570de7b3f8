import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject } from "../../src/base/json.ts";
import { parseJson } from "../../src/base/json-text.ts";
import { readImage } from "../../src/node/read-image.ts";
import { readGraph } from "../../src/recipe/comfyui.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { recordedGraph, writeComfyui } from "../../src/recipe/write-comfyui.ts";
import { samplePath, samples } from "../helpers/samples.ts";

function readBack(text: string): Recipe {
  const json = parseJson(text);
  if (!isObject(json)) throw new Error("no object");
  return foldRecipe(
    readGraph({ block: 0, kind: "prompt", json, base: "" }, { pixels: undefined, moving: false }).statements,
  );
}

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const words = fc.array(fc.constantFrom("a cat", "(red:1.2)", "tree", 'a "quoted" word', '"seed": "5"', "ünïcode"), {
  minLength: 1,
  maxLength: 4,
});

const recipes: fc.Arbitrary<Recipe> = fc.record({
  dialect: fc.constant("comfyui" as const),
  mode: fc.constant("txt2img" as const),
  prompt: fc.record({ positive: words.map((list) => list.join(", ")), negative: words.map((list) => list.join("\n")) }),
  seed: seeds,
  size: fc.record({
    width: fc.integer({ min: 8, max: 256 }).map((n) => n * 8),
    height: fc.integer({ min: 8, max: 256 }).map((n) => n * 8),
  }),
  clipSkip: fc.integer({ min: 2, max: 12 }),
  passes: fc.tuple(
    fc.record({
      steps: fc.integer({ min: 1, max: 150 }),
      cfg: fc.integer({ min: 2, max: 60 }).map((n) => n / 2),
      denoise: fc.constant(1),
      sampler: fc.constantFrom(
        { id: "euler", raw: "euler" },
        { id: "dpmpp-2m-sde", raw: "dpmpp_2m_sde_gpu", variant: "gpu" },
      ),
      scheduler: fc.constantFrom({ id: "karras", raw: "karras" }, { id: "normal", raw: "normal" }),
      model: fc.constant("m.safetensors"),
    }),
  ),
  models: fc.constant([
    { role: "checkpoint" as const, name: "m.safetensors", hashes: [] },
    { role: "vae" as const, name: "v.pt", hashes: [] },
  ]),
  adapters: fc.array(
    fc.record({
      type: fc.constant("lora" as const),
      name: fc.constantFrom("one.safetensors", "two.ckpt"),
      weight: fc.integer({ min: -20, max: 20 }).map((n) => n / 10),
      weightText: fc.integer({ min: -20, max: 20 }).map((n) => n / 10),
      hashes: fc.constant([]),
    }),
    { maxLength: 3 },
  ),
  extra: fc.constant({}),
});

test("a recipe of ComfyUI that is written as a graph is read back the same, its seed to the last digit", () => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const { text, losses } = writeComfyui(recipe);
      expect(losses).toEqual([]);
      const { passes, extra: _, ...back } = readBack(text);
      expect(back).toEqual({ ...recipe, passes: undefined, extra: undefined });
      expect(passes[0]).toMatchObject(recipe.passes[0]!);
    }),
    { numRuns: 200 },
  );
});

test("an A1111 recipe becomes base and hires sampler, and everything that will differ is said", () => {
  const recipe: Recipe = {
    dialect: "a1111",
    mode: "txt2img",
    prompt: { positive: "a [cat] AND a (dog:1.3) <lora:foxy:0.6>", negative: "bad BREAK worse" },
    seed: "18446744073709551615",
    size: { width: 512, height: 512 },
    clipSkip: 2,
    passes: [
      { steps: 20, cfg: 7, denoise: 1, sampler: { id: "euler-ancestral", raw: "Euler a" } },
      { steps: 10, denoise: 0.4, upscale: { factor: 2, method: "Latent (nearest)" }, role: "hires" },
      { steps: 10, denoise: 0.3, role: "adetailer" },
    ],
    models: [{ role: "checkpoint", name: "model", hashes: [] }],
    adapters: [],
    extra: {},
  };
  const { text, losses } = writeComfyui(recipe);
  expect(text).toContain('"seed": 18446744073709551615');
  const back = readBack(text);
  expect(back).toMatchObject({
    prompt: { positive: "a (cat:0.9091) a (dog:1.3)", negative: "bad worse" },
    clipSkip: 2,
    models: [{ name: "model.safetensors" }],
    adapters: [{ name: "foxy.safetensors", weight: 0.6, weightText: 0.6 }],
    passes: [
      { steps: 20, cfg: 7, sampler: { raw: "euler_ancestral" } },
      { role: "hires", steps: 10, denoise: 0.4, size: { width: 1024, height: 1024 } },
    ],
  });
  expect(back.passes).toHaveLength(2);
  expect(losses.map(({ where }) => where?.pointer)).toEqual(
    expect.arrayContaining(["/prompt/positive", "/prompt/negative", "/rng", "/passes/2"]),
  );
});

test("the graph that a file carries is given as it stands, also behind a prefix and inside of other JSON", async () => {
  const files = samples.filter(({ expected }) => expected.outputNode);
  expect(files.length).toBeGreaterThan(10);
  for (const { file, expected } of files) {
    const { blocks } = await readImage(samplePath(file));
    const graph = parseJson(recordedGraph(blocks)!);
    expect(isObject(graph) && isObject(graph[expected.outputNode!]), file).toBe(true);
  }
});
