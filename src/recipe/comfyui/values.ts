/** The value of an input, followed to where it stands or computed as the nodes would: texts, numbers, switches. */

import { isObject, type Json } from "../../base/json.ts";
import { origin } from "./follow.ts";
import { GRAPH_LIMITS, type Graph, type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { kindOfName, type Member, memberOf, namesOf } from "./kinds.ts";
import { type Known, textOfInput } from "./known.ts";
import { computeNumber } from "./numbers.ts";
import { pixelsOf } from "./sizes.ts";
import { computeText, hasStyle, isExpander, isRuntimeText, isStyleNode } from "./text-nodes.ts";
import { outputName, type Place, step, type Walk } from "./walk.ts";

/** Inputs under which nodes that give a value hold it, the likelier first. */
const VALUE_NAMES =
  "value,text,string,String,Text,STRING,prompt,prompt_text,populated_text,positive,seed,noise_seed,int,Int,INT,integer,float,Float,number,Number,boolean,val,data,content,input_text,text_input,a,any,source,anything,input,Value,negative,multi_line_prompt,text_positive,text_1,text1,text_0".split(
    ",",
  );

/** Starts following a graph. */
export function startWalk(graph: Graph): Walk {
  const walk: Walk = {
    graph,
    findings: new Map(),
    values: new Map(),
    sizes: new Map(),
    steps: GRAPH_LIMITS.steps,
    nesting: 0,
    value: (input, want) => resolve(walk, input, want),
  };
  return walk;
}

/** The value of an input; `want` is the name that the asking node has for it. */
function resolve(walk: Walk, input: Input | undefined, want: string): Known | undefined {
  const place = origin(walk, input, "scalar", memberOf(want));
  if (place === undefined) return undefined;
  return "at" in place ? valueAt(walk, place, want) : literal(place);
}

/** Some nodes wrap a choice as `{"content": "name", "image": …}`; front ends wrap arrays as `{"__value__": […]}`. */
function literal({ value, pointer }: { value: Json; pointer: string }): Known | undefined {
  if (value === null) return undefined;
  if (isObject(value) && typeof value.content === "string") {
    return { value: value.content, pointer: `${pointer}/content` };
  }
  return { value, pointer };
}

/** The value at an output, found once; a graph that bites its tail has none. */
function valueAt(walk: Walk, place: Place, want: string): Known | undefined {
  const key = `${place.at.id} ${place.slot} ${want}`;
  const found = walk.values.get(key);
  if (found !== undefined || walk.values.has(key)) return found === "busy" ? undefined : found;
  if (!step(walk)) return undefined;
  walk.values.set(key, "busy");
  const value = findValue(walk, place, want);
  walk.values.set(key, value);
  return value;
}

function findValue(walk: Walk, place: Place, want: string): Known | undefined {
  const { at: node, slot } = place;
  const text = isTextual(want);
  if (text && isRuntimeText(node.type)) return runtimeText(walk, node);
  const made =
    computeText(walk, node, slot) ?? computeNumber(walk, node, slot) ?? pixelsOf(walk, node, outputName(node, slot));
  if (made !== undefined) return made;
  if (isExpander(node.type) && text) return expanded(walk, node);
  if (isStyleNode(node.type) && text) return styled(walk, node, slot);
  return ownValue(walk, node, slot, want);
}

function isTextual(want: string): boolean {
  return /text|prompt|string|positive|negative|clip_[lg]|t5|llama|caption|tags|lyrics|user/i.test(want);
}

/** The input of a node that is most likely what its output gives. */
function ownValue(walk: Walk, node: GraphNode, slot: number, want: string): Known | undefined {
  const name = outputName(node, slot);
  const member = memberOf(name ?? want);
  const names = [
    ...(name === undefined ? [] : [name, name.toLowerCase()]),
    ...(member === undefined ? [] : aliases(member, name)),
    want,
    ...(slot === 0 || name === undefined || kindOfName(name) === "scalar" ? VALUE_NAMES : []),
  ];
  for (const candidate of names) {
    const input = node.inputs.get(candidate);
    if (input === undefined) continue;
    const known = resolve(walk, input, isLink(input) ? want : candidate);
    if (known !== undefined && fits(known.value, want)) return known;
  }
  return onlyValue(walk, node, want);
}

function aliases(member: Member, name: string | undefined): readonly string[] {
  return name === undefined && (member === "positive" || member === "negative") ? [] : namesOf(member);
}

/** A node with a single value of the right type gives that value. */
function onlyValue(walk: Walk, node: GraphNode, want: string): Known | undefined {
  const literals = [...node.inputs].flatMap(([, input]) => (isLink(input) ? [] : [literal(input)]));
  const fitting = literals.filter((known) => known !== undefined && fits(known.value, want));
  if (fitting.length === 1) return fitting[0];
  const links = linksOf(node);
  return literals.length === 0 && links.length === 1 ? resolve(walk, links[0]?.[1], want) : undefined;
}

const NUMERIC =
  /seed|steps?$|cfg|denoise|width|height|guidance|strength|scale|factor|batch|weight|length|percent|_by$|shift|^(left|top|right|bottom|x|y)$|ratio$|fps/i;

function fits(value: Json, want: string): boolean {
  if (NUMERIC.test(want))
    return typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
  if (isTextual(want) || /name|sampler|scheduler/.test(want)) {
    return typeof value === "string" || (typeof value === "number" && isTextual(want));
  }
  return true;
}

/** A style's template is a file of the node pack: what it makes of a text is not recorded, only the text. */
function styled(walk: Walk, node: GraphNode, slot: number): Known {
  const names = [outputName(node, slot) ?? "", "text_positive", "positive", "prompt", "text"];
  const typed = names
    .map((name) => textOfInput(walk, node.inputs.get(name), "text"))
    .find((known) => known !== undefined);
  const known = typed ?? { value: "", pointer: node.pointer };
  return { ...known, computed: true, ...(hasStyle(node) && { unrecorded: node }) };
}

/** Language models, captioners and taggers: what they will say is not in the file. Their user's words are. */
function runtimeText(walk: Walk, node: GraphNode): Known {
  const leaves: Known<string>[] = [];
  gatherTexts(walk, node, leaves, new Set());
  const user = leaves.filter(({ value }) => value.trim() !== "");
  return {
    value: user.map(({ value }) => value).join("\n"),
    pointer: user[0]?.pointer ?? node.pointer,
    computed: true,
    unrecorded: node,
  };
}

/** The texts that a person typed into what a language model is told, without the standing instructions. */
function gatherTexts(walk: Walk, node: GraphNode, into: Known<string>[], seen: Set<string>): void {
  if (seen.has(node.id) || !step(walk) || isSystemText(node, "")) return;
  seen.add(node.id);
  for (const [name, input] of node.inputs) {
    if (/system|template|instruction|delimiter|separator|mode|negative|model|path|url|key/i.test(name)) continue;
    if (isLink(input)) {
      const source = walk.graph.nodes.get(input.node);
      if (source && !/model|clip|vae|image|pixels|video/i.test(name)) gatherTexts(walk, source, into, seen);
    } else if (typeof input.value === "string" && isTypedText(name) && !isSystemText(node, input.value)) {
      into.push({ value: input.value, pointer: input.pointer });
    }
  }
}

function isTypedText(name: string): boolean {
  return /text|prompt|string|^value$|query|question|user|^(a|b)$/i.test(name);
}

function isSystemText(node: GraphNode, text: string): boolean {
  return /system|instruction/i.test(node.title ?? "") || /^\s*(you are|you're|act as|your task)\b/i.test(text);
}

/** Wildcard nodes: a text without wildcards is used as it is; otherwise the result counts only where it is recorded. */
function expanded(walk: Walk, node: GraphNode): Known | undefined {
  const populated = node.inputs.get("populated_text");
  const typed = ["wildcard_text", "text", "prompt", "template", "positive", "string"].find((key) =>
    node.inputs.has(key),
  );
  const template = typed === undefined ? undefined : textOfInput(walk, node.inputs.get(typed), typed);
  if (populated !== undefined) {
    const result = textOfInput(walk, populated, "text");
    if (result !== undefined && result.value.trim() !== "") return result;
  }
  if (template === undefined || !hasWildcards(template.value)) return template;
  return { ...template, computed: true, unrecorded: node };
}

/** Whether a text has parts that wildcard nodes replace: `__name__`, `{a|b}`. */
export function hasWildcards(text: string): boolean {
  return /__[^\s_][^\s]{0,200}?__/.test(text) || /\{[^{}|]{0,2000}\|[^{}]{0,2000}\}/.test(text);
}
