/** The steps of the tour: one picture made, one word changed, the seed changed, and back to the first words and number. */

import type { Recipe } from "../../recipe/recipe.ts";
import { readSampler, readScheduler } from "../../recipe/samplers.ts";

/** Steps that draw, in their order. */
export const DRAWN_STEPS = ["make", "word", "seed", "return"] as const;

/** The name of a step that draws. */
export type DrawnStep = (typeof DRAWN_STEPS)[number];

/** What the steps differ in: words that the shipped model knows, and a number that nobody designed. */
const ASKED: Readonly<Record<DrawnStep, { readonly words: string; readonly seed: string }>> = {
  make: { words: "a red cat in a meadow, at night", seed: "2023" },
  word: { words: "a blue cat in a meadow, at night", seed: "2023" },
  seed: { words: "a blue cat in a meadow, at night", seed: "11279" },
  return: { words: "a red cat in a meadow, at night", seed: "2023" },
};

/** What the steps have in common: the model, and how much work an image is. */
export interface TourModel {
  readonly name: string;
  /** Side in pixels, a multiple of 8. */
  readonly side: number;
  readonly steps: number;
}

/** The recipe of a step, of nothing but what the tour says. */
export function recipeOfStep(step: DrawnStep, { name, side, steps }: TourModel): Recipe {
  const { words, seed } = ASKED[step];
  const { sampler } = readSampler("DPM++ 2M");
  return {
    dialect: "a1111",
    mode: "txt2img",
    prompt: { positive: words, negative: "" },
    seed,
    size: { width: side, height: side },
    rng: { source: "cpu" },
    passes: [{ seed, steps, cfg: 4.5, sampler, scheduler: readScheduler("Karras") }],
    models: [{ role: "checkpoint", name, hashes: [] }],
    adapters: [],
    extra: {},
  };
}
