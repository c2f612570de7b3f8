/** Exponential functions, the same to the last bit everywhere. @see math-dd.ts for how and why */

import { add, type DD, dd, div, mul, polynomial, pow2, scale, shift, twoProduct } from "./math-dd.ts";
import { logOf } from "./math-log.ts";

/** ln 2 in three parts; the first two have 42 bits, so that k times them is exact for every exponent k. */
const LN2_PARTS = [0.6931471805598903, 5.49792301870721e-14, 1.1612227229362532e-26] as const;
const INV_LN2 = Math.LOG2E;

/** 1/n! for n = 1 … 9: enough for |x| ≤ 2^-10. */
const INVERSE_FACTORIALS: readonly DD[] = (() => {
  const terms: DD[] = [dd(1)];
  for (let n = 2; n <= 9; n++) terms.push(div(terms.at(-1)!, dd(n)));
  return terms;
})();

/** Arguments are brought below ln 2 / 2^10 by this many halvings. */
const HALVINGS = 9;

/** e^x = 2^k (1 + y), for a double-double x with |x| below 1100. */
interface Split {
  readonly k: number;
  readonly y: DD;
}

/** e^x as 2^k (1 + y): Taylor's series at x/2^9, then (1 + y)² − 1 = 2y + y² nine times. */
function split(x: DD): Split {
  const k = Math.round(x.hi * INV_LN2);
  let r = add(dd(x.hi), dd(-k * LN2_PARTS[0]));
  r = add(r, dd(x.lo));
  r = add(r, dd(-k * LN2_PARTS[1]));
  r = shift(add(r, dd(-k * LN2_PARTS[2])), -HALVINGS);
  let y = mul(r, polynomial(INVERSE_FACTORIALS, r));
  for (let i = 0; i < HALVINGS; i++) y = add(shift(y, 1), mul(y, y));
  return { k, y };
}

/** e^x for a double-double x, rounded to a double. */
function expOf(x: DD): number {
  if (x.hi > 709.8) return Number.POSITIVE_INFINITY;
  if (x.hi < -745.2) return 0;
  const { k, y } = split(x);
  return scale(add(dd(1), y).hi, k);
}

/** e^x, correctly rounded. */
export function exp(x: number): number {
  return Number.isNaN(x) ? x : expOf(dd(x));
}

/** e^x − 1, correctly rounded, without loss near zero. */
export function expm1(x: number): number {
  // Below 2^-54 the function rounds to x; NaN takes this way too.
  if (!(Math.abs(x) > 5.5e-17)) return x;
  if (x > 709.8) return Number.POSITIVE_INFINITY;
  // e^-40 is below half a unit in the last place of 1.
  if (x < -40) return -1;
  const { k, y } = split(dd(x));
  if (k === 0) return y.hi;
  // The halves keep 2^1024 out of the sum.
  const half = shift(add(dd(1), y), k - 1);
  return add(half, dd(-0.5)).hi * 2;
}

/** The hyperbolic tangent. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (!(size > 1e-9)) return x;
  if (size > 20) return x < 0 ? -1 : 1;
  const { k, y } = split(dd(2 * size));
  const e = shift(add(dd(1), y), k);
  const value = k === 0 ? div(y, add(y, dd(2))) : div(add(e, dd(-1)), add(e, dd(1)));
  return x < 0 ? -value.hi : value.hi;
}

/** x to the power of y, correctly rounded; special cases as in `**`. @see ECMA-262, Number::exponentiate */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  const size = Math.abs(x);
  if (Number.isNaN(x) || Number.isNaN(y) || (size === 1 && !Number.isFinite(y))) return Number.NaN;
  const odd = Number.isInteger(y) && Math.abs(y) <= Number.MAX_SAFE_INTEGER && y % 2 !== 0;
  const negative = odd && (x < 0 || Object.is(x, -0));
  let value: number;
  if (size === 0 || !Number.isFinite(size) || !Number.isFinite(y)) {
    value = size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  } else if (x < 0 && !Number.isInteger(y)) {
    return Number.NaN;
  } else {
    value = finitePow(size, y);
  }
  return negative ? -value : value;
}

function finitePow(size: number, y: number): number {
  const log = logOf(dd(size));
  // Far outside the range of doubles the product below would not be exact.
  if (Math.abs(log.hi * y) > 1000) return log.hi * y > 0 ? Number.POSITIVE_INFINITY : 0;
  if (log.hi === 0 || Math.abs(y) < pow2(-900)) return 1;
  const p = twoProduct(log.hi, y);
  return expOf(add(p, dd(log.lo * y)));
}
