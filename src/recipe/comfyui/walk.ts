/** Following links of a graph: through reroutes, switches, pipes and contexts, to the node that really makes a thing. */

import type { Finding } from "../../base/findings.ts";
import { GRAPH_LIMITS, type Graph, type GraphNode, type Input, isLink, type Link, linksOf } from "./graph.ts";
import { type Kind, kindOfMember, kindOfName, type Member, memberOf, namesOf } from "./kinds.ts";
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

function nested<T>(walk: Walk, ask: () => T): T | undefined {
  if (walk.nesting >= MAX_NESTING || !step(walk)) return undefined;
  walk.nesting++;
  const answer = ask();
  walk.nesting--;
  return answer;
}

/** A node that a search has come to, and the output through which it came. */
export interface Place {
  readonly node: GraphNode;
  readonly slot: number;
}

/** The name of an output, where the workflow or the table of known classes says it. */
export function outputName(node: GraphNode, slot: number): string | undefined {
  return outputsOf(node.type)?.[slot] ?? node.outputs?.[slot];
}

/**
 * The node that makes what the link carries, past all nodes that only pass it on; a value that a pipe holds as it is;
 * `undefined` where the way ends at a node that the graph does not have.
 */
export function origin(walk: Walk, input: Input | undefined, kind: Kind, member?: Member): Place | Input | undefined {
  let at: Input | undefined = input;
  for (let depth = 0; depth < GRAPH_LIMITS.depth && isLink(at) && step(walk); depth++) {
    const node = walk.graph.nodes.get(at.node);
    if (node === undefined) return undefined;
    const next = passesOn(walk, { node, slot: at.slot }, kind, member);
    if (next === undefined) return { node, slot: at.slot };
    at = next;
  }
  return isLink(at) ? undefined : at;
}

/** {@link origin} where only a node will do. */
export function originNode(walk: Walk, input: Input | undefined, kind: Kind, member?: Member): Place | undefined {
  const place = origin(walk, input, kind, member);
  return place !== undefined && "slot" in place && typeof place.node !== "string" ? (place as Place) : undefined;
}

/** The input that a node hands through to this output, or `undefined` where the node makes the output itself. */
function passesOn(walk: Walk, { node, slot }: Place, kind: Kind, member?: Member): Input | undefined {
  const chosen = chooseBranch(walk, node, slot);
  if (chosen !== undefined) return chosen;
  const name = outputName(node, slot);
  const wanted = name === undefined ? member : (memberOf(name) ?? (kind === "pipe" ? undefined : member));
  if (isCarrier(node) && wanted !== undefined && kindOfName(name ?? "") !== "pipe") {
    const held = inputOf(walk, node, wanted);
    if (held !== undefined) return held;
  }
  return passThrough(node);
}

/** Pipes, contexts and buses hand their members through; samplers and loaders make theirs. */
function isCarrier(node: GraphNode): boolean {
  if (/sampler|loader|detailer(?!pipe)/i.test(node.type)) return false;
  return /pipe|context|\bbus\b|tuple|module (in|out)put/i.test(node.type);
}

const ANY_INPUT = new Set(["", "*", "any", "anything", "input", "value", "source", "data", "any_input", "in", "text"]);

/** The one input of a node that only shows or reroutes something. */
function passThrough(node: GraphNode): Input | undefined {
  const links = linksOf(node);
  const [first] = links;
  if (first === undefined || links.length > 1) return undefined;
  if (/reroute|pass.?through|^PrimitiveNode$|^(easy )?showAnything|display.?any|PreviewAny|^ShowText/i.test(node.type))
    return first[1];
  return ANY_INPUT.has(first[0].toLowerCase()) && first[0] !== "text" && node.inputs.size === 1 ? first[1] : undefined;
}

/**
 * An input of a node by what it means, whatever the node calls it; where the node has none, the one that its pipe
 * holds. Linked inputs that lead nowhere do not count.
 */
export function inputOf(walk: Walk, node: GraphNode, member: Member): Input | undefined {
  for (const name of namesOf(member)) {
    const input = node.inputs.get(name);
    if (input === undefined || (isLink(input) && !walk.graph.nodes.has(input.node))) continue;
    if (!isLink(input) && (input.value === null || input.value === "")) {
      if (kindOfMember(member) !== "conditioning") continue;
    }
    if (isLink(input) || kindOfMember(member) === "scalar" || kindOfMember(member) === "conditioning") return input;
  }
  return nested(walk, () => inputOfPipe(walk, node, member));
}

function inputOfPipe(walk: Walk, node: GraphNode, member: Member): Input | undefined {
  for (const [name, link] of linksOf(node)) {
    if (kindOfName(name) !== "pipe") continue;
    const source = originNode(walk, link, "pipe");
    if (source === undefined || source.node === node) continue;
    const slot = (outputsOf(source.node.type) ?? source.node.outputs ?? []).findIndex(
      (out) => memberOf(out) === member,
    );
    const makes = !isCarrier(source.node) && slot >= 0 && kindOfMember(member) !== "scalar";
    if (makes) return { node: source.node.id, slot };
    const held = inputOf(walk, source.node, member);
    if (held !== undefined) return held;
    if (canMake(source.node, member)) return { node: source.node.id, slot: Number.MAX_SAFE_INTEGER };
  }
  return undefined;
}

