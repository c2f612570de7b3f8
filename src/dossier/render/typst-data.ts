/** A dossier as the data of the Typst template: one part for each language, every text a plain string that no markup is read from. */

import { toBase64 } from "../../base/base64.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Lang, Text } from "../../base/texts.ts";
import { GRADE_TEXTS } from "../../doctrine/fact.ts";
import { VALUE_TEXTS } from "../../doctrine/value.ts";
import type { PreparedPicture } from "../document/input.ts";
import type { Block, Dossier, Inline, Section } from "../document/model.ts";
import { withPictures } from "./drawn-pictures.ts";

/** How texts and pictures become data. */
export interface TypstOptions {
  readonly languages: readonly Lang[];
  /** A text as the fonts can draw it. */
  readonly printable: (text: string) => string;
  readonly pictures: ReadonlyMap<string, PreparedPicture>;
  /** A file that is attached to the PDF. */
  readonly attachment?: { readonly name: string; readonly description: string };
}

/** Width of the text on a page, in millimetres. */
const TEXT_MM = 166;

/** Greatest height of a picture in millimetres, by how many stand beside each other. */
const MOST_MM: Readonly<Record<number, number>> = { 1: 175, 2: 95, 3: 70, 4: 52 };

/** Millimetres for one pixel of a small picture: larger, its pixels would be all that is seen. */
const PIXEL_MM = 0.5;

/** Longer side of a picture that only reminds of which image it is. */
const STAMP_MM = 22;

/** The data that the template reads. */
export function typstData(dossier: Dossier, options: TypstOptions): JsonObject {
  const { ref, title, date, tool } = dossier;
  const put = options.printable;
  const [year, month, day] = date.slice(0, 10).split("-").map(Number) as [number, number, number];
  return {
    ...{ ref: put(ref), tool, year, month, day },
    title: put(
      options.languages
        .map((lang) => title[lang])
        .filter((one, i, all) => all.indexOf(one) === i)
        .join(" · "),
    ),
    ...(options.attachment && { attachment: { ...options.attachment } }),
    parts: options.languages.map((lang) => partOf(dossier, lang, options)),
  };
}

function partOf({ title, cover, sections, date }: Dossier, lang: Lang, options: TypstOptions): JsonObject {
  const context: Context = { lang, options };
  return {
    ...{ lang, title: options.printable(title[lang]), date: date.slice(0, 10), ...WORDS[lang] },
    other: options.languages.length > 1 ? (lang === "en" ? "zh" : "en") : null,
    cover: cover.map(([name, value]) => [inline(name, context), inline(value, context)]),
    sections: sections.map((one) => sectionData(one, context)),
  };
}

const WORDS: Readonly<Record<Lang, JsonObject>> = {
  en: { kind: "Dossier", contents: "Contents", page: "page", of: "of", otherLanguage: "中文" },
  zh: { kind: "证据报告", contents: "目录", page: "第", of: "/", otherLanguage: "English" },
};

interface Context {
  readonly lang: Lang;
  readonly options: TypstOptions;
}

function sectionData({ number, title, blocks, sections }: Section, context: Context): JsonObject {
  return {
    ...{ number, title: title[context.lang], landscape: blocks.some(isWide) },
    blocks: blocks.map((block) => blockData(block, context)),
    sections: sections.map((one) => sectionData(one, context)),
  };
}

/** Three tables beside each other need the long side of the page. */
function isWide(block: Block): boolean {
  return block.kind === "columns" && block.columns.length > 2;
}

function inline(item: Inline, context: Context): Json {
  const { lang, options } = context;
  if ("en" in item) return { k: "text", v: options.printable(item[lang]) };
  if ("code" in item) return { k: "code", v: pieces(options.printable(item.code)) };
  if ("grade" in item) return { k: "grade", v: item.grade, name: GRADE_TEXTS[item.grade][lang] };
  if ("value" in item) return { k: "value", v: item.value, name: VALUE_TEXTS[item.value][lang] };
  if ("strong" in item) return { k: "strong", v: options.printable(item.strong[lang]) };
  if ("small" in item) return { k: "small", v: options.printable(item.small[lang]) };
  if ("blank" in item) return { k: "blank", v: item.blank };
  if ("parts" in item) return { k: "parts", v: item.parts.map((one) => inline(one, context)) };
  return { k: "lines", v: item.lines.map((one) => inline(one, context)) };
}

/** A long word in pieces of ten characters, between which a line may end: a column holds about fourteen. */
function pieces(text: string): Json {
  return text.split(/([^\s]{14,})/).flatMap((part, i): JsonObject[] => {
    if (part === "") return [];
    return i % 2 === 0 ? [{ t: part, tied: false }] : part.match(/.{1,10}/gsu)!.map((t) => ({ t, tied: true }));
  });
}

function blockData(block: Block, context: Context): JsonObject {
  const { lang } = context;
  switch (block.kind) {
    case "paragraph":
      return { kind: "paragraph", text: inline(block.text, context), tied: block.tied === true };
    case "heading":
      return { kind: "heading", text: context.options.printable(block.text[lang]) };
    case "notice":
    case "list":
      return { kind: block.kind, items: block.items.map((item) => inline(item, context)) };
    case "pairs":
      return {
        kind: "pairs",
        rows: block.rows.map(([name, value]) => [inline(name, context), inline(value, context)]),
      };
    case "table":
      return {
        kind: "table",
        caption: block.caption ? context.options.printable(block.caption[lang]) : null,
        columns: block.columns.map(({ head, width }) => ({ head: head[lang], width })),
        rows: block.rows.map((row) => row.map((cell) => inline(cell, context))),
      };
    case "columns":
      return {
        kind: "columns",
        widths: block.widths ? [...block.widths] : null,
        columns: block.columns.map((blocks) => blocks.map((one) => blockData(one, context))),
      };
    case "commands":
      return { kind: "commands", lines: [...block.lines] };
    default:
      return picturesData(block, context);
  }
}

function picturesData({ items, columns }: Extract<Block, { kind: "pictures" }>, context: Context): JsonObject {
  const width = (TEXT_MM - 4 * (columns - 1)) / columns;
  return {
    kind: "pictures",
    columns,
    items: items.map(({ picture, caption, alt, kept, small }) => ({
      ...("svg" in picture
        ? { svg: svgOf(picture.svg, context) }
        : placed(picture.key, small ? STAMP_MM : width, small ? STAMP_MM : (MOST_MM[columns] ?? 52), context)),
      ...{ alt: alt[context.lang], kept: kept === true, caption: inline(caption, context) },
    })),
  };
}

function svgOf(svg: Text, { lang, options }: Context): string {
  return withPictures(options.printable(svg[lang]), (key) => {
    const { mime = "image/png", bytes = new Uint8Array(0) } = options.pictures.get(key) ?? {};
    return `<image href="data:${mime};base64,${toBase64(bytes)}"`;
  });
}

/** Where a picture's file stands for the template, and its size on the page. */
function placed(key: string, width: number, most: number, { options }: Context): JsonObject {
  const picture = options.pictures.get(key);
  if (!picture) return { path: null };
  const ratio = picture.height / picture.width;
  const w = Math.min(width, most / ratio, picture.width * PIXEL_MM);
  return { path: picturePath(picture), w: Math.round(w * 100) / 100, h: Math.round(w * ratio * 100) / 100 };
}

/** The name of a picture's file in the compiler's world. */
export function picturePath({ key, mime }: Pick<PreparedPicture, "key" | "mime">): string {
  return `/pictures/${key.replace(/[^\w]+/g, "-")}.${mime === "image/png" ? "png" : "jpg"}`;
}
