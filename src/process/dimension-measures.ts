/**
 * What of two images differs in each visual dimension, measured: support for what a person says that they changed, never
 * its proof. Every value has the range over the scales at which it was taken, and a floor below which re-encoding alone
 * may be the cause.
 */

import { log } from "../base/math-log.ts";
import type { Text } from "../base/texts.ts";
import { labOfLight, lightOf } from "../compare/colour.ts";
import { type Raster, toRgb } from "../image/raster.ts";
import { DIMENSIONS, type Dimension } from "./event.ts";
import type { DimensionRow } from "./tables.ts";

/** What a measure comes to. `same`: no difference that re-encoding could not make. */
export type DimensionOutcome = "differs" | "same" | "cannot-tell";

/** The outcomes in words. */
export const OUTCOME_TEXTS: Readonly<Record<DimensionOutcome, Text>> = {
  differs: { en: "differs", zh: "有差异" },
  same: { en: "no difference beyond re-encoding", zh: "未见超出重新编码的差异" },
  "cannot-tell": { en: "cannot tell", zh: "无法判断" },
};

/** What the numbers of each dimension are, in words; nothing measures perspective. */
export const UNIT_TEXTS: Readonly<Partial<Record<Dimension, Text>>> = {
  layout: { en: "share of salience that moved", zh: "显著区域移动的占比" },
  proportion: { en: "ln ratio", zh: "比例的自然对数" },
  composition: { en: "1 − correlation", zh: "1 − 相关系数" },
  colour: { en: "ΔE*ab", zh: "ΔE*ab" },
  line: { en: "share of edges without a counterpart", zh: "无对应的边缘占比" },
};

/** One statement with its measure; without one where the images were not named, or are not to be had. */
export type SupportedStatement = DimensionRow["said"][number] & { readonly measured?: DimensionMeasure };

/** A dimension with what was said and measured of it. */
export interface SupportedDimension extends Omit<DimensionRow, "said"> {
  readonly said: readonly SupportedStatement[];
}

/** One dimension between two images. */
export interface DimensionMeasure {
  readonly dimension: Dimension;
  readonly outcome: DimensionOutcome;
  /** Names the way of measuring; a changed way has another name. */
  readonly method?: string;
  /** Least and greatest value over the scales. */
  readonly low?: number;
  readonly high?: number;
  /** Up to this, re-encoding or scaling alone may be the cause. */
  readonly floor?: number;
  readonly unit?: string;
  /** Why nothing can be said. */
  readonly why?: Text;
}

interface Method {
  readonly name: string;
  /**
   * Twice what JPEG at 60, WebP at 50 and halving made of 40 real images at most (0.013, 0.031, 0.002, 0.66, 0.031 in the order
   * of this table); the test repeats a part of it.
   */
  readonly floor: number;
  /** One value for each scale; `undefined` where the images hold nothing to measure. */
  readonly values: (before: Pyramid, after: Pyramid) => readonly (number | undefined)[];
}

/** An image smaller than this has no structure at the scales that are looked at. */
const LEAST_SIDE = 64;

/** Sides of the square grids on which images are looked at; both are stretched to them. */
const GRIDS = [64, 96] as const;

const METHODS: Readonly<Partial<Record<Dimension, Method>>> = {
  layout: {
    name: "layout.salience-grid/1",
    floor: 0.03,
    values: (a, b) => [3, 4, 5].map((cells) => movedShare(a, b, cells)),
  },
  proportion: {
    name: "proportion.frame-and-salience/1",
    floor: 0.06,
    values: (a, b) => GRIDS.map((_, scale) => shapeChange(a, b, scale)),
  },
  composition: {
    name: "composition.low-frequency/1",
    floor: 0.01,
    values: (a, b) => [6, 8, 12].map((cells) => structureChange(a, b, cells)),
  },
  colour: {
    name: "colour.lab-distribution/1",
    floor: 1.5,
    values: (a, b) => GRIDS.map((_, scale) => colourShift(a.grids[scale]!, b.grids[scale]!)),
  },
  line: {
    name: "line.edge-map/1",
    floor: 0.06,
    values: (a, b) =>
      GRIDS.flatMap((_, scale) => [0.1, 0.15].map((share) => edgeChange(a.grids[scale]!, b.grids[scale]!, share))),
  },
};

/** Every dimension between two images, in the order in which dimensions are shown. */
export function measureDimensions(before: Raster, after: Raster): DimensionMeasure[] {
  const small = [before, after].some(({ width, height }) => Math.min(width, height) < LEAST_SIDE);
  const [a, b] = small ? [undefined, undefined] : [pyramidOf(before), pyramidOf(after)];
  return DIMENSIONS.map((dimension) => {
    const method = METHODS[dimension];
    if (!method) return { dimension, outcome: "cannot-tell", why: NO_METHOD };
    if (!a || !b) return { dimension, outcome: "cannot-tell", method: method.name, why: TOO_SMALL };
    return judged(dimension, method, method.values(a, b));
  });
}

