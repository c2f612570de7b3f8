/** `seedproof assess`: a case under legal tests, on the evidence and under the burden of proof. */

import type { Command } from "commander";
import type { Lang, Text } from "../base/texts.ts";
import { bilingual, factsOf } from "../doctrine/case.ts";
import type { ChangeSet } from "../doctrine/change.ts";
import { type Assessed, assessAll, threeRules } from "../doctrine/comparison.ts";
import { changeText, factName, factValueText, groundsOf, isPresumed } from "../doctrine/explain.ts";
import { PROTECTION_SUMMARY, type Protection, protections } from "../doctrine/protection.ts";
import { VALUE_TEXTS, type Value } from "../doctrine/value.ts";
import { openCase } from "../node/case-folder.ts";
import { bundledRuleIds, openRule } from "../node/rule-files.ts";
import { type GlobalOptions, langFor, localised, print, printJson, styled } from "./output.ts";

interface AssessOptions extends GlobalOptions {
  readonly rule?: readonly string[];
}

/** Registers the command. */
export function registerAssess(program: Command): void {
  program
    .command("assess")
    .description("a case under legal tests, on the evidence and under the burden of proof; no legal advice")
    .argument("<case>", "folder with case.json")
    .option("--rule <id...>", "rules by id or file (default: those of the case, else all)")
    .action((folder: string, _: object, command: Command) => run(folder, command.optsWithGlobals()));
}

function run(folder: string, options: AssessOptions): void {
  const lang = langFor(options);
  const { theCase, measured } = openCase(folder);
  const facts = factsOf(theCase, measured);
  const rules = (options.rule ?? theCase.rules ?? bundledRuleIds()).map(openRule);
  const assessed = assessAll(
    rules.map(({ rule }) => rule),
    facts,
    theCase.parameters,
  );
  const protection = protections(
    facts,
    rules.map(({ rule }) => rule),
  );
  if (options.json) {
    const comparison = threeRules(assessed).map(({ rule, questions, changes }) => ({
      ...{ rule: rule.id, evidence: questions[0]!.evidence.value, burden: questions[0]!.burden.value },
      change: changes.sets[0] ?? changes.larger,
    }));
    const files = rules.map(({ rule, path, sha256 }) => ({ id: rule.id, path, sha256 }));
    printJson(
      localised({ case: theCase.ref, notice: NOTICE, rules: assessed, files, comparison, protection, facts }, lang),
    );
    return;
  }
  print(`${theCase.ref}  ${bilingual(theCase.title)[lang]}\n`);
  for (const one of assessed) for (const line of ruleLines(one, lang)) print(line);
  for (const line of comparisonLines(threeRules(assessed), lang)) print(line);
  for (const line of protectionLines(protection, lang)) print(line);
  print(NOTICE[lang]);
}

const NOTICE: Text = {
  en: "Not legal advice. Whether the image is a work, who owns rights in it and whether they are infringed is for the court or office.",
  zh: "不构成法律意见。是否构成作品、著作权归属及是否侵权，由人民法院或有权机关认定。",
};

const WORDS = {
  evidence: { en: "on the evidence", zh: "依证据" },
  burden: { en: "under the burden", zh: "依举证责任" },
  change: { en: "what would change it", zh: "何种变化会改变结果" },
  presumed: { en: "presumed", zh: "推定" },
  refused: { en: "not accepted", zh: "不予采信" },
  conflict: { en: "sources contradict each other", zh: "来源互相矛盾" },
  nothing: { en: "nothing shown", zh: "未提供证据" },
  three: { en: "Same image, same facts, three rules", zh: "同一图像、同一事实、三种规则" },
  protects: { en: "What would be protected", zh: "保护对象" },
  images: { en: "images", zh: "幅图像" },
  avoided: { en: "got around by", zh: "规避方式" },
} as const satisfies Record<string, Text>;

/** The same three shapes as verdicts, always with the word. */
const MARKS: Readonly<Record<Value, string>> = { satisfied: "●", undetermined: "◌", "not satisfied": "○" };

