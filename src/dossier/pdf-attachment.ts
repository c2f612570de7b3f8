/**
 * The bundle inside a dossier's PDF. The file is searched for embedded streams that are archives; nothing else of the PDF is read.
 * @see ISO 32000-2, sections 7.3.8 (streams) and 7.11.4 (embedded files)
 */

import { Inflate } from "fflate";
import { concatBytes, fromLatin1 } from "../base/bytes.ts";

/** Limits of the search. */
const LIMITS = {
  /** Streams looked at; a dossier of a hundred pages has some thousand. CWE-770. */
  streams: 100_000,
  /** Characters of a dictionary before its stream. */
  dictionary: 2048,
  /** Bytes of an attachment when unpacked. CWE-409. */
  bytes: 1 << 30,
} as const;

/** Whether the bytes begin like a PDF. */
export const isPdf = (bytes: Uint8Array): boolean => fromLatin1(bytes.subarray(0, 5)) === "%PDF-";

/** The first attached zip of a PDF, or `undefined` where it has none. */
export function attachedArchive(pdf: Uint8Array): Uint8Array | undefined {
  const text = fromLatin1(pdf);
  let at = 0;
  for (let seen = 0; seen < LIMITS.streams; seen++) {
    at = text.indexOf("stream", at);
    if (at < 0) return undefined;
    const start = at + (text[at + 6] === "\r" ? 8 : 7);
    const dictionary = text.slice(Math.max(0, at - LIMITS.dictionary), at);
    const own = dictionary.slice(dictionary.lastIndexOf(" obj") + 1);
    const length = Number(/\/Length\s+(\d{1,10})(?!\s+\d+\s+R)/.exec(own)?.[1] ?? Number.NaN);
    at += 6;
    if (!/\/Type\s*\/EmbeddedFile\b/.test(own) || !Number.isSafeInteger(length) || start + length > pdf.length)
      continue;
    const raw = pdf.subarray(start, start + length);
    const content = /\/FlateDecode\b/.test(own) ? inflated(raw) : raw;
    if (content && fromLatin1(content.subarray(0, 4)) === "PK\u0003\u0004") return content;
    at = start + length;
  }
  return undefined;
}

/** A zlib stream's contents, as far as the limit. */
function inflated(raw: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Two bytes of zlib's header stand before the deflated data, four of its sum behind.
  const inflate = new Inflate((part) => {
    size += part.length;
    if (size > LIMITS.bytes) throw new Error("larger than the limit");
    parts.push(part.slice());
  });
  try {
    const data = raw.subarray(2, raw.length - 4);
    for (let at = 0; at < data.length; at += 1024) inflate.push(data.subarray(at, at + 1024), at + 1024 >= data.length);
  } catch {
    return undefined;
  }
  return concatBytes(...parts);
}
