/** JSON: the value type, the canonical form that is hashed and signed, pointers, and reading that loses no digit. */

import { SeedproofError } from "./errors.ts";

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Whether a JSON value is an object (no array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The canonical text of a JSON value: members sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * writes them. Members that are `undefined` are left out.
 * @throws SeedproofError `base.json-not-canonical` for NaN, infinities and lone surrogates
 * @see RFC 8785
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new SeedproofError("base.json-not-canonical", `${value} is no JSON number`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new SeedproofError("base.json-not-canonical", "a text holds a lone surrogate");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object") {
    throw new SeedproofError("base.json-not-canonical", `a ${typeof value} is no JSON value`);
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/**
 * The canonical text of a value that came out of a file: halves of surrogate pairs count as U+FFFD and numbers beyond a
 * double as null, so that it exists for every value.
 */
export function comparableJson(value: unknown): string {
  return canonicalJson(comparable(value));
}

function comparable(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), comparable(member)]));
}

/** A JSON pointer from its unescaped parts. @see RFC 6901 */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The unescaped parts of a JSON pointer. @see RFC 6901 */
export function pointerParts(path: string): string[] {
  return path === ""
    ? []
    : path
        .slice(1)
        .split("/")
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value that a JSON pointer leads to, or `undefined`. */
export function atPointer(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const part of pointerParts(path)) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}
