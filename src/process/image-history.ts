/** What a record says of each image: which entries name it, how good that makes it as proof, and what a person decided. */

import { GRADES, type Grade } from "../base/grades.ts";
import { isObject } from "../base/json.ts";
import { CAPTURE_GRADES, type CaptureGrade, type EventType, type ProcessEvent, type ProcessFile } from "./event.ts";
import type { BoundedEvent } from "./proof-grade.ts";

/** One entry that names an image. */
export interface ImageEntry {
  readonly index: number;
  readonly type: EventType;
  readonly session: string;
  /** By the recorder's own clock, RFC 3339. */
  readonly at: string;
  readonly grade: Grade;
  readonly capture: CaptureGrade;
  /** Milliseconds since 1970, where outside evidence bounds the entry. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** The history of one image as a record has it. */
export interface ImageHistory {
  readonly sha256: string;
  /** What it was called when it first came in. */
  readonly name?: string;
  /** The best grade among the entries that name it. */
  readonly grade: Grade;
  readonly capture: CaptureGrade;
  readonly entries: readonly ImageEntry[];
  /** The last word of a person on it. */
  readonly decision?: "kept" | "rejected";
}

/**
 * The histories of all images that events name, by hash, in the order of the ledger. Masks, layered files and payloads are no
 * images here.
 * @param holds - whether the ledger verifies; the entries of one that does not are their owner's claims
 */
export function imageHistories(events: readonly BoundedEvent[], holds: boolean): Map<string, ImageHistory> {
  const histories = new Map<string, ImageHistory>();
  for (const bounded of events) {
    const { event } = bounded;
    for (const { sha256, name } of imagesOf(event)) {
      const entry = entryOf(bounded, holds);
      const before = histories.get(sha256);
      const decision = decisionOf(event) ?? before?.decision;
      const called = before?.name ?? name;
      histories.set(sha256, {
        sha256,
        ...(called !== undefined && { name: called }),
        grade: better(GRADES, before?.grade, entry.grade),
        capture: better(CAPTURE_GRADES, before?.capture, entry.capture),
        entries: [...(before?.entries ?? []), entry],
        ...(decision && { decision }),
      });
    }
  }
  return histories;
}

function entryOf({ index, event, interval, grade }: BoundedEvent, holds: boolean): ImageEntry {
  const { notBefore, notAfter } = interval;
  return {
    ...{ index, type: event.type, session: event.session, at: event.at.wall, capture: event.capture },
    grade: holds || grade === "X" ? grade : "C",
    ...(holds && notBefore && { notBefore: notBefore.time }),
    ...(holds && notAfter && { notAfter: notAfter.time }),
  };
}

/** The one that stands first in the order. */
function better<T>(order: readonly T[], a: T | undefined, b: T): T {
  return a === undefined || order.indexOf(b) < order.indexOf(a) ? b : a;
}

function decisionOf({ type }: ProcessEvent): ImageHistory["decision"] {
  return type === "image.kept" ? "kept" : type === "image.rejected" ? "rejected" : undefined;
}

/** Files of the role `image` that an event's data names, once each. */
function imagesOf(event: ProcessEvent): ProcessFile[] {
  if (event.type === "file.saved" && event.data.layered) return [];
  const found = new Map<string, ProcessFile>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    else if (isObject(value)) {
      const file = value as unknown as ProcessFile;
      if (file.role === "image" && typeof file.sha256 === "string" && /^[0-9a-f]{64}$/.test(file.sha256)) {
        if (!found.has(file.sha256)) found.set(file.sha256, file);
      } else if (!("passes" in value)) for (const one of Object.values(value)) walk(one);
    }
  };
  walk(event.data);
  return [...found.values()];
}
