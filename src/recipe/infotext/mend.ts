/**
 * Mending of infotexts that went through web pages and people, as edits with their places: what is read stays
 * linked to the bytes that were given, and each repair is said.
 */

import type { Span } from "../../base/json-text.ts";
import type { Text } from "../../base/texts.ts";
import type { Repair } from "../account.ts";
import { type Edit, type EditedText, unedited } from "../edits.ts";
import { isKnownKey } from "./keys.ts";
import { type InfotextOptions, type InfotextView, type Layout, viewInfotext } from "./layout.ts";
import { findKeylessHashes, findStrayQuotes, findUnquotedHashes } from "./mend-hashes.ts";
import { type PairScan, scanPairs } from "./pairs.ts";

/** A text that the strict grammar can read, and what was done to make it so. */
export interface MendedText extends EditedText {
  readonly repairs: readonly Omit<Repair, "block">[];
  /** Absent where the text holds no parameters. */
  readonly layout?: Layout;
  readonly scan?: PairScan;
}

/** One kind of damage: how it is found and mended, and what is said of it. */
interface Mend {
  readonly code: string;
  readonly text: Text;
  /** Edits in order; an edit that changes nothing only reports its place. */
  readonly find: (view: InfotextView) => readonly Edit[];
}

const ENTITY_MEND = {
  code: "recipe.repaired-entities",
  text: { en: "HTML entities were turned back into characters", zh: "已将 HTML 实体还原为字符" },
};

/** Damage that any infotext may have, also in a file. */
const ALWAYS: readonly Mend[] = [
  {
    code: "recipe.repaired-single-line",
    text: {
      en: "prompts and parameters stood on one line and were taken apart",
      zh: "提示词与参数写在同一行，已拆分",
    },
    find: findJammedLine,
  },
  {
    code: "recipe.repaired-hash-list",
    text: { en: "a list of hashes without quotes was read as one value", zh: "未加引号的哈希列表已按一个值读取" },
    find: findUnquotedHashes,
  },
];

/** In the order in which it is mended. */
const PASTED: readonly Mend[] = [
  {
    code: "recipe.repaired-quotes",
    text: { en: "curly quotes around a value were read as straight quotes", zh: "值两侧的弯引号已按直引号读取" },
    find: findCurlyQuotes,
  },
  {
    code: "recipe.repaired-stray-quote",
    text: { en: "a quote left over from a cut hash list was left out", zh: "哈希列表被截断后残留的引号已略去" },
    find: findStrayQuotes,
  },
  ...ALWAYS,
  {
    code: "recipe.repaired-hash-key",
    text: {
      en: "a list of names and hashes without a key was read as “Lora hashes”",
      zh: "缺少键名的名称与哈希列表已按“Lora hashes”读取",
    },
    find: findKeylessHashes,
  },
  {
    code: "recipe.repaired-network-tag",
    text: {
      en: "the angle brackets of a network tag were lost and were put back",
      zh: "网络标签的尖括号已丢失，现已补回",
    },
    find: findBareTags,
  },
  {
    code: "recipe.repaired-key-order",
    text: {
      en: "the parameters stand in another order than any program of the family writes them",
      zh: "参数的排列顺序与该系列任何程序的写法都不同",
    },
    find: findKeyOrder,
  },
];

