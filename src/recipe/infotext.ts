/**
 * A1111's infotext, located: prompts and parameters with their ranges in the text.
 * Grammar: AUTOMATIC1111/stable-diffusion-webui modules/infotext_utils.py, as its whole family writes it.
 */

import type { Span } from "../base/json-text.ts";
import type { Repair, Status } from "./account.ts";
import type { InfotextOptions } from "./infotext-layout.ts";
import { mendInfotext } from "./infotext-mend.ts";

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

/** A `<lora:name:weight>` of the prompt. */
export interface NetworkTag {
  readonly type: "lora" | "lycoris" | "hypernetwork";
  readonly name: string;
  /** For the model; 1 where the tag names no weight. */
  readonly weight?: number;
  /** For the text encoder. */
  readonly weightText?: number;
  /** Whether the tag names a weight at all. */
  readonly weighted: boolean;
  readonly span: Span;
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
  readonly networks: readonly NetworkTag[];
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
    networks: networkTags(whole, positiveEnd).map((tag) => ({
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

const TAG = /<(lora|lyco|hypernet):([^<>:\n]{1,300})((?::[^<>:\n]{0,100}){0,8})>/gi;
const TAG_TYPES = { lora: "lora", lyco: "lycoris", hypernet: "hypernetwork" } as const;

/** The network tags up to `to`, in order. @see modules/extra_networks.py, extensions-builtin/Lora of A1111 */
function networkTags(text: string, to: number): Omit<NetworkTag, "status">[] {
  return [...text.slice(0, to).matchAll(TAG)].map((match) => {
    const type = TAG_TYPES[match[1]!.toLowerCase() as keyof typeof TAG_TYPES];
    const span: Span = [match.index, match.index + match[0].length];
    return { type, name: match[2]!.trim(), ...weightsOf(match[3]!.split(":").slice(1)), span };
  });
}

/** `:te:unet` by place, or `te=`, `unet=` by name; one number is for both. */
function weightsOf(items: readonly string[]): Pick<NetworkTag, "weight" | "weightText" | "weighted"> {
  const places = items.filter((item) => !item.includes("="));
  const named = new Map(items.map((item) => [item.split("=")[0]!.trim(), item.split("=")[1]]));
  const textItem = named.get("te") ?? places[0];
  const weightText = textItem === undefined ? 1 : leadingNumber(textItem);
  const modelItem = named.get("unet") ?? places[1];
  const weight = (modelItem === undefined ? undefined : leadingNumber(modelItem)) ?? weightText;
  return {
    weighted: textItem !== undefined || modelItem !== undefined,
    ...(weight !== undefined && { weight }),
    ...(weightText !== undefined && { weightText }),
  };
}

function leadingNumber(item: string): number | undefined {
  const number = Number.parseFloat(item);
  return Number.isFinite(number) ? number : undefined;
}
