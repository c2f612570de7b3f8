/** What the thread that works on cases can be asked. */

import type { Lang } from "../../base/texts.ts";
import { factsOf } from "../../doctrine/case.ts";
import { type Assessed, assessAll, threeRules } from "../../doctrine/comparison.ts";
import { type Protection, protections } from "../../doctrine/protection.ts";
import { fileSource } from "../../dossier/sources.ts";
import { type BundleReport, verifyBundle } from "../../dossier/verify.ts";
import { nodeSha256 } from "../../node/bundle-files.ts";
import { openCase, writeMeasured } from "../../node/case-folder.ts";
import { measureCase } from "../../node/case-measure.ts";
import { exhibitCredentials } from "../../node/credentials.ts";
import { dossierHtml, prepareDossier } from "../../node/dossier-build.ts";
import { nodeHasher, nodeVerify } from "../../node/ledger-folder.ts";
import { readTrust } from "../../node/ledger-home.ts";
import { bundledRule, bundledRuleIds, openRule } from "../../node/rule-files.ts";

/** A case under its rules, as the page shows it. */
export interface CaseAssessment {
  readonly rules: readonly Assessed[];
  /** Ids of those that make the comparison "same image, same facts, three rules". */
  readonly three: readonly string[];
  readonly protection: readonly Protection[];
}

/** The answers by name. Rules are ids of those that come with Seedproof. */
export const caseAnswers = {
  /** Measures every exhibit. A case that got another exhibit meanwhile is measured again by whoever took that in. */
  async measure({ folder, tool }: { readonly folder: string; readonly tool: string }): Promise<number> {
    const found = await measureCase(openCase(folder), new Date().toISOString(), tool);
    writeMeasured(folder, found);
    return found.facts.length;
  },

  assess({ folder, rules: asked }: { readonly folder: string; readonly rules?: readonly string[] }): CaseAssessment {
    const { theCase, measured } = openCase(folder);
    const facts = factsOf(theCase, measured);
    const rules = (asked ?? theCase.rules ?? bundledRuleIds()).map((id) => openRule(id).rule);
    const all = assessAll(rules, facts, theCase.parameters);
    return { rules: all, three: threeRules(all).map(({ rule }) => rule.id), protection: protections(facts, rules) };
  },

  async preview(of: { readonly folder: string; readonly tool: string; readonly lang: Lang }): Promise<string> {
    const { folder, tool, lang } = of;
    return dossierHtml(await prepareDossier(openCase(folder), { tool, languages: [lang] }), [lang]);
  },

  async verify(of: {
    readonly home: string;
    readonly software: string;
    readonly bytes: Uint8Array;
    readonly number?: string;
  }): Promise<BundleReport> {
    const { home, software, bytes, number } = of;
    return verifyBundle(fileSource(bytes), {
      ...{ trust: readTrust(home, {}).time, hasher: nodeHasher, ed25519: nodeVerify, hash: nodeSha256 },
      ...{ software, rule: bundledRule, credentials: exhibitCredentials },
      ...(number !== undefined && { number }),
    });
  },
};
