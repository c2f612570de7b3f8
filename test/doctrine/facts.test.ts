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
    watermark: { removed: true },
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
  expect(pairs({ ...comparison, verdict: "stolen", watermark: null })).toHaveLength(1);
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

test("one imported event makes a record imported, one simulated event makes it simulated", () => {
  const live = event("note.added", { text: "x" }).event;
  const imported = { ...live, capture: "imported" } as ProcessEvent;
  expect(recordKind([live])).toBe("contemporaneous");
  expect(recordKind([live, imported])).toBe("imported");
  expect(recordKind([live, imported, { ...live, simulated: true } as ProcessEvent])).toBe("simulated");
  expect(recordKind([])).toBe("none");
});
