/** The geometry between two pictures: candidate transforms, each judged by structure that it did not choose. */

import { DIHEDRAL, type Dihedral, pdqDistance } from "../pdq.ts";
import { type Fit, type Frames, fitTransform, pairsOf } from "./fit.ts";
import { matchFeatures } from "./matching.ts";
import type { Plane } from "./plane.ts";
import type { Prepared } from "./prepared.ts";
import { type Structure, structureOf } from "./structure.ts";
import { compose, type Matrix, type Model, mirroring, type Point, resizing } from "./transform.ts";

/** A transform that was tried, from the first picture to the second in pixels of their working sizes. */
export interface Candidate {
  /** How it was found: by features, by those of the mirror image, or as the whole frame in one of eight positions. */
  readonly by: "features" | "mirrored-features" | "whole-frame";
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

/** Candidates of a pair. Whole frames are tried where PDQ is nearer than this; unrelated pictures differ in 128 ± 16. */
const PDQ_TRIED = 92;
/** Whole frames whose proportions differ by more than this factor are no candidates. */
const PROPORTION = 1.08;
/** Agreement at which no further candidate can change the answer. */
const ENOUGH = { cells: 40, share: 0.8 } as const;

/** All plausible transforms between two pictures, in the order tried. */
export function candidates(a: Prepared, b: Prepared): Candidate[] {
  const found: Candidate[] = [];
  const plain = byFeatures(a, b, false);
  if (plain) found.push(plain);
  if (plain && plain.cells >= ENOUGH.cells && plain.structure.share >= ENOUGH.share) return found;
  const mirror = byFeatures(a, b, true);
  if (mirror) found.push(mirror);
  return [...found, ...wholeFrames(a, b)];
}

function byFeatures(a: Prepared, b: Prepared, mirror: boolean): Candidate | undefined {
  const features = mirror ? b.mirrorFeatures() : b.features;
  if (a.features.count < 4 || features.count < 4) return undefined;
  const pairs = pairsOf(a.features, features, matchFeatures(a.features, features));
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
    by: mirror ? "mirrored-features" : "features",
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
