/** Building an ONNX graph of fixed shapes, node by node, with its weights outside. */

import { SeedproofError } from "../../base/errors.ts";
import type { ExternalData } from "../backend.ts";
import { sizeOf } from "../tensor.ts";
import { bytesOf, finiteBytes, type Weight, type Weights } from "../weights/weights.ts";
import {
  type Attributes,
  type ElementType,
  externalTensor,
  inlineTensor,
  modelProto,
  nodeProto,
  valueInfo,
} from "./onnx.ts";

/** Where a builder finds weights: a map of them, or something that makes each when it is asked for it. */
export interface WeightSource {
  has(name: string): boolean;
  /** @param shape - what the network needs; a map does not look at it */
  get(name: string, shape: readonly number[]): Weight | undefined;
}

/** A tensor inside a graph under construction. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A finished graph. */
export interface BuiltGraph {
  /** Serialised ONNX `ModelProto` without weights: the same configuration, sizes and weight types give the same bytes. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** Names of the weights it refers to, in order of use. */
  readonly weightNames: readonly string[];
  /** What running it takes, so that a host can refuse before it loads. */
  readonly memory: GraphMemory;
}

/** Memory in bytes, from the shapes alone. A runtime needs some more for itself. */
export interface GraphMemory {
  /** All weights as float32, which they are computed with. */
  readonly weights: number;
  /** All weights as their files give them, which are held until they have become float32. */
  readonly given: number;
  /** The largest sum of activations that are needed at one time. */
  readonly activations: number;
}

const onnxType = { F32: "float", F16: "float16", BF16: "bfloat16" } as const;

/** A graph under construction: nodes are added in the order in which they can run. */
export class GraphBuilder {
  readonly #name: string;
  readonly #weights: WeightSource;
  readonly #nodes: Uint8Array[] = [];
  readonly #initializers: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  readonly #weightValues = new Map<string, Value>();
  readonly #live = new Map<string, { readonly bytes: number; readonly born: number; used: number }>();
  #weightNumbers = 0;
  #givenBytes = 0;
  #count = 0;

  constructor(name: string, weights: WeightSource) {
    this.#name = name;
    this.#weights = weights;
  }

  input(name: string, shape: readonly number[], type: ElementType = "float"): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return { name, shape };
  }

  output(name: string, value: Value): void {
    this.#outputs.push(valueInfo(name, "float", value.shape));
    this.#nodes.push(nodeProto("Identity", [value.name], name, {}));
    this.#touch([value], Number.POSITIVE_INFINITY);
  }

  /** Adds an operator. `shape` is the shape of its one output: ONNX would infer it, but the builder goes on computing with it. */
  node(op: string, inputs: readonly Value[], shape: readonly number[], attributes: Attributes = {}): Value {
    const name = `${op}_${this.#count++}`;
    this.#nodes.push(
      nodeProto(
        op,
        inputs.map((input) => input.name),
        name,
        attributes,
      ),
    );
    this.#touch(inputs, this.#count);
    this.#live.set(name, { bytes: 4 * sizeOf(shape), born: this.#count, used: this.#count });
    return { name, shape };
  }

  /** Numbers that belong to the graph itself. */
  constant(shape: readonly number[], data: Float32Array | BigInt64Array): Value {
    const name = `const_${this.#count++}`;
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push(inlineTensor(name, data instanceof Float32Array ? "float" : "int64", shape, raw));
    return { name, shape };
  }

  /** Whether the weights hold a tensor of this name: biases and shortcuts may be absent. */
  has(name: string): boolean {
    return this.#weights.has(name);
  }

  /**
   * A weight as a float32 value of the shape that the network expects. Half-precision weights stay so in memory until the
   * runtime casts them. Sides of 1 do not count: a 1×1 convolution and a matrix are the same bytes.
   * @throws SeedproofError `engine.weights-missing`, or `engine.weights-shape` when the file has another shape
   */
  weight(name: string, shape: readonly number[]): Value {
    const known = this.#weightValues.get(name);
    if (known) return known;
    const weight = this.#weights.get(name, shape);
    if (!weight) throw new SeedproofError("engine.weights-missing", `the weights have no ${name}`);
    assertShape(name, weight, shape);
    const value = this.#addWeight(name, weight, shape);
    this.#weightValues.set(name, value);
    return value;
  }

  #addWeight(name: string, weight: Weight, shape: readonly number[]): Value {
    const size = sizeOf(shape);
    this.#initializers.push(externalTensor(name, onnxType[weight.type], shape, name, size * bytesOf[weight.type]));
    this.#weightNumbers += size;
    this.#givenBytes += size * bytesOf[weight.type];
    if (weight.type === "F32") return { name, shape };
    const cast = `${name}.float32`;
    this.#nodes.push(nodeProto("Cast", [name], cast, { to: { int: 1 } }));
    return { name: cast, shape };
  }

  #touch(values: readonly Value[], at: number): void {
    for (const { name } of values) {
      const life = this.#live.get(name);
      if (life) life.used = Math.max(life.used, at);
    }
  }

  finish(): BuiltGraph {
    return {
      model: modelProto({
        name: this.#name,
        nodes: this.#nodes,
        initializers: this.#initializers,
        inputs: this.#inputs,
        outputs: this.#outputs,
      }),
      weightNames: [...this.#weightValues.keys()],
      memory: { weights: 4 * this.#weightNumbers, given: this.#givenBytes, activations: this.#peak() },
    };
  }

  /** The most bytes of node outputs that live at one time, counting each from its node to its last reader. */
  #peak(): number {
    const change = new Float64Array(this.#count + 2);
    for (const { bytes, born, used } of this.#live.values()) {
      change[born]! += bytes;
      if (used + 1 < change.length) change[used + 1]! -= bytes;
    }
    let now = 0;
    let peak = 0;
    for (const step of change) {
      now += step;
      peak = Math.max(peak, now);
    }
    return peak;
  }
}

function assertShape(name: string, weight: Weight, shape: readonly number[]): void {
  const essential = (sides: readonly number[]): string => sides.filter((side) => side !== 1).join("×");
  if (essential(weight.shape) !== essential(shape)) {
    throw new SeedproofError(
      "engine.weights-shape",
      `the weight ${name} is [${weight.shape.join(", ")}]; this configuration needs [${shape.join(", ")}]`,
    );
  }
}

/** The weights of a graph as external data, one file each, looked through for NaN and infinity when they are read. */
export function externalData(graph: BuiltGraph, weights: Weights): ExternalData[] {
  return graph.weightNames.map((name) => {
    const weight = weights.get(name)!;
    return { path: name, size: sizeOf(weight.shape) * bytesOf[weight.type], read: () => finiteBytes(name, weight) };
  });
}
