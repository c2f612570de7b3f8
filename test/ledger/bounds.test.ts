import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  claimFindings,
  clockFindings,
  contradictions,
  gradeOf,
  intervalAt,
  intervalRuns,
  tailFinding,
} from "../../src/ledger/bounds.ts";
import type { Entry, PlacedEntry } from "../../src/ledger/entry.ts";
import type { NotAfter, NotBefore } from "../../src/ledger/evidence.ts";
import { comparePriority } from "../../src/ledger/priority.ts";

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 8, 1);
const lower = (from: number, time: number): NotBefore => ({
  kind: "drand",
  grade: "N1",
  source: "beacon",
  time,
  from,
});
const upper = (size: number, time: number): NotAfter => ({
  kind: "rfc3161",
  grade: "T4",
  source: "authority",
  time,
  size,
});
const placed = (index: number, t: Entry["t"]): PlacedEntry => ({
  index,
  bytes: new Uint8Array(0),
  entry: { v: 1, type: "note", t },
});
const at = (index: number, time: number): PlacedEntry => placed(index, { wall: new Date(time).toISOString() });
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

describe("bounds", () => {
  test("spread: not-before forward, not-after backward", () => {
    const runs = intervalRuns(10, [lower(4, T0)], [upper(7, T0 + DAY)]);
    expect(runs.map(({ from, to, notBefore, notAfter }) => [from, to, notBefore?.time, notAfter?.time])).toEqual([
      [0, 4, undefined, T0 + DAY],
      [4, 7, T0, T0 + DAY],
      [7, 10, T0, undefined],
    ]);
    expect(runs.map(gradeOf)).toEqual(["N0·T4", "N1·T4", "N1·T0"]);
    expect(tailFinding(10, [upper(7, T0)])[0]).toMatchObject({ code: "ledger.tail-unanchored" });
    expect(tailFinding(7, [upper(7, T0)])).toEqual([]);
  });

  const evidence = fc.array(fc.tuple(fc.nat(20), fc.nat(1000)), { maxLength: 6 });

  test("of every entry are the tightest that any evidence gives", () => {
    fc.assert(
      fc.property(evidence, evidence, (lows0, highs0) => {
        const [lows, highs] = [lows0.map(([i, t]) => lower(i, t)), highs0.map(([i, t]) => upper(i, t))];
        for (const { from, to, notBefore, notAfter } of intervalRuns(20, lows, highs)) {
          for (let index = from; index < to; index++) {
            const fitLow = lows0.filter(([i]) => i <= index).map(([, t]) => t);
            const fitHigh = highs0.filter(([i]) => i > index).map(([, t]) => t);
            expect(notBefore?.time ?? Number.NEGATIVE_INFINITY).toBe(Math.max(...fitLow));
            expect(notAfter?.time ?? Number.POSITIVE_INFINITY).toBe(Math.min(...fitHigh));
          }
        }
      }),
    );
  });

  test("never loosen when evidence is added", () => {
    fc.assert(
      fc.property(evidence, evidence, fc.nat(19), (lows0, highs0, index) => {
        const lows = lows0.map(([i, t]) => lower(i, t));
        const highs = highs0.map(([i, t]) => upper(i, t));
        const all = intervalAt(index, lows, highs);
        const fewer = intervalAt(index, lows.slice(1), highs.slice(1));
        expect(all.notBefore?.time ?? -1).toBeGreaterThanOrEqual(fewer.notBefore?.time ?? -1);
        expect(all.notAfter?.time ?? 9999).toBeLessThanOrEqual(fewer.notAfter?.time ?? 9999);
      }),
    );
  });

  test("that cross are a contradiction, never an average", () => {
    const found = contradictions(intervalRuns(5, [lower(2, T0 + DAY)], [upper(4, T0)]));
    expect(found).toMatchObject([{ code: "ledger.time-contradiction", level: "fails", where: { entry: 2 } }]);
  });
});

