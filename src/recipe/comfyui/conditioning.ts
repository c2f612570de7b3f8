/** What a sampler is conditioned on: texts with their regions, distilled guidance, control nets, reference images. */

import type { PromptPart } from "../recipe.ts";
import { inputOf, origin } from "./follow.ts";
import { GRAPH_LIMITS, type GraphNode, type Input, isLink, type Link, linksOf } from "./graph.ts";
import { kindOfName, memberOf } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { kindOfLink, outputName, type Place, sayUnresolved, step, type Walk } from "./walk.ts";

/** Which of a sampler's two conditionings. */
export type Side = "positive" | "negative";

/** One encoded text. */
export interface PromptText {
  readonly text: Known<string>;
  /** The node that encodes it, where it is no loader's own. */
  readonly encoder?: GraphNode;
  /** In pixels, or as fractions of the image. */
  readonly area?: Area;
}

/** Where a text acts. `percent`: fractions 0 … 1 instead of pixels. */
export interface Area {
  readonly region: NonNullable<PromptPart["region"]>;
  readonly percent: boolean;
}

/** Everything found upstream of one conditioning input. */
export interface Conditioning {
  readonly texts: PromptText[];
  /** Nodes that apply a control net or hold a stack of them, upstream first. */
  readonly controls: GraphNode[];
  /** Text encoder inputs, for the clip layers and adapters on the way. */
  readonly clips: Link[];
  guidance?: Known<number>;
  /** The conditioning is emptied: it has no text, whatever stands upstream. */
  zeroed?: GraphNode;
}

/** Follows one conditioning input of a sampler to its texts, in the order in which they are combined. */
export function traceConditioning(walk: Walk, input: Input | undefined, side: Side): Conditioning {
  const found: Conditioning = { texts: [], controls: [], clips: [] };
  if (input !== undefined) new Tracer(walk, found).follow(input, side, 0);
  const nearest = isLink(input) ? walk.graph.nodes.get(input.node) : undefined;
  if (nearest && found.texts.length === 0 && found.zeroed === undefined) sayUnresolved(walk, nearest, `${side} prompt`);
  return found;
}

class Tracer {
  private readonly seen = new Set<string>();
  private readonly walk: Walk;
  private readonly found: Conditioning;

  constructor(walk: Walk, found: Conditioning) {
    this.walk = walk;
    this.found = found;
  }

  follow(input: Input, wanted: Side, depth: number): void {
    const place = origin(this.walk, input, "conditioning", wanted);
    if (place === undefined || depth > GRAPH_LIMITS.depth) return;
    if ("at" in place) this.visit(place, wanted, depth);
    else if (typeof place.value === "string") this.found.texts.push({ text: { ...place, value: place.value } });
  }

  private visit(place: Place, wanted: Side, depth: number): void {
    const { at: node } = place;
    const side = sideOf(place, wanted);
    if (this.seen.has(`${side} ${node.id}`) || !step(this.walk)) return;
    this.seen.add(`${side} ${node.id}`);
    if (/ZeroOut|EmptyConditioning/i.test(node.type)) {
      this.found.zeroed ??= node;
      return;
    }
    this.note(node);
    const before = this.found.texts.length;
    const links = conditioningLinks(this.walk, node, side);
    for (const link of links) this.follow(link, side, depth + 1);
    if (isControl(node)) this.found.controls.push(node);
    const area = areaOf(this.walk, node);
    if (area !== undefined && !/gligen/i.test(node.type)) {
      for (let i = before; i < this.found.texts.length; i++) this.found.texts[i] = { area, ...this.found.texts[i]! };
    }
    const own = ownTexts(this.walk, node, side);
    this.found.texts.push(
      ...own.map((text) => ({ text, encoder: node, ...(/gligen/i.test(node.type) && area && { area }) })),
    );
    if (links.length === 0 && own.length === 0) this.throughPipe(node, side, depth);
  }

  /** Samplers and detailers hand on the conditioning that their pipe holds. */
  private throughPipe(node: GraphNode, side: Side, depth: number): void {
    const held = inputOf(this.walk, node, side);
    if (held !== undefined && !node.inputs.has(side)) this.follow(held, side, depth + 1);
  }

  /** Guidance counts as the sampler sees it last; the encoder's clip leads to clip layers and adapters. */
  private note(node: GraphNode): void {
    const guidance = node.inputs.get("guidance");
    if (guidance !== undefined) {
      const known = numberOfInput(this.walk, guidance, "guidance");
      if (known !== undefined) this.found.guidance ??= known;
    }
    for (const [name, link] of linksOf(node)) if (kindOfName(name) === "clip") this.found.clips.push(link);
  }
}

/** Nodes with two conditionings give the positive at their first output and the negative at their second. */
function sideOf({ at: node, slot }: Place, wanted: Side): Side {
  const name = outputName(node, slot);
  const member = name === undefined ? undefined : memberOf(name);
  if (member === "positive" || member === "negative") return member;
  if (name !== undefined || slot > 1) return wanted;
  const both = isLink(node.inputs.get("positive")) && isLink(node.inputs.get("negative"));
  return both ? (slot === 0 ? "positive" : "negative") : wanted;
}

