/**
 * The queue of jobs: one image after the other, drawn in another thread. A job is durable before it is acknowledged; images are
 * durable as soon as they are done; what a crash cut off goes on where it was.
 */

import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import type { Engine, EngineHooks, EngineImage, EngineOrder } from "../../engine/engine.ts";
import type { Assumed } from "../../engine/from-recipe.ts";
import { pixelHash } from "../../image/pixel-hash.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import type { EventBus } from "../events.ts";
import type { ImageStore } from "../image-store.ts";
import { drawers } from "./drawers.ts";
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

/** A stop that is not heard for this long ends the engine's thread. */
const PATIENCE_MS = 1_500;

/** A preview costs a run of the autoencoder: at most this often. */
const PREVIEW_MS = 700;

/** Why an image was not drawn. */
interface Failure {
  readonly code: string;
  readonly message: string;
}

const STOPPED: Failure = { code: "engine.cancelled", message: "stopped before it was done" };

function failureOf(error: unknown): Failure {
  const code = error instanceof SeedproofError ? error.code : "engine.failed";
  return { code, message: String((error as Error)?.message ?? error) };
}

function missingText(name: string): Job["notes"][number] {
  return { en: `not at hand, drawn without it: ${name}`, zh: `本机没有，未使用：${name}` };
}

function assumedText({ field, value }: Assumed): Job["notes"][number] {
  const said = `${field} ${JSON.stringify(value)}`;
  return { en: `taken where nothing was said: ${said}`, zh: `未载明而取用：${said}` };
}

/** Opens the queue of a workspace and goes on with what was under way. */
export function openQueue(parts: QueueParts): JobQueue {
  const { home, bus, images, witness, log } = parts;
  const jobs = new Map(loadJobs(home).map((job) => [job.id, job]));
  for (const job of jobs.values()) for (const image of job.images) images.know(image.sha256, join(home, image.file));
  const engines = drawers(home, parts.version);
  let current: { readonly id: string; readonly stop: AbortController } | undefined;
  let working = false;
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
    const stop = new AbortController();
    current = { id, stop };
    try {
      put({ ...get(id), state: "running", ...(session !== undefined && { session }) });
      for (let index = get(id).images.length; index < get(id).count; index++) {
        // The image that was nearly done when somebody said stop is kept; none is begun after it.
        const outcome = stop.signal.aborted ? STOPPED : await draw(id, index, stop.signal);
        if (closed) return;
        if (outcome === "drawn") continue;
        const state = outcome.code === "engine.cancelled" ? "stopped" : "failed";
        put({ ...get(id), state, ...(state === "failed" && { error: outcome }) });
        return;
      }
      put({ ...get(id), state: "done" });
    } finally {
      current = undefined;
    }
  };

  const draw = async (id: string, index: number, signal: AbortSignal): Promise<"drawn" | Failure> => {
    const job = get(id);
    const asked = await witness.asked(job, index);
    const begun = performance.now();
    try {
      const [init, mask] = [job.init, job.mask].map((hash) => (hash === undefined ? undefined : images.bytes(hash)));
      const order: EngineOrder = { recipe: recipeOfImage(job, index), ...(init && { init }), ...(mask && { mask }) };
      const engine = await engines.engine(job.engine);
      if (index === 0 || !job.identity) await introduce(id, engine, order, signal);
      for await (const made of engine.generate(order, hooks(id, index, signal))) {
        const image = keep(made, index, (performance.now() - begun) / 1000);
        note(
          id,
          made.findings.map(({ text }) => text),
        );
        put({ ...get(id), images: [...get(id).images, image] });
        if (asked !== undefined) witness.made(get(id), asked, image, made.bytes).catch(log);
        bus.tell({ kind: "library", data: { sha256: image.sha256 } });
      }
      return "drawn";
    } catch (error) {
      const failure = signal.aborted || closed ? STOPPED : failureOf(error);
      if (asked !== undefined && !closed) await witness.failed(job, asked, failure.message).catch(log);
      return failure;
    }
  };

  /** Says what the engine is and what it will not follow, before the first image. */
  const introduce = async (id: string, engine: Engine, order: EngineOrder, signal: AbortSignal): Promise<void> => {
    const { losses, missing, assumed } = await engine.resolve(order, signal);
    note(id, [...losses.map(({ text }) => text), ...missing.map(missingText), ...assumed.map(assumedText)]);
    put({ ...get(id), identity: await engine.identity(order, signal) });
  };

  const note = (id: string, texts: Job["notes"]): void => {
    const job = get(id);
    const fresh = texts.filter(({ en }) => !job.notes.some((one) => one.en === en));
    if (fresh.length > 0) put({ ...job, notes: [...job.notes, ...fresh] });
  };

  const hooks = (job: string, index: number, signal: AbortSignal): EngineHooks => ({
    signal,
    previewMs: PREVIEW_MS,
    onProgress: ({ pass, step, steps, preview }) => {
      const picture = preview && { preview: `data:image/png;base64,${Buffer.from(preview).toString("base64")}` };
      bus.tell({ kind: "progress", data: { job, index, pass, step, steps, ...picture } });
    },
  });

  const keep = ({ bytes, seed, pixels }: EngineImage, index: number, seconds: number): JobImage => {
    const file = outputName(home, seed);
    const sha256 = sha256Hex(bytes);
    writeDurable(nodeFileSystem, [join(home, file), bytes]);
    images.know(sha256, join(home, file));
    const { width, height } = pixels;
    return { index, seed, sha256, pixelsSha256: pixelHash(pixels), file, width, height, seconds };
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
      const asked = current?.id === id ? current : undefined;
      asked?.stop.abort(new SeedproofError("engine.cancelled", "stopped before it was done"));
      // A thread in the middle of a network hears nothing; whoever says stop does not wait for it.
      setTimeout(
        () => asked !== undefined && current === asked && void engines.close().catch(log),
        PATIENCE_MS,
      ).unref();
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
      current?.stop.abort(new SeedproofError("engine.cancelled", "the server stops"));
      await engines.close();
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
