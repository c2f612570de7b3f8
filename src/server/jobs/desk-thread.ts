/** The thread's side of a desk: takes tasks, says what it does, and tells results and errors. */

import { parentPort } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import type { Assignment, Said } from "./desk.ts";

/** Works on each task that comes. `code` is that of an error which has none. */
export function workOn<Work>(
  code: string,
  work: (work: Work, stage: (name: string) => void) => Promise<unknown>,
): void {
  const say = (said: Said): void => parentPort?.postMessage(said);
  parentPort?.on("message", async ({ id, work: asked }: Assignment<Work>) => {
    try {
      say({ id, result: await work(asked, (stage) => say({ id, stage })) });
    } catch (error) {
      const known = error instanceof SeedproofError ? error.code : code;
      say({ id, error: { code: known, message: String((error as Error)?.message ?? error) } });
    }
  });
}
