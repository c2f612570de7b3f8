/** Transformer over the positions of a feature map. @see diffusers, Transformer2DModel and BasicTransformerBlock */

import type { GraphBuilder, Value } from "./builder.ts";
import {
  activate,
  add,
  attention,
  conv2d,
  fromTokens,
  groupNorm,
  layerNorm,
  linear,
  multiply,
  slice,
  toTokens,
} from "./ops.ts";

/** What one transformer is built from. */
export interface TransformerOptions {
  /** [batch, tokens, width]: what cross-attention reads. */
  readonly context: Value;
  readonly heads: number;
  readonly layers: number;
  readonly linearProjection: boolean;
  readonly groups: number;
}

/** Fixed in diffusers, unlike the epsilon of the residual blocks. */
const GROUP_EPSILON = 1e-6;
const LAYER_EPSILON = 1e-5;

/** Norm, projection, `layers` blocks over height·width tokens, projection, beside the input. @returns the shape of `x` */
export function transformer2d(g: GraphBuilder, x: Value, prefix: string, options: TransformerOptions): Value {
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const normed = groupNorm(g, x, `${prefix}.norm`, options.groups, GROUP_EPSILON);
  let h = options.linearProjection
    ? linear(g, toTokens(g, normed), `${prefix}.proj_in`, channels)
    : toTokens(g, conv2d(g, normed, `${prefix}.proj_in`, channels, 1));
  for (let i = 0; i < options.layers; i++) h = transformerBlock(g, h, `${prefix}.transformer_blocks.${i}`, options);
  const out = options.linearProjection
    ? fromTokens(g, linear(g, h, `${prefix}.proj_out`, channels), height, width)
    : conv2d(g, fromTokens(g, h, height, width), `${prefix}.proj_out`, channels, 1);
  return add(g, out, x);
}

/** Self-attention, cross-attention, feed-forward, each over a layer norm and beside its input. */
function transformerBlock(g: GraphBuilder, x: Value, prefix: string, { context, heads }: TransformerOptions): Value {
  const attend = (h: Value, part: 1 | 2): Value => {
    const normed = layerNorm(g, h, `${prefix}.norm${part}`, LAYER_EPSILON);
    const at = `${prefix}.attn${part}`;
    const names = { q: `${at}.to_q`, k: `${at}.to_k`, v: `${at}.to_v`, out: `${at}.to_out.0` };
    return add(g, h, attention(g, { x: normed, context: part === 1 ? normed : context, heads }, names));
  };
  const attended = attend(attend(x, 1), 2);
  return add(g, attended, feedForward(g, layerNorm(g, attended, `${prefix}.norm3`, LAYER_EPSILON), `${prefix}.ff.net`));
}

/** GEGLU: half of a projection, times the GELU of the other half. @see arXiv:2002.05202 */
function feedForward(g: GraphBuilder, x: Value, prefix: string): Value {
  const width = x.shape.at(-1)!;
  const inner = 4 * width;
  const both = linear(g, x, `${prefix}.0.proj`, 2 * inner);
  const gate = activate(g, slice(g, both, 2, inner, 2 * inner), "gelu");
  return linear(g, multiply(g, slice(g, both, 2, 0, inner), gate), `${prefix}.2`, width);
}
