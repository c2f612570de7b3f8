/** The illustrator's hand: shapes in a drawing's own units, put on the canvas in the style and light of the scene. */

import { addToMask, type Canvas, fill, fillWithin, type Mask, type Paint, type Rgb } from "./canvas.ts";
import { darker, INK, lighter, mix, PAPER, SNOW } from "./colour.ts";
import { type Light, lit } from "./light.ts";
import { type Affine, type Contour, compose, transformed } from "./path.ts";
import { outline } from "./stroke.ts";
import type { Tag } from "./tags.ts";

export interface Pen {
  readonly canvas: Canvas;
  readonly light: Light;
  readonly style: Tag<"style">;
  /** From drawing units to pixels. */
  readonly matrix: Affine;
  /** Pixels per pixel of the 128-pixel picture: line widths follow the size of the picture. */
  readonly unit: number;
  /** Width of outlines in 128-pixel pixels. */
  readonly line: number;
  /** How strongly the light colours what is drawn, 0 … 1. */
  readonly strength: number;
  /** Colour of the air that far things fade into, and how much, 0 … 1. */
  readonly haze: readonly [Rgb, number];
  /** Share of snow on what is drawn in patches and layers, 0 … 1. */
  readonly snow: number;
  /** Collects the area of the subject, for the weighted loss of the training. */
  readonly area?: Mask;
}

/** The same pen in a drawing placed inside this one. */
export function inside(pen: Pen, matrix: Affine): Pen {
  return { ...pen, matrix: compose(pen.matrix, matrix) };
}

function tone(pen: Pen, colour: Rgb): Rgb {
  const own = pen.style === "pastel" ? mix(colour, PAPER, 0.3) : colour;
  const snowy = mix(lit(pen.light, own, pen.strength), lit(pen.light, SNOW, 0.6), pen.snow);
  return mix(snowy, pen.haze[0], pen.haze[1]);
}

function flat(colour: Rgb, alpha = 1): Paint {
  return { kind: "flat", colour, alpha };
}

function shifted(contours: readonly Contour[], dx: number, dy: number): Contour[] {
  return contours.map((points) => points.map((value, i) => value + (i % 2 === 0 ? dx : dy)));
}

function toPixels(pen: Pen, contour: Contour): number[] {
  return transformed(contour, pen.matrix);
}

/** Contours that add up must turn the same way. */
function oriented(points: readonly number[]): Contour {
  let area = 0;
  for (let i = 0; i < points.length; i += 2) {
    const j = i + 2 === points.length ? 0 : i + 2;
    area += points[i]! * points[j + 1]! - points[j]! * points[i + 1]!;
  }
  if (area >= 0) return points;
  const out: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) out.push(points[i]!, points[i + 1]!);
  return out;
}

function stroke(pen: Pen, points: Contour, width: number, closed: boolean): Contour[] {
  return outline(points, width * pen.unit, closed).map(oriented);
}

/** A shape of the subject: filled, and edged as the style asks (ink, cut paper, or its own darker tone). */
export function shape(pen: Pen, contour: Contour, colour: Rgb): void {
  const points = toPixels(pen, contour);
  const edge = stroke(pen, points, pen.line, true);
  if (pen.style === "papercut") {
    fill(pen.canvas, shifted([points], 1.1 * pen.unit, 1.6 * pen.unit), flat(tone(pen, INK), 0.3));
    fill(pen.canvas, edge, flat(tone(pen, lighter(colour, 0.55))));
  }
  fill(pen.canvas, [points], flat(tone(pen, colour)));
  if (pen.style === "storybook") fill(pen.canvas, edge, flat(mix(lit(pen.light, INK, 0.5), pen.haze[0], pen.haze[1])));
  if (pen.style === "pastel") fill(pen.canvas, edge, flat(tone(pen, darker(colour, 0.5))));
  if (pen.area !== undefined) addToMask(pen.canvas, pen.area, [points]);
}

