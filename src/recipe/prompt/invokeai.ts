/**
 * InvokeAI's emphasis (Compel): `word+` times 1.1 for each plus, `word-` times 0.9 for each minus, `(some words)++` and
 * `(some words)1.3` for several, nested weights multiply; `\(` is a bracket as text.
 * @see https://github.com/damian0815/compel, doc/syntax.md
 */

import { mergeWeights, PROMPT_LIMITS, type WeightedText } from "./weighted.ts";

const MORE = 1.1;
const LESS = 0.9;
const TOKEN = /\\[()\\]|[()]|[^\s(),\\]+|[\s,]+|\\/g;
const SUFFIX = /\++|-+|\d{1,4}(?:\.\d{1,8})?|\.\d{1,8}/y;

/** The texts with their weights, in order. A bracket without its pair is text. */
export function parseInvokeaiPrompt(prompt: string): WeightedText[] {
  const closing = bracketPairs(prompt);
  const parts: WeightedText[] = [];
  const read = (from: number, to: number, weight: number): void => {
    for (let at = from; at < to; ) {
      const close = prompt[at] === "(" ? closing.get(at) : undefined;
      if (close !== undefined) {
        const [factor, end] = suffixAt(prompt, close + 1);
        read(at + 1, close, weight * factor);
        at = end;
        continue;
      }
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(prompt)?.[0] ?? prompt[at]!;
      const [, word = "", signs = ""] = /^(.*[^+-])(\++|-+)$/.exec(token) ?? [];
      const text = word === "" ? token : word;
      const own = signs === "" ? weight : weight * power(signs);
      const plain = text.length === 2 && text.startsWith("\\") ? text.slice(1) : text;
      parts.push({ text: plain, weight: own, span: [at, at + token.length] });
      at += token.length;
    }
  };
  read(0, prompt.length, 1);
  return mergeWeights(parts);
}

/** Factor and end of what stands behind a closing bracket; nothing there is a factor of 1. */
function suffixAt(prompt: string, at: number): [factor: number, end: number] {
  SUFFIX.lastIndex = at;
  const suffix = SUFFIX.exec(prompt)?.[0];
  if (suffix === undefined) return [1, at];
  return [/^[+-]/.test(suffix) ? power(suffix) : Number(suffix), at + suffix.length];
}

function power(signs: string): number {
  let factor = 1;
  for (const sign of signs) factor *= sign === "+" ? MORE : LESS;
  return factor;
}

/** Index of the closing bracket of each opening one, as deep as is read. */
function bracketPairs(prompt: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let i = 0; i < prompt.length; i++) {
    if (prompt[i] === "\\") i++;
    else if (prompt[i] === "(") open.push(i);
    else if (prompt[i] === ")") {
      const start = open.pop();
      if (start !== undefined && open.length < PROMPT_LIMITS.depth) pairs.set(start, i);
    }
  }
  return pairs;
}
