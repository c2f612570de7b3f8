/** Fooocus's history: a `log.html` beside the images of each day. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import { fooocusLog } from "../../process/import/fooocus.ts";
import { imageFolder } from "./image-folder.ts";
import type { FoundHistory, FoundRun } from "./source.ts";

/** Bytes of one day's log. A thousand images make some four megabytes. CWE-770. */
const MAX_LOG = 256 * 1024 * 1024;

/**
 * The history of a log, of a day's folder, or of a folder of days. Each day is read when it is its turn.
 * @throws SeedproofError `record.source-unknown`, `record.source-too-large`
 */
export function fooocusHistory(source: string, images?: string): FoundHistory {
  const logs = statSync(source).isDirectory() ? logsIn(source) : [source];
  if (logs.length === 0) throw new SeedproofError("record.source-unknown", `${source} has no log.html of Fooocus`);
  return { name: basename(source), runs: runs(logs, images) };
}

function* runs(logs: readonly string[], images: string | undefined): Generator<FoundRun> {
  for (const log of logs) {
    if (statSync(log).size > MAX_LOG) throw new SeedproofError("record.source-too-large", `${log} is too long`);
    const found = fooocusLog(readFileSync(log, "utf8"));
    if (!found) throw new SeedproofError("record.source-unknown", `${log} is no log of Fooocus`);
    const bytesOf = imageFolder(images ?? dirname(log));
    for (const run of found) yield { run, bytesOf };
  }
}

/** The folder's own log and those of its days, whose names are their dates. */
function logsIn(folder: string): string[] {
  const days = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const places = [folder, ...days.map(({ name }) => join(folder, name)).sort()];
  return places.map((place) => join(place, "log.html")).filter(existsSync);
}
