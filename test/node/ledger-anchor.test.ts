import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concatBytes, fromHex, toHex, utf8 } from "../../src/base/bytes.ts";
import { sha256 } from "../../src/base/hash.ts";
import type { TimeTrust } from "../../src/ledger/anchors.ts";
import { QUICKNET, roundTime } from "../../src/ledger/drand.ts";
import type { Entry } from "../../src/ledger/entry.ts";
import { formatNote, formatVkey, KEY_TYPES, signer } from "../../src/ledger/note.ts";
import { otsClaims, readOts } from "../../src/ledger/ots.ts";
import { parsePolicy } from "../../src/ledger/policy.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { anchorLedger } from "../../src/node/ledger-anchor.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { witnessServer } from "../../src/node/witness-server.ts";
import { CrashFs } from "./crash-fs.ts";
import { check, codes, entry, failures, NEXT_SEED, newStore, ORIGIN, SEED } from "./ledger-helpers.ts";

const ROUND_1000 = {
  round: 1000,
  randomness: "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
  signature: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
};
const DAY = 86_400_000;
const sw = { name: "seedproof", version: "0" };
const witnessKey = signer("witness.example", NEXT_SEED, KEY_TYPES.cosignature);
const NO_TRUST: TimeTrust = { timestamps: { roots: [] }, witnesses: [], beacons: [QUICKNET], headers: new Map() };

let folder = "";
const servers: Server[] = [];
const urls = { calendar: "", drand: "" };
/** What the calendar has for a commitment by now. */
const upgrades = new Map<string, Uint8Array>();

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The address and key of a witness that has seen nothing yet. */
async function freshWitness(): Promise<string> {
  const logs = [signer(ORIGIN, SEED).key];
  const now = () => roundTime(QUICKNET, 1000) / 1000 + 3600;
  const url = await listen(witnessServer({ folder: "/witness", signer: witnessKey, logs, fs: new CrashFs(), now }));
  return `${url}#${formatVkey(witnessKey.key)}`;
}

