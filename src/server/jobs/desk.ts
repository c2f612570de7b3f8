/**
 * A desk: tasks of one kind, one after the other, each a durable file, worked on in a thread that no answer of the server waits
 * for. The thread stays for the next task, and is ended when a task is stopped or when nothing came for a while.
 */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { utf8 } from "../../base/bytes.ts";
import { SeedproofError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import type { EventBus } from "../events.ts";

/** What all tasks have. `stopped`: somebody asked for it. */
export interface Task {
  readonly id: string;
  /** RFC 3339, by the own clock. */
  readonly at: string;
  readonly state: "queued" | "running" | "done" | "failed" | "stopped";
  /** What is done now, of a running task. */
  readonly stage?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What a thread is told, and what it says. */
export interface Assignment<Work> {
  readonly id: string;
  readonly work: Work;
}

/** What a thread says of a task. */
export type Said =
  | { readonly id: string; readonly stage: string }
  | { readonly id: string; readonly part: unknown }
  | { readonly id: string; readonly result: unknown }
  | { readonly id: string; readonly error: NonNullable<Task["error"]> };

/** What a desk is for. */
export interface DeskOf<T extends Task> {
  /** Names its events, and its file in each task's folder. */
  readonly kind: "comparison" | "dossier" | "examination";
  readonly folder: string;
  readonly thread: () => Worker;
  /** Milliseconds that the thread gets to end by itself, where it has processes to end first: it is told `{ stop: true }`. */
  readonly patienceMs?: number;
  /** What the thread is told. @throws SeedproofError where the task cannot be begun */
  readonly work: (task: T, folder: string) => unknown;
  /** What a finished task keeps of a thread's result. */
  readonly finished: (task: T, result: unknown, folder: string) => Partial<T> | Promise<Partial<T>>;
  /** What a task keeps of a part of the result, which comes before the result; parts are taken one after the other. */
  readonly part?: (task: T, part: unknown) => Promise<Partial<T>>;
  /** Told of each task that is there at the start. */
  readonly found?: (task: T, folder: string) => void;
}

/** Tasks of one kind. */
export interface Desk<T extends Task> {
  /** Oldest first. */
  list(): readonly T[];
  /** @throws SeedproofError `job.not-found` */
  get(id: string): T;
  /** Where a task's files stand. @throws SeedproofError `job.not-found` */
  folder(id: string): string;
  add(wish: Omit<T, keyof Task>): T;
  /** @throws SeedproofError `job.not-found`, `job.finished` */
  stop(id: string): T;
  /** Removes a task that is over, with its files. @throws SeedproofError `job.not-found`, `job.running` */
  remove(id: string): void;
  close(): Promise<void>;
}

/** Tasks kept in the list; older ones stay as files. */
const MAX_LISTED = 500;
/** A thread that has nothing to do for this long is ended: its memory is worth more than a second. */
const IDLE_MS = 60_000;

/** Opens a desk. What a crash cut off begins anew: a task has no parts to keep. */
export function openDesk<T extends Task>(
  one: DeskOf<T>,
  { bus, log }: { readonly bus: EventBus; readonly log: (error: unknown) => void },
): Desk<T> {
  const { kind } = one;
  const all = new Map(loaded<T>(one).map((task) => [task.id, task]));
  let worker: Worker | undefined;
  let current: string | undefined;
  let idle: NodeJS.Timeout | undefined;
  const place = (id: string): string => join(one.folder, id);

  const tell = (task: T): T => {
    all.set(task.id, task);
    bus.tell({ kind, data: task });
    return task;
  };
  const put = (task: T): T => {
    writeDurable(nodeFileSystem, [join(place(task.id), `${kind}.json`), utf8(JSON.stringify(task))]);
    return tell(task);
  };
  const get = (id: string): T => {
    const task = all.get(id);
    if (!task) throw new SeedproofError("job.not-found", `there is no such ${kind}`);
    return task;
  };
  for (const task of all.values()) {
    one.found?.(task, place(task.id));
    if (task.state === "running") put({ ...task, state: "queued" });
  }

  const settle = (id: string, more: Partial<T>): void => {
    if (current !== id) return;
    current = undefined;
    const { stage: _, ...rest } = get(id);
    put({ ...(rest as T), ...more });
    worker?.unref();
    idle = setTimeout(() => void leave(), IDLE_MS).unref();
    next();
  };
  const leave = async (): Promise<void> => {
    const last = worker;
    worker = undefined;
    if (last) await end(last);
  };
  const end = async (last: Worker): Promise<void> => {
    if (one.patienceMs !== undefined) {
      last.postMessage({ stop: true });
      await Promise.race([once(last, "exit").catch(() => undefined), sleep(one.patienceMs, undefined, { ref: false })]);
    }
    await last.terminate();
  };
  const failed = (id: string, error: unknown): void => {
    const code = error instanceof SeedproofError ? error.code : `${kind}.failed`;
    settle(id, { state: "failed", error: { code, message: String((error as Error)?.message ?? error) } } as Partial<T>);
  };
  let taken: Promise<void> = Promise.resolve();
  const hear = (said: Said): void => {
    if (said.id !== current) return;
    if ("stage" in said) tell({ ...get(said.id), stage: said.stage });
    else taken = taken.then(() => take(said));
  };
  const take = async (said: Exclude<Said, { readonly stage: string }>): Promise<void> => {
    const { id } = said;
    if (id !== current) return;
    try {
      if ("error" in said) settle(id, { state: "failed", error: said.error } as Partial<T>);
      else if ("part" in said) {
        const more = await one.part?.(get(id), said.part);
        if (id === current) put({ ...get(id), ...more });
      } else settle(id, { ...(await one.finished(get(id), said.result, place(id))), state: "done" } as Partial<T>);
    } catch (error) {
      if (!(error instanceof SeedproofError)) log(error);
      if (id !== current) return;
      // What it still does is for nobody.
      void leave();
      failed(id, error);
    }
  };
  const thread = (): Worker => {
    const made = one.thread();
    made.on("message", hear);
    made.on("error", (error) => {
      log(error);
      if (worker === made) worker = undefined;
      if (current !== undefined) failed(current, new Error("the thread that works has ended"));
    });
    made.on("exit", () => {
      if (worker !== made) return;
      worker = undefined;
      const id = current;
      // What it said before is taken first.
      if (id !== undefined) taken = taken.then(() => settle(id, { state: "stopped" } as Partial<T>));
    });
    return made;
  };
  const next = (): void => {
    if (current !== undefined) return;
    const task = [...all.values()].find(({ state }) => state === "queued");
    if (!task) return;
    clearTimeout(idle);
    current = task.id;
    put({ ...task, state: "running" });
    try {
      const work = one.work(task, place(task.id));
      worker ??= thread();
      worker.ref();
      worker.postMessage({ id: task.id, work });
    } catch (error) {
      failed(task.id, error);
    }
  };
  next();

  return {
    list: () => [...all.values()],
    get,
    folder: (id) => place(get(id).id),
    add(wish) {
      const at = new Date().toISOString();
      const id = `${at.replace(/\D/g, "").slice(0, 17)}-${randomBytes(3).toString("hex")}`;
      put({ ...(wish as T), id, at, state: "queued" });
      next();
      return get(id);
    },
    stop(id) {
      const task = get(id);
      if (task.state === "queued") return put({ ...task, state: "stopped" });
      if (task.state !== "running") throw new SeedproofError("job.finished", `this ${kind} is over`);
      if (worker) void end(worker);
      return task;
    },
    remove(id) {
      const { state } = get(id);
      if (state === "queued" || state === "running")
        throw new SeedproofError("job.running", `this ${kind} is not over; stop it first`);
      all.delete(id);
      rmSync(place(id), { recursive: true, force: true });
    },
    async close() {
      clearTimeout(idle);
      current = undefined;
      await leave();
    },
  };
}

function loaded<T extends Task>({ folder, kind }: DeskOf<T>): T[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[\w-]+$/.test(name))
    .sort()
    .slice(-MAX_LISTED)
    .flatMap((name) => {
      const file = join(folder, name, `${kind}.json`);
      const json = existsSync(file) ? tryJson(readFileSync(file, "utf8")) : undefined;
      return isObject(json) && json.id === name && typeof json.state === "string" ? [json as unknown as T] : [];
    });
}
