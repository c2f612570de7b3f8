import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../../src/doctrine/case.ts";
import { type ExperimentRun, examine, runExperiment } from "../../src/node/case-experiments.ts";
import { addExhibit, createCase, openCase } from "../../src/node/case-folder.ts";
import { measureCase } from "../../src/node/case-measure.ts";
import { samplePath } from "../helpers/samples.ts";

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
});
afterAll(() => rmSync(root, { recursive: true }));

async function caseOf(name: string, image: string): Promise<string> {
  const folder = join(root, name);
  await addExhibit(createCase(folder, EMPTY), image, { role: "image", receivedFrom: "Li", receivedAt: AT });
  return folder;
}

test("an image whose model is not here gives one certificate, which says what is missing, and no experiment after it", async () => {
  const folder = await caseOf("foreign", samplePath("sdm__png_sd-webui.png"));
  const examined = await examine(folder, { ...RUN, home: join(root, "empty") });
  expect(examined.map(({ skipped, status }) => [skipped, status])).toEqual([
    [undefined, 2],
    ["not-reproducible", 2],
    ["not-reproducible", 2],
    ["not-reproducible", 2],
  ]);
  expect(examined[0]).toMatchObject({ exhibit: "E2", lacks: ["reproduce.lacks-model"] });
  const { facts } = await measureCase(openCase(folder), AT, "test");
  expect(facts).toContainEqual(expect.objectContaining({ key: "reproduce.verdict", value: "not-reproducible" }));
  expect(facts.map(({ key }) => key)).not.toContain("edit.direct_output");
}, 120_000);

test("nothing is examined without an image in question, and nothing but experiments is run", async () => {
  const folder = join(root, "none");
  const open = createCase(folder, EMPTY);
  await expect(examine(folder, RUN)).rejects.toMatchObject({ code: "doctrine.no-image" });
  const args = ["record", "stop"];
  await expect(runExperiment(open, { ...RUN, args })).rejects.toMatchObject({ code: "cli.usage" });
});
