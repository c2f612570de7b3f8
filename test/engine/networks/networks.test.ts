import { beforeAll, describe, expect, test } from "vitest";
import type { Backend, TextEncoder } from "../../../src/engine/backend.ts";
import { clipConfig, unetConfig, vaeConfig } from "../../../src/engine/graph/config.ts";
import { textEncoderOn } from "../../../src/engine/networks/text-encoder.ts";
import { unetOn } from "../../../src/engine/networks/unet.ts";
import { vaeOn } from "../../../src/engine/networks/vae.ts";
import { item, type Tensor, tensor } from "../../../src/engine/tensor.ts";
import { tokenizer } from "../../../src/engine/tokenizer/bpe.ts";
import { huggingFaceVocabulary } from "../../../src/engine/tokenizer/vocabulary.ts";
import { toFloat32 } from "../../../src/engine/weights/weights.ts";
import { referenceBackend } from "../../../src/node/reference-backend.ts";
import { golden, goldenWeights, largestDifference } from "../golden.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await referenceBackend();
});

const code = (code: string): unknown => expect.objectContaining({ code });

describe("a UNet with SDXL's added conditioning", () => {
  const { config, inputs, outputs } = golden("unet-sdxl");
  const { sample, context, pooled, time_ids: timeIds } = inputs as Record<string, Tensor>;
  const conditions = { context: context!, pooled: pooled!, timeIds: timeIds! };

  test("predicts a batch as diffusers does, and each item alone with the same bits", async () => {
    const unet = unetOn(backend, unetConfig(config), goldenWeights("unet-sdxl"), "epsilon");
    const both = await unet.predict(sample!, 999, conditions);
    expect(largestDifference(both, outputs.prediction!)).toBeLessThan(1e-5);
    for (const i of [0, 1]) {
      const alone = { context: item(context!, i), pooled: item(pooled!, i), timeIds: item(timeIds!, i) };
      expect((await unet.predict(item(sample!, i), 999, alone)).data).toEqual(item(both, i).data);
    }
    await unet.close();
  });

  test("refuses a latent of other channels, and text without its pooled part", async () => {
    const unet = unetOn(backend, unetConfig(config), goldenWeights("unet-sdxl"), "epsilon");
    await expect(unet.predict(tensor([1, 3, 8, 8]), 1, conditions)).rejects.toThrow(code("engine.shape-mismatch"));
    await expect(unet.predict(sample!, 1, { context: context! })).rejects.toThrow(code("engine.shape-mismatch"));
    await unet.close();
  });
});

describe("an autoencoder", () => {
  test("divides by its scaling factor, decodes, and splits the moments that it encodes", async () => {
    const { config, inputs, outputs } = golden("vae-sd");
    const vae = vaeOn(backend, { ...vaeConfig(config), scalingFactor: 0.5 }, goldenWeights("vae-sd"));
    const scaled = tensor(
      inputs.latent!.shape,
      inputs.latent!.data.map((value) => value * 0.5),
    );
    expect(largestDifference(await vae.decode(scaled), outputs.image!)).toBeLessThan(1e-5);
    const { mean, logVariance } = await vae.encode(inputs.image!);
    expect([vae.factor, mean.shape, logVariance.shape]).toEqual([4, [1, 4, 4, 6], [1, 4, 4, 6]]);
    const joined = tensor(outputs.moments!.shape, Float32Array.of(...mean.data, ...logVariance.data));
    expect(largestDifference(joined, outputs.moments!)).toBeLessThan(1e-5);
    await vae.close();
  });
});

describe("a text encoder", () => {
  const { config, ids = [], outputs } = golden("text-g");
  const shape = clipConfig(config);
  const words = tokenizer(huggingFaceVocabulary({ "<|startoftext|>": 94, "<|endoftext|>": 95 }, "header"));
  const encoder = (trainedSkip: number, finalNorm: boolean): TextEncoder =>
    textEncoderOn(backend, shape, goldenWeights("text-g"), { trainedSkip, finalNorm, tokenizer: words, padding: 95 });

  test("gives the layer that it was trained with, or a deeper clip skip", async () => {
    const [sd1, sdxl] = [encoder(1, true), encoder(2, false)];
    const near = (a: Tensor, b: Tensor | undefined): boolean => largestDifference(a, b!) < 1e-5;
    expect(near((await sd1.encode([ids], 1)).hidden, outputs.normed_2)).toBe(true);
    expect(near((await sd1.encode([ids], 2)).hidden, outputs.normed_1)).toBe(true);
    const { hidden, pooled } = await sdxl.encode([ids, ids], 1);
    expect(near(item(hidden, 1), outputs.hidden_1)).toBe(true);
    expect(near(item(pooled!, 1), outputs.pooled)).toBe(true);
    await expect(sd1.encode([ids], 3)).rejects.toThrow(code("engine.clip-skip"));
  });

  test("reads an embedding in place of a token as if the token had it", async () => {
    const table = toFloat32("table", goldenWeights("text-g").get("text_model.embeddings.token_embedding.weight")!);
    const row = (id: number): Float32Array => table.subarray(id * shape.width, (id + 1) * shape.width);
    const other = ids.map((id, i) => (i === 2 ? 0 : id));
    const patch = { chunk: 1, position: 2, vector: row(ids[2]!) };
    const text = encoder(1, true);
    const { hidden } = await text.encode([other, other], 1, [patch]);
    const plain = await text.encode([other, ids], 1);
    expect(hidden.data).toEqual(plain.hidden.data);
    expect(item(hidden, 0).data).not.toEqual(item(hidden, 1).data);
    const short = { ...patch, vector: new Float32Array(3) };
    await expect(text.encode([ids, ids], 1, [short])).rejects.toThrow(code("engine.shape-mismatch"));
  });

  test("refuses a chunk of another length and an id beyond its vocabulary", async () => {
    await expect(encoder(1, true).encode([[1, 2]], 1)).rejects.toThrow(code("engine.shape-mismatch"));
    await expect(encoder(1, true).encode([ids.map(() => 96)], 1)).rejects.toThrow(code("engine.shape-mismatch"));
  });
});
