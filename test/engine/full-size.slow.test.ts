/**
 * Stable Diffusion 1.x and SDXL at full size with random weights, in both layouts, one step each in the fast mode. SD 1.x
 * takes 3.7 GB and SDXL some 11 GB at their peak; a family is left out where less is free or onnxruntime-node is missing.
 */

import { createRequire } from "node:module";
import { freemem } from "node:os";
import { describe, expect, test } from "vitest";
import { type ModelFolder, type ModelParts, modelOn, readCheckpoint, readModelFolder } from "../../src/engine/load.ts";
import { type Tensor, tensor } from "../../src/engine/tensor.ts";
import { huggingFaceVocabulary } from "../../src/engine/tokenizer/vocabulary.ts";
import type { ByteSource } from "../../src/image/source.ts";
import { fastBackend } from "../../src/node/fast-backend.ts";
import { FULL_SIZE, folderText, VOCABULARY } from "./weights/full-size.ts";
import { checkpointOf, type Family, layout, madeFile, type Row } from "./weights/layouts.ts";

/** Half-precision numbers of both signs and of size 2^-6 to 2^-5; a tensor begins where its name leads to. */
const POOL = Uint16Array.from({ length: 1 << 20 }, (_, i) => {
  const bits = Math.imul(i + 1, 0x9e3779b1) >>> 8;
  return ((bits & 1) << 15) | (9 << 10) | ((bits >> 1) & 0x3ff);
});
function numbersOf({ diffusers }: Row, bytes: number): Uint8Array {
  const start = [...diffusers].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, 7) % 1000;
  const numbers = new Uint16Array(bytes / 2);
  for (let at = 0, from = start; at < numbers.length; from = 0) {
    const part = POOL.subarray(from, from + numbers.length - at);
    numbers.set(part, at);
    at += part.length;
  }
  return new Uint8Array(numbers.buffer);
}

/** The same networks as a diffusers folder. OpenCLIP's joined matrices are three there. */
function folderOf(family: "sd1" | "sdxl"): ModelFolder {
  const rows = layout(family);
  const texts = folderText(family);
  const weights = (network: string): ByteSource =>
    madeFile(
      rows
        .filter((row) => row.network === network)
        .map((row) => ({
          name: row.diffusers,
          shape: row.singleFile.includes("in_proj") ? [row.shape[0]! / 3, ...row.shape.slice(1)] : row.shape,
          numbers: (bytes: number) => numbersOf(row, bytes),
        })),
    );
  const files = new Map(Object.entries(FULL_SIZE[family]).map(([network, path]) => [path as string, weights(network)]));
  return { text: (path) => texts[path], open: (path) => files.get(path) };
}

/** One step of 256 pixels, each text encoder once, and an image of 64 pixels. */
async function oneStep(parts: ModelParts): Promise<{ prediction: Tensor; texts: Tensor[]; image: Tensor }> {
  const model = modelOn(await fastBackend(), parts, {});
  const ramp = (shape: number[]): Tensor => {
    const x = tensor(shape);
    return tensor(
      shape,
      x.data.map((_, i) => (i % 17) / 8 - 1),
    );
  };
  const conditions = {
    context: ramp([1, 77, parts.unet.config.contextWidth]),
    pooled: ramp([1, 1280]),
    timeIds: ramp([1, 6]),
  };
  const prediction = await model.unet.predict(ramp([1, 4, 32, 32]), 500, conditions);
  await model.unet.close();
  const texts: Tensor[] = [];
  for (const encoder of model.textEncoders) {
    texts.push((await encoder.encode([Array<number>(77).fill(49_407)], 1)).hidden);
    await encoder.close();
  }
  const image = await model.vae.decode(ramp([1, 4, 8, 8]));
  await model.vae.close();
  return { prediction, texts, image };
}

function installed(): boolean {
  try {
    return createRequire(import.meta.url).resolve("onnxruntime-node") !== "";
  } catch {
    return false;
  }
}

const vocabulary = huggingFaceVocabulary(VOCABULARY, "#version: 0.2");
const families: readonly ["sd1" | "sdxl", number, number[][]][] = [
  ["sd1", 5e9, [[1, 77, 768]]],
  [
    "sdxl",
    13e9,
    [
      [1, 77, 768],
      [1, 77, 1280],
    ],
  ],
];

describe.each(families)("%s at full size", (family, memory, textShapes) => {
  test.skipIf(!installed() || freemem() < memory)("runs a step from both layouts, with the same bits", async () => {
    const checkpoint = checkpointOf(family satisfies Family, { numbers: numbersOf });
    const single = await oneStep(readCheckpoint(checkpoint, { vocabulary }));
    expect([single.prediction.shape, single.image.shape]).toEqual([
      [1, 4, 32, 32],
      [1, 3, 64, 64],
    ]);
    expect(single.texts.map(({ shape }) => shape)).toEqual(textShapes);
    for (const { data } of [single.prediction, single.image, ...single.texts]) {
      expect(data.every(Number.isFinite)).toBe(true);
      expect(new Set(data).size).toBeGreaterThan(data.length / 4);
    }
    const folder = await oneStep(readModelFolder(folderOf(family)));
    expect(folder.prediction.data).toEqual(single.prediction.data);
    expect(folder.image.data).toEqual(single.image.data);
  });
});
