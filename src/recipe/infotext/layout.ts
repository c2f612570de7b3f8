/** Where the parts of an infotext stand: positive prompt, `Negative prompt:` line, parameters. */

import type { Span } from "../../base/json-text.ts";
import { isCoreKey, isKnownKey } from "./keys.ts";
import { type PairScan, scanPairs } from "./pairs.ts";

/** How to read: `pasted` text has gone through web pages and people, and is mended where it shows that. */
export interface InfotextOptions {
  readonly pasted?: boolean;
}

/** Where the parts of an infotext stand. */
export interface Layout {
  /** Start of the `Negative prompt:` line, and of what follows its colon. */
  readonly negative?: { readonly from: number; readonly text: number };
  /** Start of the first parameter. */
  readonly parameters: number;
}

/** A text with its parts. */
export interface InfotextView {
  readonly text: string;
  readonly layout: Layout;
  readonly scan: PairScan;
}

const NEGATIVE = /^[ \t]*Negative prompt:/;
const NEGATIVE_CAPITAL = /^[ \t]*Negative Prompt:/;
const NEGATIVE_LOOSE = /^[ \t]*Negative prompt[ \t]*[:：]/i;
/** A1111's own rule: with fewer pairs the line belongs to the prompt. */
const LEAST_PAIRS = 3;
/** Lines looked at from the end; templates with raw line ends stay below a hundred. CWE-407. */
const MAX_LINES = 10_000;

/** Where prompts and parameters stand, or `undefined` where there are no parameters. */
export function layoutOf(text: string, { pasted = false }: InfotextOptions = {}): Layout | undefined {
  const found = parameterLine(text) ?? (pasted ? parameterLines(text) : undefined);
  if (found === undefined) return undefined;
  const parameters = pasted ? wrappedStart(text, found) : found;
  // Some programs write a capital P; where A1111's own spelling stands too, only that one counts.
  for (const rule of pasted ? [NEGATIVE_LOOSE] : [NEGATIVE, NEGATIVE_CAPITAL]) {
    for (let from = 0; from < parameters; from = lineEnd(text, from) + 1) {
      const prefix = rule.exec(text.slice(from, Math.min(parameters, from + 64)));
      if (prefix) return { negative: { from, text: from + prefix[0].length }, parameters };
    }
  }
  return { parameters };
}

/** The text with its parts, or `undefined` where it holds no parameters. */
export function viewInfotext(text: string, options: InfotextOptions): InfotextView | undefined {
  const layout = layoutOf(text, options);
  return layout && { text, layout, scan: scanPairs(text, layout.parameters) };
}

/**
 * Start of the line where the parameters begin: the last that has three pairs of keys which the family writes. What
 * follows it belongs to it, since extensions write raw line ends into their values.
 */
function parameterLine(text: string): number | undefined {
  let isLast = true;
  let fallback: number | undefined;
  for (const [from, to] of linesBackwards(text)) {
    const line = text.slice(from, to);
    if (line.split(":", LEAST_PAIRS + 1).length > LEAST_PAIRS) {
      const { pairs } = scanPairs(line);
      if (pairs.filter(({ key }) => isKnownKey(key)).length >= LEAST_PAIRS) return from;
      if (isLast && pairs.length >= LEAST_PAIRS && pairs.some(({ key }) => isCoreKey(key))) fallback = from;
    }
    isLast &&= line.trim() === "";
  }
  return fallback;
}

/** Start of the last lines that each begin with a known key: parameters written one a line. */
function parameterLines(text: string): number | undefined {
  let found = 0;
  let first: number | undefined;
  for (const [from, to] of linesBackwards(text)) {
    const line = text.slice(from, to);
    if (line.trim() === "") continue;
    const { pairs } = scanPairs(line);
    if (!pairs[0] || line.slice(0, pairs[0].from).trim() !== "" || !isKnownKey(pairs[0].key)) break;
    found += pairs.filter(({ key }) => isCoreKey(key)).length;
    first = from;
  }
  return found >= LEAST_PAIRS ? first : undefined;
}

/** Start of parameters that a page has wrapped: the lines before end in a comma and begin with a known key. */
function wrappedStart(text: string, parameters: number): number {
  let start = parameters;
  while (start > 0) {
    const from = text.lastIndexOf("\n", start - 2) + 1;
    const line = text.slice(from, start - 1).trim();
    const first = line.endsWith(",") ? scanPairs(line).pairs[0] : undefined;
    if (first?.from !== 0 || !isKnownKey(first.key)) break;
    start = from;
  }
  return start;
}

function* linesBackwards(text: string): Generator<Span> {
  let to = text.length;
  for (let i = 0; i < MAX_LINES && to >= 0; i++) {
    const from = text.lastIndexOf("\n", to - 1) + 1;
    yield [to === 0 ? 0 : from, to];
    to = to === 0 ? -1 : from - 1;
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
