/** Ledgers for tests: fixed keys, a fixed clock, files in memory or in a folder. */

import type { Finding } from "../../src/base/findings.ts";
import type { Entry } from "../../src/ledger/entry.ts";
import type { FsckLevel, FsckReport } from "../../src/ledger/fsck.ts";
import { fsck } from "../../src/ledger/fsck.ts";
import type { LogReader } from "../../src/ledger/reader.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { SignerFolder } from "../../src/node/ledger-keys.ts";
import type { StoreOptions } from "../../src/node/ledger-store.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { CrashFs } from "./crash-fs.ts";

export const SEED = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
export const NEXT_SEED = Uint8Array.from({ length: 32 }, (_, i) => 200 - i);
export const ORIGIN = "seedproof.test/one";

/** An entry of the n-th second of a fixed day. */
export function entry(n: number, type = "note"): Entry {
  const wall = new Date(Date.UTC(2026, 10, 1) + n * 1000).toISOString();
  return { v: 1, type, t: { wall }, body: { n } };
}

export function storeOptions(fs: CrashFs, folder = "/log"): StoreOptions {
  return { folder, fs, signer: new SignerFolder("/keys", "ledger", fs) };
}

/** A new ledger in memory. */
export function newStore(fs = new CrashFs()): { fs: CrashFs; store: LedgerStore; options: StoreOptions } {
  const options = storeOptions(fs);
  options.signer.create(ORIGIN, SEED);
  return { fs, options, store: LedgerStore.create(options, { t: entry(0).t }) };
}

export async function check(reader: LogReader, level: FsckLevel = "deep"): Promise<FsckReport> {
  return fsck(reader, { level, hasher: nodeHasher, ed25519: nodeVerify });
}

export const checkFs = (fs: CrashFs, level: FsckLevel = "deep") => check(folderReader("/log", fs), level);

/** Codes of the findings that fail. */
export function failures({ findings }: { readonly findings: readonly Finding[] }): string[] {
  return findings.filter(({ level }) => level === "fails").map(({ code }) => code);
}

/** Codes of all findings. */
export function codes({ findings }: { readonly findings: readonly Finding[] }): string[] {
  return findings.map(({ code }) => code);
}