function judged(dimension: Dimension, method: Method, values: readonly (number | undefined)[]): DimensionMeasure {
  const { name, floor } = method;
  const unit = UNIT_TEXTS[dimension]!.en;
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length || known.length === 0) {
    return { dimension, outcome: "cannot-tell", method: name, why: NOTHING_THERE };
  }
  const [low, high] = [Math.min(...known), Math.max(...known)].map(rounded) as [number, number];
  const outcome = low > floor ? "differs" : high <= floor ? "same" : "cannot-tell";
  return {
    dimension,
    outcome,
    method: name,
    low,
    high,
    floor,
    unit,
    ...(outcome === "cannot-tell" && { why: BORDER }),
  };
}

/** L*, a* and b* of one image on a square grid. */
interface Grid {
  readonly side: number;
  readonly lab: readonly [Float64Array, Float64Array, Float64Array];
  /** How far each cell is from the image's mean colour; sums to 1, or all 0 on a flat image. */
  readonly salience: Float64Array;
}

/** One image at the scales that are looked at. */
interface Pyramid {
  readonly aspect: number;
  readonly grids: readonly Grid[];
}

function pyramidOf(raster: Raster): Pyramid {
  return { aspect: raster.width / raster.height, grids: GRIDS.map((side) => gridOf(raster, side)) };
}

/** Means of equal parts of the image, taken in light and not in stored values. */
function gridOf(raster: Raster, side: number): Grid {
  const { width, height } = raster;
  const rgb = toRgb(raster);
  const lab = [0, 1, 2].map(() => new Float64Array(side * side)) as unknown as Grid["lab"];
  for (let y = 0; y < side; y++) {
    const [top, bottom] = span(y, side, height);
    for (let x = 0; x < side; x++) {
      const [left, right] = span(x, side, width);
      let [r, g, b] = [0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let at = (row * width + left) * 3; at < (row * width + right) * 3; at += 3) {
          r += LIGHT[rgb[at]!]!;
          g += LIGHT[rgb[at + 1]!]!;
          b += LIGHT[rgb[at + 2]!]!;
        }
      }
      const count = (bottom - top) * (right - left);
      for (const [i, value] of labOfLight(r / count, g / count, b / count).entries()) lab[i]![y * side + x] = value;
    }
  }
  return { side, lab, salience: salienceOf(lab) };
}

function span(i: number, side: number, length: number): [number, number] {
  const from = Math.floor((i * length) / side);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / side))];
}

/** Light of each stored value, 0 … 1. */
const LIGHT = Float64Array.from({ length: 256 }, (_, i) => lightOf(i / 255));

/** Distance of each cell's colour from the mean colour. @see R. Achanta et al., Frequency-tuned salient region detection, 2009 */
function salienceOf(lab: Grid["lab"]): Float64Array {
  const means = lab.map(meanOf);
  const out = new Float64Array(lab[0].length);
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const [l, a, b] = lab.map((plane, channel) => plane[i]! - means[channel]!) as [number, number, number];
    out[i] = Math.sqrt(l * l + a * a + b * b);
    sum += out[i]!;
  }
  // Less than one unit of ΔE on average is a flat image.
  return sum < out.length ? new Float64Array(out.length) : out.map((value) => value / sum);
}

/** Share of the salience that stands in other cells of a coarse grid. */
function movedShare(a: Pyramid, b: Pyramid, cells: number): number | undefined {
  const [one, two] = [a, b].map(({ grids }) => coarse(grids[1]!.salience, grids[1]!.side, cells));
  if (!one || !two) return undefined;
  return one.reduce((sum, value, i) => sum + Math.abs(value - two[i]!), 0) / 2;
}

/** Sums over a coarse grid; `undefined` where there is nothing. */
function coarse(plane: Float64Array, side: number, cells: number): number[] | undefined {
  const out = Array.from({ length: cells * cells }, () => 0);
  for (const [i, value] of plane.entries()) {
    const [x, y] = [i % side, Math.floor(i / side)].map((at) => Math.floor((at * cells) / side)) as [number, number];
    out[y * cells + x]! += value;
  }
  return out.some((value) => value > 0) ? out : undefined;
}

/** The greatest of three changes: of the frame's shape, and of the salient region's shape and size within it. */
function shapeChange(a: Pyramid, b: Pyramid, scale: number): number | undefined {
  const [one, two] = [a, b].map(({ grids }) => spreadOf(grids[scale]!));
  if (!one || !two) return undefined;
  const frame = log(a.aspect / b.aspect);
  const shape = log(one.x / one.y / (two.x / two.y));
  const size = log((one.x * one.y) / (two.x * two.y)) / 2;
  return Math.max(Math.abs(frame), Math.abs(shape), Math.abs(size));
}

