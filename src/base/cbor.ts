/** Reading CBOR from strangers: bounded depth and number of items, nothing allocated by a declared length. @see RFC 8949 */

import { concatBytes, fromUtf8 } from "./bytes.ts";
import { SeedproofError } from "./errors.ts";

/** Limits of the CBOR reader. */
export const CBOR_LIMITS = {
  /** Nesting; claims and signatures stay below 12. CWE-674. */
  depth: 64,
  /** Items in one text of bytes; the largest C2PA store seen has some 20,000. CWE-770. */
  items: 500_000,
} as const;

/** A CBOR value: integers beyond 2^53 are bigint, maps keep any key, a tag stands before its value, undefined is null. */
export type Cbor = null | boolean | number | bigint | string | Uint8Array | readonly Cbor[] | CborMap | CborTag;

/** A map with its keys in their order. Where a key is repeated the first counts. */
export type CborMap = ReadonlyMap<Cbor, Cbor>;

/** A tagged value. */
export interface CborTag {
  readonly tag: number;
  readonly value: Cbor;
}

/**
 * The value that the bytes begin with; further bytes are ignored, as padding is in C2PA.
 * @throws SeedproofError `base.cbor-malformed`, `base.cbor-too-deep`, `base.cbor-too-long` with the byte
 */
export function parseCbor(bytes: Uint8Array): Cbor {
  return new Reader(bytes).value(0);
}

/** {@link parseCbor}, or `undefined` where the bytes are no CBOR. */
export function tryCbor(bytes: Uint8Array): Cbor | undefined {
  try {
    return parseCbor(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a CBOR value is a map. */
export function isCborMap(value: Cbor | undefined): value is CborMap {
  return value instanceof Map;
}

/** Whether a CBOR value has a tag. */
export function isCborTag(value: Cbor | undefined): value is CborTag {
  return typeof value === "object" && value !== null && "tag" in value;
}

/** The first of these keys that a map has, or `undefined` where the value is no map or has none. */
export function cborGet(value: Cbor | undefined, ...keys: readonly (string | number)[]): Cbor | undefined {
  if (!isCborMap(value)) return undefined;
  const key = keys.find((candidate) => value.has(candidate));
  return key === undefined ? undefined : value.get(key);
}

const INDEFINITE = 31;

class Reader {
  private at = 0;
  private items = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  value(depth: number): Cbor {
    if (depth > CBOR_LIMITS.depth) throw this.fail("too-deep", "the CBOR value nests deeper than the limit");
    if (++this.items > CBOR_LIMITS.items) throw this.fail("too-long", "the CBOR value has more items than the limit");
    const initial = this.byte();
    const [major, info] = [initial >> 5, initial & 31];
    if (major === 7) return this.simple(info);
    if (info === INDEFINITE) return this.indefinite(major, depth);
    const argument = this.argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return typeof argument === "bigint" ? -1n - argument : -1 - argument;
      case 2:
        return this.take(argument);
      case 3:
        return this.text(this.take(argument));
      case 4:
        return this.list(argument, depth);
      case 5:
        return this.map(argument, depth);
      default:
        return { tag: Number(argument), value: this.value(depth + 1) };
    }
  }

  /** Every item takes a byte, so that a list cannot be longer than what is left. */
  private list(count: number | bigint, depth: number): Cbor[] {
    const items: Cbor[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }

  private map(count: number | bigint, depth: number): CborMap {
    const map = new Map<Cbor, Cbor>();
    for (let i = 0; i < count; i++) this.member(map, depth);
    return map;
  }

  private member(map: Map<Cbor, Cbor>, depth: number): void {
    const key = this.value(depth + 1);
    const value = this.value(depth + 1);
    if (!map.has(key)) map.set(key, value);
  }

  private indefinite(major: number, depth: number): Cbor {
    const map = new Map<Cbor, Cbor>();
    const items: Cbor[] = [];
    while (this.bytes[this.at] !== 0xff) {
      if (major === 5) this.member(map, depth);
      else items.push(this.value(depth + 1));
    }
    this.at++;
    if (major === 5) return map;
    if (major === 4) return items;
    if (major === 3 && items.every((item) => typeof item === "string")) return items.join("");
    if (major === 2 && items.every((item) => item instanceof Uint8Array))
      return concatBytes(...(items as Uint8Array[]));
    throw this.fail("malformed", "an item of indefinite length is of the wrong kind");
  }

  private simple(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return half(this.number(2));
    if (info === 26) return this.view.getFloat32(this.step(4));
    if (info === 27) return this.view.getFloat64(this.step(8));
    throw this.fail("malformed", "a value of a kind that CBOR reserves");
  }

  private argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info === 24) return this.byte();
    if (info === 25 || info === 26) return this.number(info === 25 ? 2 : 4);
    if (info !== 27) throw this.fail("malformed", "a length of a kind that CBOR reserves");
    const value = this.view.getBigUint64(this.step(8));
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  private number(length: 2 | 4): number {
    const at = this.step(length);
    return length === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  private byte(): number {
    return this.bytes[this.step(1)]!;
  }

  private text(bytes: Uint8Array): string {
    const text = fromUtf8(bytes);
    if (text === undefined) throw this.fail("malformed", "a text is not UTF-8");
    return text;
  }

  private take(length: number | bigint): Uint8Array {
    const at = this.step(Number(length));
    return this.bytes.subarray(at, this.at);
  }

  private step(length: number): number {
    const from = this.at;
    if (from + length > this.bytes.length) throw this.fail("malformed", "the CBOR value is cut off");
    this.at = from + length;
    return from;
  }

  private fail(what: string, message: string): SeedproofError {
    return new SeedproofError(`base.cbor-${what}`, message, { where: { byte: this.at } });
  }
}

/** Sign, 5 bits of exponent, 10 of fraction: the same number as a float of 32 bits. @see RFC 8949, appendix D */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return (sign * fraction) / 16_777_216;
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13));
  return sign * view.getFloat32(0);
}
