/** The models and adapters that an infotext names, each joined with the hashes that stand elsewhere in the text. */

import { isObject, type JsonObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import type { Draft } from "../account.ts";
import { typedHash } from "../hashes.ts";
import type { Adapter, ModelRef, TypedHash } from "../recipe.ts";
import { nameOf } from "../values.ts";
import { civitaiResources } from "./civitai-resources.ts";
import { controlNets } from "./controlnet.ts";
import type { InfotextFields } from "./fields.ts";
import { bracketHash, isHashList, readHashList } from "./hash-list.ts";
import type { Infotext, Parameter } from "./infotext.ts";
import { additionalNetworks, hypernetwork } from "./older-networks.ts";
import { withoutHash } from "./passes.ts";
import { addHash, joinHash, type Resource, type Sourced, sayResources } from "./resource.ts";

/** States `/models`: checkpoint, VAE, refiner, second checkpoint, Forge's modules. */
export function tellModels(draft: Draft, fields: InfotextFields): void {
  const json = hashesJson(fields);
  const models: Resource[] = [];
  const add = (role: ModelRef["role"], name: Parameter | undefined, hash?: Parameter, listed?: string): void => {
    const model = modelOf(role, fields, name, hash);
    if (!model) return;
    if (name) fields.takeOne(name);
    if (hash && typedHash(hash.value)) fields.takeOne(hash);
    addHash(model, listed === undefined ? undefined : json?.typed(listed));
    if (!models.some(({ kind, name: known }) => kind === role && known.value === model.name.value)) models.push(model);
  };
  add("checkpoint", fields.find("Model"), fields.find("Model hash"), "model");
  add("unet", fields.find("Unet"));
  add("vae", fields.find("VAE"), fields.find("VAE hash"), "vae");
  add("refiner", fields.find("Refiner"));
  add("checkpoint", fields.find("Hires checkpoint"));
  for (const module of fields.matching(/^(?:Module \d{1,2}|TE)$/i)) {
    add(isVaeModule(module.value) ? "vae" : "textEncoder", module);
  }
  const listed = civitaiResources(fields).models.filter(({ kind }) => !models.some((model) => model.kind === kind));
  sayResources(draft, "/models", "role", [...models, ...listed]);
}

/** States `/adapters`: tags of the prompt in their order, then what only hash lists or parameters name. */
export function tellAdapters(draft: Draft, fields: InfotextFields, info: Infotext): void {
  const adapters: Resource[] = info.networks.map((tag) => {
    const hint = { span: tag.span, status: tag.status };
    const weight = (value: number | undefined): Sourced<number> | undefined =>
      value === undefined ? undefined : { value, hint: tag.weighted ? hint : { ...hint, status: "defaulted" } };
    const members = { weight: weight(tag.weight), weightText: weight(tag.weightText) };
    return { kind: tag.type, name: { value: tag.name, hint }, members, hashes: [] };
  });
  for (const parameter of fields.matching(/^(?:lora|lycoris|ti) hashes$/i)) {
    if (isHashList(parameter.value)) fields.takeOne(parameter);
    const kind = /^ti/i.test(parameter.key) ? "embedding" : /^ly/i.test(parameter.key) ? "lycoris" : "lora";
    const hint = fields.at(parameter);
    for (const { name, hash } of readHashList(parameter.value)) joinHash(adapters, kind, name, { value: hash, hint });
  }
  hashesJson(fields)?.each((kind, name, hash) => joinHash(adapters, kind, name, hash));
  // A LoRA goes by its file's name in the prompt and by its title on Civitai: one that is known is not listed again.
  const hasNetworks = adapters.some(({ kind }) => kind === "lora" || kind === "lycoris");
  const listed = civitaiResources(fields).adapters.filter(
    ({ kind }) => !hasNetworks || !/^(?:lora|lycoris)$/.test(kind),
  );
  adapters.push(...listed, ...additionalNetworks(fields), ...hypernetwork(fields), ...controlNets(fields));
  sayResources(draft, "/adapters", "type", adapters);
}

/** A model by its name, or by its hash alone as the oldest files have it: then the name is empty. */
function modelOf(
  kind: ModelRef["role"],
  fields: InfotextFields,
  name: Parameter | undefined,
  hash: Parameter | undefined,
): Resource | undefined {
  const source = name ?? hash;
  if (!source) return undefined;
  const said = name && nameOf(withoutHash(name.value));
  const typed = typedHash(hash?.value ?? "") ?? bracketHash(name?.value ?? "");
  if (said === undefined && (!typed || name)) return undefined;
  const model: Resource = {
    kind,
    name: { value: said ?? "", hint: fields.at(source, said === undefined ? "defaulted" : undefined) },
    hashes: [],
  };
  addHash(model, typed && { value: typed, hint: fields.at(hash ?? source) });
  return model;
}

/** Forge's modules are VAE and text encoders under one key; only their names tell which. */
function isVaeModule(name: string): boolean {
  return /vae|^ae$|^ae[._-]|\bflux_ae\b/i.test(name);
}

/** `Hashes: {"model": "…", "lora:name": "…"}`; it stays under `/extra` as well. */
function hashesJson(fields: InfotextFields):
  | {
      typed(key: string): Sourced<TypedHash> | undefined;
      each(visit: (kind: Adapter["type"], name: string, hash: Sourced<TypedHash>) => void): void;
    }
  | undefined {
  const parameter = fields.find("Hashes");
  const json = parameter && tryJson(parameter.value);
  if (!parameter || !isObject(json)) return undefined;
  const hint = fields.at(parameter);
  const typed = (key: string): TypedHash | undefined =>
    Object.hasOwn(json, key) && typeof json[key] === "string" ? typedHash(json[key]) : undefined;
  return {
    typed: (key) => {
      const value = typed(key);
      return value && { value, hint };
    },
    each(visit) {
      for (const key of Object.keys(json as JsonObject)) {
        const [, prefix, name] = /^(lora|lyco|embed|hypernet):(.+)$/.exec(key) ?? [];
        const value = typed(key);
        if (prefix && name && value) visit(JSON_KINDS[prefix]!, name, { value, hint });
      }
    },
  };
}

const JSON_KINDS: Readonly<Record<string, Adapter["type"]>> = {
  lora: "lora",
  lyco: "lycoris",
  embed: "embedding",
  hypernet: "hypernetwork",
};
