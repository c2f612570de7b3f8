/** Evaluating tests over graded facts: strong Kleene logic, ranges, accepted grades, and the reasons for every value. */

import type { Fact, Facts } from "./fact.ts";
import { partsOf, type Rule, type RuleGrade, type Test } from "./rule.ts";
import { agree, all, any, atLeast, type Kleene, kleeneOf, not, toValue, type Value } from "./value.ts";

/** `evidence`: what is shown. `burden`: what is not shown either way counts against the one who must show it. */
export type Column = "evidence" | "burden";

/** A fact that a comparison looked at. */
export interface UsedFact {
  readonly fact: Fact;
  /** What the comparison says of this fact alone; absent where its grade is not accepted. */
  readonly value?: Value;
}

/** Why a test came to its value: a tree whose leaves name facts. */
export interface Reason {
  readonly form: "fact" | "all" | "any" | "not" | "atLeast" | "agree" | "presume" | "weigh" | "element";
  readonly value: Value;
  readonly parts: readonly Reason[];
  /** For `fact`: the comparison, the facts that counted, and those that did not because of their grade. */
  readonly leaf?: {
    readonly fact: string;
    readonly op: string;
    readonly expected?: unknown;
    readonly accept: readonly RuleGrade[];
    readonly used: readonly UsedFact[];
    readonly refused: readonly Fact[];
    /** Accepted sources contradict each other. */
    readonly conflict: boolean;
  };
  /** For `presume`: the value rests on the presumption, not on evidence. */
  readonly presumed?: boolean;
  /** For `weigh`: least and greatest score that the evidence allows. */
  readonly score?: readonly [number, number];
  /** For `element`: which. */
  readonly element?: string;
  /** For `element` under the burden: nothing was shown either way. */
  readonly byBurden?: boolean;
}

/** What a rule is evaluated with. */
export interface Context {
  readonly rule: Rule;
  readonly facts: Facts;
  /** Numbers of the rule's parameters by name. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly column: Column;
  /** Elements that are already evaluated. */
  readonly memo: Map<string, Reason>;
}

/** The value of an element in a column, with its reasons. */
export function evaluateElement(id: string, context: Context): Reason {
  const known = context.memo.get(id);
  if (known) return known;
  const element = context.rule.elements.find((one) => one.id === id)!;
  const inner = evaluate(element.test, context);
  const byBurden = context.column === "burden" && inner.value === "undetermined";
  const value = byBurden ? element.burdenDefault : inner.value;
  const reason: Reason = { form: "element", element: id, value, parts: [inner], ...(byBurden && { byBurden }) };
  context.memo.set(id, reason);
  return reason;
}

/** The value of a test, with its reasons. The rule must have been checked: circles do not end. */
export function evaluate(test: Test, context: Context): Reason {
  if ("fact" in test) return leaf(test, context);
  if ("element" in test) return evaluateElement(test.element, context);
  if ("weigh" in test) return weigh(test, context);
  const parts = partsOf(test).map((part) => evaluate(part.test, context));
  const values = parts.map(({ value }) => kleeneOf(value));
  if ("all" in test) return { form: "all", value: toValue(all(values)), parts };
  if ("any" in test) return { form: "any", value: toValue(any(values)), parts };
  if ("agree" in test) return { form: "agree", value: toValue(agree(values)), parts };
  if ("not" in test) return { form: "not", value: toValue(not(values[0]!)), parts };
  if ("presume" in test) return presume(test.presume, parts);
  return { form: "atLeast", value: toValue(atLeast(numberOf(test.atLeast, context), values)), parts };
}

/** A presumption holds until what rebuts it is shown. */
function presume(presumed: boolean, parts: readonly Reason[]): Reason {
  const rebutted = parts[0]!.value === "satisfied";
  const value = presumed !== rebutted ? "satisfied" : "not satisfied";
  return { form: "presume", value, parts, presumed: !rebutted };
}

/** What is open may add its weight or not: the score is an interval, and decides only as a whole. */
function weigh(test: Extract<Test, { readonly weigh: unknown }>, context: Context): Reason {
  const parts = test.weigh.map((item) => evaluate(item.test, context));
  let [low, high] = [0, 0];
  for (const [i, { weight }] of test.weigh.entries()) {
    const { value } = parts[i]!;
    if (value === "not satisfied") continue;
    const sure = value === "satisfied";
    low += sure ? weight : Math.min(weight, 0);
    high += sure ? weight : Math.max(weight, 0);
  }
  const [yes, no] = [numberOf(test.yes, context), numberOf(test.no, context)];
  const value: Kleene = low >= yes ? 1 : high <= no ? -1 : 0;
  return { form: "weigh", value: toValue(value), parts, score: [low, high] };
}

