/**
 * Easy Diffusion: one PNG text chunk a field, or a JSON object in EXIF UserComment; by its own keys or, where a text file is
 * written too, by the labels of its interface.
 * @see https://github.com/easydiffusion/easydiffusion, ui/easydiffusion/utils/save_utils.py
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Evidence, entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellEntries, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import type { Adapter, ModelRef } from "./recipe.ts";
import { countOf, itemsOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** The program's keys, each with the label that stands for it. */
const LABELS = {
  prompt: "Prompt",
  negative_prompt: "Negative Prompt",
  seed: "Seed",
  use_stable_diffusion_model: "Stable Diffusion model",
  clip_skip: "Clip Skip",
  use_controlnet_model: "ControlNet model",
  control_filter_to_apply: "ControlNet Filter",
  use_vae_model: "VAE model",
  sampler_name: "Sampler",
  width: "Width",
  height: "Height",
  num_inference_steps: "Steps",
  guidance_scale: "Guidance Scale",
  prompt_strength: "Prompt Strength",
  use_lora_model: "LoRA model",
  lora_alpha: "LoRA Strength",
  use_hypernetwork_model: "Hypernetwork model",
  hypernetwork_strength: "Hypernetwork Strength",
  use_embeddings_model: "Embedding models",
  tiling: "Seamless Tiling",
  use_face_correction: "Use Face Correction",
  use_upscale: "Use Upscaling",
  upscale_amount: "Upscale By",
  latent_upscaler_steps: "Latent Upscaler Steps",
} as const;

type Key = keyof typeof LABELS;

const both = (key: Key): readonly string[] => [key, LABELS[key]];
const KEYS = new Set(Object.entries(LABELS).flat());

/** Images of Easy Diffusion. */
export const easyDiffusion: Generator = {
  name: "easy-diffusion",
  read(evidence) {
    return fromJson(evidence) ?? fromChunks(evidence) ?? [];
  },
};

function fromJson(evidence: Evidence): Account[] | undefined {
  const entry = entryOf(evidence, /^(?:UserComment|parameters|Comment)$/, (text) => text.includes("iffusion"));
  const json = entry && tryJson(entry.block.text!);
  if (!entry || !isObject(json) || !isOurs(json)) return undefined;
  const draft = draftAccount("easy-diffusion", entry.index);
  return [account(draft, tellJson(draft, json))];
}

function fromChunks(evidence: Evidence): Account[] | undefined {
  const fields = evidence.entries.filter(({ block }) => KEYS.has(block.key) && block.text !== undefined);
  const object = Object.fromEntries(fields.map(({ block }) => [block.key, block.text!]));
  if (!isOurs(object)) return undefined;
  const draft = draftAccount("easy-diffusion", fields[0]!.index);
  draft.alsoReads(...fields.map(({ index }) => index));
  return [account(draft, tellEntries(draft, fields))];
}

function isOurs(fields: JsonObject): boolean {
  return both("use_stable_diffusion_model").some((key) => key in fields) && both("seed").some((key) => key in fields);
}

function account(draft: Draft, tell: JsonTeller): Account {
  const take = (key: Key): Json | undefined => tell.take(key) ?? tell.take(LABELS[key]);
  const at = (key: Key) => tell.at(tell.take(key) === undefined ? LABELS[key] : key);
  draft.say("/dialect", "a1111", { status: "derived" });
  tell.say("/prompt/positive", both("prompt"), textOf);
  tell.say("/prompt/negative", both("negative_prompt"), textOf);
  tell.say("/seed", both("seed"), seedOf);
  draft.say("/size", sizeOf(take("width"), take("height")), at("width"));
  tell.say("/clipSkip", both("clip_skip"), clipSkipOf, { status: "derived" });
  tell.say("/passes/0/steps", both("num_inference_steps"), countOf);
  tell.say("/passes/0/cfg", both("guidance_scale"), numberOf);
  tell.say("/passes/0/denoise", both("prompt_strength"), numberOf);
  tellSampler(tell, "/passes/0", both("sampler_name"));
  // The strength is written only where there was an image to start from.
  if (numberOf(take("prompt_strength")) !== undefined) {
    draft.say("/mode", "img2img", { ...at("prompt_strength"), status: "derived" });
    draft.say("/inputs/0", { role: "init" }, { ...at("prompt_strength"), status: "derived" });
  }
  models(draft, take, at);
  adapters(draft, take, at);
  tell.rest();
  return draft.done("recipe");
}

/** A switch: on leaves out the last layer, which the recipe calls 2. */
function clipSkipOf(value: Json): Json | undefined {
  if (value === true || value === "True") return 2;
  return value === false || value === "False" ? 1 : undefined;
}

type Take = (key: Key) => Json | undefined;
type At = (key: Key) => ReturnType<JsonTeller["at"]>;

const MODELS: readonly (readonly [ModelRef["role"], Key])[] = [
  ["checkpoint", "use_stable_diffusion_model"],
  ["vae", "use_vae_model"],
];

function models(draft: Draft, take: Take, at: At): void {
  let index = 0;
  for (const [role, key] of MODELS) {
    const model = modelRef(role, take(key));
    if (model) draft.say(`/models/${index++}`, model, at(key));
  }
}

const ADAPTERS: readonly (readonly [Adapter["type"], names: Key, weights: Key | undefined])[] = [
  ["lora", "use_lora_model", "lora_alpha"],
  ["hypernetwork", "use_hypernetwork_model", "hypernetwork_strength"],
  ["embedding", "use_embeddings_model", undefined],
  ["controlnet", "use_controlnet_model", undefined],
];

function adapters(draft: Draft, take: Take, at: At): void {
  let index = 0;
  for (const [type, key, weightKey] of ADAPTERS) {
    const weights = weightKey ? itemsOf(take(weightKey)) : [];
    const preprocessor = type === "controlnet" ? nameOf(take("control_filter_to_apply")) : undefined;
    for (const [i, name] of itemsOf(take(key)).entries()) {
      const adapter = adapterRef(type, name, { weight: weights[i], preprocessor });
      if (adapter) draft.say(`/adapters/${index++}`, adapter, at(key));
    }
  }
}
