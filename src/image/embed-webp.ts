/** Writing chunks into WebP files. @see RFC 9649, section 2.7 */

import { concatBytes, utf8 } from "../base/bytes.ts";
import { packText, WEBP_CARRIER } from "./carrier.ts";
import type { Metadata } from "./metadata.ts";
import { bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { le32, toLe32 } from "./uint.ts";
import { type RiffChunk, riffChunks, walkWebp } from "./webp.ts";

const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
const HAS_ALPHA = 0x10;
const EXTENDED = "VP8X";

/**
 * The file with the metadata in chunks at its end, where they belong. A file in the simple form gets the extended
 * form's header; all its own chunks stay as they are.
 */
export function embedWebp(file: Uint8Array, { exif, xmp, texts }: Omit<Metadata, "left">): Uint8Array {
  const end = Math.min(file.length, 8 + le32(file, 4));
  const flags = (exif ? HAS_EXIF : 0) | (xmp ? HAS_XMP : 0);
  const chunks = texts.map((text) => riffChunk(WEBP_CARRIER, packText(text)));
  if (xmp) chunks.unshift(riffChunk("XMP ", xmp));
  if (exif) chunks.unshift(riffChunk("EXIF", exif));
  const body = concatBytes(withFlags(file, end, flags), ...chunks);
  return concatBytes(utf8("RIFF"), toLe32(body.length + 4), utf8("WEBP"), body, file.subarray(end));
}

/** The file's chunks, those of the extended form with these flags set. */
function withFlags(file: Uint8Array, end: number, flags: number): Uint8Array {
  const survey = new Survey(bytesSource(file));
  const [first] = riffChunks(survey);
  const chunks = new Uint8Array(file.subarray(12, end));
  if (first?.type !== EXTENDED) return concatBytes(extendedHeader(file, first, flags), chunks);
  chunks[8]! |= flags;
  return chunks;
}

/** Flags, and width and height less one in 24 bits each. */
function extendedHeader(file: Uint8Array, first: RiffChunk | undefined, flags: number): Uint8Array {
  const { width, height } = walkWebp(bytesSource(file)).pixels ?? { width: 1, height: 1 };
  // The bit behind the two sizes of a lossless image says whether its alpha is used.
  const alpha = first?.type === "VP8L" && (file[first.offset + 8 + 4]! & 0x10) !== 0 ? HAS_ALPHA : 0;
  const size = (side: number): Uint8Array => toLe32(side - 1).subarray(0, 3);
  return riffChunk(EXTENDED, concatBytes(toLe32(flags | alpha), size(width), size(height)));
}

/** A chunk with its length, padded to an even one. */
export function riffChunk(type: string, data: Uint8Array): Uint8Array {
  return concatBytes(utf8(type), toLe32(data.length), data, new Uint8Array(data.length & 1));
}
