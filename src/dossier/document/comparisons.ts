/** Section 7.7: the image in question beside the alleged copy: how one lies in the other, the mark, and what is alike part by part. */

import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import type { Comparison } from "../../compare/pair/comparison.ts";
import { figureOf } from "../../compare/pair/figure.ts";
import { COMPARE_TEXTS } from "../../compare/pair/texts.ts";
import { pictureHref } from "../render/drawn-pictures.ts";
import { factsOfKeys, factTable } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, t, table } from "./model.ts";

/** One comparison with the exhibits that it is about. */
interface Pair {
  readonly a: string;
  readonly b: string;
  readonly found: JsonObject;
}

/** The facts, each comparison with its figure and tables, and what people name as taken or generic. */
export function comparisonBlocks(input: DossierInput): Block[] {
  return [
    ...pairsOf(input).flatMap((pair) => pairBlocks(input, pair)),
    ...factTable(input.facts, ["compare.", "use."]),
    ...elementsSaid(input),
  ];
}

/** Comparisons that were made here: while the case was measured, or as an experiment with more questions. */
function pairsOf({ theCase, measured }: DossierInput): Pair[] {
  const own = (measured?.comparisons ?? []).map(({ a, b, comparison }) => ({ a, b, found: comparison }));
  const idOf = (side: Json | undefined): string | undefined =>
    isObject(side) ? theCase.exhibits.find(({ sha256 }) => sha256 === side.sha256)?.id : undefined;
  const run = theCase.exhibits.flatMap((exhibit): Pair[] => {
    const report = measured?.exhibits[exhibit.id];
    if (exhibit.made !== true || report?.kind !== "certificate" || report.of !== "comparison") return [];
    const [a, b] = [idOf(report.certificate.a), idOf(report.certificate.b)];
    return a && b ? [{ a, b, found: report.certificate }] : [];
  });
  return [...own, ...run].slice(0, MOST_PAIRS);
}

/** Comparisons that are shown whole; the facts of all stand in the table. */
const MOST_PAIRS = 8;

function pairBlocks(input: DossierInput, { a, b, found }: Pair): Block[] {
  return [
    { kind: "heading", text: t(`Exhibits ${a} and ${b}`, `检材 ${a} 与 ${b}`) },
    ...figure(input, { a, b, found }),
    { kind: "pairs", rows: rowsOf(found) },
    ...partTable(t("Named regions", "指定区域"), found.regions, COMPARE_TEXTS.regionStates),
    ...partTable(t("Named elements", "指定元素"), found.elements, COMPARE_TEXTS.elementStates),
  ];
}

/** Both pictures with what was found drawn over them. A comparison that does not say where anything lies gives no figure. */
function figure({ pictures }: DossierInput, { a, b, found }: Pair): Block[] {
  const [first, second] = [pictures.get(a), pictures.get(b)];
  if (!first || !second || !isDrawable(found)) return [];
  const href = ({ key }: typeof first) => ({ href: pictureHref(key) });
  const comparison = { ...found, points: [] } as unknown as Comparison;
  const drawing = figureOf(comparison, href(first), href(second), `${a}, ${b}`);
  const marked = isObject(found.watermark);
  return [
    {
      kind: "pictures",
      columns: 1,
      items: [
        {
          picture: { svg: as(drawing) },
          caption: t(
            `${a} on the left, ${b} on the right. Hatched: the part of ${a} that is not in ${b}.${marked ? " Yellow box: where the mark stands." : ""}`,
            `左为 ${a}，右为 ${b}。斜线部分：${a} 中未见于 ${b} 的部分。${marked ? "黄框：标记所在之处。" : ""}`,
          ),
          alt: t(`${a} beside ${b}, with the part that is missing`, `${a} 与 ${b} 并列，并标示缺失部分`),
        },
      ],
    },
  ];
}

/** Whether every number that the drawing takes is one: a certificate is a file like any other. */
function isDrawable({ a, b, transform, watermark, regions, elements }: JsonObject): boolean {
  const isSide = (side: Json | undefined): boolean => isObject(side) && areNumbers([side.width, side.height], 2);
  const isBox = (part: Json | undefined): boolean => isObject(part) && areNumbers(part.box, 4);
  return (
    isSide(a) &&
    isSide(b) &&
    isObject(transform) &&
    areNumbers(transform.matrix, 9) &&
    typeof transform.scale === "number" &&
    transform.scale > 0 &&
    (!watermark || isBox(watermark)) &&
    [regions, elements].every((parts) => Array.isArray(parts) && parts.every(isBox))
  );
}

function areNumbers(list: unknown, count: number): boolean {
  return Array.isArray(list) && list.length === count && list.every((n) => typeof n === "number" && Number.isFinite(n));
}

