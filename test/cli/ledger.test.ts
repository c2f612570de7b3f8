import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { registerLedger } from "../../src/cli/ledger.ts";
import { reportError } from "../../src/cli/output.ts";
import { openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { parseVkey } from "../../src/ledger/note.ts";
import { parseProof, provesEntry } from "../../src/ledger/proof.ts";

let home = "";

test("a workspace that is a file is named, not taken for a fault of the program", async () => {
  const file = join(home, "no-folder");
  writeFileSync(file, "");
  const { status, json } = await ledger("show", "--home", file);
  expect(status).toBe(2);
  expect(json).toMatchObject({ error: { code: "file.no-folder" } });
});

/** One run of a subcommand in this process, as `main.ts` would run it. */
async function ledger(...args: string[]): Promise<{ status: number; json: Result }> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const program = new Command().option("--json").option("--home <dir>").exitOverride();
  registerLedger(program);
  try {
    await program.parseAsync(["--home", join(home, "ws"), "--json", "ledger", ...args], { from: "user" });
  } catch (error) {
    process.exitCode = reportError(error, { json: true });
  }
  const status = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  const text = write.mock.calls.join("");
  write.mockRestore();
  return { status, json: JSON.parse(text) as Result };
}

/** What the commands print, as far as these tests look at it. */
interface Result {
  readonly folder: string;
  readonly origin: string;
  readonly vkey: string;
  readonly receipt: string;
  readonly root: string;
  readonly size: number;
  readonly entry: string;
  readonly entries: readonly object[];
  readonly erased: readonly string[];
  readonly anchors: readonly object[];
  readonly times: readonly { notBefore: object }[];
  readonly findings: readonly { code: string }[];
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-ledger-"));
});
afterAll(() => rmSync(home, { recursive: true }));

