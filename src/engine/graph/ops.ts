/** The layers of diffusion networks as ONNX operators (opset 17). Weight names are PyTorch's: `prefix.weight`, `prefix.bias`. */

import type { GraphBuilder, Value } from "./builder.ts";

/** A shape with one axis of unknown length filled in from the size. */
export function reshape(g: GraphBuilder, x: Value, shape: readonly number[]): Value {
  const sides = g.constant([shape.length], BigInt64Array.from(shape, BigInt));
  return g.node("Reshape", [x, sides], shape);
}

/** Axes in another order. */
export function transpose(g: GraphBuilder, x: Value, order: readonly number[]): Value {
  return g.node(
    "Transpose",
    [x],
    order.map((axis) => x.shape[axis]!),
    { perm: { ints: order } },
  );
}

/** Element by element with broadcasting; the shape is the longer operand's, which is `a` in every use here. */
export function add(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node("Add", [a, b], a.shape);
}

/** Element by element with broadcasting, as {@link add}. */
export function multiply(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node("Mul", [a, b], a.shape);
}

/** One number as a value. */
export function scalar(g: GraphBuilder, value: number): Value {
  return g.constant([], Float32Array.of(value));
}

/** Values one after the other along an axis. */
export function concat(g: GraphBuilder, parts: readonly Value[], axis: number): Value {
  const shape = parts[0]!.shape.map((side, i) =>
    i === axis ? parts.reduce((sum, p) => sum + p.shape[axis]!, 0) : side,
  );
  return g.node("Concat", parts, shape, { axis: { int: axis } });
}

/** Part of a value along an axis, `end` not included. */
export function slice(g: GraphBuilder, x: Value, axis: number, start: number, end: number): Value {
  const bounds = [start, end, axis].map((bound) => g.constant([1], BigInt64Array.of(BigInt(bound))));
  return g.node(
    "Slice",
    [x, ...bounds],
    x.shape.map((side, i) => (i === axis ? end - start : side)),
  );
}

/** How a convolution slides. Padding is top, left, bottom, right. */
export interface Stride {
  readonly stride?: number;
  readonly padding?: readonly [number, number, number, number];
}

/** `torch.nn.Conv2d` over [batch, channels, height, width]. */
export function conv2d(
  g: GraphBuilder,
  x: Value,
  prefix: string,
  channels: number,
  kernel: number,
  { stride = 1, padding = [(kernel - 1) >> 1, (kernel - 1) >> 1, (kernel - 1) >> 1, (kernel - 1) >> 1] }: Stride = {},
): Value {
  const [batch, inputs, height, width] = x.shape as [number, number, number, number];
  const weight = g.weight(`${prefix}.weight`, [channels, inputs, kernel, kernel]);
  const bias = g.has(`${prefix}.bias`) ? [g.weight(`${prefix}.bias`, [channels])] : [];
  const side = (length: number, pad: number): number => Math.floor((length + pad - kernel) / stride) + 1;
  const shape = [batch, channels, side(height, padding[0] + padding[2]), side(width, padding[1] + padding[3])];
  return g.node("Conv", [x, weight, ...bias], shape, {
    kernel_shape: { ints: [kernel, kernel] },
    strides: { ints: [stride, stride] },
    pads: { ints: padding },
  });
}

/** `torch.nn.Linear` over the last axis; every axis before it is a row. The bias is used where the weights have one. */
export function linear(g: GraphBuilder, x: Value, prefix: string, outputs: number): Value {
  const inputs = x.shape.at(-1)!;
  const rows = x.shape.slice(0, -1);
  const flat = x.shape.length === 2 ? x : reshape(g, x, [rows.reduce((a, b) => a * b, 1), inputs]);
  const weight = g.weight(`${prefix}.weight`, [outputs, inputs]);
  const bias = g.has(`${prefix}.bias`) ? [g.weight(`${prefix}.bias`, [outputs])] : [];
  const y = g.node("Gemm", [flat, weight, ...bias], [flat.shape[0]!, outputs], { transB: { int: 1 } });
  return x.shape.length === 2 ? y : reshape(g, y, [...rows, outputs]);
}

/**
 * `torch.nn.GroupNorm` over [batch, channels, height, width]. Means are taken an axis at a time: the runtime adds floats one
 * after the other, and over whole groups (its InstanceNormalization) a VAE's decoded image was off by 2e-5.
 */
export function groupNorm(g: GraphBuilder, x: Value, prefix: string, groups: number, epsilon: number): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const inGroups = reshape(g, x, [batch, groups, channels / groups, height, width]);
  const centred = g.node("Sub", [inGroups, groupMean(g, inGroups)], inGroups.shape);
  const variance = groupMean(g, multiply(g, centred, centred));
  const deviation = g.node("Sqrt", [add(g, variance, scalar(g, epsilon))], variance.shape);
  const normed = reshape(g, g.node("Div", [centred, deviation], centred.shape), x.shape);
  const scaled = multiply(g, normed, g.weight(`${prefix}.weight`, [channels, 1, 1]));
  return add(g, scaled, g.weight(`${prefix}.bias`, [channels, 1, 1]));
}

