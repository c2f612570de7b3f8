/** The thread in which the embedded engine draws for a server: orders and graphs come as messages, images and progress go back. */

import { parentPort, workerData } from "node:worker_threads";
import { SeedproofError, type Where } from "../base/errors.ts";
import type { EngineHooks, EngineImage, EngineOrder, EngineProgress } from "../engine/engine.ts";
import { type EmbeddedEngineSettings, embeddedEngine } from "./embedded-engine.ts";
import { type GraphEvent, NodeError } from "./graph/execute.ts";
import { type GraphOrder, graphService } from "./graph/service.ts";
import { openedModels } from "./opened-models.ts";

/** What the thread is asked. `n` names the question. */
export type EngineQuestion =
  | { readonly n: number; readonly ask: "resolve"; readonly order: EngineOrder }
  | { readonly n: number; readonly ask: "identity"; readonly order: EngineOrder }
  | { readonly n: number; readonly ask: "generate"; readonly order: EngineOrder; readonly previewMs?: number }
  | { readonly n: number; readonly ask: "graph"; readonly order: GraphOrder }
  /** Stops the question of this number. */
  | { readonly n: number; readonly ask: "stop" }
  | { readonly n: number; readonly ask: "close" };

/** What it answers: any number of parts, then an end. */
export type EngineReply =
  | { readonly n: number; readonly progress: EngineProgress }
  | { readonly n: number; readonly image: EngineImage }
  | { readonly n: number; readonly event: GraphEvent }
  | { readonly n: number; readonly done: unknown }
  | { readonly n: number; readonly failed: PlainError };

/** An error as a message carries it. */
export interface PlainError {
  readonly code: string | undefined;
  readonly message: string;
  readonly where?: Where | undefined;
  /** The node of a graph. */
  readonly node?: string;
}

const settings = workerData as EmbeddedEngineSettings;
const models = openedModels(settings);
const engine = embeddedEngine(settings, models);
const graphs = graphService({ home: settings.home, version: settings.version, models });
const running = new Map<number, AbortController>();
const say = (reply: EngineReply): void => parentPort?.postMessage(reply);

async function answer(question: Exclude<EngineQuestion, { ask: "stop" }>, signal: AbortSignal): Promise<unknown> {
  const { n, ask } = question;
  if (ask === "resolve") return engine.resolve(question.order);
  if (ask === "identity") return engine.identity(question.order);
  if (ask === "close") return models.close();
  if (ask === "graph") return graphs.run(question.order, (event) => say({ n, event }), signal);
  const hooks: EngineHooks = {
    signal,
    onProgress: (progress) => say({ n, progress }),
    ...(question.previewMs !== undefined && { previewMs: question.previewMs }),
  };
  for await (const image of engine.generate(question.order, hooks)) say({ n, image });
  return undefined;
}

function plain(error: unknown): PlainError {
  if (error instanceof NodeError) return { ...plain(error.cause), node: error.node };
  const known = error instanceof SeedproofError ? error : undefined;
  return { code: known?.code, message: error instanceof Error ? error.message : String(error), where: known?.where };
}

// One at a time: networks are shared, and two at once would only share the processor.
let last: Promise<unknown> = Promise.resolve();
parentPort?.on("message", (question: EngineQuestion) => {
  if (question.ask === "stop") {
    running.get(question.n)?.abort(new SeedproofError("engine.cancelled", "stopped before it was done"));
    return;
  }
  const stop = new AbortController();
  running.set(question.n, stop);
  last = last
    .then(() => {
      stop.signal.throwIfAborted();
      return answer(question, stop.signal);
    })
    .then((done) => say({ n: question.n, done }))
    .catch((error: unknown) => say({ n: question.n, failed: plain(error) }))
    .finally(() => running.delete(question.n));
});
