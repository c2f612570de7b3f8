/** How the tones of a picture were changed as a whole, fitted only where structure agrees, so that what was painted cannot bend it. */

import type { Plane } from "./plane.ts";

/** Brightness and two colour differences on one grid. */
export type Colours = readonly [Plane, Plane, Plane];

/** A square that the fit may use: its pixels agree in structure. Means are of brightness and the two colour differences. */
export interface ToneBlock {
  readonly x: number;
  readonly y: number;
  readonly before: Means;
  readonly after: Means;
}

/** Means of a square in the three planes. */
export type Means = readonly [number, number, number];

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

/**
 * Fits the change from the first to the second over squares of `side` pixels. Few blocks leave tones as they are. Blocks that
 * the change has pushed beyond the gamut say only that much of it, so that the fit is made once more without them.
 */
export function fitTone(a: Colours, b: Colours, blocks: readonly ToneBlock[], side: number): Tone {
  if (blocks.length < 12) return SAME_TONE;
  const curve = curveOf(a[0], b[0], blocks, side);
  let tone: Tone = { curve, blue: linear(blocks, 1), red: linear(blocks, 2) };
  for (let round = 0; round < 2; round++) {
    const free = blocks.filter(({ before }) => !isBeyondGamut(unclipped(before, tone)));
    if (free.length < 12 || free.length === blocks.length) break;
    tone = { curve, blue: linear(free, 1), red: linear(free, 2) };
  }
  return tone;
}

/** Means after the change of tone, clipped to what a picture can hold: a saturated green has nowhere to go. */
export function toned(before: Means, tone: Tone): Means {
  const colour = unclipped(before, tone);
  if (!isBeyondGamut(colour)) return colour;
  const [light, blue, red] = colour;
  const r = clipped(light + RED * red);
  const b = clipped(light + BLUE * blue);
  const g = clipped(light - 0.344136 * blue - 0.714136 * red);
  const y = 0.299 * r + 0.587 * g + 0.114 * b;
  return [y, (b - y) / BLUE, (r - y) / RED];
}

/** BT.601: how much red and blue stand above brightness for one step of their difference. */
const [RED, BLUE] = [1.402, 1.772];

const clipped = (value: number): number => Math.min(255, Math.max(0, value));

function unclipped(before: Means, tone: Tone): Means {
  return [levelAlong(tone.curve, before[0]), mixed(tone.blue, before), mixed(tone.red, before)];
}

/** Steps that rounding and recompression put a colour beyond what a picture can hold. */
const ROUNDING = 2;

function isBeyondGamut([light, blue, red]: Means): boolean {
  const channels = [light + RED * red, light + BLUE * blue, light - 0.344136 * blue - 0.714136 * red];
  return channels.some((value) => value < -ROUNDING || value > 255 + ROUNDING);
}

/** Pixels that differ from the next ones by more than this say how an edge was drawn, not how a tone was changed. */
const STEEP = 8;

/** The median of brightness after, for every step of brightness before, over pixels that lie on no edge. */
function curveOf(a: Plane, b: Plane, blocks: readonly ToneBlock[], side: number): number[] {
  const counts = Array.from({ length: KNOTS }, () => new Uint32Array(256));
  for (const { x, y } of blocks) {
    for (let j = 1; j < side; j += 2) {
      for (let i = 1; i < side; i += 2) {
        const at = (y + j) * a.width + x + i;
        if (isSteep(a, at) || isSteep(b, at)) continue;
        const knot = Math.min(KNOTS - 1, Math.max(0, Math.round(a.data[at]! / 8)));
        const level = Math.min(255, Math.max(0, Math.round(b.data[at]!)));
        counts[knot]![level] = counts[knot]![level]! + 1;
      }
    }
  }
  return monotone(filled(counts.map(medianOf)));
}

function isSteep({ width, data }: Plane, at: number): boolean {
  return Math.max(Math.abs(data[at - 1]! - data[at + 1]!), Math.abs(data[at - width]! - data[at + width]!)) > STEEP;
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

/** Least squares of one colour difference on the three numbers before, over block means, three times: the worst fifth is left out. */
function linear(blocks: readonly ToneBlock[], channel: 1 | 2): readonly [number, number, number, number] {
  let rows = blocks;
  const keep = SAME_TONE[channel === 1 ? "blue" : "red"];
  let weights = keep;
  for (let round = 0; round < 3; round++) {
    weights = solve(rows, channel, keep);
    const rests = Float64Array.from(rows, ({ before, after }) => Math.abs(after[channel] - mixed(weights, before)));
    const limit = Math.max(1, rests.slice().sort()[Math.floor(0.8 * rests.length)]!);
    rows = rows.filter((_, i) => rests[i]! <= limit);
  }
  return weights;
}

/** A colour difference after, from the three numbers before: exact for means as for pixels, since it is linear. */
function mixed(weights: Tone["blue"], [light, blue, red]: Means): number {
  return weights[0] + weights[1] * light + weights[2] * blue + weights[3] * red;
}

/** Means of a square in three planes. */
export function meansAt(planes: Colours, x: number, y: number, side: number): Means {
  return [meanAt(planes[0], x, y, side), meanAt(planes[1], x, y, side), meanAt(planes[2], x, y, side)];
}

function meanAt({ width, data }: Plane, x: number, y: number, side: number): number {
  let sum = 0;
  for (let j = 0, at = y * width + x; j < side; j++, at += width) for (let i = 0; i < side; i++) sum += data[at + i]!;
  return sum / (side * side);
}

/** Ridge regression towards no change: a grey picture says nothing of hues. */
function solve(
  rows: readonly ToneBlock[],
  channel: 1 | 2,
  keep: Tone["blue"],
): readonly [number, number, number, number] {
  const ridge = [1e-3, 400, 30, 30];
  const matrix = keep.map((target, i) => [...keep.map((_, j) => (i === j ? ridge[i]! : 0)), ridge[i]! * target]);
  for (const { before, after } of rows) {
    const from = [1, ...before];
    for (let i = 0; i < 4; i++) {
      const row = matrix[i]!;
      for (let j = 0; j < 4; j++) row[j] = row[j]! + from[i]! * from[j]!;
      row[4] = row[4]! + from[i]! * after[channel];
    }
  }
  for (let c = 0; c < 4; c++) {
    for (let r = 0; r < 4; r++) {
      if (r === c || matrix[c]![c] === 0) continue;
      const factor = matrix[r]![c]! / matrix[c]![c]!;
      for (let k = c; k <= 4; k++) matrix[r]![k] = matrix[r]![k]! - factor * matrix[c]![k]!;
    }
  }
  return matrix.map((row, i) => row[4]! / row[i]!) as unknown as Tone["blue"];
}

/** Brightness changed by a curve. */
export function alongCurve(plane: Plane, curve: Tone["curve"]): Plane {
  const data = new Float32Array(plane.data.length);
  for (let i = 0; i < data.length; i++) data[i] = levelAlong(curve, plane.data[i]!);
  return { ...plane, data };
}

function levelAlong(curve: Tone["curve"], light: number): number {
  const at = Math.min(KNOTS - 2, Math.max(0, Math.floor(light / 8)));
  return curve[at]! + (light / 8 - at) * (curve[at + 1]! - curve[at]!);
}
