/** WebM and Matroska: tags, title and writing programs. @see RFC 8794 (EBML), RFC 9559 (Matroska) */

import type { Container, Pixels } from "./container.ts";
import type { ByteSource } from "./source.ts";
import { Survey, WALK_LIMITS } from "./survey.ts";
import { decodeText } from "./text.ts";

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const VIDEO = 0xe0;
const PIXEL_WIDTH = 0xb0;
const PIXEL_HEIGHT = 0xba;
const TAGS = 0x1254c367;
const TAG = 0x7373;
const SIMPLE_TAG = 0x67c8;
const TAG_NAME = 0x45a3;
const TAG_STRING = 0x4487;
const ATTACHMENTS = 0x1941a469;
const ATTACHED_FILE = 0x61a7;
const FILE_NAME = 0x466e;

/** Elements that are walked into. Clusters of unknown length are too: the only way to their end. */
const MASTERS = new Set([SEGMENT, INFO, TRACKS, TRACK_ENTRY, VIDEO, TAGS, TAG, ATTACHMENTS, ATTACHED_FILE]);
const INFO_TEXTS = new Map([
  [0x7ba9, "Title"],
  [0x4d80, "MuxingApp"],
  [0x5741, "WritingApp"],
]);

interface Element {
  readonly id: number;
  readonly offset: number;
  readonly start: number;
  readonly end: number;
  readonly unknownLength: boolean;
}

/** The elements from file offset `from` to `to`. */
function* elements(survey: Survey, from: number, to: number): Generator<Element> {
  for (let offset = from; offset < to && survey.step(offset); ) {
    const head = survey.source.read(offset, 12);
    const idLength = vintLength(head[0] ?? 0);
    const sizeLength = vintLength(head[idLength] ?? 0);
    if (idLength > 4 || sizeLength > 8 || idLength + sizeLength > head.length) {
      survey.note("image.malformed", offset, { what: "EBML" });
      return;
    }
    const id = bigEndian(head, 0, idLength);
    const start = offset + idLength + sizeLength;
    const { size, unknownLength } = readSize(head, idLength, sizeLength);
    const end = unknownLength ? to : start + size;
    if (end > to) survey.note("image.cut", to, { what: "EBML" });
    yield { id, offset, start, end: Math.min(end, to), unknownLength };
    offset = unknownLength && id === CLUSTER ? start : end;
  }
}

/** A size of all ones is unknown: the element goes on to the end of what holds it. @see RFC 8794, section 6 */
function readSize(head: Uint8Array, at: number, length: number): { size: number; unknownLength: boolean } {
  // The marker bit is taken off first: with it, eight bytes do not fit a double.
  const top = (head[at] ?? 0) & (0xff >> length);
  const rest = head.subarray(at + 1, at + length);
  const unknownLength = top === 0xff >> length && rest.every((byte) => byte === 0xff);
  return { size: top * Number(1n << BigInt(8 * (length - 1))) + bigEndian(rest, 0, length - 1), unknownLength };
}

/** Length of a number by the zero bits at its start. */
const vintLength = (first: number): number => Math.clz32(first) - 23;

function bigEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

interface Video {
  width?: number;
  height?: number;
}

/** Walks a WebM or Matroska file. Clusters, which hold the frames, are stepped over. */
export function walkEbml(source: ByteSource): Container {
  const survey = new Survey(source);
  const video: Video = {};
  walkInto(survey, 0, source.size, video, 0);
  const { width, height } = video;
  const pixels: Pixels | undefined = width && height ? { width, height } : undefined;
  return {
    kind: "webm",
    pixels,
    animated: true,
    lossless: false,
    alpha: false,
    blocks: survey.blocks,
    findings: survey.findings,
  };
}

function walkInto(survey: Survey, from: number, to: number, video: Video, depth: number): void {
  if (depth > WALK_LIMITS.depth) return;
  for (const element of elements(survey, from, to)) {
    const { id, offset, start, end } = element;
    const length = end - start;
    if (MASTERS.has(id)) walkInto(survey, start, end, video, depth + 1);
    else if (id === SIMPLE_TAG) readTag(survey, element, "", depth + 1);
    else if (id === PIXEL_WIDTH) video.width ??= bigEndian(survey.source.read(start, 4), 0, Math.min(length, 4));
    else if (id === PIXEL_HEIGHT) video.height ??= bigEndian(survey.source.read(start, 4), 0, Math.min(length, 4));
    else if (INFO_TEXTS.has(id)) {
      survey.text({ where: "Info", key: INFO_TEXTS.get(id)!, offset, length }, readValue(survey, element));
    } else if (id === FILE_NAME) {
      survey.note("image.attachment", offset, { name: decodeText(readValue(survey, element)).text.slice(0, 256) });
    }
  }
}

/** A tag with its name, its text and tags inside it, whose names follow after a slash. @see RFC 9559, section 5.1.8 */
function readTag(survey: Survey, tag: Element, outer: string, depth: number): void {
  let name = outer;
  for (const element of elements(survey, tag.start, tag.end)) {
    const { id, start, end } = element;
    if (id === TAG_NAME) name = (outer && `${outer}/`) + decodeText(readValue(survey, element)).text;
    else if (id === TAG_STRING) {
      const place = { where: "Tags/SimpleTag", key: name, offset: tag.offset, length: end - start };
      survey.text(place, readValue(survey, element));
    } else if (id === SIMPLE_TAG && depth < WALK_LIMITS.depth) readTag(survey, element, name, depth + 1);
  }
}

function readValue(survey: Survey, { start, end }: Element): Uint8Array {
  return survey.spend(end - start, start, "EBML") ? survey.source.read(start, end - start) : new Uint8Array(0);
}
