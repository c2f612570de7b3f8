/**
 * EXIF and XMP inside PNG text, in hexadecimal: what ImageMagick and older ExifTool wrote before `eXIf` was standard.
 * @see ImageMagick, coders/png.c, "Raw profile type"
 */

import { bytesSource } from "./source.ts";
import type { Place, Survey } from "./survey.ts";
import { readTiff, withoutExifHeader } from "./tiff.ts";
import { fourCc } from "./uint.ts";

const KEY = /^Raw profile type (?:exif|APP1)$/i;
const XMP = "http://ns.adobe.com/xap/1.0/\0";

/** Lists what a text chunk holds when its key says that it is a profile; the chunk itself is listed by its reader. */
export function readRawProfile(survey: Survey, place: Place, text: Uint8Array): void {
  const profile = KEY.test(place.key) ? unhex(text) : undefined;
  if (!profile) return;
  if (fourCc(profile, 0) === "Exif") {
    readTiff(survey, bytesSource(withoutExifHeader(profile)), { outer: `${place.where}/`, offset: place.offset });
  } else if (fourCc(profile, 0) === "http") {
    survey.text({ ...place, where: `${place.where}/XMP`, key: "xmp" }, profile.subarray(XMP.length));
  }
}

/** A line feed, a name, a length and hexadecimal digits, each on lines of their own. */
function unhex(text: Uint8Array): Uint8Array | undefined {
  const nameEnd = text.indexOf(LINE, 1);
  const lengthEnd = text.indexOf(LINE, nameEnd + 1);
  if (text[0] !== LINE || nameEnd < 0 || lengthEnd < 0) return undefined;
  const out = new Uint8Array((text.length - lengthEnd) >> 1);
  let digits = 0;
  for (let at = lengthEnd + 1; at < text.length; at++) {
    if (text[at] === LINE) continue;
    const digit = Number.parseInt(String.fromCharCode(text[at]!), 16);
    if (Number.isNaN(digit)) break;
    out[digits >> 1] = (out[digits >> 1]! << 4) | digit;
    digits++;
  }
  return out.subarray(0, digits >> 1);
}

const LINE = 0x0a;
