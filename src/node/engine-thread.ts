/** The embedded engine in a thread of its own: whoever serves requests beside it is never held up. */

import type { Worker } from "node:worker_threads";
import { SeedproofError } from "../base/errors.ts";
import type { Engine, EngineHooks, EngineIdentity, EngineImage, EngineOrder, Resolution } from "../engine/engine.ts";
import type { EmbeddedEngineSettings } from "./embedded-engine.ts";
import { embeddedOffers } from "./embedded-offers.ts";
import type { EngineQuestion, EngineReply, PlainError } from "./engine-worker.ts";
import { type GraphEvent, NodeError } from "./graph/execute.ts";
import type { GraphOrder, GraphService } from "./graph/service.ts";
import { moduleWorker } from "./module-worker.ts";

/** The engine, and the graphs that it runs with the same models. */
export interface EngineThread {
  readonly engine: Engine;
  readonly graphs: GraphService;
}

type Asked = EngineQuestion extends infer Q ? (Q extends { n: number } ? Omit<Q, "n"> : never) : never;
type Part = Exclude<EngineReply, { done: unknown } | { failed: PlainError }>;

/** Starts the thread with the first question, and again where it died; closing the engine ends it. */
export function engineThread(settings: EmbeddedEngineSettings): EngineThread {
  let thread: Thread | undefined;
  const ask = (
    question: Asked,
    onPart: (part: Part) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<unknown> => {
    if (thread?.ended !== false) thread = startThread(settings);
    return thread.ask(question, onPart, signal);
  };
  const engine: Engine = {
    name: "embedded",
    capabilities: async () => embeddedOffers(settings),
    resolve: async (order, signal) => (await ask({ ask: "resolve", order }, undefined, signal)) as Resolution,
    identity: async (order, signal) => (await ask({ ask: "identity", order }, undefined, signal)) as EngineIdentity,
    generate: (order, hooks = {}) => generated(ask, order, hooks),
    close: async () => {
      const running = thread;
      thread = undefined;
      await running?.end();
    },
  };
  const graphs: GraphService = {
    run: async (order: GraphOrder, onEvent: (event: GraphEvent) => void, signal?: AbortSignal) => {
      await ask({ ask: "graph", order }, (part) => "event" in part && onEvent(part.event), signal);
    },
  };
  return { engine, graphs };
}

type Ask = (question: Asked, onPart?: (part: Part) => void, signal?: AbortSignal) => Promise<unknown>;

/** Images as they come, at the caller's pace; the thread does not wait for it. */
async function* generated(
  ask: Ask,
  order: EngineOrder,
  { signal, onProgress, previewMs }: EngineHooks,
): AsyncGenerator<EngineImage> {
  const ready: EngineImage[] = [];
  let wake = (): void => undefined;
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let ended = false;
  const asked = { ask: "generate" as const, order, ...(previewMs !== undefined && { previewMs }) };
  const run = ask(
    asked,
    (part) => {
      if ("progress" in part) onProgress?.(part.progress);
      if ("image" in part) ready.push(part.image);
      wake();
    },
    both,
  ).finally(() => {
    ended = true;
    wake();
  });
  run.catch(() => undefined);
  try {
    for (;;) {
      const next = ready.shift();
      if (next) yield next;
      else if (ended) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await run;
  } finally {
    // A caller that has enough stops the rest.
    if (!ended) stop.abort(new SeedproofError("engine.cancelled", "no further image is wanted"));
  }
}

interface Thread {
  ended: boolean;
  ask(question: Asked, onPart: (part: Part) => void, signal?: AbortSignal): Promise<unknown>;
  end(): Promise<void>;
}

function startThread(settings: EmbeddedEngineSettings): Thread {
  const open = new Map<
    number,
    { onPart(part: Part): void; resolve(value: unknown): void; reject(error: unknown): void }
  >();
  const worker: Worker = moduleWorker(import.meta.url, "./engine-worker", { workerData: settings });
  let count = 0;
  const thread: Thread = {
    ended: false,
    ask: (question, onPart, signal) => {
      signal?.throwIfAborted();
      const n = count++;
      const stop = (): void => worker.postMessage({ n, ask: "stop" } satisfies EngineQuestion);
      signal?.addEventListener("abort", stop, { once: true });
      worker.ref();
      return new Promise((resolve, reject) => {
        open.set(n, { onPart, resolve, reject });
        worker.postMessage({ n, ...question });
      })
        .catch((error: unknown) => {
          // The thread stopped because it was told to: the reason is the caller's own.
          if (error instanceof SeedproofError && error.code === "engine.cancelled") signal?.throwIfAborted();
          throw error;
        })
        .finally(() => {
          open.delete(n);
          signal?.removeEventListener("abort", stop);
          // An idle engine does not keep the process alive; one that is ending does, until whoever ends it has heard so.
          if (open.size === 0 && !thread.ended) worker.unref();
        });
    },
    end: async () => {
      thread.ended = true;
      await worker.terminate();
    },
  };
  const died = (cause?: unknown): void => {
    thread.ended = true;
    for (const { reject } of open.values()) {
      reject(new SeedproofError("engine.worker-ended", "the thread of the engine ended", { cause }));
    }
  };
  worker.on("message", (reply: EngineReply) => {
    const asked = open.get(reply.n);
    if ("done" in reply) asked?.resolve(reply.done);
    else if ("failed" in reply) asked?.reject(errorOf(reply.failed));
    else asked?.onPart(reply);
  });
  worker.on("error", died);
  worker.on("exit", () => died());
  worker.unref();
  return thread;
}

function errorOf({ code, message, where, node }: PlainError): Error {
  const error =
    code === undefined
      ? new Error(message)
      : new SeedproofError(code as `${string}.${string}`, message, where ? { where } : {});
  return node === undefined ? error : new NodeError(node, error);
}
