/** A prompt cut into terms with their weights, over the text as it was recorded. */

import { parsePrompt } from "../../recipe/prompt/prompt.ts";
import type { Dialect } from "../../recipe/recipe.ts";

/** A piece of a prompt: a term with its weight, a network tag, or what stands between. */
export interface Piece {
  readonly kind: "term" | "network" | "between";
  readonly text: string;
  readonly weight: number;
}

/** Cuts a prompt at its commas and weights. Marks of weights (brackets, numbers) are left out; nothing else is. */
export function piecesOf(prompt: string, dialect: Dialect): Piece[] {
  const { subprompts, networks } = parsePrompt(prompt, dialect);
  const stages = subprompts.flatMap(({ stages }) => stages.slice(0, 1));
  const weighted = stages
    .flatMap(({ chunks }) => chunks.flat())
    .map(({ text, weight, span }) => ({ text, weight, at: span[0] }));
  const tags = networks.map(({ span: [from, to] }) => ({
    kind: "network" as const,
    text: prompt.slice(from, to),
    weight: 1,
    at: from,
  }));
  const terms = weighted.flatMap(({ text, weight, at }) =>
    text
      .split(/(\s*[,，\n]\s*)/)
      .filter((part) => part !== "")
      .map((part) => ({ kind: isBetween(part) ? ("between" as const) : ("term" as const), text: part, weight, at })),
  );
  return [...terms, ...tags].sort((a, b) => a.at - b.at).map(({ kind, text, weight }) => ({ kind, text, weight }));
}

function isBetween(part: string): boolean {
  return /^\s*[,，\n]?\s*$/.test(part);
}

/** Thickness of a weight's underline in pixels, 1 to 4. */
export function thicknessOf(weight: number): number {
  const away = Math.abs(weight - 1);
  return away < 0.15 ? 1 : away < 0.4 ? 2 : away < 1 ? 3 : 4;
}
