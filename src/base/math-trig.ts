/** Sine, cosine and tangent, the same to the last bit everywhere. @see math-dd.ts for how and why */

import { add, type DD, dd, div, exponentOf, mul, neg, polynomial, scale, shift } from "./math-dd.ts";

/** π/2 in four parts of 33 bits: whole multiples below 2^20 of the first three are exact. */
const HALF_PI_PARTS = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] as const;
const TWO_OVER_PI = 0.6366197723675814;
/** Largest argument that the parts above reduce; beyond it whole numbers do. */
const PARTS_LIMIT = 1e6;

/** (−1)^n / (2n + first)! for n = 0 …: sine from 1, cosine from 0; 14 terms reach 2^-110 at π/4. */
function alternating(first: 0 | 1): DD[] {
  const terms: DD[] = [dd(1)];
  for (let n = 1; n < 14; n++) {
    const factor = (2 * n + first) * (2 * n + first - 1);
    terms.push(neg(div(terms.at(-1)!, dd(factor))));
  }
  return terms;
}
const SINE = alternating(1);
const COSINE = alternating(0);

/** x = quarter · π/2 + r with |r| ≤ π/4; of the quarters only the last two bits matter. */
interface Reduced {
  readonly quarter: number;
  readonly r: DD;
}

function reduce(x: number): Reduced {
  if (Math.abs(x) > PARTS_LIMIT) return reduceWhole(x);
  const k = Math.round(x * TWO_OVER_PI);
  let r = dd(x);
  for (const part of HALF_PI_PARTS) r = add(r, dd(-k * part));
  return { quarter: k & 3, r };
}

/** Bits of π/2 that the largest double needs: 1024 of its range, 53 of its digits, 110 of the result, 64 for close calls. */
const WHOLE_BITS = 1280n;
let wholeHalfPi: bigint | undefined;

/** 2^bits · atan(1/n) by Gregory's series in whole numbers. */
function wholeAtanInverse(n: bigint, bits: bigint): bigint {
  let power = (1n << bits) / n;
  let sum = power;
  for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
    power /= n * n;
    sum += (sign * power) / k;
  }
  return sum;
}

/** Reduction of a large argument in whole numbers, π by Machin's formula π/4 = 4 atan(1/5) − atan(1/239). */
function reduceWhole(x: number): Reduced {
  wholeHalfPi ??=
    (2n * (4n * wholeAtanInverse(5n, WHOLE_BITS + 32n) - wholeAtanInverse(239n, WHOLE_BITS + 32n))) >> 32n;
  const e = exponentOf(x) - 52;
  const digits = BigInt(scale(Math.abs(x), -e));
  const whole = e < 0 ? (digits << WHOLE_BITS) >> BigInt(-e) : digits << (WHOLE_BITS + BigInt(e));
  const quarters = (2n * whole + wholeHalfPi) / (2n * wholeHalfPi);
  // 320 bits after the point are left, so that a double can hold the number.
  const rest = (whole - quarters * wholeHalfPi) >> (WHOLE_BITS - 320n);
  const hi = Number(rest);
  const r = shift({ hi, lo: Number(rest - BigInt(hi)) }, -320);
  const quarter = Number(quarters & 3n);
  return x < 0 ? { quarter: -quarter & 3, r: neg(r) } : { quarter, r };
}

function sineOf(r: DD): DD {
  return mul(r, polynomial(SINE, mul(r, r)));
}

function cosineOf(r: DD): DD {
  return polynomial(COSINE, mul(r, r));
}

/** The sine of an angle in radians, correctly rounded for every finite argument; NaN for infinities. */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  // Below 2^-27 x³/6 is under half a unit in the last place.
  if (Math.abs(x) < 7e-9) return x;
  const { quarter, r } = reduce(x);
  const size = quarter % 2 === 0 ? sineOf(r) : cosineOf(r);
  return quarter < 2 ? size.hi : -size.hi;
}

/** The cosine of an angle in radians, correctly rounded for every finite argument; NaN for infinities. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const { quarter, r } = reduce(x);
  const size = quarter % 2 === 0 ? cosineOf(r) : sineOf(r);
  return quarter === 0 || quarter === 3 ? size.hi : -size.hi;
}

/** The tangent of an angle in radians, correctly rounded for every finite argument; NaN for infinities. */
export function tan(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (Math.abs(x) < 7e-9) return x;
  const { quarter, r } = reduce(x);
  const s = sineOf(r);
  const c = cosineOf(r);
  return (quarter % 2 === 0 ? div(s, c) : neg(div(c, s))).hi;
}
