/** The geometry between two pictures: candidate transforms, each judged by structure that it did not choose. */

import { DIHEDRAL, type Dihedral, pdqDistance } from "../pdq.ts";
import type { Features } from "./features.ts";
import { type Fit, type Frames, fitTransform, pairsOf } from "./fit.ts";
import { matchFeatures } from "./matching.ts";
import type { Plane } from "./plane.ts";
import type { Prepared } from "./prepared.ts";
import { type Structure, structureOf } from "./structure.ts";
import { compose, type Matrix, type Model, mirroring, type Point, resizing } from "./transform.ts";

/** A transform that was tried, from the first picture to the second in pixels of their working sizes. */
export interface Candidate {
  /** How it was found: by features, by those of the mirror image, by the slow method's, or as the whole frame in one of eight positions. */
  readonly by: FeatureKind | "whole-frame";
  readonly matrix: Matrix;
  readonly model: Model;
  /** Matches and inliers; 0 for a whole frame. */
  readonly matches: number;
  readonly inliers: number;
  readonly cells: number;
  readonly roundness: number;
  readonly structure: Structure;
  /** Matched places, first and second picture, in working pixels. */
  readonly points: readonly { readonly a: Point; readonly b: Point; readonly agrees: boolean }[];
}

/** Which features a transform was fitted to. */
export type FeatureKind = "features" | "mirrored-features" | "slow-features" | "mirrored-slow-features";

/** Candidates of a pair. Whole frames are tried where PDQ is nearer than this; unrelated pictures differ in 128 ± 16. */
const PDQ_TRIED = 92;
/** Whole frames whose proportions differ by more than this factor are no candidates. */
const PROPORTION = 1.08;
/** Agreement at which no further candidate can change the answer. */
const ENOUGH = { cells: 40, share: 0.8 } as const;

/**
 * The slow method is the last step: where no candidate has this share of agreeing blocks, and either a picture has few
 * corners, as flat art does, or more matches agree than chance gives. Of unrelated pairs it is some one in six.
 */
const LAST_STEP = { share: 0.5, fewCorners: 500, agreeing: 5 } as const;

/** All plausible transforms between two pictures, in the order tried. */
export function candidates(a: Prepared, b: Prepared): Candidate[] {
  const found: Candidate[] = [];
  const settled = ({ cells, structure }: Candidate): boolean =>
    cells >= ENOUGH.cells && structure.share >= ENOUGH.share;
  const tried = (kind: FeatureKind): boolean => {
    const candidate = byFeatures(a, b, kind);
    if (candidate) found.push(candidate);
    return candidate !== undefined && settled(candidate);
  };
  if (tried("features")) return found;
  tried("mirrored-features");
  found.push(...wholeFrames(a, b));
  if (asksLastStep(a, b, found) && !tried("slow-features")) tried("mirrored-slow-features");
  return found;
}

function asksLastStep(a: Prepared, b: Prepared, found: readonly Candidate[]): boolean {
  if (found.some(({ structure }) => structure.share >= LAST_STEP.share && structure.blocks >= 12)) return false;
  const few = Math.min(a.features.count, b.features.count) < LAST_STEP.fewCorners;
  return few || found.some(({ cells }) => cells >= LAST_STEP.agreeing);
}

function featuresOf(a: Prepared, b: Prepared, kind: FeatureKind): readonly [Features, Features] {
  const slow = a.slowFeatures;
  return {
    features: () => [a.features, b.features] as const,
    "mirrored-features": () => [a.features, b.mirrorFeatures()] as const,
    "slow-features": () => [slow(), b.slowFeatures()] as const,
    "mirrored-slow-features": () => [slow(), b.slowMirrorFeatures()] as const,
  }[kind]();
}

function byFeatures(a: Prepared, b: Prepared, kind: FeatureKind): Candidate | undefined {
  const [first, second] = featuresOf(a, b, kind);
  const mirror = kind.startsWith("mirrored");
  if (first.count < 4 || second.count < 4) return undefined;
  const pairs = pairsOf(first, second, matchFeatures(first, second));
  const fit = fitTransform(pairs, framesOf(a.work, b.work));
  if (!fit) return undefined;
  const back = mirror ? mirroring(b.work.width) : undefined;
  const matrix = back ? compose(back, fit.matrix) : fit.matrix;
  const inlier = new Set(fit.inliers);
  const points = Array.from({ length: pairs.count }, (_, i) => ({
    a: [pairs.ax[i]!, pairs.ay[i]!] as const,
    b: [back ? b.work.width - 1 - pairs.bx[i]! : pairs.bx[i]!, pairs.by[i]!] as const,
    agrees: inlier.has(i),
  }));
  return {
    by: kind,
    matrix,
    model: fit.model,
    matches: pairs.count,
    ...supportOf(fit),
    structure: structureOf(a.work, b.work, matrix),
    points,
  };
}

function supportOf(fit: Fit): { inliers: number; cells: number; roundness: number } {
  return { inliers: fit.inliers.length, cells: fit.cells, roundness: fit.roundness };
}

function framesOf(a: Plane, b: Plane): Frames {
  return { aWidth: a.width, aHeight: a.height, bWidth: b.width, bHeight: b.height };
}

/** The whole of the one picture on the whole of the other, in the two positions that PDQ likes best. */
function wholeFrames(a: Prepared, b: Prepared): Candidate[] {
  return DIHEDRAL.map((form) => ({ form, distance: pdqDistance(a.pdq.hashes[form], b.pdq.hashes.identity) }))
    .filter(({ form, distance }) => distance <= PDQ_TRIED && sameProportion(a.work, b.work, form))
    .sort((p, q) => p.distance - q.distance)
    .slice(0, 2)
    .map(({ form }) => {
      const matrix = wholeFrame(form, a.work, b.work);
      return {
        by: "whole-frame",
        matrix,
        model: "affine",
        matches: 0,
        inliers: 0,
        cells: 0,
        roundness: 0,
        structure: structureOf(a.work, b.work, matrix),
        points: [],
      } as const;
    });
}

function turns(form: Dihedral): boolean {
  return /90|270|trans/.test(form);
}

function sameProportion(a: Plane, b: Plane, form: Dihedral): boolean {
  const ratio = (turns(form) ? a.height / a.width : a.width / a.height) / (b.width / b.height);
  return ratio <= PROPORTION && ratio >= 1 / PROPORTION;
}

/** One of the eight positions of a picture as a transform onto another's frame. */
export function wholeFrame(form: Dihedral, a: Plane, b: Plane): Matrix {
  const [w, h] = [a.width - 1, a.height - 1];
  const moved: Readonly<Record<Dihedral, Matrix>> = {
    identity: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    rotate90: [0, 1, 0, -1, 0, w, 0, 0, 1],
    rotate180: [-1, 0, w, 0, -1, h, 0, 0, 1],
    rotate270: [0, -1, h, 1, 0, 0, 0, 0, 1],
    mirrored: [-1, 0, w, 0, 1, 0, 0, 0, 1],
    flipped: [1, 0, 0, 0, -1, h, 0, 0, 1],
    transposed: [0, 1, 0, 1, 0, 0, 0, 0, 1],
    transversed: [0, -1, h, -1, 0, w, 0, 0, 1],
  };
  const [width, height] = turns(form) ? [a.height, a.width] : [a.width, a.height];
  return compose(resizing(width, height, b.width, b.height), moved[form]);
}
