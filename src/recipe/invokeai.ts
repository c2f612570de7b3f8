/**
 * InvokeAI from version 3: `invokeai_metadata` beside the graph that ran and the workflow it came from. The older forms
 * are read in invokeai-legacy.ts.
 * @see https://github.com/invoke-ai/InvokeAI, invokeai/app/invocations/metadata.py
 */

import { isObject, type Json, type JsonObject, pointer } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Entry, entryOf, type Generator } from "./generator.ts";
import { readDream, readSdMetadata } from "./invokeai-legacy.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import type { Adapter, ModelRef } from "./recipe.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** Images of InvokeAI, all generations. */
export const invokeai: Generator = {
  name: "invokeai",
  read(evidence) {
    const [metadata, graph, workflow] = ["invokeai_metadata", "invokeai_graph", "invokeai_workflow"].map((key) =>
      entryOf(evidence, key),
    );
    const json = tryJson(metadata?.block.text ?? "");
    const core = metadata && isObject(json) ? { entry: metadata, json, base: "" } : coreMetadata(graph);
    const rest = [metadata, graph, workflow].flatMap((entry) => (entry ? [entry.index] : []));
    const modern = core ? [metadataAccount(core, rest)] : workflowAccount(rest);
    const [sd, dream] = [entryOf(evidence, "sd-metadata"), entryOf(evidence, "Dream")];
    return [...modern, ...(sd ? readSdMetadata(sd) : []), ...(dream ? readDream(dream) : [])];
  },
};

interface Core {
  readonly entry: Entry;
  readonly json: JsonObject;
  readonly base: string;
}

/** Without metadata of its own, the graph's node that would have written it, where its inputs are not links. */
function coreMetadata(graph: Entry | undefined): Core | undefined {
  const json = tryJson(graph?.block.text ?? "");
  if (!graph || !isObject(json) || !isObject(json.nodes)) return undefined;
  for (const [id, node] of Object.entries(json.nodes)) {
    if (!isObject(node) || node.type !== "core_metadata" || seedOf(node.seed) === undefined) continue;
    const { type: _type, id: _id, is_intermediate: _intermediate, use_cache: _cache, ...fields } = node;
    return { entry: graph, json: fields, base: pointer("nodes", id) };
  }
  return undefined;
}

function workflowAccount(blocks: readonly number[]): Account[] {
  if (blocks.length === 0) return [];
  const draft = draftAccount("invokeai", blocks[0]!);
  draft.alsoReads(...blocks);
  return [draft.done("workflow")];
}

function metadataAccount({ entry, json, base }: Core, blocks: readonly number[]): Account {
  const draft = draftAccount("invokeai", entry.index);
  draft.alsoReads(...blocks);
  const tell = tellJson(draft, json, base);
  draft.say("/dialect", "invokeai", { status: "derived" });
  tell.say("/toolVersion", "app_version", nameOf);
  tell.say("/mode", "generation_mode", modeOf, { status: "derived" });
  tell.say("/prompt/positive", "positive_prompt", textOf);
  tell.say("/prompt/negative", "negative_prompt", textOf);
  tell.say("/seed", "seed", seedOf);
  draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  tell.say("/rng/source", "rand_device", (device) => (device === "cpu" ? "cpu" : nameOf(device) ? "gpu" : undefined));
  // InvokeAI counts the layers left out, the recipe names the layer that is used, 1 being the last.
  tell.say("/clipSkip", "clip_skip", (skip) => (countOf(skip) === undefined ? undefined : countOf(skip)! + 1), {
    status: "derived",
  });
  passes(draft, tell);
  models(draft, tell);
  adapters(draft, tell);
  inputs(draft, tell);
  tell.rest();
  return draft.done("recipe");
}

function modeOf(mode: Json): Json | undefined {
  return /(?:^|_)((?:txt|img)2img|inpaint|outpaint)$/.exec(String(mode))?.[1];
}

