/** The parameters of an infotext, asked for by key; what nobody asks for is kept verbatim. */

import type { Json } from "../../base/json.ts";
import { pointer } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import type { Draft, SourceHint, Status } from "../account.ts";
import type { Infotext, Parameter } from "./infotext.ts";

/** How a field is stated beside its key and path. */
export interface FieldHint {
  readonly status?: Status;
  /** The key also stays under `/extra`: the recipe does not hold all that it says. */
  readonly keep?: boolean;
}

/** Keys are compared without case; of a key that stands twice the first counts. */
export interface InfotextFields {
  /** The value, without taking it. */
  value(key: string): string | undefined;
  has(key: string): boolean;
  /** The parameter, without taking it. */
  find(key: string): Parameter | undefined;
  /** Takes the parameter: it will not stand under `/extra`. */
  take(key: string): Parameter | undefined;
  /** Takes this very parameter, also where its key stands twice. */
  takeOne(parameter: Parameter): void;
  /** Every parameter whose key matches, without taking it. */
  matching(key: RegExp): readonly Parameter[];
  /** Where a parameter stands, for statements that are made of it. */
  at(parameter: Parameter, status?: Status): SourceHint;
  /** States at `path` what `read` makes of the first of these keys that it can read; says what it stated. */
  say<T extends Json>(
    path: string,
    keys: string | readonly string[],
    read: (value: string) => T | undefined,
    hint?: FieldHint,
  ): T | undefined;
  /** States every parameter that was not taken under `/extra`, by the tool's own key. */
  rest(): void;
}

/** The fields of `info`, stated into `draft`. */
export function fieldsOf(draft: Draft, info: Infotext): InfotextFields {
  const byKey = new Map<string, Parameter>();
  for (const parameter of info.parameters) {
    const key = parameter.key.toLowerCase();
    if (!byKey.has(key)) byKey.set(key, parameter);
  }
  const taken = new Set<Parameter>();
  const find = (key: string): Parameter | undefined => byKey.get(key.toLowerCase());
  const at = ({ span, status }: Parameter, other?: Status): SourceHint => ({
    span,
    status: status === "repaired" ? status : (other ?? status),
  });
  return {
    at,
    find,
    value: (key) => find(key)?.value,
    has: (key) => byKey.has(key.toLowerCase()),
    take(key) {
      const parameter = find(key);
      if (parameter) taken.add(parameter);
      return parameter;
    },
    takeOne: (parameter) => void taken.add(parameter),
    matching: (key) => info.parameters.filter((parameter) => key.test(parameter.key)),
    say(path, keys, read, { status, keep = false } = {}) {
      for (const key of typeof keys === "string" ? [keys] : keys) {
        const parameter = find(key);
        const value = parameter && read(parameter.value);
        if (value === undefined || !parameter) continue;
        if (!keep) taken.add(parameter);
        draft.say(path, value, at(parameter, status));
        return value;
      }
      return undefined;
    },
    rest() {
      const said = new Map<string, number>();
      for (const parameter of info.parameters) {
        const count = (said.get(parameter.key) ?? 0) + 1;
        said.set(parameter.key, count);
        if (taken.has(parameter)) continue;
        const key = count === 1 ? parameter.key : `${parameter.key} (${count})`;
        draft.say(`/extra${pointer(key)}`, verbatim(parameter), at(parameter));
      }
    },
  };
}

/** JSON objects and lists that stand unquoted as what they are, everything else as the text that stands there. */
function verbatim({ raw, value }: Parameter): Json {
  return /^[[{]/.test(raw) ? (tryJson(raw) ?? value) : value;
}
