/**
 * An empty database that the build makes. Setting one up takes PGlite some ten seconds of a processor and twice the memory;
 * unpacking this takes two. Without it, or with another version's, a database is set up as usual.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Where the build puts it. */
export const TEMPLATE = new URL("../../../dist/index-template.tar.gz", import.meta.url);

/** The version that it is for. */
export function templateStamp(): string {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", `file://${entry}`), "utf8")) as {
    version: string;
  };
  return version;
}

/** The empty database, where the build made one for this version. */
export function emptyDatabase(): Blob | undefined {
  const stamp = new URL(`${TEMPLATE.href}.version`);
  if (!existsSync(TEMPLATE) || !existsSync(stamp) || readFileSync(stamp, "utf8") !== templateStamp()) return undefined;
  return new Blob([new Uint8Array(readFileSync(TEMPLATE))], { type: "application/x-gzip" });
}
