/** The same image and the same facts under several rules, side by side, and what would change each outcome. */

import { type Assessment, assess, type Both, type ParameterChoices } from "./assess.ts";
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

/** What a record kept at the time changes: the same case with it, and with nothing but the simulation made afterwards. */
export interface RecordShift {
  readonly withRecord: Both;
  readonly simulationAlone: Both;
}

/**
 * The shift of a rule's first question where a case has both a record and a simulation of the same making; `undefined` where it lacks
 * one of them, or where nothing turns on it.
 */
export function recordShift(
  rule: Rule,
  facts: readonly Fact[],
  choices: ParameterChoices = {},
): RecordShift | undefined {
  const isRecorded = ({ method, grade }: Fact): boolean => method === "record/1" && grade !== "X" && grade !== "M";
  const simulated = facts.some(({ method, grade }) => method === "record/1" && grade === "X");
  if (!simulated || !facts.some(isRecorded)) return undefined;
  const both = (given: readonly Fact[]): Both => {
    const { evidence, burden } = assess(rule, given, choices).questions[0]!;
    return { evidence: evidence.value, burden: burden.value };
  };
  const [withRecord, simulationAlone] = [both(facts), both(facts.filter((fact) => !isRecorded(fact)))];
  const same = withRecord.evidence === simulationAlone.evidence && withRecord.burden === simulationAlone.burden;
  return same ? undefined : { withRecord, simulationAlone };
}
