/**
 * What differs between two aligned pictures beyond what re-saving, resizing and filters do: a map with three labels,
 * regions with their kind, and shares with their range.
 */

import type { NullModel } from "./null-model.ts";
import { type Plane, resized } from "./plane.ts";
import { SHIPPED_NULL_MODEL } from "./shipped-null-model.ts";
import { compared, correlation, layOn } from "./structure.ts";
import {
  alongCurve,
  type Colours,
  fitTone,
  type Means,
  meansAt,
  SAME_TONE,
  type Tone,
  type ToneBlock,
  toned,
} from "./tone.ts";
import { compose, type Matrix, resizing } from "./transform.ts";

/** Labels of the map: outside the overlap nothing is said. */
export const LABELS = { outside: 0, same: 1, uncertain: 2, different: 3 } as const;

/** What happened in a region. */
export type RegionKind = "tonal" | "repainted" | "added" | "removed";

/** A connected region that differs, in pixels of the map. */
export interface DifferentRegion {
  readonly kind: RegionKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Share of the overlap. */
  readonly share: number;
}

/** A share with its range. */
export interface Ranged {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The differences of a pair. */
export interface Differences {
  /** Map over the second picture: `columns * rows` cells of `cell` pixels of the map's grid. */
  readonly columns: number;
  readonly rows: number;
  /** Size of the grid that the map was made on; the second picture fills it. */
  readonly width: number;
  readonly height: number;
  readonly labels: Uint8Array;
  /** Agreement of structure in each cell, −1 … 1; NaN outside the overlap or where both are flat. */
  readonly agreement: Float32Array;
  /** Share of the overlap that differs, cells on an edge counted half; low: cells inside, of which all blocks differ; high: any block differs or is uncertain. */
  readonly changed: Ranged;
  readonly uncertain: number;
  readonly regions: readonly DifferentRegion[];
  /** Change of tone of the whole. */
  readonly tone: Tone;
  /** Whether the map can be trusted: enough of the structure agrees. */
  readonly determined: boolean;
}

/** Settings. */
export const DIFFERENCE_SETTINGS = { longSide: 768, block: 16, cell: 8, toneRounds: 3, leastAgreement: 0.2 } as const;

/** What a square of two aligned pictures shows: correlation, standard deviations, distance of mean colours. */
export interface Cue {
  readonly x: number;
  readonly y: number;
  readonly ncc: number;
  /** Standard deviation of the expected and the real block. */
  readonly expected: number;
  readonly real: number;
  readonly colour: number;
  /** Distance of its colour where that of most blocks of the same colour moved to: the rest may be tone, and is no change for sure. */
  readonly apart: number;
}

/**
 * Compares the colours of two pictures, both at their working sizes, aligned by `matrix` (first → second).
 * @param model - the errors of pictures that were only re-saved, resized or filtered
 */
export function differences(
  a: Colours,
  b: Colours,
  matrix: Matrix,
  model: NullModel = SHIPPED_NULL_MODEL,
): Differences {
  const { base, real, covered } = onOneGrid(a, b, matrix);
  const { cues, tone } = cuesOf(base, real, covered);
  const { cell } = DIFFERENCE_SETTINGS;
  const light = alongCurve(base[0], tone.curve);
  const alone = (x: number, y: number): number =>
    excess(cueAt(light, real[0], blockAt(base, real, x, y, cell), tone, cell, false), model);
  return mapped(cues, tone, real[0].width, real[0].height, model, alone);
}

/** Both pictures on the grid of the map: the first laid on the second, and where it has samples. */
export function onOneGrid(
  a: Colours,
  b: Colours,
  matrix: Matrix,
): { base: Colours; real: Colours; covered: Uint8Array } {
  const factor = Math.min(1, DIFFERENCE_SETTINGS.longSide / Math.max(b[0].width, b[0].height));
  const width = Math.max(1, Math.round(b[0].width * factor));
  const height = Math.max(1, Math.round(b[0].height * factor));
  const onGrid = compose(resizing(b[0].width, b[0].height, width, height), matrix);
  const laid = a.map((plane) => layOn(plane, onGrid, width, height));
  return {
    base: laid.map(({ plane }) => plane) as unknown as Colours,
    real: b.map((plane) => resized(plane, width, height)) as unknown as Colours,
    covered: laid[0]!.covered,
  };
}

/** Cues after the change of tone was taken away. */
export function cuesOf(base: Colours, real: Colours, covered: Uint8Array): { cues: Cue[]; tone: Tone } {
  const blocks = blocksIn(base, real, covered);
  const colours = byColour(blocks);
  const tone = mostColoursStay(blocks, colours) ? SAME_TONE : toneOf(base, real, blocks);
  const light = alongCurve(base[0], tone.curve);
  const { block } = DIFFERENCE_SETTINGS;
  const cues = blocks.map((at) => cueAt(light, real[0], at, tone, block, true));
  return { cues: setApart(cues, blocks, colours, tone), tone };
}

/** Fitted to the blocks that agree, then to those whose cues are good. */
function toneOf(base: Colours, real: Colours, blocks: readonly ToneBlock[]): Tone {
  const { block, toneRounds } = DIFFERENCE_SETTINGS;
  const agreeing = blocks.filter(({ x, y }) => correlation(base[0], x, y, real[0], x, y, block) > 0.8);
  let tone = fitTone(base, real, agreeing, block);
  for (let round = 1; round < toneRounds; round++) {
    const light = alongCurve(base[0], tone.curve);
    const told = blocks.filter((at) => toneIsTold(cueAt(light, real[0], at, tone, block, false)));
    tone = fitTone(base, real, told, block);
  }
  return tone;
}

/** Blocks of one colour: its width in steps, how many there must be, which share must move alike, how nearly, and how far at most. */
const ALIKE = { width: 12, least: 8, share: 0.8, within: 10, farthest: 48 } as const;

/**
 * Filters move colours in ways that no curve describes. Where nearly all blocks of one colour moved alike, and not far, one
 * cannot tell such a filter from a local change.
 */
function setApart(
  cues: readonly Cue[],
  blocks: readonly ToneBlock[],
  colours: readonly (readonly number[])[],
  tone: Tone,
): Cue[] {
  const rests = blocks.map(({ before, after }) => weighted(subtracted(after, toned(before, tone))));
  const apart = cues.map(({ colour }) => colour);
  for (const members of colours) {
    const middle = middleOf(members.map((i) => rests[i]!));
    if (lengthOf(middle) > ALIKE.farthest) continue;
    const distances = members.map((i) => lengthOf(subtracted(rests[i]!, middle)));
    const near = distances.filter((distance) => distance <= ALIKE.within).length;
    if (near < ALIKE.share * members.length) continue;
    for (const [k, i] of members.entries()) apart[i] = Math.min(apart[i]!, distances[k]!);
  }
  return cues.map((cue, i) => ({ ...cue, apart: apart[i]! }));
}

/** Indices of the blocks of each colour that has enough of them. */
function byColour(blocks: readonly ToneBlock[]): number[][] {
  const colours = new Map<number, number[]>();
  for (const [i, { before }] of blocks.entries()) {
    const [light, blue, red] = before.map((value) => Math.round(value / ALIKE.width) + 16);
    const key = light! * 4096 + blue! * 64 + red!;
    const members = colours.get(key);
    if (members) members.push(i);
    else colours.set(key, [i]);
  }
  return [...colours.values()].filter(({ length }) => length >= ALIKE.least);
}

/** A colour that moved by less than this stays. */
const STAYS = 4;

/**
 * Whether most colours are as they were. In art of a few colours a curve can explain that one of them was repainted, so that it is
 * asked how many moved. White and black say nothing where there is anything else: most filters leave them.
 */
function mostColoursStay(blocks: readonly ToneBlock[], colours: readonly (readonly number[])[]): boolean {
  const moves = colours.map((members) => {
    const at = (side: "before" | "after"): Means => middleOf(members.map((i) => blocks[i]![side]));
    return { before: at("before"), after: at("after") };
  });
  const between = moves.filter(({ before: [light, blue, red] }) => {
    const grey = Math.max(Math.abs(blue), Math.abs(red)) < ALIKE.width;
    return !(grey && (light < 20 || light > 235));
  });
  const telling = between.length > 0 ? between : moves;
  const staying = telling.filter(({ before, after }) => lengthOf(subtracted(before, after)) < STAYS);
  return 2 * staying.length >= telling.length;
}

/** A distance of brightness counts a little less than one of colour. */
const weighted = ([light, blue, red]: Means): Means => [0.8 * light, blue, red];

const subtracted = (p: Means, q: Means): Means => [p[0] - q[0], p[1] - q[1], p[2] - q[2]];

const lengthOf = ([x, y, z]: Means): number => Math.sqrt(x * x + y * y + z * z);

/** The median of each of the three. */
function middleOf(values: readonly Means[]): Means {
  const middle = (c: 0 | 1 | 2): number => values.map((value) => value[c]).sort((p, q) => p - q)[values.length >> 1]!;
  return [middle(0), middle(1), middle(2)];
}

/** A flat block that a change of tone explains this well tells more of it. */
const FLAT_JOINS = 14;

function toneIsTold({ ncc, colour, expected, real }: Cue): boolean {
  return (ncc > 0.75 && colour < 24) || (expected < 4 && real < 4 && colour < FLAT_JOINS);
}

function blocksIn(base: Colours, real: Colours, covered: Uint8Array): ToneBlock[] {
  const { block, cell } = DIFFERENCE_SETTINGS;
  const { width, height } = real[0];
  const blocks: ToneBlock[] = [];
  for (let y = 0; y + block <= height; y += cell) {
    for (let x = 0; x + block <= width; x += cell) {
      const at = (dx: number, dy: number): number => covered[(y + dy) * width + x + dx]!;
      if (at(0, 0) && at(block - 1, 0) && at(0, block - 1) && at(block - 1, block - 1))
        blocks.push(blockAt(base, real, x, y, block));
    }
  }
  return blocks;
}

function blockAt(base: Colours, real: Colours, x: number, y: number, side: number): ToneBlock {
  return { x, y, before: meansAt(base, x, y, side), after: meansAt(real, x, y, side) };
}

/** Cues of a square, `light` being the first picture's brightness after the change of tone; `last` looks a pixel around for a better place. */
function cueAt(
  light: Plane,
  real: Plane,
  { x, y, before, after }: ToneBlock,
  tone: Tone,
  side: number,
  last: boolean,
): Cue {
  const { a: e, b: r, ncc: here } = compared(light, x, y, real, x, y, side);
  // A pixel beside its place is an error of alignment, no change of the picture.
  const ncc = last && here < 0.9 ? Math.max(here, nearby(light, real, x, y)) : here;
  const colour = lengthOf(weighted(subtracted(toned(before, tone), after)));
  return { x, y, ncc, expected: e.deviation, real: r.deviation, colour, apart: colour };
}

function nearby(expected: Plane, real: Plane, x: number, y: number): number {
  const { block } = DIFFERENCE_SETTINGS;
  let best = -1;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const [u, v] = [x + dx, y + dy];
      if (u < 0 || v < 0 || u + block > real.width || v + block > real.height) continue;
      best = Math.max(best, correlation(expected, x, y, real, u, v, block));
    }
  }
  return best;
}

