/** The promises of a ledger on disk: batches of entries, each durable before it is acknowledged, until a checkpoint has them. */

import { join } from "node:path";
import { concatBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { encodeFrame, FRAME_ENTRIES, readPending } from "../ledger/pending.ts";
import { type FileSystem, makeFolder, writeDurable } from "./durable-fs.ts";

/** What an earlier run had promised. */
export interface LoadedPending {
  readonly entries: Uint8Array[];
  /** Bytes of a batch that was never acknowledged. */
  readonly tornBytes: number;
}

/** The folder `pending/` of an open ledger; each file is named by its first index. */
export class PendingFile {
  private readonly folder: string;
  private readonly fs: FileSystem;
  private fd: number | undefined;

  constructor(folder: string, fs: FileSystem) {
    this.folder = folder;
    this.fs = fs;
  }

  /**
   * What is promised from index `from` on.
   * @throws SeedproofError `ledger.pending-damaged` when promised entries are missing or changed
   */
  load(from: number): LoadedPending {
    const entries: Uint8Array[] = [];
    let tornBytes = 0;
    for (const name of this.fs.list(this.folder).toSorted((a, b) => Number(a) - Number(b))) {
      const records = readPending(this.fs.read(join(this.folder, name)) ?? new Uint8Array(0));
      for (const { index, entry } of records.entries) {
        const next = from + entries.length;
        if (index > next) throw damaged(`entries ${next} to ${index - 1} are missing`);
        if (index === next) entries.push(entry);
      }
      if (records.damaged) throw damaged(`pending/${name} is broken in the middle`);
      tornBytes += records.tornBytes;
    }
    return { entries, tornBytes };
  }

  /** Writes a batch whose first entry gets `index`. When this returns it is on disk. */
  append(index: number, entries: readonly Uint8Array[]): void {
    if (this.fd === undefined) {
      makeFolder(this.fs, this.folder);
      this.fd = this.fs.open(join(this.folder, String(index)), "append");
      this.fs.fsyncFolder(this.folder);
    }
    for (const frame of framesOf(index, entries)) this.fs.write(this.fd, frame);
    this.fs.fsync(this.fd);
  }

  /**
   * Removes all files, when a checkpoint has what they hold. What is still promised is written to a fresh file first, so
   * that nothing is ever appended behind torn bytes.
   */
  clear(index: number, still: readonly Uint8Array[]): void {
    this.close();
    const kept = still.length > 0 ? String(index) : undefined;
    if (kept) writeDurable(this.fs, [join(this.folder, kept), concatBytes(...framesOf(index, still))]);
    for (const name of this.fs.list(this.folder)) if (name !== kept) this.fs.unlink(join(this.folder, name));
    this.fs.fsyncFolder(this.folder);
  }

  /** Lets go of the file; what was written stays. */
  close(): void {
    if (this.fd !== undefined) this.fs.close(this.fd);
    this.fd = undefined;
  }
}

function framesOf(first: number, entries: readonly Uint8Array[]): Uint8Array[] {
  return Array.from({ length: Math.ceil(entries.length / FRAME_ENTRIES) }, (_, i) => {
    const at = i * FRAME_ENTRIES;
    return encodeFrame(first + at, entries.slice(at, at + FRAME_ENTRIES));
  });
}

function damaged(why: string): SeedproofError {
  return new SeedproofError("ledger.pending-damaged", `promised entries are damaged: ${why}`);
}
