/** Which characters a font can draw, and texts without those that it cannot: nothing in a dossier comes out as an empty box. */

import { SeedproofError } from "../../base/errors.ts";
import { numbered, visible } from "../../base/visible.ts";

/** Whether a font has a character. */
export type Coverage = (codePoint: number) => boolean;

/**
 * The coverage of a TrueType or OpenType font, from its character map. @see OpenType 1.9, `cmap`, formats 4 and 12
 * @throws SeedproofError `dossier.font-malformed`
 */
export function coverageOf(font: Uint8Array): Coverage {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  try {
    const ranges = tables(view).flatMap((at) => rangesOf(view, at));
    if (ranges.length === 0) throw new RangeError("no character map of a known form");
    return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
  } catch (cause) {
    throw new SeedproofError("dossier.font-malformed", "the font's character map cannot be read", { cause });
  }
}

/** Offsets of the Unicode subtables of `cmap`. */
function tables(view: DataView): number[] {
  const count = view.getUint16(4);
  for (let i = 0; i < count; i++) {
    const record = 12 + 16 * i;
    if (view.getUint32(record) !== 0x636d6170) continue;
    const cmap = view.getUint32(record + 8);
    return Array.from({ length: view.getUint16(cmap + 2) }, (_, n) => cmap + view.getUint32(cmap + 4 + 8 * n + 4));
  }
  return [];
}

function rangesOf(view: DataView, at: number): (readonly [number, number])[] {
  const format = view.getUint16(at);
  if (format === 12) {
    return Array.from({ length: view.getUint32(at + 12) }, (_, i) => {
      const group = at + 16 + 12 * i;
      return [view.getUint32(group), view.getUint32(group + 4)] as const;
    });
  }
  if (format !== 4) return [];
  const segments = view.getUint16(at + 6) / 2;
  return Array.from({ length: segments }, (_, i) => {
    const [end, start] = [view.getUint16(at + 14 + 2 * i), view.getUint16(at + 16 + 2 * segments + 2 * i)];
    return [start, Math.min(end, 0xfffe)] as const;
  }).filter(([from, to]) => from <= to && from < 0xffff);
}

/** A text with every character that no font has, or that hides, shown by its number: `[U+1F600]`. */
export function printable(text: string, fonts: readonly Coverage[]): string {
  let shown = "";
  for (const character of visible(text)) {
    const code = character.codePointAt(0)!;
    const plain = character === "\n" || character === "\t" || character === " ";
    const drawn = plain || fonts.some((has) => has(code));
    shown += drawn ? character : isJoiner(code) ? "" : numbered(character);
  }
  return shown;
}

/** What joins characters to each other draws nothing in any font; where it hides, it is shown before. */
function isJoiner(code: number): boolean {
  return code === 0x200c || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f);
}
