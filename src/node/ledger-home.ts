/** The ledger of a workspace: where it stands, opening it, and what its user trusts. */

import { randomBytes, randomInt } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import type { TimeTrust } from "../ledger/anchors.ts";
import { QUICKNET } from "../ledger/drand.ts";
import { type Entry, type FileRef, seal } from "../ledger/entry.ts";
import { certificatesOf } from "../ledger/pem.ts";
import { type Policy, parsePolicy } from "../ledger/policy.ts";
import { nodeFileSystem, writeDurable } from "./durable-fs.ts";
import { SignerFolder } from "./ledger-keys.ts";
import { LedgerStore, newOrigin } from "./ledger-store.ts";
import { takeLock } from "./lock-file.ts";
import { moment } from "./moment.ts";

/** Folders of a ledger in a workspace. What is published and what is secret never share one. */
export function ledgerFolders(home: string): { log: string; keys: string; trust: string; witness: string } {
  const [log, keys, trust, witness] = ["ledger", "keys", "trust", "witness"].map((name) => join(home, name));
  return { log: log!, keys: keys!, trust: trust!, witness: witness! };
}

/** Makes a workspace's ledger. @throws SeedproofError `ledger.exists`, `ledger.key-malformed` for a bad origin */
export function createLedger(home: string, sw: NonNullable<Entry["sw"]>, origin?: string): LedgerStore {
  const { log, keys } = ledgerFolders(home);
  const signer = new SignerFolder(keys, "ledger");
  if (existsSync(join(log, "checkpoint"))) throw new SeedproofError("ledger.exists", `${log} holds a ledger`);
  if (!existsSync(join(keys, "ledger.key"))) {
    signer.create(origin ?? newOrigin(new Uint8Array(randomBytes(8))), new Uint8Array(randomBytes(32)));
  }
  return LedgerStore.create({ folder: log, signer, lock: takeLock }, { t: moment(), sw });
}

/** Whether a workspace has a ledger. */
export function hasLedger(home: string): boolean {
  return existsSync(join(ledgerFolders(home).log, "checkpoint"));
}

/** Makes a workspace's ledger where there is none. @throws SeedproofError as {@link createLedger} */
export function ensureLedger(home: string, sw: NonNullable<Entry["sw"]>): void {
  if (!hasLedger(home)) createLedger(home, sw).close();
}

/**
 * Opens a workspace's ledger for writing; another writer is waited for. What a crash cut off is logged.
 * @throws SeedproofError as {@link LedgerStore.open}
 */
export async function openLedger(home: string, sw: NonNullable<Entry["sw"]>, waitMs = 10_000): Promise<LedgerStore> {
  const { log, keys } = ledgerFolders(home);
  const until = Date.now() + waitMs;
  for (;;) {
    try {
      const store = LedgerStore.open({ folder: log, signer: new SignerFolder(keys, "ledger"), lock: takeLock });
      const { tornBytes } = store.recovery;
      if (tornBytes > 0) store.append([{ v: 1, type: "ledger.recovered", t: moment(), sw, body: { tornBytes } }]);
      return store;
    } catch (error) {
      const locked = error instanceof SeedproofError && error.code === "ledger.locked";
      if (!locked || Date.now() > until) throw error;
      await sleep(randomInt(20, 80));
    }
  }
}

/** What one event brings: contents, and files to keep. */
export interface NewEvent {
  readonly type: string;
  readonly body?: Json;
  /** Contents in clear in the log, instead of under a salted commitment. */
  readonly inClear?: boolean;
  readonly files?: readonly { readonly role: string; readonly bytes: Uint8Array; readonly mime?: string }[];
  readonly session?: string;
  readonly actor?: string;
}

/** Keeps an event's payload and files, and gives the entry to append. Blobs are durable before any entry names them. */
export function prepareEntry(store: LedgerStore, event: NewEvent, sw: NonNullable<Entry["sw"]>): Entry {
  const { type, body, inClear, files = [], session, actor } = event;
  const out: FileRef[] = files.map(({ role, bytes, mime }) => store.putBlob(bytes, role, mime));
  const sealed = body === undefined || inClear ? undefined : seal(body, new Uint8Array(randomBytes(32)));
  if (sealed) store.putBlob(sealed.payload, "payload");
  return {
    v: 1,
    type,
    t: moment(),
    sw,
    ...(session !== undefined && { session }),
    ...(actor !== undefined && { actor }),
    ...(out.length > 0 && { out }),
    ...(sealed ? { commit: sealed.commit } : body !== undefined && { body }),
  };
}

/** What the user named once and for all, with what is named now. */
export interface TrustArguments {
  /** PEM files of roots of timestamp authorities. */
  readonly ca?: readonly string[];
  /** `HEIGHT=FILE` or `HEIGHT=HEX` of Bitcoin block headers. */
  readonly bitcoinHeader?: readonly string[];
  readonly policy?: string;
}

/** The user's trust: files under the workspace's `trust/`, and arguments. Nothing that a ledger brings adds to it. */
export function readTrust(home: string, args: TrustArguments): { time: TimeTrust; policy?: Policy } {
  const { trust } = ledgerFolders(home);
  const kept = existsSync(trust) ? readdirSync(trust).filter((name) => name.endsWith(".pem")) : [];
  const pems = [...kept.map((name) => join(trust, name)), ...(args.ca ?? [])];
  const policyFile = args.policy ?? join(trust, "witness.policy");
  const policy = args.policy || existsSync(policyFile) ? parsePolicy(readFileSync(policyFile, "utf8")) : undefined;
  const time: TimeTrust = {
    timestamps: { roots: pems.flatMap((file) => certificatesOf(readFileSync(file, "utf8"))) },
    witnesses: [...(policy?.witnesses.values() ?? [])],
    beacons: [QUICKNET],
    headers: new Map((args.bitcoinHeader ?? []).map(readHeader)),
  };
  return { time, ...(policy && { policy }) };
}

/** Keeps a root of a timestamp authority among what the user trusts. */
export function keepRoot(home: string, pem: string): void {
  const name = `tsa-${sha256Hex(pem).slice(0, 16)}.pem`;
  writeDurable(nodeFileSystem, [join(ledgerFolders(home).trust, name), utf8(pem)]);
}

/** @throws SeedproofError `cli.usage` for anything but `HEIGHT=HEX` and `HEIGHT=FILE` */
export function readHeader(argument: string): [number, Uint8Array] {
  const [, height, place = ""] = /^(\d{1,8})=(.+)$/.exec(argument) ?? [];
  const hex = /^[0-9a-f]{160}$/i.test(place) ? place : existsSync(place) ? readFileSync(place, "utf8").trim() : "";
  if (!height || !/^[0-9a-f]{160}$/i.test(hex)) {
    throw new SeedproofError("cli.usage", "a Bitcoin header is HEIGHT=FILE or HEIGHT=HEX, 80 bytes");
  }
  return [Number(height), new Uint8Array(Buffer.from(hex, "hex"))];
}
