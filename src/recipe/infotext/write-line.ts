/** Writing A1111's parameter line: keys and values as its own writer puts them, so that its own reader takes them back. */

import { isObject, type Json } from "../../base/json.ts";

/** Parameters in the order in which they are written; a key counts once. */
export interface ParameterLine {
  /** Adds a parameter unless its value is `undefined` or its key is there. */
  add(key: string, value: string | number | undefined): void;
  /** Adds a value as it stands: JSON that A1111 does not quote. */
  addRaw(key: string, raw: string): void;
  readonly size: number;
  /** `key: value, key: value`. */
  text(): string;
}

/** An empty line. */
export function parameterLine(): ParameterLine {
  const pairs = new Map<string, string>();
  const set = (key: string, raw: string): void => {
    if (!pairs.has(key)) pairs.set(key, `${key}: ${raw}`);
  };
  return {
    add(key, value) {
      if (value !== undefined) set(key, quote(String(value)));
    },
    addRaw: set,
    get size() {
      return pairs.size;
    },
    text: () => [...pairs.values()].join(", "),
  };
}

/**
 * A1111's rule: a value with a comma, a colon or a line end becomes a JSON string. So does one that would otherwise be
 * read as something else: quotes of its own, white space at its ends, an opening bracket.
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/infotext_utils.py, quote
 */
function quote(value: string): string {
  return /[,\n\r:]|^["{[]|^\s|\s$/.test(value) ? JSON.stringify(value) : value;
}

/** JSON as Python writes it: a space behind each comma and colon. A1111 writes `Hashes` so. */
export function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => pythonJson(item)).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${pythonJson(member)}`)
    .join(", ")}}`;
}

/** Whether a key is read back as it is written. @see pairs.ts */
export function isWritableKey(key: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_ \-/.()#+&']{0,97}[\p{L}\p{N}_\-/.()#+&']$/u.test(key);
}
