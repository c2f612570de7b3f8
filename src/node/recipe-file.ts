/** A recipe from a file that people hand over. */

import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { readPasted } from "../recipe/reading.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { readTextFile } from "./text-file.ts";

/**
 * The recipe of a file: ours, a reading that holds one, or generation data as text; `-` is standard input.
 * @throws SeedproofError `recipe.none` where the file holds none
 */
export function readRecipeFile(path: string): Recipe {
  const text = readTextFile(path);
  const json = tryJson(text);
  const bare = isObject(json) && isObject(json.recipe) ? json.recipe : json;
  if (isObject(bare) && isObject(bare.prompt) && Array.isArray(bare.passes) && typeof bare.dialect === "string") {
    return { ...{ models: [], adapters: [], extra: {} }, ...bare } as unknown as Recipe;
  }
  const { recipe } = readPasted(text);
  if (recipe) return recipe;
  throw new SeedproofError("recipe.none", `${path} holds no recipe`, { where: { file: path } });
}
