/** Making the dossier of a case: everything measured again, assessed, laid out, and rendered. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { canonicalJson, isObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import type { Lang } from "../base/texts.ts";
import { SHIPPED_CALIBRATION } from "../compare/pair/shipped-calibration.ts";
import { factsOf, type Measured } from "../doctrine/case.ts";
import { assessAll } from "../doctrine/comparison.ts";
import { protections } from "../doctrine/protection.ts";
import { disclosedReport, type LedgerReport, type Report } from "../doctrine/reports.ts";
import type { LedgerExtract } from "../dossier/bundle-input.ts";
import { type Disclosure, ledgerExtract } from "../dossier/bundle-ledger.ts";
import { buildDossier } from "../dossier/document/build.ts";
import {
  type Calibration,
  copyCalibration,
  readingCalibration,
  reproductionCalibration,
} from "../dossier/document/calibrations.ts";
import type { DossierInput, PreparedPicture } from "../dossier/document/input.ts";
import { type Dossier, textsOf } from "../dossier/document/model.ts";
import { coverageOf, printable } from "../dossier/render/glyphs.ts";
import { renderHtml } from "../dossier/render/html.ts";
import { picturePath, typstData } from "../dossier/render/typst-data.ts";
import { type WithheldText, withheldTexts } from "../dossier/withheld.ts";
import { blobPath, decodeEntry } from "../ledger/entry.ts";
import { exhibitPath, type OpenCase } from "./case-folder.ts";
import { measureCase } from "./case-measure.ts";
import { folderReader } from "./ledger-folder.ts";
import { preparePicture } from "./prepare-picture.ts";
import { bundledRuleIds, openRule } from "./rule-files.ts";
import { dossierFonts, typeset } from "./typst.ts";

/** A file that goes along inside the PDF. */
export interface AttachedBundle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the user asks of a dossier. */
export interface DossierOptions {
  readonly tool: string;
  readonly languages: readonly Lang[];
  /** Fonts beside those that come along, for characters that these lack. */
  readonly fonts?: readonly string[];
  readonly bundle?: AttachedBundle;
  /** What of a record the pages may show; all of it where absent. */
  readonly disclosure?: Disclosure;
}

/** A dossier with what it was made from. */
export interface PreparedDossier {
  readonly input: DossierInput;
  readonly dossier: Dossier;
  /** What a reader of the output should know: facts that are no longer as they were measured. */
  readonly findings: readonly Finding[];
}

/** Pictures of a record's images that are shown. */
const MOST_CANDIDATES = 32;

/**
 * Longer sides in pixels, by what is shown: the page is 852 wide on a screen and 110 mm tall in print, an experiment's sheet holds four
 * pictures, and of a record's images four stand beside each other.
 */
const SIDES = { exhibit: 960, sheet: 1600, candidate: 320 } as const;

/**
 * Measures a case again, as of the time at which it was measured, and builds its dossier. What `measured.json` says is never
 * taken over: a file that differs is reported.
 * @throws SeedproofError `dossier.not-measured`, `doctrine.exhibit-altered` and as `assess`
 */
export async function prepareDossier(open: OpenCase, options: DossierOptions): Promise<PreparedDossier> {
  const { theCase, measured: before } = open;
  if (!before)
    throw new SeedproofError("dossier.not-measured", "the case was not measured; seedproof case measure does it");
  const whole = await measureCase(open, before.at, before.tool, before.environment);
  const { measured, withheld } = await disclosed(open, whole, options.disclosure);
  const facts = factsOf(theCase, measured);
  const rules = (theCase.rules ?? bundledRuleIds()).map(openRule);
  const plain = rules.map(({ rule }) => rule);
  const { bundle } = options;
  const input: DossierInput = {
    ...{ theCase, measured, facts, rules, tool: options.tool },
    assessed: assessAll(plain, facts, theCase.parameters),
    protection: protections(facts, plain),
    calibrations: calibrations(),
    pictures: await preparedPictures(open, measured),
    ...(bundle && { bundle: { name: bundle.name, bytes: bundle.bytes.length, sha256: sha256Hex(bundle.bytes) } }),
  };
  const dossier = buildDossier(input);
  assertUntold(dossier, withheld);
  return { input, dossier, findings: differing(before, whole) };
}

/** The measured case as far as its records are disclosed, and the texts that must not be shown. */
async function disclosed(
  open: OpenCase,
  measured: Measured,
  disclosure: Disclosure | undefined,
): Promise<{ readonly measured: Measured; readonly withheld: readonly WithheldText[] }> {
  if (!disclosure) return { measured, withheld: [] };
  const exhibits: Record<string, Report> = { ...measured.exhibits };
  const withheld: WithheldText[] = [];
  for (const exhibit of open.theCase.exhibits) {
    const report = measured.exhibits[exhibit.id];
    if (report?.kind !== "ledger") continue;
    const reader = folderReader(exhibitPath(open, exhibit));
    const extract = await ledgerExtract(reader, disclosure);
    exhibits[exhibit.id] = disclosedReport(report, (index) => isWhole(extract, index));
    withheld.push(...(await withheldTexts(reader, extract)));
  }
  return { measured: { ...measured, exhibits }, withheld };
}

