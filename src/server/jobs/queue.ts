/**
 * The queue of jobs: one image after the other in the drawing thread. A job is durable before it is acknowledged; images are
 * durable as soon as they are done; what a crash cut off goes on where it was.
 */

import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import type { EventBus } from "../events.ts";
import type { ImageStore } from "../image-store.ts";
import type { ThreadAnswer, ThreadAsk } from "./engine-thread.ts";
import { type Job, type JobImage, recipeOfImage } from "./job.ts";
import { loadJobs, saveJob } from "./job-folder.ts";

/** What a new job says. */
export type NewJob = Omit<Job, "id" | "at" | "state" | "images" | "notes" | "identity" | "session" | "error">;

/** What happens with a job that a record of work wants to know. */
export interface JobWitness {
  /** The session that is open now. */
  session(): string | undefined;
  asked(job: Job, index: number): Promise<string | undefined>;
  made(job: Job, asked: string, image: JobImage, bytes: Uint8Array): Promise<void>;
  failed(job: Job, asked: string, why: string): Promise<void>;
}

/** The queue. */
export interface JobQueue {
  list(): readonly Job[];
  get(id: string): Job;
  /** @throws SeedproofError `server.stopping` */
  add(job: NewJob): Job;
  /** Stops a job that is queued or running; its finished images stay. */
  stop(id: string): Job;
  /** Keeps, rejects, or takes a decision back. */
  decide(id: string, index: number, decision: JobImage["decision"], why?: string): Job;
  /** Stops the thread; what was under way goes on with the next start. */
  close(): Promise<void>;
}

/** What the queue works with. */
export interface QueueParts {
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
  readonly images: ImageStore;
  readonly witness: JobWitness;
  readonly log: (error: unknown) => void;
}

/** A stop that is not heard for this long ends the thread. */
const PATIENCE_MS = 1_500;

