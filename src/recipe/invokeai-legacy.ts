/**
 * InvokeAI before version 3: `sd-metadata` (version 2) and the command line that `Dream` repeats (version 1 and 2). The
 * negative prompt stands in square brackets inside the prompt.
 * @see https://github.com/invoke-ai/InvokeAI at v2.3.5, ldm/invoke/args.py and ldm/invoke/conditioning.py
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { type Span, tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount, type SourceHint } from "./account.ts";
import type { Entry } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { modelRef } from "./model-statements.ts";
import { readSampler } from "./samplers.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** The account of an `sd-metadata` block; none where it is not one. */
export function readSdMetadata({ index, block }: Entry): Account[] {
  const json = tryJson(block.text ?? "");
  const key = isObject(json) && isObject(json.image) ? "/image" : "/images/0";
  const image = isObject(json) ? (json.image ?? (Array.isArray(json.images) ? json.images[0] : undefined)) : undefined;
  if (!isObject(json) || !isObject(image)) return [];
  const draft = draftAccount("invokeai", index);
  draft.say("/dialect", "invokeai", { status: "derived" });
  const whole = tellJson(draft, json);
  whole.say("/toolVersion", "app_version", nameOf);
  const hash = whole.take("model_hash");
  whole.say("/models/0", ["model_weights", "model"], (name) => modelRef("checkpoint", name, hash));
  whole.take(key.split("/")[1]!);
  whole.rest();
  imageStatements(draft, image, tellJson(draft, image, key));
  return [draft.done("recipe")];
}

function imageStatements(draft: Draft, image: JsonObject, tell: JsonTeller): void {
  const raw = promptOf(tell.take("prompt"));
  if (raw !== undefined) sayPrompt(draft, raw, tell.at("prompt"));
  tell.say("/seed", "seed", seedOf);
  draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/cfg", "cfg_scale", numberOf);
  tellSampler(tell, "/passes/0", "sampler");
  tell.say("/mode", "type", (type) => (type === "txt2img" || type === "img2img" ? type : undefined));
  if (image.type === "img2img") {
    tell.say("/passes/0/denoise", "strength", numberOf);
    draft.say("/inputs/0", { role: "init" }, { ...tell.at("type"), status: "derived" });
  }
  const variations = tell.take("variations");
  const first = Array.isArray(variations) && variations.length === 1 ? variations[0] : undefined;
  const seed = isObject(first) ? first.seed : Array.isArray(first) ? first[0] : undefined;
  const weight = isObject(first) ? first.weight : Array.isArray(first) ? first[1] : undefined;
  draft.say("/variation", variation(seed, weight), tell.at("variations", 0));
  tell.rest();
}

function variation(seed: Json | undefined, weight: Json | undefined): Json | undefined {
  const [seedText, strength] = [seedOf(seed), numberOf(weight)];
  return seedText === undefined || strength === undefined ? undefined : { seed: seedText, strength };
}

/** A prompt is a text, or a list of weighted texts that are blended; more than one is joined as the program prints them. */
function promptOf(prompt: Json | undefined): string | undefined {
  if (!Array.isArray(prompt)) return textOf(prompt);
  const parts = prompt.filter(isObject).map(({ prompt: text, weight }) => ({ text: textOf(text) ?? "", weight }));
  if (parts.length < 2) return parts[0]?.text;
  return parts.map(({ text, weight }) => `${text}:${weight ?? 1}`).join(" ");
}

/** States the prompt without its bracketed parts, which together are the negative prompt, and keeps what was typed. */
function sayPrompt(draft: Draft, raw: string, hint: SourceHint): void {
  const negatives = [...raw.matchAll(BRACKETED)].map(([, text]) => text!);
  const derived: SourceHint = negatives.length > 0 ? { ...hint, status: "derived" } : hint;
  draft.say("/prompt/positive", textOf(raw.replace(BRACKETED, " ").replace(/ {2,}/g, " ")), derived);
  if (negatives.length === 0) return;
  draft.say("/prompt/negative", textOf(negatives.join(" ")), derived);
  draft.say("/prompt/template", raw, hint);
}

