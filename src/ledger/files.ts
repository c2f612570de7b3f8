/** The files beside a log: that those its entries name are there and unchanged, and which others stand there. */

import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { isObject } from "../base/json.ts";
import type { FileRef, PlacedEntry } from "./entry.ts";
import { blobPath, filesOf } from "./entry.ts";
import { finding } from "./findings.ts";
import type { LogReader } from "./reader.ts";
import { levelWidth, parseTilePath } from "./tiles.ts";

/**
 * Checks every file that an entry names.
 * @param paths - all files of the folder, where they can be listed
 * @param withheld - whether absent blobs are expected, as in a published copy
 */
export async function checkFiles(
  reader: LogReader,
  entries: readonly PlacedEntry[],
  size: number,
  paths: readonly string[],
  withheld = false,
): Promise<Finding[]> {
  const erased = erasures(entries);
  const named = new Map<string, { file: FileRef; index: number }>();
  for (const { entry, index } of entries) {
    for (const file of filesOf(entry)) named.set(placeOf(file), { file, index });
  }
  const findings: Finding[] = [];
  let good = 0;
  let absentBlobs = 0;
  for (const [path, { file, index }] of named) {
    const bytes = await reader.read(path);
    if (bytes && sha256Hex(bytes) === file.sha256) good++;
    else if (!bytes && withheld && path.startsWith("blobs/")) absentBlobs++;
    else findings.push(absent(path, index, bytes !== undefined, erased.get(file.sha256)));
  }
  if (good > 0) findings.unshift(finding("ledger.files-hold", { count: good }));
  if (absentBlobs > 0) findings.push(finding("ledger.files-withheld", { count: absentBlobs }));
  const foreign = paths.filter((path) => !named.has(path) && !belongs(path, size));
  return [...findings, ...foreign.map((file) => finding("ledger.foreign-file", {}, { file }))];
}

/** Where a file that an entry names stands. A path is only followed below `time/`, where our own writer puts tokens. */
export function placeOf({ path, sha256 }: FileRef): string {
  return path && /^time\/\d+\/[\w-][\w.-]*$/.test(path) ? path : blobPath(sha256);
}

function absent(path: string, index: number, altered: boolean, erasedBy: number | undefined): Finding {
  const where = { file: path, entry: index };
  if (altered) return finding("ledger.file-altered", {}, where);
  if (erasedBy !== undefined) return finding("ledger.file-erased", { index: erasedBy }, where);
  return finding("ledger.file-missing", {}, where);
}

/** Hashes that `erasure` entries speak of, with the index of the entry. */
function erasures(entries: readonly PlacedEntry[]): Map<string, number> {
  const erased = new Map<string, number>();
  for (const { entry, index } of entries) {
    const hash = entry.type === "erasure" && isObject(entry.body) ? entry.body.sha256 : undefined;
    if (typeof hash === "string") erased.set(hash, index);
  }
  return erased;
}

/** Whether a path is one of the log's own, for a log of this size. */
function belongs(path: string, size: number): boolean {
  if (path === "log.json" || path === "checkpoint" || /^(?:checkpoints|pending)\/\d+$/.test(path)) return true;
  if (path === "state/lock" || /(?:^|\/)\.[^/]+\.tmp$/.test(path)) return true;
  const tile = parseTilePath(path);
  if (!tile) return false;
  const count = tile.level === "entries" ? size : levelWidth(tile.level, size);
  return tile.index * 256 + tile.width <= count;
}
