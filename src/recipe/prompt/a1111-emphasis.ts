/**
 * A1111's emphasis: `(x)` times 1.1, `[x]` divided by 1.1, `(x:1.3)` times 1.3; nested weights multiply; `\(` is a bracket
 * as text; an opening bracket without its end reaches to the end; `BREAK` closes a chunk of 75 tokens.
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/prompt_parser.py, parse_prompt_attention
 */

import { mergeWeights, PROMPT_LIMITS, type WeightedText } from "./weighted.ts";

const ROUND = 1.1;
const SQUARE = 1 / 1.1;
const TOKEN = /\\[()[\]\\]|\\|\(|\[|:\s{0,32}([+-]?[.\d]{1,32})\s{0,32}\)|\)|\]|[^\\()[\]:]+|:/g;
const BREAK = /\s*\bBREAK\b\s*/g;

/** A text while the brackets around it are still open; `weight` grows from the inside out, as A1111 multiplies. */
interface Part {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  weight: number;
  readonly isBreak?: true;
}

/** The chunks between `BREAK`s, each a list of texts with their weights. One empty text where nothing stands. */
export function parseEmphasis(prompt: string): WeightedText[][] {
  const parts: Part[] = [];
  const round: number[] = [];
  const square: number[] = [];
  const multiply = (from: number | undefined, factor: number): void => {
    for (const part of parts.slice(from)) if (!part.isBreak) part.weight *= factor;
  };
  for (const match of prompt.matchAll(TOKEN)) {
    const [token, number] = match;
    const isDeep = round.length + square.length >= PROMPT_LIMITS.depth;
    const weight = number === undefined ? Number.NaN : Number.parseFloat(number);
    if (token.startsWith("\\")) parts.push(textPart(token.slice(1), match.index, token.length));
    else if (token === "(" && !isDeep) round.push(parts.length);
    else if (token === "[" && !isDeep) square.push(parts.length);
    else if (!Number.isNaN(weight) && round.length > 0) multiply(round.pop(), weight);
    else if (token === ")" && round.length > 0) multiply(round.pop(), ROUND);
    else if (token === "]" && square.length > 0) multiply(square.pop(), SQUARE);
    else parts.push(...splitBreaks(token, match.index));
  }
  for (const from of round) multiply(from, ROUND);
  for (const from of square) multiply(from, SQUARE);
  return chunksOf(parts);
}

function textPart(text: string, from: number, length: number): Part {
  return { text, from, to: from + length, weight: 1 };
}

function splitBreaks(token: string, offset: number): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of token.matchAll(BREAK)) {
    parts.push(textPart(token.slice(at, match.index), offset + at, match.index - at));
    parts.push({ ...textPart("", offset + match.index, match[0].length), isBreak: true });
    at = match.index + match[0].length;
  }
  parts.push(textPart(token.slice(at), offset + at, token.length - at));
  return parts;
}

function chunksOf(parts: readonly Part[]): WeightedText[][] {
  const chunks: Part[][] = [[]];
  for (const part of parts) {
    if (part.isBreak) chunks.push([]);
    else chunks.at(-1)!.push(part);
  }
  return chunks.map((chunk) =>
    mergeWeights(chunk.map(({ text, weight, from, to }) => ({ text, weight, span: [from, to] }))),
  );
}
