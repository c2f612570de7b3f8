/** Sub-pixel refinement: where small patches of the first picture really lie in the second, and how sure the geometry then is. */

import { leastSquares, leastSquaresAlong } from "./least-squares.ts";
import type { Plane } from "./plane.ts";
import { correlation, layOn, momentsAt } from "./structure.ts";
import { apply, compose, inverse, type Matrix, type Model, type Point } from "./transform.ts";

/** A refined transform. */
export interface Refined {
  readonly matrix: Matrix;
  /** Patches that were found again. */
  readonly patches: number;
  /** Root mean square distance of the patches from where the transform puts them, pixels of the second picture. */
  readonly rmse: number;
  /** Half width of the 95 % range of where the corners of the first picture come to lie, pixels of the second; `undefined` with too few patches. */
  readonly cornerError: number | undefined;
}

/** Settings. */
const SETTINGS = {
  across: 14,
  side: 25,
  least: 8,
  rounds: 6,
  texture: 5,
  agrees: 0.75,
  passes: 3,
  farthest: 6,
  /** Whole pixels that a patch is looked for around its place at first; later it is there but for one. */
  reach: 3,
  /** Least ratio of the gradients' determinant to their squared trace at which a patch is fixed in both directions. */
  corner: 0.02,
} as const;

/**
 * A patch: where it is on the second picture when the transform is right, and where it was found. A patch of one straight edge
 * slides along it, so that only its place across the edge is known: in the direction of `across`, of length 1.
 */
interface Found {
  readonly from: Point;
  readonly to: Point;
  readonly across?: Point | undefined;
}

/** Refines a transform from the first to the second picture. Without enough patches it comes back as it was. */
export function refine(a: Plane, b: Plane, start: Matrix, model: Model): Refined {
  let matrix = start;
  let found: Found[] = [];
  for (let pass = 0; pass < SETTINGS.passes; pass++) {
    const patches = findPatches(a, b, matrix, pass === 0 ? SETTINGS.reach : 1);
    if (patches.length < SETTINGS.least) break;
    const next = corrected(patches, model);
    if (!next) break;
    found = next.kept;
    // Patches are on the second picture's grid: the correction comes after the transform so far.
    matrix = compose(next.correction, matrix);
  }
  if (found.length < SETTINGS.least) return { matrix, patches: found.length, rmse: 0, cornerError: undefined };
  return { matrix, patches: found.length, ...precision(a, found, model, matrix) };
}

function findPatches(a: Plane, b: Plane, matrix: Matrix, reach: number): Found[] {
  const { plane, covered } = layOn(a, matrix, b.width, b.height);
  const { across, side, texture } = SETTINGS;
  const step = Math.max(side >> 1, Math.floor(Math.max(b.width, b.height) / across));
  const found: Found[] = [];
  for (let y = 2; y + side + 2 < b.height; y += step) {
    for (let x = 2; x + side + 2 < b.width; x += step) {
      const ends = [0, side - 1].flatMap((dy) => [0, side - 1].map((dx) => covered[(y + dy) * b.width + x + dx]!));
      if (ends.includes(0) || momentsAt(plane, x, y, side).deviation < texture) continue;
      const shift = shiftOf(plane, b, x, y, reach);
      if (!shift) continue;
      const centre = [x + (side - 1) / 2, y + (side - 1) / 2] as const;
      found.push({ from: centre, to: [centre[0] + shift.dx, centre[1] + shift.dy], across: shift.across });
    }
  }
  return found;
}

/**
 * Lucas and Kanade's iteration for one patch with free gain and offset, so that a change of tone moves nothing.
 * `undefined` where it does not settle or what it found does not look alike.
 */
