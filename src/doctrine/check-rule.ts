/** Checking a rule file: its form, what it refers to, and that its elements do not rest on each other in a circle. */

import type { z } from "zod";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { isObject, type Json, pointer } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { fill, type Text, type TextValues } from "../base/texts.ts";
import type { FactType } from "./fact.ts";
import { partsOf, RULE_LIMITS, type Rule, ruleSchema, TEST_FORMS, type Test } from "./rule.ts";
import { factDefinition } from "./vocabulary.ts";

const CATALOGUE = {
  "doctrine.rule-holds": {
    en: "The rule {id} is well formed; elements: {elements}, facts that it asks for: {facts}.",
    zh: "规则 {id} 格式正确：{elements} 个要件，{facts} 项事实。",
  },
  "doctrine.rule-form": { en: "This has a form that does not fit.", zh: "格式不符。" },
  "doctrine.rule-lacks": { en: "This member is missing: {expected}.", zh: "缺少此项：{expected}。" },
  "doctrine.rule-word": { en: "This must be one of {options}.", zh: "此处须为以下之一：{options}。" },
  "doctrine.rule-json": {
    en: "This is no JSON, line {line}, column {column}: {why}.",
    zh: "不是 JSON，第 {line} 行第 {column} 列：{why}。",
  },
  "doctrine.test-form": {
    en: "A test has exactly one of the words {words}.",
    zh: "一个检验须且只能含有以下词之一：{words}。",
  },
  "doctrine.rule-too-deep": {
    en: "Tests are nested more than {limit} deep.",
    zh: "检验嵌套超过 {limit} 层。",
  },
  "doctrine.rule-too-large": { en: "A rule has at most {limit} tests.", zh: "一条规则至多有 {limit} 个检验。" },
  "doctrine.fact-unknown": {
    en: "No fact {fact} is in the vocabulary.",
    zh: "事实词表中没有 {fact}。",
  },
  "doctrine.operator-unfit": {
    en: "{op} cannot be asked of {fact}, which is {type}.",
    zh: "不能对 {fact}（类型为 {type}）使用 {op}。",
  },
  "doctrine.value-unfit": { en: "{value} is no value of {fact}.", zh: "{value} 不是 {fact} 的取值。" },
  "doctrine.citation-unknown": { en: "No citation {name} is given.", zh: "没有名为 {name} 的出处。" },
  "doctrine.parameter-unknown": { en: "No parameter {name} is given.", zh: "没有名为 {name} 的参数。" },
  "doctrine.element-unknown": { en: "No element {name} is given.", zh: "没有名为 {name} 的要件。" },
  "doctrine.element-twice": { en: "The element {name} is given twice.", zh: "要件 {name} 重复。" },
  "doctrine.element-circle": {
    en: "Elements rest on each other in a circle: {path}.",
    zh: "要件循环引用：{path}。",
  },
} as const satisfies Record<string, Text>;

type Code = keyof typeof CATALOGUE;

function found(code: Code, at: string, values: TextValues = {}): Finding {
  const level = code === "doctrine.rule-holds" ? "holds" : "fails";
  return { code, level, text: fill(CATALOGUE[code], values), where: { pointer: at } };
}

