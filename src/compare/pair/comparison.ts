/** Two pictures compared: a verdict on the public scale with everything that it rests on. It says how pictures relate, not who made what. */

import { SeedproofError } from "../../base/errors.ts";
import type { Finding } from "../../base/findings.ts";
import { fill } from "../../base/texts.ts";
import type { Quantisation } from "../../image/quantisation.ts";
import { onWhite, type Raster } from "../../image/raster.ts";
import { levelDifferences } from "../metrics.ts";
import type { CopyCalibration } from "./calibration.ts";
import { reaches, type Sameness, sameness, scoreOf } from "./calibration.ts";
import { type Differences, differences } from "./differences.ts";
import { type Evidence, weigh } from "./evidence.ts";
import type { FeatureDetector } from "./features.ts";
import { type Box, geometryOf, type Transform } from "./geometry.ts";
import { judgeMark, type MarkVerdict } from "./mark.ts";
import { type Element, type ElementRow, elementRow, type NamedBox, type RegionRow, regionRow } from "./named.ts";
import { coloursOf, lumaOf, resized } from "./plane.ts";
import { type Prepared, prepare } from "./prepared.ts";
import type { TextLine } from "./read-text.ts";
import type { Candidate } from "./register.ts";
import { COMPARE_TEXTS } from "./texts.ts";
import type { Colours } from "./tone.ts";
import { apply, compose, describe, type Matrix, type Point, resizing } from "./transform.ts";

/** Levels, nearest first; `cannot-tell` where the pictures have too little to be told by. */
export type PairVerdict =
  | "identical-bytes"
  | "identical-pixels"
  | "within-rounding"
  | "copy"
  | "edited-copy"
  | "same-recipe-other-seed"
  | "similar"
  | "unrelated"
  | "cannot-tell";

/** One of the two pictures, as the host read it. */
export interface Side {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly container: string;
  /** Colour-managed samples as a viewer shows them, and their pixel hash. */
  readonly displayed: Raster;
  readonly pixelsSha256: string;
  /** SHA-256 over the samples as stored, without orientation or profile. */
  readonly storedSha256: string;
  /** How a JPEG was saved last. */
  readonly quantisation?: Quantisation;
  /** What determines the image but its seed, as one text, and the seed: from the file's own statements. */
  readonly recipe?: { readonly rest: string; readonly seed: string };
  readonly findings: readonly Finding[];
}

/** What is asked beside the verdict. */
export interface CompareOptions {
  /** Absent when the pictures are the same pixels: then nothing is looked for. */
  readonly detector: () => Promise<FeatureDetector>;
  readonly calibration: CopyCalibration;
  readonly regions?: readonly NamedBox[];
  readonly elements?: readonly Element[];
  /** Where a mark stands in the first picture. */
  readonly mark?: MarkQuestion;
}

/** Where a mark stands in the first picture; `lines` are texts that were read in the second. */
export interface MarkQuestion {
  readonly box: Box;
  readonly text?: string;
  readonly lines?: readonly TextLine[];
}

/** Facts of one picture. */
export interface PictureFacts {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly container: string;
  readonly width: number;
  readonly height: number;
  /** Over the displayed samples: orientation and colour profile applied. */
  readonly pixelsSha256: string;
  /** Over the stored samples. */
  readonly storedSha256: string;
  readonly pdq?: { readonly hash: string; readonly quality: number };
  readonly features?: number;
  readonly jpeg?: Quantisation;
  /** The seed that the file states. */
  readonly seed?: string;
}

/** Numbers behind the verdict. */
export interface PairMeasures extends Partial<Evidence> {
  readonly maxDifference?: number;
  readonly beyondRoundingShare?: number;
  readonly psnr?: number | null;
  readonly score?: number;
  readonly threshold?: number;
  readonly matches?: number;
  readonly inliers?: number;
  /** Share of the overlap that differs, with its range. */
  readonly changed?: Differences["changed"];
  readonly uncertain?: number;
}

