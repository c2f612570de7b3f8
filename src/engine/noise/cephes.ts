/**
 * Logarithm, sine and cosine in float32 as PyTorch's AVX2 code computes them, rounding by rounding.
 *
 * The polynomials are S. L. Moshier's Cephes ones in the vector form of J. Pommier and G. Garberoglio (avx_mathfun.h,
 * zlib licence). Where PyTorch's compiler joined a product and a sum into one rounding, `fma32` stands here: other
 * choices give 2 to 8 other values in 16,384.
 */

import { bitsOf32, fma32, fromBits32 } from "../../base/math-float32.ts";

const f = Math.fround;

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);
const [LN2_LOW, LN2_HIGH] = [f(-2.1219444e-4), f(0.693359375)];
const SQRT_HALF = f(Math.SQRT1_2);

/** Horner's rule with one rounding a step, highest coefficient first. */
function horner(coefficients: readonly number[], x: number): number {
  let y = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) y = fma32(y, x, coefficients[i]!);
  return y;
}

/** ln x for a normal float32 x > 0. */
export function log32(x: number): number {
  const raw = bitsOf32(x);
  let e = (raw >>> 23) - 0x7e;
  const mantissa = fromBits32((raw & 0x007fffff) | 0x3f000000);
  let m = f(mantissa - 1);
  if (mantissa < SQRT_HALF) {
    e -= 1;
    m = f(m + mantissa);
  }
  const z = f(m * m);
  let y = f(horner(LOG, m) * m);
  y = fma32(y, z, f(e * LN2_LOW));
  y = fma32(-z, 0.5, y);
  return fma32(e, LN2_HIGH, f(m + y));
}

const FOUR_OVER_PI = f(1.27323954473516);
/** −π/4 in three parts. */
const QUARTER_PI = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(f);
const SINE = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f);
const COSINE = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f);

/** Sine and cosine of a float32 angle, 0 … 8192. */
export function sincos32(angle: number): { readonly sin: number; readonly cos: number } {
  const octant = (Math.trunc(f(angle * FOUR_OVER_PI)) + 1) & ~1;
  let x = angle;
  for (const part of QUARTER_PI) x = fma32(octant, part, x);
  const z = f(x * x);
  const c = f(fma32(f(horner(COSINE, z) * z), z, -f(z * 0.5)) + 1);
  const s = fma32(f(horner(SINE, z) * z), x, x);
  const [sin, cos] = octant & 2 ? [c, s] : [s, c];
  return { sin: octant & 4 ? -sin : sin, cos: (octant + 2) & 4 ? -cos : cos };
}
