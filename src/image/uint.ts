/** Unsigned integers in bytes, of either order. A byte past the end counts as 0: callers check lengths where that matters. */

/** 16 bits, most significant byte first. */
export const be16 = (bytes: Uint8Array, at: number): number => ((bytes[at]! << 8) | bytes[at + 1]!) >>> 0;

/** 32 bits, most significant byte first. */
export const be32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** 64 bits, most significant byte first; beyond 2^53 the low bits are lost, and no file is that long. */
export const be64 = (bytes: Uint8Array, at: number): number => be32(bytes, at) * 0x1_0000_0000 + be32(bytes, at + 4);

/** 16 bits, least significant byte first. */
export const le16 = (bytes: Uint8Array, at: number): number => (bytes[at]! | (bytes[at + 1]! << 8)) >>> 0;

/** 24 bits, least significant byte first. */
export const le24 = (bytes: Uint8Array, at: number): number => le16(bytes, at) | (bytes[at + 2]! << 16);

/** 32 bits, least significant byte first. */
export const le32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

/** Four bytes as the name of a chunk or box: each byte one character. */
export const fourCc = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);

/** A number as 16 bits, most significant byte first. */
export const toBe16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value);

/** A number as 32 bits, most significant byte first. */
export const toBe32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

/** A number as 32 bits, least significant byte first. */
export const toLe32 = (value: number): Uint8Array => toBe32(value).reverse();