/** The result; plain data but for the map, which is there for figures. */
export interface Comparison {
  readonly verdict: PairVerdict;
  readonly a: PictureFacts;
  readonly b: PictureFacts;
  readonly transform: Transform | null;
  readonly watermark: MarkVerdict | null;
  readonly measures: PairMeasures;
  /** Changes that were found, as codes of docs/comparing.md. */
  readonly changes: readonly Change[];
  readonly differences: Differences | null;
  readonly regions: readonly RegionRow[];
  readonly elements: readonly ElementRow[];
  /** Matched places in pixels of the two pictures. */
  readonly points: readonly { readonly a: Point; readonly b: Point; readonly agrees: boolean }[];
  readonly calibration: CopyCalibration;
  readonly findings: readonly Finding[];
}

/** Kinds of change between a picture and its copy. */
export type Change =
  | "resaved"
  | "resized"
  | "cropped"
  | "mirrored"
  | "turned"
  | "stretched"
  | "framed"
  | "tones-changed"
  | "parts-changed";

/** Largest differences that still count as rounding, as for reproductions. */
const ROUNDING = { most: 8, share: 0.001 } as const;

/** Limits of what a caller asks for. */
export const COMPARE_LIMITS = { boxes: 64 } as const;

/**
 * Compares two pictures.
 * @throws SeedproofError `compare.box-outside`, `compare.box-many`, `compare.features-failed`
 */
export async function compare(a: Side, b: Side, options: CompareOptions): Promise<Comparison> {
  checkBoxes(a.displayed, options);
  const [factsA, factsB] = [factsOf(a), factsOf(b)];
  const base = { a: factsA, b: factsB, calibration: options.calibration, findings: [...a.findings, ...b.findings] };
  const exact = exactVerdict(a, b, factsA, factsB);
  const asked = (options.regions?.length ?? 0) + (options.elements?.length ?? 0) + (options.mark ? 1 : 0);
  if (exact && asked === 0) return { ...nothing, ...base, ...exact };
  const detector = await options.detector();
  const [first, second] = [prepare(a.displayed, detector), prepare(b.displayed, detector)];
  const { candidate, evidence } = weigh(first, second);
  const facts = {
    ...base,
    a: { ...factsA, ...fingerprints(first) },
    b: { ...factsB, ...fingerprints(second) },
  };
  const says = exact ? "same" : sameness(evidence, options.calibration);
  const score = Math.round(scoreOf(evidence, options.calibration) * 1e3) / 1e3;
  const measures: PairMeasures = {
    ...evidence,
    ...(exact?.measures ?? {}),
    score,
    threshold: options.calibration.threshold,
    matches: candidate?.matches ?? 0,
    inliers: candidate?.inliers ?? 0,
  };
  if (says !== "same" || !candidate) {
    return {
      ...nothing,
      ...facts,
      measures,
      verdict: exact?.verdict ?? unlike(says === "same" ? "not-shown" : says, a, b, evidence, options.calibration),
      findings: [...facts.findings, ...(says === "redrawn" ? [redrawnFinding()] : [])],
    };
  }
  return related({ ...facts, measures, verdict: exact?.verdict }, a, b, first, second, candidate, options);
}

function redrawnFinding(): Finding {
  return { code: "compare.redrawn", level: "informs", text: fill(COMPARE_TEXTS.findings.redrawn, {}) };
}

const nothing = {
  transform: null,
  watermark: null,
  changes: [],
  differences: null,
  regions: [],
  elements: [],
  points: [],
  measures: {},
} as const;

function factsOf({
  name,
  sha256,
  bytes,
  container,
  displayed,
  pixelsSha256,
  storedSha256,
  quantisation,
  recipe,
}: Side): PictureFacts {
  const { width, height } = displayed;
  const facts = {
    file: name,
    sha256,
    bytes,
    container,
    width,
    height,
    pixelsSha256,
    storedSha256,
  };
  return { ...facts, ...(quantisation && { jpeg: quantisation }), ...(recipe && { seed: recipe.seed }) };
}

function fingerprints(picture: Prepared): Pick<PictureFacts, "pdq" | "features"> {
  return {
    pdq: { hash: picture.pdq.hashes.identity, quality: picture.pdq.quality },
    features: picture.features.count,
  };
}

