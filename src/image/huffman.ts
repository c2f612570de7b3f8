/** Canonical Huffman codes of deflate streams, as tables to read them by. @see RFC 1951, section 3.2.2 */

/** Codes up to this length are found in one step. Larger tables cost more to build than they save on small blocks. */
export const QUICK_BITS = 9;
/** Longest code. */
export const MAX_BITS = 15;

/** A canonical Huffman code. */
export interface Code {
  /** By the next 9 bits: symbol << 4 | length, or 0 for a longer code. */
  readonly quick: Uint16Array;
  /** Codes of each length. */
  readonly counts: Uint16Array;
  /** Symbols in the order of their codes. */
  readonly symbols: Uint16Array;
}

/** The code whose symbols have these lengths in bits, 0 for a symbol that does not occur. @see RFC 1951, section 3.2.2 */
export function huffman(lengths: Uint8Array): Code {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const places = new Uint16Array(MAX_BITS + 2);
  const codes = new Uint16Array(MAX_BITS + 2);
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    places[bits + 1] = places[bits]! + counts[bits]!;
    codes[bits + 1] = (codes[bits]! + counts[bits]!) << 1;
  }
  const symbols = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << QUICK_BITS);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const bits = lengths[symbol]!;
    if (bits === 0) continue;
    symbols[places[bits]!++] = symbol;
    const code = codes[bits]!++;
    if (bits > QUICK_BITS) continue;
    const step = 1 << bits;
    for (let slot = reversed(code, bits); slot < quick.length; slot += step) quick[slot] = (symbol << 4) | bits;
  }
  return { quick, counts, symbols };
}

function reversed(code: number, bits: number): number {
  let out = 0;
  for (let i = 0; i < bits; i++) out |= ((code >> i) & 1) << (bits - 1 - i);
  return out;
}
