/**
 * OpenTimestamps proofs: a tree of operations from a file's hash to attestations.
 * @see https://github.com/opentimestamps/python-opentimestamps
 */

import { ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, equalBytes, fromLatin1, toHex, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";

/** Limits of the reader: those of the format's own implementation. */
export const OTS_LIMITS = {
  /** Bytes of a file. Real proofs have under 10 kB. CWE-770. */
  bytes: 1 << 20,
  /** Bytes of a message between operations. */
  message: 4096,
  /** Bytes of an attestation's payload. */
  payload: 8192,
  /** Operations from the root to a leaf; consumers may recurse. CWE-674. */
  depth: 256,
  /** Operations in the whole tree. CWE-400. */
  operations: 20_000,
  /** Characters of a calendar's address. */
  uri: 1000,
} as const;

/** Magic bytes: `00 "OpenTimestamps" 00 00 "Proof" 00` and eight that no text holds. */
export const OTS_MAGIC = concatBytes(
  utf8("\u0000OpenTimestamps\u0000\u0000Proof\u0000"),
  Uint8Array.of(0xbf, 0x89, 0xe2, 0xe8, 0x84, 0xe8, 0x92, 0x94),
);

/** Tags of attestations, hex. */
export const OTS_TAGS = {
  pending: "83dfe30d2ef90c8e",
  bitcoin: "0588960d73d71901",
  litecoin: "06869a0d73d71b45",
} as const;

/** Hash operations by their tag; the name is that of the file's hash. */
export const OTS_HASHES: Readonly<
  Record<number, { name: string; length: number; hash: (m: Uint8Array) => Uint8Array }>
> = {
  2: { name: "sha1", length: 20, hash: sha1 },
  3: { name: "ripemd160", length: 20, hash: ripemd160 },
  8: { name: "sha256", length: 32, hash: sha256 },
  103: { name: "keccak256", length: 32, hash: keccak_256 },
};
/** Tag of the operation that puts bytes after the message. */
export const OTS_APPEND = 0xf0;
const PREPEND = 0xf1;
const REVERSE = 0xf2;
const HEXLIFY = 0xf3;

/** What stands at the end of a path: a calendar's promise, a block of a chain, or a kind that is not known here. */
export type OtsAttestation =
  | { readonly kind: "pending"; readonly uri: string }
  | { readonly kind: "bitcoin" | "litecoin"; readonly height: number }
  | { readonly kind: "unknown"; readonly tag: string; readonly payload: Uint8Array };

/** One operation: its tag, and what is appended or prepended. */
export interface OtsOperation {
  readonly tag: number;
  readonly argument?: Uint8Array;
}

/** A message with what is claimed of it and what is made from it. */
export interface OtsTimestamp {
  readonly message: Uint8Array;
  readonly attestations: readonly OtsAttestation[];
  readonly branches: readonly { readonly operation: OtsOperation; readonly stamp: OtsTimestamp }[];
}

/** A detached proof: which hash of the file it starts from. */
export interface OtsFile {
  /** `sha256`, `sha1`, `ripemd160` or `keccak256`. */
  readonly hash: string;
  readonly stamp: OtsTimestamp;
}

/** @throws SeedproofError `ledger.ots-malformed` with the byte */
export function readOts(file: Uint8Array): OtsFile {
  const reader = new OtsReader(file);
  if (!equalBytes(reader.take(OTS_MAGIC.length), OTS_MAGIC)) throw reader.fail("this is no OpenTimestamps proof");
  if (reader.number() !== 1) throw reader.fail("the proof's version is not 1");
  const hash = OTS_HASHES[reader.byte()];
  if (!hash) throw reader.fail("the file's hash is not known");
  const stamp = reader.timestamp(reader.take(hash.length), OTS_LIMITS.depth);
  if (!reader.atEnd) throw reader.fail("bytes follow the proof");
  return { hash: hash.name, stamp };
}

/** The stamp that a calendar answers with, over the message that was sent to it. @throws as {@link readOts} */
export function readOtsStamp(answer: Uint8Array, message: Uint8Array): OtsTimestamp {
  const reader = new OtsReader(answer);
  const stamp = reader.timestamp(message, OTS_LIMITS.depth);
  if (!reader.atEnd) throw reader.fail("bytes follow the stamp");
  return stamp;
}

class OtsReader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private operations = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length > OTS_LIMITS.bytes) throw this.fail("the proof is longer than the limit");
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw this.fail("the proof is cut short");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** LEB128, below 2^53. */
  number(): number {
    let value = 0;
    for (let scale = 1; scale <= 562_949_953_421_312; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
    }
    throw this.fail("a number is too large");
  }

  timestamp(message: Uint8Array, depth: number): OtsTimestamp {
    if (depth === 0) throw this.fail("the proof nests deeper than the limit");
    const attestations: OtsAttestation[] = [];
    const branches: { operation: OtsOperation; stamp: OtsTimestamp }[] = [];
    for (let more = true; more; ) {
      let tag = this.byte();
      more = tag === 0xff;
      if (more) tag = this.byte();
      if (tag === 0) {
        attestations.push(this.attestation());
        continue;
      }
      if (++this.operations > OTS_LIMITS.operations) throw this.fail("the proof has more operations than the limit");
      const operation = this.operation(tag);
      const result = applyOts(operation, message);
      if (!result) throw this.fail("an operation gives no message of allowed length");
      branches.push({ operation, stamp: this.timestamp(result, depth - 1) });
    }
    return { message, attestations, branches };
  }

  fail(message: string): SeedproofError {
    return new SeedproofError("ledger.ots-malformed", message, { where: { byte: this.at } });
  }

  private operation(tag: number): OtsOperation {
    if (OTS_HASHES[tag] || tag === REVERSE || tag === HEXLIFY) return { tag };
    if (tag !== OTS_APPEND && tag !== PREPEND) throw this.fail("the proof uses an operation that is not known");
    const argument = this.string(OTS_LIMITS.message);
    if (argument.length === 0) throw this.fail("an operation has an empty argument");
    return { tag, argument };
  }

  private attestation(): OtsAttestation {
    const tag = toHex(this.take(8));
    const payload = this.string(OTS_LIMITS.payload);
    if (tag !== OTS_TAGS.pending && tag !== OTS_TAGS.bitcoin && tag !== OTS_TAGS.litecoin)
      return { kind: "unknown", tag, payload };
    const inner = new OtsReader(payload);
    if (tag === OTS_TAGS.pending) {
      const uri = fromLatin1(inner.string(OTS_LIMITS.uri));
      if (!inner.atEnd || !/^[\w./:-]*$/.test(uri)) throw this.fail("a calendar's address has other characters");
      return { kind: "pending", uri };
    }
    const height = inner.number();
    if (!inner.atEnd) throw this.fail("bytes follow a block's height");
    return { kind: tag === OTS_TAGS.bitcoin ? "bitcoin" : "litecoin", height };
  }

  private string(limit: number): Uint8Array {
    const length = this.number();
    if (length > limit) throw this.fail("a string is longer than the limit");
    return this.take(length);
  }
}

/** The message that an operation makes, or `undefined` where it would be empty or too long. */
function applyOts({ tag, argument }: OtsOperation, message: Uint8Array): Uint8Array | undefined {
  const result = OTS_HASHES[tag]
    ? OTS_HASHES[tag].hash(message)
    : tag === OTS_APPEND
      ? concatBytes(message, argument!)
      : tag === PREPEND
        ? concatBytes(argument!, message)
        : tag === REVERSE
          ? message.toReversed()
          : utf8(toHex(message));
  return result.length > 0 && result.length <= OTS_LIMITS.message ? result : undefined;
}

/** A claim of a proof, with the message that it is about. */
export interface OtsClaim {
  readonly message: Uint8Array;
  readonly attestation: OtsAttestation;
}

/** Every attestation of a proof. */
export function otsClaims(stamp: OtsTimestamp): OtsClaim[] {
  const own = stamp.attestations.map((attestation) => ({ message: stamp.message, attestation }));
  return [...own, ...stamp.branches.flatMap((branch) => otsClaims(branch.stamp))];
}
