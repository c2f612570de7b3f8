/** Rows of a timeline: a request and its image are one row, anchored checkpoints and gaps are rows of their own. */

import type { Text } from "../../base/texts.ts";
import type { Difference } from "../../process/difference.ts";
import type { EventOf, ProcessEvent } from "../../process/event.ts";
import type { BoundedEvent } from "../../process/proof-grade.ts";
import type { Bound, SessionTimeline } from "./state.ts";
import { RECORD } from "./texts.ts";

/** A row of the timeline. */
export type TimelineRow =
  | {
      readonly kind: "entry";
      readonly entry: BoundedEvent;
      readonly title: Text;
      readonly values?: Readonly<Record<string, string | number>>;
      /** Picture of the row, by hash. */
      readonly picture?: string;
      readonly differences: readonly Difference[];
      readonly quote?: string;
      /** The lane on which it stands: 1 for what ended, was imported or made up. */
      readonly lane: 0 | 1;
      readonly mark: "image" | "word" | "ended" | "imported";
    }
  | { readonly kind: "checkpoint"; readonly size: number; readonly evidence: readonly Bound[] }
  | { readonly kind: "gap"; readonly entry: BoundedEvent; readonly from: string; readonly to: string };

/** The rows of a session, in the order of the ledger. */
export function rowsOf({ events, changes, evidence }: SessionTimeline): TimelineRow[] {
  const completed = new Map<string, EventOf<"generation.completed">>();
  const failed = new Map<string, EventOf<"generation.failed">>();
  for (const { event } of events) {
    if (event.type === "generation.completed") completed.set(event.data.request, event);
    else if (event.type === "generation.failed") failed.set(event.data.request, event);
  }
  const seals = sealsOf(evidence);
  const rows: TimelineRow[] = [];
  let isFirst = true;
  for (const [i, entry] of events.entries()) {
    const { event, index } = entry;
    const before = events[i - 1]?.index ?? -1;
    for (const seal of seals) if (seal.size > before && seal.size <= index && before >= 0) rows.push(seal);
    if (event.type === "generation.requested") {
      rows.push(
        requestRow(entry, event, isFirst, changes[event.id] ?? [], completed.get(event.id), failed.get(event.id)),
      );
      isFirst = false;
    } else {
      const row = rowOf(entry, event, completed);
      if (row) rows.push(row);
    }
  }
  const last = events.at(-1)?.index ?? -1;
  for (const seal of seals) if (seal.size > last && !rows.includes(seal)) rows.push(seal);
  return rows;
}

function sealsOf(evidence: readonly Bound[]): Extract<TimelineRow, { kind: "checkpoint" }>[] {
  const after = evidence.filter(
    ({ side, size, grade }) => side === "not-after" && size !== undefined && grade !== "T2",
  );
  const sizes = [...new Set(after.map(({ size }) => size!))].sort((a, b) => a - b);
  return sizes.map((size) => ({ kind: "checkpoint", size, evidence: after.filter((one) => one.size === size) }));
}

function requestRow(
  entry: BoundedEvent,
  event: EventOf<"generation.requested">,
  isFirst: boolean,
  differences: readonly Difference[],
  done: EventOf<"generation.completed"> | undefined,
  failure: EventOf<"generation.failed"> | undefined,
): TimelineRow {
  const { title, values } = failure
    ? { title: RECORD.failed, values: undefined }
    : isFirst
      ? { title: RECORD.firstImage, values: undefined }
      : titleOf(differences);
  const [picture] = done?.data.images ?? [];
  const isMadeUp = event.simulated === true || event.capture === "imported" || event.capture === "reconstructed";
  const positive = event.data.recipe.prompt.positive ?? "";
  return {
    kind: "entry",
    entry,
    title,
    ...(values && { values }),
    ...(picture && { picture: picture.sha256 }),
    differences: isFirst ? firstWords(positive) : differences,
    ...(failure && { quote: failure.data.why }),
    lane: isMadeUp ? 1 : 0,
    mark: failure ? "ended" : isMadeUp ? "imported" : "image",
  };
}

function firstWords(text: string): Difference[] {
  return text === "" ? [] : [{ kind: "phrase-added", field: "positive", text }];
}

function titleOf(differences: readonly Difference[]): {
  readonly title: Text;
  readonly values?: Record<string, number>;
} {
  if (differences.length === 0) return { title: RECORD.sameAgain };
  const kinds = new Set(differences.map(({ kind }) => kind.split("-")[0]));
  if (kinds.size > 1) return { title: RECORD.severalChanged, values: { n: differences.length } };
  const [kind] = kinds;
  if (kind === "phrase") return { title: RECORD.oneWord };
  if (kind === "seed") return { title: RECORD.seedChanged };
  return { title: kind === "adapter" ? RECORD.loraChanged : RECORD.settingChanged };
}

/** Any other event; completions and failures stand with their request. */
function rowOf(
  entry: BoundedEvent,
  event: ProcessEvent,
  completed: ReadonlyMap<string, EventOf<"generation.completed">>,
): TimelineRow | undefined {
  const word = (title: Text, more: Partial<Extract<TimelineRow, { kind: "entry" }>> = {}): TimelineRow => ({
    ...{ kind: "entry", entry, title, differences: [], lane: 0, mark: "word" },
    ...more,
  });
  switch (event.type) {
    case "session.gap":
      return { kind: "gap", entry, ...event.data };
    case "session.opened":
      return word(RECORD.opens);
    case "session.closed":
      return word(RECORD.closes);
    case "intent.noted":
      return word(RECORD.intent, { quote: event.data.text });
    case "note.added":
      return word(RECORD.note, {
        quote: event.data.text,
        ...(event.data.about && { picture: event.data.about.sha256 }),
      });
    case "dimension.said":
      return word(RECORD.dimension, { quote: event.data.text, values: { dimension: event.data.dimension } });
    case "image.kept":
      return word(RECORD.kept, { picture: event.data.image.sha256, quote: event.data.why ?? "" });
    case "image.rejected":
      return word(RECORD.rejected, {
        ...{ picture: event.data.image.sha256, quote: event.data.why ?? "", lane: 1, mark: "ended" },
      });
    case "file.saved":
      return word(RECORD.saved, { picture: event.data.file.sha256, quote: event.data.file.name ?? "", mark: "image" });
    case "capture.changed": {
      const { source, name, on } = event.data;
      const what = source === "folder" ? name : `${source === "a1111" ? "A1111" : "ComfyUI"}, ${name}`;
      return word(on ? RECORD.captureOn : RECORD.captureOff, { quote: what });
    }
    case "capture.missed":
      return word(RECORD.missed, { quote: event.data.why });
    case "environment.observed":
      return word(RECORD.environment, { quote: event.data.engine });
    case "seed.chosen":
      return word(RECORD.seedChosen, { quote: event.data.seed });
    case "mask.drawn":
      return word(RECORD.mask, { picture: event.data.mask.sha256 });
    case "image.shown":
      return word(RECORD.shown, { picture: event.data.image.sha256 });
    case "image.exported":
      return word(RECORD.exported, { picture: event.data.image.sha256, mark: "image" });
    case "image.published":
      return word(RECORD.published, { picture: event.data.image.sha256, quote: event.data.where });
    case "generation.completed":
      // A completion whose request is not in this session stands alone.
      return completed.get(event.data.request) === event ? undefined : word(RECORD.firstImage);
    default:
      return undefined;
  }
}
