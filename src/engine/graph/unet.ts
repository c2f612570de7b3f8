/** The denoising UNet of Stable Diffusion as an ONNX graph. @see diffusers, UNet2DConditionModel; arXiv:2112.10752 */

import { type BuiltGraph, GraphBuilder, type Value, type WeightSource } from "./builder.ts";
import type { UNetConfig } from "./config.ts";
import { activate, concat, conv2d, groupNorm, resizeNearest } from "./ops.ts";
import { resnetBlock } from "./resnet.ts";
import { timeEmbedding } from "./time-embedding.ts";
import { transformer2d } from "./transformer.ts";

/** Sizes that a graph is built for. */
export interface UNetSizes {
  readonly batch: number;
  /** Of the latent: pixels divided by the autoencoder's factor. */
  readonly height: number;
  readonly width: number;
  /** Text tokens: 77 for every chunk. */
  readonly tokens: number;
}

/**
 * Inputs: `sample` [batch, inChannels, height, width], `timestep` [1], `context` [batch, tokens, width], and with added
 * conditioning `pooled` [batch, …] and `time_ids` [batch, 6]. Output: `prediction` [batch, outChannels, height, width].
 * @throws SeedproofError `engine.weights-missing` or `engine.weights-shape` when the weights are of another network
 */
export function buildUNet(config: UNetConfig, weights: WeightSource, sizes: UNetSizes): BuiltGraph {
  const g = new GraphBuilder("unet", weights);
  const sample = g.input("sample", [sizes.batch, config.inChannels, sizes.height, sizes.width]);
  const context = g.input("context", [sizes.batch, sizes.tokens, config.contextWidth]);
  const time = timeEmbedding(g, config, sizes.batch);
  const block: BlockInputs = { config, context, time };
  const skips = down(g, conv2d(g, sample, "conv_in", config.channels[0]!, 3), block);
  const deepest = skips.at(-1)!;
  const x = up(g, middle(g, deepest, block), skips, block);
  const normed = groupNorm(g, x, "conv_norm_out", config.groups, config.epsilon);
  g.output("prediction", conv2d(g, activate(g, normed, "silu"), "conv_out", config.outChannels, 3));
  return g.finish();
}

interface BlockInputs {
  readonly config: UNetConfig;
  readonly context: Value;
  readonly time: Value;
}

/** The way down. @returns every value that the way up joins again, outermost first */
function down(g: GraphBuilder, x: Value, block: BlockInputs): Value[] {
  const { channels, layers, attentionDown } = block.config;
  const skips = [x];
  let h = x;
  channels.forEach((_, level) => {
    const prefix = `down_blocks.${level}`;
    for (let i = 0; i < layers[level]!; i++) {
      h = resnet(g, h, `${prefix}.resnets.${i}`, level, block);
      if (attentionDown[level]) h = attend(g, h, `${prefix}.attentions.${i}`, level, block);
      skips.push(h);
    }
    if (level === channels.length - 1) return;
    h = conv2d(g, h, `${prefix}.downsamplers.0.conv`, channels[level]!, 3, { stride: 2 });
    skips.push(h);
  });
  return skips;
}

function middle(g: GraphBuilder, x: Value, block: BlockInputs): Value {
  const level = block.config.channels.length - 1;
  const first = resnet(g, x, "mid_block.resnets.0", level, block);
  return resnet(g, attend(g, first, "mid_block.attentions.0", level, block), "mid_block.resnets.1", level, block);
}

/** The way up: each residual block reads the value of the way down that stands across from it, beside its own. */
function up(g: GraphBuilder, x: Value, skips: readonly Value[], block: BlockInputs): Value {
  const { channels, layers, attentionUp } = block.config;
  const left = [...skips];
  let h = x;
  channels.forEach((_, step) => {
    const level = channels.length - 1 - step;
    const prefix = `up_blocks.${step}`;
    for (let i = 0; i <= layers[level]!; i++) {
      h = resnet(g, concat(g, [h, left.pop()!], 1), `${prefix}.resnets.${i}`, level, block);
      if (attentionUp[step]) h = attend(g, h, `${prefix}.attentions.${i}`, level, block);
    }
    const next = left.at(-1);
    // The size of the value across, not the double: an odd side was rounded on the way down.
    if (next)
      h = conv2d(
        g,
        resizeNearest(g, h, next.shape[2]!, next.shape[3]!),
        `${prefix}.upsamplers.0.conv`,
        channels[level]!,
        3,
      );
  });
  return h;
}

function resnet(g: GraphBuilder, x: Value, prefix: string, level: number, { config, time }: BlockInputs): Value {
  const norm = { groups: config.groups, epsilon: config.epsilon };
  return resnetBlock(g, x, prefix, { channels: config.channels[level]!, norm, time });
}

function attend(g: GraphBuilder, x: Value, prefix: string, level: number, { config, context }: BlockInputs): Value {
  return transformer2d(g, x, prefix, {
    context,
    heads: config.heads[level]!,
    layers: config.transformerLayers[level]!,
    linearProjection: config.linearProjection,
    groups: config.groups,
  });
}
