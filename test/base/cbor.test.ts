import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/base/bytes.ts";
import { CBOR_LIMITS, cborGet, parseCbor, tryCbor } from "../../src/base/cbor.ts";
import { SeedproofError } from "../../src/base/errors.ts";

describe("CBOR", () => {
  test.each([
    ["00", 0],
    ["1903e8", 1000],
    ["1b000000e8d4a51000", 1000000000000],
    ["1bffffffffffffffff", 18446744073709551615n],
    ["3bffffffffffffffff", -18446744073709551616n],
    ["3903e7", -1000],
    ["f93c00", 1],
    ["f90001", 1 / 16_777_216],
    ["f97bff", 65504],
    ["f9c400", -4],
    ["fa47c35000", 100000],
    ["fb3ff199999999999a", 1.1],
    ["f97c00", Number.POSITIVE_INFINITY],
    ["f97e00", Number.NaN],
    ["f4", false],
    ["f6", null],
    ["62c3bc", "ü"],
    ["83010203", [1, 2, 3]],
    ["9fff", []],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["7f657374726561646d696e67ff", "streaming"],
    ["5f42010243030405ff", Uint8Array.of(1, 2, 3, 4, 5)],
    ["c11a514b67b0", { tag: 1, value: 1363896240 }],
  ])("%s is read as RFC 8949, appendix A, says", (hex, value) => {
    expect(parseCbor(fromHex(hex))).toEqual(value);
  });

  test("maps keep keys of any kind, and the first of two equal keys", () => {
    expect(parseCbor(fromHex("a201020304"))).toEqual(
      new Map([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(cborGet(parseCbor(fromHex("a2616101616102")), "a")).toBe(1);
    expect(parseCbor(fromHex("bf61610161629f0203ffff"))).toEqual(
      new Map<string, unknown>([
        ["a", 1],
        ["b", [2, 3]],
      ]),
    );
  });

  test("what is cut, reserved, or of a mixed kind is refused with its byte", () => {
    for (const hex of ["", "18", "5803ffff", "9b7fffffffffffffff", "1c", "f8ff", "7f41ffff", "61ff", "ff"]) {
      expect(() => parseCbor(fromHex(hex)), hex).toThrow(SeedproofError);
    }
  });

  test("nesting and number of items are bounded", () => {
    expect(() => parseCbor(new Uint8Array(100_000).fill(0x81))).toThrow(/nests deeper/);
    const wide = new Uint8Array(CBOR_LIMITS.items + 10).fill(0x00);
    wide[0] = 0x9f;
    expect(() => parseCbor(wide)).toThrow(/more items/);
  });

  test("any bytes give a value or nothing", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => tryCbor(bytes) !== null || true));
  });
});
