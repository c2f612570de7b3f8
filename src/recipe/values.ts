/** Values as generators write them, turned into values of a recipe; `undefined` where they are something else. */

import type { Json } from "../base/json.ts";
import type { Size } from "./recipe.ts";

const MAX_SEED = (1n << 64n) - 1n;

/** A seed as decimal digits, 0 … 2^64-1. Takes a whole number or its digits; a negative one asks for a random seed. */
export function seedOf(value: Json | undefined): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  if (typeof value !== "string" || !/^\s*\d{1,20}\s*$/.test(value)) return undefined;
  const seed = BigInt(value.trim());
  return seed <= MAX_SEED ? String(seed) : undefined;
}

/** A finite number, also where it stands as text: `"7.5"`. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || !/^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(value))
    return undefined;
  return numberOf(Number(value));
}

/** A whole number from 0 that a double holds exactly: steps, sizes, counts. */
export function countOf(value: Json | undefined): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** A text as recipes hold it: CRLF became LF, trimmed at both ends. May be empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value.replaceAll("\r\n", "\n").trim() : undefined;
}

/** A text as {@link textOf}; `undefined` where nothing is left, or where the tool wrote its word for "none". */
export function nameOf(value: Json | undefined): string | undefined {
  const text = textOf(value);
  return text === undefined || /^(?:none|null|undefined)?$/i.test(text) ? undefined : text;
}

/** Width and height, both at least 1 pixel. */
export function sizeOf(
  width: Json | undefined,
  height: Json | undefined,
): { width: number; height: number } | undefined {
  const size = { width: countOf(width), height: countOf(height) };
  return size.width && size.height ? (size as Size & { width: number; height: number }) : undefined;
}

/** A size written as one text: `1024x768`, `(1024, 768)`, `1024 × 768`. */
export function sizeOfText(value: Json | undefined): { width: number; height: number } | undefined {
  const match = typeof value === "string" ? /(\d{1,6})\s{0,3}[x×*,]\s{0,3}(\d{1,6})/.exec(value) : null;
  return match ? sizeOf(match[1], match[2]) : undefined;
}

/** Items of a list, also where it stands as Python prints one: `['a', 'b']`, `[0.5, 1]`. A lone text is a list of one. */
export function itemsOf(value: Json | undefined): (string | number)[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string" || typeof item === "number");
  if (typeof value !== "string" || value.length > MAX_LIST) return typeof value === "number" ? [value] : [];
  const list = /^\s*[[(](.*)[\])]\s*$/s.exec(value)?.[1];
  if (list === undefined) return nameOf(value) === undefined ? [] : [value.trim()];
  return [...list.matchAll(PYTHON_ITEM)].map(([, single, double, bare]) => {
    const text = (single ?? double)?.replace(/\\(.)/gs, "$1") ?? bare!.trim();
    return bare === undefined ? text : (numberOf(text) ?? text);
  });
}

/** Characters of a printed list: a quote without end is looked for from every quote, so that long ones cost a square. CWE-1333. */
const MAX_LIST = 4096;

const PYTHON_ITEM = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"][^,'"]*)/gs;
