/** What the subcommands of `seedproof case` do. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeedproofError } from "../base/errors.ts";
import type { Text } from "../base/texts.ts";
import { bilingual, type Case, type Exhibit, factsOf, type Said, unfit } from "../doctrine/case.ts";
import { leavesOf } from "../doctrine/check-rule.ts";
import { type ExperimentOutcome, examinedFacts } from "../doctrine/examination.ts";
import { factName, factValueText } from "../doctrine/explain.ts";
import type { FactValue } from "../doctrine/fact.ts";
import { factDefinition, SOURCE_TEXTS, VOCABULARY } from "../doctrine/vocabulary.ts";
import { examine, runExperiment } from "../node/case-experiments.ts";
import {
  addExhibit,
  checkExhibits,
  createCase,
  type OpenCase,
  openCase,
  writeCase,
  writeMeasured,
} from "../node/case-folder.ts";
import { measureCase } from "../node/case-measure.ts";
import { bundledRuleIds, openRule } from "../node/rule-files.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";
import { TOOL } from "./version.ts";

interface InitOptions extends GlobalOptions {
  readonly ref: string;
  readonly title: readonly string[];
  readonly date?: string;
  readonly party?: readonly string[];
  readonly question?: readonly string[];
  readonly useRule?: readonly string[];
}

/** `case init`. */
export function init(folder: string, options: InitOptions): void {
  const { ref, title, date, party = [], question = [], useRule } = options;
  const rules = useRule?.map((id) => openRule(id).rule.id);
  const theCase: Case = {
    ...{ schema: "seedproof-case/1", ref, title: saidOf(title.join("|")), date: date ?? now() },
    parties: party.map(partyOf),
    questions: question.map(questionOf),
    ...{ exhibits: [], custody: [], declarations: [], facts: [] },
    ...(rules && { rules }),
  };
  createCase(folder, theCase);
  if (options.json) printJson({ case: folder, ref });
  else print(`${ref}  ${join(folder, "case.json")}`);
}

function now(): string {
  return new Date().toISOString();
}

/** `EN=…|ZH=…`, or one text for both languages. */
function saidOf(text: string): Said {
  const [, en, zh] = /^EN=(.+?)\|ZH=(.+)$/s.exec(text) ?? [];
  return en && zh ? { en, zh } : text;
}

/** A question, with `|FACTS=…` and `|RULES=…` after it where certain facts or rules are to answer it. */
function questionOf(text: string, index: number): Case["questions"][number] {
  const [said, ...answers] = text.split(/\|(?=(?:FACTS|RULES)=)/);
  const list = (name: string): string[] | undefined =>
    answers
      .find((part) => part.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split(",")
      .map((item) => item.trim());
  const [facts, rules] = [list("FACTS"), list("RULES")];
  return { id: `Q${index + 1}`, text: saidOf(said!), ...(facts && { facts }), ...(rules && { rules }) };
}

function partyOf(text: string, index: number): Case["parties"][number] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new SeedproofError("cli.usage", `"${text}" is no party such as claimant=Name`);
  return { id: `party-${index + 1}`, role: text.slice(0, at), name: text.slice(at + 1) };
}

interface AddOptions extends GlobalOptions {
  readonly as: Exhibit["role"];
  readonly from: string;
  readonly at?: string;
  readonly id?: string;
  readonly note?: string;
}

/** `case add`. */
export async function add(folder: string, path: string, options: AddOptions): Promise<void> {
  const exhibit = await addExhibit(openCase(folder), path, {
    ...{ role: options.as, receivedFrom: saidOf(options.from), receivedAt: options.at ?? now() },
    ...(options.id !== undefined && { id: options.id }),
    ...(options.note !== undefined && { note: saidOf(options.note) }),
  });
  await remeasure(folder);
  if (options.json) printJson({ exhibit });
  else print(`${exhibit.id}  ${exhibit.role}  ${exhibit.name}  ${exhibit.sha256}`);
}

