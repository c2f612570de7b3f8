/** What would change an outcome: the smallest sets of facts, with the grade that they need, that flip it. */

import type { Grade } from "../base/grades.ts";
import { groupsBy } from "../base/groups.ts";
import { assess, type Both, outcomeOf, type ParameterChoices, parametersFor } from "./assess.ts";
import type { PlacedLeaf } from "./check-rule.ts";
import { compare } from "./evaluate.ts";
import { type Fact, type Facts, type FactValue, factsByKey } from "./fact.ts";
import { partsOf, type Rule, type RuleGrade, type Test } from "./rule.ts";
import { factDefinition } from "./vocabulary.ts";

/** Limits of the search: it asks for every pair of changes. */
export const CHANGE_LIMITS = {
  /** Single changes that are tried; pairs grow with the square. CWE-407. */
  candidates: 90,
  /** Sets that are reported. */
  sets: 12,
} as const;

/**
 * One change. `record`: what an exhibit shows only in a grade that is not accepted, shown in one that is. `grade`: the same
 * for one fact. `value`: a fact that is unknown, or is another than it is.
 */
export interface Change {
  readonly kind: "record" | "grade" | "value";
  readonly facts: readonly string[];
  /** Grades of which any one is enough. */
  readonly accept: readonly RuleGrade[];
  /** The grade that the facts have now; absent where nothing is known. */
  readonly from?: Grade;
  readonly exhibit?: string;
  /** For `value`: what it would have to be, and by which comparison. No value for `exists`: whatever the fact says, it does. */
  readonly op?: string;
  readonly value?: FactValue;
  /** The number or instant that the comparison is with. */
  readonly threshold?: number | string;
}

/** A smallest set of changes, and what the rule's question comes to after them. */
export interface ChangeSet extends Both {
  readonly changes: readonly Change[];
}

/** What would change the outcome of a rule's first question. */
export interface Changes {
  readonly now: Both;
  /** Smallest first. None where no one or two changes do it. */
  readonly sets: readonly ChangeSet[];
  /** A larger set that does, where no small one was found. */
  readonly larger?: ChangeSet;
}

interface Candidate {
  readonly change: Change;
  /** Whether it speaks for the rule's elements, or against them. */
  readonly favours: boolean;
  /** Whether it rebuts a presumption: what is asked about first where an outcome holds. */
  readonly rebuts?: boolean;
  readonly apply: (facts: Facts) => Facts;
}

/**
 * The smallest sets of changes that flip the outcome: first those of one change, then those of two that hold none of one.
 * Where neither exists, one larger set from which nothing can be left out.
 */
export function whatWouldChange(rule: Rule, facts: readonly Fact[], choices: ParameterChoices = {}): Changes {
  const parameters = parametersFor(rule, choices);
  const numbers = Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
  const byKey = factsByKey(facts);
  const now = outcomeOf(rule, byKey, numbers);
  const outcome = (set: readonly Candidate[]): Both =>
    outcomeOf(
      rule,
      set.reduce((all, { apply }) => apply(all), byKey),
      numbers,
    );
  const candidates = candidatesFor(rule, facts, numbers).slice(0, CHANGE_LIMITS.candidates);
  const toSet = (set: readonly Candidate[]): ChangeSet => ({
    changes: set.map(({ change }) => change),
    ...outcome(set),
  });
  const flips = (set: readonly Candidate[]): boolean => isFlip(now, outcome(set));
  const single = candidates
    .filter((one) => flips([one]))
    .toSorted((a, b) => Number(b.rebuts ?? false) - Number(a.rebuts ?? false));
  const others = candidates.filter((one) => !single.includes(one));
  const pairs = pairsOf(others).filter(flips);
  const sets = [...single.map((one) => [one]), ...pairs].slice(0, CHANGE_LIMITS.sets).map(toSet);
  const wanted = candidates.filter(({ favours }) => favours === (now.burden !== "satisfied"));
  const larger = sets.length === 0 ? smallestFrom(wanted, flips) : undefined;
  return { now, sets, ...(larger && { larger: toSet(larger) }) };
}

/** A flip of what stands under the burden, or an open question that is decided. */
function isFlip(now: Both, then: Both): boolean {
  const decided = now.evidence === "undetermined" && then.evidence !== "undetermined";
  return then.burden !== now.burden || (decided && then.evidence !== now.burden);
}

function pairsOf(candidates: readonly Candidate[]): Candidate[][] {
  return candidates.flatMap((one, i) =>
    candidates.slice(i + 1).flatMap((other) => (overlap(one, other) ? [] : [[one, other]])),
  );
}

function overlap(one: Candidate, other: Candidate): boolean {
  return one.change.facts.some((key) => other.change.facts.includes(key));
}