function shiftOf(a: Plane, b: Plane, x: number, y: number, reach: number): Shift | undefined {
  const { side, rounds, agrees, farthest } = SETTINGS;
  let [dx, dy] = wholeShift(a, b, x, y, reach);
  let across: Point | undefined;
  for (let round = 0; round < rounds; round++) {
    const step = lucasKanade(a, b, x, y, dx, dy);
    if (!step) return undefined;
    dx += step.dx;
    dy += step.dy;
    across = step.across;
    if (!(Math.abs(dx) <= farthest && Math.abs(dy) <= farthest)) return undefined;
    if (Math.abs(step.dx) + Math.abs(step.dy) < 0.01) break;
  }
  const [u, v] = [Math.round(x + dx), Math.round(y + dy)];
  if (u < 0 || v < 0 || u + side > b.width || v + side > b.height) return undefined;
  return correlation(a, x, y, b, u, v, side) >= agrees ? { dx, dy, across } : undefined;
}

/** How far a patch is from where it was expected; `across` where only its part in that direction is known. */
interface Shift {
  readonly dx: number;
  readonly dy: number;
  readonly across?: Point | undefined;
}

/** The whole-pixel shift of best correlation within reach. */
function wholeShift(a: Plane, b: Plane, x: number, y: number, reach: number): Point {
  const { side } = SETTINGS;
  let best = -1;
  let at: Point = [0, 0];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      if (x + dx < 0 || y + dy < 0 || x + dx + side > b.width || y + dy + side > b.height) continue;
      const value = correlation(a, x, y, b, x + dx, y + dy, side);
      if (value > best + 1e-9) {
        best = value;
        at = [dx, dy];
      }
    }
  }
  return at;
}

function lucasKanade(a: Plane, b: Plane, x: number, y: number, dx: number, dy: number): Shift | undefined {
  const { side } = SETTINGS;
  const n = side * side;
  const [ta, tb, gx, gy] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let j = 0, k = 0; j < side; j++) {
    for (let i = 0; i < side; i++, k++) {
      const [u, v] = [x + i + dx, y + j + dy];
      ta[k] = a.data[(y + j) * a.width + x + i]!;
      tb[k] = at(b, u, v);
      gx[k] = (at(b, u + 1, v) - at(b, u - 1, v)) / 2;
      gy[k] = (at(b, u, v + 1) - at(b, u, v - 1)) / 2;
    }
  }
  for (const values of [ta, tb, gx, gy]) centre(values);
  const gain = dot(ta, tb) / Math.max(dot(ta, ta), 1e-9);
  // Residual of the patch after the best gain; its part along the gradients is the shift.
  const rest = tb.map((value, k) => gain * ta[k]! - value);
  const [xx, xy, yy] = [dot(gx, gx), dot(gx, gy), dot(gy, gy)];
  const determinant = xx * yy - xy * xy;
  if (gain <= 0.05 || xx + yy < 1e-9) return undefined;
  const [rx, ry] = [dot(gx, rest), dot(gy, rest)];
  if (determinant >= SETTINGS.corner * (xx + yy) * (xx + yy))
    return { dx: (yy * rx - xy * ry) / determinant, dy: (xx * ry - xy * rx) / determinant };
  // One direction only: the step of least length, along the gradient.
  const most = (xx + yy + Math.sqrt((xx - yy) * (xx - yy) + 4 * xy * xy)) / 2;
  const [nx, ny] = xx >= yy ? [most - yy, xy] : [xy, most - xx];
  const length = Math.sqrt(nx * nx + ny * ny);
  const across = [nx / length, ny / length] as const;
  const step = (across[0] * rx + across[1] * ry) / most;
  return { dx: step * across[0], dy: step * across[1], across };
}

function at({ width, height, data }: Plane, u: number, v: number): number {
  const x = Math.min(Math.max(Math.floor(u), 0), width - 2);
  const y = Math.min(Math.max(Math.floor(v), 0), height - 2);
  const [p, q] = [Math.min(1, Math.max(0, u - x)), Math.min(1, Math.max(0, v - y))];
  const i = y * width + x;
  const top = data[i]! + p * (data[i + 1]! - data[i]!);
  const bottom = data[i + width]! + p * (data[i + width + 1]! - data[i + width]!);
  return top + q * (bottom - top);
}

