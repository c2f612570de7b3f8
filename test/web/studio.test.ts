import fc from "fast-check";
import { expect, test } from "vitest";
import { readPasted } from "../../src/recipe/reading.ts";
import { writeInfotext } from "../../src/recipe/write-infotext.ts";
import { valuesOf, withValue } from "../../src/web/studio/axis.ts";
import {
  DEFAULT_FORM,
  formWith,
  hasWord,
  isModel,
  recipeOfForm,
  withTagWeight,
  withWord,
} from "../../src/web/studio/form-recipe.ts";

test("a form that is drawn, written as A1111's text, read and taken over again is the same form", () => {
  const form = fc.record({
    prompt: fc.stringMatching(/^[a-z][a-z ,()]{0,40}[a-z]$/),
    negative: fc.stringMatching(/^[a-z][a-z ,]{0,20}[a-z]$/),
    steps: fc.integer({ min: 1, max: 150 }),
    cfg: fc.integer({ min: 2, max: 60 }).map((half) => half / 2),
    seed: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
    width: fc.integer({ min: 1, max: 128 }).map((eighth) => eighth * 8),
    height: fc.integer({ min: 1, max: 128 }).map((eighth) => eighth * 8),
    sampler: fc.constantFrom("Euler a", "DPM++ 2M", "DPM++ 2M SDE", "DDIM"),
    schedule: fc.constantFrom("Karras", "Exponential", "Automatic"),
    clipSkip: fc.constantFrom(1, 2),
  });
  fc.assert(
    fc.property(form, (values) => {
      const before = { ...DEFAULT_FORM, ...values };
      // Without a version a seed of 64 bits is taken for one of a saver of ComfyUI.
      const text = writeInfotext({ ...recipeOfForm(before, before.seed, false), toolVersion: "v1.10.1" }).text;
      const { recipe } = readPasted(text);
      expect(formWith(DEFAULT_FORM, recipe!, { seed: true })).toEqual(before);
    }),
    { numRuns: 60 },
  );
});

test("remix takes everything but the seed", () => {
  const recipe = recipeOfForm({ ...DEFAULT_FORM, prompt: "a cat", steps: 33 }, "77", false);
  expect(formWith(DEFAULT_FORM, recipe, { seed: false })).toMatchObject({ prompt: "a cat", steps: 33, seed: "-1" });
});

test("LoRA tags of the prompt are the recipe's adapters, and their weight is changed in the prompt", () => {
  const prompt = "bird, <lora:ski:0.8> snow";
  expect(recipeOfForm({ ...DEFAULT_FORM, prompt }, "1", false).adapters).toMatchObject([
    { type: "lora", name: "ski", weight: 0.8 },
  ]);
  expect(withTagWeight(prompt, "ski", 0.5)).toBe("bird, <lora:ski:0.5> snow");
  expect(withTagWeight(prompt, "ski", 0)).toBe("bird, snow");
  expect(withTagWeight(prompt, "night", 1)).toBe("bird, <lora:ski:0.8> snow <lora:night:1>");
});

test("a trigger word goes in once, before the network tags that close the prompt", () => {
  expect(withWord("", "inkwash")).toBe("inkwash");
  expect(withWord("a cat <lora:ink:1> <lora:b:2>", "inkwash")).toBe("a cat, inkwash <lora:ink:1> <lora:b:2>");
  expect(withWord("a <lora:ink:1> cat, ", "inkwash")).toBe("a <lora:ink:1> cat, inkwash");
  expect(withWord("<lora:ink:1>", "inkwash")).toBe("inkwash <lora:ink:1>");
  // A name of a file and a part of another word are not the word.
  expect(hasWord("a cat <lora:inkwash:1>, inkwashed", "inkwash")).toBe(false);
  expect(hasWord("a (InkWash:1.2) cat", "inkwash")).toBe(true);
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z ,<>:()]{0,60}$/), fc.stringMatching(/^[a-z]{1,12}$/), (prompt, word) => {
      const tags = recipeOfForm({ ...DEFAULT_FORM, prompt }, "1", false).adapters;
      const after = withWord(prompt, word);
      expect(hasWord(after, word)).toBe(true);
      expect(recipeOfForm({ ...DEFAULT_FORM, prompt: after }, "1", false).adapters).toEqual(tags);
    }),
  );
});

test("values of an axis follow A1111's syntax", () => {
  const of = (name: Parameters<typeof valuesOf>[0]["name"], values: string) => valuesOf({ name, values });
  expect(of("seed", "1, 5,9")).toEqual(["1", "5", "9"]);
  expect(of("steps", "1-5")).toEqual(["1", "2", "3", "4", "5"]);
  expect(of("steps", "1-10 (+3)")).toEqual(["1", "4", "7", "10"]);
  expect(of("cfg", "1-10 [4], 12")).toEqual(["1", "4", "7", "10", "12"]);
  expect(of("cfg", "0.5-1 (+0.25)")).toEqual(["0.5", "0.75", "1"]);
  expect(of("replace", 'cat, dog, "a, b"')).toEqual(["cat", "dog", "a, b"]);
  expect(of("steps", "x, 5-1, 1-3 (+0), 4")).toEqual(["4"]);
  expect(of("seed", "1-100000")).toHaveLength(400);
  expect(of("nothing", "1,2")).toEqual([""]);
});

test("an axis puts its value into the form, and a word is searched and replaced", () => {
  const form = { ...DEFAULT_FORM, prompt: "a cat, cat ears" };
  expect(withValue(form, { name: "cfg", values: "" }, "4.5").cfg).toBe(4.5);
  expect(withValue(form, { name: "seed", values: "" }, "18446744073709551615").seed).toBe("18446744073709551615");
  expect(withValue(form, { name: "replace", values: "cat, dog" }, "dog").prompt).toBe("a dog, dog ears");
});

test("a recipe's model is the engine's by hash, else by name without folder, ending and A1111's short hash", () => {
  const autov2 = (value: string) => ({ kind: "autov2", value }) as const;
  const own = { name: "sd/Dream.safetensors [0123456789]", hashes: [autov2("0123456789")] };
  expect(isModel(own, { role: "checkpoint", name: "another", hashes: [autov2("0123456789")] })).toBe(true);
  expect(isModel(own, { role: "checkpoint", name: "dream", hashes: [autov2("9876543210")] })).toBe(false);
  expect(isModel(own, { role: "checkpoint", name: "dream", hashes: [{ kind: "crc32", value: "00000000" }] })).toBe(
    true,
  );
  expect(isModel({ ...own, hashes: [] }, { role: "checkpoint", name: "DREAM.ckpt", hashes: [] })).toBe(true);
  expect(isModel(own, { role: "checkpoint", name: "drea", hashes: [] })).toBe(false);
});
