/**
 * The fabricator: from one final recipe, several different and plausible histories that all end in it. It shows
 * why a reproduction, or a video of one, proves no history. Everything that it makes is marked as simulated.
 */

import type { Recipe } from "../recipe/recipe.ts";
import { phrasesOf } from "./difference.ts";
import type { Agent, ProcessEvent } from "./event.ts";

/** The ways in which people are seen to work; each gives another history of the same result. */
export const STORIES = ["prompt-grows", "seed-lottery", "parameters-last", "negative-last", "adapters-last"] as const;

/** One way of working. */
export type Story = (typeof STORIES)[number];

/** A made-up history: its events all carry `simulated`, and its last request is the final recipe. */
export interface FabricatedHistory {
  readonly story: Story;
  readonly events: readonly ProcessEvent[];
}

const AGENT: Agent = { kind: "software", name: "seedproof fabricator" };

/**
 * One history for each way of working that the recipe has room for. The same recipe, start and numbers give the same
 * histories.
 *
 * @param start - RFC 3339 time at which the made-up histories begin
 * @param random - numbers in [0, 1), for seeds and pauses
 */
export function fabricateHistories(recipe: Recipe, start: string, random: () => number): FabricatedHistory[] {
  return STORIES.map((story) => ({ story, recipes: [...WAYS[story](recipe, random), recipe] }))
    .filter(({ recipes }) => recipes.length > 1)
    .map(({ story, recipes }) => ({ story, events: eventsFor(story, recipes, start, random) }));
}

/** The recipes that come before the final one, oldest first. */
const WAYS: Readonly<Record<Story, (recipe: Recipe, random: () => number) => Recipe[]>> = {
  "prompt-grows": (recipe) => prefixes(recipe.prompt.positive).map((positive) => withPrompt(recipe, { positive })),
  "seed-lottery": (recipe, random) => Array.from({ length: 6 }, () => ({ ...recipe, seed: seedFrom(random) })),
  "parameters-last": (recipe) => [-8, -4].map((less) => withSteps(recipe, less)).filter((other) => other !== undefined),
  "negative-last": (recipe) => prefixes(recipe.prompt.negative).map((negative) => withPrompt(recipe, { negative })),
  "adapters-last": (recipe) =>
    recipe.adapters.map((_, count) => ({ ...recipe, adapters: recipe.adapters.slice(0, count) })),
};

/** The prompt's beginnings, at most five, without the whole. */
function prefixes(prompt: string | undefined): string[] {
  const phrases = phrasesOf(prompt ?? "");
  const step = Math.max(1, Math.ceil(phrases.length / 5));
  const counts = phrases.map((_, i) => i + 1).filter((count) => count % step === 0 && count < phrases.length);
  return counts.map((count) => phrases.slice(0, count).join(", "));
}

function withPrompt(recipe: Recipe, change: Partial<Recipe["prompt"]>): Recipe {
  return { ...recipe, prompt: { ...recipe.prompt, ...change } };
}

function withSteps(recipe: Recipe, less: number): Recipe | undefined {
  const [first, ...rest] = recipe.passes;
  const steps = (first?.steps ?? 0) + less;
  return first && steps > 0 ? { ...recipe, passes: [{ ...first, steps }, ...rest] } : undefined;
}

/** A 32-bit seed, as the common tools draw. */
function seedFrom(random: () => number): string {
  return String(Math.floor(random() * 4_294_967_296));
}

function eventsFor(story: Story, recipes: readonly Recipe[], start: string, random: () => number): ProcessEvent[] {
  const begun = Date.parse(start);
  let monotonicMs = 0;
  return recipes.map((recipe, i): ProcessEvent => {
    monotonicMs += i === 0 ? 0 : 15_000 + Math.floor(random() * 90_000);
    return {
      type: "generation.requested",
      id: `${story}-${i + 1}`,
      session: `simulated-${story}`,
      at: { wall: new Date(begun + monotonicMs).toISOString(), mono: monotonicMs },
      capture: "reconstructed",
      agent: AGENT,
      follows: i === 0 ? [] : [`${story}-${i}`],
      simulated: true,
      data: { engine: "none", recipe },
    };
  });
}
