/**
 * A ComfyUI graph: nodes with named inputs, each a value or a link to an output of another node.
 * The form is that of the server's `POST /prompt`, which the savers write into the image as `prompt`.
 */

import { isObject, type Json, type JsonObject, pointer } from "../../base/json.ts";

/** Limits of the graph reader. */
export const GRAPH_LIMITS = {
  /** Nodes of one graph, subgraphs expanded. The largest workflows in the wild have some 1,500. CWE-770. */
  nodes: 6_000,
  /** Characters of a class or input name; patterns are tried on them. The longest real ones have some 80. CWE-1333. */
  name: 200,
  /** How many nodes deep an output is followed; each level costs a few stack frames. CWE-674. */
  depth: 400,
  /** Steps that following one graph may take in all; workflows of 100 nodes take about 1,000. CWE-407. */
  steps: 20_000,
} as const;

/** A value that stands in the graph. */
export interface Literal {
  readonly value: Json;
  /** JSON pointer into the text that holds the graph. */
  readonly pointer: string;
}

/** A link to an output of another node. */
export interface Link {
  readonly node: string;
  /** Index of the output, from 0. */
  readonly slot: number;
}

/** What an input of a node holds. */
export type Input = Literal | Link;

/** One node. Ids are texts: `3`, `30:6` (in a subgraph), `SaveImage`. */
export interface GraphNode {
  readonly id: string;
  /** The node class, as its author named it. */
  readonly type: string;
  readonly title?: string;
  readonly pointer: string;
  /** In the order of the file. */
  readonly inputs: ReadonlyMap<string, Input>;
  /** Names of the outputs; only a workflow says them. */
  readonly outputs?: readonly string[];
}

/** A whole graph. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Members of the graph's object that are no nodes (`extra`, `extraMetadata` of Civitai). */
  readonly rest: JsonObject;
}

/** Whether an input is a link. */
export function isLink(input: Input | undefined): input is Link {
  return input !== undefined && "slot" in input;
}

/** The linked inputs of a node, in the order of the file. */
export function linksOf(node: GraphNode): [name: string, link: Link][] {
  return [...node.inputs].filter((entry): entry is [string, Link] => isLink(entry[1]));
}

/** Whether a JSON object looks like an API graph: it has members with a `class_type`. */
export function isApiGraph(json: JsonObject): boolean {
  return Object.values(json).some((node) => isObject(node) && typeof node.class_type === "string");
}

/**
 * The graph of an API prompt; `at` is the pointer of its object in the block's text. Members that are no nodes go to
 * `rest`, nodes past {@link GRAPH_LIMITS} are left out.
 */
export function readApiGraph(json: JsonObject, at = ""): Graph {
  const nodes = new Map<string, GraphNode>();
  const rest: Record<string, Json> = {};
  for (const [id, value] of Object.entries(json)) {
    if (!isObject(value) || typeof value.class_type !== "string") rest[id] = value;
    else if (nodes.size < GRAPH_LIMITS.nodes) nodes.set(id, readNode(id, value, value.class_type, at + pointer(id)));
  }
  return { nodes, rest };
}

function readNode(id: string, json: JsonObject, type: string, at: string): GraphNode {
  const inputs = new Map<string, Input>();
  for (const [name, value] of Object.entries(isObject(json.inputs) ? json.inputs : {})) {
    if (name.length <= GRAPH_LIMITS.name) inputs.set(name, readInput(value, at + pointer("inputs", name)));
  }
  const title = isObject(json._meta) && typeof json._meta.title === "string" ? json._meta.title : undefined;
  return {
    id,
    type: type.slice(0, GRAPH_LIMITS.name),
    pointer: at,
    inputs,
    ...(title !== undefined && { title: title.slice(0, GRAPH_LIMITS.name) }),
  };
}

/** A link is `[node id, output index]`; an array value is wrapped as `{"__value__": […]}` by the front end. */
function readInput(value: Json, at: string): Input {
  if (Array.isArray(value) && value.length === 2) {
    const [node, slot] = value;
    const id = typeof node === "number" ? String(node) : node;
    if (typeof id === "string" && typeof slot === "number" && Number.isInteger(slot) && slot >= 0) {
      return { node: id, slot };
    }
  }
  return { value, pointer: at };
}
