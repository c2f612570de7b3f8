/**
 * Inflating with a limit that holds while it inflates, and with the checksum checked. @see RFC 1950, RFC 1951, RFC 1952
 *
 * Libraries grow their output as far as the data ask, or stall on streams that end early; text from strangers needs
 * neither.
 */

import { crc32 } from "./crc32.ts";
import { type Code, huffman, MAX_BITS, QUICK_BITS } from "./huffman.ts";
import { be16, be32, le16, le32 } from "./uint.ts";

/** Why a compressed value gave no bytes: damaged or cut, or longer than the limit. */
type InflateFailure = "malformed" | "over-limit";

/** The bytes of a stream, or why there are none; `length` is how many were made on the way, which is what it cost. */
export type Inflated =
  | { readonly bytes: Uint8Array; readonly length: number }
  | { readonly bytes?: undefined; readonly failure: InflateFailure; readonly length: number };

/** Inflates a zlib or gzip stream to at most `limit` bytes. Bytes after its end are ignored. */
export function inflate(format: "zlib" | "gzip", bytes: Uint8Array, limit: number): Inflated {
  const start = format === "zlib" ? zlibHeader(bytes) : gzipHeader(bytes);
  if (start === undefined) return { failure: "malformed", length: 0 };
  const stream = new Inflater(bytes, start, limit);
  const failure = stream.run();
  const out = stream.output();
  const sum = format === "zlib" ? be32(bytes, stream.position) : le32(bytes, stream.position);
  if (failure) return { failure, length: out.length };
  if (sum === (format === "zlib" ? adler32(out) : crc32(out))) return { bytes: out, length: out.length };
  return { failure: "malformed", length: out.length };
}

/** Where the deflated data start in a zlib stream. */
function zlibHeader(bytes: Uint8Array): number | undefined {
  const valid = (bytes[0]! & 15) === 8 && be16(bytes, 0) % 31 === 0 && (bytes[1]! & 0x20) === 0;
  return valid ? 2 : undefined;
}

/** Where the deflated data start in a gzip stream; its optional fields are stepped over. */
function gzipHeader(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3]!;
  let at = 10;
  if (flags & 4) at += 2 + le16(bytes, at);
  for (const name of [8, 16]) {
    if (flags & name) at = bytes.indexOf(0, at) + 1 || bytes.length;
  }
  return flags & 2 ? at + 2 : at;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    // 3800 sums of bytes stay below 2^31.
    const end = Math.min(at + 3800, bytes.length);
    while (at < end) {
      a += bytes[at++]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const range = (length: number, value: number): number[] => new Array<number>(length).fill(value);
const FIXED_LENGTHS = huffman(Uint8Array.from([...range(144, 8), ...range(112, 9), ...range(24, 7), ...range(8, 8)]));
const FIXED_DISTANCES = huffman(Uint8Array.from(range(30, 5)));
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115].concat([
  131, 163, 195, 227, 258,
]);
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
].concat([2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577]);
const DISTANCE_EXTRA = DISTANCE_BASE.map((_, i) => Math.max(0, (i >> 1) - 1));
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** One deflate stream on its way through. */
class Inflater {
  /** Next byte of the input. */
  position: number;
  private readonly bytes: Uint8Array;
  private readonly limit: number;
  private out: Uint8Array;
  private length = 0;
  private bits = 0;
  private bitCount = 0;

  constructor(bytes: Uint8Array, start: number, limit: number) {
    this.bytes = bytes;
    this.position = start;
    this.limit = limit;
    this.out = new Uint8Array(Math.min(limit, 4 * bytes.length));
  }

  output(): Uint8Array {
    return this.out.subarray(0, this.length);
  }

  run(): InflateFailure | undefined {
    for (;;) {
      const last = this.take(1);
      const failure = this.block(this.take(2));
      if (failure) return failure;
      if (this.overrun()) return "malformed";
      if (last) break;
    }
    this.toByte();
    return undefined;
  }

  private block(kind: number): InflateFailure | undefined {
    if (kind === 0) return this.stored();
    if (kind === 1) return this.coded(FIXED_LENGTHS, FIXED_DISTANCES);
    if (kind === 2) return this.dynamic();
    return "malformed";
  }

