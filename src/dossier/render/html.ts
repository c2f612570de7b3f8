/** The dossier as one HTML file: the same sections as the PDF, readable on any screen, loading nothing. */

import { toBase64 } from "../../base/base64.ts";
import { sha256Hex } from "../../base/hash.ts";
import type { Lang } from "../../base/texts.ts";
import { visible } from "../../base/visible.ts";
import { GRADE_TEXTS } from "../../doctrine/fact.ts";
import { VALUE_TEXTS, type Value } from "../../doctrine/value.ts";
import type { PreparedPicture } from "../document/input.ts";
import type { Block, Dossier, Inline, Picture, Section } from "../document/model.ts";
import { picturesIn, withPictures } from "./drawn-pictures.ts";
import { STYLE } from "./html-style.ts";

/** Which languages, and the pictures that are written into the file. */
export interface HtmlOptions {
  readonly languages: readonly Lang[];
  readonly pictures: ReadonlyMap<string, PreparedPicture>;
}

/** The file. Every text is escaped; there is no script. */
export function renderHtml(dossier: Dossier, options: HtmlOptions): string {
  const { languages } = options;
  const [first = "en"] = languages;
  const shared = new Map<string, PreparedPicture>();
  const drawings = { count: 0 };
  const parts = languages.map((lang) => part(dossier, { lang, options, shared, drawings }));
  return [
    `<!doctype html><html lang="${langTag(first)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    // Whatever a name or prompt holds, the file fetches and runs nothing.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    `<title>${htmlText(`${dossier.ref} ${dossier.title[first]}`)}</title><style>${STYLE}</style></head><body>`,
    sharedPictures(shared),
    ...parts,
    "</body></html>\n",
  ].join("\n");
}

interface Context {
  readonly lang: Lang;
  readonly options: HtmlOptions;
  /** Pictures that were met so far: each stands in the file once, whatever shows it. */
  readonly shared: Map<string, PreparedPicture>;
  /** Drawings with pictures in them, so that their own names do not meet. */
  readonly drawings: { count: number };
}

function langTag(lang: Lang): string {
  return lang === "zh" ? "zh-CN" : "en";
}

/** Text for HTML. What hides in it, such as marks that turn the direction of text round, is shown by number. */
export function htmlText(text: string): string {
  return visible(text).replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const WORDS = {
  en: { kind: "Dossier", contents: "Contents", other: "中文" },
  zh: { kind: "证据报告", contents: "目录", other: "English" },
} as const;

function part(dossier: Dossier, context: Context): string {
  const { lang, options } = context;
  const { ref, title, cover, sections } = dossier;
  const other = options.languages.find((one) => one !== lang);
  const link = other ? `<a href="#${other}" lang="${langTag(other)}">${WORDS[lang].other}</a>` : "";
  const toc = sections.map((one) => tocEntry(one, context)).join("");
  return [
    `<div id="${lang}" class="part" lang="${langTag(lang)}">`,
    `<nav aria-label="${WORDS[lang].contents}"><p>${htmlText(ref)} ${link}</p><ol>${toc}</ol></nav><main>`,
    `<header><p>${WORDS[lang].kind} ${htmlText(ref)}</p><h1>${htmlText(title[lang])}</h1>${pairs(cover, context)}</header>`,
    ...sections.map((one) => section(one, 2, context)),
    "</main></div>",
  ].join("\n");
}

function idOf(number: string, lang: Lang): string {
  return `${lang}-${number.replaceAll(".", "-")}`;
}

function tocEntry({ number, title, sections }: Section, context: Context): string {
  const { lang } = context;
  const inner = sections.length > 0 ? `<ol>${sections.map((one) => tocEntry(one, context)).join("")}</ol>` : "";
  return `<li><a href="#${idOf(number, lang)}"><b>${number}</b> ${htmlText(title[lang])}</a>${inner}</li>`;
}

function section({ number, title, blocks, sections }: Section, level: number, context: Context): string {
  const { lang, options } = context;
  const other = options.languages.find((one) => one !== lang);
  const link = other && level === 2 ? ` <a class="other" href="#${idOf(number, other)}">${WORDS[lang].other}</a>` : "";
  return [
    `<section id="${idOf(number, lang)}"><h${level}><span>${number}</span> ${htmlText(title[lang])}${link}</h${level}>`,
    ...blocks.map((one) => block(one, context)),
    ...sections.map((one) => section(one, level + 1, context)),
    "</section>",
  ].join("\n");
}

function inline(item: Inline, context: Context): string {
  const { lang } = context;
  if ("en" in item) return htmlText(item[lang]);
  if ("code" in item) return `<code>${htmlText(item.code)}</code>`;
  if ("grade" in item) {
    const name = GRADE_TEXTS[item.grade][lang];
    return `<abbr class="grade ${item.grade}" title="${name}" aria-label="${item.grade} ${name}">${item.grade}</abbr>`;
  }
  if ("value" in item) return value(item.value, lang);
  if ("strong" in item) return `<strong>${htmlText(item.strong[lang])}</strong>`;
  if ("small" in item) return `<small>${htmlText(item.small[lang])}</small>`;
  if ("blank" in item) return `<span class="blank ${item.blank}"></span>`;
  if ("parts" in item) return item.parts.map((one) => inline(one, context)).join(" ");
  return item.lines.map((one) => `<div>${inline(one, context)}</div>`).join("");
}

const MARKS: Readonly<Record<Value, string>> = { satisfied: "●", undetermined: "◌", "not satisfied": "○" };

function value(of: Value, lang: Lang): string {
  return `<span class="value ${of.replace(" ", "-")}"><span aria-hidden="true">${MARKS[of]}</span> ${VALUE_TEXTS[of][lang]}</span>`;
}

function block(of: Block, context: Context): string {
  switch (of.kind) {
    case "paragraph":
      return `<div class="p">${inline(of.text, context)}</div>`;
    case "heading":
      return `<h4>${htmlText(of.text[context.lang])}</h4>`;
    case "notice":
      return `<aside>${of.items.map((item) => `<p>${inline(item, context)}</p>`).join("")}</aside>`;
    case "list":
      return `<ul>${of.items.map((item) => `<li>${inline(item, context)}</li>`).join("")}</ul>`;
    case "pairs":
      return pairs(of.rows, context);
    case "table":
      return tableHtml(of, context);
    case "columns":
      return columnsHtml(of, context);
    case "commands":
      return `<pre>${of.lines.map(htmlText).join("\n")}</pre>`;
    default:
      return `<div class="pictures n${of.columns}">${of.items
        .map(
          ({ picture, caption, alt, kept, small }) =>
            `<figure${kept ? ' class="kept"' : small ? ' class="stamp"' : ""}>${pictureHtml(picture, alt[context.lang], context)}<figcaption>${inline(caption, context)}</figcaption></figure>`,
        )
        .join("")}</div>`;
  }
}

function columnsHtml({ columns, widths }: Extract<Block, { kind: "columns" }>, context: Context): string {
  const cells = columns.map((blocks) => `<div>${blocks.map((one) => block(one, context)).join("")}</div>`).join("");
  const shares = widths ? ` style="--shares:${widths.map((share) => `minmax(0,${share}fr)`).join(" ")}"` : "";
  return `<div class="columns n${columns.length}"${shares}>${cells}</div>`;
}

function pairs(rows: readonly (readonly [Inline, Inline])[], context: Context): string {
  const lines = rows.map(
    ([name, of]) => `<tr><th scope="row">${inline(name, context)}</th><td>${inline(of, context)}</td></tr>`,
  );
  return `<table class="pairs">${lines.join("")}</table>`;
}

function tableHtml({ columns, rows, caption }: Extract<Block, { kind: "table" }>, context: Context): string {
  const { lang } = context;
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  const cols = columns.map(({ width }) => `<col style="width:${Math.round((width / total) * 1000) / 10}%">`).join("");
  const head = columns.map((column) => `<th scope="col">${htmlText(column.head[lang])}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell) => `<td>${inline(cell, context)}</td>`).join("")}</tr>`)
    .join("");
  const title = caption ? `<caption>${htmlText(caption[lang])}</caption>` : "";
  return `<div class="scroll"><table>${title}<colgroup>${cols}</colgroup><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A drawing stands in the page as an image, so that no part of it can act; one that shows pictures stands in the page itself, to share them. */
