/** The canonical hash of a recipe: equal recipes have equal hashes, whichever file or tool recorded them. */

import { sha256Hex } from "../base/hash.ts";
import { comparableJson } from "../base/json.ts";
import type { Pass, Recipe } from "./recipe.ts";

/**
 * SHA-256 over the canonical JSON (RFC 8785) of all that determines the image: prompts, seed, size, passes, models,
 * adapters. Spellings of names, node ids, batch places, claimed times and unmodelled extras are left out.
 */
export function recipeHash(recipe: Recipe): string {
  const { dialect, mode, prompt, seed, variation, size, clipSkip, rng, models, adapters, inputs } = recipe;
  const { positive, negative, parts } = prompt;
  const passes = recipe.passes.map(bare);
  return sha256Hex(
    comparableJson({
      format: "seedproof-recipe/1",
      ...{ dialect, mode, prompt: { positive, negative, parts }, seed, variation, size, clipSkip, rng },
      ...{ passes, models, adapters, inputs },
    }),
  );
}

/** A pass without what only its tool needs to name it. */
function bare({ node: _node, role: _role, sampler, scheduler, ...rest }: Pass): object {
  return { ...rest, sampler: sampler?.id, scheduler: scheduler?.id };
}
