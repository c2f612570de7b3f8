/** Verifying a ledger whole: its files, what others hold of it, and the time of every entry from both sides. */

import { equalBytes } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { checkAnchors, type TimeTrust } from "./anchors.ts";
import { claimFindings, clockFindings, contradictions, type IntervalRun, intervalRuns, tailFinding } from "./bounds.ts";
import { parseCheckpoint, readCheckpoint } from "./checkpoint.ts";
import type { PlacedEntry } from "./entry.ts";
import { placeOf } from "./files.ts";
import { finding } from "./findings.ts";
import type { FsckOptions, FsckReport } from "./fsck.ts";
import { fsck } from "./fsck.ts";
import { aboveHead } from "./fsck-heads.ts";
import { keyFor, type LogInfo } from "./log.ts";
import { checkSignature, type Ed25519Verify, type Note } from "./note.ts";
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
    ...(options.policy ? [await policyFinding(reader, report, options.policy)] : []),
    ...(await checkHeld(reader, info, size, options.held ?? [], options.ed25519)),
    ...receiptFindings(info, report, options.receipts ?? []),
    ...anchors.findings,
    ...contradictions(times),
    ...claimFindings(entries, times, options.clockToleranceMs),
    ...clockFindings(entries),
    ...tailFinding(size, anchors.notAfter),
  ];
  return { ...report, findings, times, ok: findings.every(({ level }) => level !== "fails") };
}

/**
 * Whether enough witnesses have cosigned, and up to which entry: the entry that records a cosigning comes after it, so
 * the newest checkpoint of a log is rarely the cosigned one.
 */
async function policyFinding(reader: LogReader, report: FsckReport, policy: Policy): Promise<Finding> {
  const head = report.checkpoint!.checkpoint.size;
  const notes = [report.checkpoint!.note, ...(await cosignedNotes(reader, report.entries))];
  const checks = notes.map((note) => ({ size: parseCheckpoint(note.text).size, ...checkPolicy(note, policy) }));
  const best = checks.filter(({ met }) => met).toSorted((a, b) => b.size - a.size)[0];
  const names = [...(best ?? checks[0]!).cosignatures].flatMap(([name, { status }]) =>
    status === "good" ? [name] : [],
  );
  const values = { names: names.join(", ") || "–", size: best?.size ?? 0, after: head - (best?.size ?? 0) };
  return finding(best ? "ledger.policy-met" : "ledger.policy-unmet", values);
}

/** The cosigned checkpoints that entries name, as far as they are the log's own. */
async function cosignedNotes(reader: LogReader, entries: readonly PlacedEntry[]): Promise<Note[]> {
  const notes: Note[] = [];
  for (const { entry } of entries) {
    const named = entry.type === "anchor.witness" ? entry.out?.[0] : undefined;
    const cosigned = named && (await reader.read(placeOf(named)));
    try {
      const { note, checkpoint } = readCheckpoint(cosigned || "");
      const own = await reader.read(`checkpoints/${checkpoint.size}`);
      if (own && readCheckpoint(own).note.text === note.text) notes.push(note);
    } catch {
      // The anchors' own check says what is wrong with it.
    }
  }
  return notes;
}

/** Compares checkpoints that somebody holds with the tree as it is here. @param have - size of the newest one here */
export async function checkHeld(
  reader: LogReader,
  info: LogInfo,
  have: number,
  held: readonly Uint8Array[],
  ed25519?: Ed25519Verify,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of held) {
    try {
      const { note, checkpoint } = readCheckpoint(file);
      const { origin, size, root } = checkpoint;
      const good = origin === info.origin && checkSignature(note, keyFor(info, size), ed25519) === "good";
      if (!good) findings.push(finding("ledger.held-invalid"));
      else if (size > have) findings.push(await aboveHead(reader, checkpoint, have));
      else if (equalBytes(await rootAt(reader, size, have), root))
        findings.push(finding("ledger.consistent-with", { size }));
      else findings.push(finding("ledger.forked", { size }));
    } catch {
      findings.push(finding("ledger.held-invalid"));
    }
  }
  return findings;
}

/** A promise is kept by an entry of the tree and by one that is still pending. */
function receiptFindings(
  info: LogInfo,
  { entries, promised }: Pick<FsckReport, "entries" | "promised">,
  receipts: readonly Uint8Array[],
): Finding[] {
  const standing = (index: number): Uint8Array | undefined =>
    entries[index]?.bytes ?? promised.find((one) => one.index === index)?.entry;
  return receipts.map((file) => {
    for (const { from } of info.keys) {
      try {
        const receipt = openReceipt(file, keyFor(info, from + 1));
        const { index } = receipt;
        if (receipt.origin !== info.origin) break;
        const kept = keepsReceipt(receipt, standing(index));
        return finding(kept ? "ledger.receipt-kept" : "ledger.receipt-broken", { index }, { entry: index });
      } catch {
        // Perhaps it is of another of the log's keys.
      }
    }
    return finding("ledger.held-invalid");
  });
}
