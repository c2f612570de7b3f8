/** Small networks of every kind, with weights and inputs that are computed, not stored. */

import type { BuiltGraph, WeightSource } from "./graph/builder.ts";
import { buildClip } from "./graph/clip.ts";
import type { ClipConfig, UNetConfig, VaeConfig } from "./graph/config.ts";
import { buildUNet } from "./graph/unet.ts";
import { buildVaeDecoder, buildVaeEncoder } from "./graph/vae.ts";
import { sizeOf } from "./tensor.ts";
import { floatWeight, type Weights } from "./weights/weights.ts";

/** One network to run. */
export interface Examination {
  readonly name: string;
  readonly build: (weights: WeightSource) => BuiltGraph;
  /** Shapes of its inputs by name. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly output: string;
}

/** What an examination must give: the hash in the reference mode, and numbers that any mode comes near to. */
export interface GoldenResult {
  /** Over the little-endian float32 numbers. */
  readonly sha256: string;
  readonly first: readonly number[];
}

/** Golden results by the name of the examination. */
export type GoldenResults = Readonly<Record<string, GoldenResult>>;

const clip: ClipConfig = {
  ...{ width: 64, layers: 2, heads: 2, inner: 128, tokens: 77, vocabulary: 100 },
  ...{ activation: "quick_gelu", epsilon: 1e-5, projection: 32 },
};

const unet: UNetConfig = {
  ...{ inChannels: 4, outChannels: 4, channels: [32, 64], layers: [1, 1], groups: 8, epsilon: 1e-5 },
  ...{ attentionDown: [false, true], attentionUp: [true, false], heads: [2, 4], transformerLayers: [1, 1] },
  ...{ contextWidth: 64, linearProjection: true, flipSinToCos: true, frequencyShift: 0 },
  added: { timeIdWidth: 8, inputWidth: 80 },
};

const vae: VaeConfig = {
  ...{ channels: [16, 32, 32], layers: 1, latentChannels: 4, imageChannels: 3, groups: 8 },
  ...{ quantConv: true, postQuantConv: true, midAttention: true, scalingFactor: 1 },
};

/** Every kind of graph once, wide enough that the runtime blocks its sums. */
export const examinations: readonly Examination[] = [
  {
    name: "text encoder",
    build: (weights) => buildClip(clip, weights),
    inputs: { ids: [1, 77], keep: [1, 77, 1], patch: [1, 77, 64], end: [1] },
    output: "pooled",
  },
  {
    name: "unet",
    build: (weights) => buildUNet(unet, weights, { batch: 1, height: 16, width: 16, tokens: 77 }),
    inputs: { sample: [1, 4, 16, 16], timestep: [1], context: [1, 77, 64], pooled: [1, 32], time_ids: [1, 6] },
    output: "prediction",
  },
  {
    name: "vae decoder",
    build: (weights) => buildVaeDecoder(vae, weights, 16, 16),
    inputs: { latent: [1, 4, 16, 16] },
    output: "image",
  },
  {
    name: "vae encoder",
    build: (weights) => buildVaeEncoder(vae, weights, 64, 64),
    inputs: { image: [1, 3, 64, 64] },
    output: "moments",
  },
];

/** Weights that are made when a builder asks for them, and the map that they are in afterwards. */
export function patternWeights(): { readonly source: WeightSource; readonly weights: Weights } {
  const weights = new Map<string, ReturnType<typeof floatWeight>>();
  const get: WeightSource["get"] = (name, shape) => {
    const [outputs = 1, ...inner] = shape;
    const weight = floatWeight(
      shape,
      pattern(name, shape).map((value) => value / Math.sqrt(sizeOf(inner) || outputs)),
    );
    weights.set(name, weight);
    return weight;
  };
  return { source: { has: () => true, get }, weights };
}

/** Numbers from −1 to 1 that look random and follow from a name: FNV-1a of the name, mixed with each place (MurmurHash3's mixer). */
export function pattern(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  let seed = 0x811c9dc5;
  for (const letter of name) seed = Math.imul(seed ^ letter.codePointAt(0)!, 0x01000193);
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    let bits = Math.imul(seed ^ i, 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 8) / 0x800000 - 1;
  });
}
