/** A comparison as one page that opens anywhere: no connection, both languages, light and dark. */

import { fill, type Lang, type Text } from "../../base/texts.ts";
import type { Comparison, PairVerdict, PictureFacts } from "./comparison.ts";
import { saysOf } from "./comparison-json.ts";
import { escaped, figureOf } from "./figure.ts";
import { REGION_BOUNDS, type RegionRow } from "./named.ts";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-style.ts";
import { PAGE_TEXTS as T } from "./page-texts.ts";
import { COMPARE_TEXTS } from "./texts.ts";

/** The pictures of a page, as `data:` addresses. */
export interface PagePictures {
  /** The two pictures as displayed, perhaps smaller; `shown` says how large. */
  readonly a: string;
  readonly b: string;
  readonly shownA: { readonly width: number; readonly height: number };
  readonly shownB: { readonly width: number; readonly height: number };
  /** The first picture laid on the second's frame, and the map of differences on it; absent where nothing was aligned. */
  readonly aligned?: string;
  readonly map?: string;
  /** The place of the mark in both, at the first one's scale. */
  readonly markA?: string;
  readonly markB?: string;
}

/** The page. `made` is the date and the tool's version, as they shall stand below. */
export function comparisonPage(comparison: Comparison, pictures: PagePictures, made: string, lang: Lang): string {
  const { headline } = saysOf(comparison);
  const title = `${comparison.a.file} – ${comparison.b.file}`;
  return `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}" data-lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(headline[lang])} · ${escaped(title)}</title><style>${PAGE_STYLE}</style></head><body>
<header>${MARK}<div class="what"><b>${both(T.title)}</b>${escaped(title)}</div>
<span class="tabs">${button("lang", "zh", "中")}${button("lang", "en", "EN")}</span>
<span class="tabs">${button("theme", "light", both(T.light))}${button("theme", "dark", both(T.dark))}</span></header>
<main><section class="look">${stage(comparison, pictures)}</section>
<section class="tables">${regionTable(comparison)}${elementTable(comparison)}${differenceTable(comparison)}</section>
<section class="right">${verdictPane(comparison)}${markPane(comparison, pictures)}${errorPane(comparison)}${findingPane(comparison)}${factsPane(comparison)}<p class="note">${both(T.notLegal)}</p><p class="note">${escaped(made)}</p></section></main>
<script>${PAGE_SCRIPT}</script></body></html>
`;
}

const MARK = `<svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2C7 7 5 11 5 15a7 7 0 0 0 14 0c0-4-2-8-7-13Z" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M12 2c5 5 7 9 7 13a7 7 0 0 1-7 7Z" fill="currentColor"/></svg>`;

/** A text in both languages; the style sheet shows one. */
function both(text: Text): string {
  return `<span lang="en">${escaped(text.en)}</span><span lang="zh-CN">${escaped(text.zh)}</span>`;
}

function button(kind: string, to: string, words: string): string {
  return `<button type="button" data-${kind}-to="${to}" aria-pressed="false">${words}</button>`;
}

function stage(comparison: Comparison, pictures: PagePictures): string {
  const { a, b, points } = comparison;
  const { aligned, map } = pictures;
  const over = (id: string, top: string, more = ""): string =>
    `<figure id="view-${id}"><div class="fit"><div class="over"><img src="${pictures.b}" alt="${escaped(b.file)}"><img class="top" src="${top}" alt="${escaped(a.file)}">${more}</div></div></figure>`;
  const agree = points.filter(({ agrees }) => agrees).length;
  const counts = fill(T.matches, { all: points.length, agree, astray: points.length - agree });
  return `<div class="stage"><figure id="view-points">${figureOf(comparison, { href: pictures.a }, { href: pictures.b }, `${a.file}, ${b.file}`)}</figure>
${aligned ? `<figure id="view-slider"><div class="fit"><div class="over"><img src="${pictures.b}" alt="${escaped(b.file)}"><img class="top" src="${aligned}" alt="${escaped(a.file)}"><span class="line"></span></div></div><input class="slide" id="slide" type="range" min="0" max="100" value="50" aria-label="A / B"></figure>${over("flicker", aligned)}` : ""}
${map ? over("difference", map) : ""}</div>
<div class="pair"><div class="label"><b class="serif">A</b>${pictureLabel(a, pictures.shownA)}</div><div class="label"><b class="serif">B</b>${pictureLabel(b, pictures.shownB)}</div></div>
<div class="bar"><span class="tabs">${button("view", "points", both(T.points))}${aligned ? button("view", "slider", both(T.slider)) + button("view", "flicker", both(T.flicker)) : ""}${map ? button("view", "difference", both(T.difference)) : ""}</span>
<span class="hint">${points.length > 0 ? both(counts) : ""}</span></div>
${map ? `<div class="legend"><span><i style="background:#F2C14B"></i>${both(T.different)}</span><span><i style="background:repeating-linear-gradient(45deg,#86B4DD 0 3px,transparent 3px 6px)"></i>${both(T.uncertain)}</span><span><i style="background:#0B7F86"></i>${both(T.agreeing)}</span><span><i style="background:repeating-linear-gradient(45deg,#100F0E 0 3px,#655F55 3px 6px)"></i>${both(T.lost)}</span></div>` : ""}`;
}

