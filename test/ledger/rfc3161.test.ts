import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/hash.ts";
import { certificatesOf } from "../../src/ledger/pem.ts";
import { checkTimestamp, type TimestampTrust, timestampRequest } from "../../src/ledger/rfc3161.ts";

const file = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, "vectors/rfc3161", name)));
const roots = (name: string) => certificatesOf(Buffer.from(file(name)).toString());
const asked = { digest: sha256(file("data")), request: file("query.tsq") };
const ZOO: TimestampTrust = { roots: roots("root.pem") };

const failing = async (reply: Uint8Array, trust = ZOO, question: Parameters<typeof checkTimestamp>[1] = asked) => {
  const { timestamp, findings } = await checkTimestamp(reply, question, trust);
  const fails = findings.filter(({ level }) => level === "fails").map(({ code }) => code);
  expect(timestamp === undefined, "a time is given exactly where nothing fails").toBe(fails.length > 0);
  return fails;
};

describe("a good timestamp", () => {
  test.each(["good-ec.tsr", "good-rsa.tsr", "good-ec.tst"])(
    "%s is accepted, with its time and accuracy",
    async (name) => {
      const { timestamp, findings } = await checkTimestamp(file(name), asked, ZOO);
      expect(timestamp).toMatchObject({ accuracyMs: 1500, policy: "1.2.3.4.1", trusted: true });
      expect(new Date(timestamp!.time).toISOString()).toMatch(/^2026-11-23T07:3/);
      expect(findings.map(({ code }) => code)).toEqual(["ledger.timestamp-holds", "ledger.timestamp-revocation"]);
    },
  );

  test("stays good after its certificate has expired: the chain is judged at the time it states", async () => {
    const { timestamp } = await checkTimestamp(file("retired.tsr"), asked, ZOO);
    expect(new Date(timestamp!.time).toISOString()).toBe("2020-01-15T12:00:00.000Z");
  });

  test("counts without a named root, but not as anyone's whom the reader trusts", async () => {
    const { timestamp, findings } = await checkTimestamp(file("good-ec.tsr"), asked, { roots: [] });
    expect(timestamp?.trusted).toBe(false);
    expect(findings.map(({ code }) => code)).toContain("ledger.timestamp-root-unknown");
  });
});

describe("a wrong timestamp is refused, and the reason is named", () => {
  test.each([
    // pkijs alone accepts this one: it does not look at the purpose.
    ["wrong-purpose.tst", ["ledger.timestamp-purpose"]],
    // openssl ts -verify accepts this one: it judges the certificate now, not at the time that is stated.
    ["backdated.tsr", ["ledger.timestamp-validity", "ledger.timestamp-untrusted"]],
    ["unbound.tst", ["ledger.timestamp-binding"]],
    ["other-nonce.tsr", ["ledger.timestamp-nonce"]],
    ["other-data.tsr", ["ledger.timestamp-imprint", "ledger.timestamp-nonce"]],
    ["sha1.tsr", ["ledger.timestamp-weak-hash", "ledger.timestamp-imprint", "ledger.timestamp-nonce"]],
    ["refused.tsr", ["ledger.timestamp-malformed"]],
  ])("%s", async (name, codes) => {
    expect(await failing(file(name))).toEqual(codes);
  });

  test("under a root that was not named", async () => {
    expect(await failing(file("good-ec.tsr"), { roots: roots("other-root.pem") })).toEqual([
      "ledger.timestamp-untrusted",
    ]);
  });

  test("under a policy that is not accepted", async () => {
    const question = { ...asked, request: file("policy.tsq") };
    expect(await failing(file("policy.tsr"), ZOO, question)).toEqual([]);
    expect(await failing(file("policy.tsr"), { ...ZOO, policies: ["1.2.3.4.1"] }, question)).toEqual([
      "ledger.timestamp-policy",
    ]);
  });

  test("over other bytes", async () => {
    expect(await failing(file("good-ec.tsr"), ZOO, { digest: sha256("other") })).toEqual(["ledger.timestamp-imprint"]);
  });
});

test("no changed byte of a token is accepted as another time or another authority", async () => {
  const good = file("good-ec.tsr");
  const { timestamp } = await checkTimestamp(good, asked, ZOO);
  for (let at = 0; at < good.length; at += 13) {
    const changed = Uint8Array.from(good);
    changed[at]! ^= 0x01;
    const check = await checkTimestamp(changed, asked, ZOO);
    if (check.timestamp) expect(check.timestamp, `byte ${at}`).toEqual(timestamp);
  }
});

test("bytes that are no token are refused without an error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const { findings } = await checkTimestamp(bytes, asked, ZOO);
      expect(findings.map(({ code }) => code)).toEqual(["ledger.timestamp-malformed"]);
    }),
    { numRuns: 200 },
  );
  const nested = new Uint8Array(200_000).fill(0x30);
  expect(await failing(nested)).toEqual(["ledger.timestamp-malformed"]);
});

test("a request has a positive nonce of eight bytes whatever is drawn", () => {
  for (const first of [0x00, 0x7f, 0x80, 0xff]) {
    const request = timestampRequest(asked.digest, Uint8Array.of(first, 1, 2, 3, 4, 5, 6, 7));
    const hex = Buffer.from(request).toString("hex");
    expect(hex).toMatch(/0208[4-7][0-9a-f]01020304050607/);
    expect(request).toHaveLength(69);
  }
});
