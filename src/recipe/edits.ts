/** Edits of a text that keep the way back: which range of the first text each range of the last one came from. */

import type { Span } from "../base/json-text.ts";

/** Replaces a range of a text. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly with: string;
}

/** A text after any number of rounds of edits. */
export interface EditedText {
  readonly text: string;
  /** Range of the first text that this range of the edited text came from. */
  source(span: Span): Span;
  /** Whether an edit lies in this range; with `border` 1, also one that touches it from outside. */
  isTouched(span: Span, border?: 0 | 1): boolean;
  /** Applies further edits, which must be in order and must not overlap. */
  edit(edits: readonly Edit[]): EditedText;
}

/** A text without edits. */
export function unedited(text: string): EditedText {
  return { text, source: (span) => span, isTouched: () => false, edit: (edits) => edited(unedited(text), edits) };
}

function edited(before: EditedText, edits: readonly Edit[]): EditedText {
  if (edits.length === 0) return before;
  const { text, places } = applied(before.text, edits);
  const back = ([from, to]: Span): Span => {
    const start = origin(edits, places, from, "from");
    if (to <= from) return [start, start];
    const last = origin(edits, places, to - 1, "to");
    return [start, Math.max(start, isInside(places, to - 1) ? last : last + 1)];
  };
  const self: EditedText = {
    text,
    source: (span) => before.source(back(span)),
    isTouched: (span, border = 0) => touches(places, span, border) || before.isTouched(back(span), border),
    edit: (more) => edited(self, more),
  };
  return self;
}

/** The text after the edits, and the range of each replacement in it. */
function applied(before: string, edits: readonly Edit[]): { text: string; places: Span[] } {
  const parts: string[] = [];
  const places: Span[] = [];
  let at = 0;
  let length = 0;
  for (const { from, to, with: replacement } of edits) {
    parts.push(before.slice(at, from), replacement);
    const start = length + from - at;
    length = start + replacement.length;
    places.push([start, length]);
    at = to;
  }
  return { text: parts.join("") + before.slice(at), places };
}

/** Where a character came from; one of a replacement came from the chosen end of what it replaced. */
function origin(edits: readonly Edit[], places: readonly Span[], index: number, end: "from" | "to"): number {
  const i = lastAtOrBefore(places, index);
  if (i < 0) return index;
  const [, to] = places[i]!;
  return index >= to ? index - to + edits[i]!.to : edits[i]![end];
}

/** Index of the last range that starts at or before `index`; -1 where none does. */
function lastAtOrBefore(places: readonly Span[], index: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]![0] <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isInside(places: readonly Span[], index: number): boolean {
  const place = places[lastAtOrBefore(places, index)];
  return place !== undefined && index < place[1];
}

function touches(places: readonly Span[], [from, to]: Span, border: number): boolean {
  // An edit that only deletes has an empty place; it counts where it stands inside the range.
  const i = lastAtOrBefore(places, to);
  for (const place of places.slice(Math.max(0, i - 1), i + 1)) {
    const [start, end] = place;
    if (border === 1 ? start <= to && end >= from : start < to && end > from) return true;
  }
  return false;
}
