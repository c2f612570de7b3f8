/** LoRAs that a node applies or stacks: single, in numbered rows, as objects, or as tags in a text. */

import { isObject, type JsonObject } from "../../base/json.ts";
import { nameOf } from "../values.ts";
import { type GraphNode, isLink } from "./graph.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import type { Walk } from "./walk.ts";

/** One use of a LoRA. */
export interface LoraUse {
  readonly name: Known<string>;
  /** On the model; `weightText` on the text encoder, where the node says one. */
  readonly weight?: Known<number>;
  readonly weightText?: Known<number>;
}

/** No node has more rows. CWE-770. */
const MAX_ROWS = 100;

/** The LoRAs of one node, in order; rows that are switched off and rows without a name are left out. */
export function lorasOf(walk: Walk, node: GraphNode): LoraUse[] {
  if (!mayHaveLoras(node)) return [];
  const listed = lists(node);
  return [...single(walk, node), ...rows(walk, node), ...objects(node), ...(listed ?? tags(walk, node))];
}

function mayHaveLoras(node: GraphNode): boolean {
  return (
    node.inputs.has("loras") ||
    /lora/i.test(node.type) ||
    [...node.inputs.keys()].some((name) => /lora/i.test(name)) ||
    readsTags(node.type)
  );
}

function single(walk: Walk, node: GraphNode): LoraUse[] {
  const key = ["lora_name", "lora", "Lora", "lora_file", "lora_path"].find((name) => node.inputs.has(name));
  const input = key === undefined ? undefined : node.inputs.get(key);
  if (input === undefined || (isLink(input) && key === "lora")) return [];
  const name = fileName(textOfInput(walk, input, "lora_name"));
  if (name === undefined || isOff(node, "switch") || isOff(node, "toggle") || isOff(node, "enabled")) return [];
  const model = numberAt(walk, node, ["strength_model", "lora_model_strength", "model_strength", "model_weight"]);
  const text = numberAt(walk, node, ["strength_clip", "lora_clip_strength", "clip_strength", "clip_weight"]);
  const plain = numberAt(walk, node, ["strength", "lora_strength", "weight", "lora_weight", "lora_wt"]);
  return [use(name, model ?? plain, text)];
}

/** Stacks: `lora_name_1`, `lora_1_name` … with their weights, each row with its own switch. */
function rows(walk: Walk, node: GraphNode): LoraUse[] {
  const count = numberAt(walk, node, ["lora_count", "num_loras"])?.value ?? MAX_ROWS;
  const simple = /simple/i.test(
    String(textOfInput(walk, node.inputs.get("input_mode") ?? node.inputs.get("mode"))?.value),
  );
  const uses: LoraUse[] = [];
  for (const [key, input] of node.inputs) {
    const number = /^lora(?:_name)?_0?(\d{1,2})(?:_name)?$/.exec(key)?.[1];
    if (number === undefined || Number(number) > count || (!isLink(input) && typeof input.value !== "string")) continue;
    if (isOff(node, `switch_${number}`) || isOff(node, `lora_${number}_on`) || isOff(node, "toggle")) continue;
    const name = fileName(textOfInput(walk, input, "lora_name"));
    if (name !== undefined && uses.length < MAX_ROWS) uses.push(row(walk, node, name, number, simple));
  }
  return uses;
}

function row(walk: Walk, node: GraphNode, name: Known<string>, n: string, simple: boolean): LoraUse {
  const both = numberAt(walk, node, [
    `lora_wt_${n}`,
    `lora_${n}_strength`,
    `strength_${n}`,
    `strength_0${n}`,
    `lora_weight_${n}`,
    `weight_${n}`,
  ]);
  const model = numberAt(walk, node, [
    `model_weight_${n}`,
    `model_str_${n}`,
    `lora_${n}_model_strength`,
    `strength_model_${n}`,
  ]);
  const text = numberAt(walk, node, [
    `clip_weight_${n}`,
    `clip_str_${n}`,
    `lora_${n}_clip_strength`,
    `strength_clip_${n}`,
  ]);
  return simple || model === undefined ? use(name, both ?? model, both ?? text) : use(name, model, text);
}

