/** From a prompt to what the UNet is told in each step. */

import { parsePrompt, type Subprompt } from "../../recipe/prompt/prompt.ts";
import type { StepRange } from "../../recipe/prompt/schedule.ts";
import type { WeightedText } from "../../recipe/prompt/weighted.ts";
import type { Dialect } from "../../recipe/recipe.ts";
import type { EmbeddingPatch, TextEncoder } from "../backend.ts";
import { sizeOf, type Tensor, tensor } from "../tensor.ts";
import { type Chunk, closeChunk, type LearntWord, roomOf } from "./chunk.ts";
import { chunksA1111 } from "./chunk-a1111.ts";
import { chunksComfyUi } from "./chunk-comfyui.ts";
import { type Emphasis, emphasizeA1111, emphasizeComfyUi } from "./emphasis.ts";

/** A text as the UNet is told it. */
export interface Conditioning {
  /** [1, tokens, width]: the chunks' hidden states one after the other, several encoders' side by side. */
  readonly context: Tensor;
  /** [1, projection width]: of the first chunk, from the last encoder that pools. */
  readonly pooled?: Tensor;
}

/** A conditioning up to and with the model call `until`, counted as in {@link conditioningAt}. */
export interface ConditioningStage {
  readonly until: number;
  readonly conditioning: Conditioning;
}

/** One of the prompts that `AND` combines, over the run. */
export interface ConditionedPrompt {
  readonly weight: number;
  readonly stages: readonly ConditioningStage[];
}

/** How a prompt is to be understood. */
export interface ConditionRequest {
  readonly dialect: Dialect;
  /** 1 for the last layer of the text encoder. */
  readonly clipSkip: number;
  /** Calls of the model in the run, in which prompt editing counts; for hires fix also those of the pass before. */
  readonly range: StepRange;
  /** A1111's emphasis mode; `original` where the recipe says nothing. */
  readonly emphasis?: Emphasis;
  /** Textual inversions that the prompt may name. */
  readonly words?: readonly LearntWord[];
}

/**
 * Encodes a prompt, its editing and its combined parts followed. Dialects without a text encoding of their own
 * (InvokeAI's) are read as `plain`, NovelAI's weights as A1111 applies them.
 *
 * @param encoders - the model's text encoders, in order
 * @throws SeedproofError `engine.clip-skip`, `engine.text-too-long`
 */
export async function conditionPrompt(
  text: string,
  encoders: readonly TextEncoder[],
  request: ConditionRequest,
): Promise<ConditionedPrompt[]> {
  const literal = request.dialect === "a1111" && request.emphasis === "none";
  const { subprompts } = parsePrompt(text, request.dialect, request.range);
  const prompts: ConditionedPrompt[] = [];
  for (const subprompt of subprompts) {
    const conditionings = await conditionStages(literal ? withoutBrackets(subprompt) : subprompt, encoders, request);
    const stages = subprompt.stages.map(({ until }, i) => ({ until, conditioning: conditionings[i]! }));
    prompts.push({ weight: subprompt.weight, stages });
  }
  return prompts;
}

/**
 * The conditioning of a model call.
 * @param call - counted from 0, while stages count from 1: A1111 keeps each text one call longer than written
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/prompt_parser.py, reconstruct_cond_batch, as behaviour
 */
export function conditioningAt(stages: readonly ConditioningStage[], call: number): Conditioning {
  return (stages.find(({ until }) => call <= until) ?? stages[0]!).conditioning;
}

function withoutBrackets(subprompt: Subprompt): Subprompt {
  const literal = (text: string): WeightedText[][] => [[{ text, weight: 1, span: [0, text.length] }]];
  return { ...subprompt, stages: subprompt.stages.map((stage) => ({ ...stage, chunks: literal(stage.text) })) };
}

/** The stages of one prompt are encoded together: A1111's mean is taken over all of them. */
async function conditionStages(
  { stages }: Subprompt,
  encoders: readonly TextEncoder[],
  request: ConditionRequest,
): Promise<Conditioning[]> {
  const encoded: Conditioning[][] = [];
  for (const encoder of encoders) {
    const texts = stages.map(({ chunks }) => chunksOf(chunks, encoder, request));
    encoded.push(await encodeTexts(texts, encoder, request));
  }
  return stages.map((_, i) => sideBySide(encoded.map((ofEncoder) => ofEncoder[i]!)));
}

