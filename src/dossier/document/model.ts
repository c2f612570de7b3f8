/** The dossier as a document: sections of blocks, every text in both languages, the same for every form that it is rendered to. */

import type { Grade } from "../../base/grades.ts";
import type { Text } from "../../base/texts.ts";
import type { Value } from "../../doctrine/value.ts";

/** What stands in a line or a cell. */
export type Inline =
  /** A text of ours, or a text that a person gave. */
  | Text
  /** Recorded text, hashes, addresses: monospaced, as it stands. */
  | { readonly code: string }
  | { readonly grade: Grade }
  | { readonly value: Value }
  | { readonly strong: Text }
  /** Second voice: methods, units, remarks. */
  | { readonly small: Text }
  /** A line to be filled in by hand. */
  | { readonly blank: "short" | "long" }
  /** After each other on a line. */
  | { readonly parts: readonly Inline[] }
  /** Below each other. */
  | { readonly lines: readonly Inline[] };

/** A column of a table: its head, and its width in shares of the page. */
export interface Column {
  readonly head: Text;
  readonly width: number;
}

/** A picture in the document: an exhibit's, by its key among the pictures that go along, or a drawing of ours. */
export type Picture = { readonly key: string } | { readonly svg: Text };

/** One block of a section. */
export type Block =
  /** `tied`: it stands on the page of what follows. */
  | { readonly kind: "paragraph"; readonly text: Inline; readonly tied?: true }
  | { readonly kind: "heading"; readonly text: Text }
  | { readonly kind: "notice"; readonly items: readonly Text[] }
  | { readonly kind: "list"; readonly items: readonly Inline[] }
  | { readonly kind: "pairs"; readonly rows: readonly (readonly [Text, Inline])[] }
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Inline[])[];
      readonly caption?: Text;
    }
  | {
      readonly kind: "pictures";
      readonly items: readonly {
        readonly picture: Picture;
        readonly caption: Inline;
        readonly alt: Text;
        readonly kept?: boolean;
        /** No larger than a stamp: a reminder of which image it is. */
        readonly small?: boolean;
      }[];
      /** How many stand beside each other. */
      readonly columns: number;
    }
  /** Beside each other, such as three rules. */
  | {
      readonly kind: "columns";
      readonly columns: readonly (readonly Block[])[];
      /** Shares of the width; alike where absent. */
      readonly widths?: readonly number[];
    }
  /** Commands to type, one a line. */
  | { readonly kind: "commands"; readonly lines: readonly string[] };

/** A numbered section with those below it. */
export interface Section {
  /** `0`, `7`, `7.3`, `A`. */
  readonly number: string;
  readonly title: Text;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

/** A whole dossier. */
export interface Dossier {
  readonly ref: string;
  readonly title: Text;
  /** RFC 3339. */
  readonly date: string;
  readonly tool: string;
  /** The cover's table. */
  readonly cover: readonly (readonly [Text, Inline])[];
  readonly sections: readonly Section[];
}

/** A text in both languages. */
export function t(en: string, zh: string): Text {
  return { en, zh };
}

/** The same text in both languages: names, numbers, what a person wrote. */
export function as(text: string | number): Text {
  return { en: String(text), zh: String(text) };
}

/** A paragraph. */
export function p(text: Inline): Block {
  return { kind: "paragraph", text };
}

/** A section. */
export function section(
  number: string,
  title: Text,
  blocks: readonly Block[],
  sections: readonly Section[] = [],
): Section {
  return { number, title, blocks, sections };
}

/** A table of columns `[head, width]`. */
export function table(
  columns: readonly (readonly [Text, number])[],
  rows: readonly (readonly Inline[])[],
  caption?: Text,
): Block {
  return {
    kind: "table",
    columns: columns.map(([head, width]) => ({ head, width })),
    rows,
    ...(caption && { caption }),
  };
}

/** First eight and last four digits, for tables; the whole hash stands in section 3. */
export function shortHash(hash: string): Inline {
  return { code: hash.length > 16 ? `${hash.slice(0, 8)} … ${hash.slice(-4)}` : hash };
}

/** A hash whole, in lines that a column holds. */
export function wholeHash(hash: string): Inline {
  return { lines: (hash.match(/.{1,32}/g) ?? []).map((code) => ({ code })) };
}

/** An instant to the second, in UTC. */
export function instant(time: string): Text {
  return as(time.replace("T", " ").replace(/\.\d+/, "").replace(/Z$/, " UTC"));
}

/** Every text that a document shows, by section, in one language; for tests and for finding missing glyphs. */
export function textsOf(sections: readonly Section[], lang: keyof Text): string[] {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    else if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === "object" && value !== null) {
      if ("en" in value && "zh" in value) texts.push(String((value as Record<string, unknown>)[lang]));
      else for (const [key, member] of Object.entries(value)) if (!STRUCTURE.has(key)) walk(member);
    }
  };
  walk(sections);
  return texts;
}

/** Members that are no text. */
const STRUCTURE: ReadonlySet<string> = new Set(["kind", "key", "blank"]);