/** The text, mended as far as the options allow; `layout` is absent where it holds no parameters. */
export function mendInfotext(given: string, options: InfotextOptions = {}): MendedText {
  const repairs: Omit<Repair, "block">[] = [];
  const entities = options.pasted ? findEntities(given) : [];
  let edited = unedited(given);
  let view = viewInfotext(given, options);
  const apply = (mend: Omit<Mend, "find">, edits: readonly Edit[]): void => {
    for (const { from, to } of edits) {
      repairs.push({ code: mend.code, text: mend.text, span: edited.source([from, to]) });
    }
    const changes = edits.filter((edit) => edit.with !== edited.text.slice(edit.from, edit.to));
    if (changes.length === 0) return;
    edited = edited.edit(changes);
    view = viewInfotext(edited.text, options);
  };
  apply(ENTITY_MEND, entities);
  for (const mend of options.pasted ? PASTED : ALWAYS) if (view) apply(mend, mend.find(view));
  return { ...edited, repairs, ...(view && { layout: view.layout, scan: view.scan }) };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " };

function findEntities(text: string): Edit[] {
  return [...text.matchAll(/&(?:(lt|gt|amp|quot|apos|nbsp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi)].flatMap((match) => {
    const code = match[2] ? Number(match[2]) : Number.parseInt(match[3] ?? "", 16);
    const character = match[1] ? ENTITIES[match[1].toLowerCase()] : code <= 0x10ffff ? String.fromCodePoint(code) : "";
    return character ? [{ from: match.index, to: match.index + match[0].length, with: character }] : [];
  });
}

/** Curly quotes where a value begins or ends; those inside a value belong to it. */
function findCurlyQuotes({ text, layout: { parameters: from } }: InfotextView): Edit[] {
  return [...text.slice(from).matchAll(/(?<=[:,]\s{0,3})[“”„‟]|[“”„‟](?=\s{0,3}(?:,|\n|$))/g)].map((match) => ({
    from: from + match.index,
    to: from + match.index + 1,
    with: '"',
  }));
}

/** `Parameters: a fox. Negative prompt: blurry. Steps: 30, …` on one line. */
function findJammedLine({ text, layout: { parameters: from } }: InfotextView): Edit[] {
  const lineEnd = text.indexOf("\n", from);
  const line = text.slice(from, lineEnd < 0 ? text.length : lineEnd);
  const steps = [...line.matchAll(/(?<!\w)Steps:\s{0,4}\d{1,6}\s{0,4}(?:,|$)/g)].at(-1)?.index ?? 0;
  const head = line.slice(0, steps);
  const negative = [...head.matchAll(/(?<!\w)Negative prompt:/g)].at(-1)?.index;
  const label = /^\s*(?:parameters|(?:positive )?prompt)\s*:\s*/i.exec(head)?.[0].length ?? 0;
  const alone = text.slice(0, from).trim() === "";
  const first = scanPairs(head).pairs[0];
  const startsWithKey = first !== undefined && head.slice(0, first.from).trim() === "" && isKnownKey(first.key);
  if (head.trim() === "" || startsWithKey || (negative === undefined && label === 0 && !alone)) return [];
  const joint = (end: number): Edit => {
    const start = head.slice(0, end).replace(/[\s.]{1,8}$/, "").length;
    return { from: from + start, to: from + end, with: start === 0 ? "" : "\n" };
  };
  return [
    ...(label > 0 ? [{ from, to: from + label, with: "" }] : []),
    ...(negative !== undefined && negative > label ? [joint(negative)] : []),
    joint(steps),
  ];
}

/** `lora:name:0.5` where HTML has eaten the brackets. */
function findBareTags({ text, layout }: InfotextView): Edit[] {
  const prompt = text.slice(0, layout.negative?.from ?? layout.parameters);
  const bare = /(?<![<\w])(?:lora|lyco|hypernet):[^\s:<>,()]{1,200}(?::-?\d{0,4}\.?\d{1,8}){1,2}(?![\w>:.])/gi;
  return [...prompt.matchAll(bare)].map(({ index, 0: tag }) => ({
    from: index,
    to: index + tag.length,
    with: `<${tag}>`,
  }));
}

/** The order in which the family writes its first keys; SD.Next has its own. */
const ORDER = ["steps", "sampler", "cfg scale", "seed", "size", "model", "version"];

function findKeyOrder({ text, scan: { pairs } }: InfotextView): Edit[] {
  if (pairs.some(({ key }) => key.toLowerCase() === "app")) return [];
  const places = pairs.map(({ key }) => ORDER.indexOf(key.toLowerCase())).filter((place) => place >= 0);
  if (places.every((place, i) => i === 0 || place >= places[i - 1]!)) return [];
  const span: Span = [pairs[0]!.from, pairs.at(-1)!.span[1]];
  return [{ from: span[0], to: span[1], with: text.slice(...span) }];
}
