/** Bundles in memory, as they are or as an archive. */

import { SeedproofError } from "../base/errors.ts";
import { found } from "./findings.ts";
import { attachedArchive, isPdf } from "./pdf-attachment.ts";
import type { BundleSource } from "./verify.ts";
import { readZip } from "./zip.ts";

/** A bundle in memory. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>): BundleSource {
  return { paths: [...files.keys()], read: async (path) => files.get(path)! };
}

/**
 * A bundle in a file: a zip, or the PDF of a dossier to which one is attached.
 * @throws SeedproofError `dossier.pdf-without-bundle`, and as {@link readZip}
 */
export function fileSource(bytes: Uint8Array): BundleSource {
  if (!isPdf(bytes)) return zipSource(bytes);
  const archive = attachedArchive(bytes);
  if (!archive) throw new SeedproofError("dossier.pdf-without-bundle", "no bundle is attached to this PDF");
  const { findings = [], ...source } = zipSource(archive);
  return { ...source, findings: [...findings, found("dossier.from-pdf")] };
}

/** A bundle in an archive in memory. @throws SeedproofError as {@link readZip} */
export function zipSource(archive: Uint8Array): BundleSource {
  const { files, canonical } = readZip(archive);
  return { ...memorySource(files), findings: canonical ? [] : [found("dossier.zip-repacked")] };
}
