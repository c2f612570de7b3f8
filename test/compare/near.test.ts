import fc from "fast-check";
import { expect, test } from "vitest";
import { type Look, NEAR, nearGroups } from "../../src/compare/near.ts";
import { pdqDistance } from "../../src/compare/pdq.ts";

const HASH = fc
  .array(fc.integer({ min: 0, max: 15 }), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.map((digit) => digit.toString(16)).join(""));

/** The hash with these bits changed. */
function flipped(hash: string, bits: readonly number[]): string {
  const digits = [...hash].map((digit) => Number.parseInt(digit, 16));
  for (const bit of bits) digits[bit >> 2]! ^= 1 << (bit & 3);
  return digits.map((digit) => digit.toString(16)).join("");
}

/** The same by looking at every pair, until nothing changes. */
function plainly(looks: readonly Look[]): number[] {
  const groups = looks.map((_, i) => i);
  const alike = (a: Look, b: Look): boolean => {
    if (a.pixels !== undefined && a.pixels === b.pixels) return true;
    if (!a.pdq || !b.pdq || Math.min(a.pdq.quality, b.pdq.quality) < NEAR.quality) return false;
    return pdqDistance(a.pdq.hash, b.pdq.hash) <= NEAR.bits;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, a] of looks.entries()) {
      for (const [j, b] of looks.entries()) {
        if (groups[j]! > groups[i]! && alike(a, b)) {
          groups[j] = groups[i]!;
          changed = true;
        }
      }
    }
  }
  return groups;
}

test("groups are those that a look at every pair gives, around the threshold too", () => {
  const bits = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 0, maxLength: 40 });
  const look = fc.record(
    {
      pixels: fc.constantFrom("a", "b", "c", "d"),
      from: fc.nat(3),
      bits,
      quality: fc.constantFrom(0, 49, 50, 100),
    },
    { requiredKeys: ["from", "bits", "quality"] },
  );
  fc.assert(
    fc.property(fc.array(HASH, { minLength: 4, maxLength: 4 }), fc.array(look, { maxLength: 24 }), (hashes, drawn) => {
      const looks = drawn.map(
        ({ pixels, from, bits, quality }, i): Look => ({
          // What shows the same pixels has the same hash: it follows from them.
          ...(pixels !== undefined && i % 3 === 0 && { pixels: `${pixels}${from}` }),
          pdq: {
            hash: i % 3 === 0 && pixels !== undefined ? hashes[from]! : flipped(hashes[from]!, bits),
            quality: i % 3 === 0 ? 100 : quality,
          },
        }),
      );
      expect(nearGroups(looks)).toEqual(plainly(looks));
    }),
    { numRuns: 300 },
  );
});

test("31 bits are near wherever they lie, 32 are not, and neither is a flat image", () => {
  const zero = "0".repeat(64);
  const pair = (bits: readonly number[], quality = 100): number[] =>
    nearGroups([{ pdq: { hash: zero, quality: 100 } }, { pdq: { hash: flipped(zero, bits), quality } }]);
  const spread = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 8 + (i >> 5)) % 256);
  expect(pair(spread(31))).toEqual([0, 0]);
  expect(pair(spread(32))).toEqual([0, 1]);
  expect(pair([...Array(31).keys()])).toEqual([0, 0]);
  expect(pair([...Array(32).keys()])).toEqual([0, 1]);
  expect(pair([], 49)).toEqual([0, 1]);
});

test("images whose pixels could not be decoded are alone", () => {
  expect(nearGroups([{}, {}, { pixels: "x" }, {}, { pixels: "x" }])).toEqual([0, 1, 2, 3, 2]);
});
