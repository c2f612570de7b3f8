/** The thread in which another program's history is taken over: as many files and minutes as it has. */

import { parentPort, workerData } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import { type ImportOptions, importHistory } from "../../node/import/import.ts";

try {
  const progress = (runs: number): void => {
    if (runs % 10 === 0) parentPort?.postMessage({ runs });
  };
  const summary = await importHistory({ ...(workerData as Omit<ImportOptions, "progress">), progress });
  parentPort?.postMessage({ summary });
} catch (error) {
  const code = error instanceof SeedproofError ? error.code : "record.import-failed";
  parentPort?.postMessage({ error: { code, message: String((error as Error)?.message ?? error) } });
}
