/**
 * Double-double arithmetic: a number as the unevaluated sum of two doubles, about 106 bits, from + − × ÷ alone.
 *
 * JavaScript leaves Math.exp, log, sin and their like to each implementation; only + − × ÷ √ are fixed to the last
 * bit (ECMA-262, 21.3.2). The functions of `math-*.ts` are therefore worked out here to some 100 bits and rounded
 * once, so that they are correctly rounded in all but about one case in 2^40, and the same everywhere.
 *
 * @see T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971)
 * @see D. E. Knuth, The Art of Computer Programming, vol. 2, 4.2.2, theorem B (the exact sum)
 */

/** hi + lo exactly, with hi the double nearest to the sum. */
export interface DD {
  readonly hi: number;
  readonly lo: number;
}

/** 2^27 + 1: splits 53 bits into two halves whose products are exact. */
const SPLITTER = 134217729;

const view = new Float64Array(1);
const words = new Uint32Array(view.buffer);
// Bits are read in words; which word is the upper one depends on the computer.
view[0] = 1;
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

/** The power of two at or below |x|, as its exponent; x finite, not zero and not subnormal. */
export function exponentOf(x: number): number {
  view[0] = x;
  return ((words[HIGH]! >>> 20) & 0x7ff) - 1023;
}

/** 2^k exactly, for whole k from −1022 to 1023. */
export function pow2(k: number): number {
  view[0] = 0;
  words[HIGH] = (k + 1023) << 20;
  return view[0];
}

/** x · 2^k, rounded once more only where the result is subnormal; overflows to infinity. */
export function scale(x: number, k: number): number {
  if (k > 1023) return scale(x * pow2(1023), k - 1023);
  // 53 bits above the subnormals, so that only the last step rounds.
  if (k < -969) return scale(x * pow2(-969), k + 969);
  return x * pow2(k);
}

/** a + b exactly. */
export function twoSum(a: number, b: number): DD {
  const hi = a + b;
  const bb = hi - a;
  return { hi, lo: a - (hi - bb) + (b - bb) };
}

/** a + b exactly, where |a| ≥ |b| or a is zero. */
export function fastTwoSum(a: number, b: number): DD {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}

/** a · b exactly; |a|, |b| below 2^996 and the product's last bit above the subnormals. */
export function twoProduct(a: number, b: number): DD {
  const hi = a * b;
  const ta = SPLITTER * a;
  const a1 = ta - (ta - a);
  const a2 = a - a1;
  const tb = SPLITTER * b;
  const b1 = tb - (tb - b);
  const b2 = b - b1;
  return { hi, lo: a1 * b1 - hi + a1 * b2 + a2 * b1 + a2 * b2 };
}

/** A double as a double-double. */
export function dd(hi: number, lo = 0): DD {
  return { hi, lo };
}

/** −a, exact. */
export function neg(a: DD): DD {
  return { hi: -a.hi, lo: -a.lo };
}

/** Relative error below 2^-103, also under cancellation of the upper parts. */
export function add(a: DD, b: DD): DD {
  const s = twoSum(a.hi, b.hi);
  const t = twoSum(a.lo, b.lo);
  const u = fastTwoSum(s.hi, s.lo + t.hi);
  return fastTwoSum(u.hi, u.lo + t.lo);
}

/** Relative error below 2^-102. */
export function mul(a: DD, b: DD): DD {
  const p = twoProduct(a.hi, b.hi);
  return fastTwoSum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/** Relative error below 2^-100. */
export function div(a: DD, b: DD): DD {
  const q1 = a.hi / b.hi;
  const r = add(a, neg(mul(b, dd(q1))));
  const q2 = r.hi / b.hi;
  const rest = add(r, neg(mul(b, dd(q2))));
  const q = fastTwoSum(q1, q2);
  return fastTwoSum(q.hi, q.lo + rest.hi / b.hi);
}

/** a · 2^k; exact, nothing may become subnormal. */
export function shift(a: DD, k: number): DD {
  const factor = pow2(k);
  return { hi: a.hi * factor, lo: a.lo * factor };
}

/** The polynomial with these coefficients, constant first, at x (Horner's rule). */
export function polynomial(coefficients: readonly DD[], x: DD): DD {
  let sum = coefficients.at(-1) ?? dd(0);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = add(mul(sum, x), coefficients[i]!);
  return sum;
}
