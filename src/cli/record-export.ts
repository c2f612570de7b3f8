/** `seedproof record export`: the record for other programs. */

import { utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/json.ts";
import { workspace } from "../node/home.ts";
import { missing } from "../node/ledger-verify.ts";
import { writeOutput } from "../node/output-file.ts";
import { readTimeline, type Timeline } from "../node/timeline.ts";
import type { BoundedEvent } from "../process/proof-grade.ts";
import { provDocument } from "../process/prov.ts";
import { bound } from "./ledger-verify.ts";
import { EXIT, type GlobalOptions, note } from "./output.ts";

/** Options of `record export`. */
export interface ExportOptions extends GlobalOptions {
  readonly prov?: boolean;
  readonly withoutContents?: boolean;
  readonly session?: string;
  readonly output: string;
  readonly force?: boolean;
}

/** Writes the record. The status says whether the ledger holds. @throws SeedproofError `ledger.missing`, `file.exists` */
export async function exportRecord(options: ExportOptions): Promise<number> {
  const home = workspace(options.home);
  const { session, withoutContents = false } = options;
  const timeline = await readTimeline(home, session === undefined ? {} : { session });
  if (!timeline) throw missing(home);
  const text = options.prov ? provText(timeline, withoutContents) : lines(timeline.events, withoutContents);
  if (options.output === "-") process.stdout.write(text);
  else writeOutput(options.output, utf8(text), options.force);
  if (!timeline.ok) note("The ledger fails its verification: seedproof ledger verify says why.");
  return timeline.ok ? EXIT.ok : EXIT.fails;
}

function provText({ events, head }: Timeline, withoutContents: boolean): string {
  return `${JSON.stringify(provDocument(events, { origin: head.origin, withoutContents }), undefined, 1)}\n`;
}

function lines(events: readonly BoundedEvent[], withoutContents: boolean): string {
  return events.map((event) => `${canonicalJson(lineOf(event, withoutContents))}\n`).join("");
}

function lineOf({ index, event, interval, grade, lagMs }: BoundedEvent, withoutContents: boolean): Json {
  const { data: _contents, session: _session, agent, ...frame } = event;
  const { notBefore, notAfter } = interval;
  return {
    index,
    grade,
    ...(notBefore && { notBefore: bound(notBefore) }),
    ...(notAfter && { notAfter: bound(notAfter), lagMs: lagMs! }),
    ...(withoutContents ? { ...frame, agent: { kind: agent.kind } } : event),
  } as unknown as Json;
}
