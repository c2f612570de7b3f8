/** `seedproof rule`: the rules that come with Seedproof, and checking one's own. */

import type { Command } from "commander";
import type { Lang } from "../base/texts.ts";
import { leavesOf } from "../doctrine/check-rule.ts";
import type { Rule } from "../doctrine/rule.ts";
import { bundledRules, checkRuleFile, openRule } from "../node/rule-files.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";

/** Registers `rule` and its subcommands. */
export function registerRule(program: Command): void {
  const rule = program.command("rule").description("legal tests as data: list them, show one, check a file");
  rule
    .command("list")
    .description("the rules that come with Seedproof")
    .action((_: object, command: Command) => list(command.optsWithGlobals()));
  rule
    .command("show")
    .description("one rule: elements, facts asked for, sources")
    .argument("<rule>", "id, or path of a rule file")
    .action((name: string, _: object, command: Command) => show(name, command.optsWithGlobals()));
  rule
    .command("check")
    .description("whether a rule file is well formed; every fault with its JSON pointer")
    .argument("<file>")
    .action((file: string, _: object, command: Command) => {
      process.exitCode = check(file, command.optsWithGlobals());
    });
}

function list(options: GlobalOptions): void {
  const lang = langFor(options);
  const rules = bundledRules().map(({ rule, sha256 }) => {
    const { id, title, short, kind, jurisdiction, binding, asOf, status } = rule;
    return { id, title, short, kind, jurisdiction, binding, asOf, status, sha256 };
  });
  if (options.json) printJson({ rules: localised(rules, lang) });
  else
    for (const { id, title, status, asOf } of rules)
      print(`${id.padEnd(28)} ${asOf}  ${status.padEnd(15)} ${title[lang]}`);
}

function show(name: string, options: GlobalOptions): void {
  const lang = langFor(options);
  const { rule, sha256 } = openRule(name);
  if (options.json) printJson({ sha256, rule: localised(rule, lang) });
  else for (const line of ruleLines(rule, lang)) print(line);
}

function ruleLines(rule: Rule, lang: Lang): string[] {
  const { id, title, level, kind, binding, asOf, status, question, elements, citations, otherwise } = rule;
  return [
    `${id}  ${title[lang]}`,
    `${level[lang]} · ${kind} · ${binding} · ${status} · ${asOf}\n`,
    question[lang],
    ...elements.map((element) => `  · ${element.text[lang]}  [${element.burden}]`),
    ...rule.routes.map(({ then }) => `→ ${then[lang]}`),
    `→ ${otherwise[lang]}\n`,
    [...new Set(leavesOf(rule).map(({ test }) => test.fact))].join("  "),
    ...Object.values(citations).map(({ source, url, checked }) => `§ ${source[lang]}  ${url ?? ""}  [${checked}]`),
  ];
}

function check(file: string, options: GlobalOptions): number {
  const { rule, findings } = checkRuleFile(file);
  const lang = langFor(options);
  if (options.json) printJson({ ok: rule !== undefined, id: rule?.id, findings: localised(findings, lang) });
  else
    for (const finding of findings)
      print(`${findingLine(finding, lang)}  ${finding.where?.pointer || "/"}  (${finding.code})`);
  return rule ? EXIT.ok : EXIT.fails;
}
