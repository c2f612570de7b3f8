/** What a prompt is cut into: chunks of as many tokens as the text encoder takes. */

import type { TextEncoder } from "../backend.ts";
import type { Embedding } from "../weights/embedding.ts";

/** A textual inversion: a name in the prompt that stands for vectors. */
export interface LearntWord {
  readonly name: string;
  /** For each width of encoder that it was learnt with. */
  readonly embeddings: readonly Embedding[];
}

/** One place of a chunk. `vector` takes the place of the token's embedding. */
export interface Place {
  readonly id: number;
  readonly weight: number;
  readonly vector?: Float32Array;
}

/** Places of one run of the text encoder: begin mark, text, end mark, padding. */
export type Chunk = readonly Place[];

/** Places for text in a chunk: 75 for CLIP. */
export function roomOf({ chunkLength }: TextEncoder): number {
  return chunkLength - 2;
}

/** A chunk around its text: begin mark, end mark, padding, all of weight 1. */
export function closeChunk(text: readonly Place[], { chunkLength, tokenizer, padding }: TextEncoder): Chunk {
  const { begin, end } = tokenizer.vocabulary;
  const marked = [{ id: begin, weight: 1 }, ...text, { id: end, weight: 1 }];
  return [...marked, ...Array.from({ length: chunkLength - marked.length }, () => ({ id: padding, weight: 1 }))];
}

/** The places of a learnt word, none where it was not learnt with this width. Their id is 0, which the vectors cover. */
export function learntPlaces({ embeddings }: LearntWord, weight: number, { width }: TextEncoder): Place[] {
  const vectors = embeddings.find((embedding) => embedding.width === width)?.vectors ?? [];
  return vectors.map((vector) => ({ id: 0, weight, vector }));
}
