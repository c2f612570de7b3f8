/** Pages of one file that the build makes: they work from disk, offline. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SeedproofError } from "../base/errors.ts";

/** The error where a page is not built. */
const MISSING = {
  "compare.html": "compare.page-not-built",
  "read.html": "read.page-missing",
  "verify.html": "dossier.verifier-missing",
} as const;

/**
 * The bytes of such a page.
 * @throws SeedproofError `compare.page-not-built`, `read.page-missing`, `dossier.verifier-missing`
 */
export function builtPage(name: keyof typeof MISSING): Uint8Array {
  const path = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
  if (!existsSync(path)) throw new SeedproofError(MISSING[name], `${name} is not built; npm run build makes it`);
  return new Uint8Array(readFileSync(path));
}
