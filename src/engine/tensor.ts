/** Float32 tensors: the one value that passes between noise, samplers, models and codecs. */

import { SeedproofError } from "../base/errors.ts";

/** Row-major float32 numbers with their shape; latents are [batch, channels, height, width]. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** How many numbers a shape holds. The empty shape holds one. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/**
 * A tensor over existing numbers, not copied; zeros where none are given.
 * @throws SeedproofError `engine.shape-mismatch` when the numbers do not fill the shape
 */
export function tensor(shape: readonly number[], data?: Float32Array<ArrayBuffer>): Tensor {
  const size = sizeOf(shape);
  if (data && data.length !== size) {
    throw new SeedproofError("engine.shape-mismatch", `${data.length} numbers do not fill [${shape.join(", ")}]`);
  }
  return { shape, data: data ?? new Float32Array(size) };
}

/**
 * One item of a batch as a batch of one, sharing its numbers.
 * @throws SeedproofError `engine.shape-mismatch` when the batch has no such item
 */
export function item(batch: Tensor, index: number): Tensor {
  const [count = 0, ...rest] = batch.shape;
  if (!(index >= 0 && index < count)) {
    throw new SeedproofError("engine.shape-mismatch", `a batch of ${count} has no item ${index}`);
  }
  const size = sizeOf(rest);
  return { shape: [1, ...rest], data: batch.data.subarray(index * size, (index + 1) * size) };
}

/**
 * Batches one after the other along their first axis.
 * @throws SeedproofError `engine.shape-mismatch` when the other axes differ or there is nothing to join
 */
export function joinBatch(items: readonly Tensor[]): Tensor {
  const rest = items[0]?.shape.slice(1);
  if (!rest || items.some(({ shape }) => shape.length !== rest.length + 1 || rest.some((n, i) => shape[i + 1] !== n))) {
    throw new SeedproofError("engine.shape-mismatch", "only batches of equal shape can be joined");
  }
  const data = new Float32Array(items.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const part of items) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [items.reduce((sum, { shape }) => sum + shape[0]!, 0), ...rest], data };
}
