/** Networks as extensions and A1111 itself named them before there were tags in the prompt. */

import { typedHash } from "../hashes.ts";
import { nameOf, numberOf } from "../values.ts";
import type { InfotextFields } from "./fields.ts";
import type { Resource, Sourced } from "./resource.ts";

/** Parameters of the extension sd-webui-additional-networks: `AddNet Model 1: name(hash)`. They stay under `/extra`. */
export function additionalNetworks(fields: InfotextFields): Resource[] {
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
export function hypernetwork(fields: InfotextFields): Resource[] {
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
