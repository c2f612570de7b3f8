/** How far blocks move under null edits, as counts that can be added over pictures. */

import type { Cue } from "../../src/compare/pair/differences.ts";

/** Lower ends of the classes of texture: standard deviation of a block's brightness, the larger of the two pictures'. */
export const TEXTURES = [0, 3, 6, 10, 16, 26] as const;

/** Widths of a step, and the number of steps: 1 − correlation up to 2, distance of mean colours up to 60. */
export const STEPS = { structure: { width: 0.01, count: 200 }, colour: { width: 0.25, count: 240 } } as const;

/** For each class of texture: step → blocks, for both cues. */
export interface CueCounts {
  readonly structure: readonly Readonly<Record<number, number>>[];
  readonly colour: readonly Readonly<Record<number, number>>[];
}

/** Counts the blocks of one edit. */
export function countCues(cues: readonly Cue[]): CueCounts {
  const counts = { structure: TEXTURES.map(() => ({})), colour: TEXTURES.map(() => ({})) };
  for (const { ncc, apart, expected, real } of cues) {
    const texture = TEXTURES.findLastIndex((from) => Math.max(expected, real) >= from);
    add(counts.structure[texture]!, 1 - ncc, STEPS.structure);
    add(counts.colour[texture]!, apart, STEPS.colour);
  }
  return counts;
}

function add(into: Record<number, number>, value: number, { width, count }: { width: number; count: number }): void {
  const step = Math.min(count - 1, Math.max(0, Math.floor(value / width)));
  into[step] = (into[step] ?? 0) + 1;
}
