/** ONNX messages as bytes: only what the graphs here need. @see github.com/onnx/onnx, onnx/onnx.proto, IR version 8, opset 17 */

import { concatBytes } from "../../base/bytes.ts";
import { bytesField, floatField, intField } from "./proto.ts";

/** ONNX element types by their number in `TensorProto.DataType`. */
export const elementType = { float: 1, int64: 7, float16: 10, bfloat16: 16 } as const;

/** The name of an element type that graphs here use. */
export type ElementType = keyof typeof elementType;

/** A node's attribute. ONNX tells whole numbers from floats, which JavaScript does not, so the kind is said. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] };

/** A node's attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

const join = (parts: readonly Uint8Array[]): Uint8Array => concatBytes(...parts);

/** `NodeProto`: an operator of the default domain with named inputs and outputs. */
export function nodeProto(op: string, inputs: readonly string[], output: string, attributes: Attributes): Uint8Array {
  return join([
    ...inputs.map((name) => bytesField(1, name)),
    bytesField(2, output),
    bytesField(3, output),
    bytesField(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, attributeProto(name, value))),
  ]);
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  const [type, fields] =
    "int" in value
      ? [2, [intField(3, value.int)]]
      : "float" in value
        ? [1, [floatField(2, value.float)]]
        : "text" in value
          ? [3, [bytesField(4, value.text)]]
          : [7, value.ints.map((int) => intField(8, int))];
  return join([bytesField(1, name), ...fields, intField(20, type)]);
}

/** `TensorProto` with its numbers inside, little-endian. */
export function inlineTensor(name: string, type: ElementType, shape: readonly number[], raw: Uint8Array): Uint8Array {
  return join([...tensorHead(name, type, shape), bytesField(9, raw)]);
}

/** `TensorProto` whose numbers are the whole of the external file `location`. */
export function externalTensor(
  name: string,
  type: ElementType,
  shape: readonly number[],
  location: string,
  length: number,
): Uint8Array {
  const entry = (key: string, value: string): Uint8Array =>
    bytesField(13, concatBytes(bytesField(1, key), bytesField(2, value)));
  return join([
    ...tensorHead(name, type, shape),
    entry("location", location),
    entry("offset", "0"),
    entry("length", String(length)),
    intField(14, 1),
  ]);
}

function tensorHead(name: string, type: ElementType, shape: readonly number[]): Uint8Array[] {
  return [...shape.map((side) => intField(1, side)), intField(2, elementType[type]), bytesField(8, name)];
}

/** `ValueInfoProto`: an input or output of the graph, of fixed shape. */
export function valueInfo(name: string, type: ElementType, shape: readonly number[]): Uint8Array {
  const sides = join(shape.map((side) => bytesField(1, intField(1, side))));
  const tensorType = concatBytes(intField(1, elementType[type]), bytesField(2, sides));
  return concatBytes(bytesField(1, name), bytesField(2, bytesField(1, tensorType)));
}

/** The parts of a graph, each already a message. */
export interface GraphParts {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
  readonly initializers: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** `ModelProto`, IR version 8, opset 17. The same parts give the same bytes. */
export function modelProto({ name, nodes, initializers, inputs, outputs }: GraphParts): Uint8Array<ArrayBuffer> {
  const graph = join([
    ...nodes.map((node) => bytesField(1, node)),
    bytesField(2, name),
    ...initializers.map((tensor) => bytesField(5, tensor)),
    ...inputs.map((input) => bytesField(11, input)),
    ...outputs.map((output) => bytesField(12, output)),
  ]);
  return concatBytes(intField(1, 8), bytesField(2, "seedproof"), bytesField(7, graph), bytesField(8, intField(2, 17)));
}
