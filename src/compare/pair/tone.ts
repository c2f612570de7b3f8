/** How the tones of a picture were changed as a whole, fitted only where structure agrees, so that what was painted cannot bend it. */

import type { Plane } from "./plane.ts";

/** Brightness and two colour differences on one grid. */
export type Colours = readonly [Plane, Plane, Plane];

/** A block that the fit may use: its centre pixels agree in structure. */
export interface ToneBlock {
  readonly x: number;
  readonly y: number;
}

/** A change of tone: a curve for brightness, and each colour difference as constant plus shares of all three. */
export interface Tone {
  /** Brightness after for 0, 8, 16 … 256 before; never falling. */
  readonly curve: readonly number[];
  readonly blue: readonly [number, number, number, number];
  readonly red: readonly [number, number, number, number];
}

/** No change at all. */
export const SAME_TONE: Tone = {
  curve: Array.from({ length: 33 }, (_, i) => 8 * i),
  blue: [0, 0, 1, 0],
  red: [0, 0, 0, 1],
};

const KNOTS = 33;

/** Fits the change from the first to the second over squares of `side` pixels. Few blocks leave tones as they are. */
export function fitTone(a: Colours, b: Colours, blocks: readonly ToneBlock[], side: number): Tone {
  if (blocks.length < 12) return SAME_TONE;
  return {
    curve: curveOf(a[0], b[0], blocks, side),
    blue: linear(a, b[1], blocks, side, 1),
    red: linear(a, b[2], blocks, side, 2),
  };
}

/** The median of brightness after, for every step of brightness before. */
function curveOf(a: Plane, b: Plane, blocks: readonly ToneBlock[], side: number): number[] {
  const counts = Array.from({ length: KNOTS }, () => new Uint32Array(256));
  for (const { x, y } of blocks) {
    for (let j = 1; j < side; j += 2) {
      for (let i = 1; i < side; i += 2) {
        const at = (y + j) * a.width + x + i;
        const knot = Math.min(KNOTS - 1, Math.max(0, Math.round(a.data[at]! / 8)));
        const level = Math.min(255, Math.max(0, Math.round(b.data[at]!)));
        counts[knot]![level] = counts[knot]![level]! + 1;
      }
    }
  }
  return monotone(filled(counts.map(medianOf)));
}

function medianOf(counts: Uint32Array): number | undefined {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total < 24) return undefined;
  let below = 0;
  const level = counts.findIndex((n) => {
    below += n;
    return 2 * below >= total;
  });
  return level;
}

/** Steps without pixels lie on the line between their neighbours, and beyond the last ones keep their distance. */
function filled(values: readonly (number | undefined)[]): number[] {
  const known = values.flatMap((value, i) => (value === undefined ? [] : [{ i, value }]));
  if (known.length === 0) return [...SAME_TONE.curve];
  return values.map((value, i) => {
    if (value !== undefined) return value;
    const before = known.findLast((one) => one.i < i);
    const after = known.find((one) => one.i > i);
    if (before && after) return before.value + ((i - before.i) * (after.value - before.value)) / (after.i - before.i);
    const near = (before ?? after)!;
    return near.value + 8 * (i - near.i);
  });
}

function monotone(values: readonly number[]): number[] {
  let most = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    most = Math.max(most, value);
    return most;
  });
}

/** Least squares of one colour difference on the three numbers before, over block means, twice: the worst fifth is left out. */
function linear(
  a: Colours,
  b: Plane,
  blocks: readonly ToneBlock[],
  side: number,
  channel: 1 | 2,
): readonly [number, number, number, number] {
  let rows = blocks.map(({ x, y }) => ({
    from: [1, meanAt(a[0], x, y, side), meanAt(a[1], x, y, side), meanAt(a[2], x, y, side)],
    to: meanAt(b, x, y, side),
  }));
  const keep = SAME_TONE[channel === 1 ? "blue" : "red"];
  let weights: readonly number[] = keep;
  for (let round = 0; round < 3; round++) {
    weights = solve(rows, keep);
    const rest = ({ from, to }: (typeof rows)[number]): number =>
      Math.abs(to - from.reduce((s, v, i) => s + v * weights[i]!, 0));
    const order = rows.map(rest).sort((p, q) => p - q);
    const limit = Math.max(1, order[Math.floor(0.8 * order.length)]!);
    rows = rows.filter((row) => rest(row) <= limit);
  }
  return weights as [number, number, number, number];
}

function meanAt({ width, data }: Plane, x: number, y: number, side: number): number {
  let sum = 0;
  for (let j = 0, at = y * width + x; j < side; j++, at += width) for (let i = 0; i < side; i++) sum += data[at + i]!;
  return sum / (side * side);
}

/** Ridge regression towards no change: a grey picture says nothing of hues. */
function solve(rows: readonly { from: readonly number[]; to: number }[], keep: readonly number[]): number[] {
  const ridge = [1e-3, 400, 30, 30];
  const matrix = keep.map((target, i) => [
    ...keep.map((_, j) => rows.reduce((sum, { from }) => sum + from[i]! * from[j]!, 0) + (i === j ? ridge[i]! : 0)),
    rows.reduce((sum, { from, to }) => sum + from[i]! * to, 0) + ridge[i]! * target,
  ]);
  for (let c = 0; c < 4; c++) {
    for (let r = 0; r < 4; r++) {
      if (r === c || matrix[c]![c] === 0) continue;
      const factor = matrix[r]![c]! / matrix[c]![c]!;
      for (let k = c; k <= 4; k++) matrix[r]![k] = matrix[r]![k]! - factor * matrix[c]![k]!;
    }
  }
  return matrix.map((row, i) => row[4]! / row[i]!);
}

/** The first picture with its tones changed so. */
export function withTone([y, cb, cr]: Colours, { curve, blue, red }: Tone): Colours {
  const out = [y, cb, cr].map((plane) => ({
    ...plane,
    data: new Float32Array(plane.data.length),
  })) as unknown as Colours;
  for (let i = 0; i < y.data.length; i++) {
    const [l, b, r] = [y.data[i]!, cb.data[i]!, cr.data[i]!];
    const at = Math.min(KNOTS - 2, Math.max(0, Math.floor(l / 8)));
    out[0].data[i] = curve[at]! + (l / 8 - at) * (curve[at + 1]! - curve[at]!);
    out[1].data[i] = blue[0] + blue[1] * l + blue[2] * b + blue[3] * r;
    out[2].data[i] = red[0] + red[1] * l + red[2] * b + red[3] * r;
  }
  return out;
}
