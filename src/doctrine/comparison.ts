/** The same image and the same facts under several rules, side by side, and what would change each outcome. */

import { type Assessment, assess, type ParameterChoices } from "./assess.ts";
import { type Change, type Changes, lacking, whatWouldChange } from "./change.ts";
import type { Fact } from "./fact.ts";
import type { Rule } from "./rule.ts";

/** The court of 2023, the same court in 2025, and the critic between them. */
export const THREE_RULES = ["cn.bic.li-v-liu.2023", "cn.bic.zhou.2025", "opinion.li-boyang.2023"] as const;

/** Choices of parameters by the id of the rule. */
export type Choices = Readonly<Record<string, ParameterChoices>>;

/** A case under one rule, with what would change it. */
export interface Assessed extends Assessment {
  readonly changes: Changes;
  /** By element: the facts that it lacks, and the grades that would do. */
  readonly lacking: Readonly<Record<string, readonly Change[]>>;
}

/** Assesses the same facts under each rule. @throws SeedproofError as `assess` */
export function assessAll(rules: readonly Rule[], facts: readonly Fact[], choices: Choices = {}): Assessed[] {
  return rules.map((rule) => {
    const own = choices[rule.id] ?? {};
    return {
      ...assess(rule, facts, own),
      changes: whatWouldChange(rule, facts, own),
      lacking: Object.fromEntries(lacking(rule, facts, own)),
    };
  });
}

/** The assessments that make the comparison page, in its order; empty where fewer than two of the three are there. */
export function threeRules(assessed: readonly Assessed[]): Assessed[] {
  const three = THREE_RULES.flatMap((id) => assessed.filter(({ rule }) => rule.id === id));
  return three.length < 2 ? [] : three;
}
