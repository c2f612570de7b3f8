/** Rules: legal tests as data. The schema of a rule file, `seedproof-doctrine/1`. */

import { z } from "zod";

/** Limits of rule files: they come from strangers. */
export const RULE_LIMITS = {
  /** Bytes. The longest rule here has under 20,000. CWE-770. */
  bytes: 512 * 1024,
  /** Nesting of tests. Real ones stay below 6; the evaluator is recursive. CWE-674. */
  depth: 16,
  /** Tests in one rule, all counted. */
  tests: 2000,
  /** Elements in one rule; the longest statute here has 12. */
  elements: 100,
  /** Routes of one question. */
  routes: 50,
  /** Characters of one text. */
  text: 4000,
} as const;

const text = z.string().min(1).max(RULE_LIMITS.text);
const bilingual = z.strictObject({ en: text, zh: text });
const id = z.string().regex(/^[a-z][a-z0-9]*(?:[-._][a-z0-9]+)*$/, "id");
const date = z.iso.date();
const grade = z.enum(["M", "R", "T", "S", "X", "C"]);
const scalar = z.union([z.boolean(), z.number(), z.string().max(200)]);
/** A number that the user may set, by the name of the parameter. */
const parameter = z.strictObject({ parameter: id });

/** The comparisons of a leaf. */
export const OPERATORS = ["is", "in", ">=", ">", "<=", "<", "before", "after", "exists"] as const;

/** A test over facts. Strong Kleene throughout. */
export type Test =
  | {
      readonly fact: string;
      readonly op: (typeof OPERATORS)[number];
      readonly value?: boolean | number | string | readonly string[] | { readonly parameter: string } | undefined;
      readonly accept?: readonly RuleGrade[] | undefined;
    }
  | { readonly all: readonly Test[] }
  | { readonly any: readonly Test[] }
  | { readonly not: Test }
  | { readonly atLeast: number | { readonly parameter: string }; readonly of: readonly Test[] }
  | { readonly agree: readonly Test[] }
  | { readonly presume: boolean; readonly unless: Test }
  | {
      readonly weigh: readonly {
        readonly weight: number;
        readonly test: Test;
        readonly name?: BilingualText | undefined;
      }[];
      readonly yes: number | { readonly parameter: string };
      readonly no: number | { readonly parameter: string };
    }
  | { readonly element: string };

/** A grade that a rule can accept; what is unknown is never evidence. */
export type RuleGrade = z.infer<typeof grade>;

type BilingualText = z.infer<typeof bilingual>;

const tests = z.array(z.unknown()).min(1).max(200);
const number = z.union([z.number(), parameter]);

/**
 * The forms of a test by the word that tells them; a test has exactly one of these words. Tests inside are checked one
 * by one, so that an error names the innermost place and a deep file cannot exhaust the stack.
 */
export const TEST_FORMS = {
  fact: z.strictObject({
    fact: z.string().max(100),
    op: z.enum(OPERATORS),
    value: z.union([scalar, z.array(z.string().max(200)).min(1).max(100), parameter]).optional(),
    accept: z.array(grade).min(1).optional(),
  }),
  all: z.strictObject({ all: tests }),
  any: z.strictObject({ any: tests }),
  not: z.strictObject({ not: z.unknown() }),
  atLeast: z.strictObject({ atLeast: z.union([z.int().min(1).max(200), parameter]), of: tests }),
  agree: z.strictObject({ agree: tests }),
  presume: z.strictObject({ presume: z.boolean(), unless: z.unknown() }),
  weigh: z.strictObject({
    weigh: z
      .array(z.strictObject({ weight: z.number().min(-1000).max(1000), test: z.unknown(), name: bilingual.optional() }))
      .min(1)
      .max(100),
    yes: number,
    no: number,
  }),
  element: z.strictObject({ element: id }),
} as const;

/** Stands in the schema where a test does; its form is checked by {@link TEST_FORMS}. */
const test = z.custom<Test>((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
  error: "a test is an object",
});

