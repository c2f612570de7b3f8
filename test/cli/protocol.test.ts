import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { registerProtocol } from "../../src/cli/protocol.ts";
import { referenceRuntime } from "../../src/engine/runtimes.ts";
import { CLOCK_BACK } from "../../src/node/protocol-process.ts";
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
  readonly engine: { readonly fingerprint: string };
  readonly runs: readonly {
    role: string;
    change: Record<string, unknown>;
    pixelsSha256: string;
    sha256?: string;
    fingerprint?: string;
  }[];
}

/** What the command prints. */
async function printed(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  write.mockClear();
  const program = new Command().option("--json").option("--lang <lang>").option("--home <dir>").exitOverride();
  registerProtocol(program);
  const drawn = ["--model", join(folder, "model"), "--prompt", "a fox at night", "--steps", "3", "--size", "32x32"];
  const behind = args.indexOf("protocol") + 2;
  const all = ["--home", folder, ...args.slice(0, behind), ...drawn, "--seed", "562327064", ...args.slice(behind)];
  await program.parseAsync(all, { from: "user" });
  const text = write.mock.calls.map(([chunk]) => chunk).join("");
  vi.restoreAllMocks();
  return text;
}

async function run(name: string, ...args: string[]): Promise<Certificate> {
  const json = JSON.parse(await printed("--json", "protocol", name, ...args)) as Certificate;
  expect(process.exitCode).toBe(json.holds ? 0 : 1);
  process.exitCode = undefined;
  return json;
}

test("detour leads back to the same pixels, by other ones", async () => {
  const { holds, requirement, runs } = await run("detour");
  expect([holds, requirement]).toEqual([true, "C10"]);
  expect(new Set(runs.map(({ pixelsSha256 }) => pixelsSha256)).size).toBe(3);
}, 60_000);

test("the printed certificate has the recipe, the runtime, every weight file and every image by its hash", async () => {
  const text = await printed("--lang", "zh", "protocol", "repeat", "--times", "2");
  process.exitCode = undefined;
  const weights = readFileSync(join(folder, "model/unet/diffusion_pytorch_model.safetensors"));
  expect(text).toContain("repeat (C9): 同一图像生成 N 次");
  expect(text).toContain("a fox at night\nSteps: 3, Sampler: DPM++ 2M");
  expect(text).toContain(`  ${sha256Hex(new Uint8Array(weights))}  unet/diffusion_pytorch_model.safetensors\n`);
  expect(text).toContain(`  ${referenceRuntime.binarySha256}  onnxruntime-web`);
  expect(text).toMatch(/配方 SHA-256: [0-9a-f]{64}\n\n引擎指纹: embedded [0-9a-f]{64}\n/);
  const [first, again, control] = [...text.matchAll(/^(?:first|again|control) +([0-9a-f]{64})/gm)].map(
    ([, hash]) => hash,
  );
  expect([again === first, control === first, control?.length]).toEqual([true, false, 64]);
}, 300_000);

test("restart draws in processes of their own, and states file and engine of each", async () => {
  const { holds, runs, engine } = await run("restart");
  expect(holds).toBe(true);
  expect(new Set(runs.map(({ change }) => change.pid)).size).toBe(3);
  expect(runs.map(({ fingerprint }) => fingerprint)).toEqual(Array(3).fill(engine.fingerprint));
  expect(runs[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
  // The same recipe in the same engine is the same file, to the byte.
  expect([runs[1]!.sha256 === runs[0]!.sha256, runs[2]!.sha256 === runs[0]!.sha256]).toEqual([true, false]);
}, 300_000);

test("invariance changes user, clock, time zone, language, folder and threads, one at a time, and the pixels stay", async () => {
  const { holds, runs } = await run("invariance", "--steps", "1");
  expect(holds).toBe(true);
  const changed = runs.map(({ change: { pid: _, ...change } }) => Object.keys(change).sort().join(" "));
  const user = "HOME LOGNAME USER USERNAME";
  expect(changed).toEqual(["", user, "clock", "TZ", "LANG LC_ALL", "folder", "workers", "seed"]);
}, 600_000);

test("the module that puts a process' clock back puts it two months back", () => {
  const code = "console.log(JSON.stringify([Date.now(), +new Date(), +new Date(5), Date() === new Date().toString()]))";
  const { stdout } = spawnSync(process.execPath, ["--import", CLOCK_BACK, "-e", code], { encoding: "utf8" });
  const [now, made, given, text] = JSON.parse(stdout) as [number, number, number, boolean];
  const days = (time: number): number => Math.round((Date.now() - time) / 86_400_000);
  expect([days(now), days(made), given, text]).toEqual([61, 61, 5, true]);
});
