/** Reproductions and protocols of a workspace: one at a time, each a file when it is done. */

import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { utf8 } from "../../base/bytes.ts";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import type { EngineIdentity } from "../../engine/engine.ts";
import type { ProtocolOutcome } from "../../engine/protocols.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import type { ReproduceStage, ReproductionReport } from "../../node/reproduce.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import type { EventBus } from "../events.ts";
import type { ImageStore } from "../image-store.ts";
import type { Job } from "../jobs/job.ts";
import { PROTOCOL_NAMES, type ProtocolName, runProtocol } from "./protocols.ts";
import type { ReproduceWork } from "./reproduce-worker.ts";

export { PROTOCOL_NAMES };

/** One protocol that was run on a reproduction's recipe. */
export interface Certificate {
  readonly protocol: ProtocolName;
  readonly state: "running" | "done" | "failed";
  readonly started: string;
  readonly ended?: string;
  readonly runs?: ProtocolOutcome["runs"];
  readonly findings?: ProtocolOutcome["findings"];
  readonly engine?: EngineIdentity;
  readonly error?: string;
}

/** One reproduction, as it stands in its file and is told to the page. */
export interface ReproductionJob {
  readonly id: string;
  readonly at: string;
  readonly state: "queued" | "running" | "done" | "failed" | "stopped";
  readonly name: string;
  /** The image that is made again. */
  readonly image: string;
  readonly engine: Job["engine"];
  readonly stage?: ReproduceStage;
  readonly step?: number;
  readonly steps?: number;
  readonly report?: ReproductionReport;
  /** Hashes of what was drawn, the difference and the control, in the image store. */
  readonly pictures?: { readonly drawn?: string; readonly difference?: string; readonly control?: string };
  readonly certificates: readonly Certificate[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** Starts, stops and keeps them. */
export interface ReproductionDesk {
  list(): readonly ReproductionJob[];
  /** @throws SeedproofError `job.not-found` */
  get(id: string): ReproductionJob;
  add(wish: Pick<ReproductionJob, "name" | "image" | "engine">): ReproductionJob;
  stop(id: string): ReproductionJob;
  /** Runs a protocol with the recipe that was reproduced. @throws SeedproofError `job.not-found`, `recipe.none` */
  protocol(id: string, name: ProtocolName): ReproductionJob;
  close(): Promise<void>;
}

/** What the desk works with. */
export interface DeskParts {
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
  readonly images: ImageStore;
  readonly log: (error: unknown) => void;
}

/** Opens the desk. What a crash cut off begins anew: it has no parts to keep. */
export function reproductionDesk({ home, version, bus, images, log }: DeskParts): ReproductionDesk {
  const folder = join(home, "reproductions");
  const all = new Map(loaded(folder).map((one) => [one.id, one]));
  let worker: Worker | undefined;
  let current: string | undefined;

  const tell = (one: ReproductionJob): ReproductionJob => {
    all.set(one.id, one);
    bus.tell({ kind: "reproduction", data: one });
    return one;
  };
  const put = (one: ReproductionJob): ReproductionJob => {
    writeDurable(nodeFileSystem, [join(folder, one.id, "reproduction.json"), utf8(JSON.stringify(one))]);
    return tell(one);
  };
  const get = (id: string): ReproductionJob => {
    const one = all.get(id);
    if (!one) throw new SeedproofError("job.not-found", "there is no such reproduction");
    return one;
  };
  for (const one of all.values()) {
    for (const file of pictureFiles(one.report)) know(images, file);
    if (one.state === "running") put({ ...one, state: "queued" });
    const cut = one.certificates.filter(({ state }) => state !== "running");
    if (cut.length < one.certificates.length) put({ ...get(one.id), certificates: cut });
  }

  const next = (): void => {
    if (current !== undefined) return;
    const one = [...all.values()].find(({ state }) => state === "queued");
    if (one) run(one);
  };
  const run = (one: ReproductionJob): void => {
    const { id, name, engine } = one;
    current = id;
    put({ ...one, state: "running" });
    const settle = (more: Partial<ReproductionJob>): void => {
      if (current !== id) return;
      current = undefined;
      const { stage: _, step: __, steps: ___, ...rest } = get(id);
      put({ ...rest, ...more });
      void worker?.terminate();
      worker = undefined;
      next();
    };
    try {
      const data: ReproduceWork = {
        ...{ home, version, image: { name, bytes: images.bytes(one.image) }, output: join(folder, id) },
        engine: engine.name === "embedded" ? { name: "embedded" } : engine,
        mode: engine.name === "embedded" ? engine.mode : "reference",
      };
      worker = moduleWorker(import.meta.url, "./reproduce-worker", { workerData: data });
    } catch (error) {
      settle({ state: "failed", error: { code: "reproduce.failed", message: String((error as Error).message) } });
      return;
    }
    worker.on("message", (said: Partial<ReproductionJob>) => {
      if (said.report) settle({ state: "done", report: said.report, pictures: picturesOf(images, said.report) });
      else if (said.error) settle({ state: "failed", error: said.error });
      else tell({ ...get(id), ...said });
    });
    worker.on("error", (error) => {
      log(error);
      settle({ state: "failed", error: { code: "reproduce.failed", message: "the thread that works has ended" } });
    });
    worker.on("exit", () => settle({ state: "stopped" }));
  };

  return {
    list: () => [...all.values()],
    get,
    add(wish) {
      const at = new Date().toISOString();
      const id = `${at.replace(/\D/g, "").slice(0, 17)}-${randomBytes(3).toString("hex")}`;
      const added = put({ ...wish, id, at, state: "queued", certificates: [] });
      next();
      return added;
    },
    stop(id) {
      const one = get(id);
      if (one.state === "queued") return put({ ...one, state: "stopped" });
      if (one.state !== "running") throw new SeedproofError("job.finished", "this reproduction is over");
      void worker?.terminate();
      return one;
    },
    protocol(id, name) {
      const recipe = get(id).report?.recipe;
      if (!recipe) throw new SeedproofError("recipe.none", "there is no recipe that a protocol could be run with");
      const started = new Date().toISOString();
      const set = (certificate: Certificate): ReproductionJob => {
        const others = get(id).certificates.filter(({ protocol }) => protocol !== name);
        return put({ ...get(id), certificates: [...others, certificate] });
      };
      certify(name, recipe, get(id).engine, { home, version }).then(
        (done) => set({ protocol: name, state: "done", started, ended: new Date().toISOString(), ...done }),
        (error: Error) => set({ protocol: name, state: "failed", started, error: error.message }),
      );
      return set({ protocol: name, state: "running", started });
    },
    async close() {
      current = undefined;
      await worker?.terminate();
    },
  };
}

async function certify(
  name: ProtocolName,
  recipe: Recipe,
  engine: Job["engine"],
  parts: { readonly home: string; readonly version: string },
): Promise<Pick<Certificate, "runs" | "findings" | "engine">> {
  const { runs, findings, identity } = await runProtocol(name, recipe, engine, parts);
  return { runs, findings, ...(identity && { engine: identity }) };
}

function loaded(folder: string): ReproductionJob[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[\w-]+$/.test(name))
    .sort()
    .flatMap((name) => {
      const file = join(folder, name, "reproduction.json");
      const json = existsSync(file) ? tryJson(readFileSync(file, "utf8")) : undefined;
      return isObject(json) && json.id === name ? [json as unknown as ReproductionJob] : [];
    });
}

function pictureFiles(report: ReproductionReport | undefined): string[] {
  const files = [report?.image, report?.pictures?.difference, report?.pictures?.control];
  return files.filter((file): file is string => file !== undefined && existsSync(file));
}

/** The hash of a picture, which is known by it from now on. */
function know(images: ImageStore, file: string): string {
  const sha256 = sha256Hex(new Uint8Array(readFileSync(file)));
  images.know(sha256, file);
  return sha256;
}

function picturesOf(images: ImageStore, report: ReproductionReport): NonNullable<ReproductionJob["pictures"]> {
  const of = (file: string | undefined): string | undefined =>
    file !== undefined && existsSync(file) ? know(images, file) : undefined;
  const [drawn, difference, control] = [report.image, report.pictures?.difference, report.pictures?.control].map(of);
  return { ...(drawn && { drawn }), ...(difference && { difference }), ...(control && { control }) };
}
