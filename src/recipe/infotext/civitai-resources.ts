/** `Civitai resources: [{"type":"lora","weight":0.8,"modelVersionId":…,"modelName":…}]`. */

import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { nameOf, numberOf } from "../values.ts";
import type { InfotextFields } from "./fields.ts";
import type { Resource } from "./resource.ts";

const MODEL_ROLES: Readonly<Record<string, string>> = {
  checkpoint: "checkpoint",
  model: "checkpoint",
  vae: "vae",
  upscaler: "upscaler",
};

const ADAPTER_TYPES: Readonly<Record<string, string>> = {
  lora: "lora",
  dora: "lora",
  locon: "lycoris",
  lycoris: "lycoris",
  embed: "embedding",
  embedding: "embedding",
  textualinversion: "embedding",
  hypernet: "hypernetwork",
  hypernetwork: "hypernetwork",
  controlnet: "controlnet",
};

/** What Civitai lists as used, models and adapters apart. The list itself stays under `/extra`, with the version ids. */
export function civitaiResources(fields: InfotextFields): { models: Resource[]; adapters: Resource[] } {
  const parameter = fields.find("Civitai resources");
  const list = parameter && tryJson(parameter.value);
  if (!parameter || !Array.isArray(list)) return { models: [], adapters: [] };
  const hint = fields.at(parameter);
  const pick = (kinds: Readonly<Record<string, string>>): Resource[] =>
    (list as readonly Json[]).filter(isObject).flatMap((item) => {
      const kind = kinds[typeOf(item)];
      const name = nameOfResource(item);
      if (kind === undefined || name === undefined) return [];
      const weight = numberOf(item.weight);
      const members = weight === undefined ? {} : { weight: { value: weight, hint } };
      return [{ kind, name: { value: name, hint }, members, hashes: [] }];
    });
  return { models: pick(MODEL_ROLES), adapters: pick(ADAPTER_TYPES) };
}

/** `type`, or the third part of an address such as `urn:air:sdxl:lora:civitai:1@2`. */
function typeOf({ type, air }: JsonObject): string {
  return (nameOf(type) ?? String(air).split(":")[3] ?? "").toLowerCase();
}

/** The model's name; without one its address or the number of its version. */
function nameOfResource({ modelName, air, modelVersionId }: JsonObject): string | undefined {
  const version = numberOf(modelVersionId);
  return nameOf(modelName) ?? nameOf(air) ?? (version === undefined ? undefined : `civitai@${version}`);
}
