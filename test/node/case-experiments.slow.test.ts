import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../../src/doctrine/case.ts";
import { type ExperimentRun, examine } from "../../src/node/case-experiments.ts";
import { addExhibit, createCase, exhibitPath, openCase } from "../../src/node/case-folder.ts";
import { measureCase } from "../../src/node/case-measure.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";
import { seedproof } from "../helpers/cli.ts";

const AT = "2026-11-29T00:00:00Z";
const EMPTY: Case = {
  ...{ schema: "seedproof-case/1", ref: "S-1", title: { en: "A cat", zh: "一只猫" }, date: AT, parties: [] },
  ...{ questions: [], exhibits: [], custody: [], declarations: [], facts: [] },
};
const MAIN = resolve(import.meta.dirname, "../../src/cli/main.ts");
const RUN = {
  command: [process.execPath, "--import", import.meta.resolve("tsx"), MAIN],
  ...{ now: AT, tool: "seedproof test" },
} satisfies Omit<ExperimentRun, "args">;

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "seedproof-examine-"));
  writeTinyModel(join(root, "tiny"));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

async function caseOf(name: string, image: string): Promise<string> {
  const folder = join(root, name);
  await addExhibit(createCase(folder, EMPTY), image, { role: "image", receivedFrom: "Li", receivedAt: AT });
  return folder;
}

test("an image that can be drawn here is made again, in new processes, by detours and under other users: direct output, M", async () => {
  const image = join(root, "own.png");
  const home = ["--home", join(root, "home")];
  const drawn = ["--prompt", "a fox", "--steps", "2", "--size", "32x32", "--seed", "5", "-o", image];
  expect(seedproof(["generate", "--model", join(root, "tiny"), ...drawn, ...home]).status).toBe(0);
  const folder = await caseOf("own", image);
  const examined = await examine(folder, { ...RUN, home: join(root, "home"), more: ["--model", join(root, "tiny")] });
  expect(examined.map(({ name, status, exhibit }) => [name, status, exhibit])).toEqual([
    ["reproduce", 0, "E2"],
    ["protocol restart", 0, "E4"],
    ["protocol path", 0, "E5"],
    ["protocol invariance", 0, "E6"],
  ]);
  const open = openCase(folder);
  const said = new Map(
    (await measureCase(open, AT, "test")).facts.map(({ key, value, grade }) => [key, [value, grade]]),
  );
  expect(Object.fromEntries(said)).toMatchObject({
    "reproduce.verdict": [expect.stringMatching(/^identical-/), "M"],
    "study.path_independent": [true, "M"],
    "study.invariant_person_time_place": [true, "M"],
    "study.other_inputs_give_other_images": [true, "M"],
    "edit.direct_output": [true, "M"],
    "edit.any_human_change": [false, "M"],
  });
  // The certificates name no folder of the user (invariance names the empty one that it made for itself), and the sheet of pictures stands beside them.
  for (const exhibit of open.theCase.exhibits) {
    const text = readFileSync(exhibitPath(open, exhibit), "latin1");
    expect(`${exhibit.id} ${text.includes(root)}`).toBe(`${exhibit.id} false`);
  }
  expect(open.theCase.exhibits[2]).toMatchObject({ role: "document", made: true, name: "sheet.png" });
  const again = await examine(folder, RUN);
  expect(again.map(({ skipped }) => skipped)).toEqual(["made", "made", "made", "made"]);
}, 1_800_000);
