/** What a pair shows, as the few numbers from which a verdict is judged. */

import { log } from "../../base/math-log.ts";
import { pdqDistance } from "../pdq.ts";
import { detailOf } from "./detail.ts";
import { layoutLikeness, paletteLikeness } from "./layout.ts";
import type { Prepared } from "./prepared.ts";
import { type Candidate, candidates } from "./register.ts";

/** The numbers of one pair; a calibration keeps them for each of its pairs. */
export interface Evidence {
  /** Inlying matches in different places, 0 where only the whole frame was tried. */
  readonly cells: number;
  /** Shorter over longer axis of their scatter. */
  readonly roundness: number;
  /** Blocks of the overlap that have structure, and the share that agrees. */
  readonly blocks: number;
  readonly share: number;
  /** Share that agrees to the detail. */
  readonly tight: number;
  readonly mean: number;
  /** Middle correlation of lines where blocks agree ({@link detailOf}); absent from pairs of an earlier version. */
  readonly detail?: number;
  /** Share of each picture in the overlap. */
  readonly overlapA: number;
  readonly overlapB: number;
  /** Least PDQ distance over the eight positions, bits of 256. */
  readonly pdq: number;
  /** The lower of the two PDQ qualities, 0 … 100. */
  readonly quality: number;
  /** The smaller number of features. */
  readonly features: number;
  /** Likeness of coarse looks: where colours lie (−1 … 1) and how much there is of each (0 … 1). */
  readonly layout: number;
  readonly palette: number;
}

/** A pair's evidence with the candidate that it comes from, where any transform was plausible, and all that were tried. */
export interface Weighed {
  readonly evidence: Evidence;
  readonly candidate: Candidate | undefined;
  readonly tried: readonly Candidate[];
}

/** Weighs a pair: the candidate whose structure agrees best, its support, and the fingerprints. */
export function weigh(a: Prepared, b: Prepared): Weighed {
  const tried = candidates(a, b);
  const candidate = strongest(tried);
  const distances = Object.values(a.pdq.hashes).map((hash) => pdqDistance(hash, b.pdq.hashes.identity));
  return {
    candidate,
    tried,
    evidence: {
      ...foundBy(candidate),
      detail: candidate ? detailOf(a.work, b.work, candidate.matrix) : 0,
      pdq: Math.min(...distances),
      quality: Math.min(a.pdq.quality, b.pdq.quality),
      features: Math.min(a.features.count, b.features.count),
      layout: layoutLikeness(a.layout, b.layout),
      palette: paletteLikeness(a.layout, b.layout),
    },
  };
}

/** What a candidate adds to the evidence of its pair; zeros where there is none. */
export function foundBy(
  candidate: Candidate | undefined,
): Pick<Evidence, "cells" | "roundness" | "blocks" | "share" | "tight" | "mean" | "overlapA" | "overlapB"> {
  const { blocks = 0, share = 0, tight = 0, mean = 0, overlapA = 0, overlapB = 0 } = candidate?.structure ?? {};
  const { cells = 0, roundness = 0 } = candidate ?? {};
  return { cells, roundness, blocks, share, tight, mean, overlapA, overlapB };
}

/** The candidate whose structure agrees best. */
export function strongest(tried: readonly Candidate[]): Candidate | undefined {
  return [...tried].sort((p, q) => strength(q) - strength(p))[0];
}

function strength({ structure, cells }: Candidate): number {
  return support(structure) * 10 + log(1 + cells);
}

/**
 * Lower bound of the share of agreeing blocks (Wilson, 95 %, neighbouring blocks counted as half independent): a high
 * share of a handful of blocks is worth less than the same share of hundreds.
 */
export function support({ blocks, share }: Pick<Evidence, "blocks" | "share">): number {
  const n = blocks / 2;
  if (n === 0) return 0;
  const z2 = 1.96 * 1.96;
  const centre = share + z2 / (2 * n);
  const radius = 1.96 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return Math.max(0, (centre - radius) / (1 + z2 / n));
}
