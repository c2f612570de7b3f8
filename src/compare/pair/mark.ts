/**
 * What became of a mark: a signature, account name or logo that stands in a known box of the first picture. Either the box was
 * cut away, or what lies there still carries the mark's fine structure as well as the rest of the picture is preserved.
 */

import type { Box } from "./geometry.ts";
import { blurred, type Plane } from "./plane.ts";
import { layOn, momentsAt } from "./structure.ts";
import { apply, compose, inverse, type Matrix, resizing } from "./transform.ts";

/** `absent-by-crop`: the box lies outside · `absent-by-overwriting`: the place is there, the mark is not. */
export type MarkState = "present" | "partly" | "absent-by-crop" | "absent-by-overwriting" | "cannot-tell";

/** The verdict on a mark. */
export interface MarkVerdict {
  readonly state: MarkState;
  /** Pixels of the first picture. */
  readonly box: Box;
  /** The text that was read in the box, where it was read. */
  readonly text?: string;
  /** What was read at its place in the second picture, where texts were read; empty where nothing was. */
  readonly textThere?: string;
  /** Share of the box that the second picture still shows. */
  readonly visible: number;
  /** How well the mark's fine structure is found again, −1 … 1; null where nothing of it is visible. */
  readonly agreement: number | null;
  /** The middle of the same number over boxes of like texture elsewhere in the overlap. */
  readonly elsewhere: number | null;
  /** Share of those boxes, and of this one, that agree no better (permutation test); small when only the mark was altered. */
  readonly pValue: number | null;
  /** Boxes that were compared with. */
  readonly boxes: number;
}

/** Settings. */
export const MARK_SETTINGS = {
  /** Long side at which marks are looked at: letters must keep their strokes. */
  longSide: 1600,
  boxes: 200,
  least: 20,
  /** With fewer boxes no share of them is as small as `alpha`. */
  enough: 100,
  tries: 4000,
  alpha: 0.01,
  /** Below this share a mark counts as cut away, above the other as whole. */
  outside: 0.1,
  whole: 0.9,
  /** Agreement that a preserved mark keeps at least, as a share of what is kept elsewhere. */
  keeps: 0.6,
  strip: 4,
} as const;

/** Judges the mark in `box` of the first picture. Planes are brightness at the pictures' own sizes; `matrix` is first → second. */
export function judgeMark(a: Plane, b: Plane, matrix: Matrix, box: Box): MarkVerdict {
  const visible = visibleShare(box, matrix, b);
  const nothing = { agreement: null, elsewhere: null, pValue: null, boxes: 0 };
  if (visible < MARK_SETTINGS.outside) return { state: "absent-by-crop", box, visible, ...nothing };
  const scene = sceneOf(a, b, matrix);
  const place = scaledBox(box, scene.factor);
  const own = agreementAt(scene, place);
  if (own === undefined) return { state: "cannot-tell", box, visible, ...nothing };
  const others = comparables(scene, place, own.texture);
  if (others.length < MARK_SETTINGS.least)
    return { state: "cannot-tell", box, visible, ...nothing, agreement: rounded(own.value), boxes: others.length };
  const sorted = [...others].sort((p, q) => p - q);
  const elsewhere = sorted[sorted.length >> 1]!;
  const pValue = (1 + others.filter((value) => value <= own.value).length) / (others.length + 1);
  const state = stateOf(own.value, elsewhere, pValue, visible, stripsOf(scene, place, elsewhere));
  return {
    state,
    box,
    visible,
    agreement: rounded(own.value),
    elsewhere: rounded(elsewhere),
    pValue: rounded(pValue),
    boxes: others.length,
  };
}

function stateOf(own: number, elsewhere: number, pValue: number, visible: number, strips: number): MarkState {
  const { alpha, keeps, whole } = MARK_SETTINGS;
  // What was preserved everywhere else so badly says nothing about the mark.
  if (elsewhere < 0.35) return "cannot-tell";
  const kept = own >= keeps * elsewhere;
  if (pValue <= alpha && !kept) return strips >= 0.25 && strips < 1 ? "partly" : "absent-by-overwriting";
  if (kept) return visible < whole || strips < 0.75 ? "partly" : "present";
  return "cannot-tell";
}

