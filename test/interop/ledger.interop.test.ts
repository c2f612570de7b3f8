import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/hash.ts";
import { formatNote } from "../../src/ledger/note.ts";
import { readOts, readOtsStamp } from "../../src/ledger/ots.ts";
import { newOts, otsCommitment, writeOts } from "../../src/ledger/ots-write.ts";
import { certificatesOf } from "../../src/ledger/pem.ts";
import { formatProof } from "../../src/ledger/proof.ts";
import { prove, readEntry } from "../../src/ledger/reader.ts";
import { checkTimestamp } from "../../src/ledger/rfc3161.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { anchorLedger } from "../../src/node/ledger-anchor.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { SignerFolder } from "../../src/node/ledger-keys.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { entry, failures, ORIGIN, SEED } from "../node/ledger-helpers.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-interop-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A real ledger on disk with this many entries under several checkpoints. */
function ledgerOnDisk(name: string, sizes: readonly number[]) {
  const home = join(folder, name);
  const signer = new SignerFolder(join(home, "keys"), "ledger");
  signer.create(ORIGIN, SEED);
  const store = LedgerStore.create({ folder: join(home, "log"), signer }, { t: entry(0).t });
  for (const size of sizes) {
    store.append(Array.from({ length: size - store.length }, (_, i) => entry(store.length + i)));
    store.integrate();
  }
  return { home, log: join(home, "log"), store, reader: folderReader(join(home, "log")) };
}

describe("Go's sumdb packages", () => {
  const env = { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "" };
  const check = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(join(folder, "tlogcheck"), args, { encoding: "utf8" });
    return { status, said: stdout.trim() || stderr.trim() };
  };

  beforeAll(() => {
    const source = join(import.meta.dirname, "tlogcheck/main.go");
    execFileSync("go", ["build", "-o", join(folder, "tlogcheck"), source], {
      env: { ...env, GOCACHE: join(folder, "go-cache") },
    });
  }, 120_000);

  test("accept our checkpoints, every tile, every inclusion, every older checkpoint and our proof files", async () => {
    const { home, log, store, reader } = ledgerOnDisk("go", [2, 7, 256, 300, 700]);
    const proofs: string[] = [];
    for (const index of [0, 255, 256, 699]) {
      const [proof, bytes] = [join(home, `${index}.tlog-proof`), join(home, `${index}.entry`)];
      writeFileSync(proof, formatProof(await prove(reader, index, store.checkpoint)));
      writeFileSync(bytes, (await readEntry(reader, index, 700))!);
      proofs.push(proof, bytes);
    }
    expect(check(log, store.info.vkey, ...proofs)).toEqual({
      status: 0,
      said: "700 entries, 6 checkpoints, 4 proof files",
    });
    expect(check(log, store.info.vkey, proofs[0]!, proofs[3]!).status).toBe(1);
  });

  test("refuse the same ledger with one hash changed", () => {
    const { log, store } = ledgerOnDisk("go-changed", [300]);
    const tile = join(log, "tile/0/000");
    const bytes = readFileSync(tile);
    bytes[40]! ^= 1;
    writeFileSync(tile, bytes);
    expect(check(log, store.info.vkey).status).toBe(1);
  });
});

describe("openssl", () => {
  let zoo = "";
  let server: Server;
  let url = "";
  const openssl = (...args: string[]) => spawnSync("openssl", args, { cwd: zoo, encoding: "utf8" });

  /** An authority over HTTP whose every reply openssl makes. */
  beforeAll(async () => {
    zoo = join(folder, "zoo");
    execFileSync(join(import.meta.dirname, "make-tsa-zoo.sh"), [zoo, "keep"], { stdio: "ignore" });
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      writeFileSync(join(zoo, "asked.tsq"), Buffer.concat(parts));
      openssl(
        "ts",
        "-reply",
        "-config",
        "tsa.cnf",
        "-section",
        "ec",
        "-queryfile",
        "asked.tsq",
        "-out",
        "answered.tsr",
      );
      response.setHeader("content-type", "application/timestamp-reply");
      response.end(readFileSync(join(zoo, "answered.tsr")));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
  }, 120_000);
  afterAll(() => server.close());

  const roots = () => certificatesOf(readFileSync(join(zoo, "root.pem"), "utf8"));

  test("verifies the timestamp that we asked for over our checkpoint, and we verify it too", async () => {
    const { log, store, reader } = ledgerOnDisk("tsa", [5]);
    const sw = { name: "seedproof", version: "0" };
    const timestamps = { roots: roots() };
    const [result] = await anchorLedger({ store, reader, sw, timestamps, witnesses: [], entries: [] }, { tsa: [url] });
    const file = (end: string) => join(log, result!.files.find((name) => name.endsWith(end))!);
    const stock = ["ts", "-verify", "-CAfile", "root.pem", "-untrusted", "intermediate.pem", "-in", file(".tsr")];
    expect(openssl(...stock, "-queryfile", file(".tsq")).stdout).toContain("Verification: OK");
    expect(openssl(...stock, "-data", join(log, "checkpoints/5")).stdout).toContain("Verification: OK");

    const trust = { timestamps, witnesses: [], beacons: [], headers: new Map() };
    const report = await verifyLedger(reader, {
      hasher: nodeHasher,
      ed25519: nodeVerify,
      trust,
      clockToleranceMs: 1e13,
    });
    expect(failures(report)).toEqual([]);
    expect(report.times[0]).toMatchObject({ from: 0, to: 5, notAfter: { grade: "T4", source: "Zoo Authority" } });
    expect(Math.abs(report.times[0]!.notAfter!.time - Date.now())).toBeLessThan(60_000);
  });

  test("and we agree on good tokens; each of the two traps is caught by us and missed by a stock default", async () => {
    const ours = async (name: string) => {
      const file = (one: string) => new Uint8Array(readFileSync(join(zoo, one)));
      const asked = { digest: sha256(file("data")), request: file("query.tsq") };
      return (await checkTimestamp(file(name), asked, { roots: roots() })).timestamp !== undefined;
    };
    const theirs = (name: string) => {
      const form = name.endsWith(".tst") ? ["-token_in"] : [];
      const files = ["-CAfile", "root.pem", "-untrusted", "intermediate.pem", "-queryfile", "query.tsq", "-in", name];
      return openssl("ts", "-verify", ...files, ...form).stdout.includes("Verification: OK");
    };
    for (const name of ["good-ec.tsr", "good-rsa.tsr", "good-ec.tst"]) {
      expect([name, await ours(name), theirs(name)]).toEqual([name, true, true]);
    }
    for (const name of ["wrong-purpose.tst", "unbound.tst", "other-nonce.tsr", "other-data.tsr"]) {
      expect([name, await ours(name), theirs(name)]).toEqual([name, false, false]);
    }
    // openssl judges the certificate at the time of the check: a time before it existed passes.
    expect([await ours("backdated.tsr"), theirs("backdated.tsr")]).toEqual([false, true]);
    // And what was good while its certificate lived does not.
    expect([await ours("retired.tsr"), theirs("retired.tsr")]).toEqual([true, false]);
  });
});

