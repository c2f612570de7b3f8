/** NumPy's SeedSequence: many independent 32-bit seeds from one number and a place in a tree. */

const INITIAL_A = 0x43b0d7e5;
const MULTIPLIER_A = 0x931e8875;
const INITIAL_B = 0x8b51f9dd;
const MULTIPLIER_B = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

/** A whole number ≥ 0 as 32-bit words, lowest first; zero is one word. */
function wordsOf(value: bigint): number[] {
  const words = [Number(value & 0xffffffffn)];
  for (let rest = value >> 32n; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words;
}

/** One multiplying hash whose constant changes from call to call. */
function hasher(initial: number, multiplier: number): (value: number) => number {
  let constant = initial;
  return (value) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, multiplier);
    const product = Math.imul(mixed, constant);
    return (product ^ (product >>> 16)) >>> 0;
  };
}

function mix(x: number, y: number): number {
  const value = (Math.imul(MIX_LEFT, x) - Math.imul(MIX_RIGHT, y)) | 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * `numpy.random.SeedSequence(entropy, spawn_key=…, pool_size=…).generate_state(count)`: `count` seeds of 32 bits.
 * @param entropy - ≥ 0
 * @param spawnKey - place in the tree of sequences; each number ≥ 0
 * @see numpy/random/bit_generator.pyx; M. E. O'Neill, "Developing a seed_seq alternative" (2015)
 */
export function seedSequence(entropy: bigint, spawnKey: readonly bigint[], poolSize: number, count: number): number[] {
  const run = wordsOf(entropy);
  // Padding keeps a spawn key from being taken for more entropy.
  if (spawnKey.length > 0) while (run.length < poolSize) run.push(0);
  const words = [...run, ...spawnKey.flatMap(wordsOf)];
  const hash = hasher(INITIAL_A, MULTIPLIER_A);
  const pool = Array.from({ length: poolSize }, (_, i) => hash(words[i] ?? 0));
  for (let from = 0; from < poolSize; from++) {
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  }
  for (const word of words.slice(poolSize)) {
    for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to]!, hash(word));
  }
  const draw = hasher(INITIAL_B, MULTIPLIER_B);
  return Array.from({ length: count }, (_, i) => draw(pool[i % poolSize]!));
}
