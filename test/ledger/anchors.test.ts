import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fromHex, utf8 } from "../../src/base/bytes.ts";
import { sha256Hex } from "../../src/base/hash.ts";
import { checkAnchors, type TimeTrust } from "../../src/ledger/anchors.ts";
import type { Entry, FileRef, PlacedEntry } from "../../src/ledger/entry.ts";
import { certificatesOf } from "../../src/ledger/pem.ts";
import type { LogReader } from "../../src/ledger/reader.ts";

const vector = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, "vectors", name)));
const HEADER =
  "02000000b96394585a281b7e5f438fd1c9ed492645a1fd61cb3802040000000000000000007ee445d23ad061af4a36b809501fab1ac4f2d7e7a739817dd0cbb7ec661b8a1e376755f58616186272def6";
const TRUST: TimeTrust = { timestamps: { roots: [] }, witnesses: [], beacons: [], headers: new Map() };

/** One anchor over a "checkpoint" that is whatever file a published token happens to be about. */
async function check(
  type: string,
  stamped: Uint8Array,
  files: Record<string, [role: string, Uint8Array]>,
  trust = TRUST,
) {
  const out = Object.entries(files).map(([path, [role, bytes]]): FileRef => {
    return { role, path, sha256: sha256Hex(bytes), size: bytes.length };
  });
  const entry: Entry = { v: 1, type, t: { wall: "2026-01-01T00:00:00Z" }, body: { size: 7 }, out };
  const placed: PlacedEntry = { index: 7, entry, bytes: new Uint8Array(0) };
  const reader: LogReader = {
    read: async (path) => (path === "checkpoints/7" ? stamped : files[path]?.[1]),
  };
  const report = await checkAnchors(reader, [placed], trust);
  return { ...report, codes: report.findings.map(({ code }) => code) };
}

describe("the official hello-world.txt, taken as a checkpoint", () => {
  const text = vector("ots/hello-world.txt");
  const proof = { "time/7/a.ots": ["proof", vector("ots/hello-world.txt.ots")] } as Record<
    string,
    [string, Uint8Array]
  >;
  const type = "anchor.opentimestamps";

  test("existed before Bitcoin's block 358,391 of May 2015, with the header that stands beside the proof", async () => {
    const files = {
      ...proof,
      "time/7/bitcoin-358391.header": ["bitcoin-header", utf8(`${HEADER}\n`)] as [string, Uint8Array],
    };
    const { notAfter, codes } = await check(type, text, files);
    expect(codes).toEqual(["ledger.ots-holds"]);
    expect(notAfter).toMatchObject([{ grade: "T5", size: 7, entry: 7, source: "Bitcoin block 358391" }]);
    // Two hours after the header's own 15:41:18.
    expect(new Date(notAfter[0]!.time).toISOString()).toBe("2015-05-28T17:41:18.000Z");
  });

  test("or with the header that the reader brings, and without one only says what is missing", async () => {
    const headers = new Map([[358391, fromHex(HEADER)]]);
    expect((await check(type, text, proof, { ...TRUST, headers })).codes).toEqual(["ledger.ots-holds"]);
    expect(await check(type, text, proof)).toMatchObject({ codes: ["ledger.ots-header-missing"], notAfter: [] });
  });

  test("is not shown by a header of another block, or by a proof about other bytes", async () => {
    const other = fromHex(HEADER.replace("7ee445", "7ee446"));
    const wrong = await check(type, text, proof, { ...TRUST, headers: new Map([[358391, other]]) });
    expect(wrong).toMatchObject({ codes: ["ledger.ots-header-differs"], notAfter: [] });
    expect((await check(type, utf8("other"), proof)).codes).toEqual(["ledger.ots-imprint"]);
    expect((await check(type, text, { "time/7/a.ots": ["proof", utf8("?")] })).codes).toEqual(["ledger.ots-malformed"]);
  });
});

test("a path that leads out of the ledger's folder is not followed", async () => {
  const outside = "time/7/../../../elsewhere/a.ots";
  const files: Record<string, [string, Uint8Array]> = { [outside]: ["proof", vector("ots/hello-world.txt.ots")] };
  const headers = new Map([[358391, fromHex(HEADER)]]);
  const report = await check("anchor.opentimestamps", vector("ots/hello-world.txt"), files, { ...TRUST, headers });
  expect(report).toMatchObject({ notAfter: [], codes: [] });
});

test("a timestamp bounds by its time and its accuracy; by whom, depends on the reader", async () => {
  const files: Record<string, [string, Uint8Array]> = {
    "time/7/a.tsr": ["token", vector("rfc3161/good-ec.tsr")],
    "time/7/a.tsq": ["query", vector("rfc3161/query.tsq")],
  };
  const data = vector("rfc3161/data");
  const roots = certificatesOf(Buffer.from(vector("rfc3161/root.pem")).toString());
  const trusted = await check("anchor.rfc3161", data, files, { ...TRUST, timestamps: { roots } });
  const stranger = await check("anchor.rfc3161", data, files);
  expect([trusted.notAfter[0]!.grade, stranger.notAfter[0]!.grade]).toEqual(["T4", "T2"]);
  // 1.5 s of stated accuracy on whole seconds.
  expect(trusted.notAfter[0]!.time % 1000).toBe(500);
  expect((await check("anchor.rfc3161", utf8("other"), files)).notAfter).toEqual([]);
});
