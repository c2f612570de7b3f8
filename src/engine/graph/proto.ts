/** Writing the protobuf wire format: fields as byte strings, joined. @see protobuf.dev/programming-guides/encoding */

import { concatBytes, utf8 } from "../../base/bytes.ts";

/** A whole number as a base-128 varint; negative ones as 64-bit two's complement, ten bytes. */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A varint field (wire type 0). */
export function intField(field: number, value: number | bigint): Uint8Array {
  return concatBytes(varint(field * 8), varint(value));
}

/** A float field (wire type 5), little-endian float32. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatBytes(varint(field * 8 + 5), bytes);
}

/** Bytes, a text or an embedded message (wire type 2). */
export function bytesField(field: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? utf8(value) : value;
  return concatBytes(varint(field * 8 + 2), varint(bytes.length), bytes);
}
