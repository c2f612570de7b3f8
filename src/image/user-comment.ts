/**
 * The EXIF UserComment, in every form found in the wild.
 *
 * The standard has eight bytes of charset name before the text. piexif (A1111 and its family) writes `UNICODE` and
 * big-endian UTF-16 whatever the TIFF's order, ImageSharp (SwarmUI) little-endian, Civitai big-endian in a
 * little-endian TIFF; NovelAI and Grok write UTF-8 under `ASCII`; Save Image Plus and Fooocus no charset at all.
 * So the bytes decide. @see Exif 3.0, section 4.6.5, UserComment
 */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { type Decoded, decodeText, decodeUtf16, utf16Order } from "./text.ts";

const CHARSET = 8;

/** The text of a UserComment; `order` is the TIFF's, which decides only where the text shows nothing. */
export function decodeUserComment(bytes: Uint8Array, order: "BE" | "LE"): Decoded {
  const text = bytes.subarray(CHARSET);
  switch (fromLatin1(bytes.subarray(0, CHARSET))) {
    case "UNICODE\0":
      return decodeUnicode(text, order);
    case "ASCII\0\0\0":
      return { ...decodeText(text), encoding: "ASCII" };
    case "JIS\0\0\0\0\0":
      return { text: new TextDecoder("iso-2022-jp").decode(text), encoding: "JIS" };
    case "\0\0\0\0\0\0\0\0":
      return withoutCharset(text, order);
    default:
      return withoutCharset(bytes, order);
  }
}

function decodeUnicode(bytes: Uint8Array, order: "BE" | "LE"): Decoded {
  // UTF-16 of anything a person writes has a zero byte or is no UTF-8: some tools put UTF-8 under this name.
  if (!bytes.includes(0) && fromUtf8(bytes) !== undefined) return decodeText(bytes);
  const told = utf16Order(bytes, order);
  return { text: decodeUtf16(bytes, told), encoding: `UNICODE-${told}` };
}

function withoutCharset(bytes: Uint8Array, order: "BE" | "LE"): Decoded {
  const zeros = countZeros(bytes);
  const text = zeros * 4 > bytes.length ? decodeUtf16(bytes, utf16Order(bytes, order)) : decodeText(bytes).text;
  return { text, encoding: "NOHEADER" };
}

/** Zero bytes before the last byte that is none. */
function countZeros(bytes: Uint8Array): number {
  let zeros = 0;
  let run = 0;
  for (const byte of bytes) {
    if (byte === 0) run++;
    else {
      zeros += run;
      run = 0;
    }
  }
  return zeros;
}
