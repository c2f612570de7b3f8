/** A working day of a ledger, broken at a chosen system call, and what must hold when it is opened again. */

import { expect } from "vitest";
import { toHex, utf8 } from "../../src/base/bytes.ts";
import { type Entry, encodeEntry } from "../../src/ledger/entry.ts";
import { keyFor } from "../../src/ledger/log.ts";
import { parseNote, type VerifierKey } from "../../src/ledger/note.ts";
import { keepsReceipt, openReceipt, type Receipt } from "../../src/ledger/receipt.ts";
import { type Appended, LedgerStore } from "../../src/node/ledger-store.ts";
import { CrashFs, type Fault, type Survival } from "./crash-fs.ts";
import { checkFs, codes, entry, failures, NEXT_SEED, ORIGIN, SEED, storeOptions } from "./ledger-helpers.ts";

/** An entry that the ledger has acknowledged; its receipt is signed only when it is looked at. */
interface Acknowledged {
  readonly entry: string;
  readonly promise: Appended;
}

/** Create, append one by one and in batches, checkpoint, keep files, anchor, cosign, rotate the key, go on. */
function workingDay(fs: CrashFs, acknowledged: Acknowledged[]): void {
  const options = storeOptions(fs);
  options.signer.create(ORIGIN, SEED);
  const store = LedgerStore.create(options, { t: entry(0).t });
  let n = 0;
  const add = (batch: readonly Entry[]): void => {
    const promises = store.append(batch);
    acknowledged.push(...promises.map((promise, i) => ({ promise, entry: toHex(encodeEntry(batch[i]!)) })));
  };
  const append = (count: number): void => add(Array.from({ length: count }, () => entry(++n)));
  append(1);
  append(1);
  store.integrate();
  const image = store.putBlob(utf8("an image"), "image");
  add([{ ...entry(++n), out: [image] }]);
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
  store.integrate();
  const report = await checkFs(after);
  expect(failures(report), label).toEqual([]);
  expect(codes(report), label).toContain("ledger.root-holds");
  const keys = store.info.keys.map((_, i) => keyFor({ keys: store.info.keys.slice(i, i + 1) }, 1));
  for (const { entry, promise } of acknowledged) {
    const { index } = promise;
    const bytes = report.entries[index]?.bytes;
    expect(bytes && toHex(bytes), `${label}: entry ${index}`).toBe(entry);
    if (index % 128 === 1) expect(keepsReceipt(openByAny(promise.receipt, keys), bytes), label).toBe(true);
  }
}

/** A receipt under the key that was the ledger's when it was given. */
function openByAny(receipt: string, keys: readonly VerifierKey[]): Receipt {
  const { keyId } = parseNote(receipt).signatures[0]!;
  return openReceipt(receipt, keys.find((key) => key.keyId === keyId)!);
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
