/** TIFF directories, alone and as EXIF inside other containers. @see TIFF 6.0; Exif 3.0 (CIPA DC-008), section 4.6 */

import type { Container, Pixels } from "./container.ts";
import type { ByteSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { decodeUtf16, isPrintable } from "./text.ts";
import { be16, be32, fourCc, le16, le32 } from "./uint.ts";
import { decodeUserComment } from "./user-comment.ts";

/** Where a TIFF structure stands in the file. */
export interface TiffPlace {
  /** What the names of its blocks begin with: `APP1/`, `EXIF/`; empty in a TIFF file. */
  readonly outer: string;
  /** File offset of the segment or chunk that holds it; `undefined` in a TIFF file, whose values have their own. */
  readonly offset: number | undefined;
}

/** Names of the tags that hold text. @see Exif 3.0, section 4.6.5 */
const TEXT_TAGS = new Map([
  [0x010d, "DocumentName"],
  [0x010e, "ImageDescription"],
  [0x010f, "Make"],
  [0x0110, "Model"],
  [0x011d, "PageName"],
  [0x0131, "Software"],
  [0x0132, "DateTime"],
  [0x013b, "Artist"],
  [0x013c, "HostComputer"],
  [0x02bc, "XMP"],
  [0x8298, "Copyright"],
  [0x9003, "DateTimeOriginal"],
  [0x9004, "DateTimeDigitized"],
  [0x927c, "MakerNote"],
  [0x9286, "UserComment"],
  [0x9c9b, "XPTitle"],
  [0x9c9c, "XPComment"],
  [0x9c9d, "XPAuthor"],
  [0x9c9e, "XPKeywords"],
  [0x9c9f, "XPSubject"],
  [0xa420, "ImageUniqueID"],
  [0xa430, "CameraOwnerName"],
  [0xa433, "LensMake"],
  [0xa434, "LensModel"],
  [0xa436, "ImageTitle"],
  [0xa437, "Photographer"],
  [0xa438, "ImageEditor"],
  [0xa43b, "ImageEditingSoftware"],
  [0xa43c, "MetadataEditingSoftware"],
]);

const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const GPS_LATITUDE = 2;
const IMAGE_WIDTH = 0x0100;
const IMAGE_HEIGHT = 0x0101;
const MAKER_NOTE = 0x927c;
const USER_COMMENT = 0x9286;
/** Offsets and fractions of the times, ASCII like text but parts of another value. */
const PARTS_OF_TIMES = new Set([0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292]);
const ASCII = 2;
const UTF8 = 129;
const TYPE_SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8 };
const ENTRY = 12;

/** EXIF in a box or an item starts with the length of what stands before the TIFF structure. @see ISO 23008-12, annex A.2.1 */
export function tiffOfBox(data: Uint8Array): Uint8Array {
  return data.subarray(4 + be32(data, 0));
}

/** Some writers put JPEG's `Exif\0\0` before the TIFF structure. */
export function withoutExifHeader(data: Uint8Array): Uint8Array {
  return fourCc(data, 0) === "Exif" && le16(data, 4) === 0 ? data.subarray(6) : data;
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  /** Length of the value in bytes. */
  readonly length: number;
  /** Where the value stands in the TIFF structure. */
  readonly at: number;
  /** The value field as a number: a short or a long that fits in it. */
  readonly number: number;
}

interface Reading {
  readonly survey: Survey;
  readonly tiff: ByteSource;
  readonly place: TiffPlace;
  readonly order: "BE" | "LE";
  /** Places of the directories read, which may lead to one another. */
  readonly visited: Set<number>;
  readonly u16: (bytes: Uint8Array, at: number) => number;
  readonly u32: (bytes: Uint8Array, at: number) => number;
}

/** Walks a TIFF file: the directory of its first page. */
export function walkTiff(source: ByteSource): Container {
  const survey = new Survey(source);
  const pixels = readTiff(survey, source, { outer: "", offset: undefined });
  return {
    kind: "tiff",
    pixels,
    animated: false,
    lossless: false,
    alpha: false,
    blocks: survey.blocks,
    findings: survey.findings,
  };
}

/**
 * Lists the texts of a TIFF structure: its first directory and the Exif directory; later ones describe thumbnails
 * and further pages. Gives the size in pixels that the first directory states.
 */
