/** What a log's own entries say about it, followed from the first on, to compare with `log.json`. */

import { equalBytes } from "../base/bytes.ts";
import { decodeEntry, type Entry } from "./entry.ts";
import { formatLogInfo, infoFromCreated, type LogInfo, rotate } from "./log.ts";
import type { Ed25519Verify } from "./note.ts";
import type { PendingRecords } from "./pending.ts";

/** The description that entries make. */
export class LogHistory {
  private made: LogInfo | undefined;
  private readonly info: LogInfo;
  private readonly ed25519: Ed25519Verify;
  private readonly promised: PendingRecords["entries"];
  private readonly rotations: ReadonlySet<number>;

  /** @param promised - entries after the checkpoint */
  constructor(info: LogInfo, promised: PendingRecords["entries"], ed25519: Ed25519Verify) {
    this.ed25519 = ed25519;
    this.info = info;
    this.promised = promised;
    this.rotations = new Set(info.keys.slice(1).map(({ from }) => from));
  }

  /** Whether an entry matters: the first, and those that `log.json` calls rotations. */
  wants(index: number): boolean {
    return index === 0 || this.rotations.has(index);
  }

  /** Takes the next entry that matters. */
  see(entry: Entry, index: number): void {
    if (index === 0) this.made = infoFromCreated(entry);
    else if (entry.type === "key.rotated" && this.made)
      this.made = rotate(this.made, entry, index, this.ed25519) ?? this.made;
  }

  /** Whether `log.json` follows from the entries: a crash may leave it ahead by a rotation that is promised already. */
  agrees(): boolean {
    if (this.same()) return true;
    for (const { index, entry } of this.promised) {
      if (!this.wants(index)) continue;
      try {
        this.see(decodeEntry(entry), index);
      } catch {
        return false;
      }
    }
    return this.same();
  }

  private same(): boolean {
    return this.made !== undefined && equalBytes(formatLogInfo(this.made), formatLogInfo(this.info));
  }
}
