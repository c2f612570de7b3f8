/** Files that the user asked for: written whole or not at all, and never over another one unasked. */

import { chmodSync, existsSync } from "node:fs";
import { resolve } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { nodeFileSystem, writeDurable } from "./durable-fs.ts";

/**
 * Writes a file in one step; a file that is there is replaced only where `force` says so.
 * @throws SeedproofError `file.exists`
 */
export function writeOutput(file: string, bytes: Uint8Array, force = false): void {
  if (existsSync(file) && !force) {
    throw new SeedproofError("file.exists", `${file} is there already (--force writes over it)`, { where: { file } });
  }
  writeDurable(nodeFileSystem, [resolve(file), bytes]);
  // The store writes for its owner alone; what the user asked for is written as any program writes.
  chmodSync(file, 0o666 & ~process.umask());
}
