/** A whole model of random weights, small enough for tests: SDXL's refiner in small, as a diffusers folder on disk. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { examinations, patternWeights } from "../../src/engine/examinations.ts";
import type { Weights } from "../../src/engine/weights/weights.ts";

const UNET = {
  ...{ block_out_channels: [32, 64], layers_per_block: 1, norm_num_groups: 8, cross_attention_dim: 64 },
  ...{ attention_head_dim: [2, 4], use_linear_projection: true, addition_embed_type: "text_time" },
  ...{ addition_time_embed_dim: 8, projection_class_embeddings_input_dim: 80 },
  ...{ down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D"], up_block_types: ["CrossAttnUpBlock2D", "UpBlock2D"] },
};
const VAE = {
  ...{
    block_out_channels: [16, 32, 32],
    layers_per_block: 1,
    norm_num_groups: 8,
    latent_channels: 4,
    scaling_factor: 1,
  },
  ...{ down_block_types: Array(3).fill("DownEncoderBlock2D"), up_block_types: Array(3).fill("UpDecoderBlock2D") },
};
const TEXT = {
  ...{ hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 128, vocab_size: 100 },
  ...{ hidden_act: "quick_gelu", projection_dim: 32, architectures: ["CLIPTextModelWithProjection"] },
};

/** A token for each letter, inside a word and at its end; all others are unknown. */
const VOCABULARY = Object.fromEntries([
  ...Array.from("abcdefghijklmnopqrstuvwxyz,", (letter, i) => [`${letter}</w>`, i]),
  ...Array.from("abcdefghijklmnopqrstuvwxyz,", (letter, i) => [letter, 30 + i]),
  ["<|startoftext|>", 98],
  ["<|endoftext|>", 99],
]);

/** Weights of the examinations: their networks fit each other. */
function weightsOf(...names: readonly string[]): Weights {
  const all = names.map((name) => {
    const { source, weights } = patternWeights();
    examinations.find((examination) => examination.name === name)!.build(source);
    return [...weights];
  });
  return new Map(all.flat());
}

/** Writes the folder. */
export function writeTinyModel(folder: string): void {
  const files: Record<string, Uint8Array> = {
    "unet/diffusion_pytorch_model.safetensors": safetensors(weightsOf("unet")),
    "vae/diffusion_pytorch_model.safetensors": safetensors(weightsOf("vae decoder", "vae encoder")),
    "text_encoder_2/model.safetensors": safetensors(weightsOf("text encoder")),
    "tokenizer_2/merges.txt": utf8("#version: 0.2\n"),
  };
  const configs = {
    "unet/config": UNET,
    "vae/config": VAE,
    "text_encoder_2/config": TEXT,
    "tokenizer_2/vocab": VOCABULARY,
  };
  for (const [name, config] of Object.entries(configs)) files[`${name}.json`] = utf8(JSON.stringify(config));
  files["scheduler/scheduler_config.json"] = utf8('{"beta_schedule":"scaled_linear","prediction_type":"v_prediction"}');
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** A safetensors file of weights. */
export function safetensors(weights: Weights): Uint8Array {
  let at = 0;
  const parts: Uint8Array[] = [];
  const entries = [...weights].map(([name, { type, shape, read }]) => {
    const bytes = read();
    parts.push(bytes);
    const begin = at;
    at += bytes.length;
    return [name, { dtype: type, shape, data_offsets: [begin, at] }];
  });
  const json = utf8(JSON.stringify(Object.fromEntries(entries)));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, json.length, true);
  return concatBytes(length, json, ...parts);
}
