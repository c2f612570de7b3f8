import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeEntry } from "../../src/ledger/entry.ts";
import { readEntry } from "../../src/ledger/reader.ts";
import { folderReader } from "../../src/node/ledger-folder.ts";
import { SignerFolder } from "../../src/node/ledger-keys.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { takeLock } from "../../src/node/lock-file.ts";
import { check, entry, failures, ORIGIN, SEED } from "./ledger-helpers.ts";

let home = "";
const options = () => ({
  folder: join(home, "log"),
  signer: new SignerFolder(join(home, "keys"), "ledger"),
  lock: takeLock,
});

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-kill-"));
  options().signer.create(ORIGIN, SEED);
  LedgerStore.create(options(), { t: entry(0).t }).close();
});
afterAll(() => rmSync(home, { recursive: true }));

/** Runs a writer until it has promised `count` entries, kills it there, and gives what it promised. */
async function killAfter(count: number, name: string): Promise<{ index: number; n: number }[]> {
  const writer = spawn(process.execPath, [
    "--import",
    "tsx",
    fileURLToPath(new URL("./ledger-kill.ts", import.meta.url)),
    home,
    name,
  ]);
  const ended = new Promise((resolve) => writer.once("exit", resolve));
  let said = "";
  for await (const part of writer.stdout) {
    said += part;
    if (said.split("\n").length > count + 1) writer.kill("SIGKILL");
  }
  await ended;
  // A line that was cut by the kill was still said after its entry was promised.
  return said
    .split("\n")
    .slice(1, -1)
    .map((line) => line.split(" ").map(Number))
    .map(([index, n]) => ({ index: index!, n: n! }));
}

test("a writer that is killed again and again loses nothing that it promised, and its lock is free", async () => {
  const promised: { name: string; index: number; n: number }[] = [];
  for (const [name, count] of [
    ["a", 3],
    ["b", 20],
    ["c", 41],
  ] as const) {
    promised.push(...(await killAfter(count, name)).map((one) => ({ name, ...one })));
  }
  expect(promised.length).toBeGreaterThan(60);
  const store = LedgerStore.open(options());
  expect(() => LedgerStore.open(options())).toThrow(`process ${process.pid}`);
  const { size } = store.integrate().checkpoint;
  store.close();
  const reader = folderReader(join(home, "log"));
  for (const { name, index, n } of promised) {
    expect(decodeEntry((await readEntry(reader, index, size))!).body).toEqual({ writer: name, n });
  }
  expect(failures(await check(reader))).toEqual([]);
});
