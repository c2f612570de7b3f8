/** CLIP's text transformer as an ONNX graph. @see transformers, CLIPTextModel and CLIPTextModelWithProjection; arXiv:2103.00020 */

import { SeedproofError } from "../../base/errors.ts";
import { type BuiltGraph, GraphBuilder, type Value, type WeightSource } from "./builder.ts";
import type { ClipConfig } from "./config.ts";
import { activate, add, attention, layerNorm, linear, multiply, reshape } from "./ops.ts";

/** CLIP has 77 places and Long-CLIP 248; the mask has their square. */
const MAX_TOKENS = 512;

/**
 * One chunk of tokens through every layer. Inputs: `ids` [1, tokens] int64; `keep` [1, tokens, 1], 1 where the token's own
 * embedding is used and 0 where `patch` [1, tokens, width] stands instead; `end` [1] int64, the place of the pooled token.
 * Outputs: `hidden_i` and `normed_i` [1, tokens, width] for i = 1 … layers, the state after layer i without and with the
 * final layer norm; with projection `pooled` [1, projection].
 * @throws SeedproofError `engine.weights-missing`, `engine.weights-shape`, `engine.config-unsupported`
 */
export function buildClip(config: ClipConfig, weights: WeightSource): BuiltGraph {
  if (config.tokens > MAX_TOKENS) {
    throw new SeedproofError(
      "engine.config-unsupported",
      `a text encoder of ${config.tokens} places; at most ${MAX_TOKENS}`,
    );
  }
  const g = new GraphBuilder("text_encoder", weights);
  const mask = g.constant([config.tokens, config.tokens], causalMask(config.tokens));
  let h = embed(g, config);
  for (let i = 0; i < config.layers; i++) {
    h = layer(g, h, `text_model.encoder.layers.${i}`, config, mask);
    g.output(`hidden_${i + 1}`, h);
    g.output(`normed_${i + 1}`, layerNorm(g, h, "text_model.final_layer_norm", config.epsilon));
  }
  if (config.projection !== undefined) g.output("pooled", pool(g, h, config, config.projection));
  return g.finish();
}

function embed(g: GraphBuilder, { width, tokens, vocabulary }: ClipConfig): Value {
  const ids = g.input("ids", [1, tokens], "int64");
  const keep = g.input("keep", [1, tokens, 1]);
  const patch = g.input("patch", [1, tokens, width]);
  const table = g.weight("text_model.embeddings.token_embedding.weight", [vocabulary, width]);
  const own = g.node("Gather", [table, ids], [1, tokens, width]);
  const places = g.weight("text_model.embeddings.position_embedding.weight", [tokens, width]);
  return add(g, add(g, multiply(g, own, keep), patch), places);
}

function layer(g: GraphBuilder, x: Value, prefix: string, config: ClipConfig, mask: Value): Value {
  const normed = layerNorm(g, x, `${prefix}.layer_norm1`, config.epsilon);
  const at = `${prefix}.self_attn`;
  const names = { q: `${at}.q_proj`, k: `${at}.k_proj`, v: `${at}.v_proj`, out: `${at}.out_proj` };
  const attended = add(g, x, attention(g, { x: normed, context: normed, heads: config.heads, mask }, names));
  const inner = linear(
    g,
    layerNorm(g, attended, `${prefix}.layer_norm2`, config.epsilon),
    `${prefix}.mlp.fc1`,
    config.inner,
  );
  return add(g, attended, linear(g, activate(g, inner, config.activation), `${prefix}.mlp.fc2`, config.width));
}

/** The normed last state of the end-of-text token, projected. */
function pool(g: GraphBuilder, x: Value, { width, tokens, epsilon }: ClipConfig, projection: number): Value {
  const rows = reshape(g, layerNorm(g, x, "text_model.final_layer_norm", epsilon), [tokens, width]);
  const end = g.input("end", [1], "int64");
  return linear(g, g.node("Gather", [rows, end], [1, width]), "text_projection", projection);
}

/** A token looks at itself and at what stands before it; the lowest float32 elsewhere, as in the original. */
function causalMask(tokens: number): Float32Array {
  const lowest = -3.4028234663852886e38;
  return Float32Array.from({ length: tokens * tokens }, (_, i) => (i % tokens > Math.floor(i / tokens) ? lowest : 0));
}
