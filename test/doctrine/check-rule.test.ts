import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { assess } from "../../src/doctrine/assess.ts";
import { checkRule, readRule } from "../../src/doctrine/check-rule.ts";
import { RULE_LIMITS } from "../../src/doctrine/rule.ts";

/** A value as `JSON.parse` gives it. */
type Parsed = ReturnType<typeof JSON.parse>;

const text = readFileSync(resolve(import.meta.dirname, "../../src/doctrine/rules/cn.bic.zhou.2025.json"), "utf8");

/** The rule with one change, and the faults that are found in it: code and place. */
function faults(change: (rule: Parsed) => void): [string, string | undefined][] {
  const rule = JSON.parse(text);
  change(rule);
  const { rule: accepted, findings } = checkRule(rule as Json);
  expect(accepted).toBeUndefined();
  expect(findings.every(({ level }) => level === "fails")).toBe(true);
  return findings.map(({ code, where }) => [code, where?.pointer]);
}

test("each fault is named by its code and the place in the file", () => {
  const leaf = (rule: Parsed) => rule.elements[0].test;
  expect(faults((rule) => delete rule.otherwise)).toEqual([["doctrine.rule-lacks", "/otherwise"]]);
  expect(faults((rule) => (rule.titel = "x"))).toEqual([["doctrine.rule-form", ""]]);
  expect(faults((rule) => delete rule.title.zh)).toEqual([["doctrine.rule-lacks", "/title/zh"]]);
  expect(faults((rule) => (rule.citations.c1.url = "javascript:alert(1)"))).toEqual([
    ["doctrine.rule-form", "/citations/c1/url"],
  ]);
  expect(faults((rule) => (leaf(rule).fact = "author.hair"))).toEqual([
    ["doctrine.fact-unknown", "/elements/0/test/fact"],
  ]);
  expect(faults((rule) => (leaf(rule).op = "before"))).toEqual([["doctrine.operator-unfit", "/elements/0/test/op"]]);
  expect(faults((rule) => (leaf(rule).value = "yes"))).toEqual([["doctrine.value-unfit", "/elements/0/test/value"]]);
  expect(faults((rule) => (leaf(rule).accept = ["U"]))).toEqual([["doctrine.rule-word", "/elements/0/test/accept/0"]]);
  expect(faults((rule) => (rule.elements[1].test.any[0].op = "~"))).toEqual([
    ["doctrine.rule-word", "/elements/1/test/any/0/op"],
  ]);
  expect(faults((rule) => (rule.elements[1].test.any[0] = { some: [] }))).toEqual([
    ["doctrine.test-form", "/elements/1/test/any/0"],
  ]);
  expect(faults((rule) => (rule.elements[0].cite = ["c9"]))).toEqual([
    ["doctrine.citation-unknown", "/elements/0/cite/0"],
  ]);
  expect(faults((rule) => (rule.routes[0].if = { element: "nothing" }))).toEqual([
    ["doctrine.element-unknown", "/routes/0/if/element"],
  ]);
  expect(faults((rule) => (rule.elements[1].id = rule.elements[0].id))).toContainEqual([
    "doctrine.element-twice",
    "/elements/1/id",
  ]);
  expect(faults((rule) => (rule.elements[4].test.value = { parameter: "least" }))).toEqual([
    ["doctrine.parameter-unknown", "/elements/4/test/value/parameter"],
  ]);
  expect(
    faults((rule) => {
      leaf(rule).fact = "a.b";
      rule.elements[3].test.fact = "c.d";
    }),
  ).toHaveLength(2);
});

test("elements that rest on each other in a circle are refused, with the circle", () => {
  const findings = faults((rule) => {
    rule.elements[0].test = { all: [{ element: "thinking-explained" }, { element: "commands-entered" }] };
    rule.elements[2].test = { not: { element: "human-author" } };
  });
  expect(findings).toEqual([["doctrine.element-circle", "/elements/0/test"]]);
  expect(faults((rule) => (rule.elements[0].test = { element: rule.elements[0].id }))).toEqual([
    ["doctrine.element-circle", "/elements/0/test"],
  ]);
});

test("a rule that is too deep, too large or too long is refused by a named limit", () => {
  const nest = (depth: number): unknown =>
    depth === 0 ? { fact: "image.is_image", op: "is", value: true } : { not: nest(depth - 1) };
  expect(faults((rule) => (rule.elements[0].test = nest(RULE_LIMITS.depth)))[0]![0]).toBe("doctrine.rule-too-deep");
  const wide = { any: Array.from({ length: 200 }, () => ({ all: Array.from({ length: 200 }, () => nest(0)) })) };
  expect(faults((rule) => (rule.elements[0].test = wide)).at(-1)![0]).toBe("doctrine.rule-too-large");
  expect(() => readRule(" ".repeat(RULE_LIMITS.bytes + 1))).toThrow(
    expect.objectContaining({ code: "doctrine.rule-too-long" }),
  );
  const bomb = `{"a":${"[".repeat(500)}${"]".repeat(500)}}`;
  expect(() => readRule(bomb)).toThrow(expect.objectContaining({ code: "base.json-too-deep" }));
});

