/** A worker thread of a pool: holds a backend and its sessions, answers one message after the other. */

import { parentPort, workerData } from "node:worker_threads";
import { SeedproofError } from "../base/errors.ts";
import type { Backend, ExternalData, Feeds, RuntimeIdentity, Session } from "../engine/backend.ts";
import type { Tensor } from "../engine/tensor.ts";
import { fastBackend } from "./fast-backend.ts";
import { referenceBackend } from "./reference-backend.ts";

/** A weight file whose bytes go into the message. */
export interface ReadFile {
  readonly path: string;
  readonly data: Uint8Array;
}

const asExternal = ({ path, data }: ReadFile): ExternalData => ({ path, size: data.length, read: () => data });

/** What the pool asks. `session` is a number that the pool gives. */
export type Request =
  | {
      readonly ask: "load";
      readonly session: number;
      readonly graph: Uint8Array;
      readonly external: readonly ReadFile[];
    }
  | { readonly ask: "run"; readonly session: number; readonly feeds: Feeds }
  | { readonly ask: "close"; readonly session: number }
  | { readonly ask: "identity" };

/** What the worker answers, each answer to the oldest request without one. */
export type Answer =
  | { readonly outputs?: Readonly<Record<string, Tensor>>; readonly identity?: RuntimeIdentity }
  | { readonly error: { readonly code: string; readonly message: string } };

/** How a worker is started. */
export interface WorkerSettings {
  readonly mode: RuntimeIdentity["mode"];
}

const { mode } = workerData as WorkerSettings;
const starting = mode === "fast" ? fastBackend({ threads: 1 }) : referenceBackend();
// A backend that does not start is told in the answer to the first request.
starting.catch(() => undefined);
const sessions = new Map<number, Session>();

async function answer(backend: Backend, request: Request): Promise<Answer> {
  if (request.ask === "identity") return { identity: backend.identity };
  if (request.ask === "load") {
    sessions.set(request.session, await backend.load(request.graph, request.external.map(asExternal)));
    return {};
  }
  const session = sessions.get(request.session);
  if (request.ask === "run") return { outputs: await session!.run(request.feeds) };
  sessions.delete(request.session);
  await session?.close();
  return {};
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on("message", (request: Request) => {
  last = last
    .then(async () => answer(await starting, request))
    .catch((error: unknown): Answer => {
      const code = error instanceof SeedproofError ? error.code : "engine.worker-failed";
      return { error: { code, message: error instanceof Error ? error.message : String(error) } };
    })
    .then((result) => parentPort?.postMessage(result));
});
