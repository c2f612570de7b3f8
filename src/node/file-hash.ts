/** SHA-256 of files, streamed: model files have gigabytes. */

import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { SeedproofError } from "../base/errors.ts";

const known = new Map<string, Promise<string>>();

/**
 * SHA-256 of a file, lower-case hex; worked out once for each state of the file, told by its size and time of change.
 * @throws SeedproofError `file.not-found`
 */
export async function fileSha256(path: string): Promise<string> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new SeedproofError("file.not-found", `there is no file ${path}`, { where: { file: path } });
  const key = `${path}:${stat.size}:${stat.mtimeMs}`;
  const hash = known.get(key) ?? streamed(path);
  known.set(key, hash);
  return hash;
}

async function streamed(path: string): Promise<string> {
  const sha256 = createHash("sha256");
  await pipeline(createReadStream(path), sha256);
  return sha256.digest("hex");
}
