/** Nodes that hand one of their inputs through: reroutes, displays, switches. */

import { GRAPH_LIMITS, type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { nested, sayUnresolved, step, type Walk } from "./walk.ts";

const ANY_INPUT = new Set(["", "*", "any", "anything", "input", "value", "source", "data", "any_input", "in", "text"]);

/** The one input of a node that only shows or reroutes something. */
export function passThrough(node: GraphNode): Input | undefined {
  const links = linksOf(node);
  const [first] = links;
  if (first === undefined || links.length > 1) return undefined;
  if (/reroute|pass.?through|^PrimitiveNode$|^(easy )?showAnything|display.?any|PreviewAny|^ShowText/i.test(node.type))
    return first[1];
  return ANY_INPUT.has(first[0].toLowerCase()) && first[0] !== "text" && node.inputs.size === 1 ? first[1] : undefined;
}

/**
 * The branch that a switch takes, or `undefined` for a node that is none, or whose flag cannot be read. Switches of
 * contexts are asked member by member elsewhere.
 */
export function chooseBranch(walk: Walk, node: GraphNode): Input | undefined {
  const links = linksOf(node).filter(([, link]) => walk.graph.nodes.has(link.node));
  const whenTrue = pick(node, ["on_true", "tt_value", "true_value", "if_true", "value_if_true", "positive_branch"]);
  const whenFalse = pick(node, ["on_false", "ff_value", "false_value", "if_false", "value_if_false"]);
  if (whenTrue !== undefined || whenFalse !== undefined) return ifElse(walk, node, whenTrue, whenFalse);
  if (!/switch|selector|any ?index|fallback|coalesce|merge \(rgthree\)/i.test(node.type)) return undefined;
  if (/Inversed/.test(node.type)) return pick(node, ["input"]);
  if (/context/i.test(node.type)) return undefined;
  if (/rgthree|fallback|coalesce/i.test(node.type)) {
    return links.find(([name]) => /any|input|value/i.test(name))?.[1] ?? links[0]?.[1];
  }
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
    const branch = pick(node, ["on_true", "on_false"]) === undefined ? undefined : chooseBranch(walk, node);
    at =
      branch ?? passThrough(node) ?? pick(node, ["value", "boolean", "bool", "int", "Number", "number", "seed", "a"]);
  }
  return at === undefined || isLink(at) ? undefined : at.value;
}
