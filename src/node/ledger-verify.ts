/** Verifying a ledger on this machine: its folder, what the workspace's key remembers, and what its user trusts. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { parseVkey } from "../ledger/note.ts";
import { type VerifyReport, verifyLedger } from "../ledger/verify.ts";
import { folderReader, nodeHasher, nodeVerify } from "./ledger-folder.ts";
import { ledgerFolders, readTrust, type TrustArguments } from "./ledger-home.ts";
import { SignerFolder } from "./ledger-keys.ts";

/** What a reader names beside the workspace's own trust. */
export interface VerifyArguments extends TrustArguments {
  /** Files of checkpoints that others hold. */
  readonly held?: readonly string[];
  /** Files of receipts that others hold. */
  readonly receipt?: readonly string[];
  /** The log's key as its reader knows it. */
  readonly vkey?: string;
}

/** Verifies a folder, or the workspace's ledger, with what its user trusts. */
export async function verifyHome(home: string, options: VerifyArguments, folder?: string): Promise<VerifyReport> {
  const { log } = ledgerFolders(home);
  const place = folder ?? log;
  if (!existsSync(join(place, "log.json")) && !existsSync(join(place, "checkpoint"))) throw missing(place);
  const { time, policy } = readTrust(home, options);
  return verifyLedger(folderReader(place), {
    trust: time,
    hasher: nodeHasher,
    ed25519: nodeVerify,
    // The newest head that the key has signed, which an older copy of the folder lacks.
    held: [...readAll(options.held), ...(folder === undefined ? highWater(home) : [])],
    receipts: readAll(options.receipt),
    withheld: folder !== undefined && !existsSync(join(place, "blobs")),
    ...(policy && { policy }),
    ...(options.vkey !== undefined && { pinned: parseVkey(options.vkey) }),
  });
}

function readAll(files: readonly string[] = []): Uint8Array[] {
  return files.map((file) => {
    const bytes = new Uint8Array(readFileSync(file));
    return receiptOf(bytes) ?? bytes;
  });
}

/** What this workspace's key remembers to have signed. */
export function highWater(home: string): Uint8Array[] {
  const bytes = new SignerFolder(ledgerFolders(home).keys, "ledger").highWater();
  return bytes ? [bytes] : [];
}

/** The receipt in what `append --json` printed, for those who kept that. */
function receiptOf(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const value = parseJson(new TextDecoder().decode(bytes));
    return isObject(value) && typeof value.receipt === "string" ? new TextEncoder().encode(value.receipt) : undefined;
  } catch {
    return undefined;
  }
}

/** That there is no ledger, and what makes one. */
export function missing(folder: string): SeedproofError {
  return new SeedproofError("ledger.missing", `there is no ledger in ${folder}; seedproof ledger init makes one`);
}
