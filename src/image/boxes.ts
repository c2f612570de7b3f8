/** Boxes, which MP4, QuickTime, HEIF, AVIF and JPEG XL are made of. @see ISO 14496-12, section 4.2 */

import { toHex } from "../base/bytes.ts";
import type { Survey } from "./survey.ts";
import { be32, be64, fourCc } from "./uint.ts";

/** One box, found but not read. */
export interface Box {
  readonly type: string;
  /** The extended type of a `uuid` box, 32 hex digits; empty in others. */
  readonly uuid: string;
  /** File offset of its length field. */
  readonly offset: number;
  /** File offsets of its content. */
  readonly start: number;
  readonly end: number;
}

/** The boxes from file offset `from` to `to`. A box that reaches beyond is noted as cut, and ends the list. */
export function* boxes(survey: Survey, from: number, to: number): Generator<Box> {
  const { source } = survey;
  for (let offset = from; offset < to && survey.step(offset); ) {
    const head = source.read(offset, 16);
    const type = fourCc(head, 4);
    const short = be32(head, 0);
    // A zero after the boxes of a QuickTime list ends it; fewer than eight bytes are padding.
    if (head.length < 8 || offset + 8 > to) return;
    const length = short === 1 ? be64(head, 8) : short === 0 ? to - offset : short;
    const header = (short === 1 ? 16 : 8) + (type === "uuid" ? 16 : 0);
    if (length < header || !/^[\u0020-\u007e\u00a9\u00ae-\u00ff]{4}$/.test(type)) {
      survey.note("image.malformed", offset, { what: "box" });
      return;
    }
    const end = offset + length;
    if (end > to) survey.note("image.cut", to, { what: type });
    const uuid = type === "uuid" ? toHex(source.read(offset + header - 16, 16)) : "";
    yield { type, uuid, offset, start: offset + header, end: Math.min(end, to) };
    offset = end;
  }
}

/** The first box of a type among those from `from` to `to`. */
export function findBox(survey: Survey, from: number, to: number, type: string): Box | undefined {
  for (const box of boxes(survey, from, to)) if (box.type === type) return box;
  return undefined;
}