/** Both pictures on the first one's grid, their fine structure alone. */
interface Scene {
  readonly first: Plane;
  readonly second: Plane;
  readonly covered: Uint8Array;
  readonly factor: number;
}

function sceneOf(a: Plane, b: Plane, matrix: Matrix): Scene {
  const factor = Math.min(1, MARK_SETTINGS.longSide / Math.max(a.width, a.height));
  const width = Math.max(1, Math.round(a.width * factor));
  const height = Math.max(1, Math.round(a.height * factor));
  const toGrid = resizing(a.width, a.height, width, height);
  const back = inverse(matrix);
  const first = layOn(a, toGrid, width, height);
  const second = back
    ? layOn(b, compose(toGrid, back), width, height)
    : { plane: first.plane, covered: new Uint8Array(width * height) };
  return { first: fine(first.plane), second: fine(second.plane), covered: second.covered, factor };
}

/** What is finer than some pixels: strokes stay, the picture behind goes. */
export function fine(plane: Plane): Plane {
  const soft = blurred(blurred(plane, 1), 4);
  return { ...plane, data: plane.data.map((value, i) => value - soft.data[i]!) };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function scaledBox([x, y, width, height]: Box, factor: number): Place {
  return {
    x: Math.round(x * factor),
    y: Math.round(y * factor),
    width: Math.max(8, Math.round(width * factor)),
    height: Math.max(8, Math.round(height * factor)),
  };
}

/**
 * Correlation of fine structure over a box, each pixel weighed by how much of it the first picture has, which is where
 * the strokes of a mark are; the best of nine places a pixel around. `undefined` where too little is covered or there is none.
 */
function agreementAt(scene: Scene, place: Place): { value: number; texture: number } | undefined {
  const texture = textureAt(scene, place);
  return texture === undefined ? undefined : { value: bestAgreement(scene, place), texture };
}

/** Root mean square of the fine structure of what is covered of a box; `undefined` where that is too little. */
function textureAt({ first, covered }: Scene, place: Place): number | undefined {
  const clipped = inside(place, first);
  if (clipped.width < 6 || clipped.height < 6) return undefined;
  let [squares, seen, total] = [0, 0, 0];
  for (let y = clipped.y; y < clipped.y + clipped.height; y++) {
    for (let x = clipped.x; x < clipped.x + clipped.width; x++) {
      const i = y * first.width + x;
      total++;
      if (!covered[i]) continue;
      seen++;
      squares += first.data[i]! * first.data[i]!;
    }
  }
  const texture = Math.sqrt(squares / Math.max(1, seen));
  return seen < 0.08 * total || seen < 36 || texture < 0.8 ? undefined : texture;
}

function bestAgreement({ first, second, covered }: Scene, place: Place): number {
  const clipped = inside(place, first);
  let best = -1;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) best = Math.max(best, shifted(first, second, covered, clipped, dx, dy));
  }
  return best;
}

function inside({ x, y, width, height }: Place, plane: Plane): Place {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return {
    x: left,
    y: top,
    width: Math.min(plane.width, x + width) - left,
    height: Math.min(plane.height, y + height) - top,
  };
}

function shifted(
  first: Plane,
  second: Plane,
  covered: Uint8Array,
  { x, y, width, height }: Place,
  dx: number,
  dy: number,
): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let j = y; j < y + height; j++) {
    const row = j + dy;
    if (row < 0 || row >= first.height) continue;
    for (let i = x; i < x + width; i++) {
      const column = i + dx;
      if (column < 0 || column >= first.width) continue;
      const at = row * first.width + column;
      if (!covered[at]) continue;
      const [u, v] = [first.data[j * first.width + i]!, second.data[at]!];
      ab += u * v;
      aa += u * u;
      bb += v * v;
    }
  }
  return aa * bb < 1e-6 ? 0 : ab / Math.sqrt(aa * bb);
}

/**
 * Agreement elsewhere, in boxes of the mark's size; where a picture has too little in it for those, as a few figures on an even ground,
 * in boxes of half of that and less, whose numbers spread more widely, so that the test only becomes more careful.
 */
