/** In which order a history changed what, and how usual that is among recorded histories. Unusual is never false. */

import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
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

/**
 * The baseline that a ledger itself gives for one of its sessions: its other sessions that came in live. What was made up,
 * imported or reconstructed says nothing of how people work, and no published figures are known to us.
 */
export function ownBaseline(events: readonly ProcessEvent[], session: string): OrderBaseline {
  const histories = new Map<string, ProcessEvent[]>();
  for (const event of events) {
    if (event.session === session || event.simulated || event.source || event.capture === "reconstructed") continue;
    const history = histories.get(event.session);
    if (history) history.push(event);
    else histories.set(event.session, [event]);
  }
  return orderBaseline([...histories.values()].filter((history) => stepsOf(history).length > 2));
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
      en: `How usual this order of work is cannot be told: ${histories} other recorded histories are at hand, and ${MIN_HISTORIES} are needed.`,
      zh: `此操作顺序是否常见尚无法判断：现有其他记录 ${histories} 份，至少需 ${MIN_HISTORIES} 份。`,
    },
  };
}

/** Operations as people read them. */
export const OPERATION_TEXTS: Readonly<Record<Operation, Text>> = {
  prompt: { en: "the prompt", zh: "提示词" },
  negative: { en: "the negative prompt", zh: "反向提示词" },
  seed: { en: "the seed", zh: "随机种子" },
  adapter: { en: "an adapter", zh: "附加模型" },
  parameter: { en: "a parameter", zh: "参数" },
  repeat: { en: "nothing", zh: "无改动" },
};

function unusual(pair: string, count: number, histories: number): Finding {
  const [before, after] = pair.split(">") as [Operation, Operation];
  const [a, b] = [OPERATION_TEXTS[before], OPERATION_TEXTS[after]];
  return {
    code: "process.order-unusual",
    level: "informs",
    text: {
      en: `A step that changes ${b.en} right after one that changes ${a.en} is unusual: ${count} of ${histories} recorded histories show it. Unusual does not mean untrue.`,
      zh: `“改动${a.zh}”之后紧接“改动${b.zh}”较为少见：${histories} 份记录中有 ${count} 份如此。少见不等于不实。`,
    },
  };
}