function pictureLabel(facts: PictureFacts, shown: PagePictures["shownA"]): string {
  const smaller =
    shown.width === facts.width ? "" : ` · ${both(fill(T.shownAt, { width: shown.width, height: shown.height }))}`;
  return `${escaped(facts.file)} <span class="hint">${facts.width} × ${facts.height}${smaller}</span><br>${hash(facts.sha256)}`;
}

function hash(hex: string): string {
  return `<span class="mono hint" title="${hex}">${hex.slice(0, 4)} ${hex.slice(4, 8)} … ${hex.slice(-4)}</span>`;
}

const SHAPES = {
  full: `<circle cx="12" cy="12" r="10" fill="currentColor"/>`,
  ring: `<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="12" cy="12" r="5" fill="currentColor"/>`,
  half: `<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M12 2.5a9.5 9.5 0 0 0 0 19Z" fill="currentColor"/>`,
  empty: `<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2"/>`,
  open: `<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 3"/>`,
} as const;

function shape(kind: keyof typeof SHAPES, colour: string): string {
  return `<svg class="${colour}" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[kind]}</svg>`;
}

const VERDICT_SHAPES: Readonly<Record<PairVerdict, readonly [keyof typeof SHAPES, string]>> = {
  "identical-bytes": ["full", "ma"],
  "identical-pixels": ["full", "ma"],
  "within-rounding": ["ring", "ma"],
  copy: ["half", "az"],
  "edited-copy": ["half", "az"],
  "same-recipe-other-seed": ["empty", "oc"],
  similar: ["empty", "oc"],
  unrelated: ["empty", "oc"],
  "cannot-tell": ["open", "st"],
};

/** The badge of a measured fact; what a calibration says of other pairs is no fact of this one and has none. */
const MEASURED = `<i><span class="grade" title="M: measured now from the bytes / 现场自字节测得">M</span></i>`;

function row(label: Text, value: string, grade = MEASURED): string {
  return `<dt>${both(label)}</dt><dd>${value}</dd>${grade}`;
}

function verdictPane(comparison: Comparison): string {
  const { headline, shows, limit } = saysOf(comparison);
  const [kind, colour] = VERDICT_SHAPES[comparison.verdict];
  return `<h1 class="serif">${shape(kind, colour)}<span>${both(headline)}</span></h1>
<p class="shows">${both(shows)}</p><p class="note">${both(limit)}</p>${geometryRows(comparison)}`;
}

function geometryRows({ transform, changes, differences, a, b }: Comparison): string {
  if (!transform) return "";
  const { kept, cut, scale, scaleError, rotation, rotationError, mirrored, filled, edgeError } = transform;
  const percents = (pixels: number, side: number): string => `${((100 * pixels) / side).toFixed(1)} %`;
  const sides = (["left", "top", "right", "bottom"] as const)
    .filter((side) => cut[side] > 0)
    .map(
      (side) =>
        `${both(T.sides[side])} ${percents(cut[side], side === "left" || side === "right" ? a.width : a.height)}`,
    );
  const pm = (error: number | null, unit = ""): string =>
    error === null ? "" : `<span class="range">± ${error}${unit}</span>`;
  return `<dl>${row(T.crop, `${both(T.kept)} ${(100 * kept).toFixed(1)} %${sides.length > 0 ? ` · ${both(T.missing)} ${sides.join(", ")}` : ""}${edgeError === null ? "" : `<span class="range">± ${edgeError} px</span>`}`)}
${filled < 0.985 ? row(T.place, `${(100 * filled).toFixed(1)} % · [${transform.placed.join(", ")}]`) : ""}
${row(T.scale, `${scale}${pm(scaleError)}`)}${row(T.rotation, `${rotation}°${pm(rotationError, "°")}`)}${row(T.mirrored, both(mirrored ? T.yes : T.no))}
${b.jpeg ? row(T.saved, `JPEG · ${both(T.quality)} ${b.jpeg.quality} <span class="range">${b.jpeg.family}</span>`) : ""}
${row(T.changes, changes.map((change) => both(COMPARE_TEXTS.changes[change])).join(" · ") || "–")}
${differences ? row(T.changed, differences.determined ? shareRange(differences.changed) : both(T.undetermined)) : ""}</dl>`;
}

