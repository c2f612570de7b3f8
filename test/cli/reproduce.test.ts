import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { registerGenerate } from "../../src/cli/generate.ts";
import { registerModels } from "../../src/cli/models.ts";
import { registerReproduce } from "../../src/cli/reproduce.ts";
import type { ReproductionReport } from "../../src/node/reproduce.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-reproduce-"));
  writeTinyModel(at("tiny"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs a command with the workspace of the test and gives what it prints and its status. */
async function run(...args: string[]): Promise<{ text: string; status: unknown }> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  write.mockClear();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  process.exitCode = undefined;
  const program = new Command().option("--json").option("--lang <l>").option("--home <dir>").exitOverride();
  for (const register of [registerGenerate, registerModels, registerReproduce]) register(program);
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync(["--home", at("home"), ...args], { from: "user" });
  return { text: write.mock.calls.join(""), status: process.exitCode };
}

async function reproduced(...args: string[]): Promise<{ json: ReproductionReport; status: unknown }> {
  const { text, status } = await run("--json", "reproduce", ...args);
  return { json: JSON.parse(text) as ReproductionReport, status };
}

const DRAW = ["--prompt", "a fox", "--negative", "blur", "--steps", "2", "--size", "32x32", "--cfg", "3"];

async function drawn(name: string, ...args: string[]): Promise<string> {
  await run("generate", "--model", at("tiny"), ...DRAW, "--seed", "5", "-o", at(name), "--force", ...args);
  return at(name);
}

describe("an image of our own engine", () => {
  test("is made again byte for byte with the model found by its hash, under whatever name", async () => {
    const image = await drawn("own.png", "--sampler", "DPM++ 2M SDE Karras");
    const before = await reproduced(image);
    expect(before.status).toBe(2);
    expect(before.json).toMatchObject({ verdict: "not-reproducible", models: [{ name: "tiny", here: "none" }] });
    expect(before.json.missing).toContain("model-file");
    await run("models", "add", at("tiny"), "--name", "tiny");
    const { json, status } = await reproduced(image, "--region", "face=4,4,12,12", "-o", at("out"));
    expect(status).toBe(0);
    expect(json).toMatchObject({
      ...{ verdict: "identical-bytes", certainty: "clear", grade: "X", missing: [], assumed: [], causes: [] },
      ...{ repeat: { verdict: "identical-bytes" }, models: [{ here: "hash", model: "tiny" }] },
      ...{ engine: { name: "embedded", mode: "reference", fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(json.control).toMatchObject({ seed: "6", measures: { changedShare: expect.any(Number) } });
    expect(json.control!.pixelsSha256).not.toBe(json.pixelsSha256);
    expect(json.control!.verdict).not.toMatch(/identical/);
    expect(json.regions!.map(({ name }) => name)).toContain("face");
    expect(readFileSync(json.image!)).toEqual(readFileSync(image));
    for (const picture of Object.values(json.pictures!)) expect(existsSync(picture)).toBe(true);
    expect((await sharp(json.pictures!.sheet).metadata()).width).toBe(4 * 320 + 5 * 8);
    expect(json.findings.map(({ code }) => code)).toContain("compare.reproduction-no-history");
  }, 120_000);

  test("of ComfyUI's customs is drawn again with its whole batch", async () => {
    const args = ["--dialect", "comfyui", "--batch", "2", "--sampler", "euler_ancestral"];
    await drawn("batch.png", ...args);
    const { json } = await reproduced(at("batch-2.png"), "--model", at("tiny"), "--grid", "0");
    expect(json.verdict).toBe("identical-bytes");
  }, 120_000);

  test("saved as JPEG is no longer identical, and the file says why", async () => {
    const image = await drawn("lossless.png");
    const { text } = await run(
      "--json",
      "generate",
      "--model",
      at("tiny"),
      "--from",
      image,
      "-o",
      at("again.png"),
      "--force",
    );
    const recipe = (JSON.parse(text) as { recipe: unknown }).recipe;
    writeFileSync(at("recipe.json"), JSON.stringify(recipe));
    await sharp(image).jpeg({ quality: 60 }).toFile(at("lossy.jpg"));
    const bare = await reproduced(at("lossy.jpg"));
    expect([bare.json.verdict, bare.status]).toEqual(["not-reproducible", 2]);
    expect(bare.json.findings.map(({ code }) => code)).toEqual(["reproduce.lacks-recipe"]);
    const { json } = await reproduced(at("lossy.jpg"), "--recipe", at("recipe.json"), "--model", at("tiny"));
    expect(["within-rounding", "substantially-similar", "different"]).toContain(json.verdict);
    expect(json.causes.find(({ id }) => id === "saved-lossily")).toMatchObject({ status: "stated" });
    expect(json.calibration!.id).toMatch(/^reproduction-/);
  }, 120_000);

  test("painted over afterwards differs in the regions that were touched alone", async () => {
    const image = await drawn("clean.png");
    const block = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#f00" } })
      .png()
      .toBuffer();
    const text = await sharp(image)
      .composite([{ input: block, left: 20, top: 20 }])
      .png()
      .toBuffer();
    writeFileSync(at("touched.png"), text);
    await run("--json", "generate", "--model", at("tiny"), "--from", image, "-o", at("x.png"), "--force");
    const { json: own } = await reproduced(image, "--model", at("tiny"));
    writeFileSync(at("own-recipe.json"), JSON.stringify(own.recipe));
    const { json, status } = await reproduced(
      at("touched.png"),
      "--recipe",
      at("own-recipe.json"),
      "--model",
      at("tiny"),
      "--grid",
      "4",
    );
    expect([json.verdict, status]).toEqual(["different", 1]);
    const touched = json.regions!.filter(({ verdict }) => verdict !== "identical-pixels").map(({ name }) => name);
    expect(touched).toEqual(["3.3", "3.4", "4.3", "4.4"]);
  }, 120_000);
});

describe("an incomplete recipe", () => {
  test("is searched for what it does not say, and the image is found again", async () => {
    const how = ["--sampler", "Euler", "--schedule", "Karras", "--rng", "nv", "--steps", "3"];
    const image = await drawn("found.png", ...how);
    writeFileSync(
      at("court.txt"),
      "a fox\nNegative prompt: blur\nSteps: 3, CFG scale: 3, Seed: 5, Size: 32x32, Clip skip: 2",
    );
    const search = ["--search", "--runs", "60", "--seconds", "150", "--try", "/dialect=a1111"];
    const values = ["--try", "/passes/0/sampler=dpmpp-2m,euler", "--try", "/passes/0/scheduler=uniform,karras"];
    const { json, status } = await reproduced(
      ...[image, "--recipe", at("court.txt"), "--model", at("tiny"), ...search, ...values],
    );
    expect([json.verdict, status]).toEqual(["identical-pixels", 0]);
    expect(json.search).toMatchObject({ ended: "identical", budget: { runs: 60, seconds: 150, seed: 1 } });
    expect(json.search!.runs).toBeLessThanOrEqual(24);
    expect(Object.fromEntries(json.assumed.map(({ field, value }) => [field, value]))).toMatchObject({
      ...{ "/passes/0/sampler": "euler", "/passes/0/scheduler": "karras", "/extra/noise": "nv" },
    });
  }, 200_000);

  test("without a seed is not drawn, unless a range of seeds is searched", async () => {
    const image = await drawn("seedless.png", "--sampler", "Euler");
    writeFileSync(
      at("seedless.txt"),
      "a fox\nNegative prompt: blur\nSteps: 2, Sampler: Euler, CFG scale: 3, Size: 32x32, RNG: CPU",
    );
    const plain = await reproduced(image, "--recipe", at("seedless.txt"), "--model", at("tiny"));
    expect(plain.json.findings.map(({ code }) => code)).toEqual(["reproduce.lacks-seed"]);
    const { json } = await reproduced(
      image,
      "--recipe",
      at("seedless.txt"),
      "--model",
      at("tiny"),
      "--search",
      "--seeds",
      "1-8",
      "--runs",
      "40",
      "--seconds",
      "100",
    );
    // The recipe is whole again, so that the file is too.
    expect(json.verdict).toBe("identical-bytes");
    expect(json.assumed.find(({ field }) => field === "/seed")).toEqual({ field: "/seed", value: "5" });
  }, 200_000);
});

test("the same for people, in both languages", async () => {
  const image = await drawn("people.png");
  const en = await run("--lang", "en", "reproduce", image, "--model", at("tiny"), "--grid", "2");
  expect(en.text).toContain("identical file, byte for byte");
  expect(en.text).toMatch(/control +seed 6/);
  const zh = await run("--lang", "zh", "reproduce", image, "--model", at("tiny"), "--grid", "2");
  expect(zh.text).toContain("文件逐字节相同");
  expect(zh.text).toContain("重现只说明该配方能够得到该图像");
  expect(zh.text).not.toContain("{");
}, 120_000);

test("what cannot be is refused before anything is drawn", async () => {
  const image = await drawn("refused.png");
  await expect(reproduced(image, "--model", at("tiny"), "--region", "face=30,30,12,12")).rejects.toMatchObject({
    code: "compare.region-outside",
  });
  await expect(run("reproduce", image, "--region", "face")).rejects.toThrow(/name=x,y,w,h/);
  await expect(run("reproduce", image, "--seeds", "9-1")).rejects.toThrow(/from-to/);
  await expect(run("reproduce", image, "--try", "/models/0=x")).rejects.toThrow(/pointer=value/);
  writeFileSync(at("cal.json"), "{}");
  await expect(run("reproduce", image, "--calibration", at("cal.json"))).rejects.toMatchObject({
    code: "compare.calibration-malformed",
  });
}, 60_000);
