/** WebP, still and animated. @see RFC 9649 */

import { unpackText, WEBP_CARRIER } from "./carrier.ts";
import type { Container, Pixels } from "./container.ts";
import { noteProfile } from "./icc.ts";
import { type ByteSource, bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { readTiff, withoutExifHeader } from "./tiff.ts";
import { listTrailer } from "./trailer.ts";
import { fourCc, le16, le24, le32 } from "./uint.ts";

/** One chunk of a RIFF file, found but not read. */
export interface RiffChunk {
  readonly type: string;
  /** File offset of its type. */
  readonly offset: number;
  /** Length of its data, without the padding byte. */
  readonly length: number;
}

/** The chunks of a WebP file, to the end of its RIFF list or of the file. */
export function* riffChunks(survey: Survey): Generator<RiffChunk> {
  const { source } = survey;
  const stated = 8 + le32(source.read(4, 4), 0);
  const end = Math.min(source.size, stated);
  for (let offset = 12; offset < end && survey.step(offset); ) {
    const head = source.read(offset, 8);
    if (head.length < 8) return survey.note("image.cut", source.size, { what: "WebP" });
    const chunk = { type: fourCc(head, 0), offset, length: le32(head, 4) };
    if (offset + 8 + chunk.length > source.size)
      return survey.note("image.cut", source.size, { what: chunk.type.trim() });
    yield chunk;
    offset += 8 + chunk.length + (chunk.length & 1);
  }
  if (stated > source.size + 1) survey.note("image.cut", source.size, { what: "WebP" });
  else listTrailer(survey, stated + (stated & 1));
}

/** Walks a WebP file. */
export function walkWebp(source: ByteSource): Container {
  const survey = new Survey(source);
  let pixels: Pixels | undefined;
  let animated = false;
  let lossless = false;
  let alpha = false;
  for (const chunk of riffChunks(survey)) {
    const start = source.read(chunk.offset + 8, Math.min(chunk.length, 24));
    if (chunk.type === "VP8X") pixels = { width: le24(start, 4) + 1, height: le24(start, 7) + 1 };
    else if (chunk.type === "VP8 ") pixels ??= lossySize(start);
    else if (chunk.type === "VP8L") pixels ??= losslessSize(start);
    else if (chunk.type === "ANIM") animated = true;
    else readMetadata(survey, chunk);
    // RFC 9649, section 3.4: the bit behind the two sizes says whether alpha is used.
    if (chunk.type === "VP8L") alpha ||= (le32(start, 1) & 0x1000_0000) !== 0;
    if (chunk.type === "VP8L" || (chunk.type === "ANMF" && fourCc(start, 16) === "VP8L")) lossless = true;
  }
  return {
    kind: "webp",
    pixels,
    animated,
    lossless,
    alpha: lossless && alpha,
    blocks: survey.blocks,
    findings: survey.findings,
  };
}

/** @see RFC 6386, section 9.1: frame tag, start code, 14 bits each and the upscaling in the two bits above */
const lossySize = (data: Uint8Array): Pixels => ({ width: le16(data, 6) & 0x3fff, height: le16(data, 8) & 0x3fff });

/** @see RFC 9649, section 3.4: a signature byte, then 14 bits each of width and height less one */
function losslessSize(data: Uint8Array): Pixels {
  const bits = le32(data, 1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

const METADATA = new Set(["EXIF", "ICCP", "XMP ", WEBP_CARRIER, "C2PA"]);

function readMetadata(survey: Survey, chunk: RiffChunk): void {
  const { type, offset, length } = chunk;
  if (!METADATA.has(type) || !survey.spend(length, offset, type.trim())) return;
  const data = survey.source.read(offset + 8, length);
  if (type === "EXIF") readTiff(survey, bytesSource(withoutExifHeader(data)), { outer: "EXIF/", offset });
  else if (type === "ICCP") noteProfile(survey, offset, data);
  else if (type === "XMP ") survey.text({ where: "XMP", key: "xmp", offset, length }, data);
  else if (type === WEBP_CARRIER) readCarrier(survey, chunk, data);
  else survey.binary({ where: "C2PA", key: "c2pa", offset, length }, data);
}

/** A carrier of ours. */
function readCarrier(survey: Survey, { offset, length }: RiffChunk, data: Uint8Array): void {
  const unpacked = unpackText(data);
  if (unpacked)
    survey.textAs({ where: `SEED/${unpacked.where}`, key: unpacked.key, offset, length }, "utf8", unpacked.text);
  else survey.note("image.value-malformed", offset, { what: WEBP_CARRIER });
}
