import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fingerprintDifferences } from "../../src/engine/fingerprint.ts";
import { generate } from "../../src/engine/pipeline.ts";
import { toRaster } from "../../src/engine/pixels.ts";
import type { GenerateRequest } from "../../src/engine/request.ts";
import { floatWeight } from "../../src/engine/weights/weights.ts";
import { pixelHash } from "../../src/image/pixel-hash.ts";
import { type EmbeddedSettings, openEmbedded } from "../../src/node/embedded.ts";
import { safetensors, writeTinyModel } from "../engine/tiny-model.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-model-"));
  writeTinyModel(join(folder, "model"));
  const ones = (shape: number[]): ReturnType<typeof floatWeight> =>
    floatWeight(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.3));
  const attention = "lora_unet_mid_block_attentions_0_proj_out";
  const adapter = (module: string): Uint8Array =>
    safetensors(
      new Map([
        [`${module}.lora_down.weight`, ones([2, 64])],
        [`${module}.lora_up.weight`, ones([64, 2])],
      ]),
    );
  writeFileSync(join(folder, "ink.safetensors"), adapter(attention));
  writeFileSync(join(folder, "foreign.safetensors"), adapter("lora_unet_no_such_module"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const request: GenerateRequest = {
  ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, prompt: "a (red:1.2) fox, snow", negative: "blur" },
  ...{ steps: 3, cfg: 5, sampler: "dpmpp-2m-sde", schedule: "karras", source: "torch-cpu" },
  ...{ size: { width: 64, height: 64 }, seeds: [119_129_788n] },
};
const RUN = { noise: "torch-cpu", dialect: "a1111" } as const;

async function pixelsOf(
  settings: Partial<EmbeddedSettings>,
  changes: Partial<GenerateRequest> = {},
): Promise<string[]> {
  const engine = await openEmbedded({ model: join(folder, "model"), mode: "reference", ...settings });
  const hashes: string[] = [];
  for await (const { pixels } of generate(engine.model, { ...request, ...changes })) {
    hashes.push(pixelHash(toRaster(pixels, "truncate")));
  }
  await engine.close();
  return hashes;
}

describe("an embedded engine over a model's files", () => {
  test("draws the same pixels again, in two worker threads too; another seed's are others", async () => {
    const [first] = await pixelsOf({});
    expect(await pixelsOf({})).toEqual([first]);
    expect(await pixelsOf({ workers: 2 })).toEqual([first]);
    expect(await pixelsOf({}, { seeds: [119_129_789n] })).not.toEqual([first]);
  }, 120_000);

  test("draws other pixels with an adapter, and names it in its fingerprint", async () => {
    const ink = { file: join(folder, "ink.safetensors"), weight: 0.8 };
    expect(await pixelsOf({ adapters: [ink] })).not.toEqual(await pixelsOf({}));
    const open = (adapters: EmbeddedSettings["adapters"] = []): ReturnType<typeof openEmbedded> =>
      openEmbedded({ model: join(folder, "model"), mode: "reference", adapters });
    const [plain, inked, lighter] = [await open(), await open([ink]), await open([{ ...ink, weight: 0.4 }])];
    expect(plain.fingerprint(RUN).weights).toMatchObject({
      "unet/diffusion_pytorch_model.safetensors": expect.any(String),
    });
    expect(inked.fingerprint(RUN).adapters).toMatchObject([{ name: "ink.safetensors", weight: 0.8 }]);
    expect(fingerprintDifferences(plain.fingerprint(RUN), inked.fingerprint(RUN))).toEqual(["adapters"]);
    expect(fingerprintDifferences(inked.fingerprint(RUN), lighter.fingerprint(RUN))).toEqual(["adapters"]);
    for (const engine of [plain, inked, lighter]) await engine.close();
  });

  test.each([
    ["a model that is not there", { model: "/no/such/model" }, "file.not-found"],
    [
      "an adapter for another model",
      { adapters: [{ file: "foreign.safetensors", weight: 1 }] },
      "engine.adapter-unfit",
    ],
    ["another autoencoder that is none", { vae: "ink.safetensors" }, "engine.weights-missing"],
    ["a model that is only an adapter", { model: "ink.safetensors" }, "engine.weights-missing"],
  ])("refuses %s by name", async (_, changes: Partial<EmbeddedSettings>, code) => {
    const at = (file: string): string => join(folder, file);
    const settings: EmbeddedSettings = {
      model: changes.model ? (changes.model.startsWith("/") ? changes.model : at(changes.model)) : at("model"),
      mode: "reference",
      ...(changes.adapters && { adapters: changes.adapters.map(({ file, weight }) => ({ file: at(file), weight })) }),
      ...(changes.vae && { vae: at(changes.vae) }),
    };
    await expect(openEmbedded(settings)).rejects.toThrow(expect.objectContaining({ code }));
  });
});
