import fc from "fast-check";
import { expect, test } from "vitest";
import { boundSeed, seedHolds } from "../../src/process/seed.ts";

/** Round 1000 of quicknet, as the network published it. */
const beacon = {
  kind: "drand",
  chain: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  round: 1000,
  signature: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
} as const;
const binding = (counter = 0, root = "ab".repeat(32)) => ({ beacon, root, counter });

test("a bound seed follows from round, root and counter, and changes with each", () => {
  const seed = boundSeed(binding());
  // By Python's hashlib over the same bytes.
  expect(seed).toBe("4033792116");
  expect(Number(seed)).toBeLessThan(2 ** 32);
  const others = [boundSeed(binding(1)), boundSeed(binding(0, "ac".repeat(32)))];
  expect(new Set([seed, ...others]).size).toBe(3);
});

test("a seed holds only with its own binding under a round that was really published", () => {
  const seed = boundSeed(binding());
  expect(seedHolds({ seed, origin: { kind: "drawn", binding: binding() } })).toBe(true);
  expect(seedHolds({ seed, origin: { kind: "drawn", binding: binding(1) } })).toBe(false);
  expect(seedHolds({ seed: String(Number(seed) + 1), origin: { kind: "drawn", binding: binding() } })).toBe(false);
  const forged = { ...beacon, round: 1001 };
  expect(seedHolds({ seed, origin: { kind: "drawn", binding: { ...binding(), beacon: forged } } })).toBe(false);
  expect(seedHolds({ seed, origin: { kind: "drawn" } })).toBeUndefined();
  expect(seedHolds({ seed, origin: { kind: "typed" } })).toBeUndefined();
});

test("counters give seeds as spread as chance", () => {
  const seeds = Array.from({ length: 400 }, (_, i) => Number(boundSeed(binding(i))));
  expect(new Set(seeds).size).toBe(400);
  const upper = seeds.filter((seed) => seed >= 2 ** 31).length;
  expect(upper).toBeGreaterThan(150);
  expect(upper).toBeLessThan(250);
  fc.assert(
    fc.property(fc.nat(), (n) => /^\d{1,10}$/.test(boundSeed(binding(n)))),
    { numRuns: 50 },
  );
});