/** A rule that may be evaluated, or why it may not. */
export interface CheckedRule {
  readonly rule?: Rule;
  /** At least one; all fail where there is no rule. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the text of a rule file. What is no JSON is a finding with its line and column.
 * @throws SeedproofError `doctrine.rule-too-long`, `base.json-too-deep`
 */
export function readRule(text: string): CheckedRule {
  if (text.length > RULE_LIMITS.bytes) {
    throw new SeedproofError("doctrine.rule-too-long", `a rule file has at most ${RULE_LIMITS.bytes} bytes`);
  }
  try {
    return checkRule(parseJson(text));
  } catch (error) {
    if (!(error instanceof SeedproofError) || error.code !== "base.json-malformed") throw error;
    const before = text.slice(0, error.where?.char ?? 0).split("\n");
    const values = { line: before.length, column: before.at(-1)!.length + 1, why: error.message };
    return { findings: [found("doctrine.rule-json", "", values)] };
  }
}

/** Reads a rule that must be well formed. @throws SeedproofError `doctrine.rule-malformed` with the first fault */
export function ruleOf(text: string): Rule {
  const { rule, findings } = readRule(text);
  if (rule) return rule;
  const [{ text: message, where }] = findings as [Finding];
  throw new SeedproofError("doctrine.rule-malformed", message.en, where ? { where } : {});
}

/** Checks a rule. Every fault is named with its JSON pointer. */
export function checkRule(value: Json): CheckedRule {
  const shape = ruleSchema.safeParse(value);
  const faults = shape.success ? [] : issues(shape.error.issues, "", value);
  const tests = isObject(value) ? testsIn(value) : [];
  const forms = formFaults(tests);
  if (!shape.success || forms.length > 0) return { findings: [...faults, ...forms] };
  const rule = shape.data;
  const findings = [...referenceFaults(rule), ...circles(rule)];
  if (findings.length > 0) return { findings };
  const facts = new Set(leavesOf(rule).map(({ test }) => test.fact)).size;
  return { rule, findings: [found("doctrine.rule-holds", "", { id: rule.id, elements: rule.elements.length, facts })] };
}

/** What a schema found wrong, in the words of a person who writes a rule. @param value - what was checked */
function issues(all: readonly Issue[], at: string, value: unknown): Finding[] {
  return all.map((one) => {
    const place = at + pointer(...one.path.map((part) => (typeof part === "symbol" ? "" : part)));
    if (one.code === "invalid_type") {
      const type = TYPE_TEXTS[one.expected] ?? { en: one.expected, zh: one.expected };
      return isMissing(value, one.path)
        ? { ...found("doctrine.rule-lacks", place), text: withText(CATALOGUE["doctrine.rule-lacks"], type) }
        : { ...found("doctrine.rule-form", place), text: withText(FORMS.type, type) };
    }
    if (one.code === "invalid_value") {
      return found("doctrine.rule-word", place, { options: one.values.map((word) => JSON.stringify(word)).join(", ") });
    }
    return { ...found("doctrine.rule-form", place), text: formText(one) };
  });
}

type Issue = z.core.$ZodIssue;

const TYPE_TEXTS: Readonly<Record<string, Text>> = {
  string: { en: "a text", zh: "文本" },
  number: { en: "a number", zh: "数字" },
  int: { en: "a whole number", zh: "整数" },
  boolean: { en: "true or false", zh: "true 或 false" },
  array: { en: "a list", zh: "列表" },
  object: { en: "an object", zh: "对象" },
  record: { en: "an object", zh: "对象" },
};

const FORMS = {
  type: { en: "This must be {expected}.", zh: "此处须为{expected}。" },
  keys: { en: "A rule has no such member here: {keys}.", zh: "此处不应有：{keys}。" },
  small: { en: "This is too short or too small: {limit} is the least.", zh: "过短或过小：至少为 {limit}。" },
  big: { en: "This is too long or too large: {limit} is the most.", zh: "过长或过大：至多为 {limit}。" },
  url: { en: "This must be an address that begins with http or https.", zh: "此处须为以 http 或 https 开头的网址。" },
  date: { en: "This must be a date such as 2025-09-16.", zh: "此处须为日期，如 2025-09-16。" },
  id: {
    en: "This must be lower-case words joined by hyphens, dots or underscores.",
    zh: "此处须为以连字符、点或下划线连接的小写词。",
  },
  jurisdiction: {
    en: "This must be two capital letters such as CN, or none.",
    zh: "此处须为两个大写字母，如 CN，或 none。",
  },
  other: { en: "This has none of the forms that fit here.", zh: "此处的形式均不符合要求。" },
} as const satisfies Record<string, Text>;

function formText(one: Issue): Text {
  switch (one.code) {
    case "unrecognized_keys":
      return fill(FORMS.keys, { keys: one.keys.join(", ") });
    case "too_small":
      return fill(FORMS.small, { limit: String(one.minimum) });
    case "too_big":
      return fill(FORMS.big, { limit: String(one.maximum) });
    case "invalid_format": {
      // A pattern of ours carries the name of its form as its message.
      const name = one.format === "regex" ? one.message : one.format;
      return name in FORMS ? FORMS[name as keyof typeof FORMS] : FORMS.other;
    }
    default:
      return FORMS.other;
  }
}

function withText(template: Text, expected: Text): Text {
  return { en: fill(template, { expected: expected.en }).en, zh: fill(template, { expected: expected.zh }).zh };
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((of, key) => (of as Record<PropertyKey, unknown>)?.[key], value);
  return last !== undefined && typeof holder === "object" && holder !== null && !(last in holder);
}

interface PlacedTest {
  readonly at: string;
  readonly test: unknown;
}

/** The outermost tests of a rule that may still be of any form. */
function testsIn(value: { readonly [key: string]: Json }): PlacedTest[] {
  const list = (name: string, member: string, of: unknown, at: string): PlacedTest[] =>
    (Array.isArray(of) ? of : []).flatMap((item: unknown, i) =>
      isObject(item) && member in item ? [{ at: `${at}/${name}/${i}/${member}`, test: item[member] }] : [],
    );
  const further = Array.isArray(value.further) ? value.further : [];
  return [
    ...list("elements", "test", value.elements, ""),
    ...list("routes", "if", value.routes, ""),
    ...further.flatMap((one, i) => (isObject(one) ? list("routes", "if", one.routes, `/further/${i}`) : [])),
  ];
}

/** Faults of form in tests, outermost first and without recursion. */
function formFaults(tests: readonly PlacedTest[]): Finding[] {
  const open = tests.map((placed) => ({ ...placed, depth: 1 }));
  const faults: Finding[] = [];
  for (let seen = 1; open.length > 0; seen++) {
    const { at, test, depth } = open.shift()!;
    if (seen > RULE_LIMITS.tests)
      return [...faults, found("doctrine.rule-too-large", at, { limit: RULE_LIMITS.tests })];
    if (depth > RULE_LIMITS.depth)
      return [...faults, found("doctrine.rule-too-deep", at, { limit: RULE_LIMITS.depth })];
    const forms = isObject(test) ? Object.keys(TEST_FORMS).filter((word) => word in test) : [];
    if (forms.length !== 1) {
      faults.push(found("doctrine.test-form", at, { words: Object.keys(TEST_FORMS).join(", ") }));
      continue;
    }
    const checked = TEST_FORMS[forms[0] as keyof typeof TEST_FORMS].safeParse(test);
    if (checked.success)
      open.push(...partsOf(test as Test).map((part) => ({ at: at + part.at, test: part.test, depth: depth + 1 })));
    else faults.push(...issues(checked.error.issues, at, test));
  }
  return faults;
}

/** A comparison with its place in the rule file. */
export interface PlacedLeaf {
  readonly at: string;
  readonly test: Extract<Test, { readonly fact: string }>;
}

/** Every test of a rule with its place, those inside others too. */
function allTests(rule: Rule): { readonly at: string; readonly test: Test }[] {
  const outer = [
    ...rule.elements.map(({ test }, i) => ({ at: `/elements/${i}/test`, test })),
    ...rule.routes.map((route, i) => ({ at: `/routes/${i}/if`, test: route.if })),
    ...(rule.further ?? []).flatMap(({ routes }, q) =>
      routes.map((route, i) => ({ at: `/further/${q}/routes/${i}/if`, test: route.if })),
    ),
  ];
  const deep = ({ at, test }: { at: string; test: Test }): { at: string; test: Test }[] => [
    { at, test },
    ...partsOf(test).flatMap((part) => deep({ at: at + part.at, test: part.test })),
  ];
  return outer.flatMap(deep);
}

/** Every comparison of a rule. */
export function leavesOf(rule: Rule): PlacedLeaf[] {
  return allTests(rule).flatMap(({ at, test }) => ("fact" in test ? [{ at, test }] : []));
}

function referenceFaults(rule: Rule): Finding[] {
  const names = rule.elements.map((element) => element.id);
  const twice = names.flatMap((name, i) =>
    names.indexOf(name) < i ? [found("doctrine.element-twice", `/elements/${i}/id`, { name })] : [],
  );
  const uncited = rule.elements.flatMap(({ cite }, i) =>
    cite.flatMap((name, c) =>
      Object.hasOwn(rule.citations, name)
        ? []
        : [found("doctrine.citation-unknown", `/elements/${i}/cite/${c}`, { name })],
    ),
  );
  return [...twice, ...uncited, ...allTests(rule).flatMap(({ at, test }) => testFaults(rule, names, at, test))];
}

function testFaults(rule: Rule, elements: readonly string[], at: string, test: Test): Finding[] {
  const unknown = parametersOf(test).flatMap(({ member, name }) =>
    rule.parameters && Object.hasOwn(rule.parameters, name)
      ? []
      : [found("doctrine.parameter-unknown", `${at}/${member}/parameter`, { name })],
  );
  if ("element" in test && !elements.includes(test.element)) {
    return [found("doctrine.element-unknown", `${at}/element`, { name: test.element })];
  }
  return "fact" in test ? [...unknown, ...leafFaults(at, test)] : unknown;
}

function parametersOf(test: Test): { readonly member: string; readonly name: string }[] {
  return Object.entries(test).flatMap(([member, value]) =>
    isObject(value) && typeof value.parameter === "string" ? [{ member, name: value.parameter }] : [],
  );
}

/** Which comparisons can be asked of which type of fact. */
const FIT: Readonly<Record<FactType, readonly string[]>> = {
  yesno: ["is", "exists"],
  count: ["is", ">=", ">", "<=", "<", "exists"],
  number: [">=", ">", "<=", "<", "exists"],
  share: [">=", ">", "<=", "<", "exists"],
  choice: ["is", "in", "exists"],
  list: ["in", ">=", ">", "<=", "<", "exists"],
  instant: ["before", "after", "exists"],
  text: ["is", "in", "exists"],
};

function leafFaults(at: string, { fact, op, value }: PlacedLeaf["test"]): Finding[] {
  const definition = factDefinition(fact);
  if (!definition) return [found("doctrine.fact-unknown", `${at}/fact`, { fact })];
  const { type, values } = definition;
  if (!FIT[type].includes(op)) return [found("doctrine.operator-unfit", `${at}/op`, { op, fact, type })];
  if (op === "exists" ? value === undefined : fits(type, op, value, values)) return [];
  return [found("doctrine.value-unfit", `${at}/value`, { value: JSON.stringify(value) ?? "–", fact })];
}

function fits(
  type: FactType,
  op: string,
  value: PlacedLeaf["test"]["value"],
  values: readonly string[] | undefined,
): boolean {
  const isWord = (word: unknown): boolean => typeof word === "string" && (values?.includes(word) ?? true);
  if (op === "in") return Array.isArray(value) && value.every(isWord);
  if (op === "before" || op === "after") return typeof value === "string" && !Number.isNaN(Date.parse(value));
  if (type === "yesno") return typeof value === "boolean";
  if (type === "choice" || type === "text") return isWord(value);
  return typeof value === "number" || isObject(value);
}

/** Circles among elements that rest on elements. */
function circles(rule: Rule): Finding[] {
  const below = new Map(rule.elements.map((element) => [element.id, elementsIn(element.test)]));
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    const circle = (below.get(name) ?? []).map((next) => walk(next, [...path, name])).find((one) => one !== undefined);
    done.add(name);
    return circle;
  };
  for (const [i, element] of rule.elements.entries()) {
    const circle = walk(element.id, []);
    if (circle) return [found("doctrine.element-circle", `/elements/${i}/test`, { path: circle.join(" → ") })];
  }
  return [];
}

function elementsIn(test: Test): string[] {
  return "element" in test ? [test.element] : partsOf(test).flatMap((part) => elementsIn(part.test));
}
