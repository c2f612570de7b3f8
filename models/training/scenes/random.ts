/** Seeded random numbers in 32-bit integer arithmetic: the same seed gives the same scene on every computer (sfc32, PractRand). */

/** A stream of numbers in [0, 1), each a multiple of 2^-32. */
export type Random = () => number;

/** One avalanche step over 32 bits (the finaliser of MurmurHash3). */
function scramble(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/**
 * The stream of one scene. Streams of different seeds or indexes are unrelated, so scene 7 is the same
 * whether or not scenes 0 to 6 were drawn before it.
 *
 * @param seed - integer, low 32 bits count
 * @param index - integer, low 32 bits count
 */
export function createRandom(seed: number, index: number): Random {
  let a = scramble(seed + 0x9e3779b9);
  let b = scramble(index ^ 0x243f6a88);
  let c = scramble(a ^ Math.imul(b, 0x85ebca6b));
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A number in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** True with this probability. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** One of the items, each equally likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** One of the items, likely in proportion to its weight. */
export function pickWeighted<T>(random: Random, items: readonly (readonly [T, number])[]): T {
  let rest = random() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) {
    rest -= weight;
    if (rest < 0) return item;
  }
  return (items.at(-1) as readonly [T, number])[0];
}

/** The items in another order, each order equally likely (Fisher–Yates). */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
