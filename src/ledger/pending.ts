/** Pending records: entries that are durable and promised, but not yet in a checkpoint. One frame for each acknowledged batch. */

import { concatBytes, equalBytes } from "../base/bytes.ts";
import { sha256 } from "../base/hash.ts";
import { decodeBundle, encodeBundle } from "./tiles.ts";

/** Length, first index and count of a frame; a SHA-256 over head and entries ends it. */
const HEAD_BYTES = 16;

/** Entries in one frame, at most. Larger batches are several frames. */
export const FRAME_ENTRIES = 4096;

/** The bytes of one batch of entries, the first of which gets `index`. */
export function encodeFrame(index: number, entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bundle = encodeBundle(entries);
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint32(0, bundle.length);
  head.setBigUint64(4, BigInt(index));
  head.setUint32(12, entries.length);
  const framed = concatBytes(new Uint8Array(head.buffer), bundle);
  return concatBytes(framed, sha256(framed));
}

/** What a pending file holds. */
export interface PendingRecords {
  readonly entries: readonly { readonly index: number; readonly entry: Uint8Array }[];
  /** Bytes after the last whole frame: a write that was never acknowledged, or damage. */
  readonly tornBytes: number;
  /** Whether whole frames stand after a broken one: damage to promised entries, which no crash leaves. */
  readonly damaged: boolean;
}

/** Reads a pending file up to its first broken frame. */
export function readPending(file: Uint8Array): PendingRecords {
  const entries: { index: number; entry: Uint8Array }[] = [];
  let at = 0;
  for (let frame = frameAt(file, at); frame; frame = frameAt(file, at)) {
    frame.entries.forEach((entry, i) => {
      entries.push({ index: frame.index + i, entry });
    });
    at = frame.end;
  }
  return { entries, tornBytes: file.length - at, damaged: at < file.length && followedByFrame(file, at) };
}

function frameAt(file: Uint8Array, at: number): { index: number; entries: Uint8Array[]; end: number } | undefined {
  if (at + HEAD_BYTES + 32 > file.length) return undefined;
  const head = new DataView(file.buffer, file.byteOffset + at, HEAD_BYTES);
  const bodyEnd = at + HEAD_BYTES + head.getUint32(0);
  const count = head.getUint32(12);
  if (bodyEnd + 32 > file.length || count > FRAME_ENTRIES) return undefined;
  if (!equalBytes(sha256(file.subarray(at, bodyEnd)), file.subarray(bodyEnd, bodyEnd + 32))) return undefined;
  const entries = decodeBundle(file.subarray(at + HEAD_BYTES, bodyEnd), count);
  return entries && { index: Number(head.getBigUint64(4)), entries, end: bodyEnd + 32 };
}

/** Whether the frame that should be at `at` is broken but, by its own length, another good one follows it. */
function followedByFrame(file: Uint8Array, at: number): boolean {
  if (at + HEAD_BYTES > file.length) return false;
  const length = new DataView(file.buffer, file.byteOffset + at, HEAD_BYTES).getUint32(0);
  return frameAt(file, at + HEAD_BYTES + length + 32) !== undefined;
}
