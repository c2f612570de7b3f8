/** GIF: comment extensions and the XMP application extension. @see GIF89a specification, sections 24 and 26 */

import { fromLatin1 } from "../base/bytes.ts";
import type { Container } from "./container.ts";
import type { ByteSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { listTrailer } from "./trailer.ts";
import { le16 } from "./uint.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const COMMENT = 0xfe;
const APPLICATION = 0xff;
/** XMP stands raw among the sub-blocks, with a tail of descending bytes that leads any reader to its end. */
const XMP_TAIL = 257;

/** Walks a GIF file, all of it: its parts have no lengths but those of their pieces. */
export function walkGif(source: ByteSource): Container {
  const survey = new Survey(source);
  const head = source.read(6, 7);
  const pixels = { width: le16(head, 0), height: le16(head, 2) };
  let frames = 0;
  let at = 13 + colours(head[4] ?? 0);
  for (; survey.step(at); ) {
    const part = source.read(at, 10);
    if (part[0] === IMAGE) {
      frames++;
      at = skipPieces(source, at + 11 + colours(part[9] ?? 0));
    } else if (part[0] === EXTENSION) {
      at = readExtension(survey, at, part[1] ?? 0);
    } else {
      endOf(survey, at, part[0]);
      break;
    }
  }
  const animated = frames > 1;
  return {
    kind: "gif",
    pixels,
    animated,
    lossless: false,
    alpha: false,
    blocks: survey.blocks,
    findings: survey.findings,
  };
}

/** Bytes of the colour table that these flags announce. */
const colours = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

function endOf(survey: Survey, at: number, byte: number | undefined): void {
  if (byte === TRAILER) listTrailer(survey, at + 1);
  else if (byte === undefined) survey.note("image.cut", survey.source.size, { what: "GIF" });
  else survey.note("image.malformed", at, { what: "GIF" });
}

/** Bytes of a chain read at a time: pieces have at most 256, and hostile ones have two. */
const WINDOW = 4096;

/** The index behind a chain of pieces, each with its length before it, ended by an empty one. */
function skipPieces(source: ByteSource, from: number): number {
  for (let start = from; start < source.size; ) {
    const window = source.read(start, WINDOW);
    let at = 0;
    for (; at < window.length; at += 1 + window[at]!) if (window[at] === 0) return start + at + 1;
    start += at;
  }
  return source.size;
}

function readExtension(survey: Survey, at: number, label: number): number {
  const { source } = survey;
  const end = skipPieces(source, at + 2);
  const length = end - at - 2;
  if (label === COMMENT) {
    survey.text({ where: "comment", key: "comment", offset: at, length }, joinPieces(source.read(at + 2, length)));
  } else if (label === APPLICATION && fromLatin1(source.read(at + 3, 11)) === "XMP DataXMP") {
    const place = { where: "application/XMP", key: "xmp", offset: at, length };
    survey.text(place, source.read(at + 14, Math.max(0, length - 12 - XMP_TAIL - 1)));
  }
  return end;
}

function joinPieces(chain: Uint8Array): Uint8Array {
  const out = new Uint8Array(chain.length);
  let length = 0;
  for (let at = 0; at < chain.length; at += 1 + chain[at]!) {
    const piece = chain.subarray(at + 1, at + 1 + chain[at]!);
    out.set(piece, length);
    length += piece.length;
  }
  return out.subarray(0, length);
}
