/**
 * A1111's infotext, located: prompts and parameters with their ranges in the text.
 * Grammar: AUTOMATIC1111/stable-diffusion-webui modules/infotext_utils.py, as its whole family writes it.
 */

import type { Span } from "../../base/json-text.ts";
import type { Repair, Status } from "../account.ts";
import { type NetworkTag, networkTags } from "../prompt/networks.ts";
import type { InfotextOptions } from "./layout.ts";
import { mendInfotext } from "./mend.ts";

/** A part of the text: its content as recipes hold it, and its range in the text as it was given. */
export interface Passage {
  /** CRLF became LF, trimmed at both ends. */
  readonly text: string;
  readonly span: Span;
  readonly status: Status;
}

/** One parameter; `raw` is as it stands, `value` without the quotes of a JSON string. */
export interface Parameter {
  readonly key: string;
  readonly raw: string;
  readonly value: string;
  /** Range of `raw` in the text as it was given. */
  readonly span: Span;
  readonly status: Status;
}

/** A network tag of the prompt with what was done to it. */
export interface FoundTag extends NetworkTag {
  readonly status: Status;
}

/** What an infotext says. */
export interface Infotext {
  readonly positive: Passage;
  /** Absent where there is no `Negative prompt:` line: the negative prompt was empty. */
  readonly negative?: Passage;
  readonly parameters: readonly Parameter[];
  /** Text on the parameter line that has no key. */
  readonly loose: readonly Passage[];
  readonly networks: readonly FoundTag[];
  readonly repairs: readonly Omit<Repair, "block">[];
}

/** The infotext in `text`, or `undefined` where no line of it holds parameters. Linear in the text, never throws. */
export function parseInfotext(text: string, options: InfotextOptions = {}): Infotext | undefined {
  const mended = mendInfotext(text, options);
  const { layout, scan } = mended;
  if (!layout || !scan) return undefined;
  const whole = mended.text;
  const statusOf = (span: Span, border?: 0 | 1): Status => (mended.isTouched(span, border) ? "repaired" : "recorded");
  const passage = (from: number, to: number): Passage => {
    const span = trimmed(whole, from, to);
    return {
      text: whole.slice(...span).replaceAll("\r\n", "\n"),
      span: mended.source(span),
      status: statusOf(span, 1),
    };
  };
  const positiveEnd = layout.negative?.from ?? layout.parameters;
  return {
    positive: passage(0, positiveEnd),
    ...(layout.negative && { negative: passage(layout.negative.text, layout.parameters) }),
    parameters: scan.pairs.map(({ key, raw, value, span, from }) => ({
      ...{ key, raw, value: value.replaceAll("\r\n", "\n") },
      span: mended.source(span),
      status: statusOf([from, span[1]]),
    })),
    loose: scan.loose.map(({ span }) => passage(...span)),
    networks: networkTags(whole.slice(0, positiveEnd)).map((tag) => ({
      ...tag,
      span: mended.source(tag.span),
      status: statusOf(tag.span),
    })),
    repairs: mended.repairs,
  };
}

function trimmed(text: string, from: number, to: number): Span {
  const part = text.slice(from, to);
  const start = from + part.length - part.trimStart().length;
  return [start, Math.max(start, from + part.trimEnd().length)];
}