/** A plain area without an edge, for markings and scenery. */
export function patch(pen: Pen, contour: Contour, colour: Rgb, alpha = 1): void {
  fill(pen.canvas, [toPixels(pen, contour)], flat(tone(pen, colour), alpha));
}

/** An area that shows only inside another one: a belly, a shadow side. */
export function patchWithin(pen: Pen, contour: Contour, within: Contour, colour: Rgb, alpha = 1): void {
  fillWithin(pen.canvas, [toPixels(pen, contour)], [toPixels(pen, within)], flat(tone(pen, colour), alpha));
}

/** A body with a soft shadow on the side away from the light (left) and its edge on top. */
export function body(pen: Pen, contour: Contour, colour: Rgb, shadow: Contour): void {
  shape(pen, contour, colour);
  patchWithin(pen, shadow, contour, darker(colour, 0.3), 0.55);
  if (pen.style !== "papercut") rim(pen, contour, colour);
}

/** Redraws the edge of a shape over the markings inside it. */
export function rim(pen: Pen, contour: Contour, colour: Rgb): void {
  if (pen.style === "papercut") return;
  const ink = pen.style === "pastel" ? tone(pen, darker(colour, 0.5)) : mix(lit(pen.light, INK, 0.5), ...pen.haze);
  fill(pen.canvas, stroke(pen, toPixels(pen, contour), pen.line, true), flat(ink));
}

/** An open line; `width` in 128-pixel pixels. */
export function line(pen: Pen, points: Contour, colour: Rgb, width: number): void {
  fill(pen.canvas, stroke(pen, toPixels(pen, points), width, false), flat(tone(pen, colour)));
}

/** A thick limb or pole: a line with an edge around it. */
export function limb(pen: Pen, points: Contour, colour: Rgb, width: number): void {
  const px = toPixels(pen, points);
  const wide = stroke(pen, px, width, false);
  if (pen.style !== "papercut") {
    const ink = pen.style === "pastel" ? tone(pen, darker(colour, 0.5)) : lit(pen.light, INK, 0.5);
    fill(pen.canvas, stroke(pen, px, width + pen.line * 1.6, false), flat(ink));
  } else {
    fill(pen.canvas, shifted(wide, 1.1 * pen.unit, 1.6 * pen.unit), flat(tone(pen, INK), 0.3));
  }
  fill(pen.canvas, wide, flat(tone(pen, colour)));
  if (pen.area !== undefined) addToMask(pen.canvas, pen.area, wide);
}

/** A layer of scenery; in cut paper it throws a shadow on the layer behind it. */
export function layer(pen: Pen, contour: Contour, colour: Rgb): void {
  const points = toPixels(pen, contour);
  if (pen.style === "papercut") {
    fill(pen.canvas, shifted([points], 0, -1.8 * pen.unit), flat(tone(pen, INK), 0.22));
    fill(pen.canvas, shifted([points], 0, -0.7 * pen.unit), flat(tone(pen, lighter(colour, 0.55))));
  }
  fill(pen.canvas, [points], flat(tone(pen, colour)));
}

/** Light that shines whatever the hour: `radius` in drawing units, brightest in the middle. */
export function glow(pen: Pen, x: number, y: number, radius: number, colour: Rgb, alpha: number): void {
  const [cx, cy] = toPixels(pen, [x, y]) as [number, number];
  const [ex, ey] = toPixels(pen, [x + radius, y]) as [number, number];
  const r = Math.sqrt((ex - cx) * (ex - cx) + (ey - cy) * (ey - cy));
  const square = [cx - r, cy - r, cx + r, cy - r, cx + r, cy + r, cx - r, cy + r];
  fill(pen.canvas, [square], { kind: "glow", colour, x: cx, y: cy, radius: r, alpha });
}

/** An area in its own colour, whatever the light. */
export function bright(pen: Pen, contour: Contour, colour: Rgb, alpha = 1): void {
  fill(pen.canvas, [toPixels(pen, contour)], flat(colour, alpha));
}
