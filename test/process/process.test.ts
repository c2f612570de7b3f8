import fc from "fast-check";
import { expect, test } from "vitest";
import { type Difference, recipeDifferences } from "../../src/process/difference.ts";
import { type EventOf, type EventType, type ProcessEvent, weakestCapture } from "../../src/process/event.ts";
import { fabricateHistories } from "../../src/process/fabricate.ts";
import { operationsOf, orderBaseline, orderFindings, ownBaseline } from "../../src/process/order.ts";
import { replayReport, replaySigns } from "../../src/process/replay.ts";
import { branchesOf, countsOf, dimensionsOf, stepsOf } from "../../src/process/tables.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";

const recipe = (positive: string, change: Partial<Recipe> = {}): Recipe => ({
  ...foldRecipe([]),
  prompt: { positive, negative: "bokeh" },
  seed: "562327064",
  passes: [{ steps: 20, cfg: 4.5, sampler: { id: "dpmpp-2m-sde", raw: "DPM++ 2M SDE Karras" } }],
  ...change,
});

let count = 0;
function event<T extends EventType>(type: T, data: EventOf<T>["data"], more: Partial<ProcessEvent> = {}): ProcessEvent {
  count++;
  const at = { wall: new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString(), mono: count * 60_000 };
  const base = { id: `e${count}`, session: "s", at, capture: "proxied", follows: [] };
  return { ...base, agent: { kind: "person", name: "p" }, type, data, ...more } as unknown as ProcessEvent;
}
const request = (of: Recipe, more: Partial<ProcessEvent> = {}): ProcessEvent =>
  event("generation.requested", { engine: "a1111", recipe: of }, more);
const image = (n: number) => ({ role: "image", sha256: String(n).padStart(64, "0"), size: 1 });

test("the same recipe has no differences, and each single change is exactly one of its kind", () => {
  const base = recipe("animal, (cat:1.5), skiing", {
    adapters: [{ type: "lora", name: "a", weight: 0.5, hashes: [] }],
  });
  const kinds = (after: Recipe): string[] => recipeDifferences(base, after).map(({ kind }) => kind);
  const prompt = (positive: string): Recipe => ({ ...base, prompt: { ...base.prompt, positive } });
  expect(kinds(structuredClone(base))).toEqual([]);
  expect(kinds(prompt("animal, (cat:1.5), skiing, snow"))).toEqual(["phrase-added"]);
  expect(kinds(prompt("animal, (cat:1.5)"))).toEqual(["phrase-removed"]);
  expect(kinds(prompt("animal, (cat:1.3), skiing"))).toEqual(["phrase-weighted"]);
  expect(kinds(prompt("skiing, animal, (cat:1.5)"))).toEqual(["phrase-moved"]);
  expect(kinds({ ...base, seed: "119129788" })).toEqual(["seed"]);
  expect(kinds({ ...base, size: { width: 832, height: 1216 } })).toEqual(["parameter"]);
  expect(kinds({ ...base, adapters: [] })).toEqual(["adapter-removed"]);
  expect(kinds({ ...base, adapters: [{ ...base.adapters[0]!, weight: 0.8 }] })).toEqual(["adapter-weight"]);
  expect(
    kinds({ ...base, passes: [{ ...base.passes[0]!, sampler: { id: "dpmpp-2m-sde", raw: "other spelling" } }] }),
  ).toEqual([]);
});

test("differences turned round undo each other", () => {
  const phrases = fc
    .array(fc.constantFrom("cat", "dog", "snow", "(cat:1.2)", "night"), { maxLength: 6 })
    .map((list) => list.join(", "));
  const net = (differences: readonly Difference[]): number =>
    differences.reduce((sum, { kind }) => sum + (kind === "phrase-added" ? 1 : kind === "phrase-removed" ? -1 : 0), 0);
  fc.assert(
    fc.property(phrases, phrases, (a, b) => {
      expect(net(recipeDifferences(recipe(a), recipe(b)))).toBe(-net(recipeDifferences(recipe(b), recipe(a))) || 0);
      expect(net(recipeDifferences(recipe(a), recipe(b)))).toBe(
        b.split(", ").filter(Boolean).length - a.split(", ").filter(Boolean).length,
      );
    }),
  );
});

test("steps, counts and dimensions follow from the events", () => {
  const events = [
    event("intent.noted", { text: "a cat that skis" }),
    request(recipe("cat")),
    event("generation.completed", { request: "e2", images: [image(1), image(2)] }),
    event("image.rejected", { image: image(1), why: "no skis" }),
    request(recipe("cat, skiing", { seed: "1" }), { capture: "watched" }),
    event("generation.completed", { request: "e5", images: [image(2), image(3)] }),
    event("image.kept", { image: image(3) }),
    event("dimension.said", { dimension: "colour", text: "warmer", before: image(2), after: image(3) }),
  ];
  const [first, second] = stepsOf(events);
  expect(first).toMatchObject({ differences: [], sinceLastMs: undefined, positive: "cat" });
  expect(second?.differences.map(({ kind }) => kind)).toEqual(["phrase-added", "seed"]);
  expect(countsOf(events)).toMatchObject({
    ...{ requests: 2, images: 3, kept: 1, rejected: 1, rejectedWithReason: 1, intents: 1, failures: 0 },
    ...{ differences: { "phrase-added": 1, seed: 1 }, capture: "watched" },
  });
  const said = dimensionsOf(events).filter((row) => row.said.length > 0);
  expect(said).toMatchObject([{ dimension: "colour", said: [{ text: "warmer", before: image(2).sha256 }] }]);
  expect(weakestCapture([])).toBeUndefined();
});

