/** Times as bars: from not before to not after, solid where outside evidence bounds them, dashed where only the own clock speaks. */

import type { Lang, Text } from "../../base/texts.ts";
import { box, dot, INK, line, svg, words } from "./svg.ts";

/** One row of the figure. Times in milliseconds since 1970. */
export interface TimeRow {
  readonly name: Text;
  /** By the own clock. */
  readonly claimed?: number;
  readonly notBefore?: number;
  readonly notAfter?: number;
}

const WIDTH = 640;
const NAME = 190;
const ROW = 22;

/** The figure, in both languages; `undefined` where no row has a time. */
export function timeBars(rows: readonly TimeRow[]): Text | undefined {
  const all = rows.flatMap(({ claimed, notBefore, notAfter }) =>
    [claimed, notBefore, notAfter].filter((ms) => ms !== undefined),
  );
  if (all.length === 0) return undefined;
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const pad = Math.max((to - from) * 0.04, 1000);
  const scale = (ms: number): number => NAME + ((ms - from + pad) / (to - from + 2 * pad)) * (WIDTH - NAME - 8);
  return { en: drawn(rows, scale, [from, to], "en"), zh: drawn(rows, scale, [from, to], "zh") };
}

function drawn(
  rows: readonly TimeRow[],
  scale: (ms: number) => number,
  [from, to]: readonly [number, number],
  lang: Lang,
): string {
  const bottom = 8 + rows.length * ROW;
  const parts = rows.flatMap((row, i) => rowParts(row, 8 + i * ROW + ROW / 2, scale, lang));
  const axis = [
    line(NAME, bottom, WIDTH, bottom, INK.rule2),
    words(scale(from), bottom + 13, stamp(from), 8.5, INK.ink3),
    ...(scale(to) - scale(from) > 190 ? [words(scale(to), bottom + 13, stamp(to), 8.5, INK.ink3, "end")] : []),
  ];
  return svg(WIDTH, bottom + 40, TITLE[lang], [...parts, ...axis, ...legend(bottom + 30, lang)]);
}

const TITLE: Text = { en: "Times with their bounds", zh: "时间及其界限" };

function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

function rowParts(
  { name, claimed, notBefore, notAfter }: TimeRow,
  y: number,
  scale: (ms: number) => number,
  lang: Lang,
): string[] {
  const [left, right] = [notBefore, notAfter].map((ms) => (ms === undefined ? undefined : scale(ms)));
  const bounded = left !== undefined && right !== undefined;
  const from = left ?? NAME;
  const to = right ?? WIDTH;
  const known = left !== undefined || right !== undefined;
  return [
    words(0, y + 3.5, shortened(name[lang], lang), 9.5, INK.ink),
    line(NAME, y + ROW / 2, WIDTH, y + ROW / 2, INK.rule, 0.6),
    ...(known ? [line(from, y, to, y, bounded ? INK.azurite : INK.ink3, bounded ? 4 : 2, bounded ? "" : "3 3")] : []),
    ...(left === undefined ? [] : [box(left - 1.5, y - 6, 3, 12, INK.ink)]),
    ...(right === undefined ? [] : [box(right - 1.5, y - 6, 3, 12, INK.seal)]),
    ...(claimed === undefined ? [] : [dot(scale(claimed), y, 3.2, INK.ink2, false)]),
  ];
}

function shortened(text: string, lang: Lang): string {
  const most = lang === "zh" ? 18 : 36;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Capacity of a time bar is read off its ends: what they are is said under the figure. */
function legend(y: number, lang: Lang): string[] {
  const items = [
    { draw: (x: number) => box(x, y - 9, 3, 11, INK.ink), text: LEGEND.before[lang] },
    { draw: (x: number) => box(x, y - 9, 3, 11, INK.seal), text: LEGEND.after[lang] },
    { draw: (x: number) => dot(x + 2, y - 3.5, 3.2, INK.ink2, false), text: LEGEND.own[lang] },
    { draw: (x: number) => line(x - 6, y - 3.5, x + 8, y - 3.5, INK.ink3, 2, "3 3"), text: LEGEND.open[lang] },
  ];
  const step = (WIDTH - NAME) / 4;
  return items.flatMap(({ draw, text }, i) => [
    draw(NAME + 6 + i * step),
    words(NAME + 18 + i * step, y, text, 8.5, INK.ink3),
  ]);
}

const LEGEND = {
  before: { en: "not before", zh: "不早于" },
  after: { en: "not after", zh: "不晚于" },
  own: { en: "own clock", zh: "设备时钟" },
  open: { en: "open on one side", zh: "一侧未定" },
} as const satisfies Record<string, Text>;
