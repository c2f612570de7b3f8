/** Two pictures side by side as one drawing: what was cut, matched places, the mark and named boxes. For the page and for a dossier. */

import { groupsBy } from "../../base/groups.ts";
import type { Comparison } from "./comparison.ts";
import type { Box } from "./geometry.ts";
import { apply, inverse, type Matrix, type Point } from "./transform.ts";

/** A picture in a drawing: its place on the web or its bytes as a `data:` address. */
export interface Drawn {
  readonly href: string;
}

/** What of a comparison is drawn. */
export type Drawable = Pick<Comparison, "a" | "b" | "transform" | "regions" | "elements" | "points"> & {
  readonly watermark: Pick<NonNullable<Comparison["watermark"]>, "box"> | null;
};

/** Matched places that are drawn; more would hide the pictures. */
const LINES = 28;
const GAP = 40;

/** Colours are fixed: a figure lies on any page. */
const PAINT = {
  agree: "#0B7F86",
  astray: "#B3406F",
  crop: "#FFFDF9",
  mark: "#F2C14B",
  box: "#86B4DD",
  lost: "#100F0E",
} as const;

/** The drawing, in units of pixels of the first picture. `words` are the names of the two pictures, for readers of screens. */
export function figureOf(comparison: Drawable, a: Drawn, b: Drawn, words: string): string {
  const { a: first, b: second, transform } = comparison;
  const scale = shownScale(comparison);
  const [bw, bh] = [second.width * scale, second.height * scale];
  const gap = (GAP * first.width) / 900;
  const height = Math.max(first.height, bh);
  const width = first.width + gap + bw;
  const offset: Point = [first.width + gap, 0];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" role="img" aria-label="${escaped(words)}">
<defs><pattern id="lost" width="${n(gap / 4)}" height="${n(gap / 4)}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="${n(gap / 8)}" height="${n(gap / 4)}" fill="${PAINT.lost}" fill-opacity=".62"/><rect x="${n(gap / 8)}" width="${n(gap / 8)}" height="${n(gap / 4)}" fill="${PAINT.lost}" fill-opacity=".38"/></pattern></defs>
<image href="${escaped(a.href)}" width="${first.width}" height="${first.height}" preserveAspectRatio="none"/>
<image href="${escaped(b.href)}" x="${n(offset[0])}" width="${n(bw)}" height="${n(bh)}" preserveAspectRatio="none"/>
${transform ? overlay(comparison, transform.matrix, scale, offset, gap) : ""}</svg>`;
}

/** The second picture is drawn at the size that the first one has in it, where that is known, so that lines stay level. */
function shownScale({ a, b, transform }: Drawable): number {
  const same = transform ? 1 / transform.scale : a.height / b.height;
  return Math.min(same, (2 * a.height) / b.height, (2 * a.width) / b.width);
}

function overlay(comparison: Drawable, matrix: Matrix, scale: number, offset: Point, gap: number): string {
  const { a, b, watermark, regions, elements } = comparison;
  const stroke = Math.max(1, gap / 22);
  const part = outline(matrix, b);
  const outer = `M0 0H${a.width}V${a.height}H0Z`;
  const inner = `M${part.map(([x, y]) => `${n(x + 0.5)} ${n(y + 0.5)}`).join("L")}Z`;
  const boxes = [...regions, ...elements].map(({ box }) => rect(box, PAINT.box, stroke));
  return `<clipPath id="frame"><rect width="${a.width}" height="${a.height}"/></clipPath>
<g clip-path="url(#frame)"><path d="${outer}${inner}" fill="url(#lost)" fill-rule="evenodd"/><path d="${inner}" fill="none" stroke="${PAINT.crop}" stroke-width="${n(stroke)}"/></g>
${boxes.join("")}${watermark ? rect(watermark.box, PAINT.mark, stroke * 1.3) : ""}
${lines(comparison, scale, offset, stroke)}`;
}

function outline(matrix: Matrix, { width, height }: { readonly width: number; readonly height: number }): Point[] {
  const back = inverse(matrix);
  const corners: Point[] = [
    [-0.5, -0.5],
    [width - 0.5, -0.5],
    [width - 0.5, height - 0.5],
    [-0.5, height - 0.5],
  ];
  return back ? corners.map(([x, y]) => apply(back, x, y)) : [];
}

function rect([x, y, width, height]: Box, colour: string, stroke: number): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="none" stroke="${colour}" stroke-width="${n(stroke)}"/>`;
}

function lines({ points }: Drawable, scale: number, [ox, oy]: Point, stroke: number): string {
  return chosen(points)
    .map(({ a: [x, y], b: [u, v], agrees }) => {
      const [x2, y2] = [ox + (u + 0.5) * scale, oy + (v + 0.5) * scale];
      const colour = agrees ? PAINT.agree : PAINT.astray;
      const dash = agrees ? "" : ` stroke-dasharray="${n(3 * stroke)} ${n(2 * stroke)}"`;
      const dot = (cx: number, cy: number): string =>
        `<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(2.2 * stroke)}" fill="#0C0B0A" stroke="${colour}" stroke-width="${n(stroke)}"/>`;
      return `<line x1="${n(x + 0.5)}" y1="${n(y + 0.5)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}" stroke-opacity=".8" stroke-width="${n(stroke * 0.7)}"${dash}/>${dot(x + 0.5, y + 0.5)}${dot(x2, y2)}`;
    })
    .join("");
}

/** Matches that are drawn: agreeing ones from all over the first picture in turn, and two that do not agree where there are any. */
export function chosen(points: Comparison["points"]): Comparison["points"] {
  const side = Math.max(1, ...points.map(({ a: [x, y] }) => Math.max(x, y))) / 7;
  const cells = groupsBy(
    points.filter(({ agrees }) => agrees),
    ({ a: [x, y] }) => Math.floor(y / side) * 16 + Math.floor(x / side),
  );
  const rounds = Array.from({ length: LINES }, (_, round) => [...cells.values()].flatMap((cell) => cell[round] ?? []));
  return [...rounds.flat().slice(0, LINES), ...points.filter(({ agrees }) => !agrees).slice(0, cells.size > 0 ? 2 : 0)];
}

/** A number of an attribute: two digits behind the point, none of them a lone zero. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text safe between quotes and tags. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
