/** Bundles in memory, as they are or as an archive. */

import { found } from "./findings.ts";
import type { BundleSource } from "./verify.ts";
import { readZip } from "./zip.ts";

/** A bundle in memory. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>): BundleSource {
  return { paths: [...files.keys()], read: async (path) => files.get(path)! };
}

/** A bundle in an archive in memory. @throws SeedproofError as {@link readZip} */
export function zipSource(archive: Uint8Array): BundleSource {
  const { files, canonical } = readZip(archive);
  return { ...memorySource(files), findings: canonical ? [] : [found("dossier.zip-repacked")] };
}
