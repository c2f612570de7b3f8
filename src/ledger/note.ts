/** Signed notes: a text and the signatures under it. C2SP signed-note. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { fromBase64, toBase64 } from "../base/base64.ts";
import { concatBytes, equalBytes, fromUtf8, toHex, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";

/** Limits of the note reader. */
export const NOTE_LIMITS = {
  /** Bytes of a note. A checkpoint with a hundred witnesses has under 20 kB. CWE-770. */
  bytes: 1_000_000,
  /** Signature lines; the specification asks for at least 16. CWE-400: each known key costs a verification. */
  signatures: 256,
} as const;

/** Kinds of keys, by the byte that stands before the public key. @see C2SP signed-note, "Signature types" */
export const KEY_TYPES = { ed25519: 1, cosignature: 4 } as const;

/** One signature line: whose it claims to be, and the bytes after the key ID. */
export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A note as it stands in the file; nothing about it is verified yet. */
export interface Note {
  /** The signed text, its final newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A public key with its name. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: string;
  /** One of {@link KEY_TYPES}. */
  readonly type: number;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** A key that signs; hosts may back it with their own Ed25519. */
export interface Signer {
  readonly key: VerifierKey;
  /** Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** Key ID: the first 4 bytes of SHA-256(name, newline, type, key), as hex. */
export function keyId(name: string, type: number, publicKey: Uint8Array): string {
  return toHex(sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
}

/** @throws SeedproofError `ledger.key-malformed` when the name is empty or holds white space or a plus sign */
export function verifierKey(name: string, publicKey: Uint8Array, type: number = KEY_TYPES.ed25519): VerifierKey {
  if (!isKeyName(name)) throw new SeedproofError("ledger.key-malformed", "a key name has no white space and no plus");
  return { name, type, publicKey, keyId: keyId(name, type, publicKey) };
}

/** A signer from a 32-byte Ed25519 seed. */
export function signer(name: string, seed: Uint8Array, type: number = KEY_TYPES.ed25519): Signer {
  return {
    key: verifierKey(name, ed25519.getPublicKey(seed), type),
    sign: (message) => ed25519.sign(message, seed),
  };
}

/** The text form of a public key: `name+keyid+base64(type, key)`. */
export function formatVkey({ name, keyId, type, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** @throws SeedproofError `ledger.key-malformed` for a text that is no Ed25519 key, or whose key ID is not its own */
export function parseVkey(text: string): VerifierKey {
  const [name, id, ...rest] = text.trim().split("+");
  const bytes = fromBase64(rest.join("+"));
  const type = bytes?.[0];
  const known = type === KEY_TYPES.ed25519 || type === KEY_TYPES.cosignature;
  if (!name || !isKeyName(name) || bytes?.length !== 33 || !known || id !== keyId(name, type, bytes.subarray(1))) {
    throw new SeedproofError("ledger.key-malformed", "a verifier key is name+keyid+base64, with an Ed25519 key");
  }
  return verifierKey(name, bytes.subarray(1), type);
}

/** A note from a text and its signatures. @throws SeedproofError `ledger.note-malformed` for a text that no note can hold */
export function formatNote({ text, signatures }: Note): string {
  if (!isNoteText(text)) throw new SeedproofError("ledger.note-malformed", "a note's text ends with a newline");
  const lines = signatures.map(
    ({ name, keyId, signature }) => `— ${name} ${toBase64(concatBytes(idBytes(keyId), signature))}\n`,
  );
  return `${text}\n${lines.join("")}`;
}

/** A text signed as a plain Ed25519 note. */
export function signNote(text: string, { key, sign }: Signer): Note {
  return { text, signatures: [{ name: key.name, keyId: key.keyId, signature: sign(utf8(text)) }] };
}

/**
 * A note as it stands in a file.
 * @throws SeedproofError `ledger.note-malformed` when it is no UTF-8, holds control characters, or has no signature
 */
export function parseNote(file: Uint8Array | string): Note {
  if (file.length > NOTE_LIMITS.bytes) throw malformed("the note is longer than the limit");
  const whole = typeof file === "string" ? file : fromUtf8(file);
  if (whole === undefined || !isNoteText(whole)) throw malformed("a note is UTF-8 text that ends with a newline");
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0) throw malformed("a note has an empty line before its signatures");
  const lines = whole.slice(gap + 2, -1).split("\n");
  if (lines.length > NOTE_LIMITS.signatures) throw malformed("the note has more signatures than the limit");
  return { text: whole.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [dash, name, base64, ...rest] = line.split(" ");
  const bytes = fromBase64(base64 ?? "");
  if (dash !== "—" || !name || !isKeyName(name) || rest.length > 0 || !bytes || bytes.length < 5) {
    throw malformed("a signature line is a dash, a name and Base64");
  }
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

/** Whether an Ed25519 signature is good; never throws. Hosts may pass a faster one than the portable default. */
export type Ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** The portable Ed25519. @see RFC 8032 */
export const verifyEd25519: Ed25519Verify = (publicKey, message, signature) => {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
};

/**
 * What the signatures of a note say about one plain Ed25519 key: no line by it, a good one, or a bad one. Lines of
 * other keys are left alone, as the specification asks; a bad line by a known key condemns the note.
 */
export function checkSignature(note: Note, key: VerifierKey, verify = verifyEd25519): "absent" | "good" | "bad" {
  const lines = linesBy(note, key);
  if (lines.length === 0) return "absent";
  const text = utf8(note.text);
  return lines.every(({ signature }) => verify(key.publicKey, text, signature)) ? "good" : "bad";
}

/** The signature lines that carry a key's name and ID. */
export function linesBy(note: Note, key: VerifierKey): NoteSignature[] {
  return note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
}

/** Whether two keys are the same key under the same name. */
export function sameKey(a: VerifierKey, b: VerifierKey): boolean {
  return a.name === b.name && a.type === b.type && equalBytes(a.publicKey, b.publicKey);
}

function idBytes(id: string): Uint8Array {
  return Uint8Array.from({ length: 4 }, (_, i) => Number.parseInt(id.slice(2 * i, 2 * i + 2), 16));
}

/** Names: no Unicode space, no plus. */
function isKeyName(name: string): boolean {
  return name.length > 0 && name.isWellFormed() && !/[\s+\u0085]/u.test(name);
}

/** Texts: well formed, no ASCII control characters but newline, ending in one. */
function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
  return text.endsWith("\n") && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

function malformed(message: string): SeedproofError {
  return new SeedproofError("ledger.note-malformed", message);
}