test("branches hang together by what follows from what", () => {
  const a = request(recipe("cat"));
  const b = event("generation.completed", { request: a.id, images: [image(1)] }, { follows: [a.id] });
  const other = request(recipe("dog"));
  const c = event("file.saved", { file: image(9) }, { follows: [b.id] });
  expect(branchesOf([a, b, other, c])).toEqual([
    { root: a.id, events: [a.id, b.id, c.id] },
    { root: other.id, events: [other.id] },
  ]);
});

test("every fabricated history ends in the given recipe, differs from the others, and says that it is made up", () => {
  const final = recipe("animal, (cat:1.5), skiing, snow, action shot", {
    adapters: [{ type: "lora", name: "x", hashes: [] }],
  });
  const numbers = (seed: number) => () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const histories = fabricateHistories(final, "2023-02-24T00:00:00Z", numbers(7));
  expect(histories.length).toBeGreaterThanOrEqual(3);
  for (const { events } of histories) {
    const last = stepsOf(events).at(-1)!;
    expect(events.every(({ simulated, capture }) => simulated === true && capture === "reconstructed")).toBe(true);
    expect(recipeDifferences((events.at(-1) as EventOf<"generation.requested">).data.recipe, final)).toEqual([]);
    expect(last.seed).toBe(final.seed);
    expect(events.length).toBeGreaterThan(1);
  }
  expect(new Set(histories.map(({ events }) => JSON.stringify(operationsOf(events)))).size).toBe(histories.length);
  expect(fabricateHistories(final, "2023-02-24T00:00:00Z", numbers(7))).toEqual(histories);
});

test("a fabricated demonstration shows the signs of a replay; a searching history with outside times shows none", () => {
  const codes = (events: readonly ProcessEvent[], anchors: string[]): string[] =>
    replaySigns(events, { anchors }).map(({ code }) => code);
  const replayed = ["a", "a, b", "a, b, c"].flatMap((prompt, i) => {
    const asked = request(recipe(prompt), { at: { wall: new Date(i * 1_000).toISOString(), mono: i * 1_000 } });
    return [asked, event("generation.completed", { request: asked.id, images: [image(i)] })];
  });
  expect(codes(replayed, [])).toEqual([
    ...[
      "process.seed-fixed-first",
      "process.one-late-anchor",
      "process.no-rejections",
      "process.no-dwell",
      "process.no-intent-before",
    ],
  ]);
  const lived = [
    event("intent.noted", { text: "x" }),
    ...["1", "2", "3"].flatMap((seed) => {
      const asked = request(recipe("a", { seed }));
      return [asked, event("generation.completed", { request: asked.id, images: [image(Number(seed))] })];
    }),
    event("image.rejected", { image: image(1) }),
  ];
  expect(codes(lived, [lived[2]!.at.wall])).toEqual([]);
});

test("order is called unusual only against enough recorded histories, with the count", () => {
  const lottery = [recipe("a"), recipe("a", { seed: "2" }), recipe("a", { seed: "3" })].map((of) => request(of));
  const odd = [recipe("a"), recipe("a", { seed: "2" }), recipe("b", { seed: "2" })].map((of) => request(of));
  expect(orderFindings(odd, orderBaseline([lottery])).map(({ code }) => code)).toEqual(["process.order-no-baseline"]);
  const baseline = orderBaseline(Array.from({ length: 40 }, () => lottery));
  expect(orderFindings(lottery, baseline)).toEqual([]);
  expect(orderFindings(odd, baseline).map(({ code, text }) => [code, text.en.includes("0 of 40")])).toEqual([
    ["process.order-unusual", true],
  ]);
});

test("a ledger's own baseline is its other live sessions: made-up, imported and short ones count for nothing", () => {
  const session = (name: string, more: Partial<ProcessEvent> = {}, count = 3): ProcessEvent[] =>
    Array.from({ length: count }, (_, i) => request(recipe(`cat ${i}`), { session: name, ...more }));
  const source = { tool: "comfyui", key: "k" };
  const events = [
    ...session("own"),
    ...session("live one"),
    ...session("live two"),
    ...session("short", {}, 2),
    ...session("made up", { simulated: true }),
    ...session("imported", { capture: "imported", source }),
    ...session("worked out", { capture: "reconstructed" }),
  ];
  expect(ownBaseline(events, "own").histories).toBe(2);
  expect(ownBaseline(events, "elsewhere").histories).toBe(3);
});

test("the replay report names every sign that was looked for, and says undetermined where too little is recorded", () => {
  const states = (events: readonly ProcessEvent[]) =>
    Object.fromEntries(replayReport(events, { anchors: [] }).map(({ code, state }) => [code.slice(8), state]));
  expect(new Set(Object.values(states([])))).toEqual(new Set(["undetermined"]));
  expect(Object.keys(states([]))).toHaveLength(7);
  const one = request(recipe("cat"));
  const made = (n: number) => event("generation.completed", { request: one.id, images: [image(n)] });
  expect(states([one, made(1)])).toMatchObject({
    "seed-fixed-first": "undetermined",
    "no-rejections": "undetermined",
    "no-intent-before": "seen",
    "bulk-generation": "not-seen",
    "not-live": "not-seen",
  });
  const many = [one, ...Array.from({ length: 150 }, (_, i) => made(i))];
  expect(states(many)["bulk-generation"]).toBe("seen");
  expect(states([...many, ...[1, 2].map((n) => event("image.kept", { image: image(n) }))])["bulk-generation"]).toBe(
    "not-seen",
  );
  expect(
    states([request(recipe("cat"), { capture: "imported", source: { tool: "comfyui", key: "k" } })])["not-live"],
  ).toBe("seen");
});
