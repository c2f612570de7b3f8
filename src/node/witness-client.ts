/** Asking a witness to cosign a checkpoint. C2SP tlog-witness. */

import { toBase64 } from "../base/base64.ts";
import { fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { SignedCheckpoint } from "../ledger/checkpoint.ts";
import { type Note, type NoteSignature, parseNote } from "../ledger/note.ts";
import { type LogReader, proveConsistency } from "../ledger/reader.ts";
import { witnessRequest } from "../ledger/witness.ts";
import { ask, type Fetch, type HttpAnswer } from "./http-client.ts";

/**
 * The lines that a witness puts under a checkpoint. The witness says which size it knows, and is asked once more from there.
 * @throws SeedproofError `ledger.witness-refused` with its status; `ledger.rolled-back` when it has seen a larger log
 */
export async function requestCosignature(
  url: string,
  reader: LogReader,
  signed: SignedCheckpoint,
  fetch?: Fetch,
): Promise<readonly NoteSignature[]> {
  const { size } = signed.checkpoint;
  let answer = await send(url, reader, 0, signed, fetch);
  const known = answer.status === 409 ? Number(fromUtf8(answer.bytes)?.trim()) : 0;
  if (known > size)
    throw new SeedproofError("ledger.rolled-back", `the witness has seen ${known} entries, here are ${size}`);
  if (answer.status === 409 && Number.isSafeInteger(known)) answer = await send(url, reader, known, signed, fetch);
  const lines = answer.status === 200 ? fromUtf8(answer.bytes) : undefined;
  if (lines === undefined) {
    throw new SeedproofError(
      "ledger.witness-refused",
      `${url} answered ${answer.status}: ${fromUtf8(answer.bytes)?.trim()}`,
    );
  }
  return parseNote(`${signed.note.text}\n${lines}`).signatures;
}

async function send(
  url: string,
  reader: LogReader,
  old: number,
  { checkpoint, note }: SignedCheckpoint,
  fetch?: Fetch,
): Promise<HttpAnswer> {
  const proof = await proveConsistency(reader, old, checkpoint.size);
  const body = witnessRequest(old, proof.map(toBase64), note);
  return ask(`${url.replace(/\/+$/, "")}/add-checkpoint`, { ...(fetch && { fetch }), method: "POST", body });
}

/** A checkpoint's note with lines of witnesses under it, each once. */
export function withCosignatures(note: Note, lines: readonly NoteSignature[]): Note {
  const others = lines.filter(({ name, keyId }) => !note.signatures.some((s) => s.name === name && s.keyId === keyId));
  return { text: note.text, signatures: [...note.signatures, ...others] };
}
