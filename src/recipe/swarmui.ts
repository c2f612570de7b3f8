/**
 * SwarmUI: a JSON object with `sui_image_params`, in PNG text `parameters` or EXIF UserComment; hashes of its models in
 * `sui_models`. The graph that ran may stand beside it in `prompt` and is an account of its own.
 * @see https://github.com/mcmonkeyprojects/SwarmUI, docs/Image Metadata Format.md
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import { countOf, itemsOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** Images of SwarmUI. */
export const swarmui: Generator = {
  name: "SwarmUI",
  read(evidence) {
    const entry = entryOf(evidence, /./, (text) => text.includes('"sui_image_params"'));
    const json = entry && tryJson(entry.block.text!);
    if (!entry || !isObject(json) || !isObject(json.sui_image_params)) return [];
    const draft = draftAccount("swarmui", entry.index);
    return [account(draft, json, json.sui_image_params)];
  },
};

function account(draft: Draft, whole: JsonObject, params: JsonObject): Account {
  const tell = tellJson(draft, params, "/sui_image_params");
  const more = tellJson(draft, isObject(whole.sui_extra_data) ? whole.sui_extra_data : {}, "/sui_extra_data");
  draft.say("/dialect", "comfyui", { status: "derived" });
  tell.say("/toolVersion", "swarm_version", nameOf);
  tell.say("/prompt/positive", "prompt", textOf);
  tell.say("/prompt/negative", "negativeprompt", textOf);
  for (const teller of [tell, more]) {
    teller.say("/prompt/template", "original_prompt", textOf);
    teller.say("/prompt/negativeTemplate", "original_negativeprompt", textOf);
    teller.say("/time", "date", (date) => dayOf(date));
  }
  tell.say("/seed", "seed", seedOf);
  tell.say("/variation/seed", "variationseed", seedOf);
  tell.say("/variation/strength", "variationseedstrength", numberOf);
  draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  tell.say("/clipSkip", "clipstopatlayer", (layer) => Math.abs(numberOf(layer) ?? 0) || undefined, {
    status: "derived",
  });
  tell.say("/batch/size", "batchsize", countOf);
  tellRuns(draft, tell);
  tellModels(draft, tell, whole.sui_models);
  tell.rest();
  more.rest();
  return draft.done("recipe");
}

/** Dates are written by day; a day without a time is no instant. */
function dayOf(date: Json): string | undefined {
  const text = nameOf(date);
  return text !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? text : undefined;
}

function tellRuns(draft: Draft, tell: JsonTeller): void {
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/cfg", "cfgscale", numberOf);
  tell.say("/passes/0/guidance", "fluxguidancescale", numberOf);
  tellSampler(tell, "/passes/0", "sampler", "scheduler");
  const init = tell.take("initimage");
  if (typeof init === "string") {
    draft.say("/mode", "img2img", { ...tell.at("initimage"), status: "derived" });
    draft.say("/inputs/0", { role: "init" }, tell.at("initimage"));
    tell.say("/passes/0/denoise", "initimagecreativity", numberOf);
  }
  const refines = ["refinermodel", "refinerupscale", "refinercontrolpercentage"].filter(
    (key) => tell.take(key) !== undefined,
  );
  if (refines.length < 2 && tell.take("refinermodel") === undefined) return;
  draft.say("/passes/1/role", "refiner", { ...tell.at("refinercontrolpercentage"), status: "derived" });
  tell.say("/passes/1/denoise", "refinercontrolpercentage", numberOf);
  tell.say("/passes/1/steps", "refinersteps", countOf);
  tell.say("/passes/1/cfg", "refinercfgscale", numberOf);
  tell.say("/passes/1/model", "refinermodel", nameOf);
  tell.say("/passes/1/upscale/factor", "refinerupscale", numberOf);
  tell.say("/passes/1/upscale/method", "refinerupscalemethod", nameOf);
}

function tellModels(draft: Draft, tell: JsonTeller, listed: Json | undefined): void {
  const hashes = Array.isArray(listed) ? listed.filter(isObject) : [];
  const hashOf = (param: string, name: string): Json | undefined =>
    hashes.find((model) => model.param === param && sameFile(String(model.name), name))?.hash ??
    (param === "loras" ? undefined : hashes.find((model) => model.param === param)?.hash);
  let count = 0;
  for (const [key, role] of [
    ["model", "checkpoint"],
    ["refinermodel", "refiner"],
    ["vae", "vae"],
  ] as const) {
    const name = nameOf(tell.take(key));
    if (name !== undefined) draft.say(`/models/${count++}`, modelRef(role, name, hashOf(key, name)), tell.at(key));
  }
  tell.say("/passes/0/model", "model", nameOf);
  const loras = itemsOf(tell.take("loras"));
  const weights = itemsOf(tell.take("loraweights"));
  const textWeights = itemsOf(tell.take("loratencweights"));
  for (const [i, name] of loras.entries()) {
    const parts = { weight: weights[i], weightText: textWeights[i], hash: hashOf("loras", String(name)) };
    draft.say(`/adapters/${i}`, adapterRef("lora", String(name), parts), tell.at("loras", i));
  }
  const control = nameOf(tell.take("controlnetmodel"));
  const weight = tell.take("controlnetstrength");
  draft.say(`/adapters/${loras.length}`, adapterRef("controlnet", control, { weight }), tell.at("controlnetmodel"));
}

function sameFile(a: string, b: string): boolean {
  const bare = (name: string): string => name.replace(/\.(safetensors|sft|gguf|ckpt|pt)$/i, "").toLowerCase();
  return bare(a) === bare(b);
}
