/**
 * Labels of AI-generated content as China prescribes them (GB 45438-2025), wherever services put them: XMP element or attribute,
 * PNG text, EXIF, the metadata keys of videos. label/aigc.ts checks their form and writes them.
 * @see TC260-PG-20259A (images), TC260-PG-20257A (videos)
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { type Span, tryJson } from "../base/json-text.ts";
import type { Block } from "../image/block.ts";
import { readXmp } from "../image/xmp.ts";
import { isXmp } from "../image/xmp-names.ts";

/** The seven fields, in the standard's order. */
export const AIGC_FIELDS = [
  "Label",
  "ContentProducer",
  "ProduceID",
  "ReservedCode1",
  "ContentPropagator",
  "PropagateID",
  "ReservedCode2",
] as const;

/** Name of a field of the label. */
export type AigcField = (typeof AIGC_FIELDS)[number];

/** Where the label stood. */
export type AigcPlace = "xmp" | "text" | "exif";

/** One label of a file. */
export interface AigcLabel {
  /** Index of its block. */
  readonly block: number;
  readonly place: AigcPlace;
  /** Members as they stand, texts and numbers as text. */
  readonly members: Readonly<Record<string, string>>;
  /** The value's range in the block's text, where the label is one value. */
  readonly span?: Span;
}

/** Spellings of fields seen in the wild for what the standard calls otherwise. */
const MISSPELT: Readonly<Record<string, AigcField>> = {
  ReserveCode1: "ReservedCode1",
  ReserveCode2: "ReservedCode2",
  Propagator: "ContentPropagator",
  Producer: "ContentProducer",
  PropatorID: "PropagateID",
  PropagatorID: "PropagateID",
  ProducerID: "ProduceID",
  // Tencent Cloud's form of 2025.
  ServiceProvider: "ContentProducer",
  ContentId: "ProduceID",
};

/** A field of a label, also under the spellings that services use for it; `undefined` where it is absent. */
export function aigcField({ members }: AigcLabel, field: AigcField): string | undefined {
  if (Object.hasOwn(members, field)) return members[field];
  const other = Object.keys(members).find((name) => MISSPELT[name] === field);
  return other === undefined ? undefined : members[other];
}

/** All labels of a file in the order of its blocks. */
export function aigcLabels(blocks: readonly Block[]): AigcLabel[] {
  return blocks.flatMap((block, index) => {
    if (block.text === undefined) return [];
    if (isXmp(block)) return fromXmp(block.text, index);
    if (/(?:^|[/.:])AIGC$/i.test(block.key)) return fromText(block.text, index, "text", true);
    return /AIGC|ContentProducer|"ServiceProvider"/.test(block.text) ? fromText(block.text, index, "exif", false) : [];
  });
}

/** The property holds JSON; some writers make each field a property of its own. */
function fromXmp(packet: string, block: number): AigcLabel[] {
  if (!packet.includes("tc260.org.cn")) return [];
  const properties = readXmp(packet).filter(({ namespace }) =>
    /^https?:\/\/www\.tc260\.org\.cn\/ns\/AIGC/i.test(namespace),
  );
  const whole = properties
    .filter(({ name }) => name === "AIGC")
    .flatMap(({ value, span }) => {
      const members = membersOf(tryJson(value));
      return members ? [{ block, place: "xmp" as const, members, span }] : [];
    });
  if (whole.length > 0) return whole;
  const fields = properties.filter(({ name }) => name !== "AIGC");
  const members = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return Object.hasOwn(members, "Label") ? [{ block, place: "xmp", members }] : [];
}

/** Text that is JSON, with or without the key AIGC around it or in front of it. */
function fromText(text: string, block: number, place: AigcPlace, labelled: boolean): AigcLabel[] {
  const from = text.indexOf("{");
  if (from < 0 || !/^\W{0,4}(?:AIGC)?\W{0,4}$/.test(text.slice(0, from))) return [];
  const json = tryJson(text.slice(from));
  const inner = isObject(json) ? json.AIGC : undefined;
  const members = membersOf(inner ?? json);
  const known = inner !== undefined || labelled || (members !== undefined && isLabel(members));
  return members && known ? [{ block, place, members, span: [from, text.length] }] : [];
}

function isLabel(members: Readonly<Record<string, string>>): boolean {
  return "ContentProducer" in members || ("ServiceProvider" in members && "ContentId" in members);
}

/** Members of the label's object, which may stand as text inside other JSON. */
function membersOf(value: Json | undefined): Record<string, string> | undefined {
  const object: Json | undefined = typeof value === "string" ? tryJson(value) : value;
  if (!isObject(object)) return undefined;
  const inner: JsonObject = isObject(object.AIGC) ? object.AIGC : object;
  const members = Object.entries(inner).flatMap(([name, member]) =>
    typeof member === "string" || typeof member === "number" ? [[name, String(member)] as const] : [],
  );
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}
