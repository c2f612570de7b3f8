/**
 * A1111's chunks: 75 tokens each, closed by `BREAK`, and broken behind a comma where one stands near the end.
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/sd_hijack_clip.py, tokenize_line, as behaviour
 */

import type { WeightedText } from "../../recipe/prompt/weighted.ts";
import { type Chunk, closeChunk, type LearntWord, type Place, roomOf, type TextModel } from "./chunk.ts";

/** A1111's "Prompt word wrap length limit": how many tokens may be taken over to the next chunk. */
export const COMMA_BACKTRACK = 20;

/** @param parts - texts between `BREAK`s; @param backtrack - 0 to break in the middle of a phrase */
export function chunksA1111(
  parts: readonly (readonly WeightedText[])[],
  model: TextModel,
  backtrack: number = COMMA_BACKTRACK,
): Chunk[] {
  const room = roomOf(model);
  const [comma] = model.tokenizer.encode(",");
  const chunks: Chunk[] = [];
  let places: Place[] = [];
  let lastComma = -1;
  const close = (): void => {
    chunks.push(closeChunk(places, model));
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
      for (const group of groupsOf(text, weight, model)) {
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
function groupsOf(text: string, weight: number, model: TextModel): Place[][] {
  const ids = model.tokenizer.encode(text);
  const words = (model.embeddings ?? [])
    .map((word) => ({ word, ids: model.tokenizer.encode(word.name) }))
    .filter((entry) => entry.ids.length > 0)
    .sort((a, b) => b.ids.length - a.ids.length);
  const groups: Place[][] = [];
  for (let at = 0; at < ids.length; ) {
    const found = words.find((entry) => entry.ids.every((id, k) => ids[at + k] === id));
    groups.push(found ? learntPlaces(found.word, weight) : [{ id: ids[at]!, weight }]);
    at += found ? found.ids.length : 1;
  }
  return groups;
}

/** The places of a learnt word. Their id is 0, which the vectors cover. */
export function learntPlaces({ vectors }: LearntWord, weight: number): Place[] {
  return vectors.map((vector) => ({ id: 0, weight, vector }));
}