describe("a ledger from the command line", () => {
  let vkey = "";

  test("is made once, with a key that anyone may have and a folder that stock clients read", async () => {
    expect((await ledger("verify")).status).toBe(2);
    const made = (await ledger("init", "--origin", "example.com/my-log")).json;
    expect(made).toMatchObject({ folder: join(home, "ws", "ledger"), origin: "example.com/my-log", size: 1 });
    vkey = made.vkey;
    const head = readFileSync(join(made.folder, "checkpoint"));
    expect(openCheckpoint(head, "example.com/my-log", parseVkey(vkey)).checkpoint.size).toBe(1);
    expect(JSON.parse(readFileSync(join(made.folder, "log.json"), "utf8"))).toMatchObject({
      origin: made.origin,
      vkey,
    });
    expect((await ledger("init")).json).toMatchObject({ error: { code: "ledger.exists" } });
  });

  test("takes events, whose contents it shows and the log does not", async () => {
    writeFileSync(join(home, "cat.png"), "an image");
    const contents = ["--body", '{"prompt":"a cat"}', "--file", join(home, "cat.png")];
    const appended = (await ledger("append", "image.saved", ...contents)).json;
    expect(appended).toMatchObject({ index: 1, size: 2 });
    expect(appended.receipt).toContain("seedproof.receipt/v1\nexample.com/my-log\n1\n");
    const { entries } = (await ledger("list")).json;
    expect(entries[1]).toMatchObject({ type: "image.saved", body: { prompt: "a cat" }, grade: "N0·T0" });
    const bundle = readFileSync(join(home, "ws/ledger/tile/entries/000.p/2"), "latin1");
    expect(bundle).toContain("image.saved");
    expect(bundle).not.toContain("a cat");
    writeFileSync(join(home, "receipt.json"), JSON.stringify(appended));
  });

  test("proves an entry to somebody who has the key alone", async () => {
    const proven = (await ledger("prove", "1", "-o", join(home, "1.tlog-proof"))).json;
    const proof = parseProof(readFileSync(join(home, "1.tlog-proof")));
    expect(provesEntry(proof, utf8(proven.entry))).toBe(true);
    expect(proof.checkpoint.checkpoint.size).toBe(proven.size);
    expect((await ledger("prove", "99")).status).toBe(2);
    expect((await ledger("prove", "x")).status).toBe(64);
  });

  test("verifies, with the key, the receipt and the checkpoint that others hold", async () => {
    const held = ["--receipt", join(home, "receipt.json"), "--held", join(home, "ws/ledger/checkpoints/1")];
    const run = await ledger("verify", "--vkey", vkey, ...held);
    expect(run.status).toBe(0);
    const report = run.json;
    expect(report).toMatchObject({ ok: true, size: 2, pending: 0 });
    expect(report.root).toMatch(/^[0-9a-f]{64}$/);
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["ledger.root-holds", "ledger.receipt-kept", "ledger.consistent-with"]),
    );
  });

  test("is bounded by a beacon, and not by one that its network did not sign", async () => {
    const round = join(home, "round.json");
    const signature =
      "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
    writeFileSync(round, JSON.stringify({ round: 1000, signature }));
    expect((await ledger("anchor", "--beacon", `drand=${round}`)).json.anchors).toMatchObject([
      { kind: "beacon", entry: 2 },
    ]);
    expect((await ledger("verify")).json.times.at(-1)?.notBefore).toMatchObject({
      time: "2023-08-23T15:59:24.000Z",
      grade: "N1",
    });
    writeFileSync(round, JSON.stringify({ round: 1001, signature }));
    expect((await ledger("anchor", "--beacon", `drand=${round}`)).status).toBe(1);
    expect((await ledger("anchor")).status).toBe(64);
  });

  test("erases contents and keeps the proof; a published copy verifies without contents", async () => {
    expect((await ledger("erase", "1", "--reason", "asked to")).json.erased).toHaveLength(2);
    expect((await ledger("verify")).status).toBe(0);
    const copy = join(home, "copy");
    expect((await ledger("export", copy)).status).toBe(0);
    expect((await ledger("verify", copy)).json).toMatchObject({ ok: true });
    expect((await ledger("export", copy)).status).toBe(64);
  });

  test("names an older copy that was put back, to every command", async () => {
    const [log, old] = [join(home, "ws/ledger"), join(home, "old")];
    cpSync(log, old, { recursive: true });
    await ledger("append", "note");
    renameSync(log, join(home, "newest"));
    cpSync(old, log, { recursive: true });
    for (const check of ["verify", "fsck"]) {
      const { status, json } = await ledger(check);
      expect([check, status]).toEqual([check, 1]);
      expect(json.findings.map(({ code }) => code)).toContain("ledger.rolled-back");
    }
    expect((await ledger("append", "note")).json).toMatchObject({ error: { code: "ledger.rolled-back" } });
    rmSync(log, { recursive: true });
    renameSync(join(home, "newest"), log);
    expect((await ledger("verify")).status).toBe(0);
  });

  test("shows what was changed, by exit status and by code", async () => {
    const tile = join(home, "ws/ledger/tile/entries", readTile(join(home, "ws/ledger/checkpoint")));
    const bytes = readFileSync(tile);
    writeFileSync(tile, Buffer.from(bytes.toString("latin1").replace("image.saved", "image.maved"), "latin1"));
    const run = await ledger("fsck");
    expect(run.status).toBe(1);
    expect(run.json.findings).toContainEqual(
      expect.objectContaining({
        code: "ledger.entry-altered",
        level: "fails",
        where: expect.objectContaining({ entry: 1 }),
      }),
    );
    expect((await ledger("verify")).status).toBe(1);
  });
});

describe("the demonstration of a clock set back", () => {
  test("takes the file's time without a trace, and is contradicted by the ledger with the days", async () => {
    const { status, json } = await ledger("demo-clock");
    expect(status).toBe(0);
    expect(json).toMatchObject({
      mark: "demonstration",
      contradicted: true,
      file: { modified: "2023-06-23T15:59:24.000Z" },
      entry: { claimed: "2023-06-23T15:59:24.000Z", earliest: "2023-08-23T15:59:24.000Z" },
    });
    expect(JSON.stringify(json.findings)).toContain("61 d before the earliest possible time");
  });

  test("within the tolerance of an unset clock shows nothing, and says so by its status", async () => {
    expect((await ledger("demo-clock", "--days", "0.001")).status).toBe(1);
    expect((await ledger("demo-clock", "--days", "x")).status).toBe(64);
  });
});

/** File name of the only bundle, from the size in the checkpoint. */
function readTile(checkpoint: string): string {
  return `000.p/${readFileSync(checkpoint, "utf8").split("\n")[1]}`;
}
