import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeTinyModel } from "../engine/tiny-model.ts";

const home = mkdtempSync(join(tmpdir(), "seedproof-thread-"));
mkdirSync(join(home, "models"));
writeTinyModel(join(home, "models", "tiny"));
afterAll(() => rmSync(home, { recursive: true }));

test("closing right after the first image is over, in a process that waits for nothing else", () => {
  const program = join(import.meta.dirname, "engine-thread-process.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", program, home], {
    encoding: "utf8",
  });
  // A promise that nothing can settle any more ends a process with 13.
  expect([status, stdout, status === 0 ? "" : stderr]).toEqual([0, "closed", ""]);
});
