/** The Mersenne Twister with the word order and seeding of PyTorch's CPU generator. */

const N = 624;
const M = 397;

/**
 * MT19937. PyTorch keeps only the low 32 bits of a seed, so that seeds 2^32 apart give one stream.
 * @see M. Matsumoto, T. Nishimura, "Mersenne twister", ACM TOMACS 8 (1998); ATen/core/MT19937RNGEngine.h
 */
export class Mt19937 {
  private readonly state = new Uint32Array(N);
  private at = N;

  constructor(seed: bigint) {
    let word = Number(BigInt.asUintN(32, seed));
    this.state[0] = word;
    for (let j = 1; j < N; j++) {
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + j) >>> 0;
      this.state[j] = word;
    }
  }

  /** The next 32 random bits, 0 … 2^32−1. */
  next(): number {
    if (this.at === N) this.refill();
    let y = this.state[this.at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** A float32 in [0, 1) from the low 24 bits of one word. @see ATen/core/TransformationHelper.h, uniform_real */
  nextFloat(): number {
    return (this.next() & 0xffffff) / 0x1000000;
  }

  /** A double in [0, 1) from the low 53 bits of two words, the first of them the upper. */
  nextDouble(): number {
    const high = this.next() & 0x1fffff;
    return (high * 0x100000000 + this.next()) / 0x20000000000000;
  }

  private refill(): void {
    const s = this.state;
    for (let k = 0; k < N; k++) {
      const y = (s[k]! & 0x80000000) | (s[(k + 1) % N]! & 0x7fffffff);
      s[k] = s[(k + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.at = 0;
  }
}
