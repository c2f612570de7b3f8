/** Folding statements into a recipe: the recipe and its provenance are two views of one list. */

import { isObject, type Json, pointerParts } from "../base/json.ts";
import type { Statement } from "./account.ts";
import type { Recipe } from "./recipe.ts";

/** No list of a recipe is longer: a forged `/passes/4000000000` must not fill memory. CWE-770. */
const MAX_ITEMS = 4096;

/** Members that are lists, and those that are objects, whatever a file calls by their names. */
const LISTS: ReadonlySet<string> = new Set(["passes", "models", "adapters", "inputs"]);
const OBJECTS: ReadonlySet<string> = new Set(["prompt", "extra"]);

type Tree = { [key: string]: Json | Tree | Tree[] } | (Json | Tree)[];

/**
 * The recipe that these statements make. Where two state the same path the first counts; a list has no holes,
 * whatever indices were stated.
 */
export function foldRecipe(statements: readonly Statement[]): Recipe {
  const root: Record<string, unknown> = {
    dialect: "plain",
    prompt: {},
    passes: [],
    models: [],
    adapters: [],
    extra: {},
  };
  const seen = new Set<string>();
  for (const { path, value } of statements) {
    if (seen.has(path)) continue;
    seen.add(path);
    const parts = pointerParts(path);
    if (fits(parts, value)) place(root, parts, value);
  }
  const dense = withoutHoles(root) as unknown as Recipe;
  return {
    ...dense,
    models: dense.models.map((model) => ({ ...model, hashes: model.hashes ?? [] })),
    adapters: dense.adapters.map((adapter) => ({ ...adapter, hashes: adapter.hashes ?? [] })),
  };
}

/** Whether a list stays a list by this statement and an object an object; what does not fit is stated and is no part of the recipe. */
function fits([member, key]: readonly string[], value: Json): boolean {
  if (member === undefined) return false;
  if (LISTS.has(member)) return key === undefined ? Array.isArray(value) : /^\d+$/.test(key);
  return !OBJECTS.has(member) || key !== undefined || isObject(value);
}

/** Sets a value deep in the tree; a part that is a number makes a list of what holds it. */
function place(root: Record<string, unknown>, parts: readonly string[], value: Json): void {
  let at: Record<string, unknown> = root;
  for (const [i, part] of parts.entries()) {
    if (Array.isArray(at) && !(Number(part) < MAX_ITEMS)) return;
    if (i === parts.length - 1) {
      define(at, part, value);
      return;
    }
    const next = Object.hasOwn(at, part) ? at[part] : undefined;
    if (typeof next !== "object" || next === null) define(at, part, /^\d+$/.test(parts[i + 1]!) ? [] : {});
    at = at[part] as Record<string, unknown>;
  }
}

/** Plain assignment, but "__proto__" is a key like any other. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function withoutHoles(value: unknown): Tree {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutHoles) as Tree;
  if (typeof value !== "object" || value === null) return value as Tree;
  const copy = {};
  for (const [key, member] of Object.entries(value)) define(copy, key, withoutHoles(member));
  return copy;
}
