/** `seedproof/dossier`: a case as files that anyone can check, and checking them. */

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
export { fileSource, memorySource, zipSource } from "./sources.ts";
export { type BundleReport, type BundleSource, type BundleVerifyOptions, verifyBundle } from "./verify.ts";
export { toldAnyway, withheldTexts } from "./withheld.ts";
export { readZip, writeZip } from "./zip.ts";
