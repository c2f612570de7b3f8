import { expect, test } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import { certificateFacts, certificateKind } from "../../src/doctrine/facts-certificate.ts";
import { type GradedEvent, processFacts, recordKind } from "../../src/doctrine/facts-process.ts";
import type { EventOf, EventType, ProcessEvent } from "../../src/process/event.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";

const SOURCE = { exhibit: "E9", time: "2026-11-29T00:00:00Z", grade: "M" } as const;
const pairs = (value: JsonObject, pixels?: string) =>
  certificateFacts(value, SOURCE, pixels).map(({ key, value: said }) => [key, said]);
const run = (role: string, digit: string) => ({ role, pixelsSha256: digit.repeat(64) });

test("a protocol says that the path does not matter only where the way back gives the first image", () => {
  const back = (digit: string): JsonObject => ({
    protocol: "detour",
    runs: [run("first", "a"), run("detour", "b"), run("return", digit)],
  });
  expect(pairs(back("a"))).toContainEqual(["study.path_independent", true]);
  expect(pairs(back("c"))).toContainEqual(["study.path_independent", false]);
  expect(pairs(back("a"))).toContainEqual(["study.other_inputs_give_other_images", true]);
  expect(
    pairs({ protocol: "detour", runs: [run("first", "a"), run("detour", "a"), run("return", "a")] }),
  ).toContainEqual(["study.other_inputs_give_other_images", false]);
});

test("a protocol counts as a reproduction only where it drew the pixels of the image in question", () => {
  const restart = { protocol: "restart", runs: [run("first", "a"), run("again", "a"), run("control", "b")] };
  expect(pairs(restart, "a".repeat(64))).toContainEqual(["reproduce.verdict", "identical-pixels"]);
  expect(pairs(restart, "d".repeat(64)).map(([key]) => key)).not.toContain("reproduce.verdict");
  expect(pairs(restart).map(([key]) => key)).not.toContain("reproduce.verdict");
});

test("what reproduce and compare print is told apart, and words that nobody knows give no fact", () => {
  const reproduction = { verdict: "substantially-similar", missing: [], control: { verdict: "different" }, repeat: {} };
  const comparison = {
    verdict: "edited-copy",
    a: {},
    b: {},
    transform: { crop: [0, 0, 1, 1], matrix: [1] },
    watermark: { state: "absent-by-crop", box: [0, 0, 1, 1] },
  };
  expect([certificateKind(reproduction), certificateKind(comparison)]).toEqual(["reproduction", "comparison"]);
  expect(pairs(reproduction)).toEqual([
    ["reproduce.verdict", "substantially-similar"],
    ["study.other_inputs_give_other_images", true],
  ]);
  expect(pairs(comparison)).toEqual([
    ["compare.copy_verdict", "edited-copy"],
    ["compare.transform", '{"crop":[0,0,1,1]}'],
    ["compare.watermark_removed", true],
  ]);
  expect(pairs({ ...comparison, watermark: { state: "present" } })).toContainEqual([
    "compare.watermark_removed",
    false,
  ]);
  for (const watermark of [null, { state: "cannot-tell" }, { state: "partly" }]) {
    expect(pairs({ ...comparison, verdict: "stolen", watermark })).toHaveLength(1);
  }
  const elements = [
    { name: "red scarf", generic: false, state: "found" },
    { name: "moon", generic: true, state: "found" },
    { name: "hands", generic: false, state: "cannot-tell" },
  ];
  expect(pairs({ ...comparison, elements })).toEqual(
    expect.arrayContaining([
      ["compare.elements_taken", ["red scarf"]],
      ["compare.elements_generic", ["moon"]],
    ]),
  );
  expect(pairs({ anything: "else" })).toEqual([]);
});

let count = 0;
function event<T extends EventType>(type: T, data: EventOf<T>["data"], grade: GradedEvent["grade"] = "R"): GradedEvent {
  count++;
  const at = { wall: new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString() };
  const frame = {
    id: `e${count}`,
    session: "s",
    at,
    capture: "hooked",
    follows: [],
    agent: { kind: "person", name: "p" },
  };
  return { index: count, grade, event: { ...frame, type, data } as unknown as ProcessEvent };
}
const image = { role: "image", sha256: "a".repeat(64), size: 1 };
const recipe = (positive: string, steps = 20) => ({ ...foldRecipe([]), prompt: { positive }, passes: [{ steps }] });

test("a fact of a record is no better than the weakest event that it rests on", () => {
  const first = event("generation.requested", { engine: "e", recipe: recipe("cat") }, "R");
  const second = event("generation.requested", { engine: "e", recipe: recipe("cat", 30) }, "S");
  const kept = event("image.kept", { image }, "R");
  const facts = new Map(processFacts([first, second, kept], "E1", "t").map((fact) => [fact.key, fact]));
  expect(facts.get("process.revisions_after_first")).toMatchObject({ value: 1, grade: "S" });
  expect(facts.get("process.selection_made")).toMatchObject({ value: true, grade: "R" });
  expect(facts.get("process.parameters_set")).toMatchObject({ grade: "S" });
});

