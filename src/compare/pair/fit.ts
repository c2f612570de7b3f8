/** A transform that explains matched features: robust, the same for the same matches, the simplest that does. */

import { log2 } from "../../base/math-log.ts";
import type { Features } from "./features.ts";
import { leastSquares } from "./least-squares.ts";
import type { Match } from "./matching.ts";
import { apply, isPlausible, type Matrix, type Model } from "./transform.ts";

/** Matched places: column lists of equal length. */
export interface Pairs {
  readonly count: number;
  readonly ax: Float64Array;
  readonly ay: Float64Array;
  readonly bx: Float64Array;
  readonly by: Float64Array;
  /** Turn that the features' directions say, degrees 0 … 360. */
  readonly turn: Float64Array;
  /** log₂ of the scale that the features' sizes say. */
  readonly octaves: Float64Array;
}

/** A fitted transform and what supports it. */
export interface Fit {
  readonly model: Model;
  readonly matrix: Matrix;
  /** Indices of the pairs within the tolerance. */
  readonly inliers: readonly number[];
  /** Inliers in different places: the smaller number of occupied cells of a 32-cell grid in either picture. */
  readonly cells: number;
  /** Shorter over longer axis of the inliers' scatter, 0 … 1: near 0 they lie on a line and fix no plane. */
  readonly roundness: number;
  /** Root mean square distance of the inliers to where the transform puts them, in pixels of the second picture. */
  readonly rmse: number;
}

/** Settings of the fit; lengths are shares of the longer side, so that they mean the same at every size. */
export const FIT_SETTINGS = {
  tolerance: 0.006,
  cellsAcross: 32,
  /** Bins of the vote: 15° and half an octave. */
  turnBins: 24,
  octaveBins: 24,
  peaks: 4,
  triesPerPeak: 700,
  /** Support on a narrower line is refused. */
  leastRoundness: 0.045,
  /** A freer model must explain this much more. */
  gain: 1.12,
} as const;

/** The matched places of two lists of features. */
export function pairsOf(a: Features, b: Features, matches: readonly Match[]): Pairs {
  const pick = (of: (m: Match) => number): Float64Array => Float64Array.from(matches, of);
  return {
    count: matches.length,
    ax: pick((m) => a.x[m.a]!),
    ay: pick((m) => a.y[m.a]!),
    bx: pick((m) => b.x[m.b]!),
    by: pick((m) => b.y[m.b]!),
    turn: pick((m) => (b.angle[m.b]! - a.angle[m.a]! + 720) % 360),
    octaves: pick((m) => log2(b.size[m.b]! / a.size[m.a]!)),
  };
}

/** Sizes of the two pictures. */
export interface Frames {
  readonly aWidth: number;
  readonly aHeight: number;
  readonly bWidth: number;
  readonly bHeight: number;
}

/** The best transform from the first picture to the second, or `undefined` where fewer than four pairs agree. */
export function fitTransform(pairs: Pairs, frames: Frames): Fit | undefined {
  const tolerance = FIT_SETTINGS.tolerance * Math.max(frames.bWidth, frames.bHeight);
  let best: { matrix: Matrix; inliers: number[] } | undefined;
  for (const group of votedGroups(pairs)) {
    const found = sample(pairs, group, frames, tolerance);
    if (found && (!best || found.inliers.length > best.inliers.length)) best = found;
  }
  return best && freed(pairs, best, frames, tolerance);
}

/** Groups of pairs that agree about turn and scale, largest first: true matches crowd, chance ones scatter. */
function votedGroups({ count, turn, octaves }: Pairs): number[][] {
  const { turnBins, octaveBins, peaks } = FIT_SETTINGS;
  const bin = (i: number): [number, number] => [
    Math.floor((turn[i]! * turnBins) / 360) % turnBins,
    Math.min(octaveBins - 1, Math.max(0, Math.floor(2 * octaves[i]!) + octaveBins / 2)),
  ];
  const members = Array.from({ length: turnBins * octaveBins }, (): number[] => []);
  for (let i = 0; i < count; i++) {
    const [t, o] = bin(i);
    for (let dt = -1; dt <= 1; dt++) {
      for (let at = Math.max(0, o - 1); at <= Math.min(octaveBins - 1, o + 1); at++) {
        members[((t + dt + turnBins) % turnBins) * octaveBins + at]!.push(i);
      }
    }
  }
  return members
    .filter(({ length }) => length >= 4)
    .sort((p, q) => q.length - p.length)
    .slice(0, peaks);
}

/** Similarities through two pairs at a time; pairs that matched more distinctly are drawn sooner (PROSAC's order). */
function sample(
  pairs: Pairs,
  group: readonly number[],
  frames: Frames,
  tolerance: number,
): { matrix: Matrix; inliers: number[] } | undefined {
  let best: { matrix: Matrix; inliers: number[] } | undefined;
  let state = 0x9e3779b9;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const least = 0.03 * Math.max(frames.aWidth, frames.aHeight);
  for (let i = 0; i < FIT_SETTINGS.triesPerPeak; i++) {
    const among = Math.min(group.length, 8 + Math.floor((i * group.length) / (FIT_SETTINGS.triesPerPeak / 2)));
    const [p, q] = [group[draw(among)]!, group[draw(among)]!];
    if (p === q || !apart(pairs, p, q, least)) continue;
    const matrix = leastSquares("similarity", pairs, [p, q]);
    if (!matrix || !agreesWithSizes(matrix, pairs, p)) continue;
    const inliers = within(pairs, matrix, tolerance);
    if (inliers.length < 4 || (best && inliers.length <= best.inliers.length)) continue;
    best = improved(pairs, { matrix, inliers }, tolerance);
  }
  return best;
}

