/** Proof files: index, path and checkpoint in one text that verifies offline. C2SP tlog-proof. */

import { fromBase64, toBase64 } from "../base/base64.ts";
import { equalBytes, fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import { isSize, readCheckpoint } from "./checkpoint.ts";
import { inclusionRoot, leafHash } from "./merkle.ts";
import { formatNote, NOTE_LIMITS } from "./note.ts";

const HEADER = "c2sp.org/tlog-proof@v1";

/** Hashes of a path, at most: a tree of 2^53 entries needs 53. CWE-770. */
export const MAX_PROOF_HASHES = 63;

/** That an entry stands at an index of a checkpointed log. */
export interface Proof {
  readonly index: number;
  /** Sibling hashes from the leaf up, 32 bytes each. */
  readonly path: readonly Uint8Array[];
  readonly checkpoint: SignedCheckpoint;
  /** Bytes with a meaning between writer and reader; nothing authenticates them. */
  readonly extra?: Uint8Array;
}

/** The text of a `.tlog-proof` file. */
export function formatProof({ index, path, checkpoint, extra }: Proof): string {
  const lines = [HEADER, ...(extra ? [`extra ${toBase64(extra)}`] : []), `index ${index}`, ...path.map(toBase64)];
  return `${lines.join("\n")}\n\n${formatNote(checkpoint.note)}`;
}

/** @throws SeedproofError `ledger.proof-malformed`, and as {@link readCheckpoint} for the checkpoint in it */
export function parseProof(file: Uint8Array | string): Proof {
  const text = file.length > NOTE_LIMITS.bytes ? undefined : typeof file === "string" ? file : fromUtf8(file);
  const gap = text?.indexOf("\n\n") ?? -1;
  if (text === undefined || gap < 0) throw malformed("a proof has an empty line before its checkpoint");
  const [header, ...lines] = text.slice(0, gap).split("\n");
  if (header !== HEADER) throw malformed(`a proof begins with ${HEADER}`);
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift()!.slice(6)) : null;
  const index = /^index (.*)$/.exec(lines.shift() ?? "")?.[1];
  const path = lines.map((line) => fromBase64(line));
  if (extra === undefined || !isSize(index) || path.length > MAX_PROOF_HASHES || !path.every(isHash)) {
    throw malformed("a proof has an index and at most 63 hashes");
  }
  const checkpoint = readCheckpoint(text.slice(gap + 2));
  return { index: Number(index), path, checkpoint, ...(extra ? { extra } : {}) };
}

/** Whether the proof's path leads from this entry to the root of its checkpoint. The checkpoint's signatures are another question. */
export function provesEntry({ index, path, checkpoint }: Proof, entry: Uint8Array): boolean {
  const { size, root } = checkpoint.checkpoint;
  try {
    return equalBytes(inclusionRoot(leafHash(entry), index, size, path), root);
  } catch {
    return false;
  }
}

function isHash(bytes: Uint8Array | undefined): bytes is Uint8Array<ArrayBuffer> {
  return bytes?.length === 32;
}

function malformed(message: string): SeedproofError {
  return new SeedproofError("ledger.proof-malformed", message);
}