/** A calendar as the public ones are: promises at once, keeps the rest for later. */
function calendar(): Server {
  return createServer((request, response) => {
    if (request.method === "GET") {
      const later = upgrades.get(request.url!.replace("/timestamp/", ""));
      response.writeHead(later ? 200 : 404).end(later);
      return;
    }
    const uri = utf8(urls.calendar);
    response.end(concatBytes(fromHex("f00101080083dfe30d2ef90c8e"), Uint8Array.of(uri.length + 1, uri.length), uri));
    request.resume();
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-anchor-"));
  writeFileSync(join(folder, "round.json"), JSON.stringify(ROUND_1000));
  urls.calendar = await listen(calendar());
  urls.drand = await listen(createServer((_, response) => response.end(JSON.stringify(ROUND_1000))));
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** A ledger whose entries claim the times given, in milliseconds after round 1000. */
function ledgerAt(...offsets: readonly number[]) {
  const { fs, store } = newStore();
  const at = (offset: number): Entry => ({
    ...entry(0),
    t: { wall: new Date(roundTime(QUICKNET, 1000) + offset).toISOString() },
  });
  store.append(offsets.map(at));
  const reader = folderReader("/log", fs);
  const anchor = async (sources: Parameters<typeof anchorLedger>[1]) => {
    const { entries } = await check(reader);
    return anchorLedger({ store, reader, sw, timestamps: { roots: [] }, witnesses: [], entries }, sources);
  };
  const verify = (trust: Partial<TimeTrust> = {}, more: object = {}) =>
    verifyLedger(reader, {
      hasher: nodeHasher,
      ed25519: nodeVerify,
      trust: { ...NO_TRUST, ...trust },
      clockToleranceMs: 400 * DAY * 10,
      ...more,
    });
  return { fs, store, reader, anchor, verify, at };
}

describe("a ledger between a beacon and a witness", () => {
  test("bounds its entries from both sides, each bound with its evidence and grade", async () => {
    const { store, anchor, verify, at } = ledgerAt(0);
    await anchor({ beacon: [`drand=${join(folder, "round.json")}`] });
    store.append([at(1000)]);
    const results = await anchor({ witness: [await freshWitness()] });
    expect(results).toMatchObject([{ kind: "witness", entry: 4 }]);
    const report = await verify({ witnesses: [witnessKey.key] });
    expect(failures(report)).toEqual([]);
    expect(codes(report)).toEqual(expect.arrayContaining(["ledger.beacon-holds", "ledger.witness-holds"]));
    expect(
      report.times.map(({ from, to, notBefore, notAfter }) => [from, to, notBefore?.grade, notAfter?.grade]),
    ).toEqual([
      [0, 2, undefined, "T3"],
      [2, 4, "N1", "T3"],
      [4, 5, "N1", undefined],
    ]);
    // To a reader who has not named the witness, it is somebody whom the owner may be.
    const stranger = await verify();
    expect(stranger.times[0]?.notAfter?.grade).toBe("T2");
    expect(codes(stranger)).toContain("ledger.witness-unknown");
  });

  test("meets a policy that asks for that witness, and not one that asks for another", async () => {
    const { fs, store, anchor, verify } = ledgerAt(0);
    await anchor({ witness: [await freshWitness()] });
    const other = formatVkey(signer("other.example", SEED, KEY_TYPES.cosignature).key);
    const policy = (key: string) => ({ policy: parsePolicy(`witness w ${key}\nquorum w\n`) });
    expect(store.checkpoint.checkpoint.size).toBe(3);
    const met = (await verify({}, policy(formatVkey(witnessKey.key)))).findings.find(
      ({ code }) => code === "ledger.policy-met",
    );
    // The entry that records the cosigning comes after what was cosigned.
    expect(met?.text.en).toContain("the first 2 entries; 1 came after");
    expect(codes(await verify({}, policy(other)))).toContain("ledger.policy-unmet");
    expect([...fs.files("/log/time/2/").keys()]).toHaveLength(1);
  });
});

describe("the clock set back two months", () => {
  test("is shown by a beacon that the log held before: the claimed time was not possible", async () => {
    const { store, anchor, verify, at } = ledgerAt(0);
    await anchor({ beacon: [urls.drand] });
    store.append([at(-61 * DAY)]);
    store.integrate();
    const report = await verify({}, { clockToleranceMs: 300_000 });
    expect(report.ok).toBe(false);
    const found = report.findings.find(({ code }) => code === "ledger.claimed-too-early");
    expect(found).toMatchObject({ level: "fails", where: { entry: 3 } });
    expect(found!.text.en).toContain("61 d before the earliest possible time");
  });
});

describe("OpenTimestamps", () => {
  test("promises first, and is completed from the calendar later; a header without its work is found, not believed", async () => {
    const { reader, anchor, verify, store } = ledgerAt(0);
    const [first] = await anchor({ ots: [urls.calendar] });
    const path = first!.files[0]!;
    expect(codes(await verify())).toContain("ledger.ots-pending");

    const [claim] = otsClaims(readOts((await reader.read(path))!).stamp);
    // A block of our own at height 0, where the work of one try in 2^32 would do; the root is the promise, hashed.
    upgrades.set(toHex(claim!.message), fromHex("08000588960d73d719010100"));
    const root = sha256(claim!.message);
    const header = concatBytes(new Uint8Array(36), root, new Uint8Array(4), fromHex("ffff001d"), new Uint8Array(4));
    const results = await anchor({ ots: [urls.calendar], headers: new Map([[0, header]]) });
    expect(results[0]!.files.map((file) => file.split("/").at(-1))).toEqual([
      expect.stringMatching(/^ots-.*\.ots$/),
      "bitcoin-0.header",
    ]);
    const report = await verify();
    // The calendar's path leads to the header, and the header lacks its work: that is found, not believed.
    expect(codes(report)).toContain("ledger.ots-header-differs");
    expect(codes(await verify({ headers: new Map() }))).not.toContain("ledger.ots-holds");
    expect(store.checkpoint.checkpoint.size).toBeGreaterThan(3);
  });

  test("a calendar that does not answer stops nothing else", async () => {
    const { anchor } = ledgerAt(0);
    const results = await anchor({ ots: ["http://127.0.0.1:9"], beacon: [urls.drand] });
    expect(results.map(({ kind, entry, error }) => [kind, entry !== undefined, error?.code])).toEqual([
      ["beacon", true, undefined],
      ["opentimestamps", false, "ledger.server-failed"],
    ]);
  });
});

test("a checkpoint and a receipt that somebody else holds are compared with the log", async () => {
  const { store, verify, at } = ledgerAt();
  const receipt = store.append([at(0)])[0]!.receipt;
  const held = formatNote(store.integrate().note);
  store.append([at(1)]);
  store.integrate();
  const same = await verify({}, { held: [utf8(held)], receipts: [utf8(receipt)] });
  expect(codes(same)).toEqual(expect.arrayContaining(["ledger.consistent-with", "ledger.receipt-kept"]));

  // The owner starts over with the same key, and other entries.
  const rewritten = ledgerAt(5, 6);
  rewritten.store.integrate();
  const fork = await rewritten.verify({}, { held: [utf8(held)], receipts: [utf8(receipt)] });
  expect(failures(fork)).toEqual(["ledger.forked", "ledger.receipt-broken"]);
  const shorter = ledgerAt();
  expect(failures(await shorter.verify({}, { held: [utf8(held)] }))).toEqual(["ledger.rolled-back"]);
  expect(failures(await rewritten.verify({}, { pinned: signer(ORIGIN, NEXT_SEED).key }))).toEqual([
    "ledger.key-not-pinned",
  ]);
});
