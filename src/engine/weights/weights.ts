/** Weights of a network as a map of named tensors, whatever file they come from. */

import { SeedproofError } from "../../base/errors.ts";

/** Number types that weights come in, by their safetensors names. */
export type WeightType = "F32" | "F16" | "BF16";

/** One weight. */
export interface Weight {
  readonly type: WeightType;
  readonly shape: readonly number[];
  /** The numbers, little-endian, row-major. May read a file: call it once, late, and let go of the bytes. */
  readonly read: () => Uint8Array;
}

/** Weights by the names that diffusers gives them. */
export type Weights = ReadonlyMap<string, Weight>;

/** Bytes a number of each type takes. */
export const bytesOf: Readonly<Record<WeightType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** A weight over numbers in memory. */
export function floatWeight(shape: readonly number[], data: Float32Array): Weight {
  return { type: "F32", shape, read: () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/**
 * The numbers of a weight as float32; exact, for every half-precision number is a float32.
 * @throws SeedproofError `engine.weights-not-finite` when one is NaN or infinite
 */
export function toFloat32(name: string, weight: Weight): Float32Array<ArrayBuffer> {
  const bytes = finiteBytes(name, weight);
  // A constructor, not slice(): that of Node's Buffer shares memory.
  if (weight.type === "F32") return new Float32Array(new Uint8Array(bytes).buffer);
  const halves = words16(bytes);
  const widen = weight.type === "BF16" ? (half: number): number => half << 16 : float32BitsOfHalf;
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = widen(halves[i]!);
  return new Float32Array(bits.buffer);
}

/**
 * The bytes of a weight, looked through for NaN and infinity, which no trained network has and every output would carry.
 * @throws SeedproofError `engine.weights-not-finite`
 */
export function finiteBytes(name: string, weight: Weight): Uint8Array {
  const bytes = weight.read();
  const numbers = weight.type === "F32" ? words32(bytes) : words16(bytes);
  const exponent = EXPONENT[weight.type];
  // A plain loop: a full-size UNet has 860 million numbers.
  for (let i = 0; i < numbers.length; i++) {
    if ((numbers[i]! & exponent) === exponent) {
      throw new SeedproofError("engine.weights-not-finite", `number ${i} of the weight ${name} is not finite`);
    }
  }
  return bytes;
}

/** The exponent's bits, all set in NaN and infinity. */
const EXPONENT: Readonly<Record<WeightType, number>> = { F32: 0x7f800000, F16: 0x7c00, BF16: 0x7f80 };

function words16(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}

function words32(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** IEEE 754 binary16 to binary32, as bits. Subnormals are normalised. */
function float32BitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
