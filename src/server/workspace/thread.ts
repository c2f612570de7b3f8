/** The workspace's thread as the server asks it. */

import { moduleWorker } from "../../node/module-worker.ts";
import { type CallThread, callThread } from "../../node/thread-calls.ts";
import type { WorkspaceSettings, workspaceAnswers } from "./answers.ts";

/** The thread. */
export type WorkspaceThread = CallThread<ReturnType<typeof workspaceAnswers>>;

/** A thread for one workspace; it starts with the first question. */
export function workspaceThread(settings: WorkspaceSettings): WorkspaceThread {
  return callThread(() => moduleWorker(import.meta.url, "./workspace-worker", { workerData: settings }));
}

/** An answer whose JSON the thread has written. */
export function jsonBytes(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, { headers: { "content-type": "application/json" } });
}
