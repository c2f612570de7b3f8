/** A log's description, `log.json`: its origin and its keys, all of which its own entries repeat. */

import { fromBase64, toBase64 } from "../base/base64.ts";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { canonicalJson, isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Entry } from "./entry.ts";
import type { Ed25519Verify, Signer, VerifierKey } from "./note.ts";
import { formatVkey, parseVkey, verifyEd25519 } from "./note.ts";

/** Names the layout of the folder and the form of the entries. */
export const LOG_FORMAT = "seedproof.ledger/1";

/** A key, and the first index that its checkpoints contain more than: it signs sizes above `from`. */
export interface KeyPeriod {
  readonly vkey: string;
  readonly from: number;
}

/** What a stranger needs to read the log. */
export interface LogInfo {
  readonly format: typeof LOG_FORMAT;
  readonly origin: string;
  /** The key that signs now. */
  readonly vkey: string;
  /** The owner's clock when the log was made. */
  readonly created: string;
  /** All keys, oldest first. */
  readonly keys: readonly KeyPeriod[];
}

/** The bytes of `log.json`: one spelling, so that a changed byte shows. */
export function formatLogInfo(info: LogInfo): Uint8Array<ArrayBuffer> {
  return utf8(`${canonicalJson(info)}\n`);
}

/** @throws SeedproofError `ledger.log-malformed` */
export function parseLogInfo(bytes: Uint8Array): LogInfo {
  const value = tryJson(fromUtf8(bytes.subarray(0, 1_000_000)) ?? "");
  if (!isObject(value) || value.format !== LOG_FORMAT || typeof value.origin !== "string" || !isKeys(value.keys)) {
    throw new SeedproofError("ledger.log-malformed", "log.json is no description of a ledger");
  }
  return value as unknown as LogInfo;
}

function isKeys(keys: unknown): boolean {
  const isKey = (key: unknown) => isObject(key) && typeof key.vkey === "string" && Number.isSafeInteger(key.from);
  return Array.isArray(keys) && keys.length > 0 && keys.every(isKey);
}

/** Keys by their text: a check of many checkpoints asks for the same few again and again. */
const parsed = new Map<string, VerifierKey>();

/** The key that signs a checkpoint of this size. @throws SeedproofError `ledger.key-malformed` */
export function keyFor({ keys }: Pick<LogInfo, "keys">, size: number): VerifierKey {
  const { vkey } = keys.findLast(({ from }) => from < size) ?? keys[0]!;
  const key = parsed.get(vkey) ?? parseVkey(vkey);
  if (parsed.size < 64) parsed.set(vkey, key);
  return key;
}

/** Body of the first entry, `ledger.created`. */
export function createdBody(origin: string, vkey: string, succeeds?: Json): Json {
  return { format: LOG_FORMAT, origin, vkey, ...(succeeds === undefined ? {} : { succeeds }) };
}

/** The description that a log's first entry gives, or `undefined` where it gives none. */
export function infoFromCreated(entry: Entry): LogInfo | undefined {
  const { body, type } = entry;
  if (type !== "ledger.created" || !isObject(body) || typeof body.vkey !== "string") return undefined;
  if (typeof body.origin !== "string" || body.format !== LOG_FORMAT) return undefined;
  const { origin, vkey } = body;
  return { format: LOG_FORMAT, origin, vkey, created: entry.t.wall, keys: [{ vkey, from: 0 }] };
}

function rotationText(origin: string, from: string, to: string): Uint8Array {
  return utf8(`seedproof.key-rotation/v1\n${origin}\n${from}\n${to}\n`);
}

/** Body of `key.rotated`: the change signed by the key that goes and by the key that comes. */
export function rotationBody(origin: string, from: Signer, to: Signer): Json {
  const [old, next] = [formatVkey(from.key), formatVkey(to.key)];
  const text = rotationText(origin, old, next);
  return { from: old, to: next, signatures: [toBase64(from.sign(text)), toBase64(to.sign(text))] };
}

/** The description after a rotation, or `undefined` where the entry at `index` is no good rotation of its key. */
export function rotate(
  info: LogInfo,
  entry: Entry,
  index: number,
  verify: Ed25519Verify = verifyEd25519,
): LogInfo | undefined {
  const { body } = entry;
  if (entry.type !== "key.rotated" || !isObject(body) || body.from !== info.vkey) return undefined;
  const { to, signatures } = body;
  if (typeof to !== "string" || !Array.isArray(signatures) || signatures.length !== 2) return undefined;
  const text = rotationText(info.origin, info.vkey, to);
  try {
    const good = [info.vkey, to].every((vkey, i) => {
      const signature = typeof signatures[i] === "string" ? fromBase64(signatures[i]) : undefined;
      return signature !== undefined && verify(parseVkey(vkey).publicKey, text, signature);
    });
    return good ? { ...info, vkey: to, keys: [...info.keys, { vkey: to, from: index }] } : undefined;
  } catch {
    return undefined;
  }
}
