/** The process events of a workspace's ledger, in the order in which they were recorded. */

import { readCheckpoint } from "../ledger/checkpoint.ts";
import { blobPath, decodeEntry } from "../ledger/entry.ts";
import { bundleOf, type LogReader, readBundle } from "../ledger/reader.ts";
import { TILE_WIDTH } from "../ledger/tiles.ts";
import { eventOfEntry } from "../process/entry.ts";
import type { PlacedEvent } from "../process/proof-grade.ts";
import { folderReader } from "./ledger-folder.ts";
import { ledgerFolders } from "./ledger-home.ts";

/**
 * All process events of the checkpointed ledger, of one session where it is named. Nothing is verified here: that is
 * the ledger's own check. Events whose contents were erased are left out.
 * @param from - index of the first entry that is looked at
 */
export async function readEvents(home: string, session?: string, from = 0): Promise<PlacedEvent[]> {
  return readLogEvents(folderReader(ledgerFolders(home).log), session, from);
}

/** All process events of a log; as {@link readEvents}. */
export async function readLogEvents(reader: LogReader, session?: string, from = 0): Promise<PlacedEvent[]> {
  const head = await reader.read("checkpoint");
  if (!head) return [];
  const { size } = readCheckpoint(head).checkpoint;
  const events: PlacedEvent[] = [];
  for (let first = from - (from % TILE_WIDTH); first < size; first += TILE_WIDTH) {
    const bundle = (await readBundle(reader, bundleOf(first, size))) ?? [];
    for (const [i, bytes] of bundle.entries()) {
      if (first + i < from) continue;
      const entry = decodeEntry(bytes);
      if (!entry.commit || (session !== undefined && entry.session !== session)) continue;
      const payload = await reader.read(blobPath(entry.commit.hash));
      const event = eventOfEntry({ entry }, () => payload);
      if (event) events.push({ index: first + i, event });
    }
  }
  return events;
}
