/** Entries: one event each, as canonical JSON that commits to what it speaks of. RFC 8785. */

import { fromUtf8, toHex, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { canonicalJson, isObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";

/** Limits of entries. */
export const ENTRY_LIMITS = {
  /** Bytes. A bundle gives 65,535; the rest is room for fields that come later. */
  bytes: 60_000,
  /** Files that one entry may name. A batch of a hundred candidates is usual. CWE-770. */
  files: 400,
} as const;

/** A file that an event used or made, by its hash; the file itself may be kept beside the log or be gone. */
export interface FileRef {
  /** What the file is to the event: `image`, `mask`, `token`, `payload` … */
  readonly role: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly mime?: string;
  /** Place under the log's folder, where it is no blob. */
  readonly path?: string;
}

/** When the writer's own clocks say that it happened. Self-asserted: a claim, no evidence. */
export interface Moment {
  /** RFC 3339 in UTC, milliseconds. */
  readonly wall: string;
  /** Monotonic clock in milliseconds, whole; stops in suspend, restarts with the machine. */
  readonly mono?: number;
  /** Names the run of the machine that `mono` counts in. */
  readonly boot?: string;
}

/** A drand round that was public when the entry was written. @see beacon.ts */
export interface BeaconRef {
  readonly kind: "drand";
  /** Chain hash, hex. */
  readonly chain: string;
  readonly round: number;
  /** Hex. */
  readonly signature: string;
}

/** One event of a log. */
export interface Entry {
  readonly v: 1;
  /** Lower-case words joined by dots, such as `ledger.created`. */
  readonly type: string;
  readonly t: Moment;
  readonly session?: string;
  /** Key or name of who acted. */
  readonly actor?: string;
  readonly in?: readonly FileRef[];
  readonly out?: readonly FileRef[];
  /** Contents in clear: everyone who sees the log reads them. */
  readonly body?: Json;
  /** Contents under a salted commitment: the payload blob has this SHA-256. */
  readonly commit?: { readonly alg: "sha2-256"; readonly hash: string; readonly size: number };
  /** The software that wrote the entry. */
  readonly sw?: { readonly name: string; readonly version: string };
  readonly beacon?: BeaconRef;
}

/** An entry with its place. */
export interface PlacedEntry {
  readonly index: number;
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of an entry that are hashed into the log.
 * @throws SeedproofError `ledger.entry-malformed`, `ledger.entry-too-long`
 */
export function encodeEntry(entry: Entry): Uint8Array<ArrayBuffer> {
  const bytes = utf8(canonicalJson(entry));
  if (bytes.length > ENTRY_LIMITS.bytes) {
    throw new SeedproofError("ledger.entry-too-long", `an entry has at most ${ENTRY_LIMITS.bytes} bytes`);
  }
  const wrong = flaw(entry);
  if (wrong) throw malformed(wrong);
  return bytes;
}

/** @throws SeedproofError `ledger.entry-malformed` when the bytes are not the canonical form of an entry */
export function decodeEntry(bytes: Uint8Array): Entry {
  const text = bytes.length <= ENTRY_LIMITS.bytes ? fromUtf8(bytes) : undefined;
  if (text === undefined) throw malformed("an entry is UTF-8 of limited length");
  let value: Json;
  try {
    value = parseJson(text);
    if (canonicalJson(value) !== text) throw malformed("an entry is canonical JSON");
  } catch {
    throw malformed("an entry is canonical JSON");
  }
  const wrong = flaw(value);
  if (wrong) throw malformed(wrong);
  return value as unknown as Entry;
}

/** What keeps a value from being an entry, or `undefined`. Fields that are not known here are left alone. */
function flaw(entry: unknown): string | undefined {
  if (!isObject(entry) || entry.v !== 1) return "an entry is an object of version 1";
  const { type, t, commit, in: inputs = [], out: outputs = [] } = entry;
  if (typeof type !== "string" || !/^[a-z][a-z0-9-]{0,40}(?:\.[a-z0-9-]{1,40}){0,4}$/.test(type)) {
    return "an entry's type is words of a-z, 0-9 and hyphens, joined by dots";
  }
  if (!isObject(t) || typeof t.wall !== "string" || Number.isNaN(Date.parse(t.wall))) return "an entry has a wall time";
  if (!Array.isArray(inputs) || !Array.isArray(outputs) || inputs.length + outputs.length > ENTRY_LIMITS.files) {
    return "an entry names a limited number of files";
  }
  if (![...inputs, ...outputs].every(isFileRef)) return "a file is named by its role, SHA-256 and size";
  if (commit !== undefined && !(isObject(commit) && commit.alg === "sha2-256" && isHash(commit.hash))) {
    return "a commitment is a SHA-256";
  }
  return undefined;
}

function isFileRef(value: unknown): boolean {
  return isObject(value) && typeof value.role === "string" && isHash(value.sha256) && Number.isSafeInteger(value.size);
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** A body under a commitment, and the payload to keep beside the log. */
export interface Sealed {
  readonly commit: NonNullable<Entry["commit"]>;
  /** Canonical JSON of the salt and the body. Destroying it erases both; the log's proofs stay valid. */
  readonly payload: Uint8Array;
}

/**
 * Puts a body under a salted commitment: without the payload nobody can test a guess at a short prompt.
 * @param salt - 32 random bytes, used once
 */
export function seal(body: Json, salt: Uint8Array): Sealed {
  const payload = utf8(canonicalJson({ body, salt: toHex(salt) }));
  return { payload, commit: { alg: "sha2-256", hash: sha256Hex(payload), size: payload.length } };
}

/** The body of a payload that matches its commitment, or `undefined` where it does not. */
export function unseal(payload: Uint8Array, commit: NonNullable<Entry["commit"]>): Json | undefined {
  if (sha256Hex(payload) !== commit.hash) return undefined;
  const text = fromUtf8(payload);
  const value = text === undefined ? undefined : parseJson(text);
  return isObject(value) && "body" in value ? (value as JsonObject).body : undefined;
}

/** Every file that an entry needs beside the log: inputs, outputs, and the payload of its commitment. */
export function filesOf(entry: Entry): FileRef[] {
  const payload = entry.commit && { role: "payload", sha256: entry.commit.hash, size: entry.commit.size };
  return [...(entry.in ?? []), ...(entry.out ?? []), ...(payload ? [payload] : [])];
}

/** Where a blob stands under the log's folder. */
export function blobPath(hash: string): string {
  return `blobs/sha256/${hash.slice(0, 2)}/${hash.slice(2)}`;
}

function malformed(message: string): SeedproofError {
  return new SeedproofError("ledger.entry-malformed", message);
}
