/** A text model small enough to work out by hand: words are single tokens, hidden states follow from id, place and layer. */

import type { EmbeddingPatch, Encoded, TextEncoder } from "../../src/engine/backend.ts";
import { tensor } from "../../src/engine/tensor.ts";

export const BEGIN = 1;
export const END = 2;
export const COMMA = 3;
export const WIDTH = 4;

/** `w12` is token 112; a comma is a token of its own; `long5` is one word of five tokens 205. */
export function toyIds(text: string): number[] {
  return [...text.matchAll(/,|w(\d+)|long(\d+)/g)].flatMap(([whole, word, long]) => {
    if (whole === ",") return [COMMA];
    return word === undefined ? Array.from({ length: Number(long) }, () => 200 + Number(long)) : [100 + Number(word)];
  });
}

/** What the toy encoder gives for a token. */
export function toyHidden(id: number, place: number, column: number, clipSkip: number): number {
  return Math.fround(((id * 7 + place * 3 + column * 5 + clipSkip) % 23) / 8 - 1);
}

export function toyEncoder(options: { places?: number; padding?: number } = {}): TextEncoder {
  const places = options.places ?? 77;
  const encode = async (
    chunks: readonly (readonly number[])[],
    clipSkip: number,
    patches: readonly EmbeddingPatch[] = [],
  ): Promise<Encoded> => {
    const hidden = tensor([chunks.length, places, WIDTH]);
    for (const [c, ids] of chunks.entries()) {
      for (const [p, id] of ids.entries()) {
        const patch = patches.find(({ chunk, position }) => chunk === c && position === p);
        for (let w = 0; w < WIDTH; w++) {
          hidden.data[(c * places + p) * WIDTH + w] = patch ? patch.vector[w]! : toyHidden(id, p, w, clipSkip);
        }
      }
    }
    const pooled = tensor(
      [chunks.length, 1],
      Float32Array.from(chunks, (ids) => ids[1]!),
    );
    return { hidden, pooled };
  };
  const tokenizer = {
    vocabulary: { ids: new Map(), ranks: new Map(), begin: BEGIN, end: END },
    encode: (text: string) => toyIds(text),
  };
  const padding = options.padding ?? END;
  return { tokenizer, padding, chunkLength: places, width: WIDTH, layers: 12, encode, close: async () => {} };
}
