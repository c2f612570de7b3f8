/**
 * ComfyUI's chunks: words are kept whole where they are short, and moved to the next chunk where they do not fit.
 * @see Comfy-Org/ComfyUI, comfy/sd1_clip.py, SDTokenizer.tokenize_with_weights, as behaviour until 2025; later versions
 *   keep whole stretches of one weight together, which shows only in prompts of several chunks
 */

import type { WeightedText } from "../../recipe/prompt/weighted.ts";
import { type Chunk, closeChunk, type Place, roomOf, type TextModel } from "./chunk.ts";
import { learntPlaces } from "./chunk-a1111.ts";

/** Words of this many tokens and more may be cut. */
const LARGE_WORD = 8;
const EMBEDDING = "embedding:";

/** Texts in order; `embedding:name` stands for a learnt word, and for nothing where there is none of that name. */
export function chunksComfyUi(parts: readonly WeightedText[], model: TextModel): Chunk[] {
  const room = roomOf(model);
  const chunks: Chunk[] = [];
  let places: Place[] = [];
  const close = (): void => {
    chunks.push(closeChunk(places, model));
    places = [];
  };
  for (const { text, weight } of parts) {
    for (const word of text.split(/[ \n]/).filter((one) => one !== "")) {
      let group = placesOf(word, weight, model);
      const isLarge = group.length >= LARGE_WORD;
      while (places.length + group.length > room) {
        if (isLarge) {
          const fitting = room - places.length;
          places.push(...group.slice(0, fitting));
          group = group.slice(fitting);
        }
        close();
      }
      places.push(...group);
    }
  }
  close();
  return chunks;
}

function placesOf(word: string, weight: number, { tokenizer, embeddings = [] }: TextModel): Place[] {
  if (!word.startsWith(EMBEDDING)) return tokenizer.encode(word).map((id) => ({ id, weight }));
  const name = word.slice(EMBEDDING.length);
  // A comma may follow the name without a blank.
  const found = embeddings.find((one) => name === one.name || name.replace(/,+$/, "") === one.name);
  if (!found) return [];
  const rest = tokenizer.encode(name.slice(found.name.length)).map((id) => ({ id, weight }));
  return [...learntPlaces(found, weight), ...rest];
}
