/** The state of following one graph, bounded in work and depth, and the facts that were met on the way. */

import type { Finding } from "../../base/findings.ts";
import type { Graph, GraphNode, Input, Link } from "./graph.ts";
import { type Kind, kindOfName } from "./kinds.ts";
import type { Known } from "./known.ts";
import { outputsOf } from "./outputs.ts";
import type { KnownSize } from "./sizes.ts";

/** The state of following one graph: what was found on the way, and how much work is left. */
export interface Walk {
  readonly graph: Graph;
  /** By code and node, so that a fact is said once. */
  readonly findings: Map<string, Finding>;
  readonly values: Map<string, Known | undefined | "busy">;
  readonly sizes: Map<string, KnownSize | undefined>;
  steps: number;
  /** How many switches and pipes wait for the answer of another. */
  nesting: number;
  /** The value of an input, followed and computed; `want` is the name that the asking node has for it. */
  readonly value: (input: Input | undefined, want: string) => Known | undefined;
}

/** Takes one step; false where the graph has used up what it may take. */
export function step(walk: Walk): boolean {
  if (walk.steps > 0) {
    walk.steps--;
    return true;
  }
  walk.findings.set("too-large", {
    code: "recipe.graph-too-large",
    level: "informs",
    text: {
      en: "The graph is too large or too tangled to be followed to its end; some values may be missing.",
      zh: "该节点图过大或过于复杂，无法完整追踪；部分数值可能缺失。",
    },
  });
  return false;
}

/** Switches that ask switches, pipes that ask pipes; a circle of them has no answer. */
const MAX_NESTING = 100;

/** Asks a question that may come back to itself; `undefined` where too many wait already. */
export function nested<T>(walk: Walk, ask: () => T): T | undefined {
  if (walk.nesting >= MAX_NESTING || !step(walk)) return undefined;
  walk.nesting++;
  const answer = ask();
  walk.nesting--;
  return answer;
}

/** A node that a search has come to, and the output through which it came. */
export interface Place {
  readonly at: GraphNode;
  readonly slot: number;
}

/** The name of an output, where the workflow or the table of known classes says it. */
export function outputName(node: GraphNode, slot: number): string | undefined {
  return outputsOf(node.type)?.[slot] ?? node.outputs?.[slot];
}

/** Says that a node could not be followed, once a node. */
export function sayUnresolved(walk: Walk, node: GraphNode, what: string): void {
  walk.findings.set(`unresolved ${what} ${node.id}`, {
    code: "recipe.graph-unresolved",
    level: "informs",
    text: {
      en: `The ${what} that node ${node.id} (${node.type}) gives cannot be read from the graph.`,
      zh: `无法从节点图中读出节点 ${node.id}（${node.type}）给出的 ${what}。`,
    },
    where: { node: node.id, pointer: node.pointer },
  });
}

/** What a link carries: by the name of the input, else by the name of the output that it comes from. */
export function kindOfLink(walk: Walk, name: string, link: Link): Kind {
  const kind = kindOfName(name);
  if (kind !== "other") return kind;
  const node = walk.graph.nodes.get(link.node);
  const output = node && outputName(node, link.slot);
  return output === undefined ? "other" : kindOfName(output);
}
