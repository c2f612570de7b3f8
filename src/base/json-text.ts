/** Reading JSON text from strangers: bounded depth, no digit lost, and the place of each value in the text. */

import type { Where } from "./errors.ts";
import { SeedproofError } from "./errors.ts";
import type { Json } from "./json.ts";
import { pointer } from "./json.ts";

/** Limits of the JSON reader. */
export const JSON_LIMITS = {
  /** Nesting. Real workflows stay below 20; recursive consumers must not run out of stack. CWE-674. */
  depth: 128,
  /** Characters. The largest workflow seen in the wild has under 4 million. CWE-770. */
  chars: 64 * 1024 * 1024,
} as const;

/** Half-open range of UTF-16 code units in a text. */
export type Span = readonly [from: number, to: number];

const NUMBER = /-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN/y;
const WORD = /[\w.+-]+/y;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;

/**
 * The value of a JSON text. Beyond the standard, it takes NaN and the infinities as Python writes them (null
 * here), raw control characters in strings, and trailing NULs. An integer that a double cannot hold exactly
 * becomes its decimal digits as a string: seeds go to 2^64-1.
 * @throws SeedproofError `base.json-malformed`, `base.json-too-deep`, `base.json-too-long` with the character
 */
export function parseJson(text: string): Json {
  if (text.length > JSON_LIMITS.chars)
    throw fail("too-long", "the JSON text is longer than the limit", JSON_LIMITS.chars);
  checkDepth(text);
  // Long integers lose digits in JSON.parse, and large exponents become infinite.
  if (!/(?<![\d.])\d{16,}|\d[eE]\+?\d{3,}/.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // The tolerant reader below either reads it or says where it breaks.
    }
  }
  return new Reader(text).whole();
}

/** The last texts and what they were: every reader of a file asks of the same few blocks whether they are its JSON. */
const tried = new Map<string, Json | undefined>();
const MOST_TRIED = 8;
/** Longer texts are not remembered: they would stay in memory. */
const MOST_REMEMBERED = 1024 * 1024;

/** {@link parseJson}, or `undefined` where the text is no JSON. The value is shared and must not be changed. */
export function tryJson(text: string): Json | undefined {
  if (tried.has(text)) return tried.get(text);
  const value = parsed(text);
  if (text.length > MOST_REMEMBERED) return value;
  if (tried.size >= MOST_TRIED) tried.delete(tried.keys().next().value!);
  tried.set(text, value);
  return value;
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/**
 * Where in a JSON text the values of these pointers stand, quotes of strings left out; pointers that lead nowhere
 * are left out. One pass for all of them.
 * @throws SeedproofError as {@link parseJson}
 */
export function locateJson(text: string, pointers: Iterable<string>): Map<string, Span> {
  checkDepth(text);
  const locator = new Locator(text, pointers);
  locator.value("");
  return locator.spans;
}

function fail(what: string, message: string, char: number): SeedproofError {
  const where: Where = { char };
  return new SeedproofError(`base.json-${what}`, message, { where });
}

/** Brackets inside strings do not count; an unbalanced text is left to the parser. */
function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) {
      i = endOfString(text, i);
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth > JSON_LIMITS.depth) throw fail("too-deep", "the JSON text nests deeper than the limit", i);
    } else if (c === 0x7d || c === 0x5d) {
      depth--;
    }
  }
}

/** Index of the quote that closes the string opened at `from`, or the end of the text. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

/** What both ways of going through a text do alike. */
class Scanner {
  protected at = 0;
  protected readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  protected space(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }

  protected skip(mark: string): boolean {
    this.space();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  protected expect(mark: string): void {
    if (!this.skip(mark)) throw fail("malformed", `a ${mark} was expected here`, this.at);
  }

  protected string(): string {
    STRING.lastIndex = this.at;
    const quoted = STRING.exec(this.text)?.[0];
    if (quoted === undefined) throw fail("malformed", "a string was expected here", this.at);
    try {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: raw control characters are what is repaired here
      const value = JSON.parse(quoted.replace(/[\u0000-\u001f]/g, escapeControl)) as string;
      this.at += quoted.length;
      return value;
    } catch {
      throw fail("malformed", "this string has an escape that JSON does not know", this.at);
    }
  }
}

/** Finds values by their pointers; what no pointer leads into is passed over bracket by bracket. */
class Locator extends Scanner {
  readonly spans = new Map<string, Span>();
  private readonly wanted: ReadonlySet<string>;
  /** Every pointer that is the beginning of a wanted one. */
  private readonly leading = new Set<string>();

