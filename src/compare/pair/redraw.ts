/**
 * Another drawing of the same scene, as the same recipe gives with another seed: the composition agrees, details do not. A copy
 * keeps nearly all of its blocks, or those that it keeps (under an overlay, a crop, a repainted part) agree to the detail.
 */

import type { Evidence } from "./evidence.ts";

/** Bounds, set on the embedded engine's images (bench/compare/seeds.ts); what they cost is in the table of alterations. */
export const REDRAW_BOUNDS = {
  /** From this share of agreeing blocks on it is the same picture, however softly they agree: a filter moves all blocks alike. */
  share: 0.93,
  /** Below it, this part of the agreeing blocks must agree to the detail. */
  tight: 0.8,
  /** Bits of 256: seeds move the coarse looks farther than a change of tone does. */
  pdq: 36,
  /** Seeds draw the same frame again: what lies on a part of the other picture was cut or pasted. */
  overlap: 0.7,
} as const;

/** Whether what two pictures have in common is a composition and not a picture. */
export function isRedrawn({
  share,
  tight,
  pdq,
  overlapA,
  overlapB,
}: Pick<Evidence, "share" | "tight" | "pdq" | "overlapA" | "overlapB">): boolean {
  const wholeFrame = Math.min(overlapA, overlapB) >= REDRAW_BOUNDS.overlap;
  const loose = share < REDRAW_BOUNDS.share && tight < REDRAW_BOUNDS.tight * share;
  return loose && wholeFrame && pdq >= REDRAW_BOUNDS.pdq;
}
