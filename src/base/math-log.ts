/** Logarithms, the same to the last bit everywhere. @see math-dd.ts for how and why */

import { add, type DD, dd, div, exponentOf, mul, polynomial, scale, shift, twoSum } from "./math-dd.ts";

const LN2: DD = { hi: Math.LN2, lo: 2.3190468138462996e-17 };
const INV_LN2: DD = { hi: Math.LOG2E, lo: 2.0355273740931033e-17 };
const INV_LN10: DD = { hi: Math.LOG10E, lo: 1.098319650216765e-17 };

/** 1/(2n + 1) for n = 0 …: the series of atanh(s)/s in s². */
function atanhSeries(terms: number): DD[] {
  return Array.from({ length: terms }, (_, n) => div(dd(1), dd(2 * n + 1)));
}

/** Steps of the table between √½ and √2. */
const STEPS = 128;
/** ln(i/128) for i = 90 … 182, worked out once by the series itself; |s| stays below 0.18 there. */
const TABLE_FROM = 90;
const TABLE: readonly DD[] = (() => {
  const series = atanhSeries(24);
  return Array.from({ length: 93 }, (_, n) => {
    const i = n + TABLE_FROM;
    const s = div(dd(i - STEPS), dd(i + STEPS));
    return shift(mul(s, polynomial(series, mul(s, s))), 1);
  });
})();
/** Beside a table value |s| ≤ 2^-8: seven terms reach 2^-110. */
const SERIES = atanhSeries(7);

/**
 * ln x for a double-double x > 0, finite. With x = 2^e m and F the multiple of 1/128 nearest to m:
 * ln x = e ln 2 + ln F + 2 atanh((m − F)/(m + F)); near 1 the first two are zero, so nothing cancels.
 */
export function logOf(x: DD): DD {
  // A subnormal is scaled up first, so that its exponent can be read.
  const up = x.hi < 2.3e-308 ? 200 : 0;
  let e = exponentOf(scale(x.hi, up)) - up;
  let m = { hi: scale(x.hi, -e), lo: scale(x.lo, -e) };
  if (m.hi > Math.SQRT2) {
    m = shift(m, -1);
    e++;
  }
  const i = Math.round(m.hi * STEPS);
  const f = i / STEPS;
  const s = div(add(dd(m.hi - f), dd(m.lo)), add(m, dd(f)));
  const near = shift(mul(s, polynomial(SERIES, mul(s, s))), 1);
  return add(mul(dd(e), LN2), add(TABLE[i - TABLE_FROM]!, near));
}

/** What every logarithm says outside the positive numbers, else `undefined`. */
function special(x: number): number | undefined {
  if (x > 0 && x < Number.POSITIVE_INFINITY) return undefined;
  return x === 0 ? Number.NEGATIVE_INFINITY : x < 0 ? Number.NaN : x;
}

/** The natural logarithm, correctly rounded. */
export function log(x: number): number {
  return special(x) ?? logOf(dd(x)).hi;
}

/** The logarithm to base 2, correctly rounded; exact for powers of two. */
export function log2(x: number): number {
  return special(x) ?? mul(logOf(dd(x)), INV_LN2).hi;
}

/** The logarithm to base 10, correctly rounded; exact for powers of ten. */
export function log10(x: number): number {
  return special(x) ?? mul(logOf(dd(x)), INV_LN10).hi;
}

/** ln(1 + x), correctly rounded, without loss near zero. */
export function log1p(x: number): number {
  // Below 2^-54 the function rounds to x.
  if (Math.abs(x) < 5.5e-17) return x;
  return special(1 + x) ?? logOf(twoSum(1, x)).hi;
}
