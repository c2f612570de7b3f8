/** The thread's side of a desk: takes tasks, says what it does, and tells results and errors. */

import { parentPort } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import type { Assignment, Said } from "./desk.ts";

/**
 * Works on each task that comes. `code` is that of an error which has none; `onStop` ends what is no part of this thread before the
 * thread ends.
 */
export function workOn<Work>(
  code: string,
  work: (work: Work, stage: (name: string) => void, part: (value: unknown) => void) => Promise<unknown>,
  onStop: () => void = () => undefined,
): void {
  const say = (said: Said): void => parentPort?.postMessage(said);
  parentPort?.on("message", async (told: Assignment<Work> | { readonly stop: true }) => {
    if ("stop" in told) {
      onStop();
      process.exit();
    }
    const { id, work: asked } = told;
    try {
      const result = await work(
        asked,
        (stage) => say({ id, stage }),
        (part) => say({ id, part }),
      );
      say({ id, result });
    } catch (error) {
      const known = error instanceof SeedproofError ? error.code : code;
      say({ id, error: { code: known, message: String((error as Error)?.message ?? error) } });
    }
  });
}
