/** Values found in a graph, with the place that they stand in. */

import type { Json } from "../../base/json.ts";
import type { GraphNode, Input } from "./graph.ts";
import type { Walk } from "./walk.ts";

/** A value with the place that it stands in. */
export interface Known<T extends Json = Json> {
  readonly value: T;
  /** JSON pointer into the text of the graph; of the first part where the value is made of several. */
  readonly pointer: string;
  /** It was computed; it stands nowhere as it is. */
  readonly computed?: true;
  /** The node whose text is made at run time and stands nowhere; `value` is then what its user typed. */
  readonly unrecorded?: GraphNode;
}

/** A text as it is used; numbers become their digits, as string nodes make them. */
export function textOfInput(walk: Walk, input: Input | undefined, want = "text"): Known<string> | undefined {
  const known = walk.value(input, want);
  if (typeof known?.value === "string") return known as Known<string>;
  return typeof known?.value === "number" ? { ...known, value: String(known.value) } : undefined;
}

/** A finite number, also where it stands as digits. */
export function numberOfInput(walk: Walk, input: Input | undefined, want: string): Known<number> | undefined {
  const known = walk.value(input, want);
  if (typeof known?.value === "number") return known as Known<number>;
  if (typeof known?.value !== "string" || !/^\s*-?\d{1,20}(\.\d{1,20})?\s*$/.test(known.value)) return undefined;
  return { ...known, value: Number(known.value) };
}