function apart({ ax, ay }: Pairs, p: number, q: number, least: number): boolean {
  return Math.abs(ax[p]! - ax[q]!) + Math.abs(ay[p]! - ay[q]!) >= least;
}

/** Whether a similarity scales as the features' sizes say, within a factor of 1.7. */
function agreesWithSizes(matrix: Matrix, { octaves }: Pairs, p: number): boolean {
  const scale = Math.sqrt(matrix[0] * matrix[0] + matrix[3] * matrix[3]);
  return scale > 0.03 && scale < 33 && Math.abs(log2(scale) - octaves[p]!) < 0.77;
}

function within({ count, ax, ay, bx, by }: Pairs, matrix: Matrix, tolerance: number): number[] {
  const inliers: number[] = [];
  const limit = tolerance * tolerance;
  for (let i = 0; i < count; i++) {
    const [x, y] = apply(matrix, ax[i]!, ay[i]!);
    const [dx, dy] = [x - bx[i]!, y - by[i]!];
    if (dx * dx + dy * dy <= limit) inliers.push(i);
  }
  return inliers;
}

/** Fitted again to all that agree, as long as more do. */
function improved(
  pairs: Pairs,
  start: { matrix: Matrix; inliers: number[] },
  tolerance: number,
  model: Model = "similarity",
): { matrix: Matrix; inliers: number[] } {
  let best = start;
  for (let round = 0; round < 5; round++) {
    const matrix = leastSquares(model, pairs, best.inliers);
    if (!matrix) break;
    const inliers = within(pairs, matrix, tolerance);
    if (inliers.length < best.inliers.length) break;
    const same = inliers.length === best.inliers.length;
    best = { matrix, inliers };
    if (same) break;
  }
  return best;
}

/** The similarity, or a freer model where that explains clearly more. */
function freed(
  pairs: Pairs,
  start: { matrix: Matrix; inliers: number[] },
  frames: Frames,
  tolerance: number,
): Fit | undefined {
  let best = start;
  let model: Model = "similarity";
  for (const [freer, least] of [
    ["affine", 10],
    ["homography", 16],
  ] as const) {
    if (best.inliers.length < least) break;
    const matrix = leastSquares(freer, pairs, best.inliers);
    if (!matrix || !isPlausible(matrix, frames.aWidth, frames.aHeight)) continue;
    const wider = improved(pairs, { matrix, inliers: within(pairs, matrix, tolerance) }, tolerance, freer);
    if (wider.inliers.length < FIT_SETTINGS.gain * best.inliers.length + 2) continue;
    if (!isPlausible(wider.matrix, frames.aWidth, frames.aHeight)) continue;
    best = wider;
    model = freer;
  }
  if (!isPlausible(best.matrix, frames.aWidth, frames.aHeight)) return undefined;
  return { model, ...best, ...support(pairs, best, frames) };
}

function support(
  pairs: Pairs,
  { matrix, inliers }: { matrix: Matrix; inliers: readonly number[] },
  frames: Frames,
): { cells: number; roundness: number; rmse: number } {
  const across = FIT_SETTINGS.cellsAcross;
  const cell = (x: number, y: number, side: number): number =>
    Math.floor((y * across) / side) * 64 + Math.floor((x * across) / side);
  const aSide = Math.max(frames.aWidth, frames.aHeight);
  const bSide = Math.max(frames.bWidth, frames.bHeight);
  const inA = new Set(inliers.map((i) => cell(pairs.ax[i]!, pairs.ay[i]!, aSide)));
  const inB = new Set(inliers.map((i) => cell(pairs.bx[i]!, pairs.by[i]!, bSide)));
  const squares = inliers.map((i) => {
    const [x, y] = apply(matrix, pairs.ax[i]!, pairs.ay[i]!);
    return (x - pairs.bx[i]!) * (x - pairs.bx[i]!) + (y - pairs.by[i]!) * (y - pairs.by[i]!);
  });
  return {
    cells: Math.min(inA.size, inB.size),
    roundness: Math.min(roundness(pairs.ax, pairs.ay, inliers), roundness(pairs.bx, pairs.by, inliers)),
    rmse: Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / Math.max(1, squares.length)),
  };
}

/** Root of the ratio of the two eigenvalues of the places' covariance. */
function roundness(x: Float64Array, y: Float64Array, at: readonly number[]): number {
  const mean = (of: Float64Array): number => at.reduce((sum, i) => sum + of[i]!, 0) / at.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const i of at) {
    xx += (x[i]! - mx) * (x[i]! - mx);
    xy += (x[i]! - mx) * (y[i]! - my);
    yy += (y[i]! - my) * (y[i]! - my);
  }
  const root = Math.sqrt((xx - yy) * (xx - yy) + 4 * xy * xy);
  return Math.sqrt(Math.max(0, xx + yy - root) / Math.max(xx + yy + root, 1e-9));
}
