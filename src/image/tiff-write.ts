/** Small EXIF structures, as the generators themselves write them. @see TIFF 6.0; Exif 3.0, section 4.6 */

import { concatBytes, utf8 } from "../base/bytes.ts";
import { toBe16, toBe32 } from "./uint.ts";

/** Values of an EXIF structure; what is absent is not written. */
export interface ExifTexts {
  /** 0x010f. ComfyUI puts `workflow:{…}` there. */
  readonly make?: string | undefined;
  /** 0x0110. ComfyUI puts `prompt:{…}` there. */
  readonly model?: string | undefined;
  /** 0x9286. A1111 and its family put the infotext there. */
  readonly userComment?: string | undefined;
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly value: Uint8Array;
}

const ASCII = 2;
const LONG = 4;
const UNDEFINED = 7;

/**
 * A big-endian TIFF structure with these texts: ASCII as UTF-8 with a NUL, the UserComment under `UNICODE` as
 * big-endian UTF-16, as piexif writes it for A1111.
 */
export function makeExif({ make, model, userComment }: ExifTexts): Uint8Array {
  const ascii = (tag: number, text: string | undefined): Entry[] =>
    text === undefined ? [] : [{ tag, type: ASCII, value: utf8(`${text}\0`) }];
  const first = [...ascii(0x010f, make), ...ascii(0x0110, model)];
  if (userComment === undefined) return concatBytes(HEADER, directory(first, 8));
  // The Exif directory follows the first; its place shows once the first one's length is known.
  const exifAt = 8 + directory([...first, { tag: 0x8769, type: LONG, value: toBe32(0) }], 8).length;
  const ifd0 = directory([...first, { tag: 0x8769, type: LONG, value: toBe32(exifAt) }], 8);
  const comment = { tag: 0x9286, type: UNDEFINED, value: concatBytes(utf8("UNICODE\0"), utf16(userComment)) };
  return concatBytes(HEADER, ifd0, directory([comment], exifAt));
}

/** `MM`, 42, and the first directory right behind. */
const HEADER = Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8);

/** A directory that starts at `at`, its longer values behind it. */
function directory(entries: readonly Entry[], at: number): Uint8Array {
  const values: Uint8Array[] = [];
  let valueAt = at + 2 + 12 * entries.length + 4;
  const rows = entries.map(({ tag, type, value }) => {
    const count = type === LONG ? value.length / 4 : value.length;
    const head = concatBytes(toBe16(tag), toBe16(type), toBe32(count));
    if (value.length <= 4) return concatBytes(head, value, new Uint8Array(4 - value.length));
    const padded = concatBytes(value, new Uint8Array(value.length & 1));
    values.push(padded);
    valueAt += padded.length;
    return concatBytes(head, toBe32(valueAt - padded.length));
  });
  return concatBytes(toBe16(entries.length), ...rows, toBe32(0), ...values);
}

function utf16(text: string): Uint8Array {
  const out = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i++) out.set(toBe16(text.charCodeAt(i)), 2 * i);
  return out;
}
