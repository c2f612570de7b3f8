/** What was found in other programs' histories, as entries of the ledger: some at a time, so that a running recorder gets its turn. */

import { utf8 } from "../../base/bytes.ts";
import { canonicalJson } from "../../base/json.ts";
import type { Entry } from "../../ledger/entry.ts";
import type { EventType, ProcessFile } from "../../process/event.ts";
import type { ImportedRun } from "../../process/import/run.ts";
import { openLedger } from "../ledger-home.ts";
import type { LedgerStore } from "../ledger-store.ts";
import { type Contents, type EventFrame, eventEntry, type Software } from "../recorder.ts";

/** Writes one event of a batch and gives its id. */
export type WriteEvent = <T extends EventType>(type: T, contents: Contents<T>, frame: Omit<EventFrame, "at">) => string;

/** One piece of work: everything that it writes stands in the ledger or nothing does. */
export interface Piece {
  /** Bytes that it holds in memory. */
  readonly size: number;
  readonly write: (event: WriteEvent, store: LedgerStore) => void;
}

/** A batch is written when it has this many pieces or bytes: a second of work, in which the ledger is held. */
const BATCH = { pieces: 64, bytes: 64 * 1024 * 1024 } as const;

/** Collects pieces and writes them in order. */
export class BatchWriter {
  readonly #home: string;
  readonly #sw: Software;
  readonly #session: string;
  #pieces: Piece[] = [];
  #size = 0;

  constructor(home: string, sw: Software, session: string) {
    this.#home = home;
    this.#sw = sw;
    this.#session = session;
  }

  async add(piece: Piece): Promise<void> {
    this.#pieces.push(piece);
    this.#size += piece.size;
    if (this.#pieces.length >= BATCH.pieces || this.#size >= BATCH.bytes) await this.flush();
  }

  /** Writes what is left. @throws SeedproofError `ledger.*` */
  async flush(): Promise<void> {
    if (this.#pieces.length === 0) return;
    const store = await openLedger(this.#home, this.#sw);
    try {
      const entries: Entry[] = [];
      for (const { write } of this.#pieces) {
        write((type, contents, frame) => {
          const { id, entry } = eventEntry(store, this.#sw, this.#session, type, contents, frame);
          entries.push(entry);
          return id;
        }, store);
      }
      store.append(entries);
      store.integrate();
      this.#pieces = [];
      this.#size = 0;
    } finally {
      store.close();
    }
  }
}

/** An image of a run with its bytes. */
export interface LoadedImage {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A run as a piece: request and result, an upload, a failure, and the mark of a person. */
export function pieceOfRun(run: ImportedRun, images: readonly LoadedImage[]): Piece {
  return {
    size: images.reduce((sum, { bytes }) => sum + bytes.length, 0),
    write(event, store) {
      const agent = { kind: "software", name: run.tool } as const;
      const frame = (claimedAt: string | undefined, follows: readonly string[] = []) => ({
        ...{ capture: "imported" as const, agent, follows },
        source: { tool: run.tool, key: run.key, ...(claimedAt !== undefined && { claimedAt }) },
      });
      const files: ProcessFile[] = images.map(({ bytes, name }) => ({ ...store.putBlob(bytes, "image"), name }));
      if (run.status === "uploaded") {
        for (const file of files) event("file.saved", { file }, frame(run.claimedAt));
        return;
      }
      const raw = store.putBlob(utf8(canonicalJson(run.raw)), "request", "application/json");
      const request = event(
        "generation.requested",
        { engine: run.tool, recipe: run.recipe, raw },
        frame(run.claimedAt),
      );
      const ended = frame(run.claimedEnd, [request]);
      if (run.status === "failed") {
        event("generation.failed", { request, why: run.why ?? "the history says error" }, ended);
        return;
      }
      const took = Date.parse(run.claimedEnd ?? "") - Date.parse(run.claimedAt ?? "");
      const more = { ...(took >= 0 && { durationMs: took }), ...(run.cached && { cached: true as const }) };
      const result = event("generation.completed", { request, images: files, ...more }, ended);
      if (!run.starred) return;
      for (const image of files) event("image.kept", { image }, frame(undefined, [result]));
    },
  };
}