/** How far a block is beyond what null edits do: 1 is where 99.9 of 100 null blocks stay below. */
export function excess({ ncc, expected, real, colour }: Omit<Cue, "x" | "y" | "apart">, model: NullModel): number {
  const texture = Math.max(expected, real);
  const i = model.textures.findLastIndex((from) => texture >= from);
  return Math.max((1 - ncc) / model.structure[i]!, colour / model.colour[i]!);
}

function mapped(
  cues: readonly Cue[],
  tone: Tone,
  width: number,
  height: number,
  model: NullModel,
  alone: (x: number, y: number) => number,
): Differences {
  const { cell } = DIFFERENCE_SETTINGS;
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const blocks = blockLabels(cues, model, columns, rows);
  const labels = new Uint8Array(columns * rows);
  const agreement = new Float32Array(columns * rows).fill(Number.NaN);
  let [inside, any] = [0, 0];
  const whole = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const over = coveringBlocks(blocks, columns, x, y);
      if (over.length === 0) continue;
      inside++;
      const different = over.filter(({ label }) => label === LABELS.different).length;
      const open = over.filter(({ label }) => label === LABELS.uncertain).length;
      const at = y * columns + x;
      labels[at] =
        2 * different > over.length || (2 * different === over.length && different + open === over.length)
          ? LABELS.different
          : 2 * (different + open) > over.length
            ? LABELS.uncertain
            : LABELS.same;
      agreement[at] = meanAgreement(over);
      whole[at] = different === over.length ? 1 : 0;
      if (different + open > 0) any++;
    }
  }
  const total = Math.max(1, inside);
  trimEdges(labels, columns, rows, (x, y) => alone(x * cell, y * cell), width, height);
  // A cell on the edge of a region is covered by half on average.
  const most = labels.reduce((sum, _, at) => sum + weightOf(labels, columns, rows, at), 0);
  const all = labels.reduce(
    (sum, _, at) => sum + (whole[at] === 1 && weightOf(labels, columns, rows, at) === 1 ? 1 : 0),
    0,
  );
  const unsure = labels.filter((label) => label === LABELS.uncertain).length;
  const structured = cues.filter(({ expected }) => expected >= 5);
  const agreeing = structured.filter(({ ncc }) => ncc > 0.6).length;
  return {
    columns,
    rows,
    width,
    height,
    labels,
    agreement,
    changed: { value: share(most, total), low: share(all, total), high: share(any, total) },
    uncertain: share(unsure, total),
    regions: regionsOf(labels, columns, rows, cues, model, total),
    tone,
    determined: structured.length < 12 || agreeing >= DIFFERENCE_SETTINGS.leastAgreement * structured.length,
  };
}

