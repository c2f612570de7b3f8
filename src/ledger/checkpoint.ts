/** Checkpoints: the signed head of a log. C2SP tlog-checkpoint. */

import { fromBase64, toBase64 } from "../base/base64.ts";
import { SeedproofError } from "../base/errors.ts";
import type { TreeHead } from "./merkle.ts";
import type { Note, VerifierKey } from "./note.ts";
import { checkSignature, parseNote } from "./note.ts";

/** A log's head: which log, how many entries, and the root over them. */
export interface Checkpoint extends TreeHead {
  /** Unique name of the log, no white space. */
  readonly origin: string;
  /** Lines after the root. Ours has none: nobody can audit them. */
  readonly extensions: readonly string[];
}

/** The text that is signed: origin, size, root, each on a line. */
export function formatCheckpoint({ origin, size, root }: Omit<Checkpoint, "extensions">): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** @throws SeedproofError `ledger.checkpoint-malformed` */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root64, ...rest] = text.split("\n");
  const root = fromBase64(root64 ?? "");
  const extensions = rest.slice(0, -1);
  const whole =
    origin && isSize(size) && root?.length === 32 && rest.at(-1) === "" && extensions.every((l) => l !== "");
  if (!whole) throw new SeedproofError("ledger.checkpoint-malformed", "a checkpoint has an origin, a size and a root");
  return { origin, size: Number(size), root, extensions };
}

/** A checkpoint with the note it stands in; its signatures are still to be checked. */
export interface SignedCheckpoint {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/** @throws SeedproofError `ledger.note-malformed`, `ledger.checkpoint-malformed` */
export function readCheckpoint(file: Uint8Array | string): SignedCheckpoint {
  const note = parseNote(file);
  return { note, checkpoint: parseCheckpoint(note.text) };
}

/**
 * A checkpoint that is signed by the log's key, under the log's origin.
 * @throws SeedproofError `ledger.checkpoint-signature` when the signature is missing or wrong,
 *   `ledger.checkpoint-origin` when it is another log's, and as {@link readCheckpoint}
 */
export function openCheckpoint(file: Uint8Array | string, origin: string, key: VerifierKey): SignedCheckpoint {
  const signed = readCheckpoint(file);
  if (signed.checkpoint.origin !== origin) {
    throw new SeedproofError("ledger.checkpoint-origin", "the checkpoint is of another log");
  }
  if (checkSignature(signed.note, key) !== "good") {
    throw new SeedproofError("ledger.checkpoint-signature", "the checkpoint is not signed by the log's key");
  }
  return signed;
}

/** A size: decimal, no leading zero, exactly held by a number. */
export function isSize(text: string | undefined): text is string {
  return text !== undefined && /^(?:0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}
