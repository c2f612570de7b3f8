/**
 * TensorArt: PNG text `generation_data`, a JSON object that describes the order; the graph that ran stands beside it in
 * `prompt` and is an account of its own.
 */

import { isObject, type Json } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import { countOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** Images of TensorArt. */
export const tensorart: Generator = {
  name: "TensorArt",
  read(evidence) {
    const entry = entryOf(evidence, "generation_data");
    const json = entry && tryJson(entry.block.text!);
    if (!entry || !isObject(json)) return [];
    const draft = draftAccount("tensorart", entry.index);
    return [account(draft, tellJson(draft, json))];
  },
};

function account(draft: Draft, tell: JsonTeller): Account {
  draft.say("/dialect", "a1111", { status: "derived" });
  tell.say("/prompt/positive", "prompt", textOf);
  tell.say("/prompt/negative", "negativePrompt", textOf);
  tellSeed(draft, tell);
  draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/cfg", "cfgScale", numberOf);
  tell.say("/passes/0/denoise", "denoisingStrength", numberOf);
  tellSampler(tell, "/passes/0", ["ksamplerName", "samplerName", "sampler"], ["schedule", "scheduler"]);
  tell.say("/clipSkip", "clipSkip", (value) => countOf(value) || undefined);
  tell.say("/rng/ensd", "etaNoiseSeedDelta", countOf);
  tell.say("/batch/size", "imageCount", countOf);
  tellModels(draft, tell);
  tell.rest();
  return draft.done("recipe");
}

/** Orders with a random seed say -1; the seed that was drawn stands in the graph alone. */
function tellSeed(draft: Draft, tell: JsonTeller): void {
  if (tell.say("/seed", "seed", seedOf)) return;
  const seed = tell.take("seed");
  draft.claim("/seed", typeof seed === "number" ? String(seed) : seed, tell.at("seed"));
  draft.say("/extra/seed", seed, tell.at("seed"));
}

function tellModels(draft: Draft, tell: JsonTeller): void {
  const base = tell.take("baseModel");
  const name = isObject(base) ? (base.modelFileName ?? base.label) : undefined;
  const at = tell.at("baseModel", isObject(base) && "modelFileName" in base ? "modelFileName" : "label");
  draft.say("/models/0", modelRef("checkpoint", name, isObject(base) ? base.hash : undefined), at);
  draft.say("/passes/0/model", typeof name === "string" ? name : undefined, at);
  const vae = modelRef("vae", tell.take("sdVae"));
  if (vae !== undefined && isObject(vae) && vae.name !== "Automatic") draft.say("/models/1", vae, tell.at("sdVae"));
  const models = tell.take("models");
  for (const [i, model] of (Array.isArray(models) ? models : []).entries()) {
    if (isObject(model)) draft.say(`/adapters/${i}`, adapterOf(model), tell.at("models", i));
  }
}

function adapterOf(model: { readonly [key: string]: Json }): Json | undefined {
  const type = /embedding|textual/i.test(String(model.type)) ? "embedding" : "lora";
  return adapterRef(type, model.modelFileName ?? model.label, { weight: model.weight, hash: model.hash });
}
