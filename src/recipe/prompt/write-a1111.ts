/** A prompt of any dialect as A1111 writes the same texts with the same weights. */

import type { Dialect } from "../recipe.ts";
import { parseEmphasis } from "./a1111-emphasis.ts";
import { parsePrompt } from "./prompt.ts";
import type { WeightedText } from "./weighted.ts";

/**
 * The prompt in A1111's dialect, character for character where A1111 reads it the same anyway.
 */
export function promptForA1111(text: string, dialect: Dialect): string {
  if (dialect === "a1111") return text;
  const parts = parsePrompt(text, dialect).subprompts[0]!.stages[0]!.chunks[0]!;
  const theirs = parseEmphasis(text);
  if (theirs.length === 1 && !/\bAND\b|\[[^\]]*[:|]/.test(text) && isSame(parts, theirs[0]!)) return text;
  return parts.map(written).join("");
}

function isSame(a: readonly WeightedText[], b: readonly WeightedText[]): boolean {
  const runs = (parts: readonly WeightedText[]): string => {
    const joined: [string, number][] = [];
    for (const { text, weight } of parts) {
      const last = joined.at(-1);
      if (last?.[1] === weight) last[0] += text;
      else if (text !== "") joined.push([text, weight]);
    }
    return JSON.stringify(joined);
  };
  return runs(a) === runs(b);
}

function written({ text, weight }: WeightedText): string {
  const escaped = text.replace(/[\\()[\]]/g, "\\$&");
  return weight === 1 || text === "" ? escaped : `(${escaped}:${decimal(weight)})`;
}

/** A1111's weights are digits and a point, without exponent. */
function decimal(weight: number): string {
  const text = String(weight);
  return /e/i.test(text) ? weight.toFixed(6) : text;
}