function comparables(scene: Scene, place: Place, texture: number): number[] {
  let others: number[] = [];
  for (const share of [1, 2, 4, 8]) {
    const side = (length: number): number => Math.max(8, Math.round(length / share));
    const found = othersLike(scene, place, { width: side(place.width), height: side(place.height) }, texture);
    if (found.length > others.length) others = found;
    if (others.length >= MARK_SETTINGS.enough) break;
  }
  return others;
}

/** The same number in boxes of this size and like texture that lie in the overlap and off the mark. */
function othersLike(scene: Scene, place: Place, size: Pick<Place, "width" | "height">, texture: number): number[] {
  const { first } = scene;
  const [width, height] = [Math.min(size.width, first.width >> 1), Math.min(size.height, first.height >> 1)];
  const values: number[] = [];
  let state = 0x5eed5eed;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const across = first.width - width + 1;
  let rich: readonly number[] | undefined;
  for (let i = 0; i < MARK_SETTINGS.tries && values.length < MARK_SETTINGS.boxes; i++) {
    // Late draws go where there is something and take what comes near: an even picture has few boxes as rich as a mark.
    const late = i >= MARK_SETTINGS.tries / 2;
    if (late) rich ??= richPlaces(first, texture, width, height);
    const at =
      rich && rich.length > 0 ? rich[draw(rich.length)]! : draw(across) + draw(first.height - height + 1) * first.width;
    const other = { x: at % first.width, y: Math.floor(at / first.width), width, height };
    if (touches(other, place) || !coveredWhole(scene, other)) continue;
    const slack = late ? 4 : 2;
    const sample = momentsAt(first, other.x, other.y, Math.min(width, height)).deviation;
    if (sample < texture / (2 * slack)) continue;
    const found = textureAt(scene, other);
    if (found !== undefined && found >= texture / slack && found <= texture * slack)
      values.push(bestAgreement(scene, other));
  }
  return values;
}

/** Where boxes of this size begin whose middle has fine structure as strong as a mark's. */
function richPlaces({ width, height, data }: Plane, texture: number, wide: number, high: number): number[] {
  const [right, down] = [wide >> 1, high >> 1];
  const found: number[] = [];
  for (let y = 0; y + high <= height; y++) {
    for (let x = 0; x + wide <= width; x++) {
      if (Math.abs(data[(y + down) * width + x + right]!) >= texture) found.push(y * width + x);
    }
  }
  return found;
}

function touches(a: Place, b: Place): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function coveredWhole({ covered, first }: Scene, { x, y, width, height }: Place): boolean {
  return [0, 0.5, 1].every((v) =>
    [0, 0.5, 1].every(
      (u) => covered[(y + Math.floor(v * (height - 1))) * first.width + x + Math.floor(u * (width - 1))] === 1,
    ),
  );
}

/** Share of the strips across the longer side of the mark, those that have structure, in which it is found again. */
function stripsOf(scene: Scene, place: Place, elsewhere: number): number {
  const wide = place.width >= place.height;
  const strips = Array.from({ length: MARK_SETTINGS.strip }, (_, i): Place => {
    const part = (wide ? place.width : place.height) / MARK_SETTINGS.strip;
    return wide
      ? { ...place, x: Math.round(place.x + i * part), width: Math.round(part) }
      : { ...place, y: Math.round(place.y + i * part), height: Math.round(part) };
  });
  const told = strips.map((strip) => agreementAt(scene, strip)).filter((found) => found !== undefined);
  if (told.length === 0) return 1;
  return told.filter(({ value }) => value >= MARK_SETTINGS.keeps * elsewhere).length / told.length;
}

/** Share of a grid of points of the box that fall into the second picture. */
function visibleShare([x, y, width, height]: Box, matrix: Matrix, b: Plane): number {
  const across = 24;
  let seen = 0;
  for (let j = 0; j < across; j++) {
    for (let i = 0; i < across; i++) {
      const [u, v] = apply(matrix, x + ((i + 0.5) * width) / across - 0.5, y + ((j + 0.5) * height) / across - 0.5);
      if (u >= -0.5 && v >= -0.5 && u <= b.width - 0.5 && v <= b.height - 0.5) seen++;
    }
  }
  return rounded(seen / (across * across));
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