function rowsOf({ headline, shows, limit, transform, changes, watermark, calibration }: JsonObject) {
  const text = (value: Json | undefined): Text | undefined =>
    isObject(value) && typeof value.en === "string" && typeof value.zh === "string"
      ? { en: value.en, zh: value.zh }
      : typeof value === "string"
        ? as(value)
        : undefined;
  const [verdict, shown, not] = [text(headline), text(shows), text(limit)];
  const id = isObject(calibration) && typeof calibration.id === "string" ? calibration.id : undefined;
  const rows: (readonly [Text, Inline | undefined])[] = [
    [t("Verdict", "结论"), verdict && { lines: [{ strong: verdict }, ...(shown ? [shown] : [])] }],
    ...transformRows(transform),
    [t("Changes found", "所见改动"), changesText(changes)],
    [t("Mark of the author", "作者标记"), markText(watermark)],
    [t("Does not show", "不能说明"), not],
    [t("Thresholds", "界限"), id === undefined ? undefined : { code: id }],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function transformRows(transform: Json | undefined): (readonly [Text, Inline | undefined])[] {
  if (!isObject(transform)) return [];
  const { crop, scale, rotation, mirrored } = transform;
  const numbers = Array.isArray(crop) && crop.length === 4 && crop.every((n) => typeof n === "number") ? crop : [];
  const [x, y, width, height] = numbers.map((n) => Math.round(n as number));
  const turned = typeof rotation === "number" && Math.abs(rotation) >= 0.05 ? rotation.toFixed(1) : undefined;
  return [
    [
      t("Part that it shows", "所含部分"),
      numbers.length === 0
        ? undefined
        : t(
            `${width} × ${height} pixels from (${x}, ${y}) of the first image`,
            `前一图像自 (${x}, ${y}) 起的 ${width} × ${height} 像素`,
          ),
    ],
    [t("Scale", "缩放"), typeof scale === "number" ? as(scale.toFixed(3)) : undefined],
    [t("Turned", "旋转"), turned === undefined ? undefined : as(`${turned}°`)],
    [t("Mirrored", "镜像"), mirrored === true ? t("yes", "是") : undefined],
  ];
}

function changesText(changes: Json | undefined): Text | undefined {
  const known = (Array.isArray(changes) ? changes : []).flatMap((change) =>
    typeof change === "string" && change in COMPARE_TEXTS.changes
      ? [COMPARE_TEXTS.changes[change as keyof typeof COMPARE_TEXTS.changes]]
      : [],
  );
  if (known.length === 0) return undefined;
  return { en: known.map(({ en }) => en).join(", "), zh: known.map(({ zh }) => zh).join("、") };
}

function markText(watermark: Json | undefined): Inline | undefined {
  if (!isObject(watermark) || typeof watermark.state !== "string" || !(watermark.state in COMPARE_TEXTS.marks)) {
    return undefined;
  }
  const said = COMPARE_TEXTS.marks[watermark.state as keyof typeof COMPARE_TEXTS.marks];
  return typeof watermark.text === "string" ? { lines: [said, { code: watermark.text.slice(0, 200) }] } : said;
}

/** Regions or elements as the comparison judged them, one a row. */
function partTable(caption: Text, rows: Json | undefined, states: Readonly<Record<string, Text>>): Block[] {
  const parts = (Array.isArray(rows) ? rows : []).filter(isObject).slice(0, 64);
  if (parts.length === 0) return [];
  return [
    table(
      [
        [t("Part", "部分"), 34],
        [t("Found", "结果"), 22],
        [t("Still shown", "可见占比"), 14],
        [t("Agreement of structure (95 %)", "结构一致度（95%）"), 30],
      ],
      parts.map(({ name, state, visible, structure, generic }): Inline[] => [
        { lines: [as(String(name).slice(0, 200)), ...(generic === true ? [{ small: GENERIC } as const] : [])] },
        states[String(state)] ?? as(String(state)),
        typeof visible === "number" ? as(`${Math.round(visible * 100)} %`) : as("–"),
        rangeText(structure),
      ]),
      caption,
    ),
  ];
}

const GENERIC = t("generic: not counted as taken", "通用元素：不计入被采用者");

function rangeText(structure: Json | undefined): Text {
  if (!isObject(structure)) return as("–");
  const [value, low, high] = [structure.value, structure.low, structure.high].map((n) =>
    typeof n === "number" ? n.toFixed(2) : "–",
  );
  return as(`${value}  (${low} – ${high})`);
}

/** What is taken, and what both have because everybody has it, struck out of the comparison. */
function elementsSaid({ facts }: DossierInput): Block[] {
  const list = (key: string): string[] => [
    ...new Set(
      factsOfKeys(facts, [key]).flatMap(({ value }) => (Array.isArray(value) ? (value as readonly string[]) : [])),
    ),
  ];
  const rows = [
    ...list("compare.elements_taken").map((name) => [
      as(name),
      t("recognisably taken", "可识别地被采用"),
      t("yes", "是"),
    ]),
    ...list("compare.elements_generic").map((name) => [
      as(name),
      t("in both, generic", "双方共有，属通用元素"),
      t("no", "否"),
    ]),
  ];
  if (rows.length === 0) return [];
  const columns = [
    [t("Element", "元素"), 44],
    [t("Finding", "认定"), 36],
    [t("Counts", "计入比对"), 20],
  ] as const;
  return [table(columns, rows, t("Similarity by element", "按元素比对"))];
}
