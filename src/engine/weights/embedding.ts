/** Textual inversion: vectors that stand for a word in the prompt. @see arXiv:2208.01618 */

import { SeedproofError } from "../../base/errors.ts";
import { toFloat32, type Weights } from "./weights.ts";

/** The vectors of one file for a text encoder of their width, in the order in which they take places in the prompt. */
export interface Embedding {
  /** Of the encoder that they are for: 768 for CLIP ViT-L, 1280 for the second of SDXL. */
  readonly width: number;
  readonly vectors: readonly Float32Array[];
}

/** A prompt has 75 places; a file cannot ask for more. */
const MAX_VECTORS = 75;

/**
 * The embeddings in a file: `emb_params` (A1111), `clip_l` and `clip_g` (SDXL), or one tensor under any name (diffusers).
 * @returns one for each width in the file
 * @throws SeedproofError `engine.embedding-malformed` when there is no list of vectors in it
 */
export function readEmbeddings(weights: Weights): readonly Embedding[] {
  const named = ["emb_params", "clip_l", "clip_g"].filter((name) => weights.has(name));
  const names = named.length > 0 ? named : [...weights.keys()];
  if (names.length < 1 || (named.length === 0 && names.length > 1))
    throw malformed("no tensor of it is known to be an embedding");
  return names.map((name) => embedding(name, weights));
}

function embedding(name: string, weights: Weights): Embedding {
  const weight = weights.get(name)!;
  const [count, width] = weight.shape.length === 1 ? [1, weight.shape[0]!] : [weight.shape[0]!, weight.shape[1]!];
  if (weight.shape.length > 2 || !width || !count || count > MAX_VECTORS) {
    throw malformed(`${name} is [${weight.shape.join(", ")}]; 1 to ${MAX_VECTORS} vectors are read`);
  }
  const numbers = toFloat32(name, weight);
  const vectors = Array.from({ length: count }, (_, i) => numbers.subarray(i * width, (i + 1) * width));
  return { width, vectors };
}

function malformed(what: string): SeedproofError {
  return new SeedproofError("engine.embedding-malformed", `the file is no embedding: ${what}`);
}
