/** Running a graph: each node once, in the order of its links; what is as it was the last time is not run again. */

import { sha256Hex } from "../../base/hash.ts";
import { canonicalJson, type Json } from "../../base/json.ts";
import { NODES } from "./definitions.ts";
import { type NodeTools, RUNS } from "./nodes.ts";
import { type ApiGraph, isLink, upstreamOf } from "./validate.ts";
import type { NodeOutputs } from "./values.ts";

/** An image file that a node put out. */
export interface PutFile {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: "output" | "temp";
}

/** What a node came to, kept for the next run. */
interface Kept {
  readonly outputs: NodeOutputs;
  readonly files: readonly PutFile[];
}

/** Results of the last run, by the signature of the node and of all that it needs. */
export type GraphCache = Map<string, Kept>;

/** What is heard of a run. */
export type GraphEvent =
  | { readonly type: "cached"; readonly nodes: readonly string[] }
  | { readonly type: "executing"; readonly node: string }
  | { readonly type: "progress"; readonly node: string; readonly value: number; readonly max: number }
  | { readonly type: "preview"; readonly node: string; readonly image: Uint8Array }
  | { readonly type: "executed"; readonly node: string; readonly files: readonly PutFile[] };

/** A run. */
export interface GraphRun {
  readonly graph: ApiGraph;
  /** Nodes whose results leave the graph. */
  readonly outputs: readonly string[];
  /** Changes with what the run leaves behind. */
  readonly cache: GraphCache;
  /** Hashes of the files that nodes read, by node: a file of the same name may be another one by now. */
  readonly contents: Readonly<Record<string, string>>;
  readonly onEvent: (event: GraphEvent) => void;
  /** Tools of one node; `files` is filled by its `put`. */
  readonly tools: (node: string, files: PutFile[]) => NodeTools;
  readonly signal?: AbortSignal | undefined;
}

/** An error, and the node in which it came about. */
export class NodeError extends Error {
  readonly node: string;
  constructor(node: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.node = node;
  }
}

/**
 * Runs what the outputs need. Results of nodes that this run did not use are forgotten behind it, as ComfyUI forgets them.
 * @throws NodeError with the cause; the signal's reason when it is aborted
 */
export async function executeGraph(run: GraphRun): Promise<void> {
  const { graph, outputs, cache, onEvent, tools, signal } = run;
  const order = orderOf(graph, outputs);
  const signatures = signaturesOf(run, order);
  const cached = order.filter((node) => cache.has(signatures.get(node)!));
  onEvent({ type: "cached", nodes: cached });
  const results = new Map<string, Kept>();
  for (const node of order) {
    signal?.throwIfAborted();
    const signature = signatures.get(node)!;
    const kept = cache.get(signature) ?? (await runNode(node));
    results.set(signature, kept);
    if (cache.has(signature) && kept.files.length > 0) onEvent({ type: "executed", node, files: kept.files });
  }
  cache.clear();
  for (const [signature, kept] of results) cache.set(signature, kept);

  async function runNode(node: string): Promise<Kept> {
    onEvent({ type: "executing", node });
    const { class_type, inputs } = graph[node]!;
    const files: PutFile[] = [];
    const values = Object.entries(inputs).map(([name, value]): [string, unknown] => {
      return [name, isLink(value) ? results.get(signatures.get(value[0])!)?.outputs[value[1]] : value];
    });
    try {
      const made = await RUNS[class_type]!(Object.fromEntries(values), tools(node, files));
      if (NODES[class_type]!.isOutput) onEvent({ type: "executed", node, files });
      return { outputs: made, files };
    } catch (error) {
      signal?.throwIfAborted();
      throw new NodeError(node, error);
    }
  }
}

/** Every node behind the nodes that it needs. */
function orderOf(graph: ApiGraph, outputs: readonly string[]): string[] {
  const order = new Set<string>();
  for (const output of outputs) for (const node of upstreamOf(output, graph) ?? []) order.add(node);
  return [...order];
}

/** A node's class and inputs, and those of all that it needs: what its result depends on. */
function signaturesOf({ graph, contents }: GraphRun, order: readonly string[]): Map<string, string> {
  const signatures = new Map<string, string>();
  for (const node of order) {
    const { class_type, inputs } = graph[node]!;
    const values = Object.entries(inputs).map(([name, value]): [string, Json] => {
      return [name, isLink(value) ? { of: signatures.get(value[0]) ?? "", output: value[1] } : value];
    });
    // Output nodes are told apart by their id as well: two that save the same save twice.
    const self = NODES[class_type]!.isOutput ? node : "";
    signatures.set(
      node,
      sha256Hex(canonicalJson([class_type, self, contents[node] ?? "", Object.fromEntries(values)])),
    );
  }
  return signatures;
}
