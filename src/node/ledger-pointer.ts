/** Pointers into the workspace's ledger, for what is signed or labelled. */

import { existsSync } from "node:fs";
import { SeedproofError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { decodeEntry, filesOf } from "../ledger/entry.ts";
import { keyFor, parseLogInfo } from "../ledger/log.ts";
import { formatVkey } from "../ledger/note.ts";
import { pointerTo } from "../ledger/pointer.ts";
import { prove, readEntry } from "../ledger/reader.ts";
import { folderReader } from "./ledger-folder.ts";
import { ledgerFolders } from "./ledger-home.ts";

/**
 * The pointer to an entry that names a file by its hash.
 * @param sha256 - hex, of the file as it is now
 * @throws SeedproofError `ledger.missing` · `ledger.proof-range` when no checkpoint is over the entry yet · `ledger.entry-other-file`
 */
export async function ledgerPointer(home: string, index: number, sha256: string): Promise<JsonObject> {
  const { log } = ledgerFolders(home);
  const reader = folderReader(log);
  const head = existsSync(log) ? await reader.read("checkpoint") : undefined;
  const description = await reader.read("log.json");
  if (!head || !description) throw new SeedproofError("ledger.missing", `there is no ledger in ${log}`);
  const checkpoint = readCheckpoint(head);
  const { size } = checkpoint.checkpoint;
  const entry = await readEntry(reader, index, size);
  if (!entry) {
    throw new SeedproofError(
      "ledger.proof-range",
      `no checkpoint is over entry ${index}; seedproof ledger checkpoint makes one`,
    );
  }
  if (!filesOf(decodeEntry(entry)).some((file) => file.sha256 === sha256)) {
    throw new SeedproofError("ledger.entry-other-file", `entry ${index} does not name this file (sha256 ${sha256})`);
  }
  const key = keyFor(parseLogInfo(description), size);
  return pointerTo(entry, await prove(reader, index, checkpoint), formatVkey(key));
}
