/** What the commands of the ledger share. */

import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { workspace } from "../node/home.ts";
import { openLedger } from "../node/ledger-home.ts";
import type { LedgerStore } from "../node/ledger-store.ts";
import { EXIT, type GlobalOptions, note } from "./output.ts";
import { VERSION } from "./version.ts";

/** What entries say wrote them. */
export const SOFTWARE = { name: "seedproof", version: VERSION } as const;

/** Opens the workspace's ledger, does something with it, and closes it whatever happens. */
export async function writing<T>(options: GlobalOptions, step: (store: LedgerStore) => T | Promise<T>): Promise<T> {
  const store = await openLedger(workspace(options.home), SOFTWARE);
  const { pending, tornBytes, published } = store.recovery;
  if (tornBytes > 0) note(`An interrupted write was cut: ${tornBytes} bytes that were never acknowledged.`);
  if (published) note("A checkpoint that was signed before an interruption is now published.");
  if (pending > 0 && tornBytes > 0) note(`${pending} acknowledged entries were kept.`);
  try {
    return await step(store);
  } finally {
    store.close();
  }
}

/** The exit status that findings lead to. */
export function statusOf(findings: readonly Finding[]): number {
  return findings.some(({ level }) => level === "fails") ? EXIT.fails : EXIT.ok;
}

/** A place in a log. @throws SeedproofError `cli.usage` */
export function indexOf(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new SeedproofError("cli.usage", `${text} is no index: entries are counted from 0`);
  return Number(text);
}
