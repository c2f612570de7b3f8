/** Text of metadata: which bytes became which characters. */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import type { Encoding } from "./block.ts";
import { be16, le16 } from "./uint.ts";

/** A decoded text with the way it was decoded. */
export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
}

/** A text without the NULs at its end: TensorArt ends its JSON with one, EXIF ends every ASCII value with one. */
export function withoutNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

/**
 * Bytes as text, trailing NULs left out. UTF-8 where they are UTF-8, whatever a standard says of the place:
 * Midjourney, Stability Matrix and TensorArt write it into PNG's latin-1 chunks. No real latin-1 text of more
 * than a few accents is UTF-8 by accident.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const text = fromUtf8(bytes);
  if (text === undefined) return { text: withoutNuls(fromLatin1(bytes)), encoding: "latin-1" };
  // Every character beyond ASCII takes fewer UTF-16 units than UTF-8 bytes.
  return { text: withoutNuls(text), encoding: text.length === bytes.length ? "ascii" : "utf8" };
}

/** Whether the start of a value reads as text: no control characters but line breaks and tabs. */
export function isPrintable(bytes: Uint8Array): boolean {
  let end = Math.min(bytes.length, 256);
  // The cut may fall inside a UTF-8 sequence.
  while (end < bytes.length && end > 252 && bytes[end - 1]! >= 0x80) end--;
  return !/[^\t\n\r\u0020-\u007e\u00a0-\uffff]/.test(decodeText(bytes.subarray(0, end)).text);
}

const utf16 = { BE: new TextDecoder("utf-16be"), LE: new TextDecoder("utf-16le") };

/** UTF-16 text of the given byte order; a byte order mark at the start and an odd byte at the end are left out. */
export function decodeUtf16(bytes: Uint8Array, order: "BE" | "LE"): string {
  return withoutNuls(utf16[order].decode(bytes.subarray(0, bytes.length & ~1)));
}

/** The first bytes of a UTF-16 text are enough to tell its byte order. */
const ORDER_SAMPLE = 1024;

/**
 * The byte order of UTF-16 text by what it says: a byte order mark, else the order in which more characters are
 * ASCII, else the one in which more stand in the common blocks of East Asian text, else `fallback`.
 */
export function utf16Order(bytes: Uint8Array, fallback: "BE" | "LE"): "BE" | "LE" {
  if (be16(bytes, 0) === 0xfeff) return "BE";
  if (le16(bytes, 0) === 0xfeff) return "LE";
  let balance = 0;
  const end = Math.min(bytes.length & ~1, ORDER_SAMPLE);
  for (let at = 0; at < end; at += 2) balance += commonness(be16(bytes, at)) - commonness(le16(bytes, at));
  if (balance === 0) return fallback;
  return balance > 0 ? "BE" : "LE";
}

/** How much a UTF-16 unit speaks for its byte order: swapped, ASCII lands among rare ideographs and symbols. */
function commonness(unit: number): number {
  if ((unit >= 0x20 && unit < 0x7f) || unit === 0x0a || unit === 0x0d) return 8;
  if (unit >= 0x3000 && unit < 0x3100) return 4;
  if ((unit >= 0x4e00 && unit < 0xa000) || (unit >= 0xac00 && unit < 0xd7a4) || unit >= 0xff00) return 1;
  return 0;
}
