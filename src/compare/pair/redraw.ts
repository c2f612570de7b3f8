/**
 * Another drawing of the same scene, as the same recipe gives with another seed: the composition agrees, lines do not. A copy
 * keeps nearly all of its blocks, or those that it keeps (under an overlay, a crop, a repainted part) agree to the line.
 */

import { SeedproofError } from "../../base/errors.ts";
import type { Evidence } from "./evidence.ts";

/** Bounds, set on the shipped model's images and on altered pictures; docs/comparing.md says what lies on either side. */
export const REDRAW_BOUNDS = {
  /** From this share of agreeing blocks on it is the same picture, however softly they agree: a filter moves all blocks alike. */
  share: 0.95,
  /** From this part of the agreeing blocks that agrees to the detail on, it is the same picture too. */
  tight: 0.93,
  /** Below both, the lines of what agrees must correlate as much as this. */
  detail: 0.945,
  /** Most seeds draw the same frame again: what lies on a part of the other picture was cut or pasted, */
  overlap: 0.7,
  /** unless so few of its blocks agree, and their lines so badly, that one figure was drawn in two places. */
  part: { share: 0.6, detail: 0.75 },
} as const;

/** What the judgement of a redrawing rests on. */
type RedrawEvidence = Pick<Evidence, "share" | "tight" | "detail" | "overlapA" | "overlapB">;

/** Whether only the lines of a pair tell a redrawing from a copy: a loose agreement of the whole frames, and one of few blocks elsewhere. */
export function asksDetail(evidence: RedrawEvidence): boolean {
  const { share, tight } = evidence;
  const most = isWholeFrame(evidence) ? REDRAW_BOUNDS.share : REDRAW_BOUNDS.part.share;
  return share < most && tight < REDRAW_BOUNDS.tight * share;
}

function isWholeFrame({ overlapA, overlapB }: RedrawEvidence): boolean {
  return Math.min(overlapA, overlapB) >= REDRAW_BOUNDS.overlap;
}

/**
 * Whether what two pictures have in common is a composition and not a picture.
 * @throws SeedproofError `compare.pairs-old` where the evidence is of a version that did not look at lines, and they decide
 */
export function isRedrawn(evidence: RedrawEvidence): boolean {
  if (!asksDetail(evidence)) return false;
  if (evidence.detail === undefined)
    throw new SeedproofError("compare.pairs-old", "these pairs were weighed by an earlier version; make them again");
  return evidence.detail < (isWholeFrame(evidence) ? REDRAW_BOUNDS.detail : REDRAW_BOUNDS.part.detail);
}
