/** Families: images of one recipe that differ in nothing but their seeds. */

import type { Recipe } from "./recipe.ts";
import { recipeHash } from "./recipe-hash.ts";

/**
 * The name of a recipe's family, 64 hex digits: the recipe's hash without any seed. `undefined` where the recipe names neither a
 * prompt nor a model, so that images which only state their size make no family.
 */
export function familyOf(recipe: Recipe): string | undefined {
  const { seed: _seed, variation, passes, ...rest } = recipe;
  const says = (recipe.prompt.positive ?? "") !== "" || recipe.models.length > 0;
  if (!says) return undefined;
  const { seed: _other, ...strength } = variation ?? {};
  return recipeHash({
    ...rest,
    ...(variation && { variation: strength }),
    passes: passes.map(({ seed: _of, ...pass }) => pass),
  });
}