function numberOf(value: number | { readonly parameter: string }, { parameters }: Context): number {
  return typeof value === "number" ? value : parameters[value.parameter]!;
}

type Leaf = Extract<Test, { readonly fact: string }>;

function leaf(test: Leaf, context: Context): Reason {
  const accept = test.accept ?? context.rule.accept;
  const known = (context.facts.get(test.fact) ?? []).filter(({ grade }) => grade !== "U");
  const isAccepted = ({ grade }: Fact): boolean => (accept as readonly string[]).includes(grade);
  const expected = resolved(test.value, context);
  const used = known.filter(isAccepted).map((fact) => ({ fact, value: toValue(compare(fact, test.op, expected)) }));
  const values = used.map(({ value }) => kleeneOf(value));
  const conflict = values.includes(1) && values.includes(-1);
  const value: Kleene = conflict ? 0 : values.includes(1) ? 1 : values.includes(-1) ? -1 : 0;
  return {
    form: "fact",
    value: toValue(value),
    parts: [],
    leaf: {
      ...{ fact: test.fact, op: test.op, accept, used, conflict },
      ...(expected !== undefined && { expected }),
      refused: known.filter((fact) => !isAccepted(fact)),
    },
  };
}

function resolved(value: Leaf["value"], context: Context): boolean | number | string | readonly string[] | undefined {
  const isParameter = typeof value === "object" && "parameter" in value;
  return isParameter ? numberOf(value, context) : value;
}

/** One fact against one expectation. A threshold inside the fact's range decides nothing. */
export function compare(fact: Fact, op: Leaf["op"], expected: unknown): Kleene {
  const { value } = fact;
  if (op === "exists") return Array.isArray(value) && value.length === 0 ? -1 : 1;
  if (op === "in") return among(value, expected as readonly string[]);
  if (op === "before" || op === "after") return ordered(instantRange(String(value)), op, Date.parse(String(expected)));
  if (op === "is" && typeof value !== "number") return value === expected ? 1 : -1;
  const range = fact.range ?? pointRange(value);
  return range ? numeric(range, op, Number(expected)) : 0;
}

function among(value: Fact["value"], words: readonly string[]): Kleene {
  const have = Array.isArray(value) ? value : [String(value)];
  return have.some((word) => words.includes(word)) ? 1 : -1;
}

function pointRange(value: Fact["value"]): readonly [number, number] | undefined {
  if (typeof value === "number") return [value, value];
  return Array.isArray(value) ? [value.length, value.length] : undefined;
}

function numeric([low, high]: readonly [number, number], op: Leaf["op"], threshold: number): Kleene {
  switch (op) {
    case ">=":
      return low >= threshold ? 1 : high < threshold ? -1 : 0;
    case ">":
      return low > threshold ? 1 : high <= threshold ? -1 : 0;
    case "<=":
      return high <= threshold ? 1 : low > threshold ? -1 : 0;
    case "<":
      return high < threshold ? 1 : low >= threshold ? -1 : 0;
    default:
      return low === threshold && high === threshold ? 1 : threshold < low || threshold > high ? -1 : 0;
  }
}

/** A date without a time is any moment of its day; milliseconds since 1970. */
function instantRange(text: string): readonly [number, number] | undefined {
  const from = Date.parse(text);
  if (Number.isNaN(from)) return undefined;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? [from, from + 86_400_000 - 1] : [from, from];
}

function ordered(range: readonly [number, number] | undefined, op: "before" | "after", moment: number): Kleene {
  if (!range || Number.isNaN(moment)) return 0;
  return numeric(range, op === "before" ? "<" : ">", moment);
}

/** Every fact that the reasons rest on, once each, in the order of the tree. */
export function factsUsed(reason: Reason): Fact[] {
  const own = reason.leaf?.used.map(({ fact }) => fact) ?? [];
  return [...new Set([...own, ...reason.parts.flatMap(factsUsed)])];
}
