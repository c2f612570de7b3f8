/** Cosignatures: a witness's word that a checkpoint continues what it saw before, and when. C2SP tlog-cosignature. */

import { concatBytes, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Note, NoteSignature, Signer, VerifierKey } from "./note.ts";
import { KEY_TYPES, linesBy, verifyEd25519 } from "./note.ts";

/** What the witness signs: `time` is in seconds since 1970. */
function message(time: number, text: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/**
 * A cosignature line over a checkpoint's text.
 * @param time - seconds since 1970
 * @throws SeedproofError `ledger.key-malformed` for a key that is no cosignature key: one key signs one kind of thing
 */
export function cosign(text: string, time: number, { key, sign }: Signer): NoteSignature {
  if (key.type !== KEY_TYPES.cosignature) {
    throw new SeedproofError("ledger.key-malformed", "a witness signs with a cosignature key");
  }
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return { name: key.name, keyId: key.keyId, signature: concatBytes(stamp, sign(message(time, text))) };
}

/** A witness's line on a note: none, a bad one, or a good one with its time in seconds since 1970. */
export type CosignatureCheck = { status: "absent" | "bad" } | { status: "good"; time: number };

/** Checks a witness's cosignature on a note. Where it signed more than once, the earliest time counts. */
export function checkCosignature(note: Note, key: VerifierKey): CosignatureCheck {
  const lines = linesBy(note, key);
  if (lines.length === 0) return { status: "absent" };
  const times = lines.map(({ signature }) => cosignatureTime(note.text, signature, key));
  const good = times.filter((time) => time !== undefined);
  return good.length === times.length ? { status: "good", time: Math.min(...good) } : { status: "bad" };
}

function cosignatureTime(text: string, signature: Uint8Array, key: VerifierKey): number | undefined {
  if (signature.length !== 72) return undefined;
  const time = Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
  const good = verifyEd25519(key.publicKey, message(time, text), signature.subarray(8));
  return good && Number.isSafeInteger(time) ? time : undefined;
}