function chunksOf(
  parts: readonly (readonly WeightedText[])[],
  encoder: TextEncoder,
  { dialect, words }: ConditionRequest,
): Chunk[] {
  if (dialect === "comfyui") return chunksComfyUi(parts.flat(), encoder, words);
  if (dialect === "a1111" || dialect === "novelai") return chunksA1111(parts, encoder, words);
  // As diffusers does: one chunk, the rest of the text is cut off.
  const ids = parts.flat().flatMap(({ text }) => encoder.tokenizer.encode(text));
  const places = ids.slice(0, roomOf(encoder)).map((id) => ({ id, weight: 1 }));
  return [closeChunk(places, encoder)];
}

/** Encodes texts of equally many chunks: shorter ones get empty chunks. */
async function encodeTexts(
  texts: readonly (readonly Chunk[])[],
  encoder: TextEncoder,
  request: ConditionRequest,
): Promise<Conditioning[]> {
  const empty = closeChunk([], encoder);
  const count = Math.max(...texts.map((chunks) => chunks.length));
  const hidden: Tensor[] = [];
  let pooled: Tensor | undefined;
  for (let i = 0; i < count; i++) {
    const chunks = texts.map((ofText) => ofText[i] ?? empty);
    const together = await encodeChunks(chunks, encoder, request, empty);
    hidden.push(together.hidden);
    if (i === 0) pooled = together.pooled;
  }
  const places = encoder.chunkLength;
  const size = places * encoder.width;
  return texts.map((_, k) => {
    const context = tensor([1, count * places, encoder.width]);
    for (const [i, { data }] of hidden.entries()) context.data.set(data.subarray(k * size, (k + 1) * size), i * size);
    return { context, ...(pooled && { pooled: row(pooled, k) }) };
  });
}

async function encodeChunks(
  chunks: readonly Chunk[],
  encoder: TextEncoder,
  { dialect, clipSkip, emphasis = "original" }: ConditionRequest,
  empty: Chunk,
): Promise<{ readonly hidden: Tensor; readonly pooled?: Tensor }> {
  const ids = chunks.map((chunk) => chunk.map(({ id }) => id));
  const encoded = await encoder.encode(ids, clipSkip, patchesOf(chunks));
  const isWeighted = chunks.some((chunk) => chunk.some(({ weight }) => weight !== 1));
  if (!isWeighted) return encoded;
  if (dialect !== "comfyui") return { ...encoded, hidden: emphasizeA1111(encoded.hidden, chunks, emphasis) };
  const base = await encoder.encode([empty.map(({ id }) => id)], clipSkip);
  return { ...encoded, hidden: emphasizeComfyUi(encoded.hidden, chunks, base.hidden) };
}

function patchesOf(chunks: readonly Chunk[]): EmbeddingPatch[] {
  return chunks.flatMap((places, chunk) =>
    places.flatMap(({ vector }, position) => (vector ? [{ chunk, position, vector }] : [])),
  );
}

function row({ shape, data }: Tensor, index: number): Tensor {
  const width = sizeOf(shape.slice(1));
  return tensor([1, width], data.slice(index * width, (index + 1) * width));
}

/** Several encoders' states joined along their width (SDXL); pooled text is the last one's. */
function sideBySide(parts: readonly Conditioning[]): Conditioning {
  const pooled = parts.findLast((part) => part.pooled)?.pooled;
  const [first] = parts;
  if (parts.length === 1) return first!;
  const places = first!.context.shape[1]!;
  const width = parts.reduce((sum, { context }) => sum + context.shape[2]!, 0);
  const context = tensor([1, places, width]);
  let offset = 0;
  for (const { context: part } of parts) {
    const own = part.shape[2]!;
    for (let i = 0; i < places; i++) context.data.set(part.data.subarray(i * own, (i + 1) * own), i * width + offset);
    offset += own;
  }
  return { context, ...(pooled && { pooled }) };
}
