/** Where the text of a block stands among the bytes of its file, so that a value and its bytes can be shown together. */

import { utf8 } from "../../base/bytes.ts";
import type { ShownBlock } from "../../label/file-reading.ts";

/** A block as bytes to show: those of the file, or, where the text is stored packed or in pixels, those of the text. */
export interface BlockBytes {
  readonly from: "file" | "text";
  readonly bytes: Uint8Array;
  /** The part of `bytes` that belongs to the block. */
  readonly start: number;
  readonly end: number;
  /** Byte range of a range of the text, in UTF-16 code units. `undefined` where the block has no text. */
  readonly span: (range: readonly [number, number]) => readonly [number, number] | undefined;
}

/** Bytes shown of a block without text, and before and after a text that was found. */
const AROUND = 48;

/** Finds a block's bytes. */
export function bytesOfBlock(block: ShownBlock, file: Uint8Array): BlockBytes {
  const { text, offset, length } = block;
  if (text === undefined || text === "") {
    const start = offset ?? 0;
    return {
      from: "file",
      bytes: file,
      start,
      end: Math.min(file.length, start + length + AROUND),
      span: () => undefined,
    };
  }
  if (offset !== null) {
    for (const coding of codingsOf(block)) {
      const at = indexOfBytes(file, coding.encode(text), offset);
      if (at === undefined) continue;
      const end = at + coding.size(text, text.length);
      return { from: "file", bytes: file, start: Math.min(offset, at), end, span: spans(text, coding, at) };
    }
  }
  const bytes = utf8(text);
  return { from: "text", bytes, start: 0, end: bytes.length, span: spans(text, UTF8, 0) };
}

interface Coding {
  readonly encode: (text: string) => Uint8Array;
  /** Bytes of the text up to a code unit. */
  readonly size: (text: string, units: number) => number;
}

const UTF8: Coding = { encode: utf8, size: (text, units) => utf8Length(text, units) };
const LATIN1: Coding = {
  encode: (text) => Uint8Array.from(text, (c) => (c.charCodeAt(0) < 256 ? c.charCodeAt(0) : 0)),
  size: (_, units) => units,
};
const UTF16BE: Coding = { encode: (text) => wide(text, false), size: (_, units) => units * 2 };
const UTF16LE: Coding = { encode: (text) => wide(text, true), size: (_, units) => units * 2 };

/** Codings to try, the most likely first: an EXIF header may say one thing and the bytes another. */
function codingsOf({ encoding }: ShownBlock): readonly Coding[] {
  switch (encoding) {
    case "latin-1":
    case "ascii":
    case "ASCII":
      return [LATIN1, UTF8];
    case "UNICODE-BE":
      return [UTF16BE, UTF16LE, UTF8];
    case "UNICODE-LE":
    case "utf16":
      return [UTF16LE, UTF16BE, UTF8];
    default:
      return [UTF8, LATIN1, UTF16BE, UTF16LE];
  }
}

function spans(text: string, { size }: Coding, at: number): BlockBytes["span"] {
  return ([from, to]) =>
    from >= 0 && to <= text.length && from <= to ? [at + size(text, from), at + size(text, to)] : undefined;
}

function wide(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

function utf8Length(text: string, units: number): number {
  let length = 0;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < units) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/** Place of a run of bytes at or after `from`; `undefined` where there is none. */
function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number | undefined {
  const first = wanted[0];
  if (first === undefined) return undefined;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return undefined;
}
