import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import type { Backend, DiffusionModel, TextEncoder } from "../../src/engine/backend.ts";
import { unetConfig, vaeConfig } from "../../src/engine/graph/config.ts";
import { scaledLinearAlphas } from "../../src/engine/levels.ts";
import { unetOn } from "../../src/engine/networks/unet.ts";
import { vaeOn } from "../../src/engine/networks/vae.ts";
import { generate } from "../../src/engine/pipeline.ts";
import { toRaster } from "../../src/engine/pixels.ts";
import type { Generated, GenerateRequest } from "../../src/engine/request.ts";
import { joinBatch, type Tensor, tensor } from "../../src/engine/tensor.ts";
import { referenceBackend } from "../../src/node/reference-backend.ts";
import { golden, goldenWeights } from "./golden.ts";

/** An image that k-diffusion drew with PyTorch and diffusers' networks. */
interface Drawn {
  readonly unet: string;
  readonly prediction: "epsilon" | "v";
  readonly sampler: string;
  readonly schedule: string;
  readonly steps: number;
  readonly seed: number;
  readonly latent: string;
  /** Every fourth pixel of every fourth row. */
  readonly pixels: string;
}
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/pipeline.json"), "utf8")) as {
  cfg: number;
  cond: string;
  uncond: string;
  images: Drawn[];
};

/** SHA-256 of the 8-bit pixels, first 16 digits. They change with the runtime or the graphs alone. */
const GOLDEN_PIXELS =
  "939e66e8ce27c16e afe8b05218c67e06 9aab1a4ce09f5904 4a17a068c7421b31 5a3012bc775dd9d0 8c6c8a89bddb5fb7 d77f0bd36337eb04".split(
    " ",
  );

const floats = (base64: string): Float32Array<ArrayBuffer> =>
  new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);

/** Two words, each with the hidden states that PyTorch was given. */
const words: TextEncoder = {
  tokenizer: {
    vocabulary: { ids: new Map(), ranks: new Map(), begin: 0, end: 3 },
    encode: (text) => [text === "cond" ? 1 : 2],
  },
  padding: 3,
  chunkLength: 5,
  width: 6,
  layers: 1,
  encode: async (chunks) => ({
    hidden: joinBatch(chunks.map((ids) => tensor([1, 5, 6], floats(ids[1] === 1 ? vectors.cond : vectors.uncond)))),
  }),
  close: async () => {},
};

let backend: Backend;
beforeAll(async () => {
  backend = await referenceBackend();
});

function modelOf({ unet, prediction }: Drawn): DiffusionModel {
  return {
    textEncoders: [words],
    unet: unetOn(backend, unetConfig(golden(unet).config), goldenWeights(unet), prediction),
    vae: vaeOn(backend, vaeConfig(golden("vae-sd").config), goldenWeights("vae-sd")),
    alphasCumprod: scaledLinearAlphas(),
    hashes: {},
  };
}

function requestOf(drawn: Drawn): GenerateRequest {
  return {
    ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, prompt: "cond", negative: "uncond", source: "torch-cpu" },
    ...{ steps: drawn.steps, cfg: vectors.cfg, sampler: drawn.sampler, schedule: drawn.schedule },
    ...{ size: { width: 32, height: 32 }, seeds: [BigInt(drawn.seed)] },
  };
}

async function draw(model: DiffusionModel, request: GenerateRequest): Promise<Generated> {
  return (await generate(model, request).next()).value as Generated;
}

/** Largest difference over the spread of what is expected. */
function relative(found: Float32Array, expected: Float32Array): number {
  const spread = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  return found.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0) / spread;
}

function everyFourth({ shape, data }: Tensor): Float32Array {
  const width = shape[3]!;
  return data.filter((_, i) => (i % width) % 4 === 0 && Math.floor(i / width) % 4 === 0);
}

describe("images on the reference runtime", () => {
  test.each(vectors.images.map((drawn, i) => ({ ...drawn, hash: GOLDEN_PIXELS[i] })))(
    "$sampler on $schedule with $unet: k-diffusion's image with PyTorch, and pixels of one hash on every computer",
    async ({ hash, ...drawn }) => {
      const { latent, pixels } = await draw(modelOf(drawn), requestOf(drawn));
      expect(relative(latent.data, floats(drawn.latent))).toBeLessThan(1e-4);
      expect(relative(everyFourth(pixels), floats(drawn.pixels))).toBeLessThan(1e-4);
      expect(sha256Hex(toRaster(pixels, "truncate").data).slice(0, 16)).toBe(hash);
    },
  );

  test("are the same after a detour by other words, seeds and sizes; seed + 1 is another image", async () => {
    const drawn = vectors.images[1]!;
    const model = modelOf(drawn);
    const request = requestOf(drawn);
    const before = await draw(model, request);
    await draw(model, { ...request, prompt: "uncond", seeds: [119129788n] });
    await draw(model, { ...request, size: { width: 16, height: 48 }, sampler: "lms" });
    expect((await draw(model, request)).pixels).toEqual(before.pixels);
    expect((await draw(model, { ...request, seeds: [562327065n] })).pixels).not.toEqual(before.pixels);
  });
});