function shown(value: Value, lang: Lang): string {
  return `${MARKS[value]} ${VALUE_TEXTS[value][lang]}`;
}

function ruleLines({ rule, elements, questions, changes, lacking }: Assessed, lang: Lang): string[] {
  const lines = [styled("bold", `${rule.title[lang]}  [${rule.id}]`), `${rule.level[lang]}\n`];
  for (const { id, text, evidence, burden, reason, missing } of elements) {
    lines.push(`  ${text[lang]}`);
    lines.push(`    ${WORDS.evidence[lang]}: ${shown(evidence, lang)}   ${WORDS.burden[lang]}: ${shown(burden, lang)}`);
    const grounds = groundsOf(reason).map((ground) => groundLine(ground, lang));
    if (isPresumed(reason)) grounds.unshift(WORDS.presumed[lang]);
    for (const line of grounds.length > 0 ? grounds : [WORDS.nothing[lang]]) lines.push(`      ${line}`);
    if (missing && (lacking[id]?.length ?? 0) > 0) lines.push(`      → ${missing[lang]}`);
  }
  for (const { question, evidence, burden } of questions) {
    lines.push(`\n  ${styled("bold", question[lang])}`);
    lines.push(`    ${WORDS.evidence[lang]}: ${shown(evidence.value, lang)}  ${evidence.text[lang]}`);
    lines.push(`    ${WORDS.burden[lang]}: ${shown(burden.value, lang)}  ${burden.text[lang]}`);
  }
  const sets = changes.sets.length > 0 ? changes.sets.slice(0, 3) : changes.larger ? [changes.larger] : [];
  if (sets.length > 0) lines.push(`\n  ${WORDS.change[lang]}`);
  for (const set of sets) lines.push(`    ${changeLine(set, lang)}`);
  return [...lines, ""];
}

function groundLine({ fact, state, conflict }: ReturnType<typeof groundsOf>[number], lang: Lang): string {
  const { key, grade, exhibit } = fact;
  const note = state === "refused" ? `  (${WORDS.refused[lang]})` : conflict ? `  (${WORDS.conflict[lang]})` : "";
  return `${grade}  ${factName(key)[lang]}: ${factValueText(fact)[lang]}${exhibit ? `  ${exhibit}` : ""}${note}`;
}

function changeLine({ changes, burden }: ChangeSet, lang: Lang): string {
  const what = changes.map((change) => changeText(change)[lang]).join(lang === "zh" ? "；并且 " : "; and ");
  return `${what} → ${shown(burden, lang)}`;
}

function comparisonLines(three: readonly Assessed[], lang: Lang): string[] {
  if (three.length === 0) return [];
  return [
    styled("bold", WORDS.three[lang]),
    ...three.flatMap(({ rule, questions, changes }) => {
      const { evidence, burden } = questions[0]!;
      const set = changes.sets[0] ?? changes.larger;
      return [
        `  ${rule.short[lang]}`,
        `    ${WORDS.evidence[lang]}: ${shown(evidence.value, lang)}   ${WORDS.burden[lang]}: ${shown(burden.value, lang)}`,
        ...(set ? [`    ${WORDS.change[lang]}: ${changeLine(set, lang)}`] : []),
      ];
    }),
    "",
  ];
}

/** Thousands apart, for the eye. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, " ");
}

function protectionLines(objects: readonly Protection[], lang: Lang): string[] {
  return [
    styled("bold", WORDS.protects[lang]),
    ...objects.map(
      ({ name, images, covers, avoidedBy }) =>
        `  ${name[lang]}: ${covers[lang]}${images && images !== "1" ? ` (${grouped(images)} ${WORDS.images[lang]})` : ""}  ${WORDS.avoided[lang]}: ${avoidedBy[lang]}`,
    ),
    `  ${PROTECTION_SUMMARY[lang]}`,
    "",
  ];
}
