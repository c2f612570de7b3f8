/** Whose entry was earlier: what bounds prove, what they leave open, and what would have settled it. */

import type { Text } from "../base/texts.ts";
import type { Interval } from "./bounds.ts";
import { duration } from "./bounds.ts";

/** One side of the question. */
export interface PriorityClaim {
  readonly interval: Interval;
  /** Whether this side's log holds the hash of the other side's artefact from before its own: then the other came first. */
  readonly buildsOnOther?: boolean;
}

/**
 * `proven`: the bounds or a dependency leave no other order. `not-determinable`: they overlap; then `presumed` is the side
 * with the earliest proven existence, a presumption that any earlier evidence rebuts.
 */
export interface Priority {
  readonly verdict: "proven" | "not-determinable" | "contradictory";
  readonly first?: "a" | "b";
  readonly basis?: "bounds" | "dependency";
  readonly presumed?: "a" | "b" | "tie";
  /** Milliseconds: between the bounds where proven, between the two latest times where presumed. */
  readonly marginMs?: number;
  /** Milliseconds in which both may have been made; absent where a bound is missing. */
  readonly overlapMs?: number;
  readonly text: Text;
  /** What evidence, had it been taken then, would have decided. */
  readonly settle?: Text;
}

/** Compares two claims. Neither is ever called the first creator: existence is all that a bound shows. */
export function comparePriority(a: PriorityClaim, b: PriorityClaim): Priority {
  const sides = [
    ["a", a, b],
    ["b", b, a],
  ] as const;
  const crossed = sides.some(([, one, other]) => one.buildsOnOther && marginOf(one.interval, other.interval) > 0);
  const impossible = sides.some(([, one]) => marginOf(one.interval, one.interval) > 0);
  if (crossed || impossible || (a.buildsOnOther && b.buildsOnOther)) return contradictory();
  const provenBy = (first: "a" | "b", basis: "bounds" | "dependency", marginMs?: number): Priority => ({
    verdict: "proven",
    first,
    basis,
    ...(marginMs === undefined ? {} : { marginMs }),
    text: provenText(first, basis, marginMs),
  });
  for (const [name, one, other] of sides) {
    const margin = marginOf(one.interval, other.interval);
    if (other.buildsOnOther) return provenBy(name, "dependency", margin > 0 ? margin : undefined);
    if (margin > 0) return provenBy(name, "bounds", margin);
  }
  return undetermined(a.interval, b.interval);
}

/** How long after the latest time of `one` the earliest time of `other` is; negative or NaN where it is not. */
function marginOf(one: Interval, other: Interval): number {
  return (other.notBefore?.time ?? Number.NEGATIVE_INFINITY) - (one.notAfter?.time ?? Number.POSITIVE_INFINITY);
}

function undetermined(a: Interval, b: Interval): Priority {
  const [endA, endB] = [a.notAfter?.time, b.notAfter?.time];
  const presumed = presume(endA, endB);
  const marginMs = endA !== undefined && endB !== undefined ? Math.abs(endA - endB) : undefined;
  const begin = Math.max(a.notBefore?.time ?? Number.NEGATIVE_INFINITY, b.notBefore?.time ?? Number.NEGATIVE_INFINITY);
  const overlap = Math.min(endA ?? Number.POSITIVE_INFINITY, endB ?? Number.POSITIVE_INFINITY) - begin;
  const later = presumed === "a" ? "B" : "A";
  return {
    verdict: "not-determinable",
    ...(presumed && { presumed }),
    ...(marginMs === undefined ? {} : { marginMs }),
    ...(Number.isFinite(overlap) ? { overlapMs: overlap } : {}),
    text: undeterminedText(presumed, marginMs),
    settle: {
      en: `A public beacon in the entry of ${later}, or an outside timestamp before it, would have separated the two.`,
      zh: `若 ${later} 的记录中含有公共信标，或在其之前取得外部时间戳，即可区分先后。`,
    },
  };
}

function presume(endA: number | undefined, endB: number | undefined): "a" | "b" | "tie" | undefined {
  if (endA === undefined && endB === undefined) return undefined;
  if (endA === endB) return "tie";
  return (endA ?? Number.POSITIVE_INFINITY) < (endB ?? Number.POSITIVE_INFINITY) ? "a" : "b";
}

function contradictory(): Priority {
  return {
    verdict: "contradictory",
    text: {
      en: "The evidence of the two sides cannot be right together.",
      zh: "双方的证据不可能同时成立。",
    },
  };
}

function provenText(first: "a" | "b", basis: "bounds" | "dependency", marginMs: number | undefined): Text {
  const [one, other] = first === "a" ? ["A", "B"] : ["B", "A"];
  if (basis === "dependency") {
    return {
      en: `${one} existed before ${other}: the log of ${other} builds on it.`,
      zh: `${one} 先于 ${other} 存在：${other} 的日志以其为基础。`,
    };
  }
  const margin = duration(marginMs!);
  return {
    en: `${one} is proven to have existed at least ${margin.en} before ${other} can have been made.`,
    zh: `已证明 ${one} 至少比 ${other} 可能的完成时间早 ${margin.zh} 存在。`,
  };
}

function undeterminedText(presumed: Priority["presumed"], marginMs: number | undefined): Text {
  const open = { en: "Which was made first cannot be determined from the bounds.", zh: "仅凭时间界限无法确定先后。" };
  if (presumed === undefined) return open;
  if (presumed === "tie") {
    return {
      en: `${open.en} Their earliest proven existence is equal.`,
      zh: `${open.zh}二者最早已证明的存在时间相同。`,
    };
  }
  const name = presumed.toUpperCase();
  const margin = marginMs === undefined ? undefined : duration(marginMs);
  return {
    en: `${open.en} The earliest proven existence is that of ${name}${margin ? `, by ${margin.en}` : ""}: a presumption that can be rebutted.`,
    zh: `${open.zh}最早已证明存在的是 ${name}${margin ? `，早 ${margin.zh}` : ""}：此推定可被反驳。`,
  };
}
