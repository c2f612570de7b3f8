/** The files of a dossier together: PDF with the bundle inside, HTML, and the bundle with both documents. */

import { join } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Lang } from "../base/texts.ts";
import { BAG } from "../dossier/bag.ts";
import { makeBundle } from "../dossier/bundle.ts";
import type { Disclosure } from "../dossier/bundle-ledger.ts";
import { toldAnyway } from "../dossier/withheld.ts";
import { writeZip } from "../dossier/zip.ts";
import { nodeSha256 } from "./bundle-files.ts";
import { bundleDocument, type CaseBundle, caseBundle } from "./case-bundle.ts";
import type { OpenCase } from "./case-folder.ts";
import { type AttachedBundle, dossierHtml, dossierPdf, prepareDossier } from "./dossier-build.ts";
import { writeOutput } from "./output-file.ts";

/** What a dossier is made with. */
export interface DossierFilesOptions {
  readonly home: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly languages: readonly Lang[];
  /** An empty folder. */
  readonly output: string;
  /** Told what is done next. */
  readonly onStage?: (stage: DossierStage) => void;
}

/** Steps of the making. */
export type DossierStage = "bundle" | "document" | "typesetting" | "packing";

/** Everything of a case is disclosed. */
const ALL: Disclosure = { entry: () => true, file: () => true };

/** What the bundle of a dossier is made from, the documents apart. */
export function dossierBundle(
  open: OpenCase,
  { home, tool, disclosure }: Pick<DossierFilesOptions, "home" | "tool"> & { readonly disclosure: Disclosure },
): Promise<CaseBundle> {
  const trust = [join(open.folder, "trust"), join(home, "trust")];
  return caseBundle(open, { tool, disclosure, trust });
}

/**
 * Everything that a dossier rests on, as one file inside it: what a reader checks when only the PDF has come along.
 * @throws SeedproofError `dossier.withheld-told` where it would tell what is not to be disclosed
 */
export function attachedBundle(input: CaseBundle): AttachedBundle {
  const files = makeBundle(input);
  const told = toldAnyway(files, input.withheld)[0];
  if (told) throw new SeedproofError("dossier.withheld-told", told.text.en, { where: told.where ?? {} });
  return { name: "bundle.zip", bytes: writeZip(files) };
}

/**
 * Writes `dossier.pdf`, `dossier.html` and `bundle.zip`.
 * @throws SeedproofError as {@link prepareDossier} and {@link caseBundle}
 */
export async function makeDossierFiles(
  open: OpenCase,
  options: DossierFilesOptions,
): Promise<{ readonly findings: readonly Finding[]; readonly number: string }> {
  const { tool, languages, output, onStage } = options;
  onStage?.("bundle");
  const input = await dossierBundle(open, { ...options, disclosure: ALL });
  const bundle = attachedBundle(input);
  onStage?.("document");
  const wanted = { languages, tool: `${tool.name} ${tool.version}`, bundle };
  const prepared = await prepareDossier(open, wanted);
  const [html, pdf] = ["dossier.html", "dossier.pdf"].map((name) => join(output, name)) as [string, string];
  writeOutput(html, utf8(dossierHtml(prepared, languages)), true);
  onStage?.("typesetting");
  writeOutput(pdf, dossierPdf(prepared, wanted), true);
  onStage?.("packing");
  const files = makeBundle({ ...input, documents: [pdf, html].map(bundleDocument) });
  writeOutput(join(output, "bundle.zip"), writeZip(files), true);
  return { findings: prepared.findings, number: nodeSha256(files.get(BAG.tagManifest)!) };
}