const citation = z.strictObject({
  source: bilingual,
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Where in the source: article, paragraph, page. */
  pin: z.string().max(400).optional(),
  /** At most 25 words. */
  quote: z.string().max(400).optional(),
  /** Against what the statement was compared: the judgment itself, a report of it, or nobody's text but memory. */
  checked: z.enum(["judgment", "secondary", "memory"]),
});

const element = z.strictObject({
  id,
  text: bilingual,
  cite: z.array(z.string()).min(1),
  /** Who must show it. */
  burden: z.enum(["claimant", "defendant", "applicant", "provider", "nobody"]),
  /** What counts where nothing is shown either way. */
  burdenDefault: z.enum(["satisfied", "not satisfied"]),
  test,
  /** What would show it. */
  missing: bilingual,
  note: bilingual.optional(),
});

const question = z.strictObject({
  id: id.optional(),
  question: bilingual,
  routes: z
    // biome-ignore lint/suspicious/noThenProperty: the rule format's word for a route's outcome; it is no function
    .array(z.strictObject({ id: id.optional(), if: test, then: bilingual }))
    .min(1)
    .max(RULE_LIMITS.routes),
  otherwise: bilingual,
});

/** The schema of a rule file. */
export const ruleSchema = z.strictObject({
  schema: z.literal("seedproof-doctrine/1"),
  id,
  title: bilingual,
  /** A few words for tables. */
  short: bilingual,
  kind: z.enum(["statute", "judgment", "guidance", "draft", "argument", "opinion"]),
  /** Two letters of a country or union, `none` for an opinion. */
  jurisdiction: z.string().regex(/^(?:[A-Z]{2}|none)$/, "jurisdiction"),
  level: bilingual,
  binding: z.enum(["binding", "persuasive", "guidance", "none"]),
  asOf: date,
  status: z.enum(["in force", "superseded", "pending", "proposed repeal", "opinion"]),
  question: bilingual,
  citations: z.record(id, citation),
  accept: z.array(grade).min(1),
  elements: z.array(element).min(1).max(RULE_LIMITS.elements),
  routes: question.shape.routes,
  otherwise: bilingual,
  /** Questions that follow the first one, such as infringement; each may rest on elements of the same rule. */
  further: z.array(question).max(10).optional(),
  notCovered: z.array(bilingual).optional(),
  parameters: z.record(id, z.strictObject({ value: z.number(), why: bilingual, settable: z.boolean() })).optional(),
  /** What the rule would protect: the adjusting, the final parameters, or the final image. */
  protects: z.enum(["process", "parameters", "result"]).optional(),
  notes: z.array(bilingual).optional(),
  /** What the decision awarded and the like. */
  card: z.array(z.strictObject({ label: bilingual, value: bilingual })).optional(),
});

/** A rule file. */
export type Rule = z.infer<typeof ruleSchema>;

/** One element of a rule. */
export type RuleElement = Rule["elements"][number];

/** One question of a rule with its routes. */
export type RuleQuestion = z.infer<typeof question>;

/** The questions of a rule, the first one first. */
export function questionsOf(rule: Rule): RuleQuestion[] {
  const { question, routes, otherwise, further = [] } = rule;
  return [{ question, routes, otherwise }, ...further];
}

/** The tests that a test is made of, with the part of a JSON pointer that leads to each. */
export function partsOf(whole: Test): { readonly at: string; readonly test: Test }[] {
  const list = (name: string, tests: readonly Test[]) => tests.map((part, i) => ({ at: `/${name}/${i}`, test: part }));
  if ("all" in whole) return list("all", whole.all);
  if ("any" in whole) return list("any", whole.any);
  if ("agree" in whole) return list("agree", whole.agree);
  if ("atLeast" in whole) return list("of", whole.of);
  if ("not" in whole) return [{ at: "/not", test: whole.not }];
  if ("presume" in whole) return [{ at: "/unless", test: whole.unless }];
  if ("weigh" in whole) return whole.weigh.map(({ test: part }, i) => ({ at: `/weigh/${i}/test`, test: part }));
  return [];
}
