/** The thread that works on cases as the server asks it; it starts with the first question. */

import { moduleWorker } from "../../node/module-worker.ts";
import { type CallThread, callThread } from "../../node/thread-calls.ts";
import type { caseAnswers } from "./case-answers.ts";

/** The thread. */
export type CaseThread = CallThread<typeof caseAnswers>;

/** Nothing is started yet. */
export function caseThread(): CaseThread {
  return callThread(() => moduleWorker(import.meta.url, "./case-worker", {}));
}