  private stored(): InflateFailure | undefined {
    this.toByte();
    const length = le16(this.bytes, this.position);
    const from = this.position + 4;
    if ((length ^ le16(this.bytes, this.position + 2)) !== 0xffff || from + length > this.bytes.length)
      return "malformed";
    if (!this.room(length)) return "over-limit";
    this.out.set(this.bytes.subarray(from, from + length), this.length);
    this.length += length;
    this.position = from + length;
    return undefined;
  }

  private dynamic(): InflateFailure | undefined {
    const lengthCodes = this.take(5) + 257;
    const distanceCodes = this.take(5) + 1;
    const metaCodes = this.take(4) + 4;
    const meta = new Uint8Array(19);
    for (let i = 0; i < metaCodes; i++) meta[CODE_LENGTH_ORDER[i]!] = this.take(3);
    const lengths = this.codeLengths(huffman(meta), lengthCodes + distanceCodes);
    if (!lengths) return "malformed";
    return this.coded(huffman(lengths.subarray(0, lengthCodes)), huffman(lengths.subarray(lengthCodes)));
  }

  private codeLengths(meta: Code, count: number): Uint8Array | undefined {
    const lengths = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const symbol = this.symbol(meta);
      if (symbol < 0 || this.overrun()) return undefined;
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) return undefined;
      const value = symbol === 16 ? lengths[at - 1]! : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (at + times > count) return undefined;
      lengths.fill(value, at, at + times);
      at += times;
    }
    return lengths;
  }

  private coded(lengthCode: Code, distanceCode: Code): InflateFailure | undefined {
    for (;;) {
      const symbol = this.symbol(lengthCode);
      if (symbol < 0 || symbol > 285 || this.overrun()) return "malformed";
      if (symbol === 256) return undefined;
      if (symbol < 256) {
        if (!this.room(1)) return "over-limit";
        this.out[this.length++] = symbol;
        continue;
      }
      const length = LENGTH_BASE[symbol - 257]! + this.take(LENGTH_EXTRA[symbol - 257]!);
      const far = this.symbol(distanceCode);
      if (far < 0 || far > 29) return "malformed";
      const distance = DISTANCE_BASE[far]! + this.take(DISTANCE_EXTRA[far]!);
      if (distance > this.length) return "malformed";
      if (!this.room(length)) return "over-limit";
      for (let i = 0; i < length; i++, this.length++) this.out[this.length] = this.out[this.length - distance]!;
    }
  }

  /** The next symbol of a code; -1 where the bits are none of its codes. */
  private symbol(code: Code): number {
    this.fill(MAX_BITS);
    const quick = code.quick[this.bits & ((1 << QUICK_BITS) - 1)]!;
    if (quick) {
      this.drop(quick & 15);
      return quick >> 4;
    }
    // Canonical codes of each length follow those of the length before: count up until the bits fall among them.
    let value = 0;
    let first = 0;
    let place = 0;
    for (let length = 1; length <= MAX_BITS; length++) {
      value |= (this.bits >> (length - 1)) & 1;
      const count = code.counts[length]!;
      if (value - count < first) {
        this.drop(length);
        return code.symbols[place + value - first]!;
      }
      place += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    return -1;
  }

  private take(count: number): number {
    this.fill(count);
    const value = this.bits & ((1 << count) - 1);
    this.drop(count);
    return value;
  }

  /** Past the end zeros are read; {@link overrun} tells. */
  private fill(count: number): void {
    while (this.bitCount < count) {
      this.bits |= (this.bytes[this.position++] ?? 0) << this.bitCount;
      this.bitCount += 8;
    }
  }

  private drop(count: number): void {
    this.bits >>>= count;
    this.bitCount -= count;
  }

  /** Gives whole bytes that were read ahead back, and drops the rest of the byte begun. */
  private toByte(): void {
    this.position -= this.bitCount >> 3;
    this.bits = 0;
    this.bitCount = 0;
  }

  private overrun(): boolean {
    return this.position - (this.bitCount >> 3) > this.bytes.length;
  }

  private room(count: number): boolean {
    const needed = this.length + count;
    if (needed > this.limit) return false;
    if (needed > this.out.length) {
      const larger = new Uint8Array(Math.min(this.limit, Math.max(2 * this.out.length, needed)));
      larger.set(this.output());
      this.out = larger;
    }
    return true;
  }
}
