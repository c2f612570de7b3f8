/** Time, and SDXL's sizes and pooled text, as one embedding. @see diffusers, models/embeddings.py; arXiv:1706.03762, section 3.5 */

import { exp } from "../../base/math-exp.ts";
import { log } from "../../base/math-log.ts";
import type { GraphBuilder, Value } from "./builder.ts";
import type { UNetConfig } from "./config.ts";
import { activate, add, concat, linear, reshape } from "./ops.ts";

/** @returns [1 or batch, 4 · channels of the first level] */
export function timeEmbedding(g: GraphBuilder, config: UNetConfig, batch: number): Value {
  const channels = config.channels[0]!;
  const timestep = g.input("timestep", [1]);
  const time = perceptron(g, sinusoids(g, timestep, channels, config), "time_embedding", 4 * channels);
  if (!config.added) return time;
  const { timeIdWidth, inputWidth } = config.added;
  const pooled = g.input("pooled", [batch, inputWidth - 6 * timeIdWidth]);
  const ids = reshape(g, g.input("time_ids", [batch, 6]), [6 * batch]);
  const sizes = reshape(g, sinusoids(g, ids, timeIdWidth, config), [batch, 6 * timeIdWidth]);
  return add(g, perceptron(g, concat(g, [pooled, sizes], 1), "add_embedding", 4 * channels), time);
}

function perceptron(g: GraphBuilder, x: Value, prefix: string, width: number): Value {
  return linear(g, activate(g, linear(g, x, `${prefix}.linear_1`, width), "silu"), `${prefix}.linear_2`, width);
}

/** Sines and cosines of each of [n] numbers at geometrically falling frequencies. @returns [n, width] */
function sinusoids(g: GraphBuilder, x: Value, width: number, { flipSinToCos, frequencyShift }: UNetConfig): Value {
  const count = x.shape[0]!;
  const half = width / 2;
  const frequencies = g.constant([1, half], frequenciesOf(half, frequencyShift));
  const column = reshape(g, x, [count, 1]);
  const angles = g.node("Mul", [column, frequencies], [count, half]);
  const sin = g.node("Sin", [angles], angles.shape);
  const cos = g.node("Cos", [angles], angles.shape);
  return concat(g, flipSinToCos ? [cos, sin] : [sin, cos], 1);
}

/** 10000^(−i/(half − shift)), rounded to float32 where PyTorch rounds: at large times the last bit shows. */
function frequenciesOf(half: number, shift: number): Float32Array {
  const scale = Math.fround(-log(10_000));
  return Float32Array.from({ length: half }, (_, i) => exp(Math.fround(Math.fround(scale * i) / (half - shift))));
}
