/**
 * What passed and is not yet in the ledger, a file each: what a recorder that was killed leaves for the next one. A kill of the
 * process loses none of it, a stop of the machine may; only the ledger's own entries are promised.
 */

import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { isObject, type Json } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import type { Passed } from "./recording-tap.ts";
import type { Copied } from "./spool.ts";

/** One thing that passed, as it was kept. */
export interface Kept {
  readonly session: string;
  /** Address of the server behind the proxy; empty for what an extension told. */
  readonly upstream: string;
  readonly passed: Passed;
  /** The file that goes when the event is durable. */
  readonly file: string;
}

/** Where they stand under the spool folder. */
const FOLDER = "passed";

/** The journal of one recorder. */
export interface Journal {
  /** Keeps it aside, and gives the file, or `undefined` where the disk failed: it is recorded all the same while we live. */
  keep(upstream: string, passed: Passed): Promise<string | undefined>;
}

/** A journal under a spool folder. Files are numbered in the order in which things passed. */
export function journalIn(spool: string, session: string): Journal {
  const folder = join(spool, FOLDER);
  const made = mkdir(folder, { recursive: true, mode: 0o700 });
  // Those of an earlier recorder that could not be written may still be there.
  const begun = String(Date.now()).padStart(14, "0");
  let count = 0;
  return {
    async keep(upstream, passed) {
      const file = join(folder, `${begun}-${String(count++).padStart(9, "0")}.json`);
      try {
        await made;
        await writeFile(`${file}.part`, JSON.stringify({ session, upstream, passed: plain(passed) }), { mode: 0o600 });
        await rename(`${file}.part`, file);
        return file;
      } catch {
        return undefined;
      }
    },
  };
}

/** What an earlier recorder has kept whole, in the order in which it passed. */
export function keptIn(spool: string): Kept[] {
  const folder = join(spool, FOLDER);
  return namesIn(folder).flatMap((name) => keptOf(spool, join(folder, name)) ?? []);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .toSorted();
  } catch {
    return [];
  }
}

function keptOf(spool: string, file: string): Kept | undefined {
  const value = tryJson(readFileSync(file, "utf8"));
  if (!isObject(value) || typeof value.session !== "string" || typeof value.upstream !== "string") return undefined;
  const { session, upstream, passed } = value;
  if (!isObject(passed) || typeof passed.step !== "string" || typeof passed.key !== "string" || !isObject(passed.at))
    return undefined;
  const copy = copyOf(passed.copy, spool);
  return { session, upstream, file, passed: { ...passed, copy } as unknown as Passed };
}

const plain = (passed: Passed): object => ({
  ...passed,
  ...("copy" in passed && passed.copy && "bytes" in passed.copy && { copy: { base64: base64(passed.copy.bytes) } }),
});

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");

/** A copy in a file is one below the spool folder: it is removed once it is written. */
function copyOf(value: Json | undefined, spool: string): Copied | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.base64 === "string") return { bytes: new Uint8Array(Buffer.from(value.base64, "base64")) };
  const below = typeof value.file === "string" && resolve(value.file).startsWith(resolve(spool) + sep);
  return below ? { file: value.file as string } : undefined;
}