/**
 * Blocks are larger than cells, so that a region reaches some pixels beyond what differs. Cells on its edge are asked
 * alone: one that by itself differs no more than null edits do is uncertain.
 */
function trimEdges(
  labels: Uint8Array,
  columns: number,
  rows: number,
  alone: (x: number, y: number) => number,
  width: number,
  height: number,
): void {
  const { cell } = DIFFERENCE_SETTINGS;
  const before = labels.slice();
  for (let at = 0; at < labels.length; at++) {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    if (before[at] !== LABELS.different || (x + 1) * cell > width || (y + 1) * cell > height) continue;
    const edge = neighbours(x, y, columns, rows).some(
      (n) => before[n] === LABELS.same || before[n] === LABELS.uncertain,
    );
    if (edge && alone(x, y) < 1) labels[at] = LABELS.uncertain;
  }
}

function weightOf(labels: Uint8Array, columns: number, rows: number, at: number): number {
  if (labels[at] !== LABELS.different) return 0;
  const [x, y] = [at % columns, Math.floor(at / columns)];
  const beside = [
    x > 0 ? at - 1 : -1,
    x + 1 < columns ? at + 1 : -1,
    y > 0 ? at - columns : -1,
    y + 1 < rows ? at + columns : -1,
  ];
  const edge = beside.some((n) => n >= 0 && (labels[n] === LABELS.same || labels[n] === LABELS.uncertain));
  return edge ? 0.5 : 1;
}