/** Measures a case anew, as of now, and writes what was found. */
export async function remeasure(folder: string): Promise<OpenCase> {
  const open = openCase(folder);
  writeMeasured(folder, await measureCase(open, now(), TOOL));
  return openCase(folder);
}

interface SayOptions extends GlobalOptions {
  readonly by: string;
  readonly exhibit?: string;
  readonly at?: string;
}

/** `case say`: what is said stays a claim; only a third party's record among the exhibits makes it more. */
export function say(folder: string, key: string, text: string, options: SayOptions): void {
  const { theCase } = openCase(folder);
  const value = readValue(key, text);
  const problem = unfit({ key, value });
  if (problem) throw new SeedproofError("doctrine.fact-unfit", problem);
  const { by, exhibit, at } = options;
  const from = theCase.exhibits.find(({ id }) => id === exhibit);
  const grade = from?.role === "third-party" ? "T" : "C";
  const fact: Case["facts"][number] = {
    key,
    value,
    grade,
    by,
    time: at ?? now(),
    ...(exhibit !== undefined && { exhibit }),
  };
  const others = theCase.facts.filter((one) => one.key !== key || one.by !== by || one.exhibit !== exhibit);
  writeCase(folder, { ...theCase, facts: [...others, fact] });
  if (options.json) printJson({ fact });
  else print(`${grade}  ${factName(key)[langFor(options)]}: ${factValueText({ key, value })[langFor(options)]}`);
}

function readValue(key: string, text: string): Exclude<FactValue, readonly string[]> | string[] {
  switch (factDefinition(key)?.type) {
    case "yesno":
      return /^(yes|true|是)$/i.test(text) ? true : /^(no|false|否)$/i.test(text) ? false : text;
    case "count":
    case "number":
    case "share":
      return text.trim() === "" ? text : Number(text);
    case "list":
      return text.split(",").flatMap((word) => word.trim() || []);
    default:
      return text;
  }
}

/** `case declare`. */
export function declare(folder: string, text: string, options: SayOptions): void {
  const { theCase } = openCase(folder);
  const declaration = { by: options.by, at: options.at ?? now(), text: saidOf(text) };
  writeCase(folder, { ...theCase, declarations: [...theCase.declarations, declaration] });
  if (options.json) printJson({ declaration });
  else print(`${declaration.at}  ${declaration.by}`);
}

/** The same program, with the loader that this one runs under. */
function ownCommand(): readonly [string, ...string[]] {
  const main = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./main.ts" : "./main.js", import.meta.url));
  return [process.execPath, ...process.execArgv, main];
}

/** `case run`: what it prints becomes an exhibit that was made here. Gives the experiment's exit status. */
export async function runOne(folder: string, args: readonly string[], options: GlobalOptions): Promise<number> {
  const { exhibit, status } = await runExperiment(openCase(folder), {
    ...{ command: ownCommand(), args, now: now(), tool: TOOL },
  });
  if (!exhibit) return status;
  await remeasure(folder);
  if (options.json) printJson({ exhibit, status });
  else print(`${exhibit.id}  ${args.join(" ")}`);
  return status;
}

const OUTCOMES: Readonly<Record<"done" | "failed" | NonNullable<ExperimentOutcome["skipped"]>, Text>> = {
  done: { en: "done", zh: "已完成" },
  failed: { en: "gave no certificate", zh: "未得出证书" },
  made: { en: "was done before", zh: "此前已完成" },
  "not-reproducible": {
    en: "left out: the image cannot be drawn here",
    zh: "未进行：该图像在此无法生成",
  },
};

