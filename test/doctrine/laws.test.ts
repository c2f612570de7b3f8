import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GRADES } from "../../src/base/grades.ts";
import { assess } from "../../src/doctrine/assess.ts";
import { leavesOf, ruleOf } from "../../src/doctrine/check-rule.ts";
import { compare, evaluate, factsUsed, type Reason } from "../../src/doctrine/evaluate.ts";
import { type Fact, factsByKey } from "../../src/doctrine/fact.ts";
import type { Rule, Test } from "../../src/doctrine/rule.ts";
import { agree, all, any, atLeast, type Kleene, kleeneOf, not } from "../../src/doctrine/value.ts";
import { factDefinition } from "../../src/doctrine/vocabulary.ts";

const kleene = fc.constantFrom<Kleene>(-1, 0, 1);
const several = fc.array(kleene, { minLength: 1, maxLength: 6 });

/** The two-valued readings of a three-valued list: every open value both ways. */
function completions(values: readonly Kleene[]): Kleene[][] {
  return values.reduce<Kleene[][]>(
    (lists, value) => lists.flatMap((list) => (value === 0 ? [-1, 1] : [value]).map((one) => [...list, one as Kleene])),
    [[]],
  );
}

test("strong Kleene: De Morgan, double negation, and neutral elements hold", () => {
  fc.assert(
    fc.property(several, (values) => {
      expect(not(all(values))).toBe(any(values.map(not)));
      expect(not(any(values))).toBe(all(values.map(not)));
      for (const value of values) expect(not(not(value))).toBe(value);
      expect(all([...values, 1])).toBe(all(values));
      expect(any([...values, -1])).toBe(any(values));
      expect(all([...values].reverse())).toBe(all(values));
    }),
  );
});

test("an operator decides only what every way of closing the open values decides alike", () => {
  const operators: [(values: readonly Kleene[]) => Kleene, (values: readonly Kleene[]) => boolean][] = [
    [all, (values) => values.every((v) => v === 1)],
    [any, (values) => values.some((v) => v === 1)],
    [(values) => atLeast(2, values), (values) => values.filter((v) => v === 1).length >= 2],
  ];
  fc.assert(
    fc.property(several, (values) => {
      for (const [three, two] of operators) {
        const ways = new Set(completions(values).map(two));
        expect(three(values)).toBe(ways.size === 2 ? 0 : ways.has(true) ? 1 : -1);
      }
    }),
  );
});

test("agree says what all say, and nothing where they differ", () => {
  fc.assert(
    fc.property(several, (values) => {
      const said = agree(values);
      if (said !== 0) expect(values.every((value) => value === said)).toBe(true);
      else expect(new Set(values).size > 1 || values[0] === 0).toBe(true);
    }),
  );
});

test("a comparison is decided exactly when all numbers of the range say the same", () => {
  const number = fc.integer({ min: -20, max: 20 });
  const ops = fc.constantFrom(">=", ">", "<=", "<", "is") as fc.Arbitrary<">=" | ">" | "<=" | "<" | "is">;
  fc.assert(
    fc.property(number, fc.nat(6), number, ops, (low, width, threshold, op) => {
      const fact: Fact = { key: "x", value: low, range: [low, low + width], grade: "M" };
      // Quarter steps reach both sides of every whole threshold.
      const says = new Set(
        Array.from({ length: width * 4 + 1 }, (_, i) => low + i / 4).map((x) =>
          op === ">="
            ? x >= threshold
            : op === ">"
              ? x > threshold
              : op === "<="
                ? x <= threshold
                : op === "<"
                  ? x < threshold
                  : x === threshold,
        ),
      );
      expect(compare(fact, op, threshold)).toBe(says.size === 2 ? 0 : says.has(true) ? 1 : -1);
    }),
  );
});

const RULES = resolve(import.meta.dirname, "../../src/doctrine/rules");
const rules = readdirSync(RULES).map((name) => ruleOf(readFileSync(join(RULES, name), "utf8")));

/** A fact under one of the keys that a rule asks for, of any grade and any fitting value. */
function factFor(rule: Rule): fc.Arbitrary<Fact> {
  return fc.constantFrom(...new Set(leavesOf(rule).map(({ test: { fact } }) => fact))).chain((key) => {
    const { type, values = ["a", "b"] } = factDefinition(key)!;
    const value: fc.Arbitrary<Fact["value"]> =
      type === "yesno"
        ? fc.boolean()
        : type === "list"
          ? fc.subarray([...values])
          : type === "choice" || type === "text"
            ? fc.constantFrom(...values)
            : type === "instant"
              ? fc.constantFrom("2023-02-14", "2026-01-01T00:00:00Z")
              : type === "share"
                ? fc.constantFrom(0, 0.2, 0.5, 0.8, 1)
                : fc.nat(40);
    return fc.record({ key: fc.constant(key), value, grade: fc.constantFrom(...GRADES) });
  });
}

