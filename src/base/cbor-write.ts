/** Writing CBOR: one value has one form, with the shortest lengths and the members of maps in the order given. @see RFC 8949, section 4.2 */

import { concatBytes, utf8 } from "./bytes.ts";
import { type Cbor, isCborMap, isCborTag } from "./cbor.ts";
import { SeedproofError } from "./errors.ts";

/**
 * The bytes of a value.
 * @throws SeedproofError `base.cbor-unwritable` for numbers that are no integers of at most 53 bits
 */
export function writeCbor(value: Cbor): Uint8Array {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === "number") return integer(value);
  if (typeof value === "string") return concatBytes(head(3, utf8(value).length), utf8(value));
  if (value instanceof Uint8Array) return concatBytes(head(2, value.length), value);
  if (isCborTag(value)) return concatBytes(head(6, value.tag), writeCbor(value.value));
  if (isCborMap(value)) {
    return concatBytes(head(5, value.size), ...[...value].flatMap(([key, item]) => [writeCbor(key), writeCbor(item)]));
  }
  if (Array.isArray(value)) return concatBytes(head(4, value.length), ...value.map((item: Cbor) => writeCbor(item)));
  throw new SeedproofError("base.cbor-unwritable", "a value of this kind is not written as CBOR");
}

function integer(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) {
    throw new SeedproofError("base.cbor-unwritable", `${value} is no integer of at most 53 bits`);
  }
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

/** Major type and argument in the shortest form. */
function head(major: number, argument: number): Uint8Array {
  const type = major << 5;
  if (argument < 24) return Uint8Array.of(type | argument);
  if (argument < 0x100) return Uint8Array.of(type | 24, argument);
  if (argument < 0x10000) return Uint8Array.of(type | 25, argument >> 8, argument & 255);
  const bytes = new Uint8Array(argument < 0x1_0000_0000 ? 5 : 9);
  const view = new DataView(bytes.buffer);
  bytes[0] = type | (bytes.length === 5 ? 26 : 27);
  if (bytes.length === 5) view.setUint32(1, argument);
  else view.setBigUint64(1, BigInt(argument));
  return bytes;
}
