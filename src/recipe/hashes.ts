/** Hashes of model files as tools record them, told apart by form; one kind is never compared with another. */

import type { TypedHash } from "./recipe.ts";

/** Lengths in hex digits of the kinds that carry no prefix, as A1111 and Civitai use them. */
const KIND_OF_LENGTH: Readonly<Record<number, TypedHash["kind"]>> = {
  /** SHA-256 over 64 KiB at offset 0x100000, the first 8 digits: what A1111 wrote before v1.1. */
  8: "autov1",
  /** SHA-256 of the file, the first 10 digits. */
  10: "autov2",
  /** SHA-256 of a safetensors file without its header, the first 12 digits. */
  12: "autov3",
  64: "sha256",
};

const PREFIXES: readonly (readonly [RegExp, TypedHash["kind"]])[] = [
  [/^0x/i, "swarm"],
  [/^blake3:/i, "blake3"],
  [/^sha256:/i, "sha256"],
  [/^crc32:/i, "crc32"],
];

/**
 * The hash with its kind, or `undefined` for what is no hash of a known form. Eight bare digits are the legacy
 * A1111 hash unless the caller knows that the place holds a CRC-32.
 *
 * @param eightDigits - what eight digits without a prefix are in this place
 */
export function typedHash(raw: string, eightDigits: "autov1" | "crc32" = "autov1"): TypedHash | undefined {
  const text = raw.trim();
  const prefix = PREFIXES.find(([form]) => form.test(text));
  const value = (prefix ? text.replace(prefix[0], "") : text).toLowerCase();
  if (!/^[0-9a-f]{8,64}$/.test(value)) return undefined;
  if (prefix) return { kind: prefix[1], value };
  const kind = KIND_OF_LENGTH[value.length];
  if (kind === undefined) return undefined;
  return { kind: value.length === 8 ? eightDigits : kind, value };
}

/** Whether two hashes are of one kind and equal. Hashes of different kinds say nothing about each other. */
export function sameHash(a: TypedHash, b: TypedHash): boolean {
  return a.kind === b.kind && a.value === b.value;
}
