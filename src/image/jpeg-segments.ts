/** The segments of a JPEG file before its picture. @see ITU-T T.81, annex B */

import type { Survey } from "./survey.ts";
import { be16 } from "./uint.ts";

/** Second bytes of the markers that are read. */
export const MARKER = {
  DHT: 0xc4,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP11: 0xeb,
  APP13: 0xed,
  APP15: 0xef,
  COM: 0xfe,
} as const;

const NAMES = new Map<number, string>(Object.entries(MARKER).map(([name, marker]) => [marker, name]));

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
    if (offset + 2 + length > source.size)
      return survey.note("image.cut", source.size, { what: NAMES.get(marker) ?? "JPEG" });
    yield { marker, offset, length };
    if (marker === MARKER.SOS) return;
    offset += 2 + length;
  }
}

/** The data of a segment, behind its marker and length. */
export const readJpegData = (survey: Survey, { offset, length }: JpegSegment): Uint8Array =>
  survey.source.read(offset + 4, length - 2);

/** Whether the data of a segment start with an identifier, one byte a character. */
export function startsWith(data: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (data[i] !== text.charCodeAt(i)) return false;
  return true;
}

const EXIF = "Exif\0\0";

/** The TIFF structure in the data of a segment that holds EXIF. */
export function exifOfSegment(marker: number, data: Uint8Array): Uint8Array | undefined {
  return marker === MARKER.APP1 && startsWith(data, EXIF) ? data.subarray(EXIF.length) : undefined;
}
