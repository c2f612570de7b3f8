/** Configurations read off the shapes of weights: single-file checkpoints bring none. */

import { SeedproofError } from "../../base/errors.ts";
import { assertUNetParts, assertWhole, type ClipConfig, type UNetConfig, type VaeConfig } from "../graph/config.ts";
import type { Weights } from "./weights.ts";

/** Stable Diffusion 1.x has 8 heads at every level; all later models have heads of 64 channels. */
const SD1_CONTEXT = 768;
const SD1_HEADS = 8;
const HEAD_WIDTH = 64;
/** Groups of every normalisation, and the embedded width of a size, in all published models. */
const GROUPS = 32;
const TIME_ID_WIDTH = 256;

/**
 * The configuration of a UNet of the SD 1.x, 2.x or SDXL kind.
 * @param weights - by diffusers' names
 * @throws SeedproofError `engine.weights-missing` when a weight that tells a size is not there, `engine.config-malformed`
 *   when the sizes are of no such network
 */
export function unetConfigOf(weights: Weights): UNetConfig {
  const levels = count(weights, (i) => `down_blocks.${i}.resnets.0.conv1.weight`);
  const each = <T>(of: (level: number) => T): T[] => Array.from({ length: levels }, (_, level) => of(level));
  const channels = each((level) => side(weights, `down_blocks.${level}.resnets.0.conv1.weight`, 0));
  const attends = (prefix: string): boolean => weights.has(`${prefix}.attentions.0.proj_in.weight`);
  const blocks = (prefix: string): number =>
    count(weights, (i) => `${prefix}.transformer_blocks.${i}.attn2.to_k.weight`);
  const middle = "mid_block.attentions.0";
  const contextWidth = side(weights, `${middle}.transformer_blocks.0.attn2.to_k.weight`, 1);
  const attentionDown = each((level) => attends(`down_blocks.${level}`));
  const config: UNetConfig = {
    inChannels: side(weights, "conv_in.weight", 1),
    outChannels: side(weights, "conv_out.weight", 0),
    channels,
    layers: each((level) => count(weights, (i) => `down_blocks.${level}.resnets.${i}.conv1.weight`)),
    attentionDown,
    attentionUp: each((level) => attends(`up_blocks.${level}`)),
    heads: channels.map((width) => (contextWidth === SD1_CONTEXT ? SD1_HEADS : width / HEAD_WIDTH)),
    // The middle has as many as the innermost level, which may have no attention of its own.
    transformerLayers: attentionDown.map((has, level) => blocks(has ? `down_blocks.${level}.attentions.0` : middle)),
    contextWidth,
    linearProjection: weights.get(`${middle}.proj_in.weight`)?.shape.length === 2,
    groups: GROUPS,
    epsilon: 1e-5,
    flipSinToCos: true,
    frequencyShift: 0,
    ...(weights.has("add_embedding.linear_1.weight")
      ? { added: { timeIdWidth: TIME_ID_WIDTH, inputWidth: side(weights, "add_embedding.linear_1.weight", 1) } }
      : {}),
  };
  assertUNetParts(config);
  return config;
}

/**
 * The configuration of an autoencoder of the Stable Diffusion kind.
 * @param scalingFactor - not in the weights: 0.18215 in SD 1.x and 2.x, 0.13025 in SDXL
 * @throws SeedproofError `engine.weights-missing`, `engine.config-malformed`
 */
export function vaeConfigOf(weights: Weights, scalingFactor: number): VaeConfig {
  const levels = count(weights, (i) => `encoder.down_blocks.${i}.resnets.0.conv1.weight`);
  const first = (i: number): string => `encoder.down_blocks.${i}.resnets.0.conv1.weight`;
  const channels = Array.from({ length: levels }, (_, i) => side(weights, first(i), 0));
  assertWhole(channels, GROUPS, "channels by norm groups");
  return {
    channels,
    layers: count(weights, (i) => `encoder.down_blocks.0.resnets.${i}.conv1.weight`),
    latentChannels: side(weights, "decoder.conv_in.weight", 1),
    imageChannels: side(weights, "encoder.conv_in.weight", 1),
    groups: GROUPS,
    quantConv: weights.has("quant_conv.weight"),
    postQuantConv: weights.has("post_quant_conv.weight"),
    midAttention: weights.has("decoder.mid_block.attentions.0.to_q.weight"),
    scalingFactor,
  };
}

/**
 * The configuration of a CLIP text model: OpenAI's ViT-L has 768 wide states and its quick GELU, OpenCLIP's others GELU.
 * @throws SeedproofError `engine.weights-missing`, `engine.config-malformed`
 */
export function clipConfigOf(weights: Weights): ClipConfig {
  const embeddings = "text_model.embeddings";
  const width = side(weights, `${embeddings}.token_embedding.weight`, 1);
  assertWhole([width], HEAD_WIDTH, "width by heads");
  return {
    width,
    layers: count(weights, (i) => `text_model.encoder.layers.${i}.mlp.fc1.weight`),
    heads: width / HEAD_WIDTH,
    inner: side(weights, "text_model.encoder.layers.0.mlp.fc1.weight", 0),
    tokens: side(weights, `${embeddings}.position_embedding.weight`, 0),
    vocabulary: side(weights, `${embeddings}.token_embedding.weight`, 0),
    activation: width === 768 ? "quick_gelu" : "gelu",
    epsilon: 1e-5,
    ...(weights.has("text_projection.weight") ? { projection: side(weights, "text_projection.weight", 0) } : {}),
  };
}

function side(weights: Weights, name: string, axis: number): number {
  const length = weights.get(name)?.shape[axis];
  if (!length) throw new SeedproofError("engine.weights-missing", `the weights have no ${name}`);
  return length;
}

/** How many names there are in a row, from 0 on. */
function count(weights: Weights, name: (i: number) => string): number {
  let i = 0;
  while (weights.has(name(i))) i++;
  return i;
}
