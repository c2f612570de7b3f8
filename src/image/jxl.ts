/** JPEG XL: the bare codestream, and its container of boxes. @see ISO 18181-1, annex D; ISO 18181-2 */

import { boxes } from "./boxes.ts";
import type { Container, Pixels } from "./container.ts";
import { readSideBox } from "./side-box.ts";
import type { ByteSource } from "./source.ts";
import { Survey, type WalkOptions } from "./survey.ts";
import { be16 } from "./uint.ts";

const CODESTREAM = 0xff0a;
/** Width by height for the ratios that a header can name by number from 1. */
const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

/** Walks a JPEG XL file. Whether its pixels are exact cannot be told from its headers, so that they are not taken as such. */
export function walkJxl(source: ByteSource, options: WalkOptions = {}): Container {
  const survey = new Survey(source, options);
  const bare = be16(source.read(0, 2), 0) === CODESTREAM;
  let pixels = bare ? readSize(source, 0) : undefined;
  if (!bare) {
    for (const box of boxes(survey, 0, source.size)) {
      if (box.type === "jxlc") pixels ??= readSize(source, box.start);
      else if (box.type === "jxlp") pixels ??= readSize(source, box.start + 4);
      else readSideBox(survey, box);
    }
  }
  return {
    kind: "jxl",
    pixels,
    animated: false,
    lossless: false,
    alpha: false,
    blocks: survey.blocks,
    findings: survey.findings,
  };
}

/** The size header that follows the codestream's signature at `at`. @see ISO 18181-1, section D.2 */
function readSize(source: ByteSource, at: number): Pixels | undefined {
  const head = source.read(at, 12);
  if (be16(head, 0) !== CODESTREAM) return undefined;
  let position = 16;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, position++)
      value += (((head[position >> 3] ?? 0) >> (position & 7)) & 1) * Number(1n << BigInt(i));
    return value;
  };
  const small = bits(1) === 1;
  const side = (): number => (small ? 8 * (bits(5) + 1) : bits([9, 13, 18, 30][bits(2)]!) + 1);
  const height = side();
  const ratio = RATIOS[bits(3) - 1];
  return { width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side(), height };
}
