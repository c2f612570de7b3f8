/** The geometry between two pictures in the words of a report: what part of the first is kept, where it lies in the second, scale, turn, mirror. */

import type { Prepared } from "./prepared.ts";
import { refine } from "./refine.ts";
import type { Candidate } from "./register.ts";
import { apply, compose, describe, inverse, type Matrix, type Model, type Point, resizing } from "./transform.ts";

/** A box in pixels of a picture: left, top, width, height; whole pictures have [0, 0, width, height]. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** How the second picture lies to the first. Lengths in pixels of the pictures as displayed. */
export interface Transform {
  /** Part of the first picture that the second still shows. */
  readonly crop: Box;
  /** Share of the first picture's area that the second still shows, 0 … 1. */
  readonly kept: number;
  /** Pixels of the first picture that are cut at left, top, right, bottom. */
  readonly cut: Readonly<Record<"left" | "top" | "right" | "bottom", number>>;
  /** Part of the second picture that the first one fills. */
  readonly placed: Box;
  /** Share of the second picture's area that the first one fills: less than 1 in a frame or a screenshot. */
  readonly filled: number;
  readonly scale: number;
  /** Degrees, clockwise as seen, after any mirroring. */
  readonly rotation: number;
  readonly mirrored: boolean;
  readonly model: Model;
  /** First to second, pixel centres at whole numbers. */
  readonly matrix: Matrix;
  /** Half width of the 95 % range of where edges lie, pixels of the first picture; null where it is not determined. */
  readonly edgeError: number | null;
  /** Half widths of the 95 % ranges of scale (share) and rotation (degrees), from the same. */
  readonly scaleError: number | null;
  readonly rotationError: number | null;
}

/** The geometry of a candidate after sub-pixel refinement. */
export function geometryOf(a: Prepared, b: Prepared, candidate: Candidate): Transform {
  const refined = refine(a.work, b.work, candidate.matrix, candidate.by === "whole-frame" ? "affine" : candidate.model);
  const matrix = compose(
    resizing(b.work.width, b.work.height, b.width, b.height),
    compose(refined.matrix, resizing(a.width, a.height, a.work.width, a.work.height)),
  );
  const { scale, rotation, mirrored } = describe(matrix, (a.width - 1) / 2, (a.height - 1) / 2);
  const error =
    refined.cornerError === undefined
      ? null
      : ((refined.cornerError * b.width) / b.work.width / Math.max(scale, 1e-6)) * 1.2 + 0.25;
  const half = Math.sqrt(a.width * a.width + a.height * a.height) / 2;
  const crop = snapped(visibleBox(matrix, a, b), a, error);
  const back = inverse(matrix);
  return {
    crop,
    kept: back ? sharedArea(matrix, a, b) : 0,
    cut: {
      left: crop[0],
      top: crop[1],
      right: rounded(a.width - crop[0] - crop[2]),
      bottom: rounded(a.height - crop[1] - crop[3]),
    },
    placed: back ? snapped(visibleBox(back, b, a), b, error === null ? null : error * scale) : [0, 0, 0, 0],
    filled: back ? sharedArea(back, b, a) : 0,
    scale: rounded(scale, 5),
    rotation: rounded(rotation, 3),
    mirrored,
    model: candidate.model,
    matrix,
    edgeError: error === null ? null : rounded(error),
    scaleError: error === null ? null : rounded(error / half, 5),
    rotationError: error === null ? null : rounded(((error / half) * 180) / Math.PI, 3),
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Corners of a picture's outline, pixel centres at whole numbers. */
function outline({ width, height }: Size): Point[] {
  return [
    [-0.5, -0.5],
    [width - 0.5, -0.5],
    [width - 0.5, height - 0.5],
    [-0.5, height - 0.5],
  ];
}

/** The part of the first picture whose points fall into the second, as a polygon in pixels of the first. */
export function visiblePart(matrix: Matrix, a: Size, b: Size): Point[] {
  const back = inverse(matrix);
  if (!back) return [];
  let polygon = outline(b).map(([x, y]) => apply(back, x, y));
  // Cut by each side of the first picture in turn (Sutherland and Hodgman).
  polygon = clip(polygon, ([x]) => x + 0.5);
  polygon = clip(polygon, ([x]) => a.width - 0.5 - x);
  polygon = clip(polygon, ([, y]) => y + 0.5);
  return clip(polygon, ([, y]) => a.height - 0.5 - y);
}

function clip(polygon: readonly Point[], inside: (point: Point) => number): Point[] {
  return polygon.flatMap((point, i) => {
    const before = polygon.at(i - 1)!;
    const [p, q] = [inside(before), inside(point)];
    const crossing = (): Point => {
      const t = p / (p - q);
      return [before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])];
    };
    if (q >= 0) return p >= 0 ? [point] : [crossing(), point];
    return p >= 0 ? [crossing()] : [];
  });
}

function visibleBox(matrix: Matrix, a: Size, b: Size): Box {
  const polygon = visiblePart(matrix, a, b);
  if (polygon.length === 0) return [0, 0, 0, 0];
  const [xs, ys] = [polygon.map(([x]) => x + 0.5), polygon.map(([, y]) => y + 0.5)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

/** Share of the first picture's area that the second shows. */
function sharedArea(matrix: Matrix, a: Size, b: Size): number {
  const polygon = visiblePart(matrix, a, b);
  const twice = polygon.reduce((sum, [x, y], i) => {
    const [u, v] = polygon.at(i - 1)!;
    return sum + u * y - x * v;
  }, 0);
  return rounded(Math.min(1, Math.abs(twice) / 2 / (a.width * a.height)), 4);
}

/** An edge that lies within its own error of the picture's edge is that edge; a pixel is always allowed. */
function snapped([x, y, width, height]: Box, picture: Size, error: number | null): Box {
  const slack = Math.max(1, Math.min(error ?? 0, 0.01 * Math.max(picture.width, picture.height)));
  const low = (value: number): number => (value < slack ? 0 : value);
  const high = (value: number, side: number): number => (side - value < slack ? side : value);
  const [left, top] = [low(x), low(y)];
  const [right, bottom] = [high(x + width, picture.width), high(y + height, picture.height)];
  return [rounded(left), rounded(top), rounded(right - left), rounded(bottom - top)];
}

function rounded(value: number, digits = 1): number {
  const unit = Number(`1e${digits}`);
  return Math.round(value * unit) / unit;
}
