/** The ledger: durable appends against the bare fsync of the same disk in the same run, proofs, checking a large log. */

import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TileEdge } from "../src/ledger/edge.ts";
import { type Entry, encodeEntry } from "../src/ledger/entry.ts";
import { fsck } from "../src/ledger/fsck.ts";
import { prove } from "../src/ledger/reader.ts";
import { type FileSystem, nodeFileSystem } from "../src/node/durable-fs.ts";
import { folderReader, nodeHasher, nodeVerify } from "../src/node/ledger-folder.ts";
import { SignerFolder } from "../src/node/ledger-keys.ts";
import { LedgerStore } from "../src/node/ledger-store.ts";

const SINGLE = 300;
const BATCH = 256;
const BATCHES = 20;
/** Entries of the large log; a million takes a minute or two to write. */
const LARGE = Number(process.env.SEEDPROOF_BENCH_ENTRIES ?? 1_000_000);
const WALL = "2026-11-01T00:00:00.000Z";

/** An entry of about 400 bytes, as a generated image makes. */
function entry(n: number): Entry {
  const out = [{ role: "image", sha256: n.toString(16).padStart(64, "0"), size: 1_400_000, mime: "image/png" }];
  const sw = { name: "seedproof", version: "0.1.0" };
  return { v: 1, type: "generate.finished", t: { wall: WALL, mono: n }, session: "bench", sw, out };
}

const entries = (from: number, count: number): Entry[] => Array.from({ length: count }, (_, i) => entry(from + i));

/** Runs a step and gives seconds. */
async function seconds(step: () => void | Promise<void>): Promise<number> {
  const from = performance.now();
  await step();
  return (performance.now() - from) / 1000;
}

/** The real files without the syncs: for a log that is only to be checked, when the disk is not what is measured. */
const unsynced: FileSystem = { ...nodeFileSystem, fsync: () => undefined, fsyncFolder: () => undefined };

const rate = (count: number, time: number): string => `${Math.round(count / time).toLocaleString("en")}/s`;

/** Bare appends of the same bytes, each with its own fsync: what the disk can do at best. */
function bareFsyncs(folder: string): void {
  const fd = openSync(join(folder, "bare"), "a");
  const bytes = encodeEntry(entry(0));
  for (let i = 0; i < SINGLE; i++) {
    writeSync(fd, bytes);
    fsyncSync(fd);
  }
  closeSync(fd);
}

function newLedger(folder: string, fs: FileSystem = nodeFileSystem): LedgerStore {
  const signer = new SignerFolder(join(folder, "keys"), "ledger", fs);
  signer.create("bench.example/log", new Uint8Array(32).fill(7));
  return LedgerStore.create({ folder: join(folder, "log"), signer, fs }, { t: { wall: WALL } });
}

/** Measures and prints. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-bench-"));
  try {
    const bare = await seconds(() => bareFsyncs(folder));
    const store = newLedger(folder);
    const single = await seconds(() => {
      for (let i = 0; i < SINGLE; i++) store.append([entry(i)]);
    });
    store.integrate();
    const batched = await seconds(() => {
      for (let i = 0; i < BATCHES; i++) {
        store.append(entries(i * BATCH, BATCH));
        store.integrate();
      }
    });
    console.log(`bare fsync                 ${rate(SINGLE, bare)}`);
    console.log(`durable appends, single    ${rate(SINGLE, single)}  (${(bare / single).toFixed(2)} of bare fsync)`);
    const perFsync = ((BATCH * BATCHES) / batched) * (bare / SINGLE);
    console.log(
      `durable, batches of ${BATCH}, each checkpointed  ${rate(BATCH * BATCHES, batched)}  (${perFsync.toFixed(1)} entries in the time of one bare fsync)`,
    );

    const log = newLedger(join(folder, "large"), unsynced);
    const large = await writeLarge(log);
    console.log(
      `log of ${LARGE.toLocaleString("en")} entries written without syncing in ${large.toFixed(1)} s (batches of 4096)`,
    );
    const reader = folderReader(join(folder, "large", "log"));
    const { size } = log.checkpoint.checkpoint;
    const proofs = await seconds(async () => {
      for (let i = 0; i < 200; i++) await prove(reader, Math.floor((i * size) / 200), log.checkpoint);
    });
    console.log(`inclusion proof            ${(proofs * 5).toFixed(2)} ms`);
    const checked = await seconds(async () => {
      const { findings } = await fsck(reader, { level: "full", hasher: nodeHasher, ed25519: nodeVerify });
      if (findings.some(({ level }) => level === "fails")) throw new Error("the benchmark's ledger is broken");
    });
    console.log(
      `fsck of ${size.toLocaleString("en")} entries  ${checked.toFixed(1)} s; hashing alone ${(await hashAlone(size)).toFixed(1)} s`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeLarge(store: LedgerStore): Promise<number> {
  return seconds(() => {
    while (store.length < LARGE) {
      store.append(entries(store.length, Math.min(4096, LARGE - store.length)));
      store.integrate();
    }
  });
}

/** The tree over as many entries, in memory: the part of a check that no care can take away. */
async function hashAlone(size: number): Promise<number> {
  const bytes = encodeEntry(entry(1));
  return seconds(() => {
    const edge = new TileEdge(nodeHasher);
    for (let i = 0; i < size; i++) {
      edge.add(bytes);
      if (i % 256 === 0) edge.takeFull();
    }
    edge.root();
  });
}
