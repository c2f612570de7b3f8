/** OpenTimestamps proofs as bytes, fresh ones, and what is put to them later. */

import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes, utf8 } from "../base/bytes.ts";
import {
  OTS_APPEND,
  OTS_HASHES,
  OTS_MAGIC,
  OTS_TAGS,
  type OtsAttestation,
  type OtsFile,
  type OtsOperation,
  type OtsTimestamp,
} from "./ots.ts";

/** The bytes of a proof: attestations and branches in the order they have. */
export function writeOts({ hash, stamp }: OtsFile): Uint8Array {
  const tag = Object.keys(OTS_HASHES).find((key) => OTS_HASHES[Number(key)]!.name === hash);
  return concatBytes(OTS_MAGIC, Uint8Array.of(1, Number(tag)), stamp.message, writeStamp(stamp));
}

function writeStamp({ attestations, branches }: OtsTimestamp): Uint8Array {
  const items = [
    ...attestations.map(writeAttestation),
    ...branches.map(({ operation, stamp }) => concatBytes(writeOperation(operation), writeStamp(stamp))),
  ];
  return concatBytes(...items.flatMap((item, i) => (i < items.length - 1 ? [Uint8Array.of(0xff), item] : [item])));
}

function writeOperation({ tag, argument }: OtsOperation): Uint8Array {
  return argument ? concatBytes(Uint8Array.of(tag), writeString(argument)) : Uint8Array.of(tag);
}

function writeAttestation(attestation: OtsAttestation): Uint8Array {
  const tag = attestation.kind === "unknown" ? attestation.tag : OTS_TAGS[attestation.kind];
  const payload =
    attestation.kind === "unknown"
      ? attestation.payload
      : attestation.kind === "pending"
        ? writeString(utf8(attestation.uri))
        : writeNumber(attestation.height);
  const tagBytes = Uint8Array.from({ length: 8 }, (_, i) => Number.parseInt(tag.slice(2 * i, 2 * i + 2), 16));
  return concatBytes(Uint8Array.of(0), tagBytes, writeString(payload));
}

function writeString(bytes: Uint8Array): Uint8Array {
  return concatBytes(writeNumber(bytes.length), bytes);
}

function writeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/** A fresh proof: the digest, a nonce so that calendars do not learn it, and the stamps they gave for the commitment. */
export function newOts(digest: Uint8Array, nonce: Uint8Array, stamps: readonly OtsTimestamp[]): OtsFile {
  const appended = concatBytes(digest, nonce);
  const committed = sha256(appended);
  const merged: OtsTimestamp = {
    message: committed,
    attestations: stamps.flatMap(({ attestations }) => attestations),
    branches: stamps.flatMap(({ branches }) => branches),
  };
  const hashed = { message: appended, attestations: [], branches: [{ operation: { tag: 8 }, stamp: merged }] };
  const root = {
    message: digest,
    attestations: [],
    branches: [{ operation: { tag: OTS_APPEND, argument: nonce }, stamp: hashed }],
  };
  return { hash: "sha256", stamp: root };
}

/** What a calendar is sent for a digest. */
export function otsCommitment(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  return sha256(concatBytes(digest, nonce));
}

/** The proof with what a calendar later gave for one pending message put beside its promise, which stays. */
export function upgradeOts(stamp: OtsTimestamp, message: Uint8Array, later: OtsTimestamp): OtsTimestamp {
  const branches = stamp.branches.map(({ operation, stamp: below }) => ({
    operation,
    stamp: upgradeOts(below, message, later),
  }));
  if (!equalBytes(stamp.message, message)) return { ...stamp, branches };
  return {
    ...stamp,
    attestations: [...stamp.attestations, ...later.attestations],
    branches: [...branches, ...later.branches],
  };
}