const anyCase = fc
  .constantFrom(...rules)
  .chain((rule) =>
    fc.record({ rule: fc.constant(rule), facts: fc.array(factFor(rule), { maxLength: 14 }), more: factFor(rule) }),
  );

/** Whether a new fact contradicts what is there: another value under the same key, or a rebuttal of a presumption. */
function contradicts(rule: Rule, facts: readonly Fact[], more: Fact): boolean {
  const other = facts.some(
    ({ key, value }) => key === more.key && JSON.stringify(value) !== JSON.stringify(more.value),
  );
  return other || rebuttals(rule).has(more.key);
}

function rebuttals(rule: Rule): Set<string> {
  const keys = new Set<string>();
  const walk = (test: unknown, inside: boolean): void => {
    if (typeof test !== "object" || test === null) return;
    if (inside && "fact" in test) keys.add(String(test.fact));
    for (const member of Object.values(test)) walk(member, inside || "presume" in test);
  };
  walk(rule, false);
  return keys;
}

test("a further fact never turns what is determined into its opposite, unless it contradicts", () => {
  let turned = 0;
  fc.assert(
    fc.property(anyCase, ({ rule, facts, more }) => {
      const [before, after] = [assess(rule, facts), assess(rule, [...facts, more])];
      for (const [i, element] of before.elements.entries()) {
        const now = after.elements[i]!;
        if (element.evidence !== "undetermined" && now.evidence !== element.evidence) {
          turned++;
          expect(contradicts(rule, facts, more)).toBe(true);
        }
      }
    }),
    { numRuns: 1500 },
  );
  expect(turned).toBeGreaterThan(0);
});

const leavesIn = (reason: Reason): Reason[] => (reason.form === "fact" ? [reason] : reason.parts.flatMap(leavesIn));

test("the leaves of an explanation name exactly the facts that counted, and those refused for their grade", () => {
  fc.assert(
    fc.property(anyCase, ({ rule, facts }) => {
      for (const { reason } of assess(rule, facts).elements) {
        const leaves = leavesIn(reason);
        const asked = new Set(leaves.map(({ leaf }) => leaf!.fact));
        const named = new Set(leaves.flatMap(({ leaf }) => [...leaf!.used.map(({ fact }) => fact), ...leaf!.refused]));
        expect(named).toEqual(new Set(facts.filter(({ key, grade }) => asked.has(key) && grade !== "U")));
        for (const { leaf } of leaves) {
          for (const { fact } of leaf!.used) expect(leaf!.accept as readonly string[]).toContain(fact.grade);
          for (const fact of leaf!.refused) expect(leaf!.accept as readonly string[]).not.toContain(fact.grade);
        }
        expect(factsUsed(reason).every((fact) => facts.includes(fact))).toBe(true);
      }
    }),
  );
});

test("removing a fact that no leaf used changes no value", () => {
  fc.assert(
    fc.property(anyCase, ({ rule, facts }) => {
      const whole = assess(rule, facts);
      const needed = assess(rule, whole.facts);
      expect(needed.elements.map(({ evidence, burden }) => [evidence, burden])).toEqual(
        whole.elements.map(({ evidence, burden }) => [evidence, burden]),
      );
    }),
  );
});

test("under the burden nothing is open, and what the evidence decides stays", () => {
  fc.assert(
    fc.property(anyCase, ({ rule, facts }) => {
      const { elements, questions } = assess(rule, facts);
      for (const { evidence, burden } of elements) {
        expect(burden).not.toBe("undetermined");
        if (evidence !== "undetermined") expect(kleeneOf(burden)).toBe(kleeneOf(evidence));
      }
      for (const { burden } of questions) expect(burden.value).not.toBe("undetermined");
    }),
  );
});

test("a weighing decides only when the whole interval lies on one side", () => {
  const item = fc.record({ weight: fc.integer({ min: -5, max: 5 }), known: fc.constantFrom(true, false, undefined) });
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), fc.integer({ min: -3, max: 8 }), (items, yes) => {
      const no = yes - 2;
      const weighing: Test = {
        weigh: items.map(({ weight }, i) => ({ weight, test: { fact: `f${i}`, op: "is", value: true } })),
        ...{ yes, no },
      };
      const facts = items.flatMap(({ known }, i): Fact[] =>
        known === undefined ? [] : [{ key: `f${i}`, value: known, grade: "M" }],
      );
      const rule = { ...rules[0]!, accept: ["M" as const] };
      const { value } = evaluate(weighing, {
        rule,
        facts: factsByKey(facts),
        parameters: {},
        column: "evidence",
        memo: new Map(),
      });
      const scores = items.reduce<number[]>(
        (sums, { weight, known }) =>
          sums.flatMap((sum) => (known === undefined ? [sum, sum + weight] : [sum + (known ? weight : 0)])),
        [0],
      );
      const expected = scores.every((s) => s >= yes)
        ? "satisfied"
        : scores.every((s) => s <= no)
          ? "not satisfied"
          : "undetermined";
      expect(value).toBe(expected);
    }),
  );
});