export function readTiff(survey: Survey, tiff: ByteSource, place: TiffPlace): Pixels | undefined {
  const head = tiff.read(0, 8);
  const little = head[0] === 0x49 && head[1] === 0x49;
  const [u16, u32] = little ? [le16, le32] : [be16, be32];
  if (head.length < 8 || (!little && be16(head, 0) !== 0x4d4d) || u16(head, 2) !== 42) {
    survey.note("image.malformed", place.offset ?? 0, { what: "EXIF" });
    return undefined;
  }
  const reading: Reading = { survey, tiff, place, order: little ? "LE" : "BE", visited: new Set(), u16, u32 };
  const sides = new Map<number, number>();
  readDirectory(reading, u32(head, 4), "IFD0", sides);
  const width = sides.get(IMAGE_WIDTH);
  const height = sides.get(IMAGE_HEIGHT);
  return width && height ? { width, height } : undefined;
}

function readDirectory(reading: Reading, at: number, name: "IFD0" | "Exif", sides: Map<number, number>): void {
  const { survey, tiff, u16 } = reading;
  if (reading.visited.has(at)) return;
  reading.visited.add(at);
  const count = u16(tiff.read(at, 2), 0);
  const table = tiff.read(at + 2, count * ENTRY);
  if (at < 8 || table.length < count * ENTRY) survey.note("image.value-malformed", byteOf(reading, at), { what: name });
  for (let i = 0; (i + 1) * ENTRY <= table.length && survey.step(byteOf(reading, at)); i++) {
    const entry = readEntry(reading, table, i * ENTRY, at + 2);
    if (entry.tag === EXIF_IFD && name === "IFD0") readDirectory(reading, entry.number, "Exif", new Map());
    else if (entry.tag === GPS_IFD) noteLocation(reading, entry.number);
    else if (entry.tag === IMAGE_WIDTH || entry.tag === IMAGE_HEIGHT) sides.set(entry.tag, entry.number);
    else if (isText(entry)) listText(reading, entry, name);
  }
}

/** Many writers leave a GPS directory without a place in it. */
function noteLocation(reading: Reading, at: number): void {
  const { survey, tiff, u16 } = reading;
  if (reading.visited.has(at)) return;
  reading.visited.add(at);
  const table = tiff.read(at + 2, u16(tiff.read(at, 2), 0) * ENTRY);
  const tags = Array.from({ length: Math.floor(table.length / ENTRY) }, (_, i) => u16(table, i * ENTRY));
  if (tags.includes(GPS_LATITUDE)) survey.note("image.location", byteOf(reading, at));
}

function readEntry(reading: Reading, table: Uint8Array, at: number, tableAt: number): Entry {
  const { u16, u32 } = reading;
  const type = u16(table, at + 2);
  const length = u32(table, at + 4) * (type === UTF8 ? 1 : (TYPE_SIZES[type] ?? 0));
  return {
    tag: u16(table, at),
    type,
    length,
    at: length <= 4 ? tableAt + at + 8 : u32(table, at + 8),
    number: type === 3 ? u16(table, at + 8) : u32(table, at + 8),
  };
}

/** Private tags with ASCII are text as well: ComfyUI counts down from Make for each further entry of its workflow. */
function isText({ tag, type, length }: Entry): boolean {
  if (length === 0 || PARTS_OF_TIMES.has(tag)) return false;
  return TEXT_TAGS.has(tag) || type === ASCII || type === UTF8;
}

const byteOf = (reading: Reading, at: number): number => reading.place.offset ?? at;

function listText(reading: Reading, entry: Entry, directory: string): void {
  const { survey, tiff, place, order } = reading;
  const { tag, length } = entry;
  const key = TEXT_TAGS.get(tag) ?? `0x${tag.toString(16).padStart(4, "0")}`;
  const offset = byteOf(reading, entry.at);
  if (!survey.spend(Math.min(length, tiff.size), offset, key)) return;
  const bytes = tiff.read(entry.at, length);
  const at = { where: `${place.outer}EXIF:${directory}(${order})`, key, offset, length };
  if (bytes.length < length) survey.note("image.value-malformed", offset, { what: key });
  else if (tag === USER_COMMENT) survey.text(at, bytes, decodeUserComment(bytes, order));
  else if (key.startsWith("XP")) survey.textAs(at, "utf16", decodeUtf16(bytes, "LE"));
  // Fooocus writes the name of its scheme as the maker note; those of cameras are no text.
  else if (tag !== MAKER_NOTE || isPrintable(bytes)) survey.text(at, bytes);
}