/** rgthree's Power Lora Loader: `{"on": true, "lora": "name", "strength": 1, "strengthTwo": null}`. */
function objects(node: GraphNode): LoraUse[] {
  return [...node.inputs].flatMap(([, input]) => {
    if (isLink(input) || !isObject(input.value) || typeof input.value.lora !== "string") return [];
    const { on, lora, strength, strengthTwo } = input.value;
    const name = fileName({ value: lora, pointer: `${input.pointer}/lora` });
    if (name === undefined || on === false) return [];
    const weight = typeof strength === "number" ? { value: strength, pointer: `${input.pointer}/strength` } : undefined;
    const own =
      typeof strengthTwo === "number" ? { value: strengthTwo, pointer: `${input.pointer}/strengthTwo` } : undefined;
    return [use(name, weight, own ?? weight)];
  });
}

/** Lora Manager: a list of `{"name", "strength", "clipStrength", "active"}`, which its text of tags only repeats. */
function lists(node: GraphNode): LoraUse[] | undefined {
  const input = node.inputs.get("loras");
  if (input === undefined || isLink(input)) return undefined;
  const wrapped = isObject(input.value) && Array.isArray(input.value.__value__);
  const items = isObject(input.value) ? input.value.__value__ : input.value;
  if (!Array.isArray(items)) return undefined;
  const at = input.pointer + (wrapped ? "/__value__" : "");
  return items
    .slice(0, MAX_ROWS)
    .flatMap((item, i) => (isObject(item) && item.active !== false ? listed(item, `${at}/${i}`) : []));
}

function listed(item: JsonObject, at: string): LoraUse[] {
  const number = (key: string): Known<number> | undefined => {
    const value = Number(item[key] ?? Number.NaN);
    return Number.isFinite(value) ? { value, pointer: `${at}/${key}` } : undefined;
  };
  const name = fileName(typeof item.name === "string" ? { value: item.name, pointer: `${at}/name` } : undefined);
  const weight = number("strength");
  return name === undefined ? [] : [use(name, weight, number("clipStrength") ?? weight)];
}

/** Only these classes load the LoRAs that a text names; to plain encoders a tag is a word like any other. */
function readsTags(type: string): boolean {
  return /lora.*(tag|text|prompt)|(tag|text|prompt).*lora|Wildcard.*Encode|WildcardProcessor|power prompt|prompt ?control|^PC[A-Z]|PromptToSchedule|ScheduleToModel|fullLoader|a1111Loader|WanVideoLoraBlock/i.test(
    type,
  );
}

function tags(walk: Walk, node: GraphNode): LoraUse[] {
  if (!readsTags(node.type)) return [];
  const uses: LoraUse[] = [];
  for (const [name, input] of node.inputs) {
    if (!/text|prompt|positive|negative/.test(name) || /^(token|negative_token)/.test(name)) continue;
    const text = textOfInput(walk, input, "text");
    if (text === undefined || (name === "wildcard_text" && node.inputs.has("populated_text"))) continue;
    for (const tag of text.value.matchAll(
      /<lora:([^:<>]{1,200})(?::([-\d.]{1,10}))?(?::([-\d.]{1,10}))?[^<>]{0,200}>/g,
    )) {
      if (uses.length < MAX_ROWS) uses.push(tagged(text, tag));
    }
  }
  return uses;
}

function tagged({ pointer }: Known<string>, [, name, model, text]: RegExpMatchArray): LoraUse {
  const number = (raw: string | undefined): Known<number> | undefined =>
    raw === undefined || !Number.isFinite(Number(raw)) ? undefined : { value: Number(raw), pointer, computed: true };
  const weight = number(model) ?? { value: 1, pointer, computed: true as const };
  return use({ value: (name ?? "").trim(), pointer, computed: true }, weight, number(text) ?? weight);
}

function use(name: Known<string>, weight?: Known<number>, weightText?: Known<number>): LoraUse {
  return { name, ...(weight && { weight }), ...(weightText && { weightText }) };
}

function fileName(known: Known<string> | undefined): Known<string> | undefined {
  return known !== undefined && nameOf(known.value) !== undefined ? known : undefined;
}

function numberAt(walk: Walk, node: GraphNode, names: readonly string[]): Known<number> | undefined {
  for (const name of names) {
    const known = node.inputs.has(name) ? numberOfInput(walk, node.inputs.get(name), name) : undefined;
    if (known !== undefined) return known;
  }
  return undefined;
}

function isOff(node: GraphNode, name: string): boolean {
  const input = node.inputs.get(name);
  return input !== undefined && !isLink(input) && /^(off|false|0|no|disabled?)$/i.test(String(input.value));
}
