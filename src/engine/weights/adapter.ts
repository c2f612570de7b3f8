/** Low-rank changes of a network's weights: LoRA and LoCon, under the names of kohya, diffusers and PEFT. @see arXiv:2106.09685 */

import { SeedproofError } from "../../base/errors.ts";
import { toFloat32, type Weight, type Weights } from "./weights.ts";

/** The parts of one module's change, as trained: ΔW = alpha/rank · up · (mid ·) down. */
export interface LowRank {
  /** [rank, inputs] or [rank, inputs, kernel, kernel]; with `mid` [rank, inputs, 1, 1]. */
  readonly down: Weight;
  /** [outputs, rank], with sides of 1 behind for a convolution. */
  readonly up: Weight;
  /** [rank, rank, kernel, kernel]: the core of a Tucker decomposition (LoCon "cp"). */
  readonly mid?: Weight;
  /** Absent: equal to the rank. */
  readonly alpha?: Weight;
}

/** An adapter: what it changes by the name under which the file keeps it, for example `lora_unet_mid_block_…_to_q`. */
export type Adapter = ReadonlyMap<string, LowRank>;

/** How each tool ends the names of the parts. */
const ENDINGS: readonly (readonly [RegExp, keyof LowRank])[] = [
  [/\.(?:lora_down|lora_A|lora\.down|lora_linear_layer\.down)(?:\.default)?\.weight$/, "down"],
  [/\.(?:lora_up|lora_B|lora\.up|lora_linear_layer\.up)(?:\.default)?\.weight$/, "up"],
  [/\.lora_mid\.weight$/, "mid"],
  [/\.alpha$/, "alpha"],
  // diffusers before 0.22: unet.….attn1.processor.to_q_lora.down.weight
  [/_lora\.down\.weight$/, "down"],
  [/_lora\.up\.weight$/, "up"],
];

/**
 * Groups the tensors of an adapter's file by the module that they change.
 * @throws SeedproofError `engine.adapter-unsupported` for another kind (LoHa, LoKr, DoRA, full differences),
 *   `engine.adapter-incomplete` when a module lacks a part
 */
export function readAdapter(weights: Weights): Adapter {
  const modules = new Map<string, Partial<Record<keyof LowRank, Weight>>>();
  for (const [name, weight] of weights) {
    const ending = ENDINGS.find(([pattern]) => pattern.test(name));
    if (!ending)
      throw new SeedproofError(
        "engine.adapter-unsupported",
        `the adapter's tensor ${name} is of no kind that is merged`,
      );
    const module = name.replace(ending[0], "").replace(".processor.", ".");
    modules.set(module, { ...modules.get(module), [ending[1]]: weight });
  }
  const complete = [...modules].map(([module, { down, up, ...rest }]): [string, LowRank] => {
    if (!down || !up)
      throw new SeedproofError("engine.adapter-incomplete", `the adapter's module ${module} lacks its up or down part`);
    return [module, { down, up, ...rest }];
  });
  return new Map(complete);
}

/**
 * ΔW without the user's weight, in the order of the changed weight's numbers. Computed in one order: for each output the
 * ranks one after the other, each product added in double and rounded to float32; at last times alpha/rank.
 * @throws SeedproofError `engine.weights-shape` when the parts do not fit each other or the changed weight
 */
export function difference(module: string, parts: LowRank, shape: readonly number[]): Float32Array {
  const rank = parts.down.shape[0] ?? 0;
  const [outputs = 0, ...inner] = shape;
  const size = inner.reduce((product, side) => product * side, 1);
  const right = parts.mid ? tuckerCore(module, parts.mid, parts.down) : toFloat32(module, parts.down);
  const left = toFloat32(module, parts.up);
  if (rank === 0 || left.length !== outputs * rank || right.length !== rank * size) {
    throw new SeedproofError(
      "engine.weights-shape",
      `the adapter's module ${module} does not fit a weight of [${shape.join(", ")}]`,
    );
  }
  const product = multiply(left, right, { outputs, rank, size });
  const alpha = parts.alpha ? toFloat32(module, parts.alpha)[0]! : rank;
  if (alpha === rank) return product;
  const scale = Math.fround(alpha / rank);
  return product.map((value) => value * scale);
}

interface Sizes {
  readonly outputs: number;
  readonly rank: number;
  readonly size: number;
}

/** [outputs, rank] times [rank, size]. */
function multiply(left: Float32Array, right: Float32Array, { outputs, rank, size }: Sizes): Float32Array {
  const product = new Float32Array(outputs * size);
  for (let output = 0; output < outputs; output++) {
    const row = product.subarray(output * size, (output + 1) * size);
    for (let r = 0; r < rank; r++) {
      const factor = left[output * rank + r]!;
      const from = r * size;
      for (let i = 0; i < size; i++) row[i] = row[i]! + factor * right[from + i]!;
    }
  }
  return product;
}

/** mid [rank, rank, k, k] over down [rank, inputs]: [rank, inputs, k, k]. */
function tuckerCore(module: string, mid: Weight, down: Weight): Float32Array {
  const [rank = 0, inner = 0, ...kernel] = mid.shape;
  const [, inputs = 0] = down.shape;
  const taps = kernel.reduce((product, side) => product * side, 1);
  const [core, right] = [toFloat32(module, mid), toFloat32(module, down)];
  if (right.length !== inner * inputs) {
    throw new SeedproofError(
      "engine.weights-shape",
      `the parts of the adapter's module ${module} do not fit each other`,
    );
  }
  const turned = new Float32Array(rank * taps * inner);
  for (let i = 0; i < core.length; i++) {
    const [row, column, tap] = [Math.floor(i / (inner * taps)), Math.floor(i / taps) % inner, i % taps];
    turned[(row * taps + tap) * inner + column] = core[i]!;
  }
  const byTap = multiply(turned, right, { outputs: rank * taps, rank: inner, size: inputs });
  return Float32Array.from(byTap, (_, i) => {
    const [row, input, tap] = [Math.floor(i / (inputs * taps)), Math.floor(i / taps) % inputs, i % taps];
    return byTap[(row * taps + tap) * inputs + input]!;
  });
}
