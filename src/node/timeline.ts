/** A recorded history as a reader meets it: events with bounds and grades, the log's head, and what comes in while one looks. */

import { setTimeout as sleep } from "node:timers/promises";
import { toHex } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { intervalAt } from "../ledger/bounds.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { type BoundedEvent, bounded, type PlacedEvent } from "../process/proof-grade.ts";
import { folderReader } from "./ledger-folder.ts";
import { hasLedger, ledgerFolders } from "./ledger-home.ts";
import { type VerifyArguments, verifyHome } from "./ledger-verify.ts";
import { readEvents } from "./process-events.ts";

/** The newest signed head of a workspace's ledger. Not verified: that is {@link readTimeline}. */
export interface LedgerHead {
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

/** A verified history. `ok` where nothing about the ledger fails. */
export interface Timeline {
  readonly ok: boolean;
  readonly head: LedgerHead;
  /** Public key of the log. */
  readonly vkey: string;
  /** Entries that are promised and not yet under a checkpoint. */
  readonly pending: number;
  readonly events: readonly BoundedEvent[];
  /** What was found out about the whole ledger. */
  readonly findings: readonly Finding[];
}

/** The newest signed head, or `undefined` where there is no ledger. One small file is read. */
export async function ledgerHead(home: string): Promise<LedgerHead | undefined> {
  const bytes = await folderReader(ledgerFolders(home).log).read("checkpoint");
  if (!bytes) return undefined;
  const { origin, size, root } = readCheckpoint(bytes).checkpoint;
  return { origin, size, root: toHex(root) };
}

/**
 * The history of a workspace, of one session where it is named. The whole ledger is verified for it, which takes about as long
 * as hashing it; `undefined` where there is no ledger.
 */
export async function readTimeline(
  home: string,
  options: VerifyArguments & { readonly session?: string } = {},
): Promise<Timeline | undefined> {
  if (!hasLedger(home)) return undefined;
  const { ok, info, checkpoint, pending, times, findings } = await verifyHome(home, options);
  const placed = await readEvents(home, options.session);
  const { origin = "", size = 0, root = new Uint8Array() } = checkpoint?.checkpoint ?? {};
  const events = placed.map((one) => {
    const run = times.find(({ from, to }) => from <= one.index && one.index < to);
    return bounded(one, run ? intervalAt(one.index, listed(run.notBefore), listed(run.notAfter)) : {});
  });
  return { ok, head: { origin, size, root: toHex(root) }, vkey: info?.vkey ?? "", pending, events, findings };
}

function listed<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}

/** How often the head is looked at. An eye waits a second without noticing; a look reads 200 bytes. */
const LOOK_MS = 300;

/**
 * Events as they become part of the log, from entry `from` on, in order and each once, until `signal` says stop. What is
 * there already comes first. A ledger that does not exist yet is waited for.
 */
export async function* followEvents(
  home: string,
  {
    from = 0,
    session,
    signal,
  }: { readonly from?: number; readonly session?: string; readonly signal?: AbortSignal } = {},
): AsyncGenerator<PlacedEvent> {
  let next = from;
  while (!signal?.aborted) {
    const head = hasLedger(home) ? await ledgerHead(home) : undefined;
    if (head && head.size > next) {
      const placed = (await readEvents(home, session, next)).filter(({ index }) => index < head.size);
      next = head.size;
      for (const one of placed) {
        if (signal?.aborted) return;
        yield one;
      }
    } else await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
