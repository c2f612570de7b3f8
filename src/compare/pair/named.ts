/** Parts of a picture that a person names and asks about one by one: regions, and elements that someone holds to be creative. */

import type { Share } from "../../base/binomial.ts";
import { shareOf } from "../../base/binomial.ts";
import { DIFFERENCE_SETTINGS, type Differences, LABELS } from "./differences.ts";
import type { Box } from "./geometry.ts";
import type { Point } from "./transform.ts";
import { apply, compose, type Matrix, resizing } from "./transform.ts";

/** A named box in the first picture. */
export interface NamedBox {
  readonly name: string;
  readonly box: Box;
}

/** An element that a person holds to be creative, or knows to be common to the genre. */
export interface Element extends NamedBox {
  readonly generic: boolean;
}

/** `corresponds`: found again in place · `differs` · `partly` · `missing`: outside the second picture · `cannot-tell`. */
export type RegionState = "corresponds" | "partly" | "differs" | "missing" | "cannot-tell";

/** A row of the table by region. */
export interface RegionRow extends NamedBox {
  readonly state: RegionState;
  /** Share of the first picture that the box is. */
  readonly area: number;
  /** Share of the box that the second picture still shows. */
  readonly visible: number;
  /** Mean agreement of structure with its 95 % range; null where the box is flat or outside. */
  readonly structure: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Share of the visible box that differs, with the range. */
  readonly changed: Share | null;
  /** Inlying matches and all matches in the box. */
  readonly matches: { readonly agree: number; readonly all: number };
}

/** An element's answer; `generic` elements are answered too, since they must be left out of what was taken. */
export interface ElementRow extends Omit<RegionRow, "state"> {
  readonly generic: boolean;
  readonly state: "found" | "not-found" | "cannot-tell";
}

/** What rows are made from: lengths of boxes in pixels of the first picture. */
export interface Ground {
  readonly a: { readonly width: number; readonly height: number };
  readonly b: { readonly width: number; readonly height: number };
  readonly matrix: Matrix;
  readonly differences: Differences;
  readonly points: readonly { readonly a: Point; readonly agrees: boolean }[];
}

/** Bounds of a row's state: agreement of structure, and share that differs. */
export const REGION_BOUNDS = { structure: 0.65, changed: 0.5, missing: 0.1, least: 4 } as const;

/** A row of the table. */
export function regionRow(ground: Ground, { name, box }: NamedBox): RegionRow {
  const cells = cellsOf(ground, box);
  const inOverlap = cells.inside;
  const structure = meanRange(inOverlap.map(({ agreement }) => agreement).filter((value) => !Number.isNaN(value)));
  const different = inOverlap.filter(({ label }) => label === LABELS.different).length;
  const unsure = inOverlap.filter(({ label }) => label === LABELS.uncertain).length;
  const changed = inOverlap.length === 0 ? null : changedShare(different, unsure, inOverlap.length);
  const visible = cells.visible;
  const row = {
    name,
    box,
    area: rounded((box[2] * box[3]) / (ground.a.width * ground.a.height)),
    visible,
    structure,
    changed,
  };
  const hits = ground.points.filter(({ a }) => within(a, box));
  const matches = { agree: hits.filter(({ agrees }) => agrees).length, all: hits.length };
  return { ...row, matches, state: stateOf(row, inOverlap.length) };
}

/** An element's row. */
export function elementRow(ground: Ground, { name, box, generic }: Element): ElementRow {
  const row = regionRow(ground, { name, box });
  const state =
    row.state === "corresponds"
      ? "found"
      : row.state === "differs" || row.state === "missing"
        ? "not-found"
        : "cannot-tell";
  return { ...row, generic, state };
}

function stateOf(row: Pick<RegionRow, "visible" | "structure" | "changed">, cells: number): RegionState {
  const { structure, changed, missing, least } = REGION_BOUNDS;
  if (row.visible < missing) return "missing";
  if (cells < least || !row.changed) return "cannot-tell";
  const { low, high, share } = row.changed;
  // A flat part agrees by its colour alone, which many pictures would.
  if (!row.structure) return low > changed ? "differs" : "cannot-tell";
  if (low > changed || row.structure.high < structure * 0.6) return "differs";
  if (high < changed && row.structure.low > structure)
    return row.visible < 0.9 || share > 0.15 ? "partly" : "corresponds";
  return "cannot-tell";
}

/** Cells of the map whose middle lies in the box, and the share of the box that lies in the second picture. */
function cellsOf(ground: Ground, box: Box): { inside: { label: number; agreement: number }[]; visible: number } {
  const { a, b, differences } = ground;
  const { columns, rows, labels, agreement, width, height } = differences;
  const onMap = compose(resizing(b.width, b.height, width, height), ground.matrix);
  const inside = new Map<number, { label: number; agreement: number }>();
  const across = 40;
  let seen = 0;
  for (let j = 0; j < across; j++) {
    for (let i = 0; i < across; i++) {
      const [x, y] = [box[0] + ((i + 0.5) * box[2]) / across - 0.5, box[1] + ((j + 0.5) * box[3]) / across - 0.5];
      if (x > a.width || y > a.height) continue;
      const [u, v] = apply(onMap, x, y);
      if (!(u >= -0.5 && v >= -0.5 && u < width && v < height)) continue;
      seen++;
      const at =
        Math.min(rows - 1, Math.floor((v + 0.5) / DIFFERENCE_SETTINGS.cell)) * columns +
        Math.min(columns - 1, Math.floor((u + 0.5) / DIFFERENCE_SETTINGS.cell));
      if (labels[at] !== LABELS.outside) inside.set(at, { label: labels[at]!, agreement: agreement[at]! });
    }
  }
  return { inside: [...inside.values()], visible: rounded(seen / (across * across)) };
}

function changedShare(different: number, unsure: number, total: number): Share {
  // Neighbouring cells share blocks: some four cells say as much as one.
  const n = Math.max(1, Math.round(total / 4));
  const low = shareOf(Math.round((different * n) / total), n).low;
  const high = shareOf(Math.round(((different + unsure) * n) / total), n).high;
  return { hits: different, trials: total, share: rounded(different / total), low: rounded(low), high: rounded(high) };
}

function meanRange(values: readonly number[]): RegionRow["structure"] {
  if (values.length < REGION_BOUNDS.least) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / Math.max(1, values.length - 1);
  const half = 1.96 * Math.sqrt(variance / Math.max(1, values.length / 4));
  return { value: rounded(mean), low: rounded(Math.max(-1, mean - half)), high: rounded(Math.min(1, mean + half)) };
}

function within([x, y]: Point, [left, top, width, height]: Box): boolean {
  return x >= left && y >= top && x < left + width && y < top + height;
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
