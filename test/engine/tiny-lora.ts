/** A LoRA file of two tensors with metadata of one's own. */

import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { floatWeight, type Weights } from "../../src/engine/weights/weights.ts";
import { safetensors } from "./tiny-model.ts";

const LAYER = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";

/** Its tensors: rank 1, as wide as Stable Diffusion 1's texts. */
export const LORA: Weights = new Map([
  [`${LAYER}.lora_down.weight`, floatWeight([1, 768], new Float32Array(768).fill(0.1))],
  [`${LAYER}.lora_up.weight`, floatWeight([2, 1], Float32Array.of(1, 2))],
]);

/** Weights as a safetensors file with metadata. */
export function withMetadata(weights: Weights, metadata: Readonly<Record<string, string>>): Uint8Array {
  const bytes = safetensors(weights);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const json = utf8(JSON.stringify({ __metadata__: metadata, ...header }));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setUint32(0, json.length, true);
  return concatBytes(size, json, bytes.subarray(8 + length));
}

/** The file. */
export function loraFile(metadata: Readonly<Record<string, string>>): Uint8Array {
  return withMetadata(LORA, metadata);
}