function shareRange({
  value,
  low,
  high,
}: {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}): string {
  const percent = (share: number): string => (100 * share).toFixed(1);
  return `${percent(value)} %<span class="range">${percent(low)} – ${percent(high)} %</span>`;
}

function markPane({ watermark }: Comparison, { markA, markB }: PagePictures): string {
  if (!watermark) return "";
  const { state, visible, agreement, elsewhere, pValue, boxes, text } = watermark;
  const kind = state === "present" ? "full" : state === "cannot-tell" ? "open" : state === "partly" ? "half" : "empty";
  const numbers =
    agreement === null
      ? ""
      : `${both(T.agreement)} ${agreement.toFixed(2)}${elsewhere === null ? "" : ` · ${both(T.elsewhere)} ${elsewhere.toFixed(2)} (${boxes})`}${pValue === null ? "" : ` · p = ${pValue}`}`;
  const thumb = (src: string | undefined, name: string): string =>
    src
      ? `<figure><img src="${src}" alt="${name}"><figcaption>${name}</figcaption></figure>`
      : `<figure><figcaption>${name}: ${both(T.outside)}</figcaption></figure>`;
  return `<h2>${both(T.mark)}<small>${text ? escaped(text) : `[${watermark.box.join(", ")}]`}</small></h2><div class="thumbs">${thumb(markA, "A")}${thumb(markB, "B")}</div>
<div class="finding"><span class="state">${shape(kind, state === "present" ? "ma" : state === "cannot-tell" ? "st" : "oc")}</span><span>${both(COMPARE_TEXTS.marks[state])}<br><span class="note">${both(T.visible)} ${(100 * visible).toFixed(0)} %${numbers ? ` · ${numbers}` : ""}</span></span></div>`;
}

function errorPane({ calibration, measures }: Comparison): string {
  if (measures.score === undefined) return "";
  const { falsePositives: fp, found } = calibration;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = Object.entries(found).map(
    ([kind, share]) =>
      `<tr><td>${both(T.alterations[kind as keyof typeof T.alterations] ?? { en: kind, zh: kind })}</td><td class="n">${percent(share.share)} <span class="range">${percent(share.low)} – ${percent(share.high)}</span></td><td class="n">${share.hits} / ${share.trials}</td></tr>`,
  );
  return `<h2>${both(T.control)}</h2><dl>${row(T.score, `${measures.score} <span class="range">${both(T.threshold)} ${calibration.threshold}</span>`)}
${row(T.falsePositives, `${percent(fp.share)}<span class="range">${percent(fp.low)} – ${percent(fp.high)} · ${fp.hits} / ${fp.trials}</span>`, "<i></i>")}
${row(T.calibration, `${escaped(calibration.id)} · ${escaped(calibration.date)}<br><span class="note">${both(calibration.origin)}</span>`, "<i></i>")}
${row(T.method, `<span class="mono">${escaped(calibration.method)}</span>`, "<i></i>")}</dl>
${rows.length > 0 ? `<details><summary>${both(T.power)}</summary><div class="tablebox"><table><tr><th>${both(T.alteration)}</th><th>${both(T.found)}</th><th>n</th></tr>${rows.join("")}</table></div><p class="note">${both(T.powerNote)}</p></details>` : ""}`;
}

function findingPane({ findings }: Comparison): string {
  if (findings.length === 0) return "";
  return `<h2>${both(T.findings)}</h2>${findings.map(({ text }) => `<div class="finding"><span aria-hidden="true">ⓘ</span><span>${both(text)}</span></div>`).join("")}`;
}

function factsPane({ a, b }: Comparison): string {
  const fact = (name: string, { pixelsSha256, storedSha256, pdq, features, bytes, container }: PictureFacts): string =>
    `<p><b class="serif">${name}</b> <span class="hint">${escaped(container)} · ${bytes} B</span><br><span class="mono">${both(T.pixels)} ${hash(pixelsSha256)}<br>${both(T.stored)} ${hash(storedSha256)}${pdq ? `<br>PDQ ${hash(pdq.hash)} · ${both(T.quality)} ${pdq.quality}` : ""}${features === undefined ? "" : `<br>${both(T.features)} ${features}`}</span></p>`;
  return `<details><summary>${both(T.fingerprints)}</summary>${fact("A", a)}${fact("B", b)}</details>`;
}