/** Whether an entry is disclosed with what it commits to: without that it says nothing. */
function isWhole({ files }: LedgerExtract, index: number): boolean {
  const bytes = files.get(`entries/${index}.json`);
  if (!bytes) return false;
  const { commit } = decodeEntry(bytes);
  return commit === undefined || files.has(blobPath(commit.hash));
}

/** @throws SeedproofError `dossier.withheld-told` where a page would tell what is not to be disclosed */
function assertUntold({ sections }: Dossier, withheld: readonly WithheldText[]): void {
  if (withheld.length === 0) return;
  const shown = [...textsOf(sections, "en"), ...textsOf(sections, "zh")].join("\n");
  const told = withheld.find(({ text }) => shown.includes(text));
  if (!told) return;
  throw new SeedproofError(
    "dossier.withheld-told",
    `the dossier would tell what entry ${told.index} says, which is not to be disclosed`,
    { where: { entry: told.index } },
  );
}

function differing(before: Measured, now: Measured): Finding[] {
  const facts = ({ facts: all }: Measured): string => canonicalJson(JSON.parse(JSON.stringify(all)));
  if (facts(before) === facts(now)) return [];
  return [
    {
      code: "dossier.measured-differs",
      level: "fails",
      text: {
        en: "measured.json does not say what measuring the exhibits gives; the dossier holds what was measured now.",
        zh: "measured.json 与对检材的测量结果不符；本报告采用现时测量结果。",
      },
      where: { file: "measured.json" },
    },
  ];
}

/** Pictures of the exhibits, and of the images that a record made, in their order. */
async function preparedPictures(open: OpenCase, measured: Measured): Promise<Map<string, PreparedPicture>> {
  const pictures = new Map<string, PreparedPicture>();
  for (const exhibit of open.theCase.exhibits) {
    const report = measured.exhibits[exhibit.id];
    // What experiments drew beside their certificates.
    if (exhibit.made === true && exhibit.role === "document") {
      await addPicture(pictures, exhibit.id, exhibitPath(open, exhibit), SIDES.sheet);
    }
    if (report?.kind === "image") await addPicture(pictures, exhibit.id, exhibitPath(open, exhibit), SIDES.exhibit);
    if (report?.kind !== "ledger") continue;
    const log = exhibitPath(open, exhibit);
    for (const hash of candidatesOf(report)) {
      const path = join(log, blobPath(hash));
      if (existsSync(path)) await addPicture(pictures, `${exhibit.id}:${hash}`, path, SIDES.candidate);
    }
  }
  return pictures;
}

function candidatesOf({ events }: LedgerReport): string[] {
  const made = events.filter(({ type }) => type === "generation.completed").flatMap(({ files }) => files);
  return [...new Set(made)].slice(0, MOST_CANDIDATES);
}

/** A picture that cannot be decoded is left out; what is wrong with it stands in its exhibit's findings. */
async function addPicture(
  pictures: Map<string, PreparedPicture>,
  key: string,
  path: string,
  most: number,
): Promise<void> {
  const picture = await preparePicture(key, path, most);
  if (picture) pictures.set(key, picture);
}

/** What the calibrations that come along say of the methods' errors. */
function calibrations(): Calibration[] {
  const file = fileURLToPath(new URL("../../samples/expected.json", import.meta.url));
  const expected = existsSync(file) ? parseJson(readFileSync(file, "utf8")) : undefined;
  const files = isObject(expected) && Array.isArray(expected.files) ? expected.files.length : 0;
  return [
    ...(files > 0 ? [readingCalibration(files)] : []),
    reproductionCalibration(),
    copyCalibration(SHIPPED_CALIBRATION),
  ];
}

/** The dossier as a PDF/A-3b. */
export function dossierPdf(
  { dossier, input }: PreparedDossier,
  { languages, fonts: more, bundle }: DossierOptions,
): Uint8Array {
  const fonts = dossierFonts(more);
  const coverages = fonts.map(coverageOf);
  const { pictures } = input;
  const data = typstData(dossier, {
    ...{ languages, pictures, printable: (text) => printable(text, coverages) },
    ...(bundle && { attachment: { name: bundle.name, description: `${bundle.name} (BagIt)` } }),
  });
  const files = new Map([...pictures.values()].map((picture) => [picturePath(picture), picture.bytes] as const));
  if (bundle) files.set(`/attached/${bundle.name}`, bundle.bytes);
  return typeset({ data, files, fonts });
}

/** The dossier as one HTML file that loads nothing. */
export function dossierHtml({ dossier, input }: PreparedDossier, languages: readonly Lang[]): string {
  return renderHtml(dossier, { languages, pictures: input.pictures });
}
