/** A pointer from something outside, such as a signed image, to one entry of a log: with it a reader of the image can tell that the entry was there. */

import { equalBytes, fromHex, toHex } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import type { JsonObject } from "../base/json.ts";
import { isObject } from "../base/json.ts";
import { finding } from "./findings.ts";
import { inclusionRoot, leafHash } from "./merkle.ts";
import { checkSignature, parseVkey } from "./note.ts";
import { formatProof, type Proof, parseProof } from "./proof.ts";

/** A checked pointer. */
export interface LedgerPointer {
  readonly origin: string;
  readonly vkey: string;
  readonly index: number;
  /** Hex. */
  readonly leafHash: string;
  /** Entries that the checkpoint in its proof is over. */
  readonly size: number;
}

/** The pointer to an entry: which log, which place, what stands there, and the proof. */
export function pointerTo(entry: Uint8Array, proof: Proof, vkey: string): JsonObject {
  const { origin, size } = proof.checkpoint.checkpoint;
  const place = { index: proof.index, leafHash: toHex(leafHash(entry)), size };
  return { origin, vkey, ...place, proof: formatProof(proof) };
}

/**
 * Checks what a pointer says of itself: its proof, its checkpoint's signature, that all of it speaks of one place. Whether the
 * log's key is one that the reader knows is his to say.
 * @param entry - the bytes of the entry, where the reader has them
 */
export function checkPointer(value: unknown, entry?: Uint8Array): { pointer?: LedgerPointer; findings: Finding[] } {
  try {
    const { pointer, leaf } = parsed(value);
    const values = { index: pointer.index, origin: pointer.origin, size: pointer.size };
    if (entry && !equalBytes(leafHash(entry), leaf))
      return { findings: [finding("ledger.pointer-other-entry", values)] };
    return { pointer, findings: [finding("ledger.pointer-holds", values)] };
  } catch (error) {
    return { findings: [finding("ledger.pointer-invalid", { why: (error as Error).message })] };
  }
}

function parsed(value: unknown): { pointer: LedgerPointer; leaf: Uint8Array } {
  if (!isObject(value)) throw new Error("it is no object");
  const { origin, vkey, index, leafHash: leafText, proof: text } = value;
  if (
    typeof origin !== "string" ||
    typeof vkey !== "string" ||
    typeof text !== "string" ||
    typeof leafText !== "string"
  ) {
    throw new Error("it lacks a part");
  }
  const leaf = fromHex(leafText);
  const proof = parseProof(text);
  const { note, checkpoint } = proof.checkpoint;
  const key = parseVkey(vkey);
  if (proof.index !== index || checkpoint.origin !== origin) throw new Error("its parts speak of different places");
  if (checkSignature(note, key) !== "good") throw new Error("its checkpoint is not signed by the key that it names");
  if (!equalBytes(inclusionRoot(leaf, index, checkpoint.size, proof.path), checkpoint.root)) {
    throw new Error("its proof does not lead to its checkpoint");
  }
  return { pointer: { origin, vkey, index, leafHash: leafText, size: checkpoint.size }, leaf };
}