test("a clock that was really set back two months is contradicted by the beacon before it", () => {
  const round = join(folder, "round.json");
  const signature = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
  writeFileSync(round, JSON.stringify({ round: 1000, signature }));
  const root = join(import.meta.dirname, "../..");
  const seedproof = (before: readonly string[], ...args: string[]) => {
    const command = [...before, process.execPath, "--import", "tsx", "src/cli/main.ts", "ledger", ...args];
    const [program, ...rest] = [...command, "--home", join(folder, "clock"), "--json"];
    const env = { ...process.env, LC_ALL: "C" };
    const { status, stdout } = spawnSync(program!, rest, { cwd: root, encoding: "utf8", env });
    return { status, json: JSON.parse(stdout) as { index: number; findings: { code: string; text: string }[] } };
  };
  const then = ["faketime", "2023-09-01 12:00:00"];
  expect(seedproof(then, "init").status).toBe(0);
  expect(seedproof(then, "anchor", "--beacon", `drand=${round}`).status).toBe(0);
  expect(seedproof(then, "verify").status).toBe(0);
  // Round 1000 is of 23 August 2023; the machine now says 23 June.
  const { index } = seedproof(["faketime", "2023-06-23 12:00:00"], "append", "image.saved").json;
  const { status, json } = seedproof([], "verify");
  expect(status).toBe(1);
  const found = json.findings.find(({ code }) => code === "ledger.claimed-too-early");
  expect(found).toMatchObject({ level: "fails", where: { entry: index } });
  expect(found!.text).toContain("61 d before");
}, 300_000);

describe("python3-opentimestamps", () => {
  const script = `
import sys
from opentimestamps.core.timestamp import DetachedTimestampFile
from opentimestamps.core.serialize import StreamDeserializationContext
for name in sys.argv[1:]:
    with open(name, "rb") as f:
        proof = DetachedTimestampFile.deserialize(StreamDeserializationContext(f))
        for msg, attestation in sorted(proof.timestamp.all_attestations()):
            print(proof.file_digest.hex(), msg.hex(), attestation)
`;
  const read = (...files: string[]) => spawnSync("/usr/bin/python3", ["-c", script, ...files], { encoding: "utf8" });

  test("reads the proofs that we write, and finds the same claims as we do", () => {
    const digest = sha256("a checkpoint");
    const nonce = new Uint8Array(16).fill(9);
    const promise = readOtsStamp(
      Buffer.from("f00101080083dfe30d2ef90c8e0e0d68747470733a2f2f632e742f61", "hex"),
      otsCommitment(digest, nonce),
    );
    const file = join(folder, "ours.ots");
    writeFileSync(file, writeOts(newOts(digest, nonce, [promise])));
    const { status, stdout } = read(file);
    expect(status).toBe(0);
    expect(stdout).toContain(Buffer.from(digest).toString("hex"));
    expect(stdout).toContain("PendingAttestation('https://c.t/a')");
  });

  test("writes back what we have read and written, for every official example", () => {
    const vectors = join(import.meta.dirname, "../ledger/vectors/ots");
    const again = join(folder, "again");
    mkdirSync(again);
    for (const name of readdirSync(vectors).filter((one) => one.endsWith(".ots"))) {
      writeFileSync(join(again, name), writeOts(readOts(new Uint8Array(readFileSync(join(vectors, name))))));
      expect(read(join(again, name)).stdout, name).toBe(read(join(vectors, name)).stdout);
    }
  });
});

test("a checkpoint is one text for us and for stock tools", () => {
  const { store } = ledgerOnDisk("text", [3]);
  expect(formatNote(store.checkpoint.note)).toMatch(
    /^seedproof\.test\/one\n3\n[A-Za-z0-9+/]{43}=\n\n— seedproof\.test\/one [A-Za-z0-9+/]+=*\n$/,
  );
});
