/** Bitcoin block headers, checked on their own: the work in them, and the Merkle root that they commit to. */

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../base/bytes.ts";

/** A block header that carries enough work for its height. */
export interface BlockHeader {
  /** As blocks are named: byte-reversed hex. */
  readonly hash: string;
  /** In the header's own byte order, 32 bytes. */
  readonly merkleRoot: Uint8Array;
  /** The miner's clock, seconds since 1970: at most two hours ahead of the network. */
  readonly time: number;
}

/** A header's clock may be this far ahead of the network's when the block is accepted. */
export const HEADER_AHEAD_SECONDS = 2 * 60 * 60;

/**
 * The least difficulty that real blocks have had from a height on, rounded down by a third or more. A header alone
 * shows only its own work; this floor makes a forged one cost what mining did. (Height, difficulty.)
 */
const LEAST_DIFFICULTY: readonly (readonly [number, number])[] = [
  [0, 1],
  [100_000, 10_000],
  [200_000, 1_500_000],
  [300_000, 5_000_000_000],
  [400_000, 100_000_000_000],
  [500_000, 1_000_000_000_000],
  [600_000, 8_000_000_000_000],
  [700_000, 12_000_000_000_000],
  [800_000, 35_000_000_000_000],
  [880_000, 60_000_000_000_000],
];

/** Difficulty 1: the target 0xffff · 2^208. */
const TARGET_1 = 0xffffn << 208n;

/** The header of a block, or what is wrong with it. @param bytes - 80 bytes */
export function checkHeader(bytes: Uint8Array, height: number): BlockHeader | "malformed" | "no-work" {
  if (bytes.length !== 80) return "malformed";
  const view = new DataView(bytes.buffer, bytes.byteOffset, 80);
  const target = targetOf(view.getUint32(72, true));
  const id = sha256(sha256(bytes)).toReversed();
  const least = LEAST_DIFFICULTY.findLast(([from]) => from <= height)?.[1] ?? 1;
  if (target <= 0n || target > TARGET_1 / BigInt(least) || BigInt(`0x${toHex(id)}`) > target) return "no-work";
  return { hash: toHex(id), merkleRoot: bytes.slice(36, 68), time: view.getUint32(68, true) };
}

/** The target that a header's compact form stands for. */
function targetOf(bits: number): bigint {
  const exponent = BigInt(bits >>> 24);
  const mantissa = BigInt(bits & 0x7fffff);
  return exponent >= 3n ? mantissa << (8n * (exponent - 3n)) : mantissa >> (8n * (3n - exponent));
}
