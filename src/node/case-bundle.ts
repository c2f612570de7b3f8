/** The bundle of a case on disk: its exhibits, the disclosed part of its ledgers, facts, rules and assessments, as they are now. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { arch, release, type } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { assess } from "../doctrine/assess.ts";
import { bilingual, type Exhibit, factsOf, type Measured } from "../doctrine/case.ts";
import type { BundleDocument, BundleFile, BundleInput, BundleLedger } from "../dossier/bundle-input.ts";
import { type Disclosure, ledgerExtract } from "../dossier/bundle-ledger.ts";
import { type WithheldText, withheldTexts } from "../dossier/withheld.ts";
import { builtPage } from "./built-page.ts";
import { exhibitPath, type OpenCase } from "./case-folder.ts";
import { folderReader } from "./ledger-folder.ts";
import { bundledRuleIds, openRule, ruleText } from "./rule-files.ts";

/** What is in a bundle beside what the case has. */
export interface CaseBundleOptions {
  readonly tool: { readonly name: string; readonly version: string };
  /** Paths of documents, the dossier among them. */
  readonly documents?: readonly string[];
  /** Which entries of a ledger are disclosed, and whether contents go along. */
  readonly disclosure: Disclosure;
  /** Folders and files of certificates that the maker believes. */
  readonly trust?: readonly string[];
  /** Ids or files of rules; those of the case, else all, where absent. */
  readonly rules?: readonly string[];
}

/** What a case's bundle is made from, and what must not stand in it. */
export interface CaseBundle extends BundleInput {
  readonly withheld: readonly WithheldText[];
}

/**
 * Everything that a case's bundle is made from.
 * @throws SeedproofError `doctrine.exhibit-*`, `dossier.ledger-incomplete`, `file.not-found`
 */
export async function caseBundle(open: OpenCase, options: CaseBundleOptions): Promise<CaseBundle> {
  const { theCase, folder } = open;
  const rules = (options.rules ?? theCase.rules ?? bundledRuleIds()).map(ruleWithText);
  const isLedger = (exhibit: Exhibit): boolean => statSync(exhibitPath(open, exhibit)).isDirectory();
  const ledgers: BundleLedger[] = [];
  const withheld: WithheldText[] = [];
  for (const exhibit of theCase.exhibits.filter(isLedger)) {
    const reader = folderReader(exhibitPath(open, exhibit));
    const extract = await ledgerExtract(reader, options.disclosure);
    ledgers.push({ id: exhibit.id, ...extract });
    withheld.push(...(await withheldTexts(reader, extract)));
  }
  // What was measured on a record repeats its contents: where some are withheld, the report stays behind and its facts go.
  const measured = withheld.length > 0 ? withoutReports(open.measured, ledgers) : open.measured;
  const facts = factsOf(theCase, measured);
  const input: BundleInput = {
    title: bilingual(theCase.title),
    reference: theCase.ref,
    made: theCase.date,
    tool: options.tool,
    caseFile: new Uint8Array(readFileSync(join(folder, "case.json"))),
    facts,
    ...(measured && { measured }),
    rules: rules.map(({ rule, text }) => ({ name: `${rule.id}.json`, bytes: utf8(text) })),
    assessments: rules.map(({ rule }) => ({
      rule: rule.id,
      result: assess(rule, facts, theCase.parameters?.[rule.id]),
    })),
    exhibits: theCase.exhibits
      .filter((exhibit) => !isLedger(exhibit))
      .map((exhibit) => ({
        ...{ id: exhibit.id, role: exhibit.role, name: exhibit.name },
        bytes: new Uint8Array(readFileSync(exhibitPath(open, exhibit))),
      })),
    documents: (options.documents ?? []).map(bundleDocument),
    ...(ledgers.length > 0 && { ledgers }),
    environment: { system: type(), release: release(), arch: arch(), node: process.version, network: "not used" },
    trust: (options.trust ?? []).flatMap(certificates),
    verifier: builtPage("verify.html"),
  };
  return { ...input, withheld };
}

function withoutReports(measured: Measured | undefined, ledgers: readonly BundleLedger[]): Measured | undefined {
  if (!measured) return undefined;
  const left = Object.entries(measured.exhibits).filter(([id]) => !ledgers.some((ledger) => ledger.id === id));
  return { ...measured, exhibits: Object.fromEntries(left) };
}

function ruleWithText(name: string) {
  const bundled = bundledRuleIds().includes(name);
  const path = bundled ? fileURLToPath(new URL(`../../src/doctrine/rules/${name}.json`, import.meta.url)) : name;
  return { rule: openRule(name).rule, text: ruleText(path) };
}

/** A document of a bundle, from its file. @throws SeedproofError `file.not-found` */
export function bundleDocument(path: string): BundleDocument {
  const lang = /[._-](en|zh)\.\w+$/.exec(path)?.[1] as "en" | "zh" | undefined;
  return { ...file(path), ...(lang && { lang }) };
}

function file(path: string): BundleFile {
  if (!existsSync(path))
    throw new SeedproofError("file.not-found", `there is no file ${path}`, { where: { file: path } });
  return { name: basename(path), bytes: new Uint8Array(readFileSync(path)) };
}

function certificates(path: string): BundleFile[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [file(path)];
  return readdirSync(path)
    .filter((name) => name.endsWith(".pem"))
    .map((name) => file(join(path, name)));
}