/** From every favourable change at once, leaves out one after the other as long as the outcome still flips. */
function smallestFrom(
  candidates: readonly Candidate[],
  flips: (set: readonly Candidate[]) => boolean,
): Candidate[] | undefined {
  let set: Candidate[] = [];
  for (const one of candidates) if (!set.some((other) => overlap(one, other))) set.push(one);
  if (!flips(set)) return undefined;
  for (const one of [...set].reverse()) {
    const without = set.filter((other) => other !== one);
    if (without.length > 0 && flips(without)) set = without;
  }
  return set;
}

/** Single changes, those that ask the least first: a record instead of a simulation, a better grade, another value. */
function candidatesFor(rule: Rule, facts: readonly Fact[], numbers: Readonly<Record<string, number>>): Candidate[] {
  const leaves = rule.elements
    .flatMap(({ test }) => signedLeaves(test, true))
    .concat(rule.routes.flatMap((route) => signedLeaves(route.if, true)));
  const accepted = new Map<string, readonly RuleGrade[]>();
  for (const { fact, accept = rule.accept } of leaves.map(({ test }) => test)) {
    const before = accepted.get(fact);
    accepted.set(fact, before ? before.filter((grade) => accept.includes(grade)) : accept);
  }
  const refused = facts.filter(({ key, grade }) => {
    const accept = accepted.get(key);
    return grade !== "U" && accept !== undefined && accept.length > 0 && !(accept as readonly string[]).includes(grade);
  });
  return [
    ...records(refused, accepted),
    ...refused.map((fact) => regrade("grade", [fact], accepted.get(fact.key)!)),
    ...values(leaves, rule, facts, numbers),
  ];
}

interface SignedLeaf {
  readonly test: PlacedLeaf["test"];
  /** Whether satisfying it speaks for what it is part of; negations and rebuttals turn this round. */
  readonly favours: boolean;
  readonly rebuts: boolean;
}

function signedLeaves(test: Test, favours: boolean, rebuts = false): SignedLeaf[] {
  if ("fact" in test) return [{ test, favours, rebuts }];
  const turned = "not" in test || ("presume" in test && test.presume);
  return partsOf(test).flatMap((part) => signedLeaves(part.test, favours !== turned, rebuts || "presume" in test));
}

/** All that one exhibit shows in one grade that is not accepted. */
function records(refused: readonly Fact[], accepted: ReadonlyMap<string, readonly RuleGrade[]>): Candidate[] {
  const groups = groupsBy(refused, ({ grade, exhibit }) => `${grade} ${exhibit ?? ""}`);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const common = group
        .map(({ key }) => accepted.get(key)!)
        .reduce((a, b) => a.filter((grade) => b.includes(grade)));
      return { group, common };
    })
    .filter(({ common }) => common.length > 0)
    .map(({ group, common }) => regrade("record", group, common));
}

function regrade(kind: "record" | "grade", group: readonly Fact[], accept: readonly RuleGrade[]): Candidate {
  const [{ grade, exhibit }] = group as [Fact];
  const best = preferred(accept);
  return {
    favours: true,
    change: {
      kind,
      facts: group.map(({ key }) => key),
      accept,
      from: grade,
      ...(exhibit !== undefined && { exhibit }),
    },
    apply: (facts) => {
      const next = new Map(facts);
      for (const fact of group) {
        const same = next.get(fact.key) ?? [];
        next.set(
          fact.key,
          same.map((one) => (one === fact ? { ...fact, grade: best } : one)),
        );
      }
      return next;
    },
  };
}

/** What a change is tried with: a record of the time where the rule takes one. */
function preferred(accept: readonly RuleGrade[]): RuleGrade {
  return (["R", "T", "S", "M", "X", "C"] as const).find((grade) => accept.includes(grade))!;
}

function values(
  leaves: readonly SignedLeaf[],
  rule: Rule,
  facts: readonly Fact[],
  numbers: Readonly<Record<string, number>>,
): Candidate[] {
  const seen = new Set<string>();
  const valued = new Set(leaves.flatMap(({ test: { fact, op } }) => (op === "exists" ? [] : [fact])));
  return leaves.flatMap(({ test: leaf, favours, rebuts }) => {
    const { fact: key, op, accept = rule.accept } = leaf;
    // Where another comparison asks what the fact says, the values that it is tried with also exist.
    if (op === "exists" && valued.has(key)) return [];
    const expected =
      typeof leaf.value === "object" && "parameter" in leaf.value ? numbers[leaf.value.parameter] : leaf.value;
    const now = facts.find((fact) => fact.key === key && (accept as readonly string[]).includes(fact.grade));
    return [true, false].flatMap((wanted): Candidate[] => {
      const value = valueFor(key, op, expected, wanted);
      const name = `${key} ${JSON.stringify(value)}`;
      if (value === undefined || seen.has(name) || (now && says(now, op, expected) === wanted)) return [];
      seen.add(name);
      const fact: Fact = { key, value, grade: preferred(accept) };
      const change: Change = {
        ...{ kind: "value", facts: [key], accept, op: wanted ? op : opposite(op) },
        ...(!(op === "exists" && wanted) && { value }),
        ...(now && { from: now.grade }),
        ...(isBound(op, expected) && { threshold: expected }),
      };
      return [
        {
          change,
          favours: favours === wanted,
          rebuts: rebuts && wanted,
          apply: (all) => new Map(all).set(key, [fact]),
        },
      ];
    });
  });
}

