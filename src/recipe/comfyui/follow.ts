/** Following links of a graph: past reroutes, switches, pipes and contexts, to the node that really makes a thing. */

import { GRAPH_LIMITS, type GraphNode, type Input, isLink, type Literal, linksOf } from "./graph.ts";
import { type Kind, kindOfMember, kindOfName, type Member, memberOf, namesOf } from "./kinds.ts";
import { outputsOf } from "./outputs.ts";
import { chooseBranch, passThrough } from "./switches.ts";
import { nested, outputName, type Place, step, type Walk } from "./walk.ts";

/**
 * The node that makes what the link carries, past all nodes that only pass it on; a value that a pipe holds as it is;
 * `undefined` where the way ends at a node that the graph does not have.
 */
export function origin(walk: Walk, input: Input | undefined, kind: Kind, member?: Member): Place | Literal | undefined {
  let at: Input | undefined = input;
  for (let depth = 0; depth < GRAPH_LIMITS.depth && isLink(at) && step(walk); depth++) {
    const node = walk.graph.nodes.get(at.node);
    if (node === undefined) return undefined;
    const place: Place = { at: node, slot: at.slot };
    const next = passesOn(walk, place, kind, member);
    if (next === undefined) return place;
    at = next;
  }
  return isLink(at) ? undefined : at;
}

/** {@link origin} where only a node will do. */
export function originNode(walk: Walk, input: Input | undefined, kind: Kind, member?: Member): Place | undefined {
  const place = origin(walk, input, kind, member);
  return place !== undefined && "at" in place ? place : undefined;
}

/** The input that a node hands through to this output, or `undefined` where the node makes the output itself. */
function passesOn(walk: Walk, place: Place, kind: Kind, member?: Member): Input | undefined {
  const { at: node, slot } = place;
  const chosen = fromContexts(walk, place) ?? chooseBranch(walk, node);
  if (chosen !== undefined) return chosen;
  const name = outputName(node, slot);
  const wanted = name === undefined ? member : (memberOf(name) ?? (kind === "pipe" ? undefined : member));
  if (isCarrier(node) && wanted !== undefined && kindOfName(name ?? "") !== "pipe") {
    const held = inputOf(walk, node, wanted);
    if (held !== undefined) return held;
  }
  return passThrough(node);
}

/** rgthree's context switches and merges are asked member by member; a merge's last context wins. */
function fromContexts(walk: Walk, { at, slot }: Place): Input | undefined {
  if (!/context (big )?(switch|merge)|context.*(switch|merge).*rgthree/i.test(at.type)) return undefined;
  const links = linksOf(at).map(([, link]) => link);
  const name = outputName(at, slot);
  const member = name === undefined ? undefined : memberOf(name);
  for (const link of /merge/i.test(at.type) ? links.toReversed() : links) {
    if (member === undefined) return link;
    const context = originNode(walk, link, "pipe");
    const held = context && inputOf(walk, context.at, member);
    if (held !== undefined) return held;
  }
  return undefined;
}

/** Pipes, contexts and buses hand their members through; samplers and loaders make theirs. */
function isCarrier(node: GraphNode): boolean {
  if (/sampler|loader/i.test(node.type) || (node.inputs.has("steps") && !/context/i.test(node.type))) return false;
  return /pipe|context|\bbus\b|tuple|module (in|out)put/i.test(node.type);
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
    if (source === undefined || source.at === node) continue;
    const slot = (outputsOf(source.at.type) ?? source.at.outputs ?? []).findIndex((out) => memberOf(out) === member);
    const makes = !isCarrier(source.at) && slot >= 0 && kindOfMember(member) !== "scalar";
    if (makes) return { node: source.at.id, slot };
    const held = inputOf(walk, source.at, member);
    if (held !== undefined) return held;
    if (canMake(source.at, member)) return { node: source.at.id, slot: Number.MAX_SAFE_INTEGER };
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
