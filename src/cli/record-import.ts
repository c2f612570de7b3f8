/** `seedproof record import`: another program's history, as that program's claim. */

import { fill } from "../base/texts.ts";
import { workspace } from "../node/home.ts";
import { importHistory } from "../node/import/import.ts";
import type { ImportKind } from "../node/import/source.ts";
import { type GlobalOptions, langFor, note, print, printJson } from "./output.ts";
import { RECORD_TEXTS } from "./record-texts.ts";
import { VERSION } from "./version.ts";

/** Options of `record import`. */
export interface ImportCommandOptions extends GlobalOptions {
  readonly from: ImportKind;
  readonly images?: string;
  readonly session?: string;
}

/** Takes the history over and says what it came to. */
export async function importCommand(options: ImportCommandOptions, source: string): Promise<void> {
  const { from, images, session = `import from ${from}` } = options;
  const lang = langFor(options);
  const progress = (runs: number): void => {
    if (process.stderr.isTTY && runs % 100 === 0) note(fill(RECORD_TEXTS.importing, { runs })[lang]);
  };
  const summary = await importHistory({
    ...{ home: workspace(options.home), sw: { name: "seedproof", version: VERSION } },
    ...{ from, source, session, progress },
    ...(images !== undefined && { images }),
  });
  if (options.json) printJson({ from, ...summary });
  else print(fill(RECORD_TEXTS.imported, { ...summary })[lang]);
}