/** [batch, groups, channels, height, width] → [batch, groups, 1, 1, 1]. */
function groupMean(g: GraphBuilder, x: Value): Value {
  return [4, 3, 2].reduce((rest, axis) => {
    const shape = rest.shape.map((side, i) => (i === axis ? 1 : side));
    return g.node("ReduceMean", [rest], shape, { axes: { ints: [axis] }, keepdims: { int: 1 } });
  }, x);
}

/** `torch.nn.LayerNorm` over the last axis. */
export function layerNorm(g: GraphBuilder, x: Value, prefix: string, epsilon: number): Value {
  const width = x.shape.at(-1)!;
  const inputs = [x, g.weight(`${prefix}.weight`, [width]), g.weight(`${prefix}.bias`, [width])];
  return g.node("LayerNormalization", inputs, x.shape, { axis: { int: -1 }, epsilon: { float: epsilon } });
}

/** Activation functions by their PyTorch names. */
export type Activation = "silu" | "gelu" | "quick_gelu";

/** x·σ(x); ½·x·(1 + erf(x/√2)); x·σ(1.702·x). */
export function activate(g: GraphBuilder, x: Value, kind: Activation): Value {
  if (kind === "silu") return multiply(g, x, g.node("Sigmoid", [x], x.shape));
  if (kind === "quick_gelu") {
    return multiply(g, x, g.node("Sigmoid", [multiply(g, x, scalar(g, 1.702))], x.shape));
  }
  const erf = g.node("Erf", [g.node("Div", [x, scalar(g, Math.SQRT2)], x.shape)], x.shape);
  return multiply(g, multiply(g, x, add(g, erf, scalar(g, 1))), scalar(g, 0.5));
}

/** What attention reads: queries from `x`, keys and values from `context`, [batch, tokens, width] each. */
export interface AttentionInputs {
  readonly x: Value;
  readonly context: Value;
  readonly heads: number;
  /** Added to the scores, [queries, keys]: 0 where a query may look and a large negative number where not. */
  readonly mask?: Value;
}

/** Names of the four projections. */
export interface AttentionNames {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly out: string;
}

/** softmax(q·kᵀ/√d)·v in `heads` parts, and the projection after it. @returns [batch, tokens of x, width of x] */
export function attention(g: GraphBuilder, { x, context, heads, mask }: AttentionInputs, names: AttentionNames): Value {
  const [batch, tokens, width] = x.shape as [number, number, number];
  const keys = context.shape[1]!;
  const depth = width / heads;
  const split = (value: Value, count: number): Value => reshape(g, value, [batch, count, heads, depth]);
  const q = transpose(g, split(linear(g, x, names.q, width), tokens), [0, 2, 1, 3]);
  const k = transpose(g, split(linear(g, context, names.k, width), keys), [0, 2, 3, 1]);
  const v = transpose(g, split(linear(g, context, names.v, width), keys), [0, 2, 1, 3]);
  const scores = g.node("MatMul", [multiply(g, q, scalar(g, 1 / Math.sqrt(depth))), k], [batch, heads, tokens, keys]);
  const masked = mask ? add(g, scores, mask) : scores;
  const shares = g.node("Softmax", [masked], masked.shape, { axis: { int: -1 } });
  const mixed = transpose(g, g.node("MatMul", [shares, v], [batch, heads, tokens, depth]), [0, 2, 1, 3]);
  return linear(g, reshape(g, mixed, [batch, tokens, width]), names.out, width);
}

/** [batch, channels, height, width] → [batch, height·width, channels]. */
export function toTokens(g: GraphBuilder, x: Value): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  return reshape(g, transpose(g, x, [0, 2, 3, 1]), [batch, height * width, channels]);
}

/** [batch, height·width, channels] → [batch, channels, height, width]. */
export function fromTokens(g: GraphBuilder, x: Value, height: number, width: number): Value {
  const [batch, , channels] = x.shape as [number, number, number];
  return transpose(g, reshape(g, x, [batch, height, width, channels]), [0, 3, 1, 2]);
}

/** Nearest-neighbour resize to a given height and width, as `torch.nn.functional.interpolate`. */
export function resizeNearest(g: GraphBuilder, x: Value, height: number, width: number): Value {
  const shape = [x.shape[0]!, x.shape[1]!, height, width];
  const none = g.constant([0], new Float32Array(0));
  const sizes = g.constant([4], BigInt64Array.from(shape, BigInt));
  return g.node("Resize", [x, none, none, sizes], shape, {
    mode: { text: "nearest" },
    coordinate_transformation_mode: { text: "asymmetric" },
    nearest_mode: { text: "floor" },
  });
}
