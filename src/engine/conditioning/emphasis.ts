/** How weights act on what the text encoder gives: the laws of A1111 and ComfyUI. */

import { mix } from "../samplers/sampler.ts";
import { type Tensor, tensor } from "../tensor.ts";
import type { Chunk } from "./chunk.ts";

/**
 * A1111's setting "Emphasis mode". `original`: weighted, then brought back to the mean from before. `no-norm`: weighted.
 * `ignore`: brackets are read, weights are not used. `none`: brackets are text.
 */
export type Emphasis = "original" | "no-norm" | "ignore" | "none";

/**
 * A1111's law on the chunks that are encoded together: the stages of one prompt, at the same place in each.
 *
 * @param hidden - [chunks, places, width]
 * @param chunks - the same number of chunks, with the weights
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/sd_emphasis.py, as behaviour
 */
export function emphasizeA1111(hidden: Tensor, chunks: readonly Chunk[], emphasis: Emphasis): Tensor {
  if (emphasis === "ignore" || emphasis === "none") return hidden;
  const weights = chunks.flatMap((chunk) => chunk.map(({ weight }) => weight));
  const width = hidden.shape[2]!;
  const weighted = hidden.data.map((value, i) => value * weights[Math.floor(i / width)]!);
  const change = mean(hidden.data) / mean(weighted);
  // Without weights the division would only add a rounding.
  if (emphasis === "no-norm" || change === 1) return tensor(hidden.shape, weighted);
  return tensor(hidden.shape, mix([change, weighted]));
}

/**
 * ComfyUI's law: each place is moved away from, or towards, what the empty prompt has there.
 *
 * @param hidden - [chunks, places, width]
 * @param empty - [1, places, width], the empty prompt
 * @see Comfy-Org/ComfyUI, comfy/sd1_clip.py, ClipTokenWeightEncoder, as behaviour
 */
export function emphasizeComfyUi(hidden: Tensor, chunks: readonly Chunk[], empty: Tensor): Tensor {
  const weights = chunks.flatMap((chunk) => chunk.map(({ weight }) => weight));
  const width = hidden.shape[2]!;
  const data = hidden.data.map((value, i) => {
    const weight = weights[Math.floor(i / width)]!;
    const base = empty.data[i % empty.data.length]!;
    return weight === 1 ? value : (value - base) * weight + base;
  });
  return tensor(hidden.shape, data);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
