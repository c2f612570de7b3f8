/**
 * A1111's chunks: 75 tokens each, closed by `BREAK`, and broken behind a comma where one stands near the end.
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/sd_hijack_clip.py, tokenize_line, as behaviour
 */

import type { WeightedText } from "../../recipe/prompt/weighted.ts";
import type { TextEncoder } from "../backend.ts";
import { type Chunk, closeChunk, type LearntWord, learntPlaces, type Place, roomOf } from "./chunk.ts";

/** A1111's "Prompt word wrap length limit": how many tokens may be taken over to the next chunk. */
export const COMMA_BACKTRACK = 20;

/** @param parts - texts between `BREAK`s; @param backtrack - 0 to break in the middle of a phrase */
export function chunksA1111(
  parts: readonly (readonly WeightedText[])[],
  encoder: TextEncoder,
  words: readonly LearntWord[] = [],
  backtrack: number = COMMA_BACKTRACK,
): Chunk[] {
  const room = roomOf(encoder);
  const [comma] = encoder.tokenizer.encode(",");
  const chunks: Chunk[] = [];
  let places: Place[] = [];
  let lastComma = -1;
  const close = (): void => {
    chunks.push(closeChunk(places, encoder));
    places = [];
    lastComma = -1;
  };
  const add = (group: readonly Place[]): void => {
    if (group.length > 1 && places.length + group.length > room) close();
    // More vectors than a chunk holds are cut, as there is no place to put them.
    places.push(...group.slice(0, room));
  };
  for (const [i, part] of parts.entries()) {
    if (i > 0) close();
    for (const { text, weight } of part) {
      for (const group of groupsOf(text, weight, encoder, words)) {
        const isComma = group.length === 1 && !group[0]!.vector && group[0]!.id === comma;
        if (isComma) lastComma = places.length;
        else if (backtrack > 0 && places.length === room && lastComma >= 0 && room - lastComma <= backtrack) {
          const moved = places.splice(lastComma + 1);
          close();
          places = moved;
        }
        if (places.length === room) close();
        add(group);
      }
    }
  }
  if (places.length > 0 || chunks.length === 0) close();
  return chunks;
}

/** Tokens one by one; a learnt word's vectors together. */
function groupsOf(text: string, weight: number, encoder: TextEncoder, words: readonly LearntWord[]): Place[][] {
  const ids = encoder.tokenizer.encode(text);
  const known = words
    .map((word) => ({ ids: encoder.tokenizer.encode(word.name), places: learntPlaces(word, weight, encoder) }))
    .filter((word) => word.ids.length > 0 && word.places.length > 0)
    .sort((a, b) => b.ids.length - a.ids.length);
  const groups: Place[][] = [];
  for (let at = 0; at < ids.length; ) {
    const found = known.find((word) => word.ids.every((id, k) => ids[at + k] === id));
    groups.push(found?.places ?? [{ id: ids[at]!, weight }]);
    at += found?.ids.length ?? 1;
  }
  return groups;
}