const OPPOSITES: Readonly<Record<string, string>> = {
  ">=": "<",
  ">": "<=",
  "<=": ">",
  "<": ">=",
  before: "after",
  after: "before",
};

function opposite(op: string): string {
  return OPPOSITES[op] ?? "not";
}

function isBound(op: string, expected: unknown): expected is number | string {
  return op in OPPOSITES && (typeof expected === "number" || typeof expected === "string");
}

function says(fact: Fact, op: PlacedLeaf["test"]["op"], expected: unknown): boolean | undefined {
  const value = compare(fact, op, expected);
  return value === 0 ? undefined : value === 1;
}

/** A value that satisfies a comparison, or that does not; none where no value of the fact's type does. */
function valueFor(
  key: string,
  op: PlacedLeaf["test"]["op"],
  expected: unknown,
  wanted: boolean,
): FactValue | undefined {
  const { type, values: words } = factDefinition(key)!;
  if (op === "exists") return wanted ? existing(type, words) : type === "list" ? [] : undefined;
  if (type === "yesno") return (expected === true) === wanted;
  if (op === "in" && Array.isArray(expected)) {
    const other = words?.find((word) => !expected.includes(word));
    const word = wanted ? (expected[0] as string) : other;
    return word === undefined ? undefined : type === "list" ? [word] : word;
  }
  if (op === "is" && typeof expected === "string") {
    return wanted ? expected : (words?.find((word) => word !== expected) ?? undefined);
  }
  if (op === "before" || op === "after") return instantFor(String(expected), (op === "before") === wanted);
  return numberFor(type, op, Number(expected), wanted);
}

/** Something that exists, to try the rule with; no reader is shown it. */
function existing(type: string, words: readonly string[] | undefined): FactValue {
  const word = words?.[0] ?? "…";
  if (type === "yesno") return true;
  if (type === "list") return [word];
  if (type === "instant") return "2000-01-01T00:00:00Z";
  return type === "choice" || type === "text" ? word : 1;
}

function instantFor(expected: string, earlier: boolean): string {
  return new Date(Date.parse(expected) + (earlier ? -86_400_000 : 2 * 86_400_000)).toISOString();
}

/** A number clearly on one side of a threshold: one more or less for counts, half of what is left for shares. */
function numberFor(type: string, op: string, threshold: number, wanted: boolean): FactValue | undefined {
  const above = (op === ">=" || op === ">") === wanted;
  if (op === "is") return listOf(type, wanted ? threshold : threshold + 1);
  if (type === "share") {
    const value = above ? (threshold + 1) / 2 : threshold / 2;
    return (above ? value > threshold : value < threshold) || value === threshold ? value : undefined;
  }
  const value = above
    ? threshold + (op === ">=" || op === "<" ? 0 : 1)
    : threshold - (op === ">=" || op === "<" ? 1 : 0);
  return value < 0 ? undefined : listOf(type, value);
}

function listOf(type: string, count: number): FactValue {
  return type === "list" ? Array.from({ length: count }, (_, i) => `element ${i + 1}`) : count;
}

/** For each element that is not satisfied on the evidence: the facts that it lacks, and the grades that would do. */
export function lacking(
  rule: Rule,
  facts: readonly Fact[],
  choices: ParameterChoices = {},
): ReadonlyMap<string, readonly Change[]> {
  const numbers = Object.fromEntries(
    Object.entries(parametersFor(rule, choices)).map(([name, { value }]) => [name, value]),
  );
  const open = assess(rule, facts, choices).elements.filter(({ evidence }) => evidence !== "satisfied");
  return new Map(
    open.map(({ id }) => {
      const alone: Rule = {
        ...rule,
        routes: [{ ...rule.routes[0]!, if: { element: id } }],
        further: [],
      };
      const byKey = factsByKey(facts);
      const shows = (set: readonly Candidate[]): boolean =>
        outcomeOf(
          alone,
          set.reduce((all, { apply }) => apply(all), byKey),
          numbers,
        ).evidence === "satisfied";
      const candidates = candidatesFor(alone, facts, numbers).slice(0, CHANGE_LIMITS.candidates);
      const one = candidates.find((candidate) => shows([candidate]));
      const favourable = candidates.filter(({ favours }) => favours);
      const set = one ? [one] : (smallestFrom(favourable, shows) ?? []);
      return [id, set.map(({ change }) => change)] as const;
    }),
  );
}