const STATE_SHAPES = {
  corresponds: ["half", "az"],
  partly: ["half", "az"],
  differs: ["empty", "oc"],
  missing: ["empty", "oc"],
  found: ["half", "az"],
  "not-found": ["empty", "oc"],
  "cannot-tell": ["open", "st"],
} as const;

function stateCell(state: keyof typeof STATE_SHAPES, text: Text): string {
  const [kind, colour] = STATE_SHAPES[state];
  return `<td class="state">${shape(kind, colour)}${both(text)}</td>`;
}

function numbersCells({
  area,
  visible,
  structure,
  matches,
}: Pick<RegionRow, "area" | "visible" | "structure" | "matches">): string {
  return `<td class="n">${(100 * area).toFixed(1)} %</td><td class="n">${(100 * visible).toFixed(0)} %</td><td class="w">${whisker(structure)}</td><td class="n">${structure ? `${structure.value.toFixed(2)} <span class="range">${structure.low.toFixed(2)} – ${structure.high.toFixed(2)}</span>` : both(T.none)}</td><td class="n">${matches.all === 0 ? "–" : `${matches.agree} / ${matches.all}`}</td>`;
}

/** A value with its range on the scale 0 … 1, the bound dashed; drawn in stone where the range crosses it. */
function whisker(range: RegionRow["structure"]): string {
  if (!range) return "";
  const x = (value: number): number => Math.round(4 + 132 * Math.min(1, Math.max(0, value)));
  const bound = REGION_BOUNDS.structure;
  const colour = range.low <= bound && range.high >= bound ? "var(--ink3)" : "var(--azurite)";
  return `<svg width="140" height="18" viewBox="0 0 140 18" aria-hidden="true"><path d="M4 9H136" stroke="var(--rule2)"/><path d="M${x(bound)} 2V16" stroke="var(--ink2)" stroke-dasharray="2 2"/><path d="M${x(range.low)} 9H${x(range.high)}M${x(range.low)} 5V13M${x(range.high)} 5V13" stroke="${colour}" stroke-width="1.5"/><rect x="${x(range.value) - 3}" y="5" width="6" height="8" fill="${colour}"/></svg>`;
}

const HEADS = `<th>${both(T.ofPicture)}</th><th>${both(T.visible)}</th><th class="w">${both(T.structure)}</th><th></th><th>${both(T.pointsHead)}</th><th>${both(T.outcome)}</th>`;

function regionTable({ regions }: Comparison): string {
  if (regions.length === 0) return "";
  const rows = regions.map(
    (one) =>
      `<tr><td>${escaped(one.name)}</td>${numbersCells(one)}${stateCell(one.state, COMPARE_TEXTS.regionStates[one.state])}</tr>`,
  );
  return `<h2>${both(T.byRegion)}<small>${both(T.whiskers)}</small></h2><div class="tablebox"><table><tr><th>${both(T.region)}</th>${HEADS}</tr>${rows.join("")}</table></div>`;
}

function elementTable({ elements }: Comparison): string {
  if (elements.length === 0) return "";
  const rows = elements.map(
    (one) =>
      `<tr><td>${escaped(one.name)}${one.generic ? ` <span class="hint">${both(T.generic)}</span>` : ""}</td>${numbersCells(one)}${stateCell(one.state, COMPARE_TEXTS.elementStates[one.state])}</tr>`,
  );
  return `<h2>${both(T.byElement)}<small>${both(T.elementNote)}</small></h2><div class="tablebox"><table><tr><th>${both(T.element)}</th>${HEADS}</tr>${rows.join("")}</table></div>`;
}

function differenceTable({ differences, b }: Comparison): string {
  if (!differences?.determined || differences.regions.length === 0) return "";
  const [sx, sy] = [b.width / differences.width, b.height / differences.height];
  const rows = differences.regions
    .slice(0, 12)
    .map(
      (r) =>
        `<tr><td>${both(COMPARE_TEXTS.regionKinds[r.kind])}</td><td class="n">${(100 * r.share).toFixed(1)} %</td><td class="n">${[r.x * sx, r.y * sy, r.width * sx, r.height * sy].map(Math.round).join(", ")}</td></tr>`,
    );
  return `<h2>${both(T.differing)}<small>${both(T.differingNote)}</small></h2><div class="tablebox"><table><tr><th>${both(T.kind)}</th><th>${both(T.share)}</th><th>${both(T.boxInB)}</th></tr>${rows.join("")}</table></div>`;
}
