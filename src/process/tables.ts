/** The tables that courts asked for: prompt versions, revision by visual dimension, counts, and the order of operations. */

import type { Moment } from "../ledger/entry.ts";
import { type Difference, recipeDifferences } from "./difference.ts";
import {
  type CaptureGrade,
  DIMENSIONS,
  type Dimension,
  type EventOf,
  eventsOf,
  type ProcessEvent,
  weakestCapture,
} from "./event.ts";

/** One step: a request for images, with what changed since the request before it. */
export interface Step {
  readonly event: string;
  readonly at: Moment;
  /** When the program whose history it was says that it happened; of imported steps alone. */
  readonly claimedAt?: string;
  readonly capture: CaptureGrade;
  readonly positive: string;
  readonly negative: string;
  readonly seed: string | undefined;
  readonly differences: readonly Difference[];
  /** Milliseconds since the request before it; `undefined` for the first. */
  readonly sinceLastMs: number | undefined;
}

/** Every request of a session in order, each with its differences from the one before it to the same generator. */
export function stepsOf(events: readonly ProcessEvent[]): Step[] {
  const requests = eventsOf(events, "generation.requested");
  const last = new Map<string, EventOf<"generation.requested">>();
  return requests.map((event, i) => {
    const { recipe, engine } = event.data;
    const before = requests[i - 1];
    const alike = last.get(engine);
    last.set(engine, event);
    return {
      event: event.id,
      at: event.at,
      ...(event.source?.claimedAt !== undefined && { claimedAt: event.source.claimedAt }),
      capture: event.capture,
      positive: recipe.prompt.positive ?? "",
      negative: recipe.prompt.negative ?? "",
      seed: recipe.seed,
      differences: alike ? recipeDifferences(alike.data.recipe, recipe) : [],
      sinceLastMs: before && sinceMs(before, event),
    };
  });
}

/** Milliseconds between two events: as their source claims where both are imported; unknown between one that is and one that is not. */
function sinceMs(before: ProcessEvent, event: ProcessEvent): number | undefined {
  if (!before.source && !event.source) return elapsedMs(before.at, event.at);
  const [from, to] = [before.source?.claimedAt, event.source?.claimedAt].map((time) => Date.parse(time ?? ""));
  return Number.isFinite(from) && Number.isFinite(to) ? to! - from! : undefined;
}

/** Milliseconds between two moments: by the clock that nobody can set where both have it, else by the wall clock. */
function elapsedMs(from: Moment, to: Moment): number {
  const sameRun = from.boot === to.boot && from.mono !== undefined && to.mono !== undefined;
  return sameRun ? to.mono! - from.mono! : Date.parse(to.wall) - Date.parse(from.wall);
}

/** How many of each: what was asked, made, shown, kept, rejected, adjusted. */
export interface Counts {
  readonly requests: number;
  readonly images: number;
  readonly failures: number;
  readonly kept: number;
  readonly rejected: number;
  /** Rejections with the reason given then. */
  readonly rejectedWithReason: number;
  readonly intents: number;
  readonly notes: number;
  readonly saves: number;
  readonly differences: Readonly<Partial<Record<Difference["kind"], number>>>;
  /** No count is better known than this. */
  readonly capture: CaptureGrade | undefined;
}

/** Counts over the events of one session. An image counts once, however often it was shown. */
export function countsOf(events: readonly ProcessEvent[]): Counts {
  const images = new Set(
    eventsOf(events, "generation.completed").flatMap(({ data }) => data.images.map(({ sha256 }) => sha256)),
  );
  const kept = new Set(eventsOf(events, "image.kept").map(({ data }) => data.image.sha256));
  const rejections = new Map(eventsOf(events, "image.rejected").map(({ data }) => [data.image.sha256, data.why]));
  const differences: Partial<Record<Difference["kind"], number>> = {};
  for (const { kind } of stepsOf(events).flatMap((step) => step.differences))
    differences[kind] = (differences[kind] ?? 0) + 1;
  return {
    requests: eventsOf(events, "generation.requested").length,
    images: images.size,
    failures: eventsOf(events, "generation.failed").length,
    kept: kept.size,
    rejected: rejections.size,
    rejectedWithReason: [...rejections.values()].filter((why) => why !== undefined && why.trim() !== "").length,
    intents: eventsOf(events, "intent.noted").length,
    notes: eventsOf(events, "note.added").length,
    saves: eventsOf(events, "file.saved").length,
    differences,
    capture: weakestCapture(events),
  };
}

/** What a person said they changed in one visual dimension, and which images stand before and after. */
export interface DimensionRow {
  readonly dimension: Dimension;
  readonly said: readonly {
    readonly event: string;
    readonly at: Moment;
    readonly text: string;
    readonly before?: string;
    readonly after?: string;
  }[];
}

/** Revision by visual dimension. A dimension of which nothing was said stays in the table, empty. */
export function dimensionsOf(events: readonly ProcessEvent[]): DimensionRow[] {
  const all = eventsOf(events, "dimension.said");
  return DIMENSIONS.map((dimension) => ({
    dimension,
    said: all
      .filter(({ data }) => data.dimension === dimension)
      .map(({ id, at, data }) => ({
        event: id,
        at,
        text: data.text,
        ...(data.before && { before: data.before.sha256 }),
        ...(data.after && { after: data.after.sha256 }),
      })),
  }));
}

/** A line of work that begins at an image or request and goes on by variation, inpainting, enlarging or editing. */
export interface Branch {
  readonly root: string;
  readonly events: readonly string[];
}

/** Branches by what follows from what; an event that follows from nothing begins one. */
export function branchesOf(events: readonly ProcessEvent[]): Branch[] {
  const rootOf = new Map<string, string>();
  const branches = new Map<string, string[]>();
  for (const { id, follows } of events) {
    const root = follows.map((before) => rootOf.get(before)).find((found) => found !== undefined) ?? id;
    rootOf.set(id, root);
    branches.set(root, [...(branches.get(root) ?? []), id]);
  }
  return [...branches].map(([root, members]) => ({ root, events: members }));
}
