/** JPEG: application segments and comments before the picture, and what stands behind it. @see ITU-T T.81, annex B */

import type { Container, Pixels } from "./container.ts";
import { noteProfile } from "./icc.ts";
import { readIptc } from "./iptc.ts";
import { gatherPart, listWholes, type Parts } from "./jpeg-parts.ts";
import { exifOfSegment, type JpegSegment, jpegSegments, MARKER, readJpegData, startsWith } from "./jpeg-segments.ts";
import { luminanceTable, tellQuantisation } from "./quantisation.ts";
import { type ByteSource, bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { readTiff } from "./tiff.ts";
import { listTrailer } from "./trailer.ts";
import { be16 } from "./uint.ts";

const XMP = "http://ns.adobe.com/xap/1.0/\0";
const PROFILE = "ICC_PROFILE\0";
const PHOTOSHOP = "Photoshop 3.0\0";

/** Walks a JPEG file. The scan itself is not read: the end of the file tells whether anything follows it. */
export function walkJpeg(source: ByteSource): Container {
  const survey = new Survey(source);
  const parts: Parts = [];
  let pixels: Pixels | undefined;
  let encoderKnown = false;
  for (const segment of jpegSegments(survey)) {
    if (isFrame(segment.marker)) pixels = readSize(survey, segment);
    else if (segment.marker === MARKER.SOS) checkEnd(survey, segment.offset + 2 + segment.length);
    else if (segment.marker === MARKER.DQT) encoderKnown = encoderKnown || noteEncoder(survey, segment);
    else if (METADATA.has(segment.marker)) readMetadata(survey, segment, readJpegData(survey, segment), parts);
  }
  listWholes(survey, parts);
  const { blocks, findings } = survey;
  return { kind: "jpeg", pixels, animated: false, lossless: false, alpha: false, blocks, findings };
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which stand among them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readSize(survey: Survey, segment: JpegSegment): Pixels {
  const data = readJpegData(survey, segment);
  return { width: be16(data, 3), height: be16(data, 1) };
}

const { APP1, APP2, APP11, APP13, APP15, COM } = MARKER;
const METADATA = new Set<number>([APP1, APP2, APP11, APP13, APP15, COM]);

function readMetadata(survey: Survey, segment: JpegSegment, data: Uint8Array, parts: Parts): void {
  const { marker, offset, length } = segment;
  const exif = exifOfSegment(marker, data);
  if (exif) {
    readTiff(survey, bytesSource(exif), { outer: "APP1/", offset });
  } else if (marker === COM) {
    survey.text({ where: "COM", key: "comment", offset, length }, data);
  } else if (marker === APP1 && startsWith(data, XMP)) {
    survey.text({ where: "APP1/XMP", key: "xmp", offset, length }, data.subarray(XMP.length));
  } else if (marker === APP2 && startsWith(data, PROFILE)) {
    readProfile(survey, offset, data.subarray(PROFILE.length));
  } else if (marker === APP13 && startsWith(data, PHOTOSHOP)) {
    survey.note("image.photoshop", offset);
    readIptc(survey, data.subarray(PHOTOSHOP.length), offset);
  } else {
    gatherPart(parts, segment, data);
  }
}

/** Number of the part and of all parts stand before a profile; its name is in the first. @see ICC.1:2022, annex B.4 */
function readProfile(survey: Survey, offset: number, part: Uint8Array): void {
  if (part[0] === 1) noteProfile(survey, offset, part.subarray(2));
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

/** Bytes of a scan read at a time, where it must be searched. */
const WINDOW = 64 * 1024;

/**
 * A file that ends with the end marker is taken as whole. Else the scan is searched for its end: what follows is a
 * trailer; without one the file is cut.
 */
function checkEnd(survey: Survey, from: number): void {
  const { source } = survey;
  const tail = source.read(source.size - 2, 2);
  if (source.size - 2 >= from && tail[0] === 0xff && tail[1] === MARKER.EOI) return;
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
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === MARKER.EOI) return at;
  return -1;
}
