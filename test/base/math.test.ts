import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atan, atan2 } from "../../src/base/math-atan.ts";
import { exp, expm1, pow, tanh } from "../../src/base/math-exp.ts";
import { fma32 } from "../../src/base/math-float32.ts";
import { log, log1p, log2, log10 } from "../../src/base/math-log.ts";
import { cos, sin, tan } from "../../src/base/math-trig.ts";

const ours = { exp, expm1, tanh, log, log1p, log2, log10, sin, cos, tan, atan, pow, atan2 };
type Name = keyof typeof ours;
const names = Object.keys(ours) as Name[];
const call = (name: Name, args: readonly number[]): number =>
  (ours[name] as (...a: readonly number[]) => number)(...args);
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/math.json"), "utf8")) as Record<
  Name,
  number[][]
>;

describe.each(names)("%s", (name) => {
  const arity = name === "pow" || name === "atan2" ? 2 : 1;

  test("gives the correctly rounded double of every mpmath vector", () => {
    expect(vectors[name].length).toBe(160);
    const wrong = vectors[name].filter((row) => !Object.is(call(name, row.slice(0, -1)), row.at(-1)));
    expect(wrong).toEqual([]);
  });

  test("treats zeros, ones, infinities and NaN as ECMA-262 says", () => {
    const special = [0, -0, 1, -1, 0.5, 2, 3, -3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    special.push(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** 53, -(2 ** 53) + 1);
    const tuples = arity === 1 ? special.map((x) => [x]) : special.flatMap((x) => special.map((y) => [x, y]));
    for (const args of tuples) {
      const reference = (Math[name] as (...a: number[]) => number)(...args);
      expect(ulps(call(name, args), reference), `${name}(${args})`).toBeLessThanOrEqual(1);
    }
  });

  test("stays within two units in the last place of this engine's Math", () => {
    const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
    const usual = fc.double({ min: -50, max: 50, noNaN: true });
    const pair = fc.tuple(fc.oneof(anyDouble, usual), fc.oneof(anyDouble, usual));
    fc.assert(
      fc.property(pair, ([x, y]) => {
        const args = arity === 1 ? [x] : [x, y];
        return ulps(call(name, args), (Math[name] as (...a: number[]) => number)(...args)) <= 2;
      }),
      { numRuns: 2000 },
    );
  });
});

test("exponential and logarithm of every exponent undo each other", () => {
  for (let k = -1074; k <= 1023; k++) {
    expect(log2(pow(2, k))).toBe(k);
    expect(pow(2, k)).toBe(2 ** k);
  }
  for (let k = 0; k <= 22; k++) expect(log10(10 ** k)).toBe(k);
});

describe("fma32", () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });

  test("rounds a · b + c once, as whole-number arithmetic does", () => {
    const near = fc.tuple(float, float, fc.integer({ min: -30, max: 30 }));
    const cancelling = near
      .map(([a, b, e]) => [a, b, Math.fround(-a * b * (1 + 2 ** e * 1e-3))] as const)
      .filter(([, , c]) => Number.isFinite(c));
    fc.assert(
      fc.property(fc.oneof(fc.tuple(float, float, float), cancelling), ([a, b, c]) => {
        return Object.is(fma32(a, b, c) + 0, exactFma(a, b, c) + 0);
      }),
      { numRuns: 5000 },
    );
  });

  test("does not fall for a tie that only the double's rounding made", () => {
    // (1 + 2^-12)² = 1 + 2^-11 + 2^-24 lies midway between two float32; 2^-60 beside it decides.
    const a = 1 + 2 ** -12;
    expect(fma32(a, a, 2 ** -60)).toBe(1 + 2 ** -11 + 2 ** -23);
    expect(fma32(a, a, 0)).toBe(1 + 2 ** -11);
    expect(fma32(-a, a, -(2 ** -60))).toBe(-(1 + 2 ** -11 + 2 ** -23));
  });
});

/** Distance in units of the last place; 0 for equal values, NaN with NaN and equally signed zeros. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  const view = new BigInt64Array(new Float64Array([a, b]).buffer);
  const [x, y] = Array.from(view, (bits) => (bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits));
  return Number(x! > y! ? x! - y! : y! - x!) + (a === b ? 1 : 0);
}

/** a · b + c as a whole number over 2^400, rounded to nearest even at 24 bits or at the subnormal grid. */
function exactFma(a: number, b: number, c: number): number {
  const whole = (x: number): bigint => {
    let scaled = x;
    let e = 0;
    while (!Number.isInteger(scaled)) {
      scaled *= 2;
      e++;
    }
    return BigInt(scaled) << BigInt(200 - e);
  };
  const sum = whole(a) * whole(b) + (whole(c) << 200n);
  const size = sum < 0n ? -sum : sum;
  if (size === 0n) return 0;
  const cut = Math.max(size.toString(2).length - 24, 400 - 149);
  const unit = 1n << BigInt(cut);
  let digits = size / unit;
  const rest = 2n * (size % unit);
  if (rest > unit || (rest === unit && digits % 2n === 1n)) digits += 1n;
  const value = Number(digits) * 2 ** (cut - 400);
  return Math.fround(sum < 0n ? -value : value);
}
