/** Values that are spread over several segments of a JPEG file: C2PA stores, long XMP packets, long texts of ours. */

import { concatBytes, fromLatin1 } from "../base/bytes.ts";
import { groupsBy } from "../base/groups.ts";
import { JPEG_CARRIER, unpackText } from "./carrier.ts";
import { type JpegSegment, startsWith } from "./jpeg-segments.ts";
import type { Survey } from "./survey.ts";
import { be16, be32 } from "./uint.ts";

/** Segments that values are spread over: 4096 of 64 KiB are 256 MiB. CWE-770. */
const MAX_PARTS = 4096;
const EXTENDED_XMP = "http://ns.adobe.com/xmp/extension/\0";

/** One segment's share of a value. */
interface Part {
  readonly kind: "jumbf" | "extended-xmp" | "carrier";
  readonly segment: JpegSegment;
  /** Which value of its kind: a box's number, a packet's MD5, a text's number. */
  readonly value: string | number;
  readonly order: number;
  /** Length of the whole value where the part states it. */
  readonly total?: number;
  readonly data: Uint8Array;
}

/** Parts gathered until the picture starts. */
export type Parts = Part[];

/** A value put together again. */
interface Whole {
  readonly kind: Part["kind"];
  /** Marker of its first segment. */
  readonly offset: number;
  /** Of all its segments, as they state it. */
  readonly length: number;
  readonly total: number | undefined;
  readonly parts: readonly Uint8Array[];
}

/** Takes the data of a segment in if they are part of a value. */
export function gatherPart(parts: Parts, segment: JpegSegment, data: Uint8Array): void {
  const part = parts.length < MAX_PARTS ? readPart(data) : undefined;
  if (part) parts.push({ ...part, segment });
}

function readPart(data: Uint8Array): Omit<Part, "segment"> | undefined {
  // `JP`, number of the box, number of the part. @see ISO 19566-5, annex D
  if (startsWith(data, "JP") && data.length >= 16) {
    return { kind: "jumbf", value: be16(data, 2), order: be32(data, 4), data: data.subarray(8) };
  }
  // MD5 of the packet in hexadecimal, its length, place of the part. @see XMP specification part 3, section 1.1.3.1
  if (startsWith(data, EXTENDED_XMP)) {
    const body = data.subarray(EXTENDED_XMP.length);
    const [value, total] = [fromLatin1(body.subarray(0, 32)), be32(body, 32)];
    return { kind: "extended-xmp", value, order: be32(body, 36), total, data: body.subarray(40) };
  }
  if (startsWith(data, JPEG_CARRIER)) {
    const body = data.subarray(JPEG_CARRIER.length);
    return { kind: "carrier", value: be16(body, 0), order: be16(body, 2), data: body.subarray(4) };
  }
  return undefined;
}

/** Lists each value once, at its first segment. */
export function listWholes(survey: Survey, parts: Parts): void {
  for (const whole of wholes(parts)) {
    if (whole.kind === "jumbf") listJumbf(survey, whole);
    else if (whole.kind === "carrier") listCarried(survey, whole);
    else listExtendedXmp(survey, whole);
  }
}

function wholes(parts: Parts): Whole[] {
  const groups = groupsBy(parts, ({ kind, value }) => `${kind} ${value}`);
  return [...groups.values()].map((group) => {
    const { kind, segment, total } = group[0]!;
    const length = group.reduce((sum, part) => sum + part.segment.length, 0);
    const ordered = group.toSorted((a, b) => a.order - b.order);
    return { kind, offset: segment.offset, length, total, parts: ordered.map(({ data }) => data) };
  });
}

/** Every part repeats the box's header: 8 bytes, or 16 where its 32-bit length is 1. */
function listJumbf(survey: Survey, { offset, length, parts }: Whole): void {
  const header = be32(parts[0]!, 0) === 1 ? 16 : 8;
  const bytes = concatBytes(...parts.map((part, i) => (i === 0 ? part : part.subarray(header))));
  survey.binary({ where: "APP11", key: "jumbf", offset, length }, bytes);
}

function listExtendedXmp(survey: Survey, { offset, length, total, parts }: Whole): void {
  const where = "APP1/XMP(extended)";
  const bytes = concatBytes(...parts);
  if (bytes.length !== total) survey.note("image.value-malformed", offset, { what: where });
  survey.text({ where, key: "xmp", offset, length }, bytes);
}

function listCarried(survey: Survey, { offset, length, parts }: Whole): void {
  const text = unpackText(concatBytes(...parts));
  if (text) survey.textAs({ where: `APP15/${text.where}`, key: text.key, offset, length }, "utf8", text.text);
  else survey.note("image.value-malformed", offset, { what: "APP15" });
}
