/** Golden files of models/training/golden/networks.py. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "../../src/engine/tensor.ts";
import { readWeights } from "../../src/engine/weights/files.ts";
import type { Weights } from "../../src/engine/weights/weights.ts";
import { bytesSource } from "../../src/image/source.ts";

interface Packed {
  readonly shape: readonly number[];
  readonly type: "float32" | "int64";
  readonly data: string;
}

export interface Golden {
  readonly config: unknown;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly ids?: readonly number[];
  readonly outputs: Readonly<Record<string, Tensor>>;
}

const VECTORS = join(import.meta.dirname, "graph/vectors");

/** The weights of a golden network. */
export function goldenWeights(name: string): Weights {
  return readWeights(bytesSource(readFileSync(join(VECTORS, `${name}.safetensors`)))).weights;
}

/** What PyTorch computed with them. */
export function golden(name: string): Golden {
  const json: unknown = JSON.parse(readFileSync(join(VECTORS, `${name}.json`), "utf8"));
  const { config, inputs, outputs } = json as Record<"inputs" | "outputs", Record<string, Packed>> & {
    config: unknown;
  };
  const { ids, ...floats } = inputs;
  return {
    config,
    inputs: tensors(floats),
    outputs: tensors(outputs),
    ...(ids ? { ids: Array.from(new BigInt64Array(buffer(ids)), Number) } : {}),
  };
}

/** The largest absolute difference; infinite where shapes differ or a number is NaN. */
export function largestDifference(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Number.POSITIVE_INFINITY;
  return a.data.reduce((most, value, i) => {
    const difference = Math.abs(value - b.data[i]!);
    return difference <= most ? most : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }, 0);
}

function tensors(packed: Readonly<Record<string, Packed>>): Record<string, Tensor> {
  const entries = Object.entries(packed).map(([name, value]) => [
    name,
    { shape: value.shape, data: new Float32Array(buffer(value)) },
  ]);
  return Object.fromEntries(entries) as Record<string, Tensor>;
}

function buffer({ data }: Packed): ArrayBuffer {
  return Uint8Array.from(Buffer.from(data, "base64")).buffer;
}