/** The verdicts that need no search: equal bytes, equal pixels, pixels equal but for rounding. */
function exactVerdict(
  a: Side,
  b: Side,
  factsA: PictureFacts,
  factsB: PictureFacts,
): { verdict: PairVerdict; measures: PairMeasures } | undefined {
  const same: PairMeasures = { maxDifference: 0, beyondRoundingShare: 0, psnr: null };
  if (a.sha256 === b.sha256) return { verdict: "identical-bytes", measures: same };
  if (factsA.pixelsSha256 === factsB.pixelsSha256) return { verdict: "identical-pixels", measures: same };
  if (a.displayed.width !== b.displayed.width || a.displayed.height !== b.displayed.height) return undefined;
  const { maxDifference, beyondRoundingShare, psnr } = levelDifferences(onWhite(a.displayed), onWhite(b.displayed));
  const rounding = maxDifference <= ROUNDING.most && beyondRoundingShare <= ROUNDING.share;
  return rounding ? { verdict: "within-rounding", measures: { maxDifference, beyondRoundingShare, psnr } } : undefined;
}

/** The verdict where no common picture was found. */
function unlike(
  says: Exclude<Sameness, "same">,
  a: Side,
  b: Side,
  evidence: Evidence,
  calibration: CopyCalibration,
): PairVerdict {
  if (a.recipe && b.recipe && a.recipe.rest === b.recipe.rest && a.recipe.seed !== b.recipe.seed)
    return "same-recipe-other-seed";
  if (says === "cannot-tell") return "cannot-tell";
  return says === "redrawn" || reaches(evidence, calibration.similar) ? "similar" : "unrelated";
}

function related(
  facts: Pick<Comparison, "a" | "b" | "calibration" | "findings" | "measures"> & { verdict: PairVerdict | undefined },
  a: Side,
  b: Side,
  first: Prepared,
  second: Prepared,
  candidate: Candidate,
  options: CompareOptions,
): Comparison {
  const transform = geometryOf(first, second, candidate);
  const map = mapOf(a.displayed, b.displayed, first, second, transform);
  const changes = changesOf(a, b, transform, map);
  const points = candidate.points.map(({ a: p, b: q, agrees }) => ({
    a: unscaled(p, first),
    b: unscaled(q, second),
    agrees,
  }));
  const ground = { a: a.displayed, b: b.displayed, matrix: transform.matrix, differences: map, points };
  const edits: readonly Change[] = ["cropped", "mirrored", "turned", "stretched", "framed", "parts-changed"];
  return {
    ...facts,
    verdict: facts.verdict ?? (changes.some((change) => edits.includes(change)) ? "edited-copy" : "copy"),
    transform,
    changes,
    differences: map,
    measures: { ...facts.measures, changed: map.changed, uncertain: map.uncertain },
    watermark: options.mark ? markOf(options.mark, a.displayed, b.displayed, transform.matrix) : null,
    regions: (options.regions ?? []).map((box) => regionRow(ground, box)),
    elements: (options.elements ?? []).map((element) => elementRow(ground, element)),
    points,
  };
}

function markOf({ box, text, lines }: MarkQuestion, a: Raster, b: Raster, matrix: Matrix): MarkVerdict {
  const verdict = judgeMark(lumaOf(a), lumaOf(b), matrix, box);
  const [x, y] = apply(matrix, box[0] + box[2] / 2, box[1] + box[3] / 2);
  const there = lines?.find(
    ({ box: [left, top, width, height] }) => x >= left && x <= left + width && y >= top && y <= top + height,
  );
  return { ...verdict, ...(text !== undefined && { text }), ...(lines && { textThere: there?.text ?? "" }) };
}

function unscaled([x, y]: Point, { width, height, work }: Prepared): Point {
  return [((x + 0.5) * width) / work.width - 0.5, ((y + 0.5) * height) / work.height - 0.5];
}

/** The differences of two displayed pictures that `transform` aligns. */
export function mapOf(
  a: Raster,
  b: Raster,
  first: Prepared,
  second: Prepared,
  transform: Pick<Transform, "matrix">,
): Differences {
  return differences(...aligned(a, b, first, second, transform));
}

