import { expect, test } from "vitest";
import { benchPairs } from "../../../bench/compare/bench-pairs.ts";
import { calibrateCopies, type LabelledPair, sameness, scoreOf } from "../../../src/compare/pair/calibration.ts";
import type { Evidence } from "../../../src/compare/pair/evidence.ts";
import { logisticFit } from "../../../src/compare/pair/logistic.ts";
import { SHIPPED_CALIBRATION } from "../../../src/compare/pair/shipped-calibration.ts";

const NOTHING: Evidence = {
  cells: 2,
  roundness: 0.3,
  blocks: 400,
  share: 0.02,
  tight: 0.01,
  mean: 0.1,
  overlapA: 0.5,
  overlapB: 0.5,
  pdq: 120,
  quality: 90,
  features: 1000,
  layout: 0,
  palette: 0.2,
};
const SAME: Evidence = { ...NOTHING, cells: 90, share: 0.95, tight: 0.9, mean: 0.9, pdq: 20 };

/** Pairs of 90 sources: each one copy and two unrelated ones whose scatter hangs on their numbers. */
const pairs: LabelledPair[] = Array.from({ length: 90 }, (_, i): LabelledPair[] => {
  const group = `${(i * 7919) % 997}`.padStart(4, "0");
  const noise = ((i * 37) % 90) / 90;
  return [
    { group, related: true, kind: "jpeg30", evidence: { ...SAME, cells: 30 + i, share: 0.6 + 0.4 * noise } },
    { group, related: false, kind: "unrelated", evidence: { ...NOTHING, cells: i % 5, share: 0.1 * noise } },
    { group, related: false, kind: "unrelated", evidence: { ...NOTHING, cells: i % 3, share: 0.15 * noise * noise } },
  ];
}).flat();
const settings = {
  id: "test",
  date: "2026-11-29",
  method: "test",
  origin: { en: "made up", zh: "虚构" },
  falsePositiveRate: 0.02,
};

test("every source is counted once, and what is used is set on two parts of the sources and three others", () => {
  const { sources, falsePositives, found } = calibrateCopies(pairs, settings);
  expect(sources).toEqual({ fit: 36, calibrate: 54, report: 90 });
  expect(falsePositives.trials).toBe(180);
  expect(found.jpeg30?.trials).toBe(90);
});

test("copies are found, unrelated pairs are not, and the interval of no error in 180 is Clopper and Pearson's", () => {
  const { falsePositives, found } = calibrateCopies(pairs, settings);
  expect(found.jpeg30?.hits).toBe(90);
  expect(falsePositives).toMatchObject({ hits: 0, low: 0, high: 0.0203 });
});

test("a threshold is never below even odds, and more unrelated pairs above it are allowed at a higher rate", () => {
  const hard = pairs.map((pair, i) =>
    pair.related || i % 21 !== 1 ? pair : { ...pair, evidence: { ...SAME, cells: 60 } },
  );
  const strict = calibrateCopies(hard, { ...settings, falsePositiveRate: 0.001 });
  const loose = calibrateCopies(hard, { ...settings, falsePositiveRate: 0.3 });
  expect(strict.threshold).toBeGreaterThan(loose.threshold);
  expect(loose.threshold).toBeGreaterThanOrEqual(0);
});

test("the same pairs give the same calibration in any order", () => {
  const turned = [...pairs].reverse();
  expect(calibrateCopies(turned, settings).threshold).toBeCloseTo(calibrateCopies(pairs, settings).threshold, 3);
});

test("pictures with too little structure are not called unrelated", () => {
  const calibration = calibrateCopies(pairs, settings);
  expect(sameness(NOTHING, calibration)).toBe("not-shown");
  expect(sameness({ ...NOTHING, features: 3 }, calibration)).toBe("cannot-tell");
  expect(sameness(SAME, calibration)).toBe("same");
});

test("matches on a line count for nothing", () => {
  const calibration = calibrateCopies(pairs, settings);
  const line = { ...NOTHING, cells: 80, roundness: 0.01 };
  expect(scoreOf(line, calibration)).toBeLessThan(scoreOf({ ...line, roundness: 0.4 }, calibration));
  expect(scoreOf(line, calibration)).toBe(scoreOf({ ...line, cells: 0 }, calibration));
});

test("logistic regression finds the odds that made the examples", () => {
  // At x = 0 one in two, at x = 1 nine in ten: constant 0 and weight ln 9, but for the slight pull to zero.
  const examples = [0, 1].flatMap((x) =>
    Array.from({ length: 2000 }, (_, i) => ({ terms: [x], related: i % 10 < (x === 0 ? 5 : 9) })),
  );
  const [, weight] = logisticFit(examples);
  expect(weight).toBeCloseTo(Math.log(9), 1);
});

test("what is shipped is what the bench's packed pairs give", () => {
  const again = calibrateCopies(benchPairs("bench/compare/pairs.jsonl.gz"), SHIPPED_CALIBRATION);
  expect(again).toEqual(SHIPPED_CALIBRATION);
});
