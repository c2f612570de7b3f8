/** The models and adapters that an infotext names, each joined with the hashes that stand elsewhere in the text. */

import { isObject, type JsonObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import type { Draft } from "../account.ts";
import { typedHash } from "../hashes.ts";
import type { Adapter, ModelRef, TypedHash } from "../recipe.ts";
import { nameOf, numberOf } from "../values.ts";
import { civitaiResources } from "./civitai-resources.ts";
import type { InfotextFields } from "./fields.ts";
import { isHashList, readHashList } from "./hash-list.ts";
import type { Infotext, Parameter } from "./infotext.ts";
import { unquote } from "./pairs.ts";
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

/** Parameters of the extension sd-webui-additional-networks: `AddNet Model 1: name(hash)`. They stay under `/extra`. */
function additionalNetworks(fields: InfotextFields): Resource[] {
  return fields.matching(/^AddNet Model \d{1,2}$/i).flatMap((model) => {
    const [, name, digits] = /^(.*?)(?:\(([0-9a-f]{8,64})\))?$/i.exec(model.value) ?? [];
    if (nameOf(name) === undefined) return [];
    const unit = model.key.slice("AddNet Model".length);
    const type = /lora/i.test(fields.value(`AddNet Module${unit}`) ?? "lora") ? "lora" : "lycoris";
    const hash = typedHash(digits ?? "");
    const hint = fields.at(model);
    const members = {
      weight: numberAt(fields, `AddNet Weight A${unit}`) ?? numberAt(fields, `AddNet Weight${unit}`),
      weightText: numberAt(fields, `AddNet Weight B${unit}`) ?? numberAt(fields, `AddNet Weight${unit}`),
    };
    return [{ kind: type, name: { value: name!.trim(), hint }, members, hashes: hash ? [{ value: hash, hint }] : [] }];
  });
}

/** `Hypernet: name, Hypernet strength: 0.5` of A1111 before the tag `<hypernet:…>`. */
function hypernetwork(fields: InfotextFields): Resource[] {
  const parameter = fields.take("Hypernet");
  const name = nameOf(parameter?.value.replace(/\s?\([0-9a-f]{8,64}\)$/i, ""));
  if (!parameter || name === undefined) return [];
  const strength = numberAt(fields, "Hypernet strength");
  const hash = fields.take("Hypernet hash");
  const typed = typedHash(hash?.value ?? "");
  fields.take("Hypernet strength");
  return [
    {
      kind: "hypernetwork",
      name: { value: name, hint: fields.at(parameter) },
      members: { weight: strength },
      hashes: hash && typed ? [{ value: typed, hint: fields.at(hash) }] : [],
    },
  ];
}

function numberAt(fields: InfotextFields, key: string): Sourced<number> | undefined {
  const parameter = fields.find(key);
  const value = numberOf(parameter?.value);
  return parameter && value !== undefined ? { value, hint: fields.at(parameter) } : undefined;
}

/** `ControlNet 0: "Module: …, Model: …, Weight: …"`, as every version of the extension writes it. Stays under `/extra`. */
function controlNets(fields: InfotextFields): Resource[] {
  const whole = fields.matching(/^ControlNet \d{1,2}$/i).map((parameter) => ({
    parameter,
    part: nested(parameter.value),
  }));
  const spread = fields.matching(/^ControlNet(?:-\d{1,2})? Model$/i).map((parameter) => ({
    parameter,
    part: (name: string) => fields.value(`${parameter.key.slice(0, -"Model".length)}${name}`),
  }));
  return [...whole, ...spread].flatMap(({ parameter, part }) => {
    const model = part("Model");
    if (model === undefined) return [];
    const hint = fields.at(parameter);
    const sourced = <T>(value: T | undefined): Sourced<T> | undefined =>
      value === undefined ? undefined : { value, hint };
    const name = withoutHash(model).trim();
    const hash = bracketHash(model);
    const [from, to] = /\(([^,]*),([^)]*)\)/.exec(part("starting/ending") ?? "")?.slice(1) ?? [];
    return [
      {
        kind: /ip[-_]?adapter/i.test(name) ? "ipadapter" : /t2i/i.test(name) ? "t2i" : "controlnet",
        name: { value: name, hint },
        members: {
          weight: sourced(numberOf(part("Weight"))),
          start: sourced(numberOf(part("Guidance Start") ?? from)),
          end: sourced(numberOf(part("Guidance End") ?? to)),
          preprocessor: sourced(part("Module") ?? part("Preprocessor")),
        },
        hashes: hash ? [{ value: hash, hint }] : [],
      },
    ];
  });
}

/** Members of a value that is itself `key: value, key: value`; commas in round brackets do not divide. */
function nested(value: string): (key: string) => string | undefined {
  const members = new Map<string, string>();
  for (const [, key, member] of value.matchAll(
    /([A-Za-z][A-Za-z0-9 /]{0,40}):\s{0,4}("(?:\\.|[^"\\])*"|\([^()]*\)|[^,]*)/g,
  )) {
    members.set(key!.trim().toLowerCase(), unquote(member!.trim()));
  }
  return (key) => members.get(key.toLowerCase());
}

function bracketHash(value: string): TypedHash | undefined {
  return typedHash(/\[([0-9a-f]{8,64})\]\s*$/i.exec(value)?.[1] ?? "");
}
