/** Facts: values with their range, their grade of proof, and where they come from. */

import type { Grade } from "../base/grades.ts";
import { groupsBy } from "../base/groups.ts";
import type { Text } from "../base/texts.ts";

/** What kind of value a fact has. `share`: 0 to 1. `instant`: RFC 3339 or a date. `list`: words, compared by how many. */
export type FactType = "yesno" | "count" | "number" | "share" | "choice" | "list" | "instant" | "text";

/**
 * Where a fact comes from. `people`: only they can say it; it is asked for and stays a claim. The others are capabilities
 * that measure it; where one is not at hand, the fact is unknown.
 */
export type FactSource =
  | "read"
  | "reproduce"
  | "protocol"
  | "study"
  | "ledger"
  | "contribution"
  | "compare"
  | "lineage"
  | "documents"
  | "people";

/** What a fact may say: yes or no, a number, a word of a list, an instant (RFC 3339 or a date), or several words. */
export type FactValue = boolean | number | string | readonly string[];

/** One fact about a case. Several facts under one key are several sources. */
export interface Fact {
  /** A key of the vocabulary. */
  readonly key: string;
  readonly value: FactValue;
  /** Least and greatest value that the evidence allows; absent where the value is exact. */
  readonly range?: readonly [number, number];
  readonly grade: Grade;
  /** Id of the exhibit that it rests on. */
  readonly exhibit?: string;
  /** Id and version of the method that gave it. */
  readonly method?: string;
  /** RFC 3339: when it was measured or said. */
  readonly time?: string;
  /** Who says so. */
  readonly by?: string;
  /** What stands behind the value, in words. */
  readonly detail?: Text;
}

/** The facts of a case by key. */
export type Facts = ReadonlyMap<string, readonly Fact[]>;

/** Facts by key, in their order. */
export function factsByKey(facts: readonly Fact[]): Facts {
  return groupsBy(facts, ({ key }) => key);
}

/** The grades in words, as every report prints them. */
export const GRADE_TEXTS: Readonly<Record<Grade, Text>> = {
  M: { en: "measured", zh: "测得" },
  R: { en: "recorded then", zh: "当时记录" },
  T: { en: "third party", zh: "第三方" },
  S: { en: "self-recorded", zh: "自行记录" },
  X: { en: "simulated later", zh: "事后模拟" },
  C: { en: "claimed", zh: "陈述" },
  U: { en: "unknown", zh: "不明" },
};
