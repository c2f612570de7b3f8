/** Writing chunks into PNG files. @see ISO 15948 (PNG), sections 5.6 and 11.3.3 */

import { concatBytes, utf8 } from "../base/bytes.ts";
import type { KeyedText } from "./carrier.ts";
import { crc32 } from "./crc32.ts";
import type { Metadata } from "./metadata.ts";
import { pngChunks } from "./png-chunks.ts";
import { bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { toBe32 } from "./uint.ts";

/** The file with the metadata in chunks before its pixels. All its own chunks stay as they are. */
export function embedPng(file: Uint8Array, { exif, xmp, texts }: Omit<Metadata, "left">): Uint8Array {
  const at = firstPixels(file);
  const chunks = texts.map(textChunk);
  if (xmp) chunks.push(internationalChunk("XML:com.adobe.xmp", "", xmp));
  if (exif) chunks.push(pngChunk("eXIf", exif));
  return concatBytes(file.subarray(0, at), ...chunks, file.subarray(at));
}

function firstPixels(file: Uint8Array): number {
  for (const { type, offset } of pngChunks(new Survey(bytesSource(file)))) if (type === "IDAT") return offset;
  return file.length;
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const checked = concatBytes(utf8(type), data);
  return concatBytes(toBe32(data.length), checked, toBe32(crc32(checked)));
}

/**
 * ASCII goes as `tEXt`, the form that every reader knows. Other text goes as `iTXt`: in `tEXt`, latin-1 by the
 * standard and UTF-8 by habit, readers differ.
 */
function textChunk({ key, text }: KeyedText): Uint8Array {
  const keyword = keywordOf(key);
  if (keyword === key && isAscii(text)) return pngChunk("tEXt", concatBytes(utf8(`${key}\0`), utf8(text)));
  return internationalChunk(keyword, keyword === key ? "" : key, utf8(text));
}

const isAscii = (text: string): boolean => utf8(text).length === text.length;

/** Uncompressed, without language; a key that is no keyword stands as its translation. @see ISO 15948, 11.3.3.4 */
export function internationalChunk(keyword: string, translated: string, text: Uint8Array): Uint8Array {
  return pngChunk("iTXt", concatBytes(utf8(`${keyword}\0\0\0\0`), utf8(`${translated}\0`), text));
}

/** Keywords have 1 to 79 printable characters. */
const keywordOf = (key: string): string => (/^[\u0020-\u007e]{1,79}$/.test(key) ? key : "seedproof-text");
