/**
 * Fooocus: `parameters` as a JSON object of labels, many of them Python values written as text, beside `fooocus_scheme`; in
 * JPEG and WebP the same in UserComment and MakerNote. Its other scheme, `a1111`, is read in fooocus-infotext.ts.
 * @see https://github.com/lllyasviel/Fooocus, modules/meta_parser.py
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Entry, type Evidence, entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import { countOf, itemsOf, nameOf, numberOf, seedOf, sizeOf, sizeOfText, textOf } from "./values.ts";

/** Where Fooocus puts its text: PNG keyword, EXIF tag. */
const PLACES = /^(?:parameters|UserComment|Comment)$/i;

/** Images of Fooocus and of its early fork MRE, which has other keys for some of the same. */
export const fooocus: Generator = {
  name: "fooocus",
  read(evidence) {
    const entry = entryOf(evidence, PLACES, (text) => text.startsWith("{"));
    const json = entry && tryJson(entry.block.text!);
    if (!entry || !isObject(json) || !isFooocus(json)) return [];
    return [account(entry, json, evidence)];
  },
};

/** The blocks that name the scheme and the program, beside the parameters. */
export function schemeEntries({ entries }: Evidence): readonly Entry[] {
  return entries.filter(
    ({ block }) =>
      block.key === "fooocus_scheme" ||
      (block.key === "MakerNote" && /^(?:fooocus|a1111)\0*$/.test(block.text ?? "")) ||
      (block.key === "Software" && /^Fooocus\b/.test(block.text ?? "")),
  );
}

function isFooocus(json: JsonObject): boolean {
  if (/^Fooocus\b/.test(String(json.version ?? json.software ?? "")) || json.metadata_scheme === "fooocus") return true;
  return "performance" in json && "base_model" in json && ("adm_guidance" in json || "real_prompt" in json);
}

function account(entry: Entry, json: JsonObject, evidence: Evidence): Account {
  const draft = draftAccount("fooocus", entry.index);
  draft.alsoReads(...schemeEntries(evidence).map(({ index }) => index));
  const tell = tellJson(draft, json);
  tell.say("/toolVersion", ["version", "software"], nameOf);
  draft.say("/dialect", "a1111", { status: "derived" });
  tell.say("/prompt/positive", "prompt", textOf);
  tell.say("/prompt/negative", "negative_prompt", textOf);
  tell.say("/prompt/styles", "styles", (styles) => itemsOf(styles).map(String));
  tell.say("/seed", "seed", seedOf);
  if (!tell.say("/size", "resolution", sizeOfText)) {
    draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  }
  tell.say("/clipSkip", ["clip_skip", "base_clip_skip"], (skip) => Math.abs(numberOf(skip) ?? 0) || undefined);
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/cfg", ["guidance_scale", "cfg"], numberOf);
  tellSampler(tell, "/passes/0", "sampler", "scheduler");
  models(tell);
  loras(draft, tell);
  tell.rest();
  return draft.done("recipe");
}

function models(tell: JsonTeller): void {
  let at = 0;
  for (const [role, key] of [
    ["checkpoint", "base_model"],
    ["refiner", "refiner_model"],
    ["vae", "vae"],
  ] as const) {
    const hash = tell.take(`${key}_hash`);
    // "Default (model)" is the VAE inside the checkpoint.
    const said = tell.say(`/models/${at}`, key, (name) =>
      name === "Default (model)" ? undefined : modelRef(role, name, hash),
    );
    if (said) at++;
  }
}

/** `loras` holds name, weight and hash; else `lora_combined_1: "name : weight"` does, or MRE's `l1` and `w1`. */
function loras(draft: Draft, tell: JsonTeller): void {
  const listed = tell.take("loras");
  const list = Array.isArray(listed) ? listed : [];
  for (const [i, lora] of list.entries()) draft.say(`/adapters/${i}`, adapter(lora), tell.at("loras", i));
  let at = list.length;
  for (let n = 1; n <= MAX_LORAS; n++) {
    const [combined, name, weight] = [tell.take(`lora_combined_${n}`), tell.take(`l${n}`), tell.take(`w${n}`)];
    if (list.length > 0) continue;
    const [strength, file] = typeof combined === "string" ? combined.split(" : ").reverse() : [weight, name];
    const lora = adapter([file ?? null, strength ?? null]);
    if (lora) draft.say(`/adapters/${at++}`, lora, tell.at(combined === undefined ? `l${n}` : `lora_combined_${n}`));
  }
}

/** Fooocus itself offers five; its settings file allows more. */
const MAX_LORAS = 32;

function adapter(lora: Json): Json | undefined {
  return Array.isArray(lora) ? adapterRef("lora", lora[0], { weight: lora[1], hash: lora[2] }) : undefined;
}
