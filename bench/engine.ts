/**
 * Images of the shipped model's shape: seconds an image, reference beside fast mode, the share of time outside the runtime,
 * and diffusers on the same weights where SEEDPROOF_PYTHON names a Python that has it and the model is there.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync, strFromU8 } from "fflate";
import type { Backend, Session } from "../src/engine/backend.ts";
import { patternWeights } from "../src/engine/examinations.ts";
import type { WeightSource } from "../src/engine/graph/builder.ts";
import { buildClip } from "../src/engine/graph/clip.ts";
import { type ClipConfig, unetConfig, vaeConfig } from "../src/engine/graph/config.ts";
import { buildUNet } from "../src/engine/graph/unet.ts";
import { buildVaeDecoder } from "../src/engine/graph/vae.ts";
import { scaledLinearAlphas } from "../src/engine/levels.ts";
import { type ModelParts, modelOn } from "../src/engine/load.ts";
import { generate } from "../src/engine/pipeline.ts";
import { tokenizer } from "../src/engine/tokenizer/bpe.ts";
import { openAiVocabulary } from "../src/engine/tokenizer/vocabulary.ts";
import type { Weights } from "../src/engine/weights/weights.ts";
import { fastBackend } from "../src/node/fast-backend.ts";
import { referenceBackend } from "../src/node/reference-backend.ts";

const ROOT = resolve(import.meta.dirname, "..");
const MODEL = join(ROOT, "models/scenes-128");
const STEPS = 20;
const IMAGES = 3;

/** One mode's figures. */
interface Figures {
  readonly seconds: number;
  readonly outside: number;
}

/** Prints the figures of each mode. */
export async function run(): Promise<void> {
  const parts = shippedShape();
  console.log(`${STEPS} steps of DPM++ 2M, 128 × 128, guidance 4.5, random weights; medians of ${IMAGES} images`);
  const reference = await measure(await referenceBackend(), parts);
  print("reference", reference, reference);
  const native = await fastBackend({ threads: 1 }).catch(() => undefined);
  if (native) print("fast, one thread", await measure(native, parts), reference);
  else console.log("fast: onnxruntime-node is not installed");
  const python = process.env.SEEDPROOF_PYTHON;
  if (python && existsSync(MODEL)) {
    const script = join(ROOT, "bench/diffusers_engine.py");
    const seconds = Number(execFileSync(python, [script, MODEL, String(STEPS)], { encoding: "utf8" }));
    print("diffusers, one thread", { seconds, outside: Number.NaN }, reference);
  }
}

function print(name: string, { seconds, outside }: Figures, reference: Figures): void {
  const share = Number.isNaN(outside) ? "" : `, ${(100 * outside).toFixed(1)} % outside the runtime`;
  const ratio = (reference.seconds / seconds).toFixed(1);
  console.log(`${name.padEnd(22)} ${seconds.toFixed(2)} s an image (${ratio} × reference)${share}`);
}

/** The first image loads the networks and is not counted. */
async function measure(backend: Backend, parts: ModelParts): Promise<Figures> {
  const clock = timed(backend);
  const model = modelOn(clock.backend, parts, {});
  const images: Figures[] = [];
  for (let i = 0; i <= IMAGES; i++) {
    const [start, before] = [performance.now(), clock.inside()];
    for await (const _ of generate(model, {
      ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, prompt: "a red fox in the snow", negative: "blur" },
      ...{ steps: STEPS, cfg: 4.5, sampler: "dpmpp-2m", schedule: "karras", source: "torch-cpu" },
      ...{ size: { width: 128, height: 128 }, seeds: [BigInt(i)] },
    })) {
      const total = performance.now() - start;
      images.push({ seconds: total / 1000, outside: 1 - (clock.inside() - before) / total });
    }
  }
  for (const network of [model.unet, model.vae, ...model.textEncoders]) await network.close();
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const counted = images.slice(1);
  return { seconds: median(counted.map((f) => f.seconds)), outside: median(counted.map((f) => f.outside)) };
}

/** A backend that counts the milliseconds inside its sessions. */
function timed(backend: Backend): { readonly backend: Backend; readonly inside: () => number } {
  let inside = 0;
  const watch = (session: Session): Session => ({
    ...session,
    run: async (feeds) => {
      const start = performance.now();
      const outputs = await session.run(feeds);
      inside += performance.now() - start;
      return outputs;
    },
  });
  return { backend: { ...backend, load: async (...args) => watch(await backend.load(...args)) }, inside: () => inside };
}

/** The shipped model's networks with weights from a pattern: time does not depend on what they have learned. */
function shippedShape(): ModelParts {
  const unet = unetConfig({
    ...{ in_channels: 8, out_channels: 8, block_out_channels: [64, 128, 168], layers_per_block: 1, norm_num_groups: 8 },
    ...{ attention_head_dim: [2, 4, 4], cross_attention_dim: 128, use_linear_projection: true },
    ...{ addition_embed_type: "text_time", addition_time_embed_dim: 8, projection_class_embeddings_input_dim: 176 },
    down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
  });
  const vae = vaeConfig({
    ...{ block_out_channels: [24, 48, 64, 96], layers_per_block: 1, norm_num_groups: 8, latent_channels: 8 },
    ...{ down_block_types: Array(4).fill("DownEncoderBlock2D"), up_block_types: Array(4).fill("UpDecoderBlock2D") },
  });
  const clip: ClipConfig = {
    ...{ width: 128, layers: 3, heads: 4, inner: 512, tokens: 77, vocabulary: 49_408 },
    ...{ activation: "gelu", epsilon: 1e-5, projection: 128 },
  };
  const file = join(ROOT, "models/tokenizer/clip/bpe_simple_vocab_16e6.txt.gz");
  const words = tokenizer(openAiVocabulary(strFromU8(gunzipSync(readFileSync(file)))));
  const reading = { tokenizer: words, padding: words.vocabulary.end, trainedSkip: 2, finalNorm: false };
  const sizes = { batch: 1, height: 16, width: 16, tokens: 77 };
  return {
    textEncoders: [{ config: clip, weights: weightsOf((source) => buildClip(clip, source)), reading }],
    unet: { config: unet, weights: weightsOf((source) => buildUNet(unet, source, sizes)), prediction: "v" },
    vae: { config: vae, weights: weightsOf((source) => buildVaeDecoder(vae, source, 16, 16)) },
    alphasCumprod: scaledLinearAlphas(),
  };
}

function weightsOf(build: (source: WeightSource) => unknown): Weights {
  const { source, weights } = patternWeights();
  build(source);
  return weights;
}
