/** Checking a log's checkpoints: that each is the log's own, and that the newest is one of those that were kept. */

import { equalBytes } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import type { Checkpoint, SignedCheckpoint } from "./checkpoint.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { finding } from "./findings.ts";
import { type FsckContext, reason } from "./fsck-context.ts";
import { keyFor } from "./log.ts";
import { checkSignature } from "./note.ts";
import { type LogReader, rootAt } from "./reader.ts";

/** The newest checkpoint; it must be one that the log has kept, alone or with witnesses' lines. */
export async function readHead(context: FsckContext): Promise<SignedCheckpoint | undefined> {
  const { reader, info, findings, paths } = context;
  const where = { file: "checkpoint" };
  const bytes = await reader.read("checkpoint");
  if (!bytes) {
    findings.push(finding("ledger.checkpoint-missing", {}, where));
    return undefined;
  }
  const signed = openKept(context, bytes, "checkpoint");
  if (!signed) return undefined;
  const { size } = signed.checkpoint;
  const cosigned = paths.filter((path) => path.startsWith(`time/${size}/`) && path.endsWith(".note"));
  const copies = await Promise.all([`checkpoints/${size}`, ...cosigned].map((path) => reader.read(path)));
  if (!copies.some((copy) => copy && equalBytes(copy, bytes))) {
    findings.push(finding("ledger.checkpoint-differs", {}, where));
  }
  findings.push(finding("ledger.checkpoint-signed", { size, keyId: keyFor(info, size).keyId }, where));
  return signed;
}

/**
 * Roots of the kept checkpoints, by size. One above the head is a publication that a crash cut, if the tiles have its tree.
 * @param from - sizes below are left out
 */
export async function keptHeads(
  context: FsckContext,
  head: Checkpoint,
  from: number,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const { reader, paths, findings } = context;
  const heads = new Map([[head.size, head.root]]);
  for (const file of paths.filter((path) => /^checkpoints\/[1-9]\d{0,15}$/.test(path))) {
    if (Number(file.slice("checkpoints/".length)) < from) continue;
    const signed = openKept(context, (await reader.read(file)) ?? new Uint8Array(0), file);
    if (!signed) continue;
    const { size, root } = signed.checkpoint;
    if (`checkpoints/${size}` !== file || signed.note.signatures.length !== 1) {
      findings.push(finding("ledger.checkpoint-differs", {}, { file }));
    }
    if (size <= head.size) heads.set(size, root);
    else findings.push(await aboveHead(reader, signed.checkpoint, head.size, file));
  }
  return heads;
}

/** A checkpoint of this log, signed by the key of its size; otherwise a finding. */
function openKept(
  { info, ed25519, findings }: FsckContext,
  bytes: Uint8Array,
  file: string,
): SignedCheckpoint | undefined {
  try {
    const signed = readCheckpoint(bytes);
    const { origin, size } = signed.checkpoint;
    if (origin === info.origin && checkSignature(signed.note, keyFor(info, size), ed25519) === "good") return signed;
    findings.push(finding("ledger.checkpoint-invalid", { why: "it is not signed by this log" }, { file }));
  } catch (error) {
    findings.push(finding("ledger.checkpoint-invalid", { why: reason(error) }, { file }));
  }
  return undefined;
}

/** What a good checkpoint above the head means: a publication that a crash cut, if the tiles have its tree; else a loss. */
export async function aboveHead(reader: LogReader, kept: Checkpoint, have: number, file?: string): Promise<Finding> {
  const { size } = kept;
  const where = file === undefined ? undefined : { file };
  try {
    if (equalBytes(await rootAt(reader, size), kept.root)) {
      return finding("ledger.checkpoint-unpublished", { size }, where);
    }
  } catch {
    // The tiles do not reach that far.
  }
  return finding("ledger.rolled-back", { size, have }, where);
}
