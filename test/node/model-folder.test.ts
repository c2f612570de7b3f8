import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openModelFolder } from "../../src/node/model-folder.ts";
import { readImageBytes } from "../../src/node/read-image.ts";
import { seedproof } from "../helpers/cli.ts";
import { png, tEXt } from "../helpers/synthetic.ts";

const folder = mkdtempSync(join(tmpdir(), "seedproof-models-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const header = Buffer.from('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}');
const lora = Buffer.concat([Buffer.from([header.length, 0, 0, 0, 0, 0, 0, 0]), header, Buffer.from("data")]);
const checkpoint = Buffer.from("not really weights");
mkdirSync(join(folder, "loras"));
writeFileSync(join(folder, "renamed.safetensors"), checkpoint);
writeFileSync(join(folder, "real.ckpt"), "other bytes under the recipe's name");
writeFileSync(join(folder, "loras", "ink.safetensors"), lora);
writeFileSync(join(folder, "notes.txt"), "no model");

const infotext = (model: string, hash: string, loraHash: string): Uint8Array =>
  png(
    512,
    768,
    tEXt(
      "parameters",
      `a fox <lora:ink:0.5>\nNegative prompt: x\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x768, Model hash: ${hash}, ` +
        `Model: ${model}, Lora hashes: "ink: ${loraHash}", Version: v1.9.0`,
    ),
  );

describe("a folder of models", () => {
  test("models are found by hash, whatever their file is called, and the reading says what is missing", async () => {
    const models = openModelFolder(folder);
    const bytes = infotext("real", sha256(checkpoint).slice(0, 10), sha256(Buffer.from("data")).slice(0, 12));
    const reading = await readImageBytes("x.png", bytes, { models });
    const codes = reading.findings.map(({ code }) => code).filter((code) => code.startsWith("recipe.model-"));
    expect(codes).toEqual(["recipe.model-hash", "recipe.model-hash"]);
    expect(reading.findings.find(({ code }) => code === "recipe.model-hash")?.text.en).toContain("renamed.safetensors");
    expect(reading.reproducibility.missing).not.toContain("model-file");
    expect(reading.reproducibility.missing).not.toContain("adapter-file");
  });

  test("a file of the right name with other bytes is not the model", async () => {
    const reading = await readImageBytes("x.png", infotext("real", "0123456789", "0123456789ab"), {
      models: openModelFolder(folder),
    });
    expect(reading.findings.map(({ code }) => code).filter((code) => code.startsWith("recipe.model-"))).toEqual([
      "recipe.model-other",
      "recipe.model-other",
    ]);
    expect(reading.reproducibility.missing).toEqual(expect.arrayContaining(["model-file", "adapter-file"]));
  });

  test("the command says so, and a folder that is not there is an error", async () => {
    const image = join(folder, "x.png");
    writeFileSync(image, infotext("none-such", "0123456789", sha256(Buffer.from("data")).slice(0, 12)));
    const { json } = seedproof(["read", image, "--models", folder, "--json"]);
    const [{ findings } = { findings: [] }] = json as { findings: { code: string }[] }[];
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["recipe.model-none", "recipe.model-hash"]),
    );
    expect(() => openModelFolder(join(folder, "nowhere"))).toThrow(/no folder/);
  });
});
