/** The chunks of a PNG file: found, summed, and those that make the picture. @see ISO 15948 (PNG), sections 5.2 and 5.3 */

import type { Finding } from "../base/findings.ts";
import { crc32 } from "./crc32.ts";
import { type ByteSource, bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { trace } from "./traces.ts";
import { be32, fourCc } from "./uint.ts";

/** One chunk of a PNG file, found but not read. */
export interface PngChunk {
  readonly type: string;
  /** File offset of its length field. */
  readonly offset: number;
  /** Length of its data. */
  readonly length: number;
}

/** Length, type and checksum around a chunk's data. */
export const FRAME = 12;
/** Length of the signature before the first chunk. */
export const SIGNATURE = 8;

/**
 * The chunks of a PNG file, to IEND or to where the file is cut or stops to be PNG, which the survey notes.
 * Only their eight first bytes are read.
 */
export function* pngChunks(survey: Survey): Generator<PngChunk> {
  const { source } = survey;
  for (let offset = SIGNATURE; survey.step(offset); ) {
    const head = source.read(offset, 8);
    if (head.length < 8) return survey.note("image.cut", source.size, { what: "PNG" });
    const chunk = { type: fourCc(head, 4), offset, length: be32(head, 0) };
    if (!/^[A-Za-z]{4}$/.test(chunk.type)) return survey.note("image.malformed", offset, { what: "PNG" });
    if (offset + 8 + chunk.length > source.size) return survey.note("image.cut", source.size, { what: chunk.type });
    yield chunk;
    offset += FRAME + chunk.length;
    if (offset > source.size) return survey.note("image.cut", source.size, { what: chunk.type });
    if (chunk.type === "IEND") return;
  }
}

/** Chunks that a decoder needs for the samples as stored, and EXIF for how they are turned. */
const PICTURE = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "eXIf"]);

/**
 * A PNG file without what is no picture. Decoders inflate every text chunk that they meet, however far it grows;
 * what they are not given costs nothing.
 */
export function pictureOnly(file: Uint8Array): Uint8Array {
  const out = new Uint8Array(file);
  let end = SIGNATURE;
  for (const { type, offset, length } of pngChunks(new Survey(bytesSource(file)))) {
    if (!PICTURE.has(type)) continue;
    out.copyWithin(end, offset, offset + FRAME + length);
    end += Math.min(FRAME + length, file.length - offset);
  }
  return out.subarray(0, end);
}

/** Bytes of a chunk summed at a time. */
const PIECE = 1 << 20;

/**
 * The first pixel chunk of a PNG whose checksum is wrong, as a finding: its pixels were changed by something that knows
 * nothing of PNG. Reads the whole file, so that it is asked for apart from walking.
 */
export function checkPixelSums(source: ByteSource): readonly Finding[] {
  for (const chunk of pngChunks(new Survey(source))) {
    const isPixels = chunk.type === "IDAT" || chunk.type === "fdAT";
    if (isPixels && !hasRightSum(source, chunk)) return [trace("image.bad-crc", chunk.offset, { what: chunk.type })];
  }
  return [];
}

function hasRightSum(source: ByteSource, { offset, length }: PngChunk): boolean {
  const end = offset + 8 + length;
  const stored = source.read(end, 4);
  let sum = 0;
  for (let at = offset + 4; at < end; at += PIECE) sum = crc32(source.read(at, Math.min(PIECE, end - at)), sum);
  return stored.length < 4 || sum === be32(stored, 0);
}
