import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialAtMost, shareOf } from "../../src/base/binomial.ts";
import metrics from "../compare/vectors/metrics.json" with { type: "json" };

const { intervals } = metrics;

/** The plain sum over exact fractions: P(X ≤ k) of a binomial with rate num/den. */
function sum(k: number, n: number, num: bigint, den: bigint): number {
  let [total, choose] = [0n, 1n];
  for (let i = 0; i <= k; i++) {
    total += choose * num ** BigInt(i) * (den - num) ** BigInt(n - i);
    choose = (choose * BigInt(n - i)) / BigInt(i + 1);
  }
  const scale = 10n ** 30n;
  return Number((total * scale) / den ** BigInt(n)) / 1e30;
}

describe("binomial tails", () => {
  test("equal the plain sum of exact fractions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.nat(120), fc.integer({ min: 1, max: 999 }), (n, k0, rate) => {
        const k = k0 % (n + 1);
        expect(binomialAtMost(k, n, rate / 1000)).toBeCloseTo(sum(k, n, BigInt(rate), 1000n), 11);
      }),
      { numRuns: 150 },
    );
  });

  test("stay right for many thousand trials, where the factorials are a series", () => {
    expect(binomialAtMost(480, 5000, 0.1)).toBeCloseTo(sum(480, 5000, 1n, 10n), 10);
  });
});

describe("Clopper–Pearson intervals", () => {
  test.each(intervals)("are SciPy's for $hits of $trials", ({ hits, trials, low, high }) => {
    const found = shareOf(hits, trials);
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
  });

  test("leave out rates under which so few or so many hits are rarer than one tail", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), (trials, some) => {
        const hits = some % (trials + 1);
        const { low, high, share } = shareOf(hits, trials);
        expect(low <= share && share <= high).toBe(true);
        if (hits > 0) expect(1 - binomialAtMost(hits - 1, trials, low)).toBeCloseTo(0.025, 9);
        if (hits < trials) expect(binomialAtMost(hits, trials, high)).toBeCloseTo(0.025, 9);
      }),
      { numRuns: 100 },
    );
  });

  test("of no trials say nothing", () => {
    expect(shareOf(0, 0)).toEqual({ hits: 0, trials: 0, share: 0, low: 0, high: 1 });
  });
});
