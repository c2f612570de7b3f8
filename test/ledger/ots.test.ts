import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, fromHex, toHex, utf8 } from "../../src/base/bytes.ts";
import { sha256 } from "../../src/base/hash.ts";
import { checkHeader } from "../../src/ledger/bitcoin.ts";
import { otsClaims, readOts, readOtsStamp } from "../../src/ledger/ots.ts";
import { newOts, otsCommitment, upgradeOts, writeOts } from "../../src/ledger/ots-write.ts";

const FOLDER = join(import.meta.dirname, "vectors/ots");
const file = (name: string) => new Uint8Array(readFileSync(join(FOLDER, name)));
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ots"));

// Block 358,391 as every Bitcoin node has it.
const BLOCK_358391 = fromHex(
  "02000000b96394585a281b7e5f438fd1c9ed492645a1fd61cb3802040000000000000000007ee445d23ad061af4a36b809501fab1ac4f2d7e7a739817dd0cbb7ec661b8a1e376755f58616186272def6",
);
const GENESIS = fromHex(
  "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c",
);

describe("the official examples", () => {
  test.each(names)("%s is read, and written back to the same bytes", (name) => {
    const proof = readOts(file(name));
    expect(otsClaims(proof.stamp).length).toBeGreaterThan(0);
    expect(toHex(writeOts(proof))).toBe(toHex(file(name)));
  });

  test("there are all thirteen of them", () => {
    expect(names).toHaveLength(13);
  });

  test.each(["hello-world.txt", "incomplete.txt", "merkle2.txt", "two-calendars.txt", "empty"])(
    "%s has the SHA-256 that its proof starts from",
    (name) => {
      expect(toHex(readOts(file(`${name}.ots`)).stamp.message)).toBe(toHex(sha256(file(name))));
    },
  );

  test("hello-world.txt leads to the Merkle root of the real block 358,391", () => {
    const [claim] = otsClaims(readOts(file("hello-world.txt.ots")).stamp);
    expect(claim!.attestation).toEqual({ kind: "bitcoin", height: 358391 });
    const header = checkHeader(BLOCK_358391, 358391);
    expect(header).toMatchObject({
      hash: "000000000000000003e892881a8cdcdc117c06d444057c98b6f04a9ee75a2319",
      time: 1432827678,
    });
    expect(toHex(claim!.message)).toBe(toHex((header as { merkleRoot: Uint8Array }).merkleRoot));
  });

  test("unknown notaries and other chains are kept as what they are", () => {
    const kinds = (name: string) => otsClaims(readOts(file(name)).stamp).map(({ attestation }) => attestation.kind);
    expect(kinds("unknown-notary.txt.ots")).toEqual(["unknown"]);
    expect(kinds("known-and-unknown-notary.txt.ots")).toEqual(["pending", "unknown"]);
    expect(kinds("two-calendars.txt.ots")).toEqual(["pending", "pending"]);
  });

  test.each([
    ["bad-major-version.ots", "version"],
    ["exceeds-max-msg-length.ots", "allowed length"],
    ["invalid-file-digest-type.ots", "hash is not known"],
  ])("%s is refused", (name, why) => {
    expect(() => readOts(file(`invalid/${name}`))).toThrow(why);
  });
});

describe("hostile proofs", () => {
  const good = file("two-calendars.txt.ots");
  const body = good.slice(0, 65);

  test("cut anywhere, they are refused with the byte", () => {
    for (let end = 0; end < good.length; end++) {
      expect(() => readOts(good.subarray(0, end)), String(end)).toThrowError(
        expect.objectContaining({ code: "ledger.ots-malformed" }),
      );
    }
    expect(() => readOts(concatBytes(good, Uint8Array.of(0)))).toThrow("follow");
  });

  test("nested too deep or forked without end, they are refused in no time", () => {
    expect(() => readOts(concatBytes(body, new Uint8Array(300).fill(0x08)))).toThrow("nests deeper");
    expect(() => readOts(concatBytes(body, new Uint8Array(100_000).fill(0xff)))).toThrow("not known");
    const forks = concatBytes(...Array.from({ length: 120_000 }, () => Uint8Array.of(0xff, 0x08, 0x00)));
    expect(() => readOts(concatBytes(body, forks))).toThrowError(
      expect.objectContaining({ code: "ledger.ots-malformed" }),
    );
    expect(() => readOts(concatBytes(body, Uint8Array.of(0xf0, 0x00)))).toThrow("empty argument");
    expect(() => readOts(concatBytes(body, Uint8Array.of(0xf0), new Uint8Array(12).fill(0xff)))).toThrow("too large");
  });

  test("made of anything, they end in a proof or in one error code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        try {
          readOts(concatBytes(body, tail));
        } catch (error) {
          expect((error as { code?: string }).code).toBe("ledger.ots-malformed");
        }
      }),
    );
  });
});

test("a new proof starts from its digest, hides it from calendars, and takes their later answers beside the promise", () => {
  const [digest, nonce] = [sha256("a checkpoint"), new Uint8Array(16).fill(7)];
  const commitment = otsCommitment(digest, nonce);
  // What a calendar answers: its promise, `append 01, sha256, pending`.
  const uri = utf8("https://calendar.example");
  const pending = concatBytes(fromHex("f00101080083dfe30d2ef90c8e"), Uint8Array.of(uri.length + 1, uri.length), uri);
  const proof = newOts(digest, nonce, [readOtsStamp(pending, commitment)]);
  const [promise] = otsClaims(readOts(writeOts(proof)).stamp);
  expect(promise!.attestation).toEqual({ kind: "pending", uri: "https://calendar.example" });
  expect(toHex(promise!.message)).toBe(toHex(sha256(concatBytes(commitment, Uint8Array.of(1)))));

  // Later: a block at height 0 whose root is reached by one more hash.
  const later = readOtsStamp(fromHex("08000588960d73d719010100"), promise!.message);
  const upgraded = readOts(writeOts({ ...proof, stamp: upgradeOts(proof.stamp, promise!.message, later) }));
  const claims = otsClaims(upgraded.stamp);
  expect(claims.map(({ attestation }) => attestation.kind)).toEqual(["pending", "bitcoin"]);
  expect(toHex(claims[1]!.message)).toBe(toHex(sha256(promise!.message)));
});

describe("a block header", () => {
  test("is accepted with the work of its height, as the first block and block 358,391 are", () => {
    expect(checkHeader(GENESIS, 0)).toMatchObject({
      hash: "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
      time: 1231006505,
    });
  });

  test("is refused when a bit changed, when it is cut, and when its work is that of an easier age", () => {
    for (let bit = 0; bit < 80 * 8; bit += 7) {
      const changed = Uint8Array.from(BLOCK_358391);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(checkHeader(changed, 358391), `bit ${bit}`).toBe("no-work");
    }
    expect(checkHeader(BLOCK_358391.subarray(1), 358391)).toBe("malformed");
    expect(checkHeader(GENESIS, 500_000)).toBe("no-work");
    expect(checkHeader(new Uint8Array(80), 0)).toBe("no-work");
  });
});
