import fc from "fast-check";
import { expect, test } from "vitest";
import { atPointer, type Json } from "../../src/base/json.ts";
import { type Account, draftAccount } from "../../src/recipe/account.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import { mergeAccounts } from "../../src/recipe/merge.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { recipeHash } from "../../src/recipe/recipe-hash.ts";
import { finalSize } from "../../src/recipe/size.ts";

const account = (block: number, says: Record<string, Json>, kind: Account["kind"] = "recipe"): Account => {
  const draft = draftAccount("a1111", block);
  for (const [path, value] of Object.entries(says)) draft.say(path, value);
  return draft.done(kind);
};
const paths = fc.constantFrom("/seed", "/prompt/positive", "/passes/0/steps", "/passes/1/cfg", "/extra/a~1b", "/size");
const says = fc.dictionary(paths, fc.oneof(fc.string(), fc.integer()));

test("every statement of a folded recipe stands at its path", () => {
  fc.assert(
    fc.property(says, (said) => {
      const whole = "/passes/1/cfg" in said && !("/passes/0/steps" in said) ? { ...said, "/passes/0/steps": 1 } : said;
      const recipe = foldRecipe(account(0, whole).statements);
      for (const [path, value] of Object.entries(whole)) expect(atPointer(recipe, path)).toEqual(value);
    }),
  );
});

test("the first statement of a path counts, and lists have no holes", () => {
  const { statements } = account(0, { "/passes/3/seed": "7", "/models/0/name": "m" });
  const recipe = foldRecipe([...statements, { ...statements[0]!, value: "8" }]);
  expect(recipe.passes).toEqual([{ seed: "7" }]);
  expect(recipe.models).toEqual([{ name: "m", hashes: [] }]);
});

test("forged paths change no prototype and fill no memory", () => {
  const recipe = foldRecipe(
    account(0, { "/__proto__/x": 1, "/passes/4000000000/seed": "1", "/extra/__proto__": "y" }).statements,
  );
  expect(({} as Record<string, unknown>).x).toBeUndefined();
  expect(recipe.passes).toEqual([]);
  expect(Object.keys(recipe.extra)).toEqual(["__proto__"]);
});

test("accounts that say the same are no conflict, whatever their spelling of floats and model files", () => {
  const a = account(0, { "/seed": "1", "/passes/0/denoise": 0.87, "/models/0/name": "x_v1" });
  const b = account(1, {
    "/passes/0/seed": "1",
    "/passes/0/denoise": 0.8700000000000001,
    "/models/0/name": "sub\\X_v1.safetensors",
  });
  expect(mergeAccounts([a, b]).conflicts).toEqual([]);
});

test("a model stated whole and one stated by its name are compared", () => {
  const whole = account(1, { "/models/0": { role: "checkpoint", name: "b.safetensors", hashes: [] } });
  const model = (name: string): Account => account(0, { "/models/0/name": name, "/models/0/role": "checkpoint" });
  expect(mergeAccounts([model("B"), whole]).conflicts).toEqual([]);
  expect(mergeAccounts([model("a"), whole]).conflicts).toEqual([
    {
      field: "/models/0/name",
      values: [
        { block: 0, value: "a" },
        { block: 1, value: "b.safetensors" },
      ],
    },
  ]);
});

test("each differing field is one conflict that names both blocks", () => {
  const a = account(3, { "/seed": "0", "/prompt/positive": "unknown", "/passes/0/steps": 20 });
  const b = account(5, { "/passes/0/seed": "106744160813738", "/prompt/positive": "1girl", "/passes/0/steps": 20 });
  expect(mergeAccounts([a, b]).conflicts).toEqual([
    {
      field: "/seed",
      values: [
        { block: 3, value: "0" },
        { block: 5, value: "106744160813738" },
      ],
    },
    {
      field: "/prompt/positive",
      values: [
        { block: 3, value: "unknown" },
        { block: 5, value: "1girl" },
      ],
    },
  ]);
});

test("hashes of different kinds are never compared, of one kind always", () => {
  const hash = (kind: string, value: string): Account => account(0, { "/models/0/hashes/0": { kind, value } });
  expect(mergeAccounts([hash("autov2", "aaaaaaaaaa"), hash("sha256", "bb")]).conflicts).toEqual([]);
  expect(mergeAccounts([hash("autov2", "aaaaaaaaaa"), hash("autov2", "bbbbbbbbbb")]).conflicts).toHaveLength(1);
});

test("where the leading account is silent the others speak, with their own source", () => {
  const a = account(0, { "/prompt/positive": "a", "/passes/0/steps": 4 });
  const b = account(1, { "/seed": "9", "/passes/0/steps": 4, "/passes/1/steps": 2, "/size": { width: 8, height: 8 } });
  const { statements } = mergeAccounts([a, b]);
  expect(foldRecipe(statements)).toMatchObject({
    seed: "9",
    size: { width: 8, height: 8 },
    passes: [{ steps: 4 }, { steps: 2 }],
  });
  expect(statements.find(({ path }) => path === "/seed")?.source.block).toBe(1);
});

test("later passes are not borrowed from an account of another run", () => {
  const a = account(0, { "/seed": "1", "/passes/0/steps": 4 });
  const b = account(1, { "/seed": "2", "/passes/0/steps": 4, "/passes/1/steps": 2 });
  expect(foldRecipe(mergeAccounts([a, b]).statements).passes).toHaveLength(1);
});

test("an account of this image leads before a workflow or a label, in whatever order they were found", () => {
  const [recipe, workflow] = [account(1, { "/seed": "1" }), account(0, { "/seed": "2" }, "workflow")];
  for (const list of [
    [recipe, workflow],
    [workflow, recipe],
  ]) {
    expect(mergeAccounts(list)).toMatchObject({ leading: { block: 1 }, conflicts: [] });
  }
});

test("the recipe hash depends on what determines the image and on nothing else", () => {
  const base: Recipe = foldRecipe(
    account(0, { "/seed": "1", "/passes/0/sampler": { id: "euler", raw: "Euler" } }).statements,
  );
  const renamed = {
    ...base,
    extra: { note: "x" },
    toolVersion: "9",
    passes: [{ sampler: { id: "euler", raw: "k_euler" }, node: "3" }],
  };
  expect(recipeHash(renamed)).toBe(recipeHash(base));
  expect(recipeHash({ ...base, seed: "2" })).not.toBe(recipeHash(base));
  expect(recipeHash(base)).toMatch(/^[0-9a-f]{64}$/);
});

test("the final size follows the passes, and is not claimed where an enlargement is not recorded", () => {
  const base = { ...foldRecipe([]), size: { width: 512, height: 768 } };
  expect(finalSize(base)).toEqual({ width: 512, height: 768 });
  expect(finalSize({ ...base, passes: [{}, { upscale: { factor: 1.5 } }] })).toEqual({ width: 768, height: 1152 });
  expect(finalSize({ ...base, passes: [{}, { upscale: { width: 1000, height: 1500 } }] })).toEqual({
    width: 1000,
    height: 1500,
  });
  expect(finalSize({ ...base, passes: [{}, { upscale: { method: "model" } }] })).toBeUndefined();
});