const BRACKETED = /\[([^[\]]*)\]/g;

/** Switches of the command line, each with what its value means. `-U` and `-G` change the finished picture only. */
const SWITCHES: Readonly<Record<string, readonly [path: string, read: (value: string) => Json | undefined]>> = {
  "-s": ["/passes/0/steps", countOf],
  "-S": ["/seed", seedOf],
  "-C": ["/passes/0/cfg", numberOf],
  "-f": ["/passes/0/denoise", numberOf],
  "-A": ["/passes/0/sampler", (name) => ({ ...readSampler(name).sampler })],
};

/** Switches of more than one letter behind a single dash; any other is one letter with its value right behind. */
const LONG = /^(?:--[a-z_]+|-(?:cf|ft|fnformat|embiggen|save_orig|hires))$/;

/** The program knows some sixty; what follows more is no command line. CWE-770. */
const MAX_SWITCHES = 256;

interface Switch {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

/** The account of a `Dream` block: a prompt in quotes, then switches. */
export function readDream({ index, block }: Entry): Account[] {
  const text = block.text ?? "";
  const end = endOfPrompt(text);
  if (!text.startsWith('"') || end < 1) return [];
  const draft = draftAccount("invokeai", index);
  draft.say("/dialect", "invokeai", { status: "derived" });
  sayPrompt(draft, text.slice(1, end).trim(), { span: [1, end] });
  const switches = switchesOf(text, end + 1);
  for (const { name, value, span } of switches) {
    const known = SWITCHES[name];
    const read = known?.[1](value);
    if (known && read !== undefined) draft.say(known[0], read, { span });
    else if (!/^-[WHVI]$/.test(name)) draft.say(`/extra/${name}`, value === "" ? true : value, { span });
  }
  const find = (name: string): Switch | undefined => switches.find((one) => one.name === name);
  const [width, height, variations, init] = [find("-W"), find("-H"), find("-V"), find("-I") ?? find("--init_img")];
  if (width && height) draft.say("/size", sizeOf(width.value, height.value), { span: [width.span[0], height.span[1]] });
  const [, seed, weight] = /^(\d{1,20})[:,](\d*\.?\d+)$/.exec(variations?.value ?? "") ?? [];
  if (variations) draft.say("/variation", variation(seed, weight), { span: variations.span });
  draft.say("/mode", init ? "img2img" : "txt2img", { status: "derived" });
  if (init) draft.say("/inputs/0", { role: "init", name: init.value.replace(/^"|"$/g, "") }, { span: init.span });
  return [draft.done("recipe")];
}

/** The quote that closes the prompt: the program writes the steps first, and a prompt may hold quotes of its own. */
function endOfPrompt(text: string): number {
  for (let at = text.lastIndexOf('" -s'); at > 0; at = text.lastIndexOf('" -s', at - 1)) {
    if (/^ ?\d/.test(text.slice(at + 4, at + 6))) return at;
  }
  return text.lastIndexOf('" -');
}

/** The switches behind the prompt: `-s 50`, also `-s50`; a value lasts up to the next word that begins with a dash. */
function switchesOf(text: string, from: number): Switch[] {
  const switches: { name: string; value: string; span: [number, number] }[] = [];
  const words = /"[^"]*"|\S+/g;
  words.lastIndex = from;
  for (let match = words.exec(text); match && switches.length < MAX_SWITCHES; match = words.exec(text)) {
    const [word] = match;
    const [start, end] = [match.index, match.index + word.length];
    if (/^--?[A-Za-z]/.test(word)) {
      const name = LONG.test(word) || word.startsWith("--") ? word : word.slice(0, 2);
      switches.push({ name, value: word.slice(name.length), span: [start + name.length, end] });
      continue;
    }
    const last = switches.at(-1);
    if (!last) continue;
    if (last.value === "") last.span[0] = start;
    last.value = last.value === "" ? word : `${last.value} ${word}`;
    last.span[1] = end;
  }
  return switches;
}
