/**
 * Seeds that nobody could have known: drawn from a public beacon and the ledger as it then stood. An image that was there
 * before the round was published cannot have such a seed, except by a chance of one in four thousand million.
 */

import { concatBytes, fromHex, utf8 } from "../base/bytes.ts";
import { sha256 } from "../base/hash.ts";
import { QUICKNET, verifyBeacon } from "../ledger/drand.ts";
import type { EventData, SeedBinding } from "./event.ts";

/**
 * The seed of a binding: the first 32 bits of SHA-256 over the round's signature, the ledger's root and the counter. 32 bits
 * because that is what every common generator takes.
 * @returns decimal digits, 0 … 2^32−1
 */
export function boundSeed({ beacon, root, counter }: SeedBinding): string {
  const digest = sha256(
    concatBytes(utf8("seedproof-seed/1\n"), fromHex(beacon.signature), fromHex(root), utf8(`\n${counter}`)),
  );
  return String(new DataView(digest.buffer, digest.byteOffset).getUint32(0));
}

/** Whether a seed is the one that its binding gives, under a round that the beacon really published; `undefined` where it has none. */
export function seedHolds({ seed, origin }: EventData["seed.chosen"]): boolean | undefined {
  const binding = origin.kind === "drawn" ? origin.binding : undefined;
  if (!binding) return undefined;
  try {
    return verifyBeacon(QUICKNET, binding.beacon) && boundSeed(binding) === seed;
  } catch {
    return false;
  }
}
