/**
 * A part of a ledger for a bundle: chosen entries with their proofs, the hash of every other one, and the evidence of time. What is
 * left out stays committed to: its place and its hash are in the tree that the checkpoint signs.
 *
 * | Path under `ledgers/ID/` | What it is |
 * |---|---|
 * | `checkpoint`, `log.json` | the signed head, and what the log says of itself |
 * | `checkpoints/SIZE` | each kept head that a token or a witness speaks of |
 * | `tile/LEVEL/…` | hashes of all entries, as C2SP tlog-tiles |
 * | `entries/INDEX.json` | the very bytes of a disclosed entry |
 * | `proofs/INDEX.tlog-proof` | that it stands at this index, for whoever has only the key |
 * | `time/SIZE/…`, `blobs/sha256/…` | files that disclosed entries name |
 */

import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { readCheckpoint, type SignedCheckpoint } from "../ledger/checkpoint.ts";
import { blobPath, decodeEntry, type Entry, filesOf } from "../ledger/entry.ts";
import { placeOf } from "../ledger/files.ts";
import { parseLogInfo } from "../ledger/log.ts";
import { formatProof } from "../ledger/proof.ts";
import { type LogReader, prove, readEntry } from "../ledger/reader.ts";
import { newTiles, tilePath } from "../ledger/tiles.ts";
import { eventOfEntry } from "../process/entry.ts";
import { provDocument } from "../process/prov.ts";
import type { LedgerExtract } from "./bundle-input.ts";

/** What is disclosed of a ledger. */
export interface Disclosure {
  /** Whether an entry is disclosed. Entries about the log itself, its keys and its time are always. */
  readonly entry: (entry: Entry, index: number) => boolean;
  /** Whether a file that a disclosed entry names goes along; tokens and proofs of time always do. */
  readonly file?: (role: string, entry: Entry, index: number) => boolean;
}

/** Entries without which a reader could not tell the log's keys or its time. */
const ALWAYS = /^(?:ledger|key|anchor|erasure)(?:\.|$)/;

/**
 * The files of an extract.
 * @throws SeedproofError `dossier.ledger-incomplete` when the log lacks a file that it needs
 */
export async function ledgerExtract(reader: LogReader, disclosure: Disclosure): Promise<LedgerExtract> {
  const files = new Map<string, Uint8Array>();
  const take = async (path: string): Promise<Uint8Array> => {
    const bytes = files.get(path) ?? (await reader.read(path));
    if (!bytes) throw new SeedproofError("dossier.ledger-incomplete", `the ledger has no file ${path}`);
    files.set(path, bytes);
    return bytes;
  };
  const head = readCheckpoint(await take("checkpoint"));
  parseLogInfo(await take("log.json"));
  const { size } = head.checkpoint;
  await take(`checkpoints/${size}`);
  for (const tile of newTiles(0, size).filter(({ level }) => level !== "entries")) await take(tilePath(tile));
  for (let index = 0; index < size; index++) {
    const bytes = await readEntry(reader, index, size);
    if (!bytes) throw new SeedproofError("dossier.ledger-incomplete", `entry ${index} cannot be read`);
    const entry = decodeEntry(bytes);
    if (!ALWAYS.test(entry.type) && !disclosure.entry(entry, index)) continue;
    await disclose(reader, head, { index, entry, bytes }, disclosure, files);
  }
  const prov = historyOf(files);
  return { files, ...(prov && { prov }) };
}

/**
 * The disclosed history as PROV-JSON: from the entries and contents that are among the files, and from nothing else, so that a
 * reader can make it again. `undefined` where they tell none.
 */
export function historyOf(files: ReadonlyMap<string, Uint8Array>): JsonObject | undefined {
  const indices = [...files.keys()].flatMap((path) => /^entries\/(\d+)\.json$/.exec(path)?.[1] ?? []).map(Number);
  const origin = parseLogInfo(files.get("log.json") ?? new Uint8Array(0)).origin;
  const events = indices
    .toSorted((a, b) => a - b)
    .flatMap((index) => {
      const entry = decodeEntry(files.get(`entries/${index}.json`)!);
      const event = eventOfEntry({ entry }, (hash) => files.get(blobPath(hash)));
      return event ? [{ index, event }] : [];
    });
  return events.length === 0 ? undefined : provDocument(events, { origin });
}

interface Disclosed {
  readonly index: number;
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

async function disclose(
  reader: LogReader,
  head: SignedCheckpoint,
  { index, entry, bytes }: Disclosed,
  { file: wanted }: Disclosure,
  files: Map<string, Uint8Array>,
): Promise<void> {
  files.set(`entries/${index}.json`, bytes);
  files.set(`proofs/${index}.tlog-proof`, utf8(formatProof(await prove(reader, index, head))));
  const anchor = entry.type.startsWith("anchor.");
  if (anchor) await stamped(reader, entry, files);
  for (const file of filesOf(entry)) {
    if (!anchor && !(wanted?.(file.role, entry, index) ?? false)) continue;
    const path = placeOf(file);
    // An erased or withheld file is missing in the ledger too; its hash stands in the entry.
    const content = await reader.read(path);
    if (content) files.set(path, content);
  }
}

/** The kept head that an anchor speaks of. */
async function stamped(reader: LogReader, { body }: Entry, files: Map<string, Uint8Array>): Promise<void> {
  const size = (body as { size?: unknown } | undefined)?.size;
  const path = `checkpoints/${String(size)}`;
  const bytes = Number.isSafeInteger(size) ? await reader.read(path) : undefined;
  if (bytes) files.set(path, bytes);
}

/** Runs of entries that are not disclosed, as `[from, to)`. */
export function gapsOf(disclosed: readonly number[], size: number): (readonly [from: number, to: number])[] {
  const gaps: (readonly [number, number])[] = [];
  let from = 0;
  for (const index of [...disclosed.toSorted((a, b) => a - b), size]) {
    if (index > from) gaps.push([from, index]);
    from = Math.max(from, index + 1);
  }
  return gaps;
}
