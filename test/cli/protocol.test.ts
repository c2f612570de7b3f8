import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { registerProtocol } from "../../src/cli/protocol.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-protocol-test-"));
  writeTinyModel(join(folder, "model"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Certificate {
  readonly protocol: string;
  readonly requirement: string;
  readonly holds: boolean;
  readonly runs: readonly { role: string; change: { pid?: number }; pixelsSha256: string }[];
}

async function run(name: string, ...args: string[]): Promise<Certificate> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  write.mockClear();
  const program = new Command().option("--json").option("--home <dir>").exitOverride();
  registerProtocol(program);
  const drawn = ["--model", join(folder, "model"), "--prompt", "a fox at night", "--steps", "3", "--size", "32x32"];
  await program.parseAsync(["--json", "--home", folder, "protocol", name, ...drawn, "--seed", "562327064", ...args], {
    from: "user",
  });
  const json = JSON.parse(write.mock.calls.join("")) as Certificate;
  vi.restoreAllMocks();
  expect(process.exitCode).toBe(json.holds ? 0 : 1);
  process.exitCode = undefined;
  return json;
}

test("detour leads back to the same pixels, by other ones", async () => {
  const { holds, requirement, runs } = await run("detour");
  expect([holds, requirement]).toEqual([true, "C10"]);
  expect(new Set(runs.map(({ pixelsSha256 }) => pixelsSha256)).size).toBe(3);
}, 60_000);

test("restart draws in processes of their own", async () => {
  const { holds, runs } = await run("restart");
  expect(holds).toBe(true);
  expect(new Set(runs.map(({ change }) => change.pid)).size).toBe(3);
}, 120_000);
