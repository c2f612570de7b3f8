/** Receipts: the log's signed promise that an entry is durable at an index, to be held by whoever asked for it. */

import { fromBase64, toBase64 } from "../base/base64.ts";
import { equalBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isSize } from "./checkpoint.ts";
import { leafHash } from "./merkle.ts";
import type { Signer, VerifierKey } from "./note.ts";
import { checkSignature, formatNote, parseNote, signNote } from "./note.ts";

const HEADER = "seedproof.receipt/v1";

/** What a receipt promises. */
export interface Receipt {
  readonly origin: string;
  readonly index: number;
  /** Leaf hash of the entry, 32 bytes. */
  readonly leaf: Uint8Array;
}

/** A signed note of four lines. Its first line is no log's origin, so that no receipt is ever taken for a checkpoint. */
export function writeReceipt({ origin, index, leaf }: Receipt, signer: Signer): string {
  return formatNote(signNote(`${HEADER}\n${origin}\n${index}\n${toBase64(leaf)}\n`, signer));
}

/** @throws SeedproofError `ledger.receipt-malformed` when it is no receipt or is not signed by this key */
export function openReceipt(file: Uint8Array | string, key: VerifierKey): Receipt {
  const note = parseNote(file);
  const [header, origin, index, leaf64, ...rest] = note.text.split("\n");
  const leaf = fromBase64(leaf64 ?? "");
  const whole = header === HEADER && origin && isSize(index) && leaf?.length === 32 && rest.join() === "";
  if (!whole || checkSignature(note, key) !== "good") {
    throw new SeedproofError("ledger.receipt-malformed", "this is no receipt that the log's key signed");
  }
  return { origin, index: Number(index), leaf };
}

/** Whether the entry at the receipt's index is the one that was promised. */
export function keepsReceipt({ leaf }: Receipt, entry: Uint8Array | undefined): boolean {
  return entry !== undefined && equalBytes(leafHash(entry), leaf);
}
