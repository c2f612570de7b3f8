/** The head of a workspace's ledger as it stands on disk: quick to ask for, checked by nobody here. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "../base/bytes.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { hasLedger, ledgerFolders } from "./ledger-home.ts";

/** Where the ledger stands. */
export interface LedgerHead {
  readonly origin: string;
  readonly size: number;
  /** Root over all entries, lower-case hex. */
  readonly root: string;
  /** When the checkpoint was written, by the own clock. RFC 3339. */
  readonly signedAt: string;
}

/** `undefined` where the workspace has no ledger. @throws SeedproofError as `readCheckpoint` */
export function ledgerHead(home: string): LedgerHead | undefined {
  if (!hasLedger(home)) return undefined;
  const file = join(ledgerFolders(home).log, "checkpoint");
  const { origin, size, root } = readCheckpoint(new Uint8Array(readFileSync(file))).checkpoint;
  return { origin, size, root: toHex(root), signedAt: statSync(file).mtime.toISOString() };
}
