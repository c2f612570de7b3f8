import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";

const A1111 = samplePath("sdm__png_sd-webui.png");
const SIGNED = samplePath("raw__data_fixtures_provenance_flux-1.jpg");
const EMPTY = samplePath("sdm__jpg_empty.jpg");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-write-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const reading = (file: string) =>
  seedproof(["read", file, "--json"]).json[0] as {
    tool: string;
    status: string;
    recipe: object;
    recipeHash: string;
    blocks: { key: string; text: string }[];
  };

test("copying gives A1111's text letter for letter, ComfyUI's graph as recorded, and the recipe", () => {
  const recorded = reading(A1111).blocks[0]!.text;
  expect(seedproof(["copy", A1111]).stdout).toBe(`${recorded}\n`);
  const comfy = samplePath("cex__lora_lora.png");
  const graph = JSON.parse(seedproof(["copy", comfy, "--as", "comfyui"]).stdout) as object;
  expect(graph).toEqual(JSON.parse(reading(comfy).blocks.find(({ key }) => key === "prompt")!.text));
  expect(JSON.parse(seedproof(["copy", comfy, "--as", "json"]).stdout)).toEqual(reading(comfy).recipe);
});

test("a copied recipe says what the other form loses, apart from the text itself", () => {
  const { stdout, stderr } = seedproof(["copy", A1111, "--as", "comfyui"]);
  expect(Object.values(JSON.parse(stdout) as object).map(({ class_type }) => class_type)).toContain("KSampler");
  expect(stderr).not.toBe("");
});

test("an image without a recipe gives none to copy: exit status 3", () => {
  const { status, json } = seedproof(["copy", EMPTY, "--json"]);
  expect([status, json]).toEqual([
    3,
    [{ error: { code: "recipe.none", message: expect.any(String), where: { file: EMPTY } } }],
  ]);
});

test("a written recipe is read back, beside everything that was there, and nothing is written over unasked", () => {
  writeFileSync(at("recipe.json"), seedproof(["copy", A1111, "--as", "json"]).stdout);
  const gimp = samplePath("sdm__jpg_gimp.jpg");
  const args = ["write", gimp, "--recipe", at("recipe.json"), "-o", at("out.jpg"), "--json"];
  expect(seedproof(args).json[0]).toMatchObject({ file: at("out.jpg"), bytes: statSync(at("out.jpg")).size });
  const [before, after] = [reading(gimp), reading(at("out.jpg"))];
  expect(after).toMatchObject({ tool: "seedproof", status: "recipe", recipe: reading(A1111).recipe });
  expect(after.blocks).toEqual(
    expect.arrayContaining(before.blocks.map(({ key, text }) => expect.objectContaining({ key, text }))),
  );
  expect(seedproof(args)).toMatchObject({ status: 2, json: [{ error: { code: "file.exists" } }] });
});

test("a signed image is refused and stays as it is; a side-car takes the recipe", () => {
  const before = readFileSync(SIGNED);
  const args = ["write", SIGNED, "--recipe", at("recipe.json"), "-o", at("signed.jpg"), "--json"];
  expect(seedproof(args)).toMatchObject({ status: 1, json: [{ error: { code: "image.signed" } }] });
  expect(seedproof([...args.slice(0, -1), "--sidecar"]).status).toBe(0);
  expect(JSON.parse(readFileSync(at("signed.jpg"), "utf8"))).toMatchObject({ origin: "written" });
  expect(readFileSync(SIGNED).equals(before)).toBe(true);
});

test("converting through three containers keeps every text and the recipe", () => {
  const chain = [A1111, at("a.webp"), at("b.jpg"), at("c.png")];
  for (const [i, to] of chain.slice(1).entries()) expect(seedproof(["convert", chain[i]!, to]).status).toBe(0);
  const [first, last] = [reading(A1111), reading(at("c.png"))];
  expect(last).toMatchObject({ tool: "a1111", recipe: first.recipe, recipeHash: first.recipeHash });
  expect(last.blocks.find(({ key }) => key === "parameters")?.text).toBe(first.blocks[0]!.text);
}, 60_000);

test("a prompt is shown with its weights, stages and adapters", () => {
  const parsed = seedproof(["prompt", "a (cat:1.5) [night:day:0.5] <lora:x:0.5>", "--json"]).json[0];
  expect(parsed).toMatchObject({
    subprompts: [{ stages: [{ until: 10 }, { until: 20 }] }],
    networks: [{ type: "lora", name: "x", weight: 0.5 }],
  });
  expect(seedproof(["prompt", "x", "--steps", "0"]).status).toBe(64);
});
