import { describe, expect, test } from "vitest";
import { type FileReading, readImage } from "../../src/node/read-image.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { type Expected, samplePath, samples } from "../helpers/samples.ts";

/** Every field that the independent script asserts, in the same form, taken from a reading. */
function said(recipe: Recipe, expected: Expected): Record<string, unknown> {
  const first = recipe.passes[0] ?? {};
  const main = recipe.models.find(({ role }) => role === "checkpoint" || role === "unet");
  const all: Record<string, unknown> = {
    positive: recipe.prompt.positive,
    negative: recipe.prompt.negative,
    positiveUser: recipe.prompt.template,
    seed: recipe.seed,
    steps: first.steps,
    cfg: first.cfg,
    guidance: first.guidance,
    sampler: first.sampler?.raw ?? null,
    scheduler: first.scheduler?.raw,
    size: recipe.size,
    clipSkip: recipe.clipSkip,
    rng: recipe.rng?.source,
    toolVersion: recipe.toolVersion,
    model: main?.name,
    modelHash: main?.hashes[0]?.value,
    styles: recipe.prompt.styles,
    loraNames: recipe.adapters.filter(({ type }) => type === "lora").map(({ name, weight }) => ({ name, weight })),
    controlnets: recipe.adapters
      .filter(({ type }) => type === "controlnet")
      .map(({ name, weight }) => ({ name, weight })),
    passes: recipe.passes.map(({ seed, steps, cfg, denoise }) => ({ seed, steps, cfg, denoise })),
    denoise: first.denoise ?? recipe.passes[1]?.denoise,
  };
  return Object.fromEntries(Object.keys(wanted(expected)).map((key) => [key, all[key]]));
}

/** The same form of what is expected. */
function wanted(expected: Expected): Record<string, unknown> {
  const { loras, passes, controlnets, modelHash, rng, ...rest } = expected;
  const plain: Record<string, unknown> = {
    ...pick(rest, [
      "positive",
      "negative",
      "positiveUser",
      "seed",
      "steps",
      "cfg",
      "guidance",
      "sampler",
      "scheduler",
      "size",
    ]),
    ...pick(rest, ["clipSkip", "toolVersion", "model", "styles", "denoise"]),
    modelHash: modelHash?.toLowerCase().replace(/^0x/, ""),
    rng: rng?.toLowerCase(),
    loraNames: loras?.map(({ name, weight, weightModel }) => ({ name, weight: weight ?? weightModel })),
    controlnets: controlnets?.map(({ model, strength }) => ({ name: model, weight: strength })),
    passes: passes?.map(({ seed, steps, cfg, denoise }) => ({ seed, steps, cfg, denoise })),
  };
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
}

function pick(from: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

/** Every value of the recipe has its bytes, and what was recorded as text stands there letter for letter. */
function checkProvenance(reading: FileReading): void {
  for (const [path, { block, offset, length, span, status }] of Object.entries(reading.provenance)) {
    const source = reading.blocks[block];
    expect(source, path).toMatchObject({ offset, length });
    if (span) expect(source!.text!.length, path).toBeGreaterThanOrEqual(span[1]);
    if (!span || status !== "recorded" || !/^\/(seed|prompt\/positive)$/.test(path)) continue;
    const value = path === "/seed" ? reading.recipe!.seed! : reading.recipe!.prompt.positive!;
    const bytes = source!.text!.slice(...span).replaceAll("\r\n", "\n");
    expect(bytes.startsWith('"') || bytes.includes("\\") || bytes.trim() === value, `${path}: ${bytes}`).toBe(true);
  }
}

describe.each(samples)("$file", ({ file, sha256, bytes, expected }) => {
  test("is read as what is known of it", async () => {
    const reading = await readImage(samplePath(file));
    expect(reading).toMatchObject({ sha256, bytes, tool: expected.tool });
    if (expected.positive === undefined && expected.seed === undefined) {
      expect(reading.recipe).toBeUndefined();
      expect(reading.status).toBe(expected.noRecipe ? "none" : "partial");
      return;
    }
    expect(reading.status).toBe("recipe");
    expect(said(reading.recipe!, expected)).toEqual(wanted(expected));
    checkProvenance(reading);
  });
});

test("every conflict that is known of a sample is reported, with both values", async () => {
  const known = samples.filter(({ expected }) => expected.conflicts);
  expect(known.length).toBeGreaterThan(0);
  for (const { file, expected } of known) {
    const reading = await readImage(samplePath(file));
    const fields = reading.conflicts.map(({ field }) => field.split("/").at(-1));
    expect(fields, file).toEqual(expect.arrayContaining(Object.keys(expected.conflicts!)));
  }
});
