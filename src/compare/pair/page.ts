/**
 * A comparison as one page that opens anywhere: no connection, both languages, light and dark. The page is built beforehand from
 * the workbench's own components; here a comparison is put into it.
 */

import type { Lang } from "../../base/texts.ts";
import type { Comparison } from "./comparison.ts";
import { saysOf } from "./comparison-json.ts";
import { escaped, figureOf } from "./figure.ts";
import { type ComparisonView, comparisonView } from "./view.ts";

/** The pictures of a page, as `data:` addresses. */
export interface PagePictures {
  /** The two pictures as displayed, perhaps smaller; `shown` says how large. */
  readonly a: string;
  readonly b: string;
  readonly shownA: { readonly width: number; readonly height: number };
  readonly shownB: { readonly width: number; readonly height: number };
  /** The map of differences on the second picture; absent where nothing was aligned. */
  readonly map?: string;
  /** The place of the mark in both, at the first one's scale. */
  readonly markA?: string;
  readonly markB?: string;
}

/** What a page carries. */
export interface PageData {
  readonly view: ComparisonView;
  /** The two pictures themselves stand once in the page: in the figure that shows without scripts. */
  readonly pictures: Omit<PagePictures, "a" | "b">;
  readonly made: string;
  readonly lang: Lang;
}

/** Id of the element that carries the data in the page. */
export const PAGE_DATA = "comparison";

/**
 * The page. Without scripts it shows verdict, limit and figure.
 * @param template - the built page, which has a `<title>` and a `</body>`
 * @param made - the date and the tool's version, as they shall stand below
 */
export function comparisonPage(
  template: string,
  comparison: Comparison,
  pictures: PagePictures,
  made: string,
  lang: Lang,
): string {
  const { headline, shows, limit } = saysOf(comparison);
  const names = `${comparison.a.file}, ${comparison.b.file}`;
  const { a, b, ...others } = pictures;
  const data: PageData = { view: comparisonView(comparison), pictures: others, made, lang };
  const figure = figureOf(comparison, { href: a }, { href: b }, names);
  const plain = [headline, shows, limit].map(
    ({ en, zh }) => `<p lang="en">${escaped(en)}</p><p lang="zh-CN">${escaped(zh)}</p>`,
  );
  const carried = `<script type="application/json" id="${PAGE_DATA}">${inScript(data)}</script><noscript>${plain.join("")}${figure}<p>${escaped(made)}</p></noscript>`;
  return template
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escaped(headline[lang])} · ${escaped(names)}</title>`)
    .replace(/<body>/, () => `<body>${carried}`);
}

/** The two pictures of a page, from its part that shows without scripts; a page has them nowhere else. */
export function carriedPictures(plain: string): Pick<PagePictures, "a" | "b"> {
  const [a = "", b = ""] = [...plain.matchAll(/<image href="(data:image\/[^"]+)"/g)].map(([, address]) => address);
  return { a, b };
}

/** JSON that no text in it can end the element of. @see WHATWG HTML, 4.12.1.3 */
function inScript(value: PageData): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
