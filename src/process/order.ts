/** In which order a history changed what, and how usual that is among recorded histories. Unusual is never false. */

import type { Finding } from "../base/findings.ts";
import type { Difference } from "./difference.ts";
import type { ProcessEvent } from "./event.ts";
import { stepsOf } from "./tables.ts";

/** What a step changed, coarsely: a step may change several. */
export type Operation = "prompt" | "negative" | "seed" | "adapter" | "parameter" | "repeat";

/** How often each operation followed each other one, over recorded histories. */
export interface OrderBaseline {
  /** Number of histories that were counted. */
  readonly histories: number;
  /** Pairs `before>after` with the number of histories in which they occur. */
  readonly pairs: Readonly<Record<string, number>>;
}

/** Fewer histories than this say nothing about what is usual. */
const MIN_HISTORIES = 30;

/** A pair that fewer than this share of histories show is called unusual. */
const UNUSUAL_SHARE = 0.05;

/** The operations of each step after the first, in order. */
export function operationsOf(events: readonly ProcessEvent[]): Operation[][] {
  return stepsOf(events)
    .slice(1)
    .map(({ differences }) => (differences.length === 0 ? ["repeat"] : [...new Set(differences.map(operationOf))]));
}

/** Counts the pairs of neighbouring operations over histories; each history counts a pair once. */
export function orderBaseline(histories: readonly (readonly ProcessEvent[])[]): OrderBaseline {
  const pairs: Record<string, number> = {};
  for (const history of histories) for (const pair of pairsOf(history)) pairs[pair] = (pairs[pair] ?? 0) + 1;
  return { histories: histories.length, pairs };
}

/** Which neighbouring operations of this history are rare among recorded ones. Nothing is said on too few histories. */
export function orderFindings(events: readonly ProcessEvent[], baseline: OrderBaseline): Finding[] {
  const { histories } = baseline;
  if (histories < MIN_HISTORIES) return [tooFew(histories)];
  return [...pairsOf(events)]
    .map((pair) => ({ pair, count: baseline.pairs[pair] ?? 0 }))
    .filter(({ count }) => count / histories < UNUSUAL_SHARE)
    .map(({ pair, count }) => unusual(pair, count, histories));
}

function operationOf(difference: Difference): Operation {
  switch (difference.kind) {
    case "seed":
      return "seed";
    case "parameter":
      return "parameter";
    case "adapter-added":
    case "adapter-removed":
    case "adapter-weight":
      return "adapter";
    default:
      return difference.field === "negative" ? "negative" : "prompt";
  }
}

function pairsOf(events: readonly ProcessEvent[]): Set<string> {
  const operations = operationsOf(events);
  const next = (i: number): readonly Operation[] => operations[i + 1] ?? [];
  return new Set(operations.flatMap((before, i) => before.flatMap((a) => next(i).map((b) => `${a}>${b}`))));
}

function tooFew(histories: number): Finding {
  return {
    code: "process.order-no-baseline",
    level: "informs",
    text: {
      en: `Only ${histories} recorded histories are at hand: too few to say which order of work is usual.`,
      zh: `现有记录的创作过程仅 ${histories} 份，不足以说明何种操作顺序较为常见。`,
    },
  };
}

function unusual(pair: string, count: number, histories: number): Finding {
  const [before, after] = pair.split(">");
  return {
    code: "process.order-unusual",
    level: "informs",
    text: {
      en: `A change of ${after} right after a change of ${before} is unusual: ${count} of ${histories} recorded histories show it. Unusual does not mean untrue.`,
      zh: `在改动 ${before} 之后紧接着改动 ${after} 较为少见：${histories} 份记录中有 ${count} 份如此。少见不等于不实。`,
    },
  };
}
