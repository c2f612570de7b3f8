/** Transforms of least squared distance through matched places. */

import type { Pairs } from "./fit.ts";
import type { Matrix, Model } from "./transform.ts";

/** The places that are fitted; weights are 1. */
type Places = Pick<Pairs, "ax" | "ay" | "bx" | "by">;

/** The best transform of this model through these pairs, or `undefined` where they do not determine it. */
export function leastSquares(model: Model, places: Places, chosen: readonly number[]): Matrix | undefined {
  if (chosen.length < { similarity: 2, affine: 3, homography: 4 }[model]) return undefined;
  return model === "similarity" ? similarity(places, chosen) : fitted(model, places, chosen, [], 1e-9);
}

/** A pair of which only the distance in the direction `across`, of length 1, is known. */
export interface EdgePair {
  readonly i: number;
  readonly across: readonly [number, number];
}

/** The best transform where some pairs are known in one direction only; `undefined` where together they do not fix all numbers. */
export function leastSquaresAlong(
  model: Model,
  places: Places,
  corners: readonly number[],
  edges: readonly EdgePair[],
): Matrix | undefined {
  return fitted(model, places, corners, edges, EDGES_FIX * (corners.length + edges.length));
}

/** By normal equations about the centres, in units of the scatter, which keeps them well conditioned; `least` is the pivot that fixes a number. */
function fitted(
  model: Model,
  places: Places,
  corners: readonly number[],
  edges: readonly EdgePair[],
  least: number,
): Matrix | undefined {
  const all = [...corners, ...edges.map(({ i }) => i)];
  const [from, to] = [frame(places.ax, places.ay, all), frame(places.bx, places.by, all)];
  if (!from || !to) return undefined;
  const free = { similarity: 4, affine: 6, homography: 8 }[model];
  const system = new Float64Array(free * (free + 1));
  const constrain = (i: number, nx: number, ny: number): void => {
    const [x, y] = [(places.ax[i]! - from.x) / from.size, (places.ay[i]! - from.y) / from.size];
    const [u, v] = [(places.bx[i]! - to.x) / to.size, (places.by[i]! - to.y) / to.size];
    const place = nx * u + ny * v;
    accumulate(
      system,
      free,
      model === "similarity"
        ? [nx * x + ny * y, ny * x - nx * y, nx, ny]
        : [nx * x, nx * y, nx, ny * x, ny * y, ny, -place * x, -place * y],
      place,
    );
  };
  for (const i of corners) {
    constrain(i, 1, 0);
    constrain(i, 0, 1);
  }
  for (const { i, across } of edges) constrain(i, ...across);
  const h = solve(system, free, least);
  if (!h) return undefined;
  const [c, s, tx, ty] = h as [number, number, number, number];
  return placed(model === "similarity" ? [c, -s, tx, s, c, ty] : h, from, to);
}

/** Least pivot, as a share of the number of pairs, at which edges are taken to fix a number: parallel ones leave it nearly 0. */
const EDGES_FIX = 0.02;

function meanOf(values: Float64Array, chosen: readonly number[]): number {
  return chosen.reduce((sum, i) => sum + values[i]!, 0) / chosen.length;
}

/** Closed form: the complex number that turns and scales the centred first places into the centred second ones. */
function similarity({ ax, ay, bx, by }: Places, chosen: readonly number[]): Matrix | undefined {
  const [mx, my, nx, ny] = [meanOf(ax, chosen), meanOf(ay, chosen), meanOf(bx, chosen), meanOf(by, chosen)];
  let [real, imaginary, size] = [0, 0, 0];
  for (const i of chosen) {
    const [x, y, u, v] = [ax[i]! - mx, ay[i]! - my, bx[i]! - nx, by[i]! - ny];
    real += x * u + y * v;
    imaginary += x * v - y * u;
    size += x * x + y * y;
  }
  if (size < 1e-9) return undefined;
  const [c, s] = [real / size, imaginary / size];
  if (c * c + s * s < 1e-8) return undefined;
  return [c, -s, nx - c * mx + s * my, s, c, ny - s * mx - c * my, 0, 0, 1];
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function frame(xs: Float64Array, ys: Float64Array, chosen: readonly number[]): Frame | undefined {
  const [x, y] = [meanOf(xs, chosen), meanOf(ys, chosen)];
  const square = chosen.reduce((sum, i) => sum + (xs[i]! - x) * (xs[i]! - x) + (ys[i]! - y) * (ys[i]! - y), 0);
  const size = Math.sqrt(square / chosen.length);
  return size < 1e-6 ? undefined : { x, y, size };
}

function accumulate(system: Float64Array, free: number, row: readonly number[], right: number): void {
  for (let r = 0; r < free; r++) {
    if (row[r] === 0) continue;
    for (let c = 0; c < free; c++) system[r * (free + 1) + c]! += row[r]! * row[c]!;
    system[r * (free + 1) + free]! += row[r]! * right;
  }
}

/** Gauss's elimination with the largest pivot; `undefined` where the places do not fix all numbers. */
function solve(system: Float64Array, free: number, least: number): number[] | undefined {
  const width = free + 1;
  for (let column = 0; column < free; column++) {
    let pivot = column;
    for (let row = column + 1; row < free; row++) {
      if (Math.abs(system[row * width + column]!) > Math.abs(system[pivot * width + column]!)) pivot = row;
    }
    if (Math.abs(system[pivot * width + column]!) < least) return undefined;
    for (let k = 0; k < width; k++) {
      const kept = system[column * width + k]!;
      system[column * width + k] = system[pivot * width + k]!;
      system[pivot * width + k] = kept;
    }
    for (let row = 0; row < free; row++) {
      if (row === column) continue;
      const factor = system[row * width + column]! / system[column * width + column]!;
      for (let k = column; k < width; k++) system[row * width + k]! -= factor * system[column * width + k]!;
    }
  }
  return Array.from({ length: free }, (_, i) => system[i * width + free]! / system[i * width + i]!);
}

/** The transform in pixels, from one between the two centred frames. */
function placed(h: readonly number[], from: Frame, to: Frame): Matrix {
  const [a, b, c, d, e, f, g = 0, k = 0] = h as [number, number, number, number, number, number, number?, number?];
  const centre = (p: number, q: number, r: number): [number, number, number] => [
    p / from.size,
    q / from.size,
    r - (p * from.x + q * from.y) / from.size,
  ];
  const last = centre(g, k, 1);
  const row = (values: readonly [number, number, number], offset: number): number[] =>
    values.map((value, i) => to.size * value + offset * last[i]!);
  const rows = [...row(centre(a, b, c), to.x), ...row(centre(d, e, f), to.y), ...last];
  return rows.map((value) => value / last[2]) as unknown as Matrix;
}
