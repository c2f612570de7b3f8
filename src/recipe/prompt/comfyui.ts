/**
 * ComfyUI's emphasis: `(x)` times 1.1, `(x:1.3)` sets the weight, whatever brackets stand around it; `\(` is a bracket as
 * text; square brackets mean nothing.
 * @see comfyanonymous/ComfyUI, comfy/sd1_clip.py, token_weights
 */

import { PROMPT_LIMITS, type WeightedText } from "./weighted.ts";

const STEP = 1.1;

/** The texts with their weights, in order, as ComfyUI hands them to the tokenizer one by one. */
export function parseComfyPrompt(prompt: string): WeightedText[] {
  const parts: WeightedText[] = [];
  readRange(prompt, 0, prompt.length, 1, 0, parts);
  return parts.length > 0 ? parts : [{ text: "", weight: 1, span: [0, 0] }];
}

function readRange(
  prompt: string,
  from: number,
  to: number,
  weight: number,
  depth: number,
  parts: WeightedText[],
): void {
  for (const [start, end] of itemsOf(prompt, from, to)) {
    const isBracket = end - start >= 2 && prompt[start] === "(" && prompt[end - 1] === ")" && prompt[end - 2] !== "\\";
    if (!isBracket || depth >= PROMPT_LIMITS.depth) {
      parts.push({ text: unescapeBrackets(prompt.slice(start, end)), weight, span: [start, end] });
      continue;
    }
    const colon = start + prompt.slice(start, end - 1).lastIndexOf(":");
    const own = colon > start + 1 ? numberOf(prompt.slice(colon + 1, end - 1)) : undefined;
    readRange(prompt, start + 1, own === undefined ? end - 1 : colon, own ?? weight * STEP, depth + 1, parts);
  }
}

/** Ranges of what stands outside of brackets and of each outermost bracket. Closing brackets before any opening count. */
function itemsOf(prompt: string, from: number, to: number): [from: number, to: number][] {
  const items: [number, number][] = [];
  let level = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    const c = prompt[i];
    if (c === "\\" && (prompt[i + 1] === "(" || prompt[i + 1] === ")") && i + 1 < to) i++;
    else if (c === "(") {
      if (level === 0 && i > start) items.push([start, i]);
      if (level === 0) start = i;
      level++;
    } else if (c === ")" && --level === 0) {
      items.push([start, i + 1]);
      start = i + 1;
    }
  }
  if (to > start) items.push([start, to]);
  return items;
}

/** What Python's `float` takes of the numbers that people write. */
function numberOf(text: string): number | undefined {
  return /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function unescapeBrackets(text: string): string {
  return text.replace(/\\([()])/g, "$1");
}
