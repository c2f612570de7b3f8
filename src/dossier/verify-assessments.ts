/** The facts and assessments of a bundle: made again from the case, what was measured, and the rules in it. */

import { fromUtf8 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { canonicalJson } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { assess } from "../doctrine/assess.ts";
import { type Case, factsOf, readCase, readMeasured } from "../doctrine/case.ts";
import { ruleOf } from "../doctrine/check-rule.ts";
import type { Fact } from "../doctrine/fact.ts";
import type { Rule } from "../doctrine/rule.ts";
import { found } from "./findings.ts";

interface Source {
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<Uint8Array>;
}

const [CASE, MEASURED, FACTS] = ["data/case.json", "data/measured.json", "data/facts.json"] as const;

/**
 * One finding for the facts and one for each assessment, and one for each rule that is not the host's own of the same id. A bundle
 * without a case has none.
 */
export async function verifyAssessments(
  { paths, read }: Source,
  own: (id: string) => Rule | undefined = () => undefined,
): Promise<Finding[]> {
  const there = new Set(paths);
  const text = async (path: string): Promise<string | undefined> =>
    there.has(path) ? (fromUtf8(await read(path)) ?? "") : undefined;
  const rules = paths.flatMap((path) => /^data\/assessments\/(.+)\.json$/.exec(path)?.[1] ?? []);
  const [caseText, measuredText, factsText] = [await text(CASE), await text(MEASURED), await text(FACTS)];
  if (caseText === undefined || factsText === undefined) return [];
  let facts: readonly Fact[];
  let theCase: Case;
  try {
    theCase = readCase(caseText);
    facts = factsOf(theCase, measuredText === undefined ? undefined : readMeasured(measuredText));
  } catch (error) {
    return [found("dossier.case-malformed", { file: CASE, why: (error as Error).message }, { file: CASE })];
  }
  const findings = [
    sameJson(facts, factsText)
      ? found("dossier.facts-hold", {}, { file: FACTS })
      : found("dossier.facts-differ", { file: FACTS }, { file: FACTS }),
  ];
  for (const id of rules) {
    const ruleText = await text(`data/rules/${id}.json`);
    findings.push(...again(id, ruleText, (await text(`data/assessments/${id}.json`)) ?? "", facts, theCase, own(id)));
  }
  return findings;
}

function again(
  id: string,
  ruleText: string | undefined,
  result: string,
  facts: readonly Fact[],
  theCase: Case,
  own: Rule | undefined,
): Finding[] {
  const file = `data/assessments/${id}.json`;
  const values = { rule: id };
  if (ruleText === undefined) return [found("dossier.rule-missing", values, { file })];
  try {
    const rule = ruleOf(ruleText);
    if (rule.id !== id) return [found("dossier.rule-missing", values, { file })];
    const same = sameJson(assess(rule, facts, theCase.parameters?.[rule.id]), result);
    const other = own !== undefined && !sameJson(own, ruleText);
    const dates = { ...values, asOf: rule.asOf, own: own?.asOf ?? "–" };
    return [
      found(same ? "dossier.assessment-holds" : "dossier.assessment-differs", values, { file }),
      ...(other ? [found("dossier.rule-other", dates, { file: `data/rules/${id}.json` })] : []),
    ];
  } catch {
    return [found("dossier.rule-missing", values, { file })];
  }
}

function sameJson(value: unknown, text: string): boolean {
  try {
    return canonicalJson(JSON.parse(JSON.stringify(value))) === canonicalJson(parseJson(text));
  } catch {
    return false;
  }
}
