/** `torch.randn` on the CPU in float32, bit for bit (PyTorch 1.13.1 and 2.13.0 give the same). */

import { log1p } from "../../base/math-log.ts";
import { cos, sin } from "../../base/math-trig.ts";
import { log32, sincos32 } from "./cephes.ts";
import type { NoiseGenerator } from "./generator.ts";
import { cosf, logf, sinf } from "./libm.ts";
import { Mt19937 } from "./mt19937.ts";

/** Which code PyTorch chooses by the processor: vectors with AVX2, or the C library's logf, sinf, cosf. */
export type TorchMath = "avx2" | "libm";

const f = Math.fround;
/** Numbers are made sixteen at a time, eight from cosines and eight from sines. */
const BLOCK = 16;
const HALF = 8;
const TWO_PI = f(2 * Math.PI);

/**
 * PyTorch's CPU generator and its normal distribution.
 *
 * `avx2` is exact. `libm` takes correctly rounded logf, sinf and cosf: what a C library gives for all but some
 * arguments, on which libraries differ among themselves.
 *
 * @see ATen/core/DistributionsHelper.h, ATen/native/cpu/DistributionTemplates.h (normal_fill), avx_mathfun.h
 */
export class TorchGenerator implements NoiseGenerator {
  private readonly engine: Mt19937;
  private readonly fill: (block: Float32Array) => void;
  /** The sine half of the last pair of a short draw; it survives until the next short draw. */
  private kept: number | undefined;

  constructor(seed: bigint, math: TorchMath = "avx2") {
    this.engine = new Mt19937(seed);
    this.fill = math === "avx2" ? fillAvx2 : fillLibm;
  }

  /** `torch.rand(count)`: numbers in [0, 1). */
  rand(count: number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: count }, () => this.engine.nextFloat());
  }

  randn(count: number): Float32Array<ArrayBuffer> {
    if (count < BLOCK) return Float32Array.from({ length: count }, () => this.nextNormal());
    const values = this.rand(count);
    for (let at = 0; at + BLOCK <= count; at += BLOCK) this.fill(values.subarray(at, at + BLOCK));
    if (count % BLOCK !== 0) {
      // The last sixteen are drawn anew, over numbers that were already done.
      const last = values.subarray(count - BLOCK);
      last.set(this.rand(BLOCK));
      this.fill(last);
    }
    return values;
  }

  /** Box and Muller's method in doubles, two numbers at a time. */
  private nextNormal(): number {
    if (this.kept !== undefined) {
      const value = this.kept;
      this.kept = undefined;
      return value;
    }
    const theta = 2 * Math.PI * this.engine.nextDouble();
    const radius = Math.sqrt(-2 * log1p(-this.engine.nextDouble()));
    this.kept = radius * sin(theta);
    return radius * cos(theta);
  }
}

function fillAvx2(block: Float32Array): void {
  for (let j = 0; j < HALF; j++) {
    const radius = f(Math.sqrt(f(-2 * log32(f(1 - block[j]!)))));
    const angle = sincos32(f(TWO_PI * block[j + HALF]!));
    block[j] = f(radius * angle.cos);
    block[j + HALF] = f(radius * angle.sin);
  }
}

function fillLibm(block: Float32Array): void {
  for (let j = 0; j < HALF; j++) {
    const radius = f(Math.sqrt(f(-2 * logf(f(1 - block[j]!)))));
    // Unlike the vector code this multiplies in double.
    const theta = f(2 * Math.PI * block[j + HALF]!);
    block[j] = f(radius * cosf(theta));
    block[j + HALF] = f(radius * sinf(theta));
  }
}
