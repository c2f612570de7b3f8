/** Assessing a case under a rule: every element and every question, on the evidence and under the burden of proof. */

import { SeedproofError } from "../base/errors.ts";
import type { Text } from "../base/texts.ts";
import { type Column, type Context, evaluate, evaluateElement, factsUsed, type Reason } from "./evaluate.ts";
import { type Fact, type Facts, factsByKey } from "./fact.ts";
import { questionsOf, type Rule, type RuleElement, type RuleQuestion } from "./rule.ts";
import { kleeneOf, type Value } from "./value.ts";

/** Parameters that the user sets, each with the reason for it. */
export type ParameterChoices = Readonly<Record<string, { readonly value: number; readonly why: string }>>;

/** A value in both columns. */
export interface Both {
  readonly evidence: Value;
  readonly burden: Value;
}

/** One element as assessed. */
export interface AssessedElement extends Both {
  readonly id: string;
  readonly text: Text;
  readonly cite: readonly string[];
  readonly burdenOn: RuleElement["burden"];
  readonly reason: Reason;
  /** What would show it; present unless it is satisfied on the evidence. */
  readonly missing?: Text;
  readonly note?: Text;
}

/** How a question comes out in one column. */
export interface Outcome {
  readonly value: Value;
  readonly text: Text;
  /** Index of the route that wins. */
  readonly route?: number;
  /** Indices of the routes that are open, where none wins. */
  readonly open: readonly number[];
}

/** One question as assessed. */
export interface AssessedQuestion {
  readonly id: string;
  readonly question: Text;
  readonly routes: readonly (Both & { readonly text: Text; readonly reason: Reason })[];
  readonly evidence: Outcome;
  readonly burden: Outcome;
}

/** A case under a rule. The first question is the rule's own. */
export interface Assessment {
  readonly rule: Pick<
    Rule,
    | "id"
    | "title"
    | "short"
    | "kind"
    | "jurisdiction"
    | "level"
    | "binding"
    | "asOf"
    | "status"
    | "citations"
    | "protects"
  >;
  readonly parameters: Readonly<
    Record<string, { readonly value: number; readonly why: Text; readonly chosen: boolean }>
  >;
  readonly elements: readonly AssessedElement[];
  readonly questions: readonly AssessedQuestion[];
  readonly notCovered: readonly Text[];
  readonly notes: readonly Text[];
  /** Every fact that the reasons rest on. */
  readonly facts: readonly Fact[];
}

/** Stands as the outcome of a question whose routes are open. */
const OPEN: Text = {
  en: "Undetermined: not shown either way on these facts.",
  zh: "未查明：依现有事实，两方面均未得到证明。",
};

/**
 * Assesses facts under a checked rule.
 * @throws SeedproofError `doctrine.parameter-unknown`, `doctrine.parameter-fixed`
 */
export function assess(rule: Rule, facts: readonly Fact[], choices: ParameterChoices = {}): Assessment {
  const parameters = parametersFor(rule, choices);
  const numbers = Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
  const byKey = factsByKey(facts);
  const [evidence, burden] = (["evidence", "burden"] as const).map((column) =>
    contextFor(rule, byKey, numbers, column),
  );
  const elements = rule.elements.map((element) => assessedElement(element, evidence!, burden!));
  const questions = questionsOf(rule).map((question, i) => assessedQuestion(question, i, evidence!, burden!));
  const reasons = [
    ...elements.map(({ reason }) => reason),
    ...questions.flatMap(({ routes }) => routes.map((r) => r.reason)),
  ];
  const { id, title, short, kind, jurisdiction, level, binding, asOf, status, citations, protects } = rule;
  return {
    rule: { id, title, short, kind, jurisdiction, level, binding, asOf, status, citations, protects },
    ...{ parameters, elements, questions, notCovered: rule.notCovered ?? [], notes: rule.notes ?? [] },
    facts: [...new Set(reasons.flatMap(factsUsed))],
  };
}

/** The value of a rule's first question in both columns; what the search for changes asks over and over. */
export function outcomeOf(rule: Rule, facts: Facts, numbers: Readonly<Record<string, number>>): Both {
  const value = (column: Column): Value =>
    outcome(questionsOf(rule)[0]!, contextFor(rule, facts, numbers, column)).value;
  return { evidence: value("evidence"), burden: value("burden") };
}

/** The numbers of a rule's parameters, as they stand in it or as chosen. */
export function parametersFor(rule: Rule, choices: ParameterChoices): Assessment["parameters"] {
  for (const name of Object.keys(choices)) {
    const parameter = rule.parameters?.[name];
    if (!parameter)
      throw new SeedproofError("doctrine.parameter-unknown", `the rule ${rule.id} has no parameter ${name}`);
    if (!parameter.settable) {
      throw new SeedproofError(
        "doctrine.parameter-fixed",
        `the parameter ${name} of ${rule.id} is fixed by its source`,
      );
    }
  }
  return Object.fromEntries(
    Object.entries(rule.parameters ?? {}).map(([name, { value, why }]) => {
      const choice = choices[name];
      const reason = choice && { en: choice.why, zh: choice.why };
      return [name, { value: choice?.value ?? value, why: reason ?? why, chosen: choice !== undefined }];
    }),
  );
}

function contextFor(rule: Rule, facts: Facts, parameters: Context["parameters"], column: Column): Context {
  return { rule, facts, parameters, column, memo: new Map() };
}

function assessedElement(element: RuleElement, evidence: Context, burden: Context): AssessedElement {
  const { id, text, cite, missing, note } = element;
  const reason = evaluateElement(id, evidence);
  return {
    ...{ id, text, cite, burdenOn: element.burden, reason },
    evidence: reason.value,
    burden: evaluateElement(id, burden).value,
    ...(reason.value !== "satisfied" && { missing }),
    ...(note && { note }),
  };
}

function assessedQuestion(question: RuleQuestion, index: number, evidence: Context, burden: Context): AssessedQuestion {
  return {
    id: question.id ?? (index === 0 ? "main" : `question-${index + 1}`),
    question: question.question,
    routes: question.routes.map((route) => {
      const reason = evaluate(route.if, evidence);
      return { text: route.then, reason, evidence: reason.value, burden: routeValue(route.if, burden) };
    }),
    evidence: outcome(question, evidence),
    burden: outcome(question, burden),
  };
}

/** Under the burden nothing stays open: a route that is not shown is not taken. */
function routeValue(test: RuleQuestion["routes"][number]["if"], context: Context): Value {
  const { value } = evaluate(test, context);
  return context.column === "burden" && value === "undetermined" ? "not satisfied" : value;
}

/** Routes are alternatives: any that is satisfied wins; else, where one is open, so is the question. */
function outcome(question: RuleQuestion, context: Context): Outcome {
  const values = question.routes.map((route) => kleeneOf(routeValue(route.if, context)));
  const route = values.indexOf(1);
  const open = values.flatMap((value, i) => (value === 0 ? [i] : []));
  if (route >= 0) return { value: "satisfied", text: question.routes[route]!.then, route, open: [] };
  if (open.length > 0) return { value: "undetermined", text: OPEN, open };
  return { value: "not satisfied", text: question.otherwise, open };
}
