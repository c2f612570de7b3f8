/**
 * Two pictures under one zoom and one pan. What is looked at is a place in the first picture; the second shows what lies there
 * after the transform, at the scale at which both show the same thing equally large. Coordinates have pixel edges at whole numbers.
 */

import type { Box } from "../../compare/pair/geometry.ts";
import { apply, compose, inverse, type Matrix, type Point } from "../../compare/pair/transform.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";

/** Width and height, in pixels of a picture or of the screen. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A pane's place in the stage, in screen pixels. */
export interface Pane extends Size {
  readonly x: number;
  readonly y: number;
}

/** What is looked at: a place of the first picture, at how many screen pixels a pixel of it; `fit` for all of both. */
export interface View {
  readonly scale: "fit" | number;
  readonly centre: Point;
}

/** A picture in its pane: screen = origin + scale · pixel. */
export interface Placed {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** How the second picture lies to the first one, for drawing. */
export interface Pairing {
  readonly a: Size;
  readonly b: Size;
  readonly toB: Matrix;
  readonly toA: Matrix;
  /** Pixels of the second picture for a pixel of the first. */
  readonly ratio: number;
}

/** Steps of the plus and minus keys. */
const STEPS = [0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;

/** Where nothing was aligned the frames are laid on each other, so that both can still be looked at together. */
export function pairingOf({ a, b, transform }: Pick<ComparisonView, "a" | "b" | "transform">): Pairing {
  const frame: Matrix = [b.width / a.width, 0, 0, 0, b.height / a.height, 0, 0, 0, 1];
  const toB = transform ? onEdges(transform.matrix) : frame;
  const toA = inverse(toB);
  const ratio = transform ? transform.scale : Math.sqrt((b.width * b.height) / (a.width * a.height));
  const sizes = { a: { width: a.width, height: a.height }, b: { width: b.width, height: b.height } };
  return toA ? { ...sizes, toB, toA, ratio } : { ...sizes, toB: frame, toA: inverse(frame)!, ratio };
}

/** From pixel centres at whole numbers to pixel edges at whole numbers. */
function onEdges(matrix: Matrix): Matrix {
  return compose([1, 0, 0.5, 0, 1, 0.5, 0, 0, 1], compose(matrix, [1, 0, -0.5, 0, 1, -0.5, 0, 0, 1]));
}

/** The middle of a picture. */
export function middle({ width, height }: Size): Point {
  return [width / 2, height / 2];
}

/** A scale as it is shown: small pictures are enlarged by whole numbers, so that every pixel stays one. */
function whole(scale: number): number {
  return scale > 2 ? Math.floor(scale) : Math.max(0.001, Math.min(scale, 1));
}

/** The scale of the first picture at which both are whole in panes of this size, around the same place. */
function fitPair({ a, b, toB, ratio }: Pairing, pane: Size): number {
  const [x, y] = apply(toB, ...middle(a));
  const [reachX, reachY] = [Math.max(x, b.width - x), Math.max(y, b.height - y)];
  const first = Math.min(pane.width / a.width, pane.height / a.height);
  const second = Math.min(pane.width / 2 / reachX, pane.height / 2 / reachY) * ratio;
  return whole(Math.min(first, second));
}

/** Where both pictures lie in two panes of this size. */
export function placedPair(pairing: Pairing, view: View, pane: Size): { readonly a: Placed; readonly b: Placed } {
  const scale = view.scale === "fit" ? fitPair(pairing, pane) : view.scale;
  const centre = view.scale === "fit" ? middle(pairing.a) : view.centre;
  const place = (at: Point, k: number): Placed => ({
    scale: k,
    x: pane.width / 2 - k * at[0],
    y: pane.height / 2 - k * at[1],
  });
  return { a: place(centre, scale), b: place(apply(pairing.toB, ...centre), scale / pairing.ratio) };
}

/** Where the second picture lies in one pane, with the first one on it. */
export function placedSingle(pairing: Pairing, view: View, pane: Size): Placed {
  const { b, ratio, toB } = pairing;
  const fit = whole(Math.min(pane.width / b.width, pane.height / b.height));
  const scale = view.scale === "fit" ? fit : view.scale / ratio;
  const [x, y] = view.scale === "fit" ? middle(b) : apply(toB, ...view.centre);
  return { scale, x: pane.width / 2 - scale * x, y: pane.height / 2 - scale * y };
}

/** A place in a pane as a place in the picture there. */
export function inPicture({ scale, x, y }: Placed, at: Point): Point {
  return [(at[0] - x) / scale, (at[1] - y) / scale];
}

/** A place in the picture as a place in the pane. */
export function inPane({ scale, x, y }: Placed, at: Point): Point {
  return [x + scale * at[0], y + scale * at[1]];
}

/** The view with its numbers said, whatever it was: what `fit` comes to in these panes. */
export function settled(pairing: Pairing, view: View, pane: Size, single: boolean): { scale: number; centre: Point } {
  if (view.scale !== "fit") return { scale: view.scale, centre: view.centre };
  if (!single) return { scale: placedPair(pairing, view, pane).a.scale, centre: middle(pairing.a) };
  const { scale } = placedSingle(pairing, view, pane);
  return { scale: scale * pairing.ratio, centre: apply(pairing.toA, ...middle(pairing.b)) };
}

/** The next step of zoom up or down. */
export function stepped(scale: number, way: 1 | -1): number {
  const next = way > 0 ? STEPS.find((one) => one > scale * 1.01) : STEPS.findLast((one) => one < scale * 0.99);
  return next ?? scale;
}

/** Holds a zoom between the least and the most that is shown. */
export function bounded(scale: number): number {
  return Math.min(STEPS.at(-1)!, Math.max(STEPS[0], scale));
}

/** A scale in words: whole enlargements as n:1, others in percent. A fitted scale misses a whole number by a hair. */
export function scaleText(scale: number): string {
  const nearest = Math.round(scale);
  return nearest >= 1 && Math.abs(scale / nearest - 1) < 0.002 ? `${nearest}:1` : `${Math.round(scale * 100)} %`;
}

/** A transform of the plane for style sheets. @see CSS Transforms Level 2, matrix3d */
export function cssMatrix(m: Matrix): string {
  return `matrix3d(${[m[0], m[3], 0, m[6], m[1], m[4], 0, m[7], 0, 0, 1, 0, m[2], m[5], 0, m[8]].join(",")})`;
}

/** A box in pixels of the first picture: whole pixels inside it, at least four a side. */
export function boxIn({ width, height }: Size, [x1, y1]: Point, [x2, y2]: Point): Box {
  const left = Math.max(0, Math.min(width - 4, Math.round(Math.min(x1, x2))));
  const top = Math.max(0, Math.min(height - 4, Math.round(Math.min(y1, y2))));
  return [
    left,
    top,
    Math.min(width - left, Math.max(4, Math.round(Math.abs(x2 - x1)))),
    Math.min(height - top, Math.max(4, Math.round(Math.abs(y2 - y1)))),
  ];
}
