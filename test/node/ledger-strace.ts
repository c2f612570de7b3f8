/** Real system calls of a real process on a real disk, made to fail one at a time by strace, and what must hold afterwards. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { SignerFolder } from "../../src/node/ledger-keys.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { takeLock } from "../../src/node/lock-file.ts";
import { entry, failures, ORIGIN, SEED } from "./ledger-helpers.ts";

/** Calls that change what is on the disk; only the ledger makes them in that process. */
const CALLS = ["fsync", "fdatasync", "rename", "mkdir", "unlink"] as const;

/** One call of the run, and how it fails. */
export interface Injection {
  readonly call: (typeof CALLS)[number];
  /** The n-th of its kind, from 1. */
  readonly nth: number;
  readonly fault: "error=EIO" | "error=ENOSPC" | "signal=KILL";
}

/** The program that is run, as one file of plain JavaScript: a loader for TypeScript would make most of the calls. */
const PROGRAM = "program.mjs";

/** A ledger with a few entries, to start each run from, and the program beside it. */
export async function baseLedger(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "seedproof-strace-"));
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL("./ledger-strace-process.ts", import.meta.url)),
      outDir: home,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: PROGRAM, codeSplitting: false } },
    },
  });
  const signer = new SignerFolder(join(home, "keys"), "ledger");
  signer.create(ORIGIN, SEED);
  const store = LedgerStore.create({ folder: join(home, "log"), signer, lock: takeLock }, { t: entry(0).t });
  store.append([entry(1), entry(2)]);
  store.integrate();
  store.close();
  return home;
}

function runUnder(home: string, log: string, options: readonly string[]): string[] {
  const traced = ["-f", "-o", log, ...options, process.execPath, join(home, PROGRAM), home];
  const { stdout, error } = spawnSync("strace", traced, { encoding: "utf8" });
  expect(error).toBeUndefined();
  return stdout.split("\n").filter(Boolean);
}

/** Every way in which one call of an undisturbed run can fail. */
export function injections(base: string): Injection[] {
  const home = copyOf(base);
  const log = join(home, "trace");
  expect(runUnder(home, log, ["-e", `trace=${CALLS.join(",")}`]).at(-1)).toBe('"done"');
  const trace = readFileSync(log, "utf8");
  rmSync(home, { recursive: true });
  return CALLS.flatMap((call) => {
    const count = trace.match(new RegExp(` ${call}\\(`, "g"))?.length ?? 0;
    const faults = (["error=EIO", "error=ENOSPC", "signal=KILL"] as const).filter(
      (fault) => !(fault === "error=ENOSPC" && call === "unlink"),
    );
    return Array.from({ length: count }, (_, i) => faults.map((fault) => ({ call, nth: i + 1, fault }))).flat();
  });
}

function copyOf(base: string): string {
  const home = mkdtempSync(join(tmpdir(), "seedproof-strace-"));
  for (const part of ["log", "keys", PROGRAM]) cpSync(join(base, part), join(home, part), { recursive: true });
  return home;
}

/** Lets one call fail, and checks that what was promised is there, before and after the ledger goes on. @returns promises that were given */
export async function failAt(base: string, { call, nth, fault }: Injection): Promise<number> {
  const home = copyOf(base);
  const label = `${fault} at ${call} ${nth}`;
  try {
    const said = runUnder(home, join(home, "trace"), [
      "-e",
      `trace=${call}`,
      "-e",
      `inject=${call}:${fault}:when=${nth}`,
    ]);
    expect(readFileSync(join(home, "trace"), "utf8"), label).toMatch(/INJECTED|killed by SIGKILL/);
    const promised = said.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as { receipt: string });
    const receipts = promised.map(({ receipt }) => utf8(receipt));
    const reader = folderReader(join(home, "log"));
    const trust = { timestamps: { roots: [] }, witnesses: [], beacons: [], headers: new Map() };
    const check = () => verifyLedger(reader, { hasher: nodeHasher, ed25519: nodeVerify, trust, receipts });
    expect(failures(await check()), `${label}, as it was left`).toEqual([]);
    const signer = new SignerFolder(join(home, "keys"), "ledger");
    const store = LedgerStore.open({ folder: join(home, "log"), signer, lock: takeLock });
    store.append([entry(900)]);
    store.integrate();
    store.close();
    const after = await check();
    expect(failures(after), `${label}, after going on`).toEqual([]);
    expect(after.entries.length, label).toBeGreaterThanOrEqual(3 + promised.length + 1);
    expect(existsSync(join(home, "log", "state", "lock")), label).toBe(false);
    return promised.length;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
