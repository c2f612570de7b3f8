/** Grades of proof: how good the evidence for a fact is, strongest first. The core data type of every assessment. */

/**
 * M measured now from the bytes · R recorded at the time, under an outside time · T said by a third party ·
 * S self-recorded · X simulated afterwards · C claimed · U unknown.
 * A chain that exists only on its owner's disk is S, never R.
 */
export type Grade = "M" | "R" | "T" | "S" | "X" | "C" | "U";

/** All grades in their fixed order, strongest first. */
export const GRADES: readonly Grade[] = ["M", "R", "T", "S", "X", "C", "U"];

/** The weaker of two grades: a fact that rests on both is no better than this. */
export function weaker(a: Grade, b: Grade): Grade {
  return GRADES.indexOf(a) >= GRADES.indexOf(b) ? a : b;
}
