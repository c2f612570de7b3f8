/** `seedproof/doctrine`: legal tests as data, graded facts, and what follows from them. No legal advice. */

export { type Assessment, assess, type ParameterChoices } from "./assess.ts";
export {
  bilingual,
  type Case,
  checkedCase,
  EXHIBIT_ROLES,
  type Exhibit,
  factsOf,
  type Measured,
  readCase,
} from "./case.ts";
export { type Change, type Changes, lacking, whatWouldChange } from "./change.ts";
export { type CheckedRule, checkRule, readRule, ruleOf } from "./check-rule.ts";
export { type Assessed, assessAll, THREE_RULES, threeRules } from "./comparison.ts";
export { type Column, factsUsed, type Reason } from "./evaluate.ts";
export { changeText, factName, factValueText, groundsOf } from "./explain.ts";
export { type Fact, type FactType, type FactValue, GRADE_TEXTS } from "./fact.ts";
export { certificateFacts } from "./facts-certificate.ts";
export { imageFacts } from "./facts-image.ts";
export { processFacts } from "./facts-process.ts";
export { type Protection, protections } from "./protection.ts";
export { RULE_LIMITS, type Rule, type Test } from "./rule.ts";
export { VALUE_TEXTS, type Value } from "./value.ts";
export { type FactDefinition, VOCABULARY } from "./vocabulary.ts";
