/** The size that a recipe leads to, compared with the size that the file has. */

import { isObject } from "../base/json.ts";
import type { Recipe, Size } from "./recipe.ts";
import { sizeOf } from "./values.ts";

/** Upscaling rounds to multiples of 8 in most tools, and a factor is recorded with few digits. */
const TOLERANCE = 8;

/**
 * Width and height in pixels that the recipe ends in, or `undefined` where it does not say: an input image's size is
 * not recorded, nor what an upscaling model did.
 */
export function finalSize(recipe: Recipe): Size | undefined {
  const { outputSize } = recipe.extra;
  if (isObject(outputSize)) return sizeOf(outputSize.width, outputSize.height);
  let size = recipe.size;
  for (const pass of recipe.passes) {
    const up = pass.upscale;
    if (pass.size) size = pass.size;
    else if (up?.width && up.height) size = { width: up.width, height: up.height };
    else if (up?.factor && size) size = { width: size.width * up.factor, height: size.height * up.factor };
    else if (up) return undefined;
  }
  return recipe.mode === "upscale" || "outputUnknown" in recipe.extra ? undefined : size;
}

/** Whether two sizes are the same within what tools round to. */
export function sameSize(a: Size, b: Size): boolean {
  return Math.abs(a.width - b.width) <= TOLERANCE && Math.abs(a.height - b.height) <= TOLERANCE;
}
