/** Checking a ledger's files: that every byte of it follows from its entries, and its entries from its checkpoint. */

import { equalBytes } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import type { Checkpoint, SignedCheckpoint } from "./checkpoint.ts";
import type { PlacedEntry } from "./entry.ts";
import { checkFiles } from "./files.ts";
import { finding } from "./findings.ts";
import type { FsckContext } from "./fsck-context.ts";
import { keptHeads, readHead } from "./fsck-heads.ts";
import { rebuild } from "./fsck-rebuild.ts";
import { formatLogInfo, keyFor, type LogInfo, parseLogInfo } from "./log.ts";
import { LogHistory } from "./log-history.ts";
import { HASHER, type TreeHasher } from "./merkle.ts";
import { type Ed25519Verify, sameKey, type VerifierKey, verifyEd25519 } from "./note.ts";
import { type PendingRecords, readPending } from "./pending.ts";
import { type LogReader, rootAt } from "./reader.ts";

/** How far to look: the head and its edge; every entry and tile; every file that an entry names too. */
export type FsckLevel = "quick" | "full" | "deep";

/** What checking needs. */
export interface FsckOptions {
  readonly level: FsckLevel;
  readonly hasher?: TreeHasher;
  readonly ed25519?: Ed25519Verify;
  /** The key that the reader knows the log by, from elsewhere: the log's own word for its key is worth less. */
  readonly pinned?: VerifierKey;
  /** Whether this is a copy for publication, whose contents are kept elsewhere: absent blobs are expected then. */
  readonly withheld?: boolean;
  /** Stops at the first thing that is wrong instead of naming everything. */
  readonly firstOnly?: boolean;
  /** Called with the number of entries read so far, at each bundle. */
  readonly progress?: (entries: number) => void;
}

/** What was found. Without a level `fails` among the findings, the ledger is whole as far as it was looked at. */
export interface FsckReport {
  readonly info?: LogInfo;
  readonly checkpoint?: SignedCheckpoint;
  /** Promised entries after the checkpoint. */
  readonly pending: number;
  /** Those entries, in order. */
  readonly promised: PendingRecords["entries"];
  readonly findings: readonly Finding[];
  /** All entries in order; empty below level `deep`. */
  readonly entries: readonly PlacedEntry[];
}

/** How often a check starts again because the log grew under it. */
const ATTEMPTS = 3;

/** Checks a ledger, which may be growing meanwhile. Never throws for what the files hold. */
export async function fsck(reader: LogReader, options: FsckOptions): Promise<FsckReport> {
  for (let attempt = 1; ; attempt++) {
    const before = await reader.read("checkpoint");
    const report = await checkOnce(reader, options);
    const after = await reader.read("checkpoint");
    const still = before && after ? equalBytes(before, after) : before === after;
    if (still || attempt === ATTEMPTS) return report;
  }
}

async function checkOnce(reader: LogReader, options: FsckOptions): Promise<FsckReport> {
  const { hasher = HASHER, ed25519 = verifyEd25519, level, pinned } = options;
  const findings: Finding[] = [];
  const none = { pending: 0, promised: [], findings, entries: [] };
  const info = await readInfo(reader, findings);
  if (!info) return none;
  const paths = reader.list ? await reader.list("") : [];
  const context: FsckContext = { reader, info, paths, hasher, ed25519, findings };
  const checkpoint = await readHead(context);
  if (!checkpoint) return { ...none, info };
  const head = checkpoint.checkpoint;
  if (pinned && !info.keys.some(({ vkey }) => sameVkey(vkey, pinned))) findings.push(finding("ledger.key-not-pinned"));
  const promised = await checkPending(context, head.size);
  const report = { info, checkpoint, pending: promised.length, promised, findings, entries: [] };
  const heads = await keptHeads(context, head, level === "quick" ? head.size : 0);
  if (level === "quick") {
    findings.push(await edgeFinding(context, head));
    return report;
  }
  const { progress, firstOnly = false } = options;
  const enough = (): boolean => firstOnly && findings.some((one) => one.level === "fails");
  if (enough()) return report;
  const history = new LogHistory(info, promised, ed25519);
  const decodeAll = level === "deep";
  const entries = await rebuild(context, { head, heads, history, decodeAll, enough, ...(progress && { progress }) });
  if (decodeAll) findings.push(...(await checkFiles(reader, entries, head.size, paths, options.withheld)));
  return { ...report, entries };
}

async function readInfo(reader: LogReader, findings: Finding[]): Promise<LogInfo | undefined> {
  const where = { file: "log.json" };
  const bytes = (await reader.read("log.json")) ?? new Uint8Array(0);
  try {
    const info = parseLogInfo(bytes);
    if (!equalBytes(formatLogInfo(info), bytes)) findings.push(finding("ledger.log-differs", {}, where));
    keyFor(info, 0);
    return info;
  } catch {
    findings.push(finding("ledger.log-malformed", {}, where));
    return undefined;
  }
}

/** Entries that are promised after the checkpoint, in order and without a gap. */
async function checkPending(
  { reader, paths, findings }: FsckContext,
  size: number,
): Promise<PendingRecords["entries"]> {
  const promised: PendingRecords["entries"][number][] = [];
  const indexOf = (path: string) => Number(path.slice("pending/".length));
  const files = paths.filter((path) => path.startsWith("pending/")).toSorted((a, b) => indexOf(a) - indexOf(b));
  let next = size;
  for (const file of files) {
    const { entries, tornBytes, damaged } = readPending((await reader.read(file)) ?? new Uint8Array(0));
    for (const record of entries) {
      const { index } = record;
      if (index === next) promised.push(record);
      if (index > next) findings.push(finding("ledger.pending-damaged", {}, { file, entry: next }));
      next = Math.max(next, index + 1);
    }
    if (damaged) findings.push(finding("ledger.pending-damaged", {}, { file, entry: next }));
    else if (tornBytes > 0) findings.push(finding("ledger.torn-tail", { bytes: tornBytes }, { file }));
  }
  if (next > size) findings.push(finding("ledger.pending", { count: next - size }));
  return promised;
}

async function edgeFinding({ reader, hasher }: FsckContext, { size, root }: Checkpoint): Promise<Finding> {
  try {
    const same = equalBytes(await rootAt(reader, size, size, hasher), root);
    return finding(same ? "ledger.edge-holds" : "ledger.root-differs");
  } catch {
    return finding("ledger.tile-missing");
  }
}

function sameVkey(vkey: string, pinned: VerifierKey): boolean {
  try {
    return sameKey(keyFor({ keys: [{ vkey, from: 0 }] }, 1), pinned);
  } catch {
    return false;
  }
}
