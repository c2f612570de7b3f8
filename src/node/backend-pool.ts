/** Several backends in worker threads as one: runs go side by side, each alone on its thread, so that the bits stay the same. */

import { freemem } from "node:os";
import type { Worker } from "node:worker_threads";
import { SeedproofError } from "../base/errors.ts";
import type { Backend, ExternalData, Feeds, RuntimeIdentity, Session } from "../engine/backend.ts";
import { REFERENCE_MEMORY } from "../engine/runtimes.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Answer, ReadFile, Request, WorkerSettings } from "./backend-worker.ts";
import { moduleWorker } from "./module-worker.ts";

/** A backend over worker threads. */
export interface BackendPool extends Backend {
  readonly workers: number;
  /** Ends the threads. Runs that have not ended are rejected with `engine.worker-ended`. */
  close(): Promise<void>;
}

type Reply = Exclude<Answer, { readonly error: unknown }>;

/** One thread, with what it has loaded and whether it is at work. */
interface Member {
  readonly worker: Worker;
  readonly sessions: Set<number>;
  readonly ask: (request: Request) => Promise<Reply>;
  busy: boolean;
}

/** What a session was loaded from: a member that is asked to run it for the first time loads it then. */
interface Source {
  readonly graph: Uint8Array;
  readonly external: readonly ExternalData[];
}

/**
 * Starts the threads. Each that runs a session holds its weights, so memory grows with their number.
 * @throws SeedproofError as the backend of the mode
 */
export async function backendPool({
  mode,
  workers,
}: WorkerSettings & { readonly workers: number }): Promise<BackendPool> {
  const members = Array.from({ length: Math.max(1, workers) }, () => startMember({ mode }));
  const close = async (): Promise<void> => {
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  };
  const identity = await identityOf(members).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const desk = queue(members);
  let count = 0;
  const load = async (graph: Uint8Array, external: readonly ExternalData[]): Promise<Session> => {
    const number = count++;
    const source = { graph, external };
    await desk(number, (member) => loadOn(member, number, source));
    return {
      run: (feeds) => desk(number, (member) => runOn(member, number, source, feeds)),
      close: async () => {
        await Promise.all(members.map((member) => closeOn(member, number)));
      },
    };
  };
  const availableMemory = (): number => {
    const each = freemem() / members.length;
    return mode === "reference" ? Math.min(REFERENCE_MEMORY, each) : each;
  };
  return { identity, workers: members.length, availableMemory, load, close };
}

async function identityOf(members: readonly Member[]): Promise<RuntimeIdentity> {
  const [first] = await Promise.all(members.map(({ ask }) => ask({ ask: "identity" })));
  return first!.identity!;
}

/** Gives each task to an idle member, rather one that has the session; the others wait in turn. */
function queue(members: readonly Member[]): <T>(session: number, task: (member: Member) => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  const idle = (session: number): Member | undefined => {
    const free = members.filter(({ busy }) => !busy);
    return free.find(({ sessions }) => sessions.has(session)) ?? free[0];
  };
  return async (session, task) => {
    let member = idle(session);
    while (!member) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      member = idle(session);
    }
    member.busy = true;
    try {
      return await task(member);
    } finally {
      member.busy = false;
      waiting.shift()?.();
    }
  };
}

async function loadOn(member: Member, session: number, { graph, external }: Source): Promise<void> {
  await member.ask({ ask: "load", session, graph: compact(graph), external: external.map(readFile) });
  member.sessions.add(session);
}

async function runOn(
  member: Member,
  session: number,
  source: Source,
  feeds: Feeds,
): Promise<Readonly<Record<string, Tensor>>> {
  if (!member.sessions.has(session)) await loadOn(member, session, source);
  return (await member.ask({ ask: "run", session, feeds: compactFeeds(feeds) })).outputs!;
}

async function closeOn(member: Member, session: number): Promise<void> {
  if (member.sessions.delete(session)) await member.ask({ ask: "close", session });
}

/** A message with a view carries the whole buffer behind it: a copy of the part is sent instead. */
function compact<T extends Uint8Array | Float32Array<ArrayBuffer>>(view: T): T {
  return view.byteLength === view.buffer.byteLength ? view : (new (view.constructor as new (from: T) => T)(view) as T);
}

function readFile({ path, read }: ExternalData): ReadFile {
  return { path, data: new Uint8Array(read()) };
}

function compactFeeds(feeds: Feeds): Feeds {
  const entries = Object.entries(feeds).map(([name, { shape, data }]) => [
    name,
    { shape, data: data instanceof Float32Array ? compact(data) : data },
  ]);
  return Object.fromEntries(entries) as Feeds;
}

function startMember(settings: WorkerSettings): Member {
  const pending: { readonly resolve: (reply: Reply) => void; readonly reject: (error: unknown) => void }[] = [];
  const worker = moduleWorker(import.meta.url, "./backend-worker", { workerData: settings });
  worker.on("message", (answer: Answer) => {
    const next = pending.shift();
    if ("error" in answer)
      next?.reject(new SeedproofError(answer.error.code as `${string}.${string}`, answer.error.message));
    else next?.resolve(answer);
  });
  const end = (cause?: unknown): void => {
    for (const { reject } of pending.splice(0)) {
      reject(new SeedproofError("engine.worker-ended", "a worker thread of the engine ended", { cause }));
    }
  };
  worker.on("error", end);
  worker.on("exit", () => end());
  // An idle pool does not keep the process alive.
  worker.unref();
  const ask = (request: Request): Promise<Reply> =>
    new Promise((resolve, reject) => {
      pending.push({ resolve, reject });
      worker.ref();
      worker.postMessage(request);
    }).finally(() => pending.length === 0 && worker.unref()) as Promise<Reply>;
  return { worker, sessions: new Set(), ask, busy: false };
}