/** The conditionings that a node builds on; of pairs, those of its side. */
function conditioningLinks(walk: Walk, node: GraphNode, side: Side): Link[] {
  const links = linksOf(node).filter(([name, link]) => kindOfLink(walk, name, link) === "conditioning");
  const other = side === "positive" ? /neg/i : /pos/i;
  const mine = links.filter(([name]) => (side === "positive" ? /pos/i : /neg/i).test(name));
  const chosen = mine.length > 0 ? mine : links.filter(([name]) => !other.test(name));
  return chosen.map(([, link]) => link).filter((link) => isConditioning(walk, link));
}

/** Loaders take their prompts as texts under the names of conditionings. */
function isConditioning(walk: Walk, link: Link): boolean {
  const node = walk.graph.nodes.get(link.node);
  return (
    node !== undefined &&
    !/^(Primitive)?String|^(CR |ttN )?(Text|Prompt)\b(?!.*Encode)|text.?(box|multiline)/i.test(node.type)
  );
}

function isControl(node: GraphNode): boolean {
  return [...node.inputs.keys()].some(
    (name) => kindOfName(name) === "control" || /^(cnet|controlnet)_stack$|^control_net_name/.test(name),
  );
}

/** Inputs of text encoders: alternatives in the order in which one is looked for, each a group encoded together. */
const ENCODER_TEXTS: readonly (readonly string[])[] = [
  ["populated_text"],
  ["text_g", "text_l"],
  ["clip_l", "clip_g", "t5xxl", "llama"],
  ["bert", "mt5xl"],
  ["prompt_g", "prompt_l"],
  ["tags", "lyrics"],
  ["user_prompt"],
  ["text", "prompt", "wildcard_text", "text_prompt", "prompt_text", "caption", "string", "Text", "conditioning_text"],
];

/** The texts that a node encodes itself for this side. */
function ownTexts(walk: Walk, node: GraphNode, side: Side): Known<string>[] {
  const sided = textsOf(walk, node, sideNames(node, side), side);
  if (sided.length > 0) return sided;
  if (node.inputs.has("text") && !isEmptyText(node.inputs.get("text"))) {
    return textsOf(walk, node, ["text"], "text");
  }
  for (const names of ENCODER_TEXTS) {
    const texts = textsOf(walk, node, names, "text");
    if (texts.some(({ value }) => value.trim() !== "")) return distinct(texts);
    if (texts.length > 0 && names !== ENCODER_TEXTS[0]) return texts.slice(0, 1);
  }
  return scheduledTexts(walk, node);
}

function isEmptyText(input: Input | undefined): boolean {
  return input !== undefined && !isLink(input) && input.value === "";
}

/** Loaders that encode both prompts themselves. */
function sideNames(node: GraphNode, side: Side): string[] {
  const short = side === "positive" ? "pos" : "neg";
  const pattern = new RegExp(
    `^((${side}|${short})(_prompt|_text|_g|_l)?|(prompt|text|base)_(${side}|${short})(_g|_l)?)$`,
  );
  return [...node.inputs]
    .filter(([name, input]) => pattern.test(name) && (!isLink(input) || kindOfName(name) !== "conditioning"))
    .concat([...node.inputs].filter(([name, input]) => name === side && isLink(input)))
    .map(([name]) => name);
}

function textsOf(walk: Walk, node: GraphNode, names: readonly string[], want: string): Known<string>[] {
  const texts: Known<string>[] = [];
  for (const name of new Set(names)) {
    const input = node.inputs.get(name);
    if (input === undefined || (isLink(input) && kindOfName(name) === "conditioning" && isConditioning(walk, input)))
      continue;
    const known = textOfInput(walk, input, want);
    if (known !== undefined) texts.push(known);
    else if (isLink(input)) sayUnresolved(walk, node, name);
  }
  return texts;
}

/** The same text in several encoders is one prompt; an empty one beside a filled one says nothing. */
function distinct(texts: readonly Known<string>[]): Known<string>[] {
  const filled = texts.filter(({ value }) => value.trim() !== "");
  return filled.filter(({ value }, i) => filled.findIndex((other) => other.value.trim() === value.trim()) === i);
}

/** Schedules and embeds of custom packs: a text a link away, under a name of their own. */
function scheduledTexts(walk: Walk, node: GraphNode): Known<string>[] {
  for (const [name, link] of linksOf(node)) {
    if (kindOfName(name) !== "other" && !/prompt|text/.test(name)) continue;
    const source = walk.graph.nodes.get(link.node);
    if (source === undefined || !/prompt|text|schedule|string/i.test(`${name} ${source.type}`)) continue;
    const known = textOfInput(walk, link, "text");
    if (known !== undefined) return [known];
  }
  return [];
}

/** The region that a node sets; a mask is a region that the graph does not spell. */
function areaOf(walk: Walk, node: GraphNode): Area | undefined {
  if (!/SetArea|SetAreaPercentage|gligen.*box|Regional/i.test(node.type)) return undefined;
  const [x, y, width, height] = ["x", "y", "width", "height"].map(
    (name) => numberOfInput(walk, node.inputs.get(name), name)?.value,
  );
  if (x === undefined || y === undefined || !width || !height) return undefined;
  return { region: { x, y, width, height }, percent: /Percentage/i.test(node.type) };
}