/** `case examine`: exit status 2 where the image could not be drawn, 1 where an experiment does not hold. */
export async function examineCase(folder: string, more: readonly string[], options: GlobalOptions): Promise<number> {
  const { home } = options;
  const run = { command: ownCommand(), now: now(), tool: TOOL, more, ...(home !== undefined && { home }) };
  const outcomes = await examine(folder, run);
  const { theCase, measured } = await remeasure(folder);
  const answers = examinedFacts(outcomes, factsOf(theCase, measured));
  const lang = langFor(options);
  if (options.json) printJson(localised({ experiments: outcomes, facts: answers }, lang));
  else {
    for (const { name, skipped, exhibit } of outcomes)
      print(
        `${(exhibit ?? "–").padEnd(4)} ${name.padEnd(20)} ${OUTCOMES[skipped ?? (exhibit ? "done" : "failed")][lang]}`,
      );
    print();
    for (const one of answers) {
      const said = "fact" in one ? factValueText(one.fact)[lang] : one.why[lang];
      print(`${"fact" in one ? one.fact.grade : "U"}  ${factName(one.key)[lang]}: ${said}`);
    }
  }
  return Math.max(...outcomes.map(({ status }) => status));
}

/** `case measure`. */
export async function measure(folder: string, options: GlobalOptions): Promise<void> {
  const { measured } = await remeasure(folder);
  if (options.json) printJson(localised(measured, langFor(options)));
  else print(`${measured?.facts.length ?? 0} facts, ${measured?.at}`);
}

/** `case show`: exit status 1 where an exhibit is not what was received. */
export async function show(folder: string, options: GlobalOptions): Promise<number> {
  const open = openCase(folder);
  const lang = langFor(options);
  const findings = await checkExhibits(open);
  const facts = factsOf(open.theCase, open.measured);
  const asked = toAsk(open, new Set(facts.map(({ key }) => key)));
  const status = findings.some(({ level }) => level === "fails") ? EXIT.fails : EXIT.ok;
  if (options.json) {
    printJson(localised({ case: open.theCase, measuredAt: open.measured?.at, facts, unknown: asked, findings }, lang));
    return status;
  }
  const { ref, title, parties, questions, exhibits } = open.theCase;
  print(`${ref}  ${bilingual(title)[lang]}`);
  for (const { role, name } of parties) print(`  ${role}: ${name}`);
  for (const { id, text } of questions) print(`  ${id}  ${bilingual(text)[lang]}`);
  print();
  for (const { id, role, name, sha256 } of exhibits)
    print(`${id.padEnd(4)} ${role.padEnd(12)} ${sha256.slice(0, 16)}…  ${name}`);
  print();
  for (const fact of facts) {
    print(`${fact.grade}  ${factName(fact.key)[lang]}: ${factValueText(fact)[lang]}  ${fact.exhibit ?? fact.by ?? ""}`);
  }
  for (const { key, name, source } of asked) print(`U  ${name[lang]}  ← ${source[lang]}  (${key})`);
  for (const finding of findings.filter(({ level }) => level === "fails")) note(findingLine(finding, lang));
  return status;
}

/** Facts that the case's rules ask for and nothing answers: who could. */
function toAsk(
  { theCase }: OpenCase,
  known: ReadonlySet<string>,
): { key: string; name: Text; source: Text; grade: "U" }[] {
  const rules = (theCase.rules ?? bundledRuleIds()).map(openRule);
  const keys = new Set(rules.flatMap(({ rule }) => leavesOf(rule).map(({ test }) => test.fact)));
  return VOCABULARY.filter(({ key }) => keys.has(key) && !known.has(key)).map(({ key, name, source }) => ({
    ...{ key, name, grade: "U" as const },
    source: SOURCE_TEXTS[source],
  }));
}

/** `case facts`. */
export function vocabulary(options: GlobalOptions): void {
  const lang = langFor(options);
  if (options.json) printJson({ facts: localised(VOCABULARY, lang) });
  if (options.json) return;
  for (const { key, type, source, name, values } of VOCABULARY) {
    print(
      `${key.padEnd(40)} ${type.padEnd(8)} ${SOURCE_TEXTS[source][lang]}: ${name[lang]}${values ? `  [${values.join(" ")}]` : ""}`,
    );
  }
}