describe("claimed times", () => {
  const runs = intervalRuns(3, [lower(1, T0)], [upper(2, T0 + DAY)]);

  test("two months before a beacon that the log already held are contradicted, with the days", () => {
    const [found] = claimFindings([at(0, T0), at(1, T0 - 61 * DAY), at(2, T0)], runs);
    expect(found).toMatchObject({ code: "ledger.claimed-too-early", level: "fails", where: { entry: 1 } });
    expect(found!.text.en).toContain("61 d before the earliest possible time");
    expect(found!.text.zh).toContain("早 61 天");
  });

  test("after the stamp that covers them are contradicted", () => {
    expect(codes(claimFindings([at(0, T0 + 2 * DAY), at(1, T0 + 1), at(2, T0 + 9 * DAY)], runs))).toEqual([
      "ledger.claimed-too-late",
    ]);
  });

  test("within an unset clock's drift are not", () => {
    expect(claimFindings([at(0, T0 + DAY + 200_000), at(1, T0 - 200_000), at(2, T0)], runs)).toEqual([]);
  });
});

describe("the writer's clock", () => {
  const tick = (index: number, wall: number, mono: number, boot = "a") =>
    placed(index, { wall: new Date(T0 + wall).toISOString(), mono, boot });

  test("set back within one run of the machine shows against the monotonic clock", () => {
    const found = clockFindings([tick(0, 0, 0), tick(1, 1000, 1000), tick(2, 2000 - 61 * DAY, 2000)]);
    expect(codes(found)).toEqual(["ledger.clock-set-back"]);
    expect(found[0]!.text.en).toContain("61 d");
  });

  test("that gains may have slept, and a restart begins anew", () => {
    expect(codes(clockFindings([tick(0, 0, 0), tick(1, 3_600_000, 1000)]))).toEqual(["ledger.clock-gap"]);
    expect(clockFindings([tick(0, 0, 500), tick(1, -DAY, 3, "b")])).toEqual([]);
    expect(clockFindings([at(0, T0), at(1, T0 - DAY)])).toEqual([]);
  });
});

describe("priority", () => {
  const claim = (from?: number, to?: number, buildsOnOther = false) => ({
    interval: {
      ...(from !== undefined && { notBefore: lower(0, T0 + from * DAY) }),
      ...(to !== undefined && { notAfter: upper(1, T0 + to * DAY) }),
    },
    buildsOnOther,
  });

  test("is proven only where one can have been made no later than the other began", () => {
    expect(comparePriority(claim(0, 1), claim(2, 3))).toMatchObject({ verdict: "proven", first: "a", marginMs: DAY });
    expect(comparePriority(claim(2, 3), claim(undefined, 1))).toMatchObject({ verdict: "proven", first: "b" });
  });

  test("is proven by building on the other's work, whatever the clocks say", () => {
    expect(comparePriority(claim(), claim(0, 1, true))).toMatchObject({
      verdict: "proven",
      first: "a",
      basis: "dependency",
    });
  });

  test("is not determinable where the bounds overlap; the earliest proven existence is presumed, and can be rebutted", () => {
    const result = comparePriority(claim(0, 5), claim(2, 8));
    expect(result).toMatchObject({ verdict: "not-determinable", presumed: "a", marginMs: 3 * DAY, overlapMs: 3 * DAY });
    expect(result.text.en).toContain("rebutted");
    expect(result.settle?.en).toContain("B");
    expect(comparePriority(claim(undefined, 5), claim())).toMatchObject({ presumed: "a" });
    expect(comparePriority(claim(0, 5), claim(0, 5))).toMatchObject({ presumed: "tie" });
    expect(comparePriority(claim(), claim()).presumed).toBeUndefined();
  });

  test("says so where the evidence of the two sides cannot be right together", () => {
    expect(comparePriority(claim(0, 1, true), claim(2, 3)).verdict).toBe("contradictory");
    expect(comparePriority(claim(0, 1, true), claim(0, 1, true)).verdict).toBe("contradictory");
  });

  test("does not depend on who is named first", () => {
    const side = fc.tuple(
      fc.option(fc.nat(9), { nil: undefined }),
      fc.option(fc.nat(9), { nil: undefined }),
      fc.boolean(),
    );
    const swap = { a: "b", b: "a", tie: "tie" } as const;
    fc.assert(
      fc.property(side, side, (one, other) => {
        const [there, back] = [
          comparePriority(claim(...one), claim(...other)),
          comparePriority(claim(...other), claim(...one)),
        ];
        expect(back.verdict).toBe(there.verdict);
        expect(back.first).toBe(there.first && swap[there.first]);
        expect(back.presumed).toBe(there.presumed && swap[there.presumed]);
      }),
    );
  });
});
