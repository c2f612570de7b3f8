/** Verifying a ledger whole: its files, what others hold of it, and the time of every entry from both sides. */

import { equalBytes } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { checkAnchors, type TimeTrust } from "./anchors.ts";
import { claimFindings, clockFindings, contradictions, type IntervalRun, intervalRuns, tailFinding } from "./bounds.ts";
import { readCheckpoint } from "./checkpoint.ts";
import type { PlacedEntry } from "./entry.ts";
import { finding } from "./findings.ts";
import type { FsckOptions, FsckReport } from "./fsck.ts";
import { fsck } from "./fsck.ts";
import { keyFor, type LogInfo } from "./log.ts";
import { checkSignature } from "./note.ts";
import { checkPolicy, type Policy } from "./policy.ts";
import { type LogReader, rootAt } from "./reader.ts";
import { keepsReceipt, openReceipt } from "./receipt.ts";

/** What the reader brings to a verification. */
export interface VerifyOptions extends Omit<FsckOptions, "level"> {
  readonly trust: TimeTrust;
  /** Witnesses that must have cosigned the newest checkpoint. */
  readonly policy?: Policy;
  /** Checkpoints of this log that others hold. */
  readonly held?: readonly Uint8Array[];
  /** Receipts of this log that others hold. */
  readonly receipts?: readonly Uint8Array[];
  readonly clockToleranceMs?: number;
}

/** A verified ledger. `ok` where nothing fails. */
export interface VerifyReport extends FsckReport {
  readonly ok: boolean;
  /** Bounds of all entries, as runs that share them. */
  readonly times: readonly IntervalRun[];
}

/** Verifies a ledger. Never throws for what the files hold. */
export async function verifyLedger(reader: LogReader, options: VerifyOptions): Promise<VerifyReport> {
  const report = await fsck(reader, { ...options, level: "deep" });
  const { info, checkpoint, entries } = report;
  if (!info || !checkpoint) return { ...report, ok: false, times: [] };
  const { size } = checkpoint.checkpoint;
  const anchors = await checkAnchors(reader, entries, options.trust);
  const times = intervalRuns(size, anchors.notBefore, anchors.notAfter);
  const findings = [
    ...report.findings,
    ...(options.policy ? [policyFinding(checkpoint.note, options.policy)] : []),
    ...(await heldFindings(reader, info, size, options)),
    ...receiptFindings(info, entries, options.receipts ?? []),
    ...anchors.findings,
    ...contradictions(times),
    ...claimFindings(entries, times, options.clockToleranceMs),
    ...clockFindings(entries),
    ...tailFinding(size, anchors.notAfter),
  ];
  return { ...report, findings, times, ok: findings.every(({ level }) => level !== "fails") };
}

function policyFinding(note: Parameters<typeof checkPolicy>[0], policy: Policy): Finding {
  const { met, cosignatures } = checkPolicy(note, policy);
  const names = [...cosignatures].filter(([, { status }]) => status === "good").map(([name]) => name);
  return finding(met ? "ledger.policy-met" : "ledger.policy-unmet", { names: names.join(", ") || "–" });
}

/** Compares checkpoints that others hold with the tree as it is here. */
async function heldFindings(
  reader: LogReader,
  info: LogInfo,
  have: number,
  { held = [], ed25519 }: VerifyOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of held) {
    try {
      const { note, checkpoint } = readCheckpoint(file);
      const { origin, size, root } = checkpoint;
      const good = origin === info.origin && checkSignature(note, keyFor(info, size), ed25519) === "good";
      if (!good) findings.push(finding("ledger.held-invalid"));
      else if (size > have) findings.push(finding("ledger.rolled-back", { size, have }));
      else if (equalBytes(await rootAt(reader, size), root)) findings.push(finding("ledger.consistent-with", { size }));
      else findings.push(finding("ledger.forked", { size }));
    } catch {
      findings.push(finding("ledger.held-invalid"));
    }
  }
  return findings;
}

function receiptFindings(info: LogInfo, entries: readonly PlacedEntry[], receipts: readonly Uint8Array[]): Finding[] {
  return receipts.map((file) => {
    for (const { from } of info.keys) {
      try {
        const receipt = openReceipt(file, keyFor(info, from + 1));
        const { index } = receipt;
        if (receipt.origin !== info.origin) break;
        const kept = keepsReceipt(receipt, entries[index]?.bytes);
        return finding(kept ? "ledger.receipt-kept" : "ledger.receipt-broken", { index }, { entry: index });
      } catch {
        // Perhaps it is of another of the log's keys.
      }
    }
    return finding("ledger.held-invalid");
  });
}