/** Colours of both pictures at no more than their working sizes, and the transform between those. */
export function aligned(
  a: Raster,
  b: Raster,
  first: Prepared,
  second: Prepared,
  { matrix }: Pick<Transform, "matrix">,
): readonly [Colours, Colours, Transform["matrix"]] {
  const colours = (raster: Raster, { work }: Prepared): Colours => {
    // Pictures are looked at no larger than they are.
    const [width, height] = [Math.min(work.width, raster.width), Math.min(work.height, raster.height)];
    return coloursOf(raster).map((plane) => resized(plane, width, height)) as unknown as Colours;
  };
  const [ca, cb] = [colours(a, first), colours(b, second)];
  const scale = (from: Raster, to: Colours): readonly [number, number, number, number] => [
    from.width,
    from.height,
    to[0].width,
    to[0].height,
  ];
  return [ca, cb, between(scale(a, ca), scale(b, cb), matrix)];
}

function between(
  [aw, ah, pw, ph]: readonly [number, number, number, number],
  [bw, bh, qw, qh]: readonly [number, number, number, number],
  matrix: Transform["matrix"],
): Transform["matrix"] {
  return compose(resizing(bw, bh, qw, qh), compose(matrix, resizing(pw, ph, aw, ah)));
}

/** Bounds from which a change is named. */
const NAMED = { cut: 0.004, filled: 0.985, turn: 0.3, stretch: 1.015, tone: 6, scale: 0.004, part: 0.002 } as const;

function changesOf(a: Side, b: Side, transform: Transform, map: Differences): Change[] {
  const { cut, filled, rotation, mirrored, matrix, scale } = transform;
  const [w, h] = [a.displayed.width, a.displayed.height];
  const cutShare = Math.max(cut.left / w, cut.right / w, cut.top / h, cut.bottom / h);
  const { stretch } = describe(matrix, w / 2, h / 2);
  const slack = (transform.edgeError ?? 0) / Math.max(w, h);
  const changes: [Change, boolean][] = [
    ["resaved", a.sha256 !== b.sha256],
    ["resized", Math.abs(scale - 1) > Math.max(NAMED.scale, transform.scaleError ?? 0)],
    ["cropped", cutShare > NAMED.cut + slack],
    ["mirrored", mirrored],
    ["turned", Math.abs(rotation) > NAMED.turn],
    ["stretched", stretch > NAMED.stretch],
    ["framed", filled < NAMED.filled - 2 * slack && Math.abs(rotation) <= NAMED.turn],
    ["tones-changed", toneShift(map) > NAMED.tone],
    ["parts-changed", map.determined && map.changed.low > NAMED.part],
  ];
  return changes.filter(([, is]) => is).map(([change]) => change);
}

/** Largest change of brightness between 16 and 240, and of colour for a saturated pixel, in steps of 255. */
function toneShift({ tone }: Differences): number {
  const light = tone.curve.slice(2, 31).map((value, i) => Math.abs(value - 8 * (i + 2)));
  const colour = [
    Math.abs(tone.blue[2] - 1),
    Math.abs(tone.blue[3]),
    Math.abs(tone.red[3] - 1),
    Math.abs(tone.red[2]),
  ].map((v) => 60 * v);
  return Math.max(median(light), ...colour);
}

function median(values: readonly number[]): number {
  return [...values].sort((p, q) => p - q)[values.length >> 1] ?? 0;
}

function checkBoxes({ width, height }: Raster, { regions = [], elements = [], mark }: CompareOptions): void {
  const boxes = [...regions, ...elements, ...(mark ? [{ name: "mark", box: mark.box }] : [])];
  if (boxes.length > COMPARE_LIMITS.boxes)
    throw new SeedproofError("compare.box-many", `at most ${COMPARE_LIMITS.boxes} boxes are compared`);
  for (const { name, box } of boxes) {
    const [x, y, w, h] = box;
    const fits =
      [x, y, w, h].every(Number.isFinite) && x >= 0 && y >= 0 && w >= 4 && h >= 4 && x + w <= width && y + h <= height;
    if (!fits)
      throw new SeedproofError(
        "compare.box-outside",
        `the box ${name.slice(0, 80)} (${box.join(",")}) is not in the first image of ${width}x${height}, or below 4 pixels`,
      );
  }
}
