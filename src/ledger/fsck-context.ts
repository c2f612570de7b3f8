/** What the parts of a ledger's check share. */

import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { LogInfo } from "./log.ts";
import type { TreeHasher } from "./merkle.ts";
import type { Ed25519Verify } from "./note.ts";
import type { LogReader } from "./reader.ts";

/** One check of one ledger. Findings are added as they are made. */
export interface FsckContext {
  readonly reader: LogReader;
  readonly info: LogInfo;
  /** All files of the folder, where they can be listed. */
  readonly paths: readonly string[];
  readonly hasher: TreeHasher;
  readonly ed25519: Ed25519Verify;
  readonly findings: Finding[];
}

/** What an error says, for a finding. */
export function reason(error: unknown): string {
  return error instanceof SeedproofError ? error.message : "it cannot be read";
}
