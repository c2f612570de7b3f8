/** What a prompt is cut into: chunks of as many tokens as the text encoder takes. */

import type { TextEncoder } from "../backend.ts";
import type { Tokenizer } from "../tokenizer/bpe.ts";

/** A text encoder with the tokenizer that it was trained with. */
export interface TextModel {
  readonly encoder: TextEncoder;
  readonly tokenizer: Tokenizer;
  /** Id that fills a chunk behind its end mark: the end mark itself in SD 1.x, 0 in OpenCLIP (SD 2.x, SDXL's second). */
  readonly padding: number;
  /** Learnt words (textual inversion) of this encoder. */
  readonly embeddings?: readonly LearntWord[];
}

/** A textual inversion: a name in the prompt that stands for vectors. */
export interface LearntWord {
  readonly name: string;
  /** Each as wide as the encoder. */
  readonly vectors: readonly Float32Array[];
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
export function roomOf({ encoder }: TextModel): number {
  return encoder.chunkLength - 2;
}

/** A chunk around its text: begin mark, end mark, padding, all of weight 1. */
export function closeChunk(text: readonly Place[], { encoder, tokenizer, padding }: TextModel): Chunk {
  const { begin, end } = tokenizer.vocabulary;
  const marked = [{ id: begin, weight: 1 }, ...text, { id: end, weight: 1 }];
  return [
    ...marked,
    ...Array.from({ length: encoder.chunkLength - marked.length }, () => ({ id: padding, weight: 1 })),
  ];
}
