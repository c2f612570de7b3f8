import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { encodeEntry, seal, unseal } from "../../src/ledger/entry.ts";
import { keyFor } from "../../src/ledger/log.ts";
import { verifyConsistency } from "../../src/ledger/merkle.ts";
import { formatProof, parseProof, provesEntry } from "../../src/ledger/proof.ts";
import { prove, proveConsistency, readEntry } from "../../src/ledger/reader.ts";
import { keepsReceipt, openReceipt } from "../../src/ledger/receipt.ts";
import { folderReader } from "../../src/node/ledger-folder.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { takeLock } from "../../src/node/lock-file.ts";
import { bootId } from "../../src/node/process-identity.ts";
import { CrashFs } from "./crash-fs.ts";
import { checkFs, codes, entry, failures, NEXT_SEED, newStore, ORIGIN, SEED, storeOptions } from "./ledger-helpers.ts";

const entries = (from: number, count: number) => Array.from({ length: count }, (_, i) => entry(from + i));

describe("a ledger", () => {
  test("promises entries with receipts, then proves each of them under a signed checkpoint", async () => {
    const { fs, store } = newStore();
    const receipts = [entries(1, 3), entries(4, 300), entries(304, 1)].flatMap((batch) => store.append(batch));
    expect(receipts.map(({ index }) => index)).toEqual(Array.from({ length: 304 }, (_, i) => i + 1));
    const { note } = store.integrate();
    const key = keyFor(store.info, 305);
    const reader = folderReader("/log", fs);
    const { checkpoint } = openCheckpoint((await reader.read("checkpoint"))!, ORIGIN, key);
    expect(checkpoint.size).toBe(305);
    for (const index of [0, 1, 255, 256, 304]) {
      const proof = parseProof(formatProof(await prove(reader, index, { note, checkpoint })));
      const bytes = (await readEntry(reader, index, 305))!;
      expect(provesEntry(proof, bytes)).toBe(true);
      if (index > 0) expect(keepsReceipt(openReceipt(receipts[index - 1]!.receipt, key), bytes)).toBe(true);
    }
    expect(failures(await checkFs(fs))).toEqual([]);
  });

  test("keeps every checkpoint, each consistent with the next, while narrower tiles give way to complete ones", async () => {
    const { fs, store } = newStore();
    const heads = [store.checkpoint.checkpoint];
    for (const count of [1, 5, 248, 2, 300, 1]) {
      store.append(entries(0, count));
      heads.push(store.integrate().checkpoint);
    }
    const reader = folderReader("/log", fs);
    for (let i = 1; i < heads.length; i++) {
      const proof = await proveConsistency(reader, heads[i - 1]!.size, heads[i]!.size);
      expect(verifyConsistency(heads[i - 1]!, heads[i]!, proof)).toBe(true);
    }
    expect(await reader.list("checkpoints")).toHaveLength(heads.length);
    expect((await reader.list("tile/0")).filter((path) => path.includes("000.p"))).toEqual([]);
    expect(failures(await checkFs(fs))).toEqual([]);
  });

  test("does not sign twice where nothing is pending", () => {
    const { fs, store } = newStore();
    store.append([entry(1)]);
    const head = store.integrate();
    const { calls } = fs;
    expect(store.integrate()).toBe(head);
    expect(fs.calls).toBe(calls);
  });

  test("refuses an entry that is too long or malformed before it writes anything, and goes on", () => {
    const { fs, store } = newStore();
    const { calls } = fs;
    expect(() => store.append([entry(1), { ...entry(2), body: "x".repeat(60_001) }])).toThrow("at most 60000 bytes");
    expect(() => store.append([{ ...entry(1), type: "Not A Type" }])).toThrow("type");
    expect(fs.calls).toBe(calls);
    expect(store.append([entry(3)])[0]!.index).toBe(1);
  });

  test("goes on after it was closed with promised entries outside a checkpoint", async () => {
    const { fs, store, options } = newStore();
    store.append(entries(1, 2));
    store.close();
    expect(codes(await checkFs(fs))).toContain("ledger.pending");
    const again = LedgerStore.open(options);
    expect(again.recovery).toEqual({ pending: 2, tornBytes: 0, published: false });
    again.append([entry(3)]);
    expect(again.integrate().checkpoint.size).toBe(4);
    expect(failures(await checkFs(fs))).toEqual([]);
    expect(() => store.append([entry(9)])).toThrow("stopped");
  });

  test("keeps contents under a salted commitment, and its proofs after they are erased", async () => {
    const { fs, store } = newStore();
    const { payload, commit } = seal({ prompt: "a cat" }, NEXT_SEED);
    const other = seal({ prompt: "a cat" }, SEED);
    expect(other.commit.hash).not.toBe(commit.hash);
    expect(unseal(payload, commit)).toEqual({ prompt: "a cat" });
    expect(unseal(other.payload, commit)).toBeUndefined();
    const blob = store.putBlob(payload, "payload");
    expect(blob.sha256).toBe(commit.hash);
    store.append([{ v: 1, type: "prompt.edited", t: entry(1).t, commit }]);
    store.integrate();
    expect(failures(await checkFs(fs))).toEqual([]);
    store.append([{ ...entry(2, "erasure"), body: { sha256: commit.hash, reason: "asked by the author" } }]);
    store.eraseBlob(commit.hash);
    store.integrate();
    const report = await checkFs(fs);
    expect(failures(report)).toEqual([]);
    expect(codes(report)).toContain("ledger.file-erased");
  });

  test("changes its key by an entry that both keys sign", async () => {
    const { fs, store, options } = newStore();
    store.append([entry(1)]);
    store.rotateKey(NEXT_SEED, { t: entry(2).t });
    store.append([entry(3)]);
    store.integrate();
    expect(store.info.keys.map(({ from }) => from)).toEqual([0, 2]);
    store.close();
    expect(failures(await checkFs(fs))).toEqual([]);
    const again = LedgerStore.open(options);
    again.append([entry(4)]);
    again.integrate();
    again.rotateKey(
      SEED.map((b) => b ^ 1),
      { t: entry(5).t },
    );
    expect(failures(await checkFs(fs))).toEqual([]);
    expect(keyFor(again.info, 2).keyId).not.toBe(keyFor(again.info, 4).keyId);
  });
});

