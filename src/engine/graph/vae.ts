/** The variational autoencoder of Stable Diffusion as ONNX graphs. @see diffusers, AutoencoderKL; arXiv:2112.10752 */

import { type BuiltGraph, GraphBuilder, type Value, type WeightSource } from "./builder.ts";
import type { VaeConfig } from "./config.ts";
import { activate, add, attention, conv2d, fromTokens, groupNorm, resizeNearest, toTokens } from "./ops.ts";
import { resnetBlock } from "./resnet.ts";

const EPSILON = 1e-6;

/**
 * Latent to image. Input `latent` [1, latentChannels, height, width], not scaled; output `image` [1, 3, height·f, width·f].
 * @throws SeedproofError `engine.weights-missing` or `engine.weights-shape`
 */
export function buildVaeDecoder(config: VaeConfig, weights: WeightSource, height: number, width: number): BuiltGraph {
  const g = new GraphBuilder("vae_decoder", weights);
  const { channels, latentChannels, layers } = config;
  const latent = g.input("latent", [1, latentChannels, height, width]);
  const z = config.postQuantConv ? conv2d(g, latent, "post_quant_conv", latentChannels, 1) : latent;
  let h = middle(g, conv2d(g, z, "decoder.conv_in", channels.at(-1)!, 3), "decoder.mid_block", config);
  channels.forEach((_, step) => {
    const prefix = `decoder.up_blocks.${step}`;
    const width = channels[channels.length - 1 - step]!;
    for (let i = 0; i <= layers; i++) h = resnet(g, h, `${prefix}.resnets.${i}`, width, config);
    if (step === channels.length - 1) return;
    h = conv2d(g, resizeNearest(g, h, 2 * h.shape[2]!, 2 * h.shape[3]!), `${prefix}.upsamplers.0.conv`, width, 3);
  });
  g.output("image", head(g, h, "decoder", config.imageChannels, config));
  return g.finish();
}

/**
 * Image to the moments of its latent distribution. Input `image` [1, 3, height, width], −1 … 1; output `moments`
 * [1, 2·latentChannels, height/f, width/f]: means, then log-variances, neither scaled nor clamped.
 * @throws SeedproofError `engine.weights-missing` or `engine.weights-shape`
 */
export function buildVaeEncoder(config: VaeConfig, weights: WeightSource, height: number, width: number): BuiltGraph {
  const g = new GraphBuilder("vae_encoder", weights);
  const { channels, layers, latentChannels } = config;
  let h = conv2d(g, g.input("image", [1, config.imageChannels, height, width]), "encoder.conv_in", channels[0]!, 3);
  channels.forEach((width, level) => {
    const prefix = `encoder.down_blocks.${level}`;
    for (let i = 0; i < layers; i++) h = resnet(g, h, `${prefix}.resnets.${i}`, width, config);
    if (level === channels.length - 1) return;
    // One row and one column of zeros below and to the right only, as the original trained it.
    h = conv2d(g, h, `${prefix}.downsamplers.0.conv`, width, 3, { stride: 2, padding: [0, 0, 1, 1] });
  });
  const moments = head(g, middle(g, h, "encoder.mid_block", config), "encoder", 2 * latentChannels, config);
  g.output("moments", config.quantConv ? conv2d(g, moments, "quant_conv", 2 * latentChannels, 1) : moments);
  return g.finish();
}

function resnet(g: GraphBuilder, x: Value, prefix: string, channels: number, { groups }: VaeConfig): Value {
  return resnetBlock(g, x, prefix, { channels, norm: { groups, epsilon: EPSILON } });
}

function middle(g: GraphBuilder, x: Value, prefix: string, config: VaeConfig): Value {
  const channels = x.shape[1]!;
  const first = resnet(g, x, `${prefix}.resnets.0`, channels, config);
  const attended = config.midAttention ? selfAttention(g, first, `${prefix}.attentions.0`, config) : first;
  return resnet(g, attended, `${prefix}.resnets.1`, channels, config);
}

/** One head over all positions. */
function selfAttention(g: GraphBuilder, x: Value, prefix: string, { groups }: VaeConfig): Value {
  const tokens = toTokens(g, groupNorm(g, x, `${prefix}.group_norm`, groups, EPSILON));
  const names = { q: `${prefix}.to_q`, k: `${prefix}.to_k`, v: `${prefix}.to_v`, out: `${prefix}.to_out.0` };
  const mixed = attention(g, { x: tokens, context: tokens, heads: 1 }, names);
  return add(g, fromTokens(g, mixed, x.shape[2]!, x.shape[3]!), x);
}

function head(g: GraphBuilder, x: Value, prefix: string, channels: number, { groups }: VaeConfig): Value {
  const normed = groupNorm(g, x, `${prefix}.conv_norm_out`, groups, EPSILON);
  return conv2d(g, activate(g, normed, "silu"), `${prefix}.conv_out`, channels, 3);
}
