/** How good the proof is that an event says: what came in live, under an outside time soon after, is recorded; the rest is less. */

import type { Grade } from "../base/grades.ts";
import type { Interval } from "../ledger/bounds.ts";
import type { CaptureGrade, ProcessEvent } from "./event.ts";

/** An event with its place in the ledger. */
export interface PlacedEvent {
  readonly index: number;
  readonly event: ProcessEvent;
}

/** An event with its place, what bounds its time from outside, and how good that makes it as proof. */
export interface BoundedEvent extends PlacedEvent {
  readonly interval: Interval;
  readonly grade: Grade;
  /** Milliseconds from the time that the event claims to the outside time that covers it; `undefined` without one. */
  readonly lagMs?: number;
}

/**
 * An outside time counts as "soon after" up to this long. Whoever anchors once a day has a day to think of another
 * history; longer than that, the record is one that its owner kept for themselves.
 */
export const SOON_MS = 24 * 60 * 60 * 1000;

/** Evidence by somebody whom the reader names or that nobody runs; T2 is the owner's own clock. */
const OUTSIDE: ReadonlySet<string> = new Set(["T3", "T4", "T5"]);

/** What another program's own history says is a claim of that program's owner; what was worked out afterwards is simulated. */
const CAPPED: Readonly<Partial<Record<CaptureGrade, Grade>>> = { imported: "C", reconstructed: "X" };

/** The event with its bounds and grade. */
export function bounded({ index, event }: PlacedEvent, interval: Interval): BoundedEvent {
  const { notAfter } = interval;
  const lagMs = notAfter && Math.max(0, notAfter.time - Date.parse(event.at.wall));
  return { index, event, interval, grade: gradeOfEvent(event, interval, lagMs), ...(lagMs !== undefined && { lagMs }) };
}

function gradeOfEvent(event: ProcessEvent, { notAfter }: Interval, lagMs: number | undefined): Grade {
  const cap = event.simulated ? "X" : CAPPED[event.capture];
  if (cap) return cap;
  return notAfter && OUTSIDE.has(notAfter.grade) && lagMs! <= SOON_MS ? "R" : "S";
}
