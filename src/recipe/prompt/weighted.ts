/** Texts with weights: what a prompt's grammar comes to. */

import type { Span } from "../../base/json-text.ts";

/** Characters with one weight, without the marks that gave it to them; `span` covers both in the prompt. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
  readonly span: Span;
}

/** Limits of the prompt readers. */
export const PROMPT_LIMITS = {
  /** Nesting of brackets; deeper ones are text. Prompts seen in the wild stay below 10. CWE-407. */
  depth: 128,
  /** Characters of a prompt whose editing and alternation are followed; A1111 cuts none, but needs minutes there. */
  scheduled: 65_536,
  /** Sampler steps for which a prompt is followed. A1111's own slider ends at 150. */
  steps: 1000,
} as const;

/** Neighbours of one weight joined, and empty texts left out; at least one text remains. */
export function mergeWeights(parts: readonly WeightedText[]): WeightedText[] {
  const merged: WeightedText[] = [];
  for (const part of parts) {
    if (part.text === "") continue;
    const last = merged.at(-1);
    if (last && last.weight === part.weight) {
      merged[merged.length - 1] = { ...last, text: last.text + part.text, span: [last.span[0], part.span[1]] };
    } else merged.push(part);
  }
  return merged.length > 0 ? merged : [parts[0] ?? { text: "", weight: 1, span: [0, 0] }];
}
