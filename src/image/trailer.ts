/** Bytes behind the end of an image: Samsung's editor notes, a second file, anything that a writer appended. */

import { MAX_BINARY_BLOCK } from "./block.ts";
import type { Survey } from "./survey.ts";

/** Bytes of a trailer that its text shows. */
const PREVIEW = 80;

/** Lists what stands behind `end`, the end of the image by its container's rules, as one binary block. */
export function listTrailer(survey: Survey, end: number): void {
  const length = survey.source.size - end;
  if (length <= 0) return;
  const bytes = survey.source.read(end, Math.min(length, MAX_BINARY_BLOCK));
  survey.note("image.trailing-data", end, { length });
  survey.binary({ where: "trailer", key: "", offset: end, length }, bytes, bytesLiteral(bytes.subarray(0, PREVIEW)));
}

const SHORT = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x5c, "\\\\"],
]);

/**
 * Bytes as a Python bytes literal, `b'\x00PEg_Info'`: a form that shows any byte, that people can read, and that
 * can be pasted to get the bytes back.
 */
function bytesLiteral(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let text = `b${quote}`;
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) text += `\\${quote}`;
    else if (SHORT.has(byte)) text += SHORT.get(byte);
    else if (byte >= 0x20 && byte < 0x7f) text += character;
    else text += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return text + quote;
}
