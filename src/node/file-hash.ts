/** SHA-256 of files, streamed: model files have gigabytes. */

import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { SeedproofError } from "../base/errors.ts";

/**
 * What follows from a file's bytes, worked out once in a process for each state of the file, told by its size and time of change.
 * @throws SeedproofError `file.not-found`, and what `make` throws
 */
export function oncePerState<T>(make: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new SeedproofError("file.not-found", `there is no file ${path}`, { where: { file: path } });
    const key = `${path}:${stat.size}:${stat.mtimeMs}`;
    const value = known.get(key) ?? make(path);
    known.set(key, value);
    return value;
  };
}

const hashOf = oncePerState(streamed);

/** SHA-256 of a file, lower-case hex. @throws SeedproofError `file.not-found` */
export async function fileSha256(path: string): Promise<string> {
  return hashOf(path);
}

async function streamed(path: string): Promise<string> {
  const sha256 = createHash("sha256");
  await pipeline(createReadStream(path), sha256);
  return sha256.digest("hex");
}