function passes(draft: Draft, tell: JsonTeller): void {
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/cfg", "cfg_scale", numberOf);
  tell.say("/passes/0/guidance", "guidance", numberOf);
  tell.say("/passes/0/denoise", "strength", numberOf);
  tellSampler(tell, "/passes/0", "scheduler");
  let next = 1;
  if (tell.take("refiner_model")) {
    const run = `/passes/${next++}`;
    draft.say(`${run}/role`, "refiner", { ...tell.at("refiner_model"), status: "derived" });
    tell.say(`${run}/model`, "refiner_model", modelName);
    tell.say(`${run}/steps`, "refiner_steps", countOf);
    tell.say(`${run}/cfg`, "refiner_cfg_scale", numberOf);
    tellSampler(tell, run, "refiner_scheduler");
  }
  if (tell.take("hrf_enabled") === true) {
    const run = `/passes/${next}`;
    draft.say(`${run}/role`, "hires", { ...tell.at("hrf_enabled"), status: "derived" });
    tell.say(`${run}/denoise`, "hrf_strength", numberOf);
    tell.say(`${run}/upscale`, "hrf_method", (method) => (nameOf(method) ? { method: nameOf(method)! } : undefined));
  }
}

const MODELS: readonly (readonly [ModelRef["role"], string])[] = [
  ["checkpoint", "model"],
  ["vae", "vae"],
  ["refiner", "refiner_model"],
];

function models(draft: Draft, tell: JsonTeller): void {
  let at = 0;
  for (const [role, key] of MODELS) {
    const value = tell.take(key);
    const model = modelRef(role, modelName(value), isObject(value) ? value.hash : undefined);
    if (model) draft.say(`/models/${at++}`, model, tell.at(key));
  }
}

/** A model is a text, an object with `model_name` (version 3) or one with `name` and `hash` (version 4 on). */
function modelName(value: Json | undefined): string | undefined {
  return isObject(value) ? nameOf(value.name ?? value.model_name) : nameOf(value);
}

const ADAPTERS: readonly (readonly [Adapter["type"], key: string, models: readonly string[], weight: string])[] = [
  ["lora", "loras", ["model", "lora"], "weight"],
  ["controlnet", "controlnets", ["control_model"], "control_weight"],
  ["ipadapter", "ipAdapters", ["ip_adapter_model"], "weight"],
  ["t2i", "t2iAdapters", ["t2i_adapter_model"], "weight"],
];

function adapters(draft: Draft, tell: JsonTeller): void {
  let at = 0;
  for (const [type, key, modelKeys, weight] of ADAPTERS) {
    const list = tell.take(key);
    for (const [i, item] of (Array.isArray(list) ? list : []).entries()) {
      if (!isObject(item)) continue;
      const model = modelKeys.map((name) => item[name]).find((value) => value !== undefined);
      const adapter = adapterRef(type, modelName(model), {
        weight: item[weight],
        hash: isObject(model) ? model.hash : undefined,
        start: item.begin_step_percent,
        end: item.end_step_percent,
      });
      if (adapter) draft.say(`/adapters/${at++}`, adapter, tell.at(key, i));
    }
  }
}

/** Pictures that the recipe starts from or is guided by, known by the name in InvokeAI's own folder. */
function inputs(draft: Draft, tell: JsonTeller): void {
  let at = 0;
  const input = (role: string, image: Json | undefined, ...path: readonly (string | number)[]): void => {
    const name = nameOf(isObject(image) ? image.image_name : image);
    if (image !== undefined) draft.say(`/inputs/${at++}`, { role, ...(name && { name }) }, tell.at(...path));
  };
  const init = tell.take("init_image");
  if (init !== null) input("init", init, "init_image");
  for (const [type, key] of ADAPTERS.slice(1)) {
    const list = tell.take(key);
    for (const [i, item] of (Array.isArray(list) ? list : []).entries()) {
      if (isObject(item)) input(type === "ipadapter" ? "reference" : "control", item.image ?? {}, key, i);
    }
  }
}