test("any JSON at all is checked without an exception, and only a rule is accepted", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { rule, findings } = checkRule(value as Json);
      expect(rule).toBeUndefined();
      expect(findings.length).toBeGreaterThan(0);
    }),
  );
});

test("a rule with any one part replaced by anything is accepted whole or refused with a place", () => {
  const pointers: string[][] = [];
  const walk = (value: unknown, at: string[]): void => {
    pointers.push(at);
    if (typeof value === "object" && value !== null)
      for (const key of Object.keys(value)) walk((value as Parsed)[key], [...at, key]);
  };
  walk(JSON.parse(text), []);
  fc.assert(
    fc.property(
      fc.constantFrom(...pointers.filter((at) => at.length > 0)),
      fc.jsonValue({ maxDepth: 3 }),
      (at, junk) => {
        const rule = JSON.parse(text);
        const last = at.at(-1)!;
        at.slice(0, -1).reduce((inner: Parsed, key) => inner[key], rule)[last] = junk;
        const { rule: accepted, findings } = checkRule(rule);
        if (!accepted)
          for (const { level, where } of findings) expect([level, typeof where?.pointer]).toEqual(["fails", "string"]);
      },
    ),
    { numRuns: 400 },
  );
});

test("what is no JSON is named with its line and column, a missing member by its name, a wrong word with those that fit", () => {
  const broken = readRule('{\n  "schema": }');
  expect(broken.rule).toBeUndefined();
  expect(broken.findings[0]?.text.en).toMatch(/^This is no JSON, line 2, column 13: /);
  expect(readRule("{}").findings.map(({ code, where }) => [code, where?.pointer])).toContainEqual([
    "doctrine.rule-lacks",
    "/title",
  ]);
  expect(faults((rule) => (rule.status = "forgotten"))).toEqual([["doctrine.rule-word", "/status"]]);
});

test("every fault of form is said in both languages, in words of ours and none of the schema's library", () => {
  const said = (change: (rule: Parsed) => unknown): string[] => {
    const rule = JSON.parse(text) as Parsed;
    change(rule);
    return checkRule(rule).findings.flatMap((one) => [one.text.en, one.text.zh]);
  };
  expect(said((rule) => delete rule.title.zh)).toEqual(["This member is missing: a text.", "缺少此项：文本。"]);
  expect(said((rule) => (rule.title.zh = 1))).toEqual(["This must be a text.", "此处须为文本。"]);
  expect(said((rule) => (rule.titel = "x"))).toEqual(["A rule has no such member here: titel.", "此处不应有：titel。"]);
  expect(said((rule) => (rule.status = "forgotten"))[1]).toMatch(/^此处须为以下之一："/);
  expect(said((rule) => (rule.citations.c1.url = "javascript:alert(1)"))[1]).toContain("http");
  expect(said((rule) => (rule.asOf = "yesterday"))[1]).toContain("日期");
  expect(said((rule) => (rule.jurisdiction = "France"))[1]).toContain("两个大写字母");
  expect(said((rule) => (rule.id = "Not An Id"))[1]).toContain("小写词");
  expect(said((rule) => (rule.elements = []))[1]).toContain("至少为 1");
  expect(said((rule) => (rule.title.en = "x".repeat(5000)))[1]).toContain("至多为 4000");
  const all = [1, null, "x", [], {}].flatMap((value) =>
    said((rule) => Object.assign(rule, { title: value, elements: value })),
  );
  for (const text of all) expect(text).not.toMatch(/Invalid|received|expected|undefined/);
});

test("the example of docs/rules.md is a rule as it stands, and comes out as its text says", () => {
  const docs = readFileSync(resolve(import.meta.dirname, "../../docs/rules.md"), "utf8");
  const [, example] = /```json\n([\s\S]*?)```/.exec(docs) ?? [];
  const { rule, findings } = readRule(example ?? "");
  expect(findings.map(({ code }) => code)).toEqual(["doctrine.rule-holds"]);
  const fact = (value: number, grade: "R" | "S") => ({ key: "process.revisions_after_first", value, grade });
  const outcome = (...facts: ReturnType<typeof fact>[]) => {
    const { evidence, burden } = assess(rule!, facts).questions[0]!;
    return [evidence.value, burden.value];
  };
  expect(outcome(fact(2, "R"))).toEqual(["satisfied", "satisfied"]);
  expect(outcome(fact(0, "R"))).toEqual(["not satisfied", "not satisfied"]);
  // The element takes R and T only: what its owner recorded for himself is no evidence here.
  expect(outcome(fact(2, "S"))).toEqual(["undetermined", "not satisfied"]);
  expect(outcome()).toEqual(["undetermined", "not satisfied"]);
});

test("a rule of a court anywhere needs no code", () => {
  const rule = JSON.parse(text);
  for (const jurisdiction of ["FR", "BR", "none"]) {
    expect(checkRule({ ...rule, jurisdiction } as Json).rule?.jurisdiction).toBe(jurisdiction);
  }
  expect(faults((one) => (one.jurisdiction = "France"))).toEqual([["doctrine.rule-form", "/jurisdiction"]]);
});
