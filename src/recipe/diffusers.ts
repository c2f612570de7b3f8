/**
 * Scripts around diffusers: the library writes nothing into images, so scripts put its argument names there, as one JSON
 * object or one text chunk a name. Hugging Face Spaces of a common template are told apart by keys that only they have.
 * @see https://huggingface.co/docs/diffusers, StableDiffusionPipeline.__call__
 * @see https://huggingface.co/spaces/cagliostrolab/animagine-xl-3.1, app.py
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Entry, type Evidence, entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellEntries, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import type { ToolId } from "./tools.ts";
import { countOf, itemsOf, nameOf, numberOf, seedOf, sizeOf, sizeOfText, textOf } from "./values.ts";

const STEPS = ["num_inference_steps", "steps"];
const CFG = ["guidance_scale", "cfg_scale", "true_cfg_scale"];
const MODEL = ["model", "model_id", "Model", "base_model", "pretrained_model_name_or_path", "_name_or_path", "repo_id"];

/** Keys of which a script writes several; `prompt` alone is no recipe. */
const OWN_KEYS = new Set([
  "num_inference_steps",
  "guidance_scale",
  "_class_name",
  "_diffusers_version",
  "pipeline_class",
]);

/** Images of Hugging Face Spaces that share the template of Animagine XL. */
export const hfSpace: Generator = {
  name: "hf-space",
  read: (evidence) => fromJson(evidence, "hf-space", isSpace),
};

/** Images of other scripts that use diffusers. */
export const diffusers: Generator = {
  name: "diffusers",
  read(evidence) {
    const read = fromJson(evidence, "diffusers", isScript);
    return read.length > 0 ? read : fromChunks(evidence);
  },
};

function isSpace(json: JsonObject): boolean {
  return (
    "num_inference_steps" in json && "prompt" in json && ("use_upscaler" in json || typeof json.resolution === "string")
  );
}

function isScript(json: JsonObject): boolean {
  const own = Object.keys(json).filter((key) => OWN_KEYS.has(key));
  return own.length > 1 || (own.length === 1 && "prompt" in json);
}

function fromJson(evidence: Evidence, tool: ToolId, test: (json: JsonObject) => boolean): Account[] {
  for (const entry of evidence.entries) {
    if (!entry.block.text?.includes("num_inference_steps") && !entry.block.text?.includes("guidance_scale")) continue;
    const json = tryJson(entry.block.text);
    if (!isObject(json) || !test(json)) continue;
    const draft = draftAccount(tool, entry.index);
    return [account(draft, tellJson(draft, json))];
  }
  return [];
}

function fromChunks(evidence: Evidence): Account[] {
  const steps = entryOf(evidence, "num_inference_steps", (text) => countOf(text) !== undefined);
  const fields = evidence.entries.filter(isField);
  if (!steps || fields.length < 3) return [];
  const draft = draftAccount("diffusers", steps.index);
  draft.alsoReads(...fields.map(({ index }) => index));
  return [account(draft, tellEntries(draft, fields))];
}

const FIELD =
  /^(?:prompt|negative_prompt|seed|generator_seed|width|height|strength|scheduler|sampler|clip_skip|lora|lora_scale|pipeline|library_version)$/;

function isField({ block }: Entry): boolean {
  const known =
    OWN_KEYS.has(block.key) || MODEL.includes(block.key) || STEPS.includes(block.key) || FIELD.test(block.key);
  return known && block.text !== undefined;
}

function account(draft: Draft, tell: JsonTeller): Account {
  draft.say("/dialect", "plain", { status: "derived" });
  tell.say("/toolVersion", ["_diffusers_version", "diffusers_version", "library_version"], nameOf);
  tell.say("/prompt/positive", "prompt", textOf);
  tell.say("/prompt/negative", "negative_prompt", textOf);
  tell.say("/seed", ["seed", "generator_seed"], seedOf);
  const size = sizeOf(tell.take("width"), tell.take("height"));
  if (size) draft.say("/size", size, tell.at("width"));
  else tell.say("/size", ["resolution", "size"], sizeOfText);
  // diffusers counts the layers left out, the recipe names the layer that is used, 1 being the last.
  tell.say("/clipSkip", "clip_skip", (skip) => (countOf(skip) === undefined ? undefined : countOf(skip)! + 1), {
    status: "derived",
  });
  tell.say("/passes/0/steps", STEPS, countOf);
  tell.say("/passes/0/cfg", CFG, numberOf);
  tell.say("/passes/0/denoise", "strength", numberOf);
  tellSampler(tell, "/passes/0", ["sampler", "scheduler", "scheduler_class"]);
  tell.say("/mode", ["_class_name", "pipeline_class", "pipeline"], modeOf, { status: "derived" });
  tell.say("/prompt/styles", ["style_preset", "sdxl_style"], (style) => {
    const name = nameOf(style);
    return name === undefined || name === "(None)" ? undefined : [name];
  });
  upscaler(tell);
  model(tell);
  loras(draft, tell);
  tell.rest();
  return draft.done("recipe");
}

function modeOf(pipeline: Json): Json | undefined {
  const name = String(pipeline);
  if (!/Pipeline$/.test(name)) return undefined;
  if (/Inpaint/.test(name)) return "inpaint";
  if (/Img2Img/.test(name)) return "img2img";
  return /Upscale/.test(name) ? "upscale" : "txt2img";
}

/** Spaces name the model in one member and its hash in another, or both in one object. */
function model(tell: JsonTeller): void {
  const hash = tell.take("Model hash") ?? tell.take("model_hash");
  const said = tell.say("/models/0", MODEL, (value) => {
    if (!isObject(value)) return modelRef("checkpoint", value, hash);
    return modelRef("checkpoint", value.Model ?? value.name, hash ?? value["Model hash"] ?? value.hash);
  });
  if (said) tell.say("/models/1", ["vae", "VAE"], (value) => modelRef("vae", value));
}

/** A second run over the enlarged image. */
function upscaler(tell: JsonTeller): void {
  const use = tell.take("use_upscaler");
  if (!isObject(use)) return;
  const hint = { ...tell.at("use_upscaler"), status: "derived" } as const;
  const [method, factor] = [nameOf(use.upscale_method), numberOf(use.upscale_by)];
  const size = sizeOfText(use.new_resolution);
  tell.say("/passes/1/role", "use_upscaler", () => "hires", hint);
  tell.say("/passes/1/denoise", "use_upscaler", () => numberOf(use.upscaler_strength));
  tell.say("/passes/1/upscale", "use_upscaler", () => ({
    ...(method && { method }),
    ...(factor !== undefined && { factor }),
    ...size,
  }));
}

function loras(draft: Draft, tell: JsonTeller): void {
  const listed = tell.take("loras") ?? tell.take("use_lora") ?? tell.take("lora");
  const list = Array.isArray(listed) ? listed : isObject(listed) ? [listed] : itemsOf(listed);
  for (const [i, lora] of list.entries()) {
    const fields: JsonObject = isObject(lora) ? lora : { name: lora };
    const weight = fields.weight ?? fields.multiplier ?? fields.scale ?? tell.take("lora_scale");
    draft.say(`/adapters/${i}`, adapterRef("lora", fields.name ?? fields.path ?? fields.selected_lora, { weight }), {
      ...tell.at("loras", i),
    });
  }
}