function centre(values: Float64Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (let k = 0; k < values.length; k++) values[k] = values[k]! - mean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** The correction that most patches agree to; those farther than 2.5 times the middle distance are left out, three times. */
function corrected(patches: readonly Found[], model: Model): { correction: Matrix; kept: Found[] } | undefined {
  let kept = [...patches];
  let correction: Matrix | undefined;
  for (let round = 0; round < 4; round++) {
    correction = through(kept, model);
    if (!correction) return undefined;
    const distances = patches.map((one) => distanceOf(one, correction!));
    const middle = [...distances].sort((p, q) => p - q)[distances.length >> 1]!;
    const next = patches.filter((_, i) => distances[i]! <= Math.max(0.35, 2.5 * middle));
    if (next.length < SETTINGS.least || next.length === kept.length) break;
    kept = next;
  }
  return correction && { correction, kept };
}

function through(patches: readonly Found[], model: Model): Matrix | undefined {
  const places = {
    ax: Float64Array.from(patches, ({ from }) => from[0]),
    ay: Float64Array.from(patches, ({ from }) => from[1]),
    bx: Float64Array.from(patches, ({ to }) => to[0]),
    by: Float64Array.from(patches, ({ to }) => to[1]),
  };
  // A perspective correction of patches that are all near each other is wild; six numbers correct any small error.
  const used = patches.length < 20 ? "similarity" : model === "homography" ? "homography" : model;
  const corners = patches.flatMap(({ across }, i) => (across ? [] : [i]));
  const edges = patches.flatMap(({ across }, i) => (across ? [{ i, across }] : []));
  // Where edges and corners together do not fix all numbers, corners alone may.
  const along = edges.length > 0 ? leastSquaresAlong(used, places, corners, edges) : undefined;
  return along ?? (corners.length >= SETTINGS.least ? leastSquares(used, places, corners) : undefined);
}

function distanceOf({ from, to, across }: Found, correction: Matrix): number {
  const [x, y] = apply(correction, from[0], from[1]);
  if (across) return Math.abs(across[0] * (x - to[0]) + across[1] * (y - to[1]));
  return Math.sqrt((x - to[0]) * (x - to[0]) + (y - to[1]) * (y - to[1]));
}

/** Residual, and the spread of the corners when each eighth of the patches is left out in turn (jackknife). */
function precision(
  a: Plane,
  found: readonly Found[],
  model: Model,
  matrix: Matrix,
): { rmse: number; cornerError: number | undefined } {
  const whole = through(found, model);
  if (!whole) return { rmse: 0, cornerError: undefined };
  const rmse = Math.sqrt(
    found.reduce((sum, one) => sum + distanceOf(one, whole) * distanceOf(one, whole), 0) / found.length,
  );
  const corners: Point[] = [
    [0, 0],
    [a.width - 1, 0],
    [0, a.height - 1],
    [a.width - 1, a.height - 1],
  ].map(([x, y]) => apply(matrix, x!, y!));
  const groups = 8;
  const back = inverse(whole);
  const moved = Array.from({ length: groups }, (_, g) =>
    through(
      found.filter((_, i) => i % groups !== g),
      model,
    ),
  );
  if (!back || moved.some((one) => one === undefined)) return { rmse, cornerError: undefined };
  const worst = corners.map(([x, y]) => {
    const [wx, wy] = apply(whole, x, y);
    const square = moved.reduce((sum, one) => {
      const [u, v] = apply(one!, x, y);
      return sum + (u - wx) * (u - wx) + (v - wy) * (v - wy);
    }, 0);
    return Math.sqrt(((groups - 1) / groups) * square);
  });
  return { rmse, cornerError: 1.96 * Math.max(...worst) };
}