interface LabelledBlock extends Cue {
  label: number;
  readonly excess: number;
}

/** A label for each block, in the cell of its upper left corner; blocks that differ alone are uncertain. */
function blockLabels(
  cues: readonly Cue[],
  model: NullModel,
  columns: number,
  rows: number,
): (LabelledBlock | undefined)[] {
  const { cell } = DIFFERENCE_SETTINGS;
  const blocks = new Array<LabelledBlock | undefined>(columns * rows);
  for (const cue of cues) {
    const over = excess({ ...cue, colour: cue.apart }, model);
    const unsure = over >= model.unsure || excess(cue, model) >= 1;
    const label = over >= 1 ? LABELS.different : unsure ? LABELS.uncertain : LABELS.same;
    blocks[(cue.y / cell) * columns + cue.x / cell] = { ...cue, label, excess: over };
  }
  const before = blocks.map((block) => block?.label ?? LABELS.outside);
  for (const [at, block] of blocks.entries()) {
    if (!block || before[at] !== LABELS.different) continue;
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const around = neighbours(x, y, columns, rows).filter((n) => before[n] === LABELS.different).length;
    if (around < (block.excess >= 1.5 ? 2 : 3)) block.label = LABELS.uncertain;
  }
  return blocks;
}

function neighbours(x: number, y: number, columns: number, rows: number): number[] {
  const found: number[] = [];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const [u, v] = [x + dx, y + dy];
      if ((dx !== 0 || dy !== 0) && u >= 0 && v >= 0 && u < columns && v < rows) found.push(v * columns + u);
    }
  }
  return found;
}

