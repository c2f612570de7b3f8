/**
 * The clock set back two months, shown in a folder of its own: a file's time takes any value, an entry's claimed time
 * does not survive a beacon that its log held before. Everything made here is a demonstration and says so.
 */

import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../base/findings.ts";
import { QUICKNET, roundTime } from "../ledger/drand.ts";
import type { BeaconRef, Entry } from "../ledger/entry.ts";
import { verifyLedger } from "../ledger/verify.ts";
import { folderReader, nodeHasher, nodeVerify } from "./ledger-folder.ts";
import { createLedger, ledgerFolders, prepareEntry } from "./ledger-home.ts";

/** Round 1000 of quicknet, of 23 August 2023: so that the demonstration needs no network. */
export const DEMO_BEACON: BeaconRef = {
  kind: "drand",
  chain: QUICKNET.hash,
  round: 1000,
  signature: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
};

/** What the demonstration came to. Times are RFC 3339. */
export interface ClockDemo {
  readonly mark: "demonstration";
  readonly folder: string;
  /** An image file whose time was set back: the file system took it without a trace. */
  readonly file: { readonly path: string; readonly written: string; readonly modified: string };
  /** The same claim in a ledger, and the bound that contradicts it. */
  readonly entry: {
    readonly index: number;
    readonly claimed: string;
    readonly earliest: string;
    readonly source: string;
  };
  readonly contradicted: boolean;
  readonly findings: readonly Finding[];
}

/** Shows it. @param days - how far back the clock goes; @param beacon - a verified round */
export async function demonstrateClock(
  folder: string,
  days: number,
  beacon: BeaconRef,
  sw: NonNullable<Entry["sw"]>,
): Promise<ClockDemo> {
  const earliest = roundTime(QUICKNET, beacon.round);
  const claimed = new Date(earliest - days * 86_400_000);
  const store = createLedger(folder, sw, "demonstration.seedproof.local/clock");
  // The honest part of the story: the log holds the beacon at the beacon's time.
  store.append([{ v: 1, type: "anchor.beacon", t: { wall: new Date(earliest).toISOString() }, sw, beacon }]);
  const path = join(folder, "image.txt");
  writeFileSync(path, "a demonstration, no image\n");
  const written = statSync(path).mtime.toISOString();
  utimesSync(path, claimed, claimed);
  const bytes = new TextEncoder().encode("a demonstration, no image\n");
  const event = {
    type: "image.saved",
    inClear: true,
    body: { mark: "demonstration" },
    files: [{ role: "image", bytes }],
  };
  const wall = claimed.toISOString();
  const [appended] = store.append([{ ...prepareEntry(store, event, sw), t: { wall } }]);
  store.integrate();
  store.close();
  const { findings, times } = await verifyLedger(folderReader(ledgerFolders(folder).log), {
    hasher: nodeHasher,
    ed25519: nodeVerify,
    trust: { timestamps: { roots: [] }, witnesses: [], beacons: [QUICKNET], headers: new Map() },
  });
  const { index } = appended!;
  const bound = times.find(({ from, to }) => from <= index && index < to)?.notBefore;
  return {
    mark: "demonstration",
    folder,
    file: { path, written, modified: statSync(path).mtime.toISOString() },
    entry: { index, claimed: wall, earliest: new Date(earliest).toISOString(), source: bound?.source ?? "" },
    contradicted: findings.some(({ code, where }) => code === "ledger.claimed-too-early" && where?.entry === index),
    findings,
  };
}
