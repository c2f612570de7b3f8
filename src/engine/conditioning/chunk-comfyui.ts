/**
 * ComfyUI's chunks: words are kept whole where they are short, and moved to the next chunk where they do not fit.
 * @see Comfy-Org/ComfyUI, comfy/sd1_clip.py, SDTokenizer.tokenize_with_weights, as behaviour until 2025; later versions
 *   keep whole stretches of one weight together, which shows only in prompts of several chunks
 */

import type { WeightedText } from "../../recipe/prompt/weighted.ts";
import type { TextEncoder } from "../backend.ts";
import { type Chunk, closeChunk, type LearntWord, learntPlaces, type Place, roomOf } from "./chunk.ts";

/** Words of this many tokens and more may be cut. */
const LARGE_WORD = 8;
const EMBEDDING = "embedding:";

/** Texts in order; `embedding:name` stands for a learnt word, and for nothing where there is none of that name. */
export function chunksComfyUi(
  parts: readonly WeightedText[],
  encoder: TextEncoder,
  words: readonly LearntWord[] = [],
): Chunk[] {
  const room = roomOf(encoder);
  const chunks: Chunk[] = [];
  let places: Place[] = [];
  const close = (): void => {
    chunks.push(closeChunk(places, encoder));
    places = [];
  };
  for (const { text, weight } of parts) {
    for (const word of text.split(/[ \n]/).filter((one) => one !== "")) {
      let group = placesOf(word, weight, encoder, words);
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

function placesOf(word: string, weight: number, encoder: TextEncoder, words: readonly LearntWord[]): Place[] {
  const tokens = (text: string): Place[] => encoder.tokenizer.encode(text).map((id) => ({ id, weight }));
  if (!word.startsWith(EMBEDDING)) return tokens(word);
  const rest = word.slice(EMBEDDING.length);
  // A comma may follow the name without a blank.
  const name = rest.replace(/,+$/, "");
  const found = words.find((one) => name === one.name || name === `${one.name}.safetensors`);
  return found ? [...learntPlaces(found, weight, encoder), ...tokens(rest.slice(name.length))] : [];
}