/** The up to four blocks over a cell: those that begin in it, left of it, above it, and both. */
function coveringBlocks(
  blocks: readonly (LabelledBlock | undefined)[],
  columns: number,
  x: number,
  y: number,
): LabelledBlock[] {
  const at = (u: number, v: number): LabelledBlock | undefined =>
    u < 0 || v < 0 ? undefined : blocks[v * columns + u];
  return [at(x, y), at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)].filter((block) => block !== undefined);
}

function meanAgreement(over: readonly LabelledBlock[]): number {
  const told = over.filter(({ expected, real }) => Math.max(expected, real) >= 3);
  return told.length === 0 ? Number.NaN : told.reduce((sum, { ncc }) => sum + ncc, 0) / told.length;
}

function share(count: number, total: number): number {
  return Math.round((1e4 * count) / total) / 1e4;
}

function regionsOf(
  labels: Uint8Array,
  columns: number,
  rows: number,
  cues: readonly Cue[],
  model: NullModel,
  total: number,
): DifferentRegion[] {
  const { cell } = DIFFERENCE_SETTINGS;
  const byCell = new Map(cues.map((cue) => [(cue.y / cell) * columns + cue.x / cell, cue]));
  const seen = new Uint8Array(labels.length);
  const regions: DifferentRegion[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (seen[start] || labels[start] !== LABELS.different) continue;
    const members = flood(labels, columns, rows, start, seen);
    const xs = members.map((at) => at % columns);
    const ys = members.map((at) => Math.floor(at / columns));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    regions.push({
      kind: kindOf(
        members.flatMap((at) => byCell.get(at) ?? []),
        model,
      ),
      x: cell * x,
      y: cell * y,
      width: cell * (Math.max(...xs) - x + 1),
      height: cell * (Math.max(...ys) - y + 1),
      share: share(members.length, total),
    });
  }
  return regions.sort((p, q) => q.share - p.share);
}

function flood(labels: Uint8Array, columns: number, rows: number, start: number, seen: Uint8Array): number[] {
  const members = [start];
  seen[start] = 1;
  for (let i = 0; i < members.length; i++) {
    const at = members[i]!;
    for (const next of neighbours(at % columns, Math.floor(at / columns), columns, rows)) {
      if (seen[next] || labels[next] !== LABELS.different) continue;
      seen[next] = 1;
      members.push(next);
    }
  }
  return members;
}

/** Tonal where structure still agrees; added or removed where only one side has structure; else repainted. */
function kindOf(cues: readonly Cue[], model: NullModel): RegionKind {
  if (cues.length === 0) return "repainted";
  const part = (test: (cue: Cue) => boolean): number => cues.filter(test).length / cues.length;
  const flat = model.textures[1]!;
  if (part(({ ncc, expected, real }) => ncc > 0.7 || Math.max(expected, real) < flat) > 0.6) return "tonal";
  if (part(({ expected, real }) => real > 2.5 * expected && real >= flat) > 0.5) return "added";
  if (part(({ expected, real }) => expected > 2.5 * real && expected >= flat) > 0.5) return "removed";
  return "repainted";
}
