import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { assess } from "../../src/doctrine/assess.ts";
import { readRule, ruleOf } from "../../src/doctrine/check-rule.ts";
import type { Fact } from "../../src/doctrine/fact.ts";

const RULES = resolve(import.meta.dirname, "../../src/doctrine/rules");
const CASES = join(import.meta.dirname, "cases");
const rule = (id: string) => ruleOf(readFileSync(join(RULES, `${id}.json`), "utf8"));
const ids = readdirSync(RULES).map((name) => name.replace(/\.json$/, ""));

interface Decided {
  readonly about: string;
  readonly facts: readonly Fact[];
  readonly outcomes: readonly { readonly evidence: string; readonly burden: string }[];
}

/** Facts with the outcome of each question; written from the reports of the decisions, not from the rules. */
const cases = readdirSync(CASES).map(
  (name) => JSON.parse(readFileSync(join(CASES, name), "utf8")) as { rule: string; decided: Decided; mutated: Decided },
);

const outcomes = (id: string, facts: readonly Fact[]) =>
  assess(rule(id), facts).questions.map(({ evidence, burden }) => ({ evidence: evidence.value, burden: burden.value }));

test("twenty rules come with the project, each with a case", () => {
  expect(ids).toHaveLength(20);
  expect(cases.map((one) => one.rule).sort()).toEqual([...ids].sort());
});

test.each(ids)("%s is well formed and named as its file", (id) => {
  const { findings } = readRule(readFileSync(join(RULES, `${id}.json`), "utf8"));
  expect(findings.map(({ level, text }) => [level, text.en])).toEqual([["holds", expect.any(String)]]);
  expect(rule(id).id).toBe(id);
});

describe.each(cases)("$rule", ({ rule: id, decided, mutated }) => {
  test(`comes out as decided: ${decided.about}`, () => {
    expect(outcomes(id, decided.facts)).toEqual(decided.outcomes);
  });

  test(`flips: ${mutated.about}`, () => {
    expect(outcomes(id, mutated.facts)).toEqual(mutated.outcomes);
    expect(mutated.outcomes).not.toEqual(decided.outcomes);
  });

  test("leaves an empty case undetermined on the evidence, and decides it under the burden", () => {
    for (const { evidence, burden } of outcomes(id, [])) {
      expect(evidence).toBe("undetermined");
      expect(burden).not.toBe("undetermined");
    }
  });
});

test("no citation is said to be checked against a judgment that nobody has read", () => {
  const checked = ids.flatMap((id) => Object.values(rule(id).citations).map((citation) => citation.checked));
  expect(checked.length).toBeGreaterThan(30);
  expect([...new Set(checked)].sort()).toEqual(["memory", "secondary"]);
});