test("what no event shows is left unknown, not denied", () => {
  const keys = processFacts([event("note.added", { text: "x" })], "E1", "t").map(({ key }) => key);
  expect(keys).not.toContain("process.selection_made");
  expect(keys).not.toContain("process.prompts_chosen");
  expect(processFacts([], "E1", "t")).toEqual([]);
});

test("the image is the generator's direct output by its bytes or by its pixels, and otherwise nothing is said", () => {
  const asked = event("generation.requested", { engine: "e", recipe: recipe("cat") });
  const made = event("generation.completed", { request: asked.event.id, images: [image] });
  const of = (sha256: string, pixelsSha256?: string) =>
    processFacts([asked, made], "E1", "t", {
      sha256,
      ...(pixelsSha256 && { pixelsSha256 }),
      pixelsOf: new Map([[image.sha256, "p"]]),
    })
      .filter(({ key }) => key === "edit.direct_output" || key === "process.prompt_linked_to_image")
      .map(({ value }) => value);
  expect(of(image.sha256)).toEqual([true, true]);
  expect(of("b".repeat(64), "p")).toEqual([true, true]);
  expect(of("b".repeat(64), "q")).toEqual([]);
});

test("an image made from text alone and found unchanged was changed by nobody; one that a picture went into says nothing of that", () => {
  const of = (mode: string) => {
    const asked = event("generation.requested", { engine: "e", recipe: { ...recipe("cat"), mode } as never });
    const made = event("generation.completed", { request: asked.event.id, images: [image] });
    return processFacts([asked, made], "E1", "t", { sha256: image.sha256, pixelsOf: new Map() })
      .filter(({ key }) => key.startsWith("edit."))
      .map(({ key, value, grade }) => [key, value, grade]);
  };
  expect(of("txt2img")).toEqual([
    ["edit.direct_output", true, "R"],
    ["edit.any_human_change", false, "R"],
    ["edit.human_share_area", 0, "R"],
    ["edit.human_share_perceptual", 0, "R"],
    ["edit.human_share_structure", 0, "R"],
  ]);
  expect(of("img2img")).toEqual([["edit.direct_output", true, "R"]]);
  const identical = {
    verdict: "identical-bytes",
    missing: [],
    control: { verdict: "different" },
    recipe: { mode: "txt2img" },
  };
  expect(pairs(identical)).toContainEqual(["edit.direct_output", true]);
  expect(pairs({ ...identical, verdict: "within-rounding" }).map(([key]) => key)).not.toContain("edit.direct_output");
});

test("the order of work is called usual or not only beside thirty other live sessions of the same record", () => {
  const session = (name: string, changes: readonly ("seed" | "prompt")[]): GradedEvent[] => {
    let [seed, words] = [1, "cat"];
    return ["first", ...changes].map((change) => {
      if (change === "seed") seed++;
      if (change === "prompt") words += ", night";
      const asked = event("generation.requested", {
        engine: "e",
        recipe: { ...recipe(words), seed: String(seed), passes: [{ steps: 20, seed: String(seed) }] } as never,
      });
      return { ...asked, event: { ...asked.event, session: name } as ProcessEvent };
    });
  };
  const own = session("own", ["seed", "prompt", "seed"]);
  const others = (count: number) =>
    Array.from({ length: count }, (_, i) => session(`other-${i}`, ["prompt", "prompt", "seed"])).flat();
  const order = (record: readonly GradedEvent[]) =>
    processFacts(record, "E1", "t").find(({ key }) => key === "process.order_usual");
  expect(order([...others(29), ...own])).toMatchObject({ value: "no-baseline", grade: "M" });
  expect(order([...others(29), ...own])?.detail?.en).toContain("29 other recorded histories");
  expect(order([...others(30), ...own])).toMatchObject({ value: "unusual", grade: "R" });
  expect(order([...others(30), ...own])?.detail?.en).toContain("does not mean untrue");
  expect(order([...others(30), ...session("like", ["prompt", "prompt", "seed"])])).toMatchObject({ value: "usual" });
});

test("one imported event makes a record imported, one simulated event makes it simulated", () => {
  const live = event("note.added", { text: "x" }).event;
  const imported = { ...live, capture: "imported" } as ProcessEvent;
  expect(recordKind([live])).toBe("contemporaneous");
  expect(recordKind([live, imported])).toBe("imported");
  expect(recordKind([live, imported, { ...live, simulated: true } as ProcessEvent])).toBe("simulated");
  expect(recordKind([])).toBe("none");
});
