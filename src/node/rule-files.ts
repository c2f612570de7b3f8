/** Rule files on this machine: those that come with Seedproof, and those that the user names. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { readRule, ruleOf } from "../doctrine/check-rule.ts";
import { THREE_RULES } from "../doctrine/comparison.ts";
import { RULE_LIMITS, type Rule } from "../doctrine/rule.ts";

/** The same folder from the sources and from the built package. */
const FOLDER = fileURLToPath(new URL("../../src/doctrine/rules/", import.meta.url));

/** A rule with the file that it was read from. */
export interface RuleFile {
  readonly rule: Rule;
  readonly path: string;
  readonly sha256: string;
}

/** Ids of the rules that come with Seedproof: the three that are compared first, then in alphabetical order. */
export function bundledRuleIds(): readonly string[] {
  bundledIds ??= [...new Set([...THREE_RULES, ...idsIn(FOLDER)])];
  return bundledIds;
}

let bundledIds: readonly string[] | undefined;

function idsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => basename(name, ".json"))
    .sort();
}

/**
 * A rule by its id, or by the path of its file.
 * @throws SeedproofError `doctrine.rule-not-found`, `doctrine.rule-malformed`, `doctrine.rule-too-long`
 */
export function openRule(name: string): RuleFile {
  if (!bundledRuleIds().includes(name)) return readRuleFile(name, name);
  const rule = bundled.get(name) ?? readRuleFile(join(FOLDER, `${name}.json`), `rules/${name}.json`);
  bundled.set(name, rule);
  return rule;
}

/** Rules that come with Seedproof change with the version alone, and are read once in a process. */
const bundled = new Map<string, RuleFile>();

function readRuleFile(file: string, path: string): RuleFile {
  const text = ruleText(file);
  return { rule: ruleOf(text), path, sha256: sha256Hex(text) };
}

/** A rule that comes with Seedproof; none where no such id does. */
export function bundledRule(id: string): Rule | undefined {
  return bundledRuleIds().includes(id) ? openRule(id).rule : undefined;
}

/** All rules that come with Seedproof. */
export function bundledRules(): RuleFile[] {
  return bundledRuleIds().map(openRule);
}

/** The text of a rule file. @throws SeedproofError `doctrine.rule-not-found`, `doctrine.rule-too-long` */
export function ruleText(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) {
    throw new SeedproofError("doctrine.rule-not-found", `${path} is no rule that comes with Seedproof and no file`, {
      where: { file: path },
    });
  }
  if (stat.size > RULE_LIMITS.bytes) {
    throw new SeedproofError("doctrine.rule-too-long", `a rule file has at most ${RULE_LIMITS.bytes} bytes`, {
      where: { file: path },
    });
  }
  return readFileSync(path, "utf8");
}

/** Checks a rule file without evaluating it. @throws SeedproofError as {@link ruleText}, `base.json-malformed` */
export function checkRuleFile(path: string): ReturnType<typeof readRule> {
  return readRule(ruleText(path));
}