/** Loaders and samplers make models, latents and images without an output of their own for each. */
function canMake(node: GraphNode, member: Member): boolean {
  const kind = kindOfMember(member);
  if (kind === "scalar" || kind === "conditioning") return false;
  const own = [...node.inputs.keys()];
  if (kind === "latent" || kind === "image") return own.some((name) => /(^|_)width$|steps$/.test(name));
  return own.some((name) => /(ckpt|unet|model|checkpoint|vae|clip)_name$/.test(name));
}

/** The branch that a switch takes, or `undefined` for a node that is no switch. */
function chooseBranch(walk: Walk, node: GraphNode, slot: number): Input | undefined {
  const links = linksOf(node).filter(([, link]) => walk.graph.nodes.has(link.node));
  const whenTrue = pick(node, ["on_true", "tt_value", "true_value", "if_true", "value_if_true", "positive_branch"]);
  const whenFalse = pick(node, ["on_false", "ff_value", "false_value", "if_false", "value_if_false"]);
  if (whenTrue !== undefined || whenFalse !== undefined) return ifElse(walk, node, whenTrue, whenFalse);
  if (!/switch|selector|any ?index|fallback|coalesce|merge \(rgthree\)/i.test(node.type)) return undefined;
  if (/Inversed/.test(node.type)) return pick(node, ["input"]);
  if (/rgthree|fallback|coalesce/i.test(node.type)) return firstOf(walk, node, links, slot);
  return byNumber(walk, node) ?? byFlag(walk, node) ?? (links.length === 1 ? links[0]?.[1] : undefined);
}

function ifElse(walk: Walk, node: GraphNode, whenTrue?: Input, whenFalse?: Input): Input | undefined {
  const flag = flagOf(walk, node, ["switch", "boolean", "cond", "condition", "bool", "value", "boolean_value"]);
  if (flag === undefined) {
    sayUnresolved(walk, node, "switch");
    return whenTrue === undefined || whenFalse === undefined ? (whenTrue ?? whenFalse) : undefined;
  }
  return flag ? whenTrue : whenFalse;
}

/** rgthree's Any Switch and Context Switch take the first that is there; their contexts are asked member by member. */
function firstOf(walk: Walk, node: GraphNode, links: [string, Link][], slot: number): Input | undefined {
  if (!/context/i.test(node.type)) return links.find(([name]) => /any|input|value/i.test(name))?.[1] ?? links[0]?.[1];
  const ordered = /merge/i.test(node.type) ? links.toReversed() : links;
  const name = outputName(node, slot);
  const member = name === undefined ? undefined : memberOf(name);
  for (const [, link] of ordered) {
    if (member === undefined) return link;
    const context = originNode(walk, link, "pipe");
    const held = context && inputOf(walk, context.node, member);
    if (held !== undefined) return held;
  }
  return undefined;
}

/** Switches with a number: `select: 2` takes `input2`, `Input: 1` takes `model1`; index switches count from 0. */
function byNumber(walk: Walk, node: GraphNode): Input | undefined {
  const chooser = ["select", "index", "Input", "input", "selected", "choice", "Value"].find((name) => {
    const input = node.inputs.get(name);
    return input !== undefined && typeof literalOf(walk, input) === "number";
  });
  if (chooser === undefined) return undefined;
  const number = literalOf(walk, node.inputs.get(chooser)) as number;
  const numbered = [...node.inputs].filter(([name]) => name !== chooser && /\d+$/.test(name));
  return numbered.find(([name]) => Number(/\d+$/.exec(name)?.[0]) === number)?.[1];
}

/** Two-way switches of the WAS suite: `true` or 1 takes the first input. */
function byFlag(walk: Walk, node: GraphNode): Input | undefined {
  const flag = flagOf(walk, node, ["boolean", "boolean_number", "switch"]);
  const sides = [...node.inputs].filter(([name]) => /_[ab]$|[12]$|^(a|b)$/i.test(name));
  if (flag === undefined || sides.length !== 2) return undefined;
  return sides[flag ? 0 : 1]?.[1];
}

function pick(node: GraphNode, names: readonly string[]): Input | undefined {
  for (const name of names) {
    const input = node.inputs.get(name);
    if (input !== undefined) return input;
  }
  return undefined;
}

function flagOf(walk: Walk, node: GraphNode, names: readonly string[]): boolean | undefined {
  for (const name of names) {
    const value = literalOf(walk, node.inputs.get(name));
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value >= 1;
    if (value === "true" || value === "false") return value === "true";
  }
  return undefined;
}

/** A value that stands behind reroutes and primitives; enough for switches, whose flags are never computed texts. */
function literalOf(walk: Walk, input: Input | undefined): unknown {
  return nested(walk, () => followLiteral(walk, input));
}

function followLiteral(walk: Walk, input: Input | undefined): unknown {
  let at = input;
  for (let depth = 0; isLink(at) && depth < GRAPH_LIMITS.depth && step(walk); depth++) {
    const node = walk.graph.nodes.get(at.node);
    if (node === undefined) return undefined;
    const branch = pick(node, ["on_true", "on_false"]) === undefined ? undefined : chooseBranch(walk, node, at.slot);
    at =
      branch ?? passThrough(node) ?? pick(node, ["value", "boolean", "bool", "int", "Number", "number", "seed", "a"]);
  }
  return at === undefined || isLink(at) ? undefined : at.value;
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