function pictureHtml(picture: Picture, alt: string, context: Context): string {
  const { lang, options, shared } = context;
  if (!("svg" in picture)) {
    const found = options.pictures.get(picture.key);
    if (!found) return "";
    const id = sharedId(found, shared);
    const size = `width="${found.width}" height="${found.height}"`;
    return `<svg class="picture" role="img" aria-label="${htmlText(alt)}" viewBox="0 0 ${found.width} ${found.height}" ${size}><use href="#${id}" ${size}/></svg>`;
  }
  const svg = picture.svg[lang];
  if (picturesIn(svg).length > 0) return drawingHtml(svg, alt, context);
  const data = toBase64(new TextEncoder().encode(svg));
  return `<img class="drawing" src="data:image/svg+xml;base64,${data}" alt="${htmlText(alt)}">`;
}

function drawingHtml(svg: string, alt: string, { options, shared, drawings }: Context): string {
  drawings.count += 1;
  const own = `d${drawings.count}-`;
  const begin = (key: string): string => {
    const found = options.pictures.get(key);
    return `<use href="#${found ? sharedId(found, shared) : ""}"`;
  };
  return withPictures(svg, begin)
    .replaceAll(/ id="(\w+)"/g, ` id="${own}$1"`)
    .replaceAll(/url\(#(\w+)\)/g, `url(#${own}$1)`)
    .replace(
      /<svg ([^>]*?)aria-label="[^"]*"/,
      (_, before: string) => `<svg class="picture wide" ${before}aria-label="${htmlText(alt)}"`,
    );
}

/** The name under which a picture stands in the file: by its bytes, so that two exhibits with the same ones share them. */
function sharedId(picture: PreparedPicture, shared: Map<string, PreparedPicture>): string {
  const id = `picture-${sha256Hex(picture.bytes).slice(0, 16)}`;
  shared.set(id, picture);
  return id;
}

/** Each picture once, to be shown wherever its name is used: both languages and all sections share its bytes. */
function sharedPictures(pictures: ReadonlyMap<string, PreparedPicture>): string {
  if (pictures.size === 0) return "";
  const symbols = [...pictures].map(([id, { mime, bytes, width, height }]) => {
    const image = `<image width="${width}" height="${height}" preserveAspectRatio="none" href="data:${mime};base64,${toBase64(bytes)}"/>`;
    return `<symbol id="${id}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${image}</symbol>`;
  });
  return `<svg class="shared" width="0" height="0" aria-hidden="true">${symbols.join("")}</svg>`;
}
