import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { registerGenerate } from "../../src/cli/generate.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { readImage } from "../../src/node/read-image.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-generate-"));
  writeTinyModel(at("model"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

interface Output {
  readonly images: readonly { file: string; sha256: string; pixelsSha256: string; seed: string; seconds: number }[];
  readonly engine: { readonly name: string; readonly mode: string; readonly fingerprint: string };
  readonly recipe: { readonly seed: string; readonly passes: readonly { readonly steps: number }[] };
  readonly assumed: readonly { readonly field: string }[];
  readonly missing: readonly string[];
}

/** Runs the command and gives what it prints, read as JSON, and its exit status. */
async function run(...args: string[]): Promise<{ json: Output; status: unknown }> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  write.mockClear();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const program = new Command().option("--json").option("--home <dir>").exitOverride();
  registerGenerate(program);
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync(["--json", "--home", folder, "generate", "--model", at("model"), ...args], { from: "user" });
  const json = write.mock.calls.length > 0 ? JSON.parse(write.mock.calls.join("")) : undefined;
  return { json, status: process.exitCode };
}
const DRAW = ["--prompt", "a fox", "--negative", "blur", "--steps", "2", "--size", "32x32", "--sampler", "Euler a"];

test("draws images whose files carry the recipe, and draws the same file again from one of them", async () => {
  const { json, status } = await run(...DRAW, "--seed", "5", "--batch", "2", "-o", at("out"));
  expect(status).toBe(0);
  expect(json.images.map(({ seed }) => seed)).toEqual(["5", "6"]);
  expect(json.images[0]!.pixelsSha256).not.toBe(json.images[1]!.pixelsSha256);
  expect(json.engine).toMatchObject({
    name: "embedded",
    mode: "reference",
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const reading = await readImage(json.images[1]!.file);
  expect(reading).toMatchObject({
    status: "recipe",
    tool: "seedproof",
    recipe: { seed: "6", clipSkip: 1, rng: { source: "cpu" } },
  });
  expect(reading.conflicts).toEqual([]);
  expect(JSON.stringify(reading.findings)).toContain("trainedAlgorithmicMedia");
  const again = await run("--from", json.images[1]!.file, "-o", at("again.png"));
  expect(again.json.images[0]!.sha256).toBe(json.images[1]!.sha256);
  expect(readFileSync(at("again.png"))).toEqual(readFileSync(json.images[1]!.file));
  await expect(run("--from", json.images[1]!.file, "-o", at("again.png"))).rejects.toThrow(/is there already/);
}, 120_000);

test("takes A1111's pasted text, says what it assumed, and what is not at hand", async () => {
  const text =
    "a fox <lora:ink:0.8>\nNegative prompt: blur\nSteps: 2, Sampler: Euler, CFG scale: 3, Seed: 7, Size: 32x32";
  writeFileSync(at("text.txt"), text);
  const { json, status } = await run("--infotext", at("text.txt"), "-o", at("pasted.png"));
  expect(status).toBe(2);
  expect(json.missing).toEqual(["ink"]);
  expect(json.assumed).toEqual([{ field: "/rng/source", value: "gpu" }]);
  expect(json.recipe).toMatchObject({ seed: "7", passes: [{ steps: 2, cfg: 3 }] });
}, 120_000);

test("starts from an image of any size, and keeps what the mask keeps", async () => {
  const grey = (value: number) => ({
    width: 32,
    height: 16,
    channels: 3 as const,
    data: new Uint8Array(32 * 16 * 3).fill(value),
  });
  writeFileSync(at("init.png"), encodePng(grey(200)));
  writeFileSync(at("mask.png"), encodePng(grey(0)));
  const drawn = ["--prompt", "x", "--seed", "1", "--steps", "2", "--init", at("init.png"), "--denoise", "0.9"];
  const free = await run(...drawn, "-o", at("free.png"));
  const kept = await run(...drawn, "--mask", at("mask.png"), "-o", at("kept.png"));
  const other = await run(...drawn, "--seed", "2", "--mask", at("mask.png"), "-o", at("other.png"));
  expect(kept.json.images[0]!.pixelsSha256).toBe(other.json.images[0]!.pixelsSha256);
  expect(kept.json.images[0]!.pixelsSha256).not.toBe(free.json.images[0]!.pixelsSha256);
  await expect(run(...drawn, "--size", "64x64", "-o", at("no.png"))).rejects.toMatchObject({
    code: "engine.size-unfit",
  });
}, 120_000);

test("a batch that was stopped goes on with what is not there, and with the rest alone", async () => {
  const batch = [...DRAW, "--seed", "40", "-o", at("batch")];
  await run(...batch, "--batch", "2");
  const rest = await run(...batch, "--batch", "4", "--resume");
  expect(rest.json.images.map(({ seed }) => seed)).toEqual(["42", "43"]);
  expect((await run(...batch, "--batch", "4", "--resume")).json.images).toEqual([]);
  // Another recipe is another batch: nothing of the first is taken for it.
  const other = await run(...batch, "--cfg", "9", "--batch", "2", "--resume");
  expect(other.json.images.map(({ file }) => file)).toEqual([at("batch/40-2.png"), at("batch/41-2.png")]);
}, 120_000);

test("a seed of -1 is drawn at random and told", async () => {
  const draw = async (): Promise<string> =>
    (await run(...DRAW, "--seed", "-1", "-o", at("random"))).json.images[0]!.seed;
  expect(await draw()).not.toBe(await draw());
}, 120_000);

test("refuses what cannot be: values, sources, models", async () => {
  await expect(run("--steps", "0")).rejects.toThrow(/whole number from 1 to 1000/);
  await expect(run("--size", "512")).rejects.toThrow(/512x768/);
  await expect(run("--engine", "magic")).rejects.toThrow(/is no engine: embedded, a1111=URL/);
  await expect(run(...DRAW, "--seed", "18446744073709551616")).rejects.toMatchObject({ code: "cli.usage" });
  await expect(run("--from", "a.png", "--infotext", "b.txt")).rejects.toMatchObject({ code: "cli.usage" });
  await expect(run(...DRAW, "--model", "nothing")).rejects.toMatchObject({ code: "engine.model-none" });
  await expect(run(...DRAW, "--sampler", "Magic")).rejects.toMatchObject({ code: "engine.sampler-unknown" });
});
