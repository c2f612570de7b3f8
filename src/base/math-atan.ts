/** Inverse tangents, the same to the last bit everywhere. @see math-dd.ts for how and why */

import { add, type DD, dd, div, exponentOf, mul, neg, polynomial, scale } from "./math-dd.ts";

const PI: DD = { hi: Math.PI, lo: 1.2246467991473532e-16 };
const HALF_PI: DD = { hi: 1.5707963267948966, lo: 6.123233995736766e-17 };

/** (−1)^n / (2n + 1): the series of atan(t)/t in t²; 11 terms reach 2^-110 at 1/32. */
const SERIES: readonly DD[] = Array.from({ length: 11 }, (_, n) => div(dd(n % 2 === 0 ? 1 : -1), dd(2 * n + 1)));

function series(t: DD): DD {
  return mul(t, polynomial(SERIES, mul(t, t)));
}

const STEPS = 32;
/** atan(i/32) for i = 0 … 32, each from the one before: atan b = atan a + atan((b − a)/(1 + ab)). */
const TABLE: readonly DD[] = (() => {
  const table: DD[] = [dd(0)];
  for (let i = 1; i <= STEPS; i++) {
    table.push(add(table[i - 1]!, series(div(dd(STEPS), dd(STEPS * STEPS + i * (i - 1))))));
  }
  return table;
})();

/** atan x for 0 ≤ x ≤ 1. */
function atanOf(x: DD): DD {
  const i = Math.round(x.hi * STEPS);
  if (i === 0) return series(x);
  const f = dd(i / STEPS);
  return add(TABLE[i]!, series(div(add(x, neg(f)), add(dd(1), mul(x, f)))));
}

/** atan(y/x) for y, x > 0 and finite, as a double-double in (0, π/2). */
function quotient(y: number, x: number): DD {
  // Exponents near 0 keep the division away from over- and underflow.
  const difference = exponentOf(y) - exponentOf(x);
  if (difference > 120) return add(HALF_PI, dd(-scale(x / scale(y, -difference), -difference)));
  const a = dd(scale(y, -exponentOf(y)));
  const b = dd(scale(x, -exponentOf(x)));
  if (difference > 0 || (difference === 0 && a.hi > b.hi)) {
    const t = div(b, a);
    return add(HALF_PI, neg(atanOf({ hi: scale(t.hi, -difference), lo: scale(t.lo, -difference) })));
  }
  const t = div(a, b);
  return atanOf({ hi: scale(t.hi, difference), lo: scale(t.lo, difference) });
}

/** The angle whose tangent is x, −π/2 … π/2, correctly rounded. */
export function atan(x: number): number {
  const size = Math.abs(x);
  // Below 2^-27 x³/3 is under half a unit in the last place; NaN takes this way too.
  if (!(size > 7e-9)) return x;
  const value = size === Number.POSITIVE_INFINITY ? HALF_PI : quotient(size, 1);
  return x < 0 ? -value.hi : value.hi;
}

/** The angle of the point (x, y), −π … π, as in ECMA-262's Math.atan2; correctly rounded where it is not subnormal. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(y) || Number.isNaN(x)) return Number.NaN;
  const angle = firstQuadrant(Math.abs(y), Math.abs(x));
  const left = x < 0 || Object.is(x, -0);
  const value = (left ? add(PI, neg(angle)) : angle).hi;
  return y < 0 || Object.is(y, -0) ? -value : value;
}

function firstQuadrant(y: number, x: number): DD {
  const infinite = Number.POSITIVE_INFINITY;
  if (y === infinite && x === infinite) return { hi: HALF_PI.hi / 2, lo: HALF_PI.lo / 2 };
  if (y === 0 || x === infinite) return dd(0);
  if (x === 0 || y === infinite) return HALF_PI;
  // Both are scaled so that neither is subnormal: the angle depends on the quotient alone.
  const up = Math.min(y, x) < 1e-300 ? 200 : 0;
  if (up && Math.max(y, x) > 1e240) return y > x ? HALF_PI : dd(0);
  return quotient(scale(y, up), scale(x, up));
}
