/**
 * NovelAI's emphasis: `{x}` times 1.05, `[x]` divided by 1.05, nested weights multiply; since V4 also `1.5::x::`, which
 * ends at the next `::` and may be negative.
 * @see https://docs.novelai.net/image/strengthening-weakening.html
 */

import { mergeWeights, PROMPT_LIMITS, type WeightedText } from "./weighted.ts";

const STEP = 1.05;
const TOKEN = /(?:(?<![\w.])(-?(?:\d{1,4}(?:\.\d{0,8})?|\.\d{1,8})))?::|[{}[\]]|[^{}[\]:\d.-]+|[\s\S]/g;

/** The texts with their weights, in order. A bracket without its pair reaches to the end, as does `n::` without `::`. */
export function parseNovelaiPrompt(prompt: string): WeightedText[] {
  const parts: WeightedText[] = [];
  let numeric = 1;
  let open: ("{" | "[")[] = [];
  const levels = (): number => open.reduce((sum, bracket) => sum + (bracket === "{" ? 1 : -1), 0);
  for (const match of prompt.matchAll(TOKEN)) {
    const [token, number] = match;
    const opening = token === "}" ? "{" : token === "]" ? "[" : undefined;
    if (token.endsWith("::")) numeric = number === undefined ? 1 : Number(number);
    else if ((token === "{" || token === "[") && open.length < PROMPT_LIMITS.depth) open.push(token);
    else if (opening !== undefined && open.includes(opening)) open = withoutLast(open, opening);
    else {
      const span = [match.index, match.index + token.length] as const;
      parts.push({ text: token, weight: numeric * power(levels()), span });
    }
  }
  return mergeWeights(parts);
}

function withoutLast<T>(list: readonly T[], item: T): T[] {
  const at = list.lastIndexOf(item);
  return [...list.slice(0, at), ...list.slice(at + 1)];
}

/** 1.05 to a whole power, by multiplication: `**` may round differently on another machine. */
function power(level: number): number {
  let product = 1;
  for (let i = 0; i < Math.abs(level); i++) product *= STEP;
  return level < 0 ? 1 / product : product;
}
