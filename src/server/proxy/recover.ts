/** Writing what a recorder that was killed had copied and not yet written, before anything new is recorded. */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "../../node/ledger-home.ts";
import { readEvents } from "../../node/process-events.ts";
import type { Software } from "../../node/recorder.ts";
import { createIngest, eventIdOf, type Ingest, type Line } from "./ingest.ts";
import { keptIn } from "./journal.ts";
import type { Passed } from "./recording-tap.ts";

/** What became of it. */
export interface Recovered {
  /** Things that passed and stand in the ledger now. */
  readonly written: number;
  /** Copies that were still being made: of them nothing can be said but that they were there. */
  readonly lost: number;
}

/**
 * Writes what stands in the spool folder, in the order in which it passed and at the times at which it passed, into the sessions it
 * belongs to. What is in the ledger already is not written again. What could not be written stays where it is.
 * @param servers - addresses that the user names now: only these are asked what became of a run
 */
export async function recoverSpool(
  home: string,
  sw: Software,
  spool: string,
  servers: readonly string[],
  report: (error: unknown) => void,
): Promise<Recovered> {
  if (!existsSync(spool)) return { written: 0, lost: 0 };
  const kept = keptIn(spool);
  const named = new Set(kept.flatMap(({ file, passed }) => [file, ...copyOf(passed)]));
  const partial = filesIn(spool).filter((file) => !named.has(file));
  for (const file of partial) rmSync(file, { force: true });
  if (kept.length > 0) {
    // What was promised last becomes part of the log, so that it is found there.
    const store = await openLedger(home, sw);
    store.integrate();
    store.close();
  }
  const line: Line = { last: Promise.resolve() };
  const failures: unknown[] = [];
  const ingests = new Map<string, Ingest>();
  const sessions = new Map<string, ReadonlySet<string>>();
  let standing = 0;
  for (const { session, upstream, passed, file } of kept) {
    const written = sessions.get(session) ?? (await idsOf(home, session));
    sessions.set(session, written);
    if (written.has(eventIdOf(passed))) standing++;
    const later = { written, ask: servers.includes(upstream) };
    const name = JSON.stringify([session, upstream]);
    const options = { home, session, sw, upstream, later };
    const ingest = ingests.get(name) ?? createIngest(options, (error) => failures.push(error), line);
    ingests.set(name, ingest);
    ingest.take(passed, file);
  }
  for (const ingest of ingests.values()) await ingest.settled();
  failures.forEach(report);
  return { written: kept.length - standing - failures.length, lost: partial.length };
}

function copyOf(passed: Passed): string[] {
  return "copy" in passed && passed.copy && "file" in passed.copy ? [passed.copy.file] : [];
}

async function idsOf(home: string, session: string): Promise<ReadonlySet<string>> {
  return new Set((await readEvents(home, session)).map(({ event }) => event.id));
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