  constructor(text: string, pointers: Iterable<string>) {
    super(text);
    this.wanted = new Set(pointers);
    for (const path of this.wanted) {
      for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
        this.leading.add(path.slice(0, end));
        if (end === 0) break;
      }
    }
  }

  value(path: string): void {
    this.space();
    const from = this.at;
    const mark = this.text[from];
    if (this.leading.has(path) && mark === "{") this.members(path);
    else if (this.leading.has(path) && mark === "[") this.items(path);
    else this.pass();
    const quotes = mark === '"' ? 1 : 0;
    if (this.wanted.has(path)) this.spans.set(path, [from + quotes, this.at - quotes]);
  }

  private members(path: string): void {
    this.at++;
    if (this.skip("}")) return;
    do {
      this.space();
      const key = this.string();
      this.expect(":");
      this.value(path + pointer(key));
    } while (this.skip(","));
    this.expect("}");
  }

  private items(path: string): void {
    this.at++;
    if (this.skip("]")) return;
    let index = 0;
    do this.value(`${path}/${index++}`);
    while (this.skip(","));
    this.expect("]");
  }

  /** Passes over one value. */
  private pass(): void {
    let depth = 0;
    do {
      this.space();
      const mark = this.text[this.at];
      if (mark === undefined) throw fail("malformed", "the text ends inside a value", this.at);
      if (mark === '"') this.at = endOfString(this.text, this.at) + 1;
      else if (mark === "{" || mark === "[") depth += this.step(1);
      else if (mark === "}" || mark === "]") depth -= this.step(1);
      else if (mark === "," || mark === ":") this.step(1);
      else this.word();
    } while (depth > 0);
  }

  private step(by: number): number {
    this.at += by;
    return by;
  }

  private word(): void {
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0];
    if (word === undefined) throw fail("malformed", "a value was expected here", this.at);
    this.at += word.length;
  }
}

/** A recursive reader; its depth was checked before it starts. */
class Reader extends Scanner {
  whole(): Json {
    const value = this.value();
    this.space();
    while (this.text.charCodeAt(this.at) === 0) this.at++;
    if (this.at < this.text.length) throw fail("malformed", "text follows the JSON value", this.at);
    return value;
  }

  private value(): Json {
    this.space();
    switch (this.text[this.at]) {
      case "{":
        return this.object();
      case "[":
        return this.array();
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(): Json {
    const members: Record<string, Json> = {};
    this.at++;
    if (this.skip("}")) return members;
    do {
      this.space();
      const key = this.string();
      this.expect(":");
      put(members, key, this.value());
    } while (this.skip(","));
    this.expect("}");
    return members;
  }

  private array(): Json {
    const items: Json[] = [];
    this.at++;
    if (this.skip("]")) return items;
    do items.push(this.value());
    while (this.skip(","));
    this.expect("]");
    return items;
  }

  private number(): Json {
    NUMBER.lastIndex = this.at;
    const raw = NUMBER.exec(this.text)?.[0];
    if (raw === undefined) throw fail("malformed", "a value was expected here", this.at);
    this.at += raw.length;
    const value = Number(raw);
    if (!Number.isFinite(value)) return null;
    return /^-?\d+$/.test(raw) && !Number.isSafeInteger(value) ? raw : value;
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw fail("malformed", "a value was expected here", this.at);
    this.at += word.length;
    return value;
  }
}

/** Assigning "__proto__" would change the object's prototype instead. */
function put(members: Record<string, Json>, key: string, value: Json): void {
  if (key !== "__proto__") members[key] = value;
  else Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true });
}

function escapeControl(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
