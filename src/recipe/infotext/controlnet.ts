/** ControlNet's parameters, as every version of the extension writes them. */

import { numberOf } from "../values.ts";
import type { InfotextFields } from "./fields.ts";
import { bracketHash } from "./hash-list.ts";
import { unquote } from "./pairs.ts";
import { withoutHash } from "./passes.ts";
import type { Resource, Sourced } from "./resource.ts";

/** `ControlNet 0: "Module: …, Model: …, Weight: …"`, as every version of the extension writes it. Stays under `/extra`. */
export function controlNets(fields: InfotextFields): Resource[] {
  const whole = fields.matching(/^ControlNet \d{1,2}$/i).map((parameter) => ({
    parameter,
    part: nested(parameter.value),
  }));
  const spread = fields.matching(/^ControlNet(?:-\d{1,2})? Model$/i).map((parameter) => ({
    parameter,
    part: (name: string) => fields.value(`${parameter.key.slice(0, -"Model".length)}${name}`),
  }));
  const units = new Map([...whole, ...spread].map((unit) => [unit.parameter.key, unit]));
  return [...units.values()].flatMap(({ parameter, part }) => {
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
