import { describe, expect, test } from "vitest";
import { toHex } from "../../src/base/bytes.ts";
import { beaconRandomness, parseBeacon, QUICKNET, roundAt, roundTime, verifyBeacon } from "../../src/ledger/drand.ts";

/** Round 1000 of quicknet, as every drand server answers. */
const ROUND_1000 = {
  round: 1000,
  randomness: "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
  signature: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
};

describe("round 1000 of quicknet", () => {
  const beacon = parseBeacon(JSON.stringify(ROUND_1000));

  test("is signed by the network, and gives its published random value", () => {
    expect(verifyBeacon(QUICKNET, beacon)).toBe(true);
    expect(toHex(beaconRandomness(beacon))).toBe(ROUND_1000.randomness);
  });

  test("is no other round, no other signature and no other chain", () => {
    expect(verifyBeacon(QUICKNET, { ...beacon, round: 1001 })).toBe(false);
    expect(verifyBeacon(QUICKNET, { ...beacon, signature: beacon.signature.replace("b4", "b5") })).toBe(false);
    expect(verifyBeacon(QUICKNET, { ...beacon, signature: "00" })).toBe(false);
    expect(verifyBeacon(QUICKNET, { ...beacon, chain: "0".repeat(64) })).toBe(false);
  });

  test("has its time, at which it is the newest round", () => {
    const time = roundTime(QUICKNET, 1000);
    expect(new Date(time).toISOString()).toBe("2023-08-23T15:59:24.000Z");
    expect([roundAt(QUICKNET, time - 1), roundAt(QUICKNET, time), roundAt(QUICKNET, 0)]).toEqual([999, 1000, 0]);
  });
});

test.each([
  "",
  "{}",
  '{"round":1,"signature":"ab"}',
  JSON.stringify({ ...ROUND_1000, randomness: "00" }),
  JSON.stringify({ ...ROUND_1000, round: -1 }),
])("%j is no beacon", (text) => {
  expect(() => parseBeacon(text)).toThrow("a beacon is");
});