describe("a ledger that was put back, rewritten or cut", () => {
  /** A copy of the log's folder as it is now, to be put under another state of the key's folder. */
  const restore = (log: CrashFs, keys: CrashFs): CrashFs => {
    const fs = new CrashFs();
    for (const [path, bytes] of [...log.files("/log/"), ...keys.files("/keys/")]) {
      const parts = path.split("/").slice(1, -1);
      for (const depth of parts.keys()) fs.mkdir(`/${parts.slice(0, depth + 1).join("/")}`);
      const fd = fs.open(path, "create");
      fs.write(fd, bytes);
    }
    return fs;
  };

  test("is refused as an older copy when its key has signed more", () => {
    const { fs, store } = newStore();
    store.append(entries(1, 4));
    store.integrate();
    const old = restore(fs, fs);
    store.append(entries(5, 4));
    store.integrate();
    expect(() => LedgerStore.open(storeOptions(restore(old, fs)))).toThrow(/signed 9 entries, the folder has 5/);
    expect(() => LedgerStore.open(storeOptions(restore(fs, fs)))).not.toThrow();
  });

  test("is refused as a fork when its key has signed another tree of the same size", () => {
    const [a, b] = [newStore(), newStore()];
    a.store.append([entry(1)]);
    b.store.append([entry(2)]);
    a.store.integrate();
    b.store.integrate();
    expect(() => LedgerStore.open(storeOptions(restore(a.fs, b.fs)))).toThrow("different roots");
  });

  test("is never made anew with a key that has signed before", () => {
    const { fs } = newStore();
    const empty = restore(new CrashFs(), fs);
    expect(() => LedgerStore.create(storeOptions(empty), { t: entry(0).t })).toThrow("not here");
  });

  test("is refused when promised entries in its middle are damaged", () => {
    const { fs, store } = newStore();
    store.append([entry(1)]);
    store.append([entry(2)]);
    const [path, bytes] = [...fs.files("/log/pending/")][0]!;
    const changed = restore(fs, fs);
    changed.unlink(path);
    changed.write(
      changed.open(path, "create"),
      bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
    );
    expect(() => LedgerStore.open(storeOptions(changed))).toThrow("broken in the middle");
  });

  test("loses a torn tail that was never acknowledged, and says how much", async () => {
    const { fs, store } = newStore();
    store.append([entry(1)]);
    const [path, bytes] = [...fs.files("/log/pending/")][0]!;
    const torn = restore(fs, fs);
    torn.write(torn.open(path, "append"), bytes.subarray(0, 33));
    expect(codes(await checkFs(torn))).toContain("ledger.torn-tail");
    const again = LedgerStore.open(storeOptions(torn));
    expect(again.recovery).toMatchObject({ pending: 1, tornBytes: 33 });
    again.append([entry(2)]);
    expect(again.integrate().checkpoint.size).toBe(3);
    expect(failures(await checkFs(torn))).toEqual([]);
  });
});

describe("the lock", () => {
  const inFolder = (run: (path: string) => void): void => {
    const folder = mkdtempSync(join(tmpdir(), "seedproof-lock-"));
    try {
      run(join(folder, "lock"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("is held by one, and free after it was let go", () =>
    inFolder((path) => {
      const lock = takeLock(path);
      expect(() => takeLock(path)).toThrow(`process ${process.pid}`);
      lock.release();
      takeLock(path).release();
    }));

  test("is taken over from a process that is gone, a machine that was restarted, and a file that was cut", () =>
    inFolder((path) => {
      const holder = { host: hostname(), boot: bootId(), pid: 2 ** 22 + 1, started: "1", token: "t" };
      for (const dead of [holder, { ...holder, pid: process.pid }, { ...holder, pid: 1, boot: "an earlier run" }, ""]) {
        writeFileSync(path, dead === "" ? '{"pid":' : JSON.stringify(dead));
        takeLock(path).release();
      }
    }));

  test("is not taken from another machine", () =>
    inFolder((path) => {
      writeFileSync(path, JSON.stringify({ host: "elsewhere", boot: "", pid: 1, started: "", token: "t" }));
      expect(() => takeLock(path)).toThrow("elsewhere");
    }));
});

test("an entry reads back only from its canonical bytes", async () => {
  const { decodeEntry } = await import("../../src/ledger/entry.ts");
  const bytes = encodeEntry(entry(1));
  expect(decodeEntry(bytes)).toEqual(entry(1));
  const text = new TextDecoder().decode(bytes);
  for (const other of [` ${text}`, text.replace('"v":1', '"v":1.0'), text.replace('{"body"', '{"a":1,"a":1,"body"')]) {
    expect(() => decodeEntry(utf8(other)), other).toThrow("canonical");
  }
});
