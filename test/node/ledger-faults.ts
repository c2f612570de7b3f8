/** A working day of a ledger, broken at a chosen system call, and what must hold when it is opened again. */

import { expect } from "vitest";
import { toHex, utf8 } from "../../src/base/bytes.ts";
import { encodeEntry } from "../../src/ledger/entry.ts";
import { keyFor } from "../../src/ledger/log.ts";
import { readEntry } from "../../src/ledger/reader.ts";
import { keepsReceipt, openReceipt } from "../../src/ledger/receipt.ts";
import { folderReader } from "../../src/node/ledger-folder.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { CrashFs, type Fault, type Survival } from "./crash-fs.ts";
import { checkFs, codes, entry, failures, NEXT_SEED, ORIGIN, SEED, storeOptions } from "./ledger-helpers.ts";

/** An entry that the ledger has acknowledged. */
interface Acknowledged {
  readonly index: number;
  readonly entry: string;
  readonly receipt: string;
}

/** Create, append one by one and in batches, checkpoint, keep files, anchor, cosign, rotate the key, go on. */
function workingDay(fs: CrashFs, acknowledged: Acknowledged[]): void {
  const options = storeOptions(fs);
  options.signer.create(ORIGIN, SEED);
  const store = LedgerStore.create(options, { t: entry(0).t });
  let n = 0;
  const append = (count: number): void => {
    const batch = Array.from({ length: count }, () => entry(++n));
    for (const [i, { index, receipt }] of store.append(batch).entries()) {
      acknowledged.push({ index, entry: toHex(encodeEntry(batch[i]!)), receipt });
    }
  };
  append(1);
  append(1);
  store.integrate();
  const image = store.putBlob(utf8("an image"), "image");
  acknowledged.push(
    ...store.append([{ ...entry(++n), out: [image] }]).map(({ index, receipt }) => {
      return { index, receipt, entry: toHex(encodeEntry({ ...entry(n), out: [image] })) };
    }),
  );
  append(254);
  store.integrate();
  store.putAttachment(store.checkpoint.checkpoint.size, "token.tsr", utf8("a token"), "token");
  append(3);
  store.rotateKey(NEXT_SEED, { t: entry(++n).t });
  append(2);
  store.integrate();
  store.close();
}

/** System calls of an undisturbed day. */
export function callsOfADay(): number {
  const fs = new CrashFs();
  workingDay(fs, []);
  return fs.calls;
}

/** Breaks the day at a call, brings the machine back, and checks that nothing acknowledged is lost. */
export async function breakAndRecover(fault: Fault, survival: Survival | "running"): Promise<void> {
  const fs = new CrashFs(fault);
  const acknowledged: Acknowledged[] = [];
  expect(() => workingDay(fs, acknowledged)).toThrow();
  const label = `${fault.kind} at call ${fault.at} (${fs.trace.at(-1)}), survived: ${survival}`;
  const after = survival === "running" && fault.kind !== "crash" ? heal(fs) : fs.afterCrash(survival as Survival);

  // What a stranger sees before anything is repaired contains no contradiction once a checkpoint exists.
  if (after.exists("/log/checkpoint")) expect(failures(await checkFs(after)), label).toEqual([]);

  const store = reopen(after);
  store.append([entry(9999)]);
  const { size } = store.integrate().checkpoint;
  const report = await checkFs(after);
  expect(failures(report), label).toEqual([]);
  expect(codes(report), label).toContain("ledger.root-holds");
  const reader = folderReader("/log", after);
  for (const { index, entry, receipt } of acknowledged) {
    const bytes = await readEntry(reader, index, size);
    expect(bytes && toHex(bytes), `${label}: entry ${index}`).toBe(entry);
    // The promise stands under the key that was the ledger's when it was given.
    const keys = store.info.keys.map((_, i) => keyFor({ keys: store.info.keys.slice(i, i + 1) }, 1));
    const key = keys.find(({ keyId }) => receipt.length > 0 && opens(receipt, keyId, keys));
    if (index % 128 === 1) expect(keepsReceipt(openReceipt(receipt, key!), bytes), label).toBe(true);
  }
}

function opens(receipt: string, keyId: string, keys: readonly { keyId: string }[]): boolean {
  const id = Buffer.from(receipt.trimEnd().split(" ").at(-1)!, "base64").toString("hex", 0, 4);
  return keys.some((key) => key.keyId === id) && keyId === id;
}

/** The same running system, without the fault: what the program's next start sees. */
function heal(fs: CrashFs): CrashFs {
  return fs.afterCrash("all");
}

function reopen(fs: CrashFs): LedgerStore {
  const options = storeOptions(fs);
  if (!fs.exists("/keys/ledger.key")) options.signer.create(ORIGIN, SEED);
  return fs.exists("/log/checkpoint") || (fs.exists("/log/log.json") && options.signer.highWater())
    ? LedgerStore.open(options)
    : LedgerStore.create(options, { t: entry(0).t });
}