/** How far salience spreads to the sides and up and down: standard deviations, as shares of the frame. */
function spreadOf({ side, salience }: Grid): { x: number; y: number } | undefined {
  let [sum, x, y, xx, yy] = [0, 0, 0, 0, 0];
  for (const [i, value] of salience.entries()) {
    // Squared, so that the region that stands out weighs more than a wide quiet ground.
    const weight = value * value;
    const [column, row] = [((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side];
    sum += weight;
    x += weight * column;
    y += weight * row;
    xx += weight * column * column;
    yy += weight * row * row;
  }
  if (sum === 0) return undefined;
  const deviation = (square: number, mean: number): number => Math.sqrt(square / sum - (mean / sum) * (mean / sum));
  const spread = { x: deviation(xx, x), y: deviation(yy, y) };
  return spread.x > 0 && spread.y > 0 ? spread : undefined;
}

/** 1 − correlation of the lightness of coarse cells: what large light and dark masses have in common. */
function structureChange(a: Pyramid, b: Pyramid, cells: number): number | undefined {
  const [one, two] = [a, b].map(({ grids }) => coarse(grids[1]!.lab[0], grids[1]!.side, cells));
  const r = one && two && correlation(one, two);
  return r === undefined ? undefined : 1 - r;
}

function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const [meanA, meanB] = [a, b].map((list) => list.reduce((sum, value) => sum + value, 0) / list.length) as [
    number,
    number,
  ];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value / meanA - 1, b[i]! / meanB - 1];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  // Cells whose lightness varies by less than two in a hundred have no structure.
  return Math.min(aa, bb) / a.length < 0.0004 ? undefined : ab / Math.sqrt(aa * bb);
}

/** How far the colours of one would have to move to be those of the other, wherever in the image they stand. */
function colourShift(a: Grid, b: Grid): number {
  const shifts = a.lab.map((plane, channel) => {
    const [one, two] = [plane.toSorted(), b.lab[channel]!.toSorted()];
    return one.reduce((sum, value, i) => sum + Math.abs(value - two[i]!), 0) / one.length;
  });
  return Math.sqrt(shifts.reduce((sum, shift) => sum + shift * shift, 0));
}

/** 1 − F of the strongest edges of both, a neighbouring cell counting as the same place. */
function edgeChange(a: Grid, b: Grid, share: number): number | undefined {
  const [one, two] = [edgesOf(a, share), edgesOf(b, share)];
  if (!one || !two) return undefined;
  const [near, far] = [matched(one, two, a.side), matched(two, one, a.side)];
  return near + far === 0 ? 1 : 1 - (2 * near * far) / (near + far);
}

/** The cells with the steepest lightness, `share` of all at most; `undefined` where there are hardly any. @see I. Sobel's operator */
function edgesOf({ side, lab: [light] }: Grid, share: number): Uint8Array | undefined {
  const slopes = new Float64Array(side * side);
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const at = (dx: number, dy: number): number => light[(y + dy) * side + x + dx]!;
      const across = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
      const down = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
      slopes[y * side + x] = Math.sqrt(across * across + down * down);
    }
  }
  // A slope of four is one unit of lightness from cell to cell: below it there are no lines.
  const least = Math.max(4, slopes.toSorted()[Math.floor(slopes.length * (1 - share))]!);
  const edges = Uint8Array.from(slopes, (slope) => (slope >= least ? 1 : 0));
  return edges.filter((edge) => edge === 1).length < slopes.length / 500 ? undefined : edges;
}

/** Share of the cells of `edges` that have a cell of `others` at or beside them. */
function matched(edges: Uint8Array, others: Uint8Array, side: number): number {
  let [all, found] = [0, 0];
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      if (edges[y * side + x] === 0) continue;
      all++;
      const row = (dy: number): number => (y + dy) * side + x;
      if ([-1, 0, 1].some((dy) => others[row(dy) - 1]! + others[row(dy)]! + others[row(dy) + 1]! > 0)) found++;
    }
  }
  return all === 0 ? 0 : found / all;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const NO_METHOD: Text = {
  en: "Two images alone do not tell whether a viewpoint changed or another scene was drawn.",
  zh: "仅凭两幅图像无法区分视点改变与另绘场景。",
};
const TOO_SMALL: Text = { en: "An image is too small to be measured.", zh: "图像过小，无法测量。" };
const NOTHING_THERE: Text = {
  en: "An image is too even: it holds nothing that this could be measured on.",
  zh: "图像过于均匀，没有可供测量的内容。",
};
const BORDER: Text = {
  en: "The range lies across what re-encoding alone may cause.",
  zh: "数值区间跨越仅由重新编码即可造成的范围。",
};
