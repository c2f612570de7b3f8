/** JPEG: application segments and comments before the picture, and what stands behind it. @see ITU-T T.81, annex B */

import { concatBytes, fromLatin1 } from "../base/bytes.ts";
import { JPEG_CARRIER, unpackText } from "./carrier.ts";
import type { Container, Pixels } from "./container.ts";
import { noteProfile } from "./icc.ts";
import { readIptc } from "./iptc.ts";
import { luminanceTable, tellQuantisation } from "./quantisation.ts";
import { type ByteSource, bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { readTiff } from "./tiff.ts";
import { listTrailer } from "./trailer.ts";
import { be16, be32 } from "./uint.ts";

const SOS = 0xda;
const EOI = 0xd9;
const COM = 0xfe;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP11 = 0xeb;
const APP13 = 0xed;
const APP15 = 0xef;
const DQT = 0xdb;
const EXIF = "Exif\0\0";
const PROFILE = "ICC_PROFILE\0";
const PHOTOSHOP = "Photoshop 3.0\0";
const XMP = "http://ns.adobe.com/xap/1.0/\0";
const EXTENDED_XMP = "http://ns.adobe.com/xmp/extension/\0";

/** Segments that one value is spread over: 4096 of 64 KiB are 256 MiB. CWE-770. */
const MAX_PARTS = 4096;

/** One segment of a JPEG file, found but not read. */
export interface JpegSegment {
  readonly marker: number;
  /** File offset of its marker. */
  readonly offset: number;
  /** Its length as the file states it: the two bytes of the length field and the data. */
  readonly length: number;
}

/** The segments of a JPEG file before the first scan, whose own header comes last. */
export function* jpegSegments(survey: Survey): Generator<JpegSegment> {
  const { source } = survey;
  for (let offset = 2; survey.step(offset); ) {
    const head = source.read(offset, 4);
    if (head.length < 4) return survey.note("image.cut", source.size, { what: "JPEG" });
    const marker = head[1]!;
    // Any number of fill bytes 0xff may stand before a marker; those without a length are no use to us.
    if (head[0] === 0xff && (marker === 0xff || marker === 1 || (marker >= 0xd0 && marker <= 0xd8))) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = be16(head, 2);
    if (head[0] !== 0xff || marker < 0xc0 || length < 2)
      return survey.note("image.malformed", offset, { what: "JPEG" });
    if (offset + 2 + length > source.size) return survey.note("image.cut", source.size, { what: nameOf(marker) });
    yield { marker, offset, length };
    if (marker === SOS) return;
    offset += 2 + length;
  }
}

const nameOf = (marker: number): string =>
  marker >= 0xe0 && marker <= 0xef ? `APP${marker - 0xe0}` : (NAMES[marker] ?? `0xff${marker.toString(16)}`);
const NAMES: Readonly<Record<number, string>> = { [SOS]: "SOS", [COM]: "COM", [EOI]: "EOI", [DQT]: "DQT", 196: "DHT" };

/** Segments whose parts belong together, gathered until the picture starts. */
interface Gathered {
  readonly jumbf: JumbfPart[];
  readonly extendedXmp: XmpPart[];
  readonly carried: CarrierPart[];
}

interface JumbfPart {
  readonly segment: JpegSegment;
  /** Number of the box that the part belongs to. */
  readonly box: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

interface XmpPart {
  readonly segment: JpegSegment;
  /** MD5 of the whole packet, as 32 hex digits: what tells packets apart. */
  readonly digest: string;
  readonly total: number;
  readonly at: number;
  readonly data: Uint8Array;
}

interface CarrierPart {
  readonly segment: JpegSegment;
  /** Number of the text that the part belongs to. */
  readonly number: number;
  readonly part: number;
  readonly data: Uint8Array;
}

/** Walks a JPEG file. The scan itself is not read: the end of the file tells whether anything follows it. */
export function walkJpeg(source: ByteSource): Container {
  const survey = new Survey(source);
  const gathered: Gathered = { jumbf: [], extendedXmp: [], carried: [] };
  let pixels: Pixels | undefined;
  let encoderKnown = false;
  for (const segment of jpegSegments(survey)) {
    if (isFrame(segment.marker)) pixels = readSize(survey, segment);
    else if (segment.marker === SOS) checkEnd(survey, segment.offset + 2 + segment.length);
    else if (segment.marker === COM) readComment(survey, segment);
    else if (segment.marker === APP1) readApp1(survey, segment, gathered);
    else if (segment.marker === APP2) readApp2(survey, segment);
    else if (segment.marker === APP11) readApp11(survey, segment, gathered);
    else if (segment.marker === APP13) readApp13(survey, segment);
    else if (segment.marker === APP15) readApp15(survey, segment, gathered);
    else if (segment.marker === DQT && !encoderKnown) encoderKnown = noteEncoder(survey, segment);
  }
  listExtendedXmp(survey, gathered.extendedXmp);
  listJumbf(survey, gathered.jumbf);
  listCarried(survey, gathered.carried);
  return {
    kind: "jpeg",
    pixels,
    animated: false,
    lossless: false,
    alpha: false,
    blocks: survey.blocks,
    findings: survey.findings,
  };
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which stand among them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** The data of a segment, behind its marker and length. */
export const readJpegData = (survey: Survey, { offset, length }: JpegSegment): Uint8Array =>
  survey.source.read(offset + 4, length - 2);

function readSize(survey: Survey, segment: JpegSegment): Pixels {
  const data = readJpegData(survey, segment);
  return { width: be16(data, 3), height: be16(data, 1) };
}

function readComment(survey: Survey, segment: JpegSegment): void {
  const { offset, length } = segment;
  survey.text({ where: "COM", key: "comment", offset, length }, readJpegData(survey, segment));
}

function startsWith(data: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (data[i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The TIFF structure in the data of a segment that holds EXIF. */
export function exifOfSegment(marker: number, data: Uint8Array): Uint8Array | undefined {
  return marker === APP1 && startsWith(data, EXIF) ? data.subarray(EXIF.length) : undefined;
}

function readApp1(survey: Survey, segment: JpegSegment, gathered: Gathered): void {
  const data = readJpegData(survey, segment);
  const { offset, length } = segment;
  const exif = exifOfSegment(segment.marker, data);
  if (exif) {
    readTiff(survey, bytesSource(exif), { outer: "APP1/", offset });
  } else if (startsWith(data, XMP)) {
    survey.text({ where: "APP1/XMP", key: "xmp", offset, length }, data.subarray(XMP.length));
  } else if (startsWith(data, EXTENDED_XMP)) {
    const head = data.subarray(EXTENDED_XMP.length);
    const digest = fromLatin1(head.subarray(0, 32));
    const part = { segment, digest, total: be32(head, 32), at: be32(head, 36), data: head.subarray(40) };
    if (gathered.extendedXmp.length < MAX_PARTS) gathered.extendedXmp.push(part);
  }
}

/** `JP`, number of the box, number of the part; every part repeats the box's header. @see ISO 19566-5, annex D */
function readApp11(survey: Survey, segment: JpegSegment, gathered: Gathered): void {
  const data = readJpegData(survey, segment);
  if (!startsWith(data, "JP") || data.length < 16) return;
  const part = { segment, box: be16(data, 2), sequence: be32(data, 4), data: data.subarray(8) };
  if (gathered.jumbf.length < MAX_PARTS) gathered.jumbf.push(part);
}

/** Number of the part and of all parts stand before a profile; its name is in the first. @see ICC.1:2022, annex B.4 */
function readApp2(survey: Survey, segment: JpegSegment): void {
  const data = readJpegData(survey, segment);
  if (startsWith(data, PROFILE) && data[PROFILE.length] === 1) {
    noteProfile(survey, segment.offset, data.subarray(PROFILE.length + 2));
  }
}

function readApp13(survey: Survey, segment: JpegSegment): void {
  const data = readJpegData(survey, segment);
  if (!startsWith(data, PHOTOSHOP)) return;
  survey.note("image.photoshop", segment.offset);
  readIptc(survey, data.subarray(PHOTOSHOP.length), segment.offset);
}

/** A carrier of ours: number of the text, number of the part, part. */
function readApp15(survey: Survey, segment: JpegSegment, gathered: Gathered): void {
  const data = readJpegData(survey, segment);
  if (!startsWith(data, JPEG_CARRIER) || gathered.carried.length >= MAX_PARTS) return;
  const body = data.subarray(JPEG_CARRIER.length);
  gathered.carried.push({ segment, number: be16(body, 0), part: be16(body, 2), data: body.subarray(4) });
}

function listCarried(survey: Survey, parts: readonly CarrierPart[]): void {
  for (const text of grouped(parts, ({ number }) => number)) {
    const ordered = text.toSorted((a, b) => a.part - b.part);
    const unpacked = unpackText(concatBytes(...ordered.map(({ data }) => data)));
    const { offset } = text[0]!.segment;
    const length = text.reduce((sum, { segment }) => sum + segment.length, 0);
    if (unpacked)
      survey.textAs({ where: `APP15/${unpacked.where}`, key: unpacked.key, offset, length }, "utf8", unpacked.text);
    else survey.note("image.value-malformed", offset, { what: "APP15" });
  }
}

/** Whether the segment has the luminance table, which tells the encoder. */
function noteEncoder(survey: Survey, segment: JpegSegment): boolean {
  const table = luminanceTable(readJpegData(survey, segment));
  if (!table) return false;
  const { family, quality } = tellQuantisation(table);
  const code = family === "other" ? "image.jpeg-encoder-unknown" : "image.jpeg-encoder";
  survey.note(code, segment.offset, { family, quality });
  return true;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | number): T[][] {
  const groups = new Map<string | number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

/** The parts of each packet in their order, one block a packet. @see XMP specification part 3, section 1.1.3.1 */
function listExtendedXmp(survey: Survey, parts: readonly XmpPart[]): void {
  for (const packet of grouped(parts, (part) => part.digest)) {
    const { segment, total } = packet[0]!;
    const ordered = packet.toSorted((a, b) => a.at - b.at);
    const bytes = concatBytes(...ordered.map((part) => part.data));
    if (bytes.length !== total) survey.note("image.value-malformed", segment.offset, { what: "APP1/XMP(extended)" });
    const length = packet.reduce((sum, part) => sum + part.segment.length, 0);
    survey.text({ where: "APP1/XMP(extended)", key: "xmp", offset: segment.offset, length }, bytes);
  }
}

function listJumbf(survey: Survey, parts: readonly JumbfPart[]): void {
  for (const box of grouped(parts, (part) => part.box)) {
    const ordered = box.toSorted((a, b) => a.sequence - b.sequence);
    // A box header of 8 bytes, or 16 where its 32-bit length is 1.
    const header = be32(ordered[0]!.data, 0) === 1 ? 16 : 8;
    const bytes = concatBytes(...ordered.map((part, i) => (i === 0 ? part.data : part.data.subarray(header))));
    const length = box.reduce((sum, part) => sum + part.segment.length, 0);
    survey.binary({ where: "APP11", key: "jumbf", offset: ordered[0]!.segment.offset, length }, bytes);
  }
}

/** Bytes of a scan read at a time, where it must be searched. */
const WINDOW = 64 * 1024;

/**
 * A file that ends with the end marker is taken as whole. Else the scan is searched for its end: what follows is a
 * trailer; without one the file is cut.
 */
function checkEnd(survey: Survey, from: number): void {
  const { source } = survey;
  const tail = source.read(source.size - 2, 2);
  if (source.size - 2 >= from && tail[0] === 0xff && tail[1] === EOI) return;
  const end = findEnd(source, from);
  if (end === undefined) survey.note("image.cut", source.size, { what: "JPEG" });
  else listTrailer(survey, end);
}

/** Where the end marker of a scan ends. Inside the scan no 0xff is followed by its number. */
function findEnd(source: ByteSource, from: number): number | undefined {
  for (let at = from; at + 1 < source.size; at += WINDOW - 1) {
    const found = indexOfEnd(source.read(at, WINDOW));
    if (found >= 0) return at + found + 2;
  }
  return undefined;
}

function indexOfEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === EOI) return at;
  return -1;
}
