import { beforeAll, expect, test } from "vitest";
import type { Backend, Feeds } from "../../../src/engine/backend.ts";
import { type BuiltGraph, externalData } from "../../../src/engine/graph/builder.ts";
import { buildClip } from "../../../src/engine/graph/clip.ts";
import { clipConfig, unetConfig, vaeConfig } from "../../../src/engine/graph/config.ts";
import { buildUNet } from "../../../src/engine/graph/unet.ts";
import { buildVaeDecoder, buildVaeEncoder } from "../../../src/engine/graph/vae.ts";
import type { Weights } from "../../../src/engine/weights/weights.ts";
import { referenceBackend } from "../../../src/node/reference-backend.ts";
import { golden, goldenWeights, largestDifference } from "../golden.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await referenceBackend();
});

async function run(graph: BuiltGraph, weights: Weights, feeds: Feeds): ReturnType<typeof session.run> {
  const session = await backend.load(graph.model, externalData(graph, weights));
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

test.each(["unet-sd1", "unet-sd1-deep", "unet-sd2", "unet-sdxl", "unet-inpaint"])(
  "%s predicts what diffusers predicts, within 1e-5",
  async (name) => {
    const { config, inputs, outputs } = golden(name);
    const [batch, , height, width] = inputs.sample!.shape as [number, number, number, number];
    const sizes = { batch, height, width, tokens: inputs.context!.shape[1]! };
    const weights = goldenWeights(name);
    const { prediction } = await run(buildUNet(unetConfig(config), weights, sizes), weights, inputs);
    expect(prediction!.shape).toEqual(outputs.prediction!.shape);
    expect(largestDifference(prediction!, outputs.prediction!)).toBeLessThan(1e-5);
  },
);

test.each(["vae-sd", "vae-plain"])("%s encodes and decodes as diffusers does, within 1e-5", async (name) => {
  const { config, inputs, outputs } = golden(name);
  const weights = goldenWeights(name);
  const sides = (which: string): [number, number] => inputs[which]!.shape.slice(2) as [number, number];
  const shape = vaeConfig(config);
  const { image } = await run(buildVaeDecoder(shape, weights, ...sides("latent")), weights, { latent: inputs.latent! });
  const { moments } = await run(buildVaeEncoder(shape, weights, ...sides("image")), weights, { image: inputs.image! });
  expect(largestDifference(image!, outputs.image!)).toBeLessThan(1e-5);
  expect(largestDifference(moments!, outputs.moments!)).toBeLessThan(1e-5);
});

test.each(["text-l", "text-g"])("%s has every hidden state of transformers' CLIP, within 1e-5", async (name) => {
  const { config, ids, outputs } = golden(name);
  const shape = clipConfig(config);
  const weights = goldenWeights(name);
  const feeds = {
    ids: { shape: [1, shape.tokens], data: BigInt64Array.from(ids!, BigInt) },
    keep: { shape: [1, shape.tokens, 1], data: new Float32Array(shape.tokens).fill(1) },
    patch: { shape: [1, shape.tokens, shape.width], data: new Float32Array(shape.tokens * shape.width) },
    ...(shape.projection ? { end: { shape: [1], data: BigInt64Array.of(5n) } } : {}),
  };
  const states = await run(buildClip(shape, weights), weights, feeds);
  expect(Object.keys(states).sort()).toEqual(Object.keys(outputs).sort());
  for (const [key, value] of Object.entries(outputs)) {
    expect([key, largestDifference(states[key]!, value) < 1e-5]).toEqual([key, true]);
  }
});
