/** Float32 arithmetic that JavaScript lacks: the fused multiply-add, with one rounding. */

const view = new Float64Array(1);
const words = new Uint32Array(view.buffer);
view[0] = 1;
// Which word holds the low digits depends on the computer.
const [LOW, HIGH] = words[1] === 0x3ff00000 ? [0, 1] : [1, 0];

/**
 * a · b + c rounded once to float32, as the FMA instruction gives it; a, b and c are float32 values.
 *
 * The product of two float32 is exact in a double. The sum is rounded to odd: where digits are lost, its last bit
 * becomes 1, so that the second rounding, to float32, sees that there was more and cannot land on a false tie.
 *
 * @see S. Boldo, G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd",
 *   IEEE Trans. Comput. 57 (2008)
 */
export function fma32(a: number, b: number, c: number): number {
  const p = a * b;
  const sum = p + c;
  const cc = sum - p;
  const lost = p - (sum - cc) + (c - cc);
  if (lost === 0 || !Number.isFinite(sum)) return Math.fround(sum);
  view[0] = sum;
  if ((words[LOW]! & 1) === 0) {
    if (lost > 0 === sum > 0) words[LOW]! += 1;
    else if (words[LOW]! === 0) {
      words[LOW] = 0xffffffff;
      words[HIGH]! -= 1;
    } else words[LOW]! -= 1;
  }
  return Math.fround(view[0]);
}

/** The bits of a float32 value as a whole number. */
export function bitsOf32(x: number): number {
  float[0] = x;
  return bits[0]!;
}

/** The float32 value of 32 bits. */
export function fromBits32(value: number): number {
  bits[0] = value;
  return float[0]!;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
