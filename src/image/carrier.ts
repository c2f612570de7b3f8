/**
 * Keyed texts in containers that have no place for them.
 *
 * A PNG has text chunks with keys; JPEG and WebP have not. When such a file takes over the texts of another, each stands
 * in a carrier of ours, so that it comes back byte for byte: in JPEG in APP15 segments that start with `seedproof`, in
 * WebP in a chunk `SEED`. A carrier holds where the text stood, its key and the text, in UTF-8 with a NUL between.
 */

import { concatBytes, fromUtf8, utf8 } from "../base/bytes.ts";

/** A text with the key under which programs look for it. */
export interface KeyedText {
  /** Where it stood before, in that container's words: `tEXt`, `iTXt`, `COM`, … */
  readonly where: string;
  readonly key: string;
  readonly text: string;
}

/** Start of an APP15 segment that is a carrier. */
export const JPEG_CARRIER = "seedproof\0";
/** Type of a WebP chunk that is a carrier. */
export const WEBP_CARRIER = "SEED";

const NUL = Uint8Array.of(0);

/** The bytes of a carrier. */
export function packText({ where, key, text }: KeyedText): Uint8Array {
  return concatBytes(utf8(where), NUL, utf8(key), NUL, utf8(text));
}

/** The text of a carrier, or `undefined` where the bytes are none. */
export function unpackText(bytes: Uint8Array): KeyedText | undefined {
  const first = bytes.indexOf(0);
  const second = bytes.indexOf(0, first + 1);
  const [where, key] = [fromUtf8(bytes.subarray(0, first)), fromUtf8(bytes.subarray(first + 1, second))];
  const text = fromUtf8(bytes.subarray(second + 1));
  if (first < 0 || second < 0 || where === undefined || key === undefined || text === undefined) return undefined;
  return { where, key, text };
}
