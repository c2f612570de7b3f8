import { expect, test } from "vitest";
import { type Draw, detour, path, repeat } from "../../src/engine/protocols.ts";
import type { GenerateRequest } from "../../src/engine/request.ts";

const request: GenerateRequest = {
  ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, prompt: "a fox at night", negative: "" },
  ...{ steps: 3, cfg: 5, sampler: "euler", schedule: "karras", source: "torch-cpu" },
  ...{ size: { width: 64, height: 64 }, seeds: [562327064n] },
};
/** A machine as it should be: the image depends on the request alone. */
const fixed: Draw = async ({ prompt, seeds, cfg, steps }) => [prompt, seeds[0], cfg, steps].join();
/** One that remembers. */
const drifting = (): Draw => {
  let count = 0;
  return async (wanted) => `${await fixed(wanted)} ${count++}`;
};
const levels = ({ findings }: { findings: readonly { level: string }[] }): string[] =>
  findings.map(({ level }) => level);

test("repeat draws the request as often as asked and one control, the next seed", async () => {
  const { runs, findings } = await repeat(fixed, request, 3);
  expect(runs.map(({ role, change }) => [role, change])).toEqual([
    ["first", {}],
    ["again", {}],
    ["again", {}],
    ["control", { seed: "562327065" }],
  ]);
  expect(levels({ findings })).toEqual(["holds", "holds"]);
});

test("detour changes the word, then the seed too, then both back", async () => {
  const { runs, findings } = await detour(fixed, request, { from: "night", to: "day" }, 119129788n);
  expect(runs.map(({ role, change }) => [role, change])).toEqual([
    ["first", {}],
    ["detour", { prompt: "a fox at day" }],
    ["detour", { prompt: "a fox at day", seed: "119129788" }],
    ["return", {}],
  ]);
  expect(levels({ findings })).toEqual(["holds", "holds"]);
  const added = await detour(fixed, { ...request, prompt: "a fox" }, { from: "night", to: "day" }, 1n);
  expect(added.runs[1]!.change).toEqual({ prompt: "a fox, day" });
});

test("path goes by as many detours as asked, each a change, and ends where it began", async () => {
  let at = 0;
  const random = (): number => {
    at = (at * 29 + 17) % 97;
    return at / 97;
  };
  const { runs, findings } = await path(fixed, request, 40, random);
  expect(runs).toHaveLength(42);
  expect(new Set(runs.slice(1, -1).flatMap(({ change }) => Object.keys(change)))).toEqual(
    new Set(["prompt", "seed", "cfg", "steps"]),
  );
  expect(levels({ findings })).toEqual(["holds", "holds"]);
});

test("a machine that remembers fails what must be equal; one that ignores its input fails the control", async () => {
  expect(levels(await repeat(drifting(), request, 2))).toEqual(["fails", "holds"]);
  expect(levels(await path(drifting(), request, 2, () => 0.1))).toEqual(["fails", "holds"]);
  const deaf: Draw = async () => "always the same";
  expect(levels(await repeat(deaf, request, 2))).toEqual(["holds", "fails"]);
  expect(levels(await detour(deaf, request, { from: "night", to: "day" }, 1n))).toEqual(["holds", "fails"]);
});
