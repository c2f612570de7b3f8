/** Questions to a thread and its answers, so that long work and whoever serves requests never wait for each other. */

import { parentPort, type Transferable, type Worker } from "node:worker_threads";
import { SeedproofError, type Where } from "../base/errors.ts";

/** What a thread can be asked: by name, one plain value each; parts may come before the answer. */
export type Calls = Readonly<Record<string, (argument: never, part: (value: unknown) => void) => unknown>>;

type Answer<C extends Calls, N extends keyof C> = Awaited<ReturnType<C[N]>>;

/** A question as a message carries it. */
interface Question {
  readonly n: number;
  readonly name: string;
  readonly argument: unknown;
}

type Reply =
  | { readonly n: number; readonly part: unknown }
  | { readonly n: number; readonly done: unknown }
  | { readonly n: number; readonly failed: { code: string | undefined; message: string; where: Where | undefined } };

/** Bytes that an answer is made of go over without being copied. */
export class Handed {
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
  }
}

/** The asking side. */
export interface CallThread<C extends Calls> {
  /**
   * @param options - `moved`: buffers of the argument that the caller gives away
   * @throws SeedproofError what the thread threw, or `server.thread-ended`
   */
  ask<N extends keyof C & string>(
    name: N,
    argument: Parameters<C[N]>[0],
    options?: { readonly onPart?: (part: never) => void; readonly moved?: readonly Transferable[] },
  ): Promise<Answer<C, N> extends Handed ? Uint8Array<ArrayBuffer> : Answer<C, N>>;
  /** Ends the thread in the middle of whatever it does. */
  end(): Promise<void>;
}

interface Open {
  onPart(part: unknown): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A thread that starts with the first question, and again where it died. An idle one does not keep the process alive. */
export function callThread<C extends Calls>(start: () => Worker): CallThread<C> {
  const open = new Map<number, Open>();
  let worker: Worker | undefined;
  let ended = false;
  let count = 0;
  const died = (of: Worker, cause?: unknown): void => {
    if (worker !== of) return;
    worker = undefined;
    const asked = [...open.values()];
    open.clear();
    for (const { reject } of asked) {
      reject(new SeedproofError("server.thread-ended", "the thread that worked on this has ended", { cause }));
    }
  };
  const running = (): Worker => {
    if (worker) return worker;
    const made = start();
    made.on("message", (reply: Reply) => {
      const asked = open.get(reply.n);
      if ("part" in reply) asked?.onPart(reply.part);
      else if ("done" in reply) asked?.resolve(reply.done);
      else asked?.reject(errorOf(reply.failed));
    });
    made.on("error", (error) => died(made, error));
    made.on("exit", () => died(made));
    worker = made;
    return made;
  };
  return {
    ask(name, argument, { onPart = () => undefined, moved = [] } = {}) {
      if (ended) return Promise.reject(new SeedproofError("server.stopping", "the server is stopping"));
      const thread = running();
      const n = count++;
      thread.ref();
      const answered = new Promise<unknown>((resolve, reject) => {
        open.set(n, { onPart: onPart as (part: unknown) => void, resolve, reject });
        thread.postMessage({ n, name, argument } satisfies Question, [...moved]);
      }).finally(() => {
        open.delete(n);
        if (open.size === 0) thread.unref();
      });
      return answered as ReturnType<CallThread<C>["ask"]> as never;
    },
    async end() {
      ended = true;
      const last = worker;
      if (last) died(last);
      await last?.terminate();
    },
  };
}

/** The answering side, called once in the thread's module. Questions run side by side; order is the answers' own matter. */
export function answerCalls(calls: Calls): void {
  const port = parentPort!;
  const say = (reply: Reply, moved: readonly Transferable[] = []): void => port.postMessage(reply, [...moved]);
  port.on("message", ({ n, name, argument }: Question) => {
    const call = calls[name] as ((argument: unknown, part: (value: unknown) => void) => unknown) | undefined;
    Promise.resolve()
      .then(() => call?.(argument, (part) => say({ n, part })))
      .then((done) => {
        if (done instanceof Handed) say({ n, done: done.bytes }, [done.bytes.buffer]);
        else say({ n, done });
      })
      .catch((error: unknown) => {
        const known = error instanceof SeedproofError ? error : undefined;
        const message = error instanceof Error ? error.message : String(error);
        say({ n, failed: { code: known?.code, message, where: known?.where } });
      });
  });
}

function errorOf({ code, message, where }: Extract<Reply, { failed: unknown }>["failed"]): Error {
  if (code === undefined) return new Error(message);
  return new SeedproofError(code as `${string}.${string}`, message, where ? { where } : {});
}
