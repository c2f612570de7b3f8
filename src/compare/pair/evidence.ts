/** What a pair shows, as the few numbers from which a verdict is judged. */

import { log } from "../../base/math-log.ts";
import { pdqDistance } from "../pdq.ts";
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
  readonly mean: number;
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

/** A pair's evidence with the candidate that it comes from, where any transform was plausible. */
export interface Weighed {
  readonly evidence: Evidence;
  readonly candidate: Candidate | undefined;
}

/** Weighs a pair: the candidate whose structure agrees best, its support, and the fingerprints. */
export function weigh(a: Prepared, b: Prepared): Weighed {
  const found = candidates(a, b).sort((p, q) => strength(q) - strength(p));
  const candidate = found[0];
  const distances = Object.values(a.pdq.hashes).map((hash) => pdqDistance(hash, b.pdq.hashes.identity));
  return {
    candidate,
    evidence: {
      cells: candidate?.cells ?? 0,
      roundness: candidate?.roundness ?? 0,
      blocks: candidate?.structure.blocks ?? 0,
      share: candidate?.structure.share ?? 0,
      mean: candidate?.structure.mean ?? 0,
      overlapA: candidate?.structure.overlapA ?? 0,
      overlapB: candidate?.structure.overlapB ?? 0,
      pdq: Math.min(...distances),
      quality: Math.min(a.pdq.quality, b.pdq.quality),
      features: Math.min(a.features.count, b.features.count),
      layout: layoutLikeness(a.layout, b.layout),
      palette: paletteLikeness(a.layout, b.layout),
    },
  };
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
