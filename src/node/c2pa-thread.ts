/**
 * The C2PA module behind a thread, for files that nobody vouches for: a store of some megabytes can keep it busy for hours, or make
 * it ask for more memory than there is. Its time and its memory are bounded, and what goes beyond ends the thread and is said by name.
 */

import type { Worker } from "node:worker_threads";
import { SeedproofError } from "../base/errors.ts";
import type { SigningOrder } from "../label/c2pa-engine.ts";
import type { ClaimSigner } from "../label/cose-sign.ts";
import type { CredentialsReport } from "../label/credentials.ts";
import type { C2paQuestion, C2paReply, C2paWorkerSettings } from "./c2pa-worker.ts";
import { moduleWorker } from "./module-worker.ts";
import { MAX_PAGES, PAGE_BYTES } from "./wasm-memory.ts";

/** Limits of one file, by its length in bytes. */
export interface C2paLimits {
  readonly millis: (bytes: number) => number;
  readonly memoryBytes: (bytes: number) => number;
}

/** Real files of 7 MB take 0.2 s on an idle machine and some 30 MB beside two copies of themselves. CWE-400, CWE-770. */
export const C2PA_LIMITS: C2paLimits = {
  millis: (bytes) => 30_000 + bytes / 10_000,
  memoryBytes: (bytes) => 256 * 1024 * 1024 + 3 * bytes,
};

/** Megabytes of JavaScript objects: reports are cut to far less. */
const HEAP_MB = 512;

/** A thread that nobody has asked for so long gives its memory back. */
const IDLE_MS = 60_000;

/** The module, one question at a time. */
export interface C2paThread {
  /** @throws SeedproofError `label.c2pa-timeout`, `label.c2pa-memory`, `label.c2pa-stopped` */
  validate(bytes: Uint8Array, format: string, anchors: string): Promise<CredentialsReport>;
  /** @throws what {@link validate} throws, what signing throws, and what the signer throws */
  sign(bytes: Uint8Array, order: SigningOrder, signer: ClaimSigner): Promise<Uint8Array>;
  /** Ends the thread; the next question starts another. */
  close(): Promise<void>;
}

interface Running {
  readonly worker: Worker;
  readonly pages: number;
}

/** A thread that starts with the first question. It never keeps the process alive. */
export function c2paThread(limits: C2paLimits = C2PA_LIMITS): C2paThread {
  let running: Running | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const close = async (): Promise<void> => {
    const ended = running?.worker;
    running = undefined;
    clearTimeout(idle);
    await ended?.terminate();
  };

  const workerFor = async (bytes: number): Promise<Running> => {
    const pages = Math.min(MAX_PAGES, Math.ceil(limits.memoryBytes(bytes) / PAGE_BYTES));
    if (running && running.pages < pages) await close();
    if (!running) {
      const started = start(pages);
      running = started;
      started.worker.once("exit", () => {
        if (running === started) running = undefined;
      });
    }
    return running;
  };

  const asked = async <T>(question: Asked, read: (reply: C2paReply) => T | undefined, signer?: ClaimSigner) => {
    clearTimeout(idle);
    const { worker } = await workerFor(question.bytes.length);
    try {
      return await conversation(worker, question, limits.millis(question.bytes.length), read, signer);
    } catch (error) {
      if (error instanceof SeedproofError && /^label\.c2pa-/.test(error.code)) await close();
      throw error;
    } finally {
      idle = setTimeout(() => void close(), IDLE_MS).unref();
    }
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    validate: (bytes, format, anchors) =>
      inTurn(() =>
        asked({ ask: "validate", bytes: Uint8Array.from(bytes), format, anchors }, (reply) =>
          reply.say === "report" ? reply.report : undefined,
        ),
      ),
    sign: (bytes, order, signer) => {
      const { algorithm, chain } = signer;
      const by = { algorithm, chain, stamps: signer.stamp !== undefined };
      const question = { ask: "sign", bytes: Uint8Array.from(bytes), order, signer: by } as const;
      return inTurn(() => asked(question, (reply) => (reply.say === "signed" ? reply.bytes : undefined), signer));
    },
    close,
  };
}

type Asked = Exclude<C2paQuestion, { ask: "made" }> & { readonly bytes: Uint8Array<ArrayBuffer> };

function start(pages: number): Running {
  const workerData: C2paWorkerSettings = { maxPages: pages };
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
  const worker = moduleWorker(import.meta.url, "./c2pa-worker", { workerData, resourceLimits });
  worker.unref();
  // Between two questions nobody listens; an end is seen by the next one.
  worker.on("error", () => undefined);
  return { worker, pages };
}

/** One question and its answer; the clock runs while the module does, not while we sign or ask an authority. */
function conversation<T>(
  worker: Worker,
  question: Asked,
  millis: number,
  read: (reply: C2paReply) => T | undefined,
  signer: ClaimSigner | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let clock: NodeJS.Timeout | undefined;
    let own: unknown;
    const end = (settle: () => void): void => {
      clearTimeout(clock);
      worker.off("message", hear).off("error", failing).off("exit", exited);
      worker.unref();
      settle();
    };
    const fail = (error: unknown): void => end(() => reject(own ?? error));
    const runClock = (): void => {
      clearTimeout(clock);
      clock = setTimeout(() => fail(stopped("timeout", `it took longer than ${seconds(millis)} s`)), millis);
    };
    const make = async (what: "sign" | "stamp", message: Uint8Array): Promise<void> => {
      clearTimeout(clock);
      let bytes: Uint8Array | undefined;
      try {
        bytes = await (what === "sign" ? signer!.sign(message) : signer!.stamp!(message));
      } catch (error) {
        own = error;
      }
      runClock();
      worker.postMessage({ ask: "made", bytes } satisfies C2paQuestion);
    };
    const hear = (reply: C2paReply): void => {
      const value = read(reply);
      if (value !== undefined) end(() => resolve(value));
      else if (reply.say === "begun") runClock();
      else if (reply.say === "make") void make(reply.what, reply.message);
      else if (reply.say === "failed") fail(new SeedproofError(reply.code as `label.${string}`, reply.message));
      else if (reply.say === "trapped") fail(trapped(reply.message, reply.full));
    };
    const failing = ({ message, code }: NodeJS.ErrnoException): void =>
      fail(trapped(message, code === "ERR_WORKER_OUT_OF_MEMORY"));
    const exited = (): void => fail(stopped("stopped", "its thread ended"));
    worker.on("message", hear).on("error", failing).on("exit", exited);
    worker.ref();
    worker.postMessage(question, [question.bytes.buffer]);
  });
}

function trapped(message: string, full: boolean): SeedproofError {
  return full
    ? stopped("memory", "it asked for more memory than a file of this length needs")
    : stopped("stopped", message);
}

function stopped(what: "timeout" | "memory" | "stopped", message: string): SeedproofError {
  return new SeedproofError(`label.c2pa-${what}`, `the validator of Content Credentials was stopped: ${message}`);
}

const seconds = (millis: number): string => (millis / 1000).toFixed(millis < 10_000 ? 1 : 0);
