/** `seedproof/dossier`: a case as a document for people and as files that anyone can check, and checking them. */

export { makeBundle } from "./bundle.ts";
export type {
  BundleAssessment,
  BundleDocument,
  BundleExhibit,
  BundleFile,
  BundleFiles,
  BundleInput,
  BundleLedger,
  LedgerExtract,
} from "./bundle-input.ts";
export { type Disclosure, ledgerExtract } from "./bundle-ledger.ts";
export { buildDossier } from "./document/build.ts";
export type { DossierInput, PreparedPicture } from "./document/input.ts";
export type { Block, Dossier, Inline, Section } from "./document/model.ts";
export { type HtmlOptions, renderHtml } from "./render/html.ts";
export { type TypstOptions, typstData } from "./render/typst-data.ts";
export { fileSource, memorySource, zipSource } from "./sources.ts";
export { type BundleReport, type BundleSource, type BundleVerifyOptions, verifyBundle } from "./verify.ts";
export { toldAnyway, withheldTexts } from "./withheld.ts";
export { readZip, writeZip } from "./zip.ts";
