/**
 * RuinedFooocus: one JSON object under `parameters` that names its software.
 * @see https://github.com/runew0lf/RuinedFooocus, modules/async_worker.py
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** Images of RuinedFooocus. */
export const ruinedFooocus: Generator = {
  name: "ruined-fooocus",
  read(evidence) {
    const entry = entryOf(evidence, /^(?:parameters|UserComment)$/, (text) => text.includes('"RuinedFooocus"'));
    const json = entry && tryJson(entry.block.text!);
    return entry && isObject(json) && json.software === "RuinedFooocus" ? [account(entry.index, json)] : [];
  },
};

function account(block: number, json: JsonObject): Account {
  const draft = draftAccount("ruined-fooocus", block);
  const tell = tellJson(draft, json);
  tell.take("software");
  draft.say("/dialect", "a1111", { status: "derived" });
  tell.say("/toolVersion", "version", nameOf);
  tell.say("/prompt/positive", ["Prompt", "prompt"], textOf);
  tell.say("/prompt/negative", ["Negative", "negative"], textOf);
  tell.say("/seed", "seed", seedOf);
  draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  tell.say("/clipSkip", "clip_skip", (skip) => countOf(skip) || undefined);
  run(tell);
  const hash = tell.take("base_model_hash");
  tell.say("/models/0", "base_model_name", (name) => modelRef("checkpoint", name, hash));
  loras(draft, tell);
  tell.rest();
  return draft.done("recipe");
}

function run(tell: JsonTeller): void {
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/startStep", "start_step", countOf);
  tell.say("/passes/0/cfg", "cfg", numberOf);
  tell.say("/passes/0/denoise", "denoise", numberOf);
  tellSampler(tell, "/passes/0", "sampler_name", "scheduler");
}

/** `loras` holds objects with name, weight and hash, pairs, or texts such as `0.8 - name`. */
function loras(draft: Draft, tell: JsonTeller): void {
  const list = tell.take("loras");
  if (!Array.isArray(list)) return;
  for (const [i, lora] of list.entries()) draft.say(`/adapters/${i}`, adapter(lora), tell.at("loras", i));
}

function adapter(lora: Json): Json | undefined {
  const { name, weight, hash } = partsOf(lora);
  return adapterRef("lora", name, { weight, hash });
}

function partsOf(lora: Json): JsonObject {
  if (isObject(lora)) return lora;
  if (Array.isArray(lora)) return { name: lora[0] ?? null, weight: lora[1] ?? null };
  const text = typeof lora === "string" ? /^\s*(-?[\d.]{1,8}) - (.+)$/s.exec(lora) : null;
  return text ? { name: text[2]!, weight: text[1]! } : { name: lora };
}
