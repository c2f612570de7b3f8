/**
 * logf, sinf and cosf as glibc (2.28 and later), musl and Android compute them: the routines that PyTorch calls where
 * it has no AVX2. Tables and polynomials are those of Arm's Optimized Routines (MIT), evaluated in doubles.
 *
 * @see https://github.com/ARM-software/optimized-routines, math/logf.c, math/sinf.c, math/cosf.c
 */

import { bitsOf32, fromBits32 } from "../../base/math-float32.ts";

const f = Math.fround;

/** 1/c and ln c for sixteen c in the middle of equal parts of a binade. */
const LOG_TABLE: readonly (readonly [number, number])[] = [
  [1.398907162146528, -0.33569133332882284],
  [1.3403141896637998, -0.2929040563774074],
  [1.286432210124115, -0.2518726580937369],
  [1.2367150214269895, -0.21245868807117255],
  [1.1906977166711752, -0.17453945183745634],
  [1.1479821020556429, -0.1380057072319758],
  [1.1082251448272158, -0.10275976698545139],
  [1.0711297413057381, -0.06871392447020525],
  [1.036437278977283, -0.0357891387398228],
  [1, 0],
  [0.9492859795739057, 0.05204517742929496],
  [0.8951049428609004, 0.11081431298787942],
  [0.8476821620351103, 0.1652495223695143],
  [0.8050314851692001, 0.21687389031699977],
  [0.7664671008843108, 0.2659635028121397],
  [0.731428603316328, 0.3127556664073557],
];
const LOG_POLYNOMIAL = [-0.25089342214237154, 0.333456765744066, -0.4999997485802103] as const;
/** Bits of the float32 number near √½ at which the parts begin. */
const LOG_OFFSET = 0x3f330000;

/** ln x for a normal float32 x > 0. */
export function logf(x: number): number {
  const raw = bitsOf32(x);
  const from = raw - LOG_OFFSET;
  const [inverse, log] = LOG_TABLE[(from >> 19) & 15]!;
  const k = from >> 23;
  const r = fromBits32(raw - (from & 0xff800000)) * inverse - 1;
  const base = log + k * Math.LN2;
  const r2 = r * r;
  const y = LOG_POLYNOMIAL[0] * r2 + (LOG_POLYNOMIAL[1] * r + LOG_POLYNOMIAL[2]);
  return f(y * r2 + (base + r));
}

/** 2^24 · 2/π. */
const QUARTERS = 10680707.430881744;
const HALF_PI = Math.PI / 2;
const SINE = [-0.16666654943701084, 0.008332178146138854, -0.00019517298981385725] as const;
const COSINE = [-0.49999999725108224, 0.041666623324344516, -0.001388676379437604, 2.4390450703564542e-5] as const;

function sinePolynomial(x: number, x2: number): number {
  const x3 = x * x2;
  return x + x3 * SINE[0] + x3 * x2 * (SINE[1] + x2 * SINE[2]);
}

function cosinePolynomial(x2: number): number {
  const x4 = x2 * x2;
  return 1 + x2 * COSINE[0] + x4 * COSINE[1] + x4 * x2 * (COSINE[2] + x2 * COSINE[3]);
}

/** Sine (`turn` 0) or cosine (`turn` 1) of an angle, 0 … 120 radians. */
function circular(angle: number, turn: 0 | 1): number {
  // Up to π/4 the original takes the angle as it is; the general way gives the same bits there.
  const quarter = (Math.trunc(angle * QUARTERS) + 0x800000) >> 24;
  const x = angle - quarter * HALF_PI;
  const n = quarter + turn;
  const value = n & 1 ? cosinePolynomial(x * x) : sinePolynomial(x, x * x);
  return f(n & 2 ? -value : value);
}

/** sin of a float32 angle, 0 … 120 radians. */
export function sinf(angle: number): number {
  return circular(angle, 0);
}

/** cos of a float32 angle, 0 … 120 radians. */
export function cosf(angle: number): number {
  return circular(angle, 1);
}
