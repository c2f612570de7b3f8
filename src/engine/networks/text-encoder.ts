/** A CLIP text encoder of given weights on a backend. */

import { SeedproofError } from "../../base/errors.ts";
import type { Backend, EmbeddingPatch, Encoded, Feeds, TextEncoder } from "../backend.ts";
import { buildClip } from "../graph/clip.ts";
import type { ClipConfig } from "../graph/config.ts";
import { joinBatch, type Tensor } from "../tensor.ts";
import type { Tokenizer } from "../tokenizer/bpe.ts";
import type { Weights } from "../weights/weights.ts";
import { sessions } from "./sessions.ts";

/** What a model's text encoder is beside its weights, and which hidden state the model was trained to read. */
export interface TextReading {
  readonly tokenizer: Tokenizer;
  /** Id that fills a chunk behind its end mark. */
  readonly padding: number;
  /** 1 for the last layer (SD 1.x), 2 for the one before it (SD 2.x, SDXL). A smaller clip skip has no effect. */
  readonly trainedSkip: number;
  /** Whether the final layer norm stands behind it: yes in SD 1.x and 2.x, no in SDXL. */
  readonly finalNorm: boolean;
}

/** The encoder. Chunks run one by one: the same bits for a prompt however many there are. */
export function textEncoderOn(
  backend: Backend,
  config: ClipConfig,
  weights: Weights,
  reading: TextReading,
): TextEncoder {
  const held = sessions(backend, weights, () => buildClip(config, weights), 1);
  const encode: TextEncoder["encode"] = async (chunks, clipSkip, embeddings = []) => {
    const layer = config.layers + 1 - Math.max(reading.trainedSkip, clipSkip);
    if (!Number.isInteger(layer) || layer < 1) {
      throw new SeedproofError(
        "engine.clip-skip",
        `clip skip ${clipSkip} for a text encoder of ${config.layers} layers`,
      );
    }
    const states = await held.use(null, async (session) => {
      const outputs: Readonly<Record<string, Tensor>>[] = [];
      for (const [i, ids] of chunks.entries()) {
        const patches = embeddings.filter(({ chunk }) => chunk === i);
        outputs.push(await session.run(chunkFeeds(config, ids, patches, reading.tokenizer.vocabulary.end)));
      }
      return outputs;
    });
    return join(states, `${reading.finalNorm ? "normed" : "hidden"}_${layer}`);
  };
  const { tokenizer, padding } = reading;
  const { tokens: chunkLength, width, layers } = config;
  return { tokenizer, padding, chunkLength, width, layers, encode, close: held.close };
}

function join(states: readonly Readonly<Record<string, Tensor>>[], name: string): Encoded {
  const hidden = joinBatch(states.map((state) => state[name]!));
  const pooled = states.flatMap((state) => state.pooled ?? []);
  return pooled.length > 0 ? { hidden, pooled: joinBatch(pooled) } : { hidden };
}

function chunkFeeds(
  { tokens, width, vocabulary, projection }: ClipConfig,
  ids: readonly number[],
  patches: readonly EmbeddingPatch[],
  end: number,
): Feeds {
  if (ids.length !== tokens || ids.some((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary)) {
    throw new SeedproofError("engine.shape-mismatch", `a chunk has ${tokens} token ids below ${vocabulary}`);
  }
  const keep = new Float32Array(tokens).fill(1);
  const patch = new Float32Array(tokens * width);
  for (const { position, vector } of patches) {
    if (vector.length !== width) {
      throw new SeedproofError(
        "engine.shape-mismatch",
        `an embedding of ${vector.length} numbers for a width of ${width}`,
      );
    }
    keep[position] = 0;
    patch.set(vector, position * width);
  }
  // A chunk cut short of its end mark pools its last token.
  const endAt = ids.includes(end) ? ids.indexOf(end) : tokens - 1;
  return {
    ids: { shape: [1, tokens], data: BigInt64Array.from(ids, BigInt) },
    keep: { shape: [1, tokens, 1], data: keep },
    patch: { shape: [1, tokens, width], data: patch },
    ...(projection === undefined ? {} : { end: { shape: [1], data: BigInt64Array.of(BigInt(endAt)) } }),
  };
}
