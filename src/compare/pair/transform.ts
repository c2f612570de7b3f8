/** Plane transforms between two images: similarity, affine and perspective, as 3 × 3 matrices in rows. */

import { atan2 } from "../../base/math-atan.ts";

/** Nine numbers, row-major; a point (x, y) goes to (a x + b y + c, d x + e y + f) / (g x + h y + i). */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** How freely a transform may bend: 4, 6 or 8 free numbers. The simplest that explains the matches is taken. */
export type Model = "similarity" | "affine" | "homography";

/** A point, x to the right and y down, pixel centres at whole numbers. */
export type Point = readonly [number, number];

/** Where a transform puts a point. */
export function apply(m: Matrix, x: number, y: number): Point {
  const w = m[6] * x + m[7] * y + m[8];
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
}

/** First `second`, then `first`: the matrix product. */
export function compose(first: Matrix, second: Matrix): Matrix {
  const out = Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return (
      first[row]! * second[column]! + first[row + 1]! * second[column + 3]! + first[row + 2]! * second[column + 6]!
    );
  });
  return normalised(out);
}

/** The way back, or `undefined` where a transform flattens the plane. */
export function inverse(m: Matrix): Matrix | undefined {
  const [a, b, c, d, e, f, g, h, i] = m;
  const cofactors = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f];
  cofactors.push(d * h - e * g, b * g - a * h, a * e - b * d);
  const determinant = a * cofactors[0]! + b * cofactors[3]! + c * cofactors[6]!;
  return Math.abs(determinant) < 1e-12 ? undefined : normalised(cofactors.map((value) => value / determinant));
}

function normalised(values: readonly number[]): Matrix {
  const last = values[8]!;
  return (Math.abs(last) > 1e-12 ? values.map((value) => value / last) : values) as unknown as Matrix;
}

/** Scaling about the upper left corner, such that whole images map on each other (pixel areas, not centres). */
export function resizing(fromWidth: number, fromHeight: number, toWidth: number, toHeight: number): Matrix {
  const [sx, sy] = [toWidth / fromWidth, toHeight / fromHeight];
  return [sx, 0, (sx - 1) / 2, 0, sy, (sy - 1) / 2, 0, 0, 1];
}

/** The mirror image of a picture of this width. */
export function mirroring(width: number): Matrix {
  return [-1, 0, width - 1, 0, 1, 0, 0, 0, 1];
}

/** What a transform does, in the words of a report; measured at a point, since a perspective differs from place to place. */
export interface Described {
  /** Length in the second image over length in the first: root of the change of area. */
  readonly scale: number;
  /** Degrees, clockwise as seen, −180 … 180, after the mirror. */
  readonly rotation: number;
  readonly mirrored: boolean;
  /** Longest over shortest stretch: 1 for a similarity. */
  readonly stretch: number;
}

/** Scale, rotation and mirror of a transform around (x, y). */
export function describe(m: Matrix, x: number, y: number): Described {
  const [a, b, c, d] = jacobian(m, x, y);
  const determinant = a * d - b * c;
  const sign = determinant < 0 ? -1 : 1;
  const size = a * a + b * b + c * c + d * d;
  const spread = Math.sqrt(Math.max(0, size * size - 4 * determinant * determinant));
  return {
    scale: Math.sqrt(Math.abs(determinant)),
    rotation: (atan2(c * sign - b, a * sign + d) * 180) / Math.PI,
    mirrored: sign < 0,
    stretch: Math.sqrt((size + spread) / Math.max(size - spread, 1e-12)),
  };
}

/** The four partial derivatives (xx, xy, yx, yy) at a point. */
function jacobian(m: Matrix, x: number, y: number): readonly [number, number, number, number] {
  const w = m[6] * x + m[7] * y + m[8];
  const [u, v] = apply(m, x, y);
  return [(m[0] - m[6] * u) / w, (m[1] - m[7] * u) / w, (m[3] - m[6] * v) / w, (m[4] - m[7] * v) / w];
}

/** Whether a transform keeps a rectangle a plausible picture: convex, not folded, not squashed to a line. */
export function isPlausible(m: Matrix, width: number, height: number, maxStretch = 2): boolean {
  const corners: Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  const signs = corners.map(([x, y]) => Math.sign(m[6] * x + m[7] * y + m[8]));
  if (signs.some((sign) => sign <= 0)) return false;
  const shapes = corners.map(([x, y]) => describe(m, x, y));
  const scales = shapes.map(({ scale }) => scale);
  return (
    shapes.every(({ stretch, mirrored }) => stretch <= maxStretch && mirrored === shapes[0]!.mirrored) &&
    Math.min(...scales) > 0.04 &&
    Math.max(...scales) < 25 &&
    Math.max(...scales) / Math.min(...scales) < 2
  );
}
