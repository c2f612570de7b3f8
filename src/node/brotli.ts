/** Brotli from Node's own zlib, for the compressed boxes of JPEG XL and AVIF files. @see RFC 7932 */

import { brotliDecompressSync } from "node:zlib";

/** The bytes of a Brotli stream, or `undefined` where it is damaged or longer than `limit`. */
export function brotli(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: limit });
  } catch {
    return undefined;
  }
}
