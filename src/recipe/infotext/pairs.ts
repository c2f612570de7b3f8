/**
 * The scanner of A1111's parameter line: `key: value, key: value`.
 * It reads what modules/infotext_utils.py of A1111 writes, and what its own regular expression cuts: JSON that is not
 * quoted, and texts with line ends. Time is linear in the text.
 */

import type { Span } from "../../base/json-text.ts";
import { tryJson } from "../../base/json-text.ts";
import { isFreeText, isKnownKey } from "./keys.ts";

/** One `key: value`; spans are ranges of the text that was scanned. */
export interface Pair {
  readonly key: string;
  /** As it stands, with quotes. Un-quoting is ambiguous: a value may begin and end with quotes of its own. */
  readonly raw: string;
  /** Without the quotes and escapes of a JSON string. */
  readonly value: string;
  /** Range of `raw`. */
  readonly span: Span;
  /** Where the key begins. */
  readonly from: number;
}

/** Text between the commas that is no pair. */
export interface Loose {
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
}

/** What stands on a parameter line, in its order. */
export interface PairScan {
  readonly pairs: readonly Pair[];
  readonly loose: readonly Loose[];
}

const LIMITS = {
  /** Brackets that never close are each searched to the end of the text; real lines have none. CWE-407. */
  unclosed: 16,
  /** Characters of a key. The longest seen, of ADetailer, has 46. */
  key: 100,
  /** Pairs and loose texts; what follows is one loose text. Lines with twenty ControlNets stay below 500. CWE-770. */
  items: 4096,
} as const;

const KEY = /^[\p{L}\p{N}_][\p{L}\p{N}_ \-/.()[\]#+&']+$/u;
const NEXT_KEY = /[,\n]\s{0,8}([A-Za-z][\w \-/]{1,60}):/g;

/** Scans the text from `from` to `to`. Total: any text gives some pairs and some loose text. */
export function scanPairs(text: string, from = 0, to = text.length): PairScan {
  const pairs: Pair[] = [];
  const loose: Loose[] = [];
  const scanner = new ValueScanner(text, to);
  let at = from;
  while (at < to) {
    if (isSpace(text.charCodeAt(at)) || text[at] === ",") {
      at++;
      continue;
    }
    if (pairs.length + loose.length >= LIMITS.items) {
      loose.push({ text: text.slice(at, to).trim(), quoted: false, span: [at, to] });
      break;
    }
    const quoteEnd = text[at] === '"' ? scanner.quoted(at) : undefined;
    const colon = quoteEnd === undefined ? keyEnd(text, at, to) : undefined;
    if (colon === undefined) {
      const end = quoteEnd ?? scanner.plain(at);
      loose.push({ text: text.slice(at, end).trim(), quoted: quoteEnd !== undefined, span: [at, end] });
      at = end;
      continue;
    }
    const key = text.slice(at, colon).trimEnd();
    const span = scanner.value(colon + 1, key);
    const raw = text.slice(...span);
    pairs.push({ key, raw, value: unquote(raw), span, from: at });
    at = span[1];
  }
  return { pairs, loose };
}

/** The value of a JSON string; anything else, also a text in quotes that is no JSON string, as it stands. */
export function unquote(raw: string): string {
  if (raw.length < 2 || !raw.startsWith('"') || !raw.endsWith('"')) return raw;
  const value = tryJson(raw);
  return typeof value === "string" ? value : raw;
}

/** Index of the colon that ends the key which starts at `at`, if one does. */
function keyEnd(text: string, at: number, to: number): number | undefined {
  const end = Math.min(to, at + LIMITS.key);
  for (let i = at; i < end; i++) {
    const c = text[i];
    if (c === ":") return KEY.test(text.slice(at, i).trimEnd()) ? i : undefined;
    if (c === "," || c === "\n" || c === '"') return undefined;
  }
  return undefined;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x3000 || code === 0xfeff;
}

/** Finds where values end. */
class ValueScanner {
  private unclosed = 0;
  private readonly text: string;
  private readonly to: number;

  constructor(text: string, to: number) {
    this.text = text;
    this.to = to;
  }

  /** Range of the value whose white space starts at `from`. */
  value(from: number, key: string): Span {
    let at = from;
    while (at < this.to && this.text[at] !== "\n" && isSpace(this.text.charCodeAt(at))) at++;
    const free = isFreeText(key);
    const end = this.whole(at, free) ?? (free ? this.freeText(at) : this.plain(at));
    return [at, at + this.text.slice(at, end).trimEnd().length];
  }

  /** End of a value that closes itself, if a comma, a line end or the text's end follows. */
  private whole(at: number, free: boolean): number | undefined {
    const opening = this.text[at] ?? "";
    if (opening === '"') return this.ifEnds(this.quoted(at));
    if (free || !"[{".includes(opening) || opening === "" || this.unclosed >= LIMITS.unclosed) return undefined;
    const end = this.ifEnds(this.balanced(at));
    if (end === undefined) this.unclosed++;
    return end;
  }

  private ifEnds(end: number | undefined): number | undefined {
    let next = end ?? 0;
    while (next < this.to && this.text[next] !== "\n" && isSpace(this.text.charCodeAt(next))) next++;
    return next >= this.to || this.text[next] === "," || this.text[next] === "\n" ? end : undefined;
  }

  /** End of the string that opens at `at`, behind its closing quote. */
  quoted(at: number): number | undefined {
    for (let i = at + 1; i < this.to; i++) {
      if (this.text[i] === "\\") i++;
      else if (this.text[i] === '"') return i + 1;
    }
    return undefined;
  }

  /** End of the JSON object or list that opens at `at`; brackets inside strings do not count. */
  private balanced(at: number): number | undefined {
    let depth = 0;
    for (let i = at; i < this.to; i++) {
      const c = this.text[i];
      if (c === '"') {
        const end = this.quoted(i);
        if (end === undefined) return undefined;
        i = end - 1;
      } else if (c === "{" || c === "[") depth++;
      else if ((c === "}" || c === "]") && --depth === 0) return i + 1;
    }
    return undefined;
  }

  /** End of a value without quotes. */
  plain(at: number): number {
    let i = at;
    while (i < this.to && this.text[i] !== "," && this.text[i] !== "\n") i++;
    return i;
  }

  /** End of a text that runs to the next known key. */
  private freeText(at: number): number {
    NEXT_KEY.lastIndex = Math.max(at - 1, 0);
    for (let match = NEXT_KEY.exec(this.text); match && match.index < this.to; match = NEXT_KEY.exec(this.text)) {
      if (match.index >= at && isKnownKey(match[1]!)) return match.index;
    }
    return this.to;
  }
}