/** Opens the queue of a workspace and goes on with what was under way. */
export function openQueue(parts: QueueParts): JobQueue {
  const { home, bus, images, witness, log } = parts;
  const jobs = new Map(loadJobs(home).map((job) => [job.id, job]));
  for (const job of jobs.values()) for (const image of job.images) images.know(image.sha256, join(home, image.file));
  let thread: Worker | undefined;
  let working = false;
  let stopping: string | undefined;
  let closed = false;

  const put = (job: Job): Job => {
    saveJob(home, job);
    jobs.set(job.id, job);
    bus.tell({ kind: "job", data: job });
    return job;
  };
  const get = (id: string): Job => {
    const job = jobs.get(id);
    if (!job) throw new SeedproofError("job.not-found", "there is no such job");
    return job;
  };
  for (const job of jobs.values()) if (job.state === "running") put({ ...job, state: "queued" });

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    try {
      for (let job = next(); job && !closed; job = next()) await run(job.id);
    } catch (error) {
      log(error);
    } finally {
      working = false;
    }
  };
  const next = (): Job | undefined => [...jobs.values()].find(({ state }) => state === "queued");

  /** Draws the images of a job that are not there yet. */
  const run = async (id: string): Promise<void> => {
    const session = witness.session();
    put({ ...get(id), state: "running", ...(session !== undefined && { session }) });
    for (let index = get(id).images.length; index < get(id).count; index++) {
      const outcome = await draw(id, index);
      if (closed) return;
      if (outcome === "drawn") continue;
      const state = outcome.code === "engine.cancelled" ? "stopped" : "failed";
      put({ ...get(id), state, ...(state === "failed" && { error: outcome }) });
      return;
    }
    put({ ...get(id), state: "done" });
  };

  const draw = async (
    id: string,
    index: number,
  ): Promise<"drawn" | { readonly code: string; readonly message: string }> => {
    const job = get(id);
    if (stopping === id) {
      stopping = undefined;
      return { code: "engine.cancelled", message: "stopped" };
    }
    const asked = await witness.asked(job, index);
    const begun = performance.now();
    const [init, mask] = [job.init, job.mask].map((hash) => (hash === undefined ? undefined : images.bytes(hash)));
    const order: ThreadAsk = {
      ...{ ask: "draw", job: id, index, engine: job.engine, recipe: recipeOfImage(job, index) },
      ...(init && { init }),
      ...(mask && { mask }),
    };
    thread ??= startThread();
    const failure = await new Promise<{ code: string; message: string } | undefined>((settled) => {
      const end = (result?: { code: string; message: string }): void => {
        thread?.off("message", hear);
        thread?.off("exit", gone);
        settled(result);
      };
      const gone = (): void => {
        thread = undefined;
        const isAsked = closed || stopping === id;
        end({ code: isAsked ? "engine.cancelled" : "engine.worker-ended", message: "the thread that draws has ended" });
      };
      const hear = (answer: ThreadAnswer): void => {
        if (answer.say === "done") end();
        else if (answer.say === "failed") end(answer);
        else if (answer.say === "progress") {
          const { preview, pass, step, steps } = answer;
          const picture = preview && { preview: `data:image/png;base64,${Buffer.from(preview).toString("base64")}` };
          bus.tell({ kind: "progress", data: { job: id, index, pass, step, steps, ...picture } });
        } else if (answer.say === "resolved") {
          const current = get(id);
          const fresh = answer.notes.filter(({ en }) => !current.notes.some((note) => note.en === en));
          put({ ...current, identity: answer.identity, notes: [...current.notes, ...fresh] });
        } else {
          const image = keep(answer, index, (performance.now() - begun) / 1000);
          put({ ...get(id), images: [...get(id).images, image] });
          if (asked !== undefined) witness.made(get(id), asked, image, answer.bytes).catch(log);
          bus.tell({ kind: "library", data: { sha256: image.sha256 } });
        }
      };
      thread!.on("message", hear);
      thread!.on("exit", gone);
      thread!.postMessage(order);
    });
    if (failure?.code === "engine.cancelled") stopping = undefined;
    if (failure && asked !== undefined && !closed) await witness.failed(job, asked, failure.message).catch(log);
    return failure ?? "drawn";
  };

  const keep = (answer: Extract<ThreadAnswer, { say: "image" }>, index: number, seconds: number): JobImage => {
    const { bytes, seed, sha256, pixelsSha256, width, height } = answer;
    const file = outputName(home, seed);
    writeDurable(nodeFileSystem, [join(home, file), bytes]);
    images.know(sha256, join(home, file));
    return { index, seed, sha256, pixelsSha256, file, width, height, seconds };
  };

  const startThread = (): Worker => {
    const worker = moduleWorker(import.meta.url, "./engine-worker", { workerData: { home, version: parts.version } });
    worker.on("error", log);
    return worker;
  };

  const queue: JobQueue = {
    list: () => [...jobs.values()],
    get,
    add(job) {
      if (closed) throw new SeedproofError("server.stopping", "the server is stopping");
      const at = new Date().toISOString();
      const id = `${at.replace(/\D/g, "").slice(0, 17)}-${randomBytes(3).toString("hex")}`;
      const added = put({ ...job, id, at, state: "queued", images: [], notes: [] });
      void work();
      return added;
    },
    stop(id) {
      const job = get(id);
      if (job.state === "queued") return put({ ...job, state: "stopped" });
      if (job.state !== "running") throw new SeedproofError("job.finished", "this job is over");
      stopping = id;
      const asked = thread;
      asked?.postMessage({ ask: "stop" } satisfies ThreadAsk);
      // A thread in the middle of a network hears nothing; whoever says stop does not wait for it.
      setTimeout(() => stopping === id && thread === asked && void asked?.terminate(), PATIENCE_MS).unref();
      return job;
    },
    decide(id, index, decision, why) {
      const job = get(id);
      if (!job.images.some((image) => image.index === index))
        throw new SeedproofError("job.not-found", "there is no such image");
      const decided = job.images.map((image) => {
        if (image.index !== index) return image;
        const { decision: _, why: __, ...rest } = image;
        return { ...rest, ...(decision && { decision }), ...(decision && why && { why }) };
      });
      return put({ ...job, images: decided });
    },
    async close() {
      closed = true;
      await thread?.terminate();
      for (const job of jobs.values()) if (job.state === "running") saveJob(home, { ...job, state: "queued" });
    },
  };
  void work();
  return queue;
}

/** The next free name of the day's folder, as A1111 numbers its files. */
function outputName(home: string, seed: string): string {
  const folder = join("outputs", new Date().toISOString().slice(0, 10));
  const numbers = existsSync(join(home, folder))
    ? readdirSync(join(home, folder)).map((name) => Number(/^(\d{5,})-/.exec(name)?.[1] ?? 0))
    : [];
  const number = String(Math.max(0, ...numbers) + 1).padStart(5, "0");
  return join(folder, `${number}-${seed}.png`);
}
