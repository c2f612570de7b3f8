/** A short history with every kind of event, for tests. */

import type { EventData, EventType, ProcessEvent } from "../../src/process/event.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";

export const recipeOf = (positive: string, change: Partial<Recipe> = {}): Recipe => ({
  ...foldRecipe([]),
  prompt: { positive, negative: "bokeh" },
  seed: "562327064",
  passes: [{ steps: 20, cfg: 4.5, sampler: { id: "dpmpp-2m-sde", raw: "DPM++ 2M SDE Karras" } }],
  ...change,
});

/** A file whose hash is this number. */
export const fileOf = (n: number, name?: string) => ({
  role: "image",
  sha256: String(n).padStart(64, "0"),
  size: 100 + n,
  mime: "image/png",
  ...(name && { name }),
});

/** The n-th event, one minute after the one before it. */
export function eventOf<T extends EventType>(
  n: number,
  type: T,
  data: EventData[T],
  more: Partial<ProcessEvent> = {},
): ProcessEvent {
  const at = { wall: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(), mono: n * 60_000 };
  const base = { id: `e${n}`, session: "poster: “1”", at, capture: "proxied", follows: [] };
  return { ...base, agent: { kind: "person", name: "Li Ming" }, type, data, ...more } as unknown as ProcessEvent;
}

/** Intent, two requests, a rejection, a choice, an edit in another program, an export, a publication and a gap. */
export function history(): ProcessEvent[] {
  const generator = { agent: { kind: "software", name: "a1111", version: "1.9" } } as const;
  const recipe = recipeOf("a cat");
  return [
    eventOf(0, "session.opened", { name: "poster" }),
    eventOf(
      1,
      "intent.noted",
      { text: "a cat that skis", references: [fileOf(90, "sketch.png")] },
      { capture: "noted" },
    ),
    eventOf(2, "environment.observed", { engine: "a1111", facts: {} }, generator),
    eventOf(3, "seed.chosen", { seed: "562327064", origin: { kind: "drawn" } }),
    eventOf(4, "generation.requested", { engine: "a1111", recipe }, generator),
    eventOf(
      5,
      "generation.completed",
      { request: "e4", images: [fileOf(1), fileOf(2)] },
      { ...generator, follows: ["e4"] },
    ),
    eventOf(6, "image.rejected", { image: fileOf(2), why: "six legs" }, { capture: "noted" }),
    eventOf(7, "generation.requested", {
      engine: "a1111",
      recipe: recipeOf("a cat, skiing"),
      inputs: [{ ...fileOf(1), role: "init" }],
    }),
    eventOf(
      8,
      "generation.completed",
      { request: "e7", images: [fileOf(3), fileOf(1)] },
      { ...generator, follows: ["e7"] },
    ),
    eventOf(9, "image.kept", { image: fileOf(3), why: "the light" }, { capture: "noted" }),
    eventOf(10, "mask.drawn", { image: fileOf(3), mask: { ...fileOf(50), role: "mask" } }),
    eventOf(11, "file.saved", { file: fileOf(4, "work.kra"), layered: true }, { capture: "watched" }),
    eventOf(12, "file.saved", { file: fileOf(5, "work.kra"), previous: fileOf(4).sha256, layered: true }),
    eventOf(13, "dimension.said", { dimension: "colour", text: "warmer", before: fileOf(3), after: fileOf(5) }),
    eventOf(14, "image.shown", { image: fileOf(5) }),
    eventOf(15, "note.added", { text: "good", about: fileOf(5) }),
    eventOf(16, "image.exported", { image: fileOf(5) }),
    eventOf(17, "image.published", { image: fileOf(5), where: "a shop" }),
    eventOf(18, "generation.failed", { request: "unknown", why: "out of memory" }),
    eventOf(19, "session.gap", { from: "2026-01-01T00:19:00Z", to: "2026-01-01T00:30:00Z" }),
    eventOf(20, "session.closed", { reason: "asked" }),
  ];
}
