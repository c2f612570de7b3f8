/** SHA-256, the hash that everything here is named by. */

import { sha256 as digest } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "./bytes.ts";

/** SHA-256 of bytes or of a text's UTF-8 bytes, 32 bytes. @see FIPS 180-4 */
export function sha256(data: Uint8Array | string): Uint8Array {
  return digest(typeof data === "string" ? utf8(data) : data);
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return toHex(sha256(data));
}
