/** drand beacons: public randomness that nobody knew before its time. Scheme `bls-unchained-g1-rfc9380`. */

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { fromHex, toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { BeaconRef } from "./entry.ts";

/** A chain of rounds, each signed by a threshold of the network's members. */
export interface DrandChain {
  readonly name: string;
  /** Chain hash, hex. */
  readonly hash: string;
  /** Group public key on G2, hex, 96 bytes. */
  readonly publicKey: string;
  /** Seconds since 1970 of round 1. */
  readonly genesis: number;
  /** Seconds. */
  readonly period: number;
}

/** The League of Entropy's quick chain, running since August 2023. @see https://api.drand.sh/chains */
export const QUICKNET: DrandChain = {
  name: "drand quicknet",
  hash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  publicKey:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  genesis: 1692803367,
  period: 3,
};

const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** When a round was made, milliseconds since 1970: before it, nobody knew its signature. */
export function roundTime({ genesis, period }: DrandChain, round: number): number {
  return (genesis + period * (round - 1)) * 1000;
}

/** The round that is the newest at a time in milliseconds since 1970; 0 before the first. */
export function roundAt({ genesis, period }: DrandChain, time: number): number {
  return Math.max(0, Math.floor((time / 1000 - genesis) / period) + 1);
}

/** Whether a beacon's signature is the network's over its round. Takes some 0.2 s. Never throws. */
export function verifyBeacon(chain: DrandChain, { chain: hash, round, signature }: BeaconRef): boolean {
  if (hash !== chain.hash || !Number.isSafeInteger(round) || round < 1) return false;
  const message = new Uint8Array(8);
  new DataView(message.buffer).setBigUint64(0, BigInt(round));
  try {
    const { shortSignatures } = bls12_381;
    const point = shortSignatures.hash(sha256(message), DOMAIN);
    const key = bls12_381.G2.Point.fromHex(chain.publicKey);
    return shortSignatures.verify(bls12_381.G1.Point.fromHex(signature), point, key);
  } catch {
    return false;
  }
}

/** The public random value of a round: SHA-256 of its signature, 32 bytes. */
export function beaconRandomness({ signature }: BeaconRef): Uint8Array {
  return sha256(fromHex(signature));
}

/**
 * A round as a drand server answers: `{"round":…,"randomness":…,"signature":…}`.
 * @throws SeedproofError `ledger.beacon-malformed`
 */
export function parseBeacon(text: string, chain: DrandChain = QUICKNET): BeaconRef {
  const value = tryJson(text.slice(0, 10_000));
  if (isObject(value) && typeof value.signature === "string" && /^[0-9a-f]{96}$/.test(value.signature)) {
    const beacon = {
      kind: "drand" as const,
      chain: chain.hash,
      round: Number(value.round),
      signature: value.signature,
    };
    const stated = value.randomness;
    const agrees = stated === undefined || stated === toHex(beaconRandomness(beacon));
    if (Number.isSafeInteger(beacon.round) && beacon.round > 0 && agrees) return beacon;
  }
  throw new SeedproofError("ledger.beacon-malformed", "a beacon is a round and its signature, as drand servers answer");
}
