/** `seedproof record export`: the record for other programs. */

import { utf8 } from "../base/bytes.ts";
import { workspace } from "../node/home.ts";
import { missing } from "../node/ledger-verify.ts";
import { writeOutput } from "../node/output-file.ts";
import { eventLines, provText } from "../node/record-export.ts";
import { readTimeline } from "../node/timeline.ts";
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
  const text = options.prov ? provText(timeline, withoutContents) : eventLines(timeline, withoutContents);
  if (options.output === "-") process.stdout.write(text);
  else writeOutput(options.output, utf8(text), options.force);
  if (!timeline.ok) note("The ledger fails its verification: seedproof ledger verify says why.");
  return timeline.ok ? EXIT.ok : EXIT.fails;
}
