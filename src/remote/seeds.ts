/** The seeds of an order's images. */

import type { Recipe } from "../recipe/recipe.ts";

/** Counted up from the recipe's own, as A1111 counts; the server draws where the recipe has none. */
export function countedSeeds({ seed }: Recipe, count = 1): (string | undefined)[] {
  return Array.from({ length: count }, (_, i) =>
    seed === undefined ? undefined : String(BigInt.asUintN(64, BigInt(seed) + BigInt(i))),
  );
}
